"""A copy as GeoJSON: places and events that have a position, a working map."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from app.copies.contents import About, Contents, CopiedEntity, about_fields

_SHOWN: Final = ("id", "kind", "sort", "category", "first", "last", "precision_m")


def geojson_text(contents: Contents, about: About) -> str:
    """Return the places and events of a copy as GeoJSON.

    Parameters
    ----------
    contents : Contents
        What it holds; only what has a position is written.
    about : About
        Written beside the features, as members of the collection.

    Returns
    -------
    str
        A feature collection in WGS 84 (RFC 7946).

    Notes
    -----
    A working map: nothing in it is suppressed for publication. Where no event is, none may have been
    reported, or its position may not be known or may be kept out.
    """
    placed = contents.placed
    collection: dict[str, Any] = {"type": "FeatureCollection", **about_fields(about, placed)}
    collection["features"] = [_feature(entity) for entity in placed.entities]
    return json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _feature(entity: CopiedEntity) -> dict[str, Any]:
    values = asdict(entity)
    return {
        "type": "Feature",
        "id": entity.id,
        "geometry": {"type": "Point", "coordinates": [entity.lon, entity.lat]},
        "properties": {"name": entity.label, **{name: values[name] for name in _SHOWN}},
    }
