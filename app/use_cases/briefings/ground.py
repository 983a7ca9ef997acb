"""The ground under the places of a briefing: outlines of areas, and the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.documents.document import Figure
from app.use_cases.briefings.places import Spot, drawn_at
from app.use_cases.hotspots import shapes_of
from app.workspace import Workspace
from graph.store.contract import DrawnArea

if TYPE_CHECKING:
    from geo.place_marks import PlaceMark

KIND: Final = "lad"
SQUARES: Final = (
    "Homes, placements, safe places and protected places are not drawn. A point without a name stands in the "
    "middle of a square of 100 metres."
)
_KINDS: Final = {
    "school": "school",
    "alternative_provision": "school",
    "transport": "transport",
    "shop": "business",
    "takeaway": "business",
    "hotel": "business",
    "licensed_premises": "business",
    "business": "business",
}


class Ground(NamedTuple):
    """Outlines to draw places on.

    Attributes
    ----------
    areas : tuple of DrawnArea
        The local authorities that hold a place, of the newest vintage.
    shapes : tuple of shapely geometry
        Of each, EPSG:27700.
    """

    areas: tuple[DrawnArea, ...]
    shapes: tuple[Any, ...]


def read_ground(workspace: Workspace, areas: Sequence[DrawnArea], spots: Sequence[Spot]) -> Ground:
    """Return the outlines of the areas that hold a place.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    areas : sequence of DrawnArea
        All areas loaded.
    spots : sequence of Spot
        The places.

    Returns
    -------
    Ground
        Areas are public; no more of them are named than hold a place.
    """
    held = {area for spot in spots if spot.where for area in spot.where.areas}
    found = [area for area in areas if area.kind == KIND and area.id in held]
    newest = max((area.vintage for area in found), default="")
    kept = tuple(area for area in found if area.vintage == newest)
    if not kept:
        return Ground((), ())
    return Ground(kept, tuple(shapes_of(workspace, kept)))


def places_figure(
    spots: Sequence[Spot], ground: Ground, *, title: str, marking: str, states: Sequence[str]
) -> Figure | None:
    """Draw the map of places.

    Parameters
    ----------
    spots : sequence of Spot
        Places that may be printed.
    ground : Ground
        The areas they lie in.
    title : str
        Of the picture.
    marking : str
        Handling.
    states : sequence of str
        Printed under the marking.

    Returns
    -------
    Figure or None
        None where no place has a position.
    """
    from geo.place_map import place_map

    marks = [mark for spot in spots if (mark := _mark(spot)) is not None]
    if not marks:
        return None
    areas = [
        (area.code, area.name or area.code, shape)
        for area, shape in zip(ground.areas, ground.shapes, strict=True)
    ]
    picture = place_map(marks, areas, title=title, marking=marking, states=states, notes=[SQUARES])
    return Figure(picture, "Places where members were, were harmed or are taught")


def _mark(spot: Spot) -> PlaceMark | None:
    from geo.place_marks import PlaceMark

    at = drawn_at(spot)
    if at is None:
        return None
    plain = "event" if spot.events else "other"
    kind = _KINDS.get(spot.sort, "concern" if spot.concern else plain)
    return PlaceMark(spot.label, kind, *at, spot.count)
