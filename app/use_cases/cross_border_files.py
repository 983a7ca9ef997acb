"""Cross-border answers as a picture: from home to where people are seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from app.use_cases.cross_border import CAVEAT, Ground
from app.use_cases.hotspots import shapes_of
from app.workspace import Workspace

if TYPE_CHECKING:
    from geo.picture import Picture

MARKING: Final = "OFFICIAL-SENSITIVE: working picture, not for publication"


def flows_picture(workspace: Workspace, body: Mapping[str, Any], ground: Ground) -> Picture:
    """Draw the flows of people from their home area to the areas they are seen in.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    body : mapping
        The answer.
    ground : Ground
        As ``find_cross_border`` gives it.

    Returns
    -------
    Picture
        An arrow for each pair of areas; what is outside the areas loaded, or unknown, stands beside them.
    """
    from geo.flow_map import flow_map

    asked, table = body["parameters"], body["home_by_seen"]
    window = asked["window"]
    return flow_map(
        _near(workspace, ground, set(table["areas"])),
        [(flow["from"], flow["to"], flow["count"]) for flow in table["flows"]],
        title="People from their home area to where they are seen",
        marking=MARKING,
        period=f"{window[0]} to {window[1]}" if window else "all dates",
        n=len(body["people"]),
        limits=CAVEAT,
        meaning="people",
    )


def _near(workspace: Workspace, ground: Ground, codes: set[str]) -> list[tuple[str, str, Any]]:
    """Return the areas that anybody is of, and those between and around them."""
    import shapely

    shapes = shapes_of(workspace, ground.loaded)
    involved = [shape for area, shape in zip(ground.loaded, shapes, strict=True) if area.code in codes]
    if not involved:
        involved = list(shapes)
    west, south, east, north = shapely.total_bounds(involved)
    margin = 0.05 * max(east - west, north - south)
    frame = shapely.box(west - margin, south - margin, east + margin, north + margin)
    return [
        (area.code, area.name or area.code, shape)
        for area, shape in zip(ground.loaded, shapes, strict=True)
        if shape.intersects(frame)
    ]
