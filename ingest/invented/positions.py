"""Positions as files write them: degrees, to six places."""

from __future__ import annotations

from collections.abc import Sequence

from geo.crs import to_lonlat
from ingest.invented.mesh import Point


def position(point: Point | None, precision_m: int, *, prefix: str = "") -> dict[str, str]:
    """Return the cells of a position.

    Parameters
    ----------
    point : tuple of float or None
        Metres; None for none.
    precision_m : int
        How far off it may be; 0 leaves that cell out.
    prefix : str, optional
        Of the names of the columns.

    Returns
    -------
    dict of str to str
        ``lon``, ``lat`` and ``precision_m``; blank without a point.
    """
    (lon, lat) = degrees([point])[0] if point else ("", "")
    cells = {f"{prefix}lon": str(lon), f"{prefix}lat": str(lat)}
    return cells | ({"precision_m": str(precision_m) if point else ""} if precision_m else {})


def degrees(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Return points in degrees.

    Parameters
    ----------
    points : sequence of tuple of float
        Metres.

    Returns
    -------
    list of tuple of float
        Longitude and latitude (WGS 84), rounded to a tenth of a metre.
    """
    lon, lat = to_lonlat([east for east, _ in points], [north for _, north in points])
    return [(round(x, 6), round(y, 6)) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
