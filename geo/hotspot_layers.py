"""Hotspots as GeoJSON, for other people's maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from geo.crs import to_lonlat
from geo.grid import cell_id
from geo.hotspots import LIMITS, METHOD, HotspotResult, hot_clusters
from graph.errors import GeoError

Integers = npt.NDArray[np.int64]


def to_geojson(
    result: HotspotResult,
    *,
    cells: Literal["hot", "counted"] = "hot",
    about: Mapping[str, str | int | float | None] | None = None,
) -> dict[str, Any]:
    """Cells of a run as a GeoJSON feature collection.

    Parameters
    ----------
    result : HotspotResult
        A run of `geo.hotspots.hotspots`.
    cells : {'hot', 'counted'}
        Only the cells that passed the test, or every cell that is hot or holds an event.
    about : mapping or None
        More to say of the whole, e.g. theme, period, marking; plain values only.

    Returns
    -------
    dict
        Squares in longitude and latitude (RFC 7946, seven decimals), each with its id, count, places,
        window count, z, raw and corrected p, hot, cluster. The sentence, the method, its parameters,
        the numbers of events and the limits stand beside ``features``.

    Raises
    ------
    GeoError
        `cells` is another word, or `about` names a member that the collection has already.

    Notes
    -----
    A working product: small counts are in it. It is not fit to publish without disclosure control.
    """
    if cells not in ("hot", "counted"):
        raise GeoError("cells must be 'hot' or 'counted'")
    shown = np.flatnonzero(result.hot if cells == "hot" else (result.count > 0) | result.hot)
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": _features(result, shown),
        "sentence": result.sentence,
        "method": METHOD,
        "parameters": parameters(result),
        "n": result.n_events,
        "n_cells": result.n_cells,
        "n_hot": int(result.hot.sum()),
        "excluded_outside_study": result.excluded,
        "excluded_without_position": result.unplaced,
        "limits": LIMITS,
    }
    repeated = sorted(set(about or {}) & set(collection))
    if repeated:
        raise GeoError(f"the collection has these members already: {', '.join(repeated)}")
    return collection | dict(about or {})


def parameters(result: HotspotResult) -> dict[str, str | int | float]:
    """Settings a run was made with.

    Parameters
    ----------
    result : HotspotResult
        A run of `geo.hotspots.hotspots`.

    Returns
    -------
    dict
        Size of a cell, threshold, least number of events and where the list of cells comes from.
    """
    return {
        "cell_size_m": result.cell_size_m,
        "q": result.q,
        "min_events": result.min_events,
        "study": result.study,
        "crs": "EPSG:27700",
    }


def _features(result: HotspotResult, shown: Integers) -> list[dict[str, Any]]:
    rings = _rings(result, shown)
    clusters = hot_clusters(result)
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": _properties(result, int(place), int(clusters[place])),
        }
        for place, ring in zip(shown, rings, strict=True)
    ]


def _properties(result: HotspotResult, place: int, cluster: int) -> dict[str, Any]:
    return {
        "cell": cell_id(result.easting_m[place], result.northing_m[place], result.cell_size_m),
        "count": int(result.count[place]),
        "places": int(result.places[place]),
        "window_cells": int(result.window_cells[place]),
        "window_count": int(result.window_count[place]),
        "z": float(result.z[place]),
        "p_raw": float(result.p_raw[place]),
        "p_corrected": float(result.p_corrected[place]),
        "hot": bool(result.hot[place]),
        "cluster": cluster if cluster >= 0 else None,
    }


def _rings(result: HotspotResult, shown: Integers) -> list[list[list[float]]]:
    # Anticlockwise from the south-west, as RFC 7946 wants an outer ring.
    east = np.array([0, 1, 1, 0, 0]) * result.cell_size_m
    north = np.array([0, 0, 1, 1, 0]) * result.cell_size_m
    lon, lat = to_lonlat(result.easting_m[shown, None] + east, result.northing_m[shown, None] + north)
    rings: list[list[list[float]]] = np.stack([lon, lat], axis=-1).round(7).tolist()
    return rings
