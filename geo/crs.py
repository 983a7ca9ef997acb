"""Longitude and latitude (WGS 84) to and from the British National Grid, in metres."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from pyproj.enums import TransformDirection

Floats = npt.NDArray[np.float64]

#: West, south, east and north of Great Britain with Scilly, St Kilda and Shetland, in degrees.
GREAT_BRITAIN = (-8.7, 49.8, 1.8, 60.9)

# The seven-parameter shift (EPSG:1314) is written out, and no grid file is asked for: with "the best
# available" a machine that holds OSTN15, or may download it, would put the same point in another cell.
_PIPELINE = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 "
    "+step +proj=cart +ellps=WGS84 +step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 "
    "+rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector "
    "+step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
)


def to_grid(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Easting and northing on the British National Grid (EPSG:27700) of WGS 84 positions.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Degrees, WGS 84 (EPSG:4326). NaN stays NaN.

    Returns
    -------
    easting_m, northing_m : ndarray of float64, shape (n,)
        Metres; NaN where the position is missing or cannot be projected.

    Notes
    -----
    Uses the seven-parameter Helmert shift, which Ordnance Survey states to be right within about 5 m
    (EPSG:1314 says 2 m); OSTN15 would be right within 0.1 m but needs a grid file. The same on every
    machine, without a network. Good enough for cells of 100 m and more, not for which side of a street.

    References
    ----------
    Ordnance Survey (2020). A guide to coordinate systems in Great Britain, section 6.6.
    """
    return _transformed(lon, lat, inverse=False)


def to_lonlat(easting_m: npt.ArrayLike, northing_m: npt.ArrayLike) -> tuple[Floats, Floats]:
    """WGS 84 longitude and latitude of positions on the British National Grid.

    Parameters
    ----------
    easting_m, northing_m : array_like, shape (n,)
        Metres, EPSG:27700. NaN stays NaN.

    Returns
    -------
    lon, lat : ndarray of float64, shape (n,)
        Degrees; NaN where the position is missing or cannot be projected.

    Notes
    -----
    The inverse of `to_grid` within a few millimetres, with the same accuracy of about 5 m.
    """
    return _transformed(easting_m, northing_m, inverse=True)


def within_great_britain(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Which positions lie in the box round Great Britain, Scilly and Shetland included.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Degrees, WGS 84.

    Returns
    -------
    ndarray of bool, shape (n,)
        False for NaN.

    Notes
    -----
    A box: much sea, and parts of Ireland and France, are within it. It finds swapped or empty
    coordinates, not positions that are wrong by a few miles.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    west, south, east, north = GREAT_BRITAIN
    within: npt.NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return within


@cache
def _transformer() -> Transformer:
    return Transformer.from_pipeline(_PIPELINE)


def _transformed(x: npt.ArrayLike, y: npt.ArrayLike, *, inverse: bool) -> tuple[Floats, Floats]:
    direction = TransformDirection.INVERSE if inverse else TransformDirection.FORWARD
    first, second = _transformer().transform(
        np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64), direction=direction
    )
    return _missing_as_nan(first), _missing_as_nan(second)


def _missing_as_nan(values: npt.ArrayLike) -> Floats:
    # PROJ answers with infinity for what it cannot project.
    numbers = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)
