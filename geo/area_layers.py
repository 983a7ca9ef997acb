"""Layers of official boundaries out of GeoJSON, TopoJSON and GeoPackage files."""

from __future__ import annotations

import gzip
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.crs import GREAT_BRITAIN, to_lonlat
from graph.errors import CRSMismatchError, GeoError, OutsideAreaError

Shapes = npt.NDArray[np.object_]

MAX_BYTES = 200_000_000
MAX_FEATURES = 200_000

_DRIVERS = ("GeoJSON", "TopoJSON", "GPKG")


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a file, in longitude and latitude.

    Attributes
    ----------
    fields : dict of str to ndarray
        Values of each field, one a feature.
    shapes : ndarray of object
        shapely geometries, WGS 84; None where a feature has none.
    """

    fields: dict[str, npt.NDArray[Any]]
    shapes: Shapes


def read_layer(path: Path, *, layer: str | None = None) -> Layer:
    """Read one layer and bring it to longitude and latitude.

    Parameters
    ----------
    path : Path
        A GeoJSON, TopoJSON or GeoPackage file, or one of these compressed with gzip.
    layer : str or None
        Which layer of a GeoPackage that holds several.

    Returns
    -------
    Layer
        Fields and geometries of every feature, in the order of the file.

    Raises
    ------
    GeoError
        The file is missing, too large, of another format, damaged, empty or holds several layers.
    CRSMismatchError
        The layer states no coordinate system, or one that its coordinates do not fit.
    OutsideAreaError
        The layer lies wholly outside Great Britain.
    """
    content = _content(path)
    try:
        with warnings.catch_warnings():
            # Bytes have no file name, and GDAL misses the extension of a GeoPackage.
            warnings.filterwarnings("ignore", ".*non conformant file extension", RuntimeWarning)
            meta, wkb, values = _read(content, path, layer)
        shapes = shapely.force_2d(shapely.from_wkb(wkb))
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        shapely.errors.GEOSException,
    ) as error:
        # The driver's own words may quote the file's content.
        raise GeoError(f"{path.name}: damaged, or not a GeoJSON, TopoJSON or GeoPackage file") from error
    fields = dict(zip(meta["fields"].tolist(), values, strict=True))
    return Layer(fields, _in_lonlat(shapes, meta["crs"], path.name))


def _read(content: bytes, path: Path, layer: str | None) -> tuple[dict[str, Any], Any, Any]:
    number = _only_layer(content, path, layer)
    info = pyogrio.read_info(content, layer=number)
    if info["driver"] not in _DRIVERS:
        raise GeoError(f"{path.name}: not a GeoJSON, TopoJSON or GeoPackage file")
    if not 0 < info["features"] <= MAX_FEATURES:
        raise GeoError(f"{path.name}: has {info['features']:,} features; 1 to {MAX_FEATURES:,} can be read")
    meta, _, wkb, values = pyogrio.raw.read(content, layer=number)
    return meta, wkb, values


def _content(path: Path) -> bytes:
    # The bytes are read here and not by GDAL: a compressed file cannot swell past the limit, nothing is
    # written beside it, and only the three formats reach a driver (others may follow links elsewhere).
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise GeoError(f"{path.name}: cannot be read ({type(error).__name__})") from error
    if len(content) > MAX_BYTES:
        raise GeoError(f"{path.name}: larger than {MAX_BYTES // 1_000_000} MB")
    geopackage = content.startswith(b"SQLite format 3\0") and content[68:70] == b"GP"
    if not geopackage and not content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise GeoError(f"{path.name}: not a GeoJSON, TopoJSON or GeoPackage file")
    return bytes(content)


def _only_layer(content: bytes, path: Path, wanted: str | None) -> int:
    # By its number: a layer read from memory may have a made-up name.
    names = [str(name) for name in pyogrio.list_layers(content)[:, 0]]
    if wanted is None and len(names) == 1:
        return 0
    if wanted in names:
        return names.index(wanted)
    raise GeoError(f"{path.name}: name one of its layers: {', '.join(names) or 'it has none'}")


def _in_lonlat(shapes: Shapes, crs: str | None, name: str) -> Shapes:
    if crs is None:
        # GDAL gives no coordinate system for TopoJSON: the coordinates themselves must tell.
        if not _within(shapes, GREAT_BRITAIN):
            raise CRSMismatchError(
                f"{name}: states no coordinate system, and is not in degrees of Great Britain"
            )
        return shapes
    shapes = _transformed(shapes, crs, name)
    if not _within(shapes, (-180.0, -90.0, 180.0, 90.0)):
        raise CRSMismatchError(
            f"{name}: its coordinates are not degrees, as its coordinate system says they are"
        )
    west, south, east, north = GREAT_BRITAIN
    bounds = shapely.total_bounds(shapes)
    if bounds[0] > east or bounds[2] < west or bounds[1] > north or bounds[3] < south:
        raise OutsideAreaError(f"{name}: lies outside Great Britain (are longitude and latitude swapped?)")
    return shapes


def _transformed(shapes: Shapes, stated: str, name: str) -> Shapes:
    try:
        crs = CRS.from_user_input(stated)
    except CRSError as error:
        raise CRSMismatchError(f"{name}: states a coordinate system that is not known") from error
    code = crs.to_epsg()
    if code == 4326:
        return shapes
    if code == 27700:
        return _mapped(shapes, to_lonlat)
    return _mapped(shapes, Transformer.from_crs(crs, 4326, always_xy=True).transform)


def _mapped(shapes: Shapes, transform: Any) -> Shapes:
    moved: Shapes = shapely.transform(shapes, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])))
    return moved


def _within(shapes: Shapes, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    if np.isnan(west):
        return True  # Nothing drawn at all: said of each feature by the checks that follow.
    return bool(west >= box[0] and south >= box[1] and east <= box[2] and north <= box[3])
