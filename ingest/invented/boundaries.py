"""Boundary files of the invented ground, in the form of the official ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from ingest.invented.ground import COUNCILS, land, small_areas
from ingest.invented.mesh import Point, outline
from ingest.invented.positions import degrees

Shape = tuple[str, str, list[Point]]


def write_boundaries(folder: Path) -> tuple[tuple[Path, str], ...]:
    """Write councils, forces and small areas as GeoJSON.

    Parameters
    ----------
    folder : Path
        Where to.

    Returns
    -------
    tuple of (Path, str)
        Each file with its kind of area, in the order to load them.
    """
    councils = [(c.code, c.name, outline([t for t, whose in land().items() if whose is c])) for c in COUNCILS]
    names = dict.fromkeys((c.force_code, c.force) for c in COUNCILS)
    forces = [
        (code, name, outline([t for t, c in land().items() if c.force_code == code])) for code, name in names
    ]
    small = [(area.code, area.name, area.ring) for area in small_areas()]
    kinds = (("lad", "LAD25", councils), ("force", "PFA25", forces), ("lsoa", "LSOA21", small))
    return tuple((_write(folder / f"{kind}.geojson", field, shapes), kind) for kind, field, shapes in kinds)


def _write(path: Path, field: str, shapes: Iterable[Shape]) -> Path:
    features = [_feature(field, shape) for shape in shapes]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    path.write_text(
        text.replace('{"type":"Feature"', '\n{"type":"Feature"') + "\n", encoding="utf-8", newline="\n"
    )
    return path


def _feature(field: str, shape: Shape) -> dict[str, object]:
    code, name, ring = shape
    return {
        "type": "Feature",
        "properties": {f"{field}CD": code, f"{field}NM": name},
        "geometry": {"type": "Polygon", "coordinates": [_ring(ring)]},
    }


def _ring(ring: Sequence[Point]) -> list[tuple[float, float]]:
    return degrees(ring)
