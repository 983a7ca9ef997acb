"""Hotspots as files: GeoJSON and a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.use_cases.asking import COUNTED_SORTS
from geo.hotspot_layers import to_geojson
from geo.picture import Picture
from graph.errors import NotEnoughDataError

MARKING = "OFFICIAL-SENSITIVE: working map, not for publication"


def layer_geojson(body: Mapping[str, Any], extra: Any) -> str:
    """Return the hot cells of the one layer as GeoJSON.

    Parameters
    ----------
    body : mapping
        The answer.
    extra : object
        Results and study, as ``find_hotspots`` gives them.

    Returns
    -------
    str
        A feature collection; empty, with the sentence, number of events, method and limits, when the test
        could not be made.
    """
    results, study = extra
    about = {"marking": MARKING, "theme": _theme(body), "period": _period(body), "study": study.sentence}
    if results[0] is None:
        empty = {
            "type": "FeatureCollection",
            "features": [],
            "sentence": body["layers"][0]["sentence"],
            "method": body["method"],
            "n": body["layers"][0]["events"],
            "excluded_without_position": body["without_position"],
            "limits": body["limits"],
            **about,
        }
        return json.dumps(empty, ensure_ascii=False) + "\n"
    return json.dumps(to_geojson(results[0], about=about), ensure_ascii=False, allow_nan=False) + "\n"


def layer_png(body: Mapping[str, Any], extra: Any) -> bytes:
    """Draw the one layer.

    Parameters
    ----------
    body : mapping
        The answer.
    extra : object
        Results and study, as ``find_hotspots`` gives them.

    Returns
    -------
    bytes
        A PNG with the method, the numbers and the limits printed on it.

    Raises
    ------
    NotEnoughDataError
        The test could not be made, so there is no map to draw.
    """
    from geo.hotspot_map import hotspot_map

    result, words = _drawn(body, extra)
    return hotspot_map(result, **words)


def layer_picture(body: Mapping[str, Any], extra: Any) -> Picture:
    """Draw the one layer for a document.

    Parameters
    ----------
    body : mapping
        The answer.
    extra : object
        Results and study, as ``find_hotspots`` gives them.

    Returns
    -------
    Picture
        The map with the method, the numbers and the limits printed on it.

    Raises
    ------
    NotEnoughDataError
        The test could not be made, so there is no map to draw.
    """
    from geo.hotspot_map import hotspot_picture

    result, words = _drawn(body, extra)
    return hotspot_picture(result, **words)


def _drawn(body: Mapping[str, Any], extra: Any) -> tuple[Any, dict[str, Any]]:
    """Return the result to draw, and what is printed on it."""
    from geo.hotspot_map import PlaceLabel

    results, study = extra
    if results[0] is None:
        raise NotEnoughDataError(f"no map: {body['layers'][0]['sentence']}")
    labels = []
    for area, shape in zip(study.areas, study.shapes, strict=True):
        middle = shape.representative_point()
        labels.append(PlaceLabel(area.name or area.code, middle.x, middle.y))
    title = f"{_theme(body)}, {_period(body)}"
    districts = list(study.shapes)
    words = {"title": title, "marking": MARKING, "districts": districts, "labels": labels[:12]}
    return results[0], words


def _theme(body: Mapping[str, Any]) -> str:
    asked = body["parameters"]
    if asked["categories"]:
        return ", ".join(asked["categories"])
    if tuple(asked["sorts"]) == COUNTED_SORTS:
        return "Recorded crime and anti-social behaviour"
    return ", ".join(asked["sorts"]) or "All recorded events"


def _period(body: Mapping[str, Any]) -> str:
    window = body["parameters"]["window"]
    return f"{window[0]} to {window[1]}" if window else "all dates"
