"""Areas with official codes, and which of them each point lies in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.area_fields import PREFIXES, find_code_field, find_name_field, find_vintage
from graph.errors import GeoError, OutsideAreaError

Shapes = npt.NDArray[np.object_]
Row = tuple[str, str, bytes]

#: Kinds of area that can be loaded.
KINDS = tuple(PREFIXES)

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_FAULTS_SHOWN = 20
_POINTS_AT_ONCE = 200_000


@dataclass(frozen=True, eq=False)
class AreaTable:
    """Areas of one kind and one vintage.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    vintage : str
        Year of the codes, or ``unstated``. Codes of two vintages are never comparable by themselves.
    codes : tuple of str
        Official codes, in the order of the file, without repeats.
    names : tuple of str
        Names, in the same order; the code where a name is missing.
    geometry : ndarray of object
        shapely polygons and multipolygons, WGS 84, valid.
    repaired : int
        How many were not valid in the file and have been made so.
    """

    kind: str
    vintage: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    geometry: Shapes
    repaired: int = 0

    def to_rows(self) -> list[Row]:
        """Areas as plain rows, to be kept in a table.

        Returns
        -------
        list of tuple
            Code, name and well-known binary (WGS 84) of each area, in order.
        """
        shapes = shapely.to_wkb(self.geometry, byte_order=1)
        return [
            (code, name, bytes(wkb)) for code, name, wkb in zip(self.codes, self.names, shapes, strict=True)
        ]

    @classmethod
    def from_rows(cls, kind: str, vintage: str, rows: Sequence[Row]) -> AreaTable:
        """Areas from the rows that `to_rows` gave.

        Parameters
        ----------
        kind, vintage : str
            Of the table the rows come from.
        rows : sequence of tuple
            Code, name and well-known binary of each area.

        Returns
        -------
        AreaTable
            The same areas; the number repaired is not kept in rows.
        """
        shapes = np.empty(len(rows), dtype=object)
        shapes[:] = shapely.from_wkb([wkb for _, _, wkb in rows])
        return cls(kind, vintage, tuple(row[0] for row in rows), tuple(row[1] for row in rows), shapes)


class AreaLocator:
    """Finds the area each point lies in.

    Parameters
    ----------
    table : AreaTable
        The areas to look in.

    Notes
    -----
    Build it once for many points: it holds an index of the areas and keeps them prepared.
    """

    def __init__(self, table: AreaTable) -> None:
        self.table = table
        self._shapes = table.geometry
        shapely.prepare(self._shapes)
        self._boxes = shapely.STRtree(self._shapes)

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """Position of the area that each point lies in.

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            Degrees, WGS 84; NaN for a point without a position.

        Returns
        -------
        ndarray of int32, shape (n,)
            Position in the table's codes, or -1 outside every area. A point on a shared border belongs
            to the first of its areas in the table.

        Notes
        -----
        Generalised boundaries leave a few points on the wrong side of a border: about one police.uk
        snap point in forty lies just outside the LSOA that its row names.
        """
        x, y = np.asarray(lon, dtype=np.float64).ravel(), np.asarray(lat, dtype=np.float64).ravel()
        found = np.full(x.size, -1, dtype=np.int32)
        placed = np.isfinite(x) & np.isfinite(y)
        # Published points repeat: 55,000 Cheshire events lie on 11,000 of them.
        places, back = np.unique(x[placed] + 1j * y[placed], return_inverse=True)
        at = [
            self._first_area(part.real.copy(), part.imag.copy())
            for start in range(0, places.size, _POINTS_AT_ONCE)
            if (part := places[start : start + _POINTS_AT_ONCE]).size
        ]
        found[placed] = np.concatenate(at)[back] if at else []
        return found

    def _first_area(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        point, area = self._boxes.query(shapely.points(x, y))
        touches = shapely.intersects_xy(self._shapes[area], x[point], y[point])
        none = self._shapes.size
        first = np.full(x.size, none, dtype=np.int32)
        np.minimum.at(first, point[touches], area[touches].astype(np.int32))
        first[first == none] = -1
        return first


def area_union(table: AreaTable, codes: Collection[str]) -> Any:
    """One shape for several areas.

    Parameters
    ----------
    table : AreaTable
        The areas loaded.
    codes : collection of str
        Which of them to join.

    Returns
    -------
    shapely geometry
        Polygon or multipolygon, WGS 84.

    Raises
    ------
    OutsideAreaError
        A code is not in the table, or none was given.
    """
    position = {code: place for place, code in enumerate(table.codes)}
    missing = sorted(code for code in set(codes) if code not in position)
    if missing or not codes:
        raise OutsideAreaError(
            f"not among the {table.kind} areas loaded: {', '.join(missing) or 'no code given'}"
        )
    return shapely.union_all(table.geometry[sorted({position[code] for code in codes})])


def read_areas(
    path: str | Path,
    *,
    kind: str,
    vintage: str | None = None,
    code_field: str | None = None,
    name_field: str | None = None,
    layer: str | None = None,
) -> AreaTable:
    """Read official boundaries from a file.

    Parameters
    ----------
    path : str or Path
        GeoJSON, TopoJSON or GeoPackage, or one of these compressed with gzip.
    kind : str
        One of `KINDS`.
    vintage : str or None
        Year of the codes; None reads it from the name of the code field.
    code_field, name_field : str or None
        Fields to use; None looks for those of the Office for National Statistics, then `code`, `id`
        and `name`.
    layer : str or None
        Which layer of a GeoPackage that holds several.

    Returns
    -------
    AreaTable
        The areas in WGS 84, invalid shapes repaired and counted.

    Raises
    ------
    GeoError
        The file cannot be used, or features break a rule: all of them are named in one error.
    CRSMismatchError
        The coordinate system is not stated and not plain, or does not fit the coordinates.
    OutsideAreaError
        The layer lies wholly outside Great Britain.
    """
    # Reading needs GDAL, which is slow to start; placing points in areas already loaded does not.
    from geo.area_layers import read_layer

    file = Path(path)
    if kind not in PREFIXES:
        raise GeoError(f"no such kind of area; kinds are {', '.join(KINDS)}")
    content = read_layer(file, layer=layer)
    code_field = _field(content.fields, code_field, file) or _guessed(content.fields, kind, file)
    name_field = _field(content.fields, name_field, file) or find_name_field(
        content.fields, code_field=code_field
    )
    codes = [_text(value) for value in content.fields[code_field]]
    shapes, repaired, faults = _polygons(content.shapes)
    faults += _code_faults(codes, code_field)
    if faults:
        raise GeoError(_told(file, faults))
    names = codes if name_field is None else [_text(value) for value in content.fields[name_field]]
    filled = tuple(name or code for name, code in zip(names, codes, strict=True))
    stated = vintage or find_vintage(code_field, kind=kind)
    return AreaTable(kind, stated, tuple(codes), filled, shapes, repaired)


def _field(fields: Collection[str], wanted: str | None, file: Path) -> str | None:
    if wanted is not None and wanted not in fields:
        raise GeoError(f"{file.name}: has no field {wanted}; its fields are {', '.join(fields)}")
    return wanted


def _guessed(fields: Collection[str], kind: str, file: Path) -> str:
    try:
        return find_code_field(fields, kind=kind)
    except GeoError as error:
        raise GeoError(f"{file.name}: {error}") from error


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(value).strip()


def _code_faults(codes: Sequence[str], field: str) -> list[tuple[int, str]]:
    first: dict[str, int] = {}
    faults = []
    for number, code in enumerate(codes, start=1):
        if not code:
            faults.append((number, f"{field} is empty"))
        elif code in first:
            faults.append((number, f"{field} repeats that of feature {first[code]}"))
        else:
            first[code] = number
    return faults


def _polygons(shapes: Shapes) -> tuple[Shapes, int, list[tuple[int, str]]]:
    kinds = shapely.get_type_id(shapes)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    polygons = np.isin(kinds, (_POLYGON, _MULTIPOLYGON))
    broken = polygons & ~empty & ~shapely.is_valid(shapes)
    mended = shapes.copy()
    mended[broken] = [_areal(shape) for shape in shapely.make_valid(shapes[broken])]
    flat = broken & shapely.is_empty(mended)
    faults = [(int(place) + 1, "has no geometry") for place in np.flatnonzero(empty)]
    faults += [(int(place) + 1, "is not a polygon") for place in np.flatnonzero(~empty & ~polygons)]
    faults += [(int(place) + 1, "encloses no area") for place in np.flatnonzero(flat)]
    return mended, int(broken.sum()), faults


def _areal(shape: Any) -> Any:
    # A repaired polygon may come with the lines and points at which it met itself.
    if shapely.get_type_id(shape) in (_POLYGON, _MULTIPOLYGON):
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), (_POLYGON, _MULTIPOLYGON))])


def _told(file: Path, faults: list[tuple[int, str]]) -> str:
    shown = "; ".join(f"feature {number} {rule}" for number, rule in sorted(faults)[:_FAULTS_SHOWN])
    more = len(faults) - _FAULTS_SHOWN
    return f"{file.name}: {shown}" + (f"; and {more:,} more" if more > 0 else "")
