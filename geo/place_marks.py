"""The drawing of places in a frame: marks that do not cover each other, and what names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from geo.lettering import Box, LabelRoom, drawable, width_pt
from geo.map_frame import boundaries, frame_box, in_points, points_in, scale_bar, surfaces, written
from geo.page import INK, SOFT, Page, fitted
from graph.measures.discs import spread

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """A place on the map.

    Attributes
    ----------
    text : str
        Name of the place, never of a person.
    kind : str
        A key of ``LOOKS``; any other is drawn as ``other``.
    easting_m, northing_m : float
        EPSG:27700.
    count : int
        Records that it stands for.
    """

    text: str
    kind: str
    easting_m: float
    northing_m: float
    count: int


class PlaceLook(NamedTuple):
    """How a kind of place is drawn.

    Attributes
    ----------
    words : str
        In the key.
    shape : str
        A marker of matplotlib; each kind has its own.
    colour : str
        Of the surface.
    """

    words: str
    shape: str
    colour: str


LOOKS: Final[Mapping[str, PlaceLook]] = {
    "event": PlaceLook("recorded event", "D", "#a3a3a3"),
    "concern": PlaceLook("location of concern", "^", "#d9541e"),
    "school": PlaceLook("school", "s", "#0b4f8a"),
    "transport": PlaceLook("transport", "v", "#7fc4e8"),
    "business": PlaceLook("business", "p", "#cf86bd"),
    "service": PlaceLook("service", "P", "#1f7a5c"),
    "other": PlaceLook("other place", "o", "#f0e6c8"),
}
"""Shape and colour of each kind; the shape alone tells them apart."""

EDGE: Final = "#1a1a1a"
"""Outline of every mark."""

_GROUND, _AREA, _BORDER = "#e9edf0", "#ffffff", "#8d99a6"
_SIZE_PT, _LETTERS = 11.0, 9.0
_LONGEST = 30
_PANEL = 0.69  # share of the width that the map keeps beside a list
_FILL, _LINES, _LEADERS, _MARKS = 1, 2, 4, 5


def look_of(kind: str) -> PlaceLook:
    """Return how a kind is drawn.

    Parameters
    ----------
    kind : str
        Any word.

    Returns
    -------
    PlaceLook
        That of ``other`` for a kind that has none of its own.
    """
    return LOOKS.get(kind, LOOKS["other"])


def numbered(places: Sequence[PlaceMark]) -> tuple[PlaceMark, ...]:
    """Return places in the order of their numbers, those of one kind in one spot as one.

    Parameters
    ----------
    places : sequence of PlaceMark
        In any order.

    Returns
    -------
    tuple of PlaceMark
        From north to south; names of one spot are joined, their counts added up.
    """
    spots: dict[tuple[str, int, int], list[PlaceMark]] = {}
    for place in places:
        spots.setdefault((place.kind, round(place.easting_m), round(place.northing_m)), []).append(place)
    marks = []
    for (kind, easting, northing), held in spots.items():
        texts = ", ".join(sorted({place.text for place in held if place.text}))
        marks.append(PlaceMark(texts, kind, float(easting), float(northing), sum(p.count for p in held)))
    return tuple(sorted(marks, key=lambda mark: (-mark.northing_m, mark.easting_m, mark.kind)))


def key(marks: Sequence[PlaceMark]) -> list[Any]:
    """Return the entries of the key.

    Parameters
    ----------
    marks : sequence of PlaceMark
        What is drawn.

    Returns
    -------
    list of matplotlib artists
        Each with its label; the kinds that are in the picture.
    """
    used = {look_of(mark.kind) for mark in marks}
    entries: list[Any] = [
        Line2D(
            [], [], linestyle="none", marker=look.shape, markersize=9, markerfacecolor=look.colour,
            markeredgecolor=EDGE, label=look.words,
        )
        for look in LOOKS.values()
        if look in used
    ]  # fmt: skip
    if any(mark.count > 1 for mark in marks):
        entries.append(Line2D([], [], linestyle="none", label="(3): stands for three records"))
    return entries


def drawn_places(page: Page, marks: Sequence[PlaceMark], areas: Sequence[tuple[str, str, Any]]) -> None:
    """Draw places and areas: with names where all fit, else with numbers and a list beside the map.

    Parameters
    ----------
    page : Page
        With room for a frame.
    marks : sequence of PlaceMark
        As ``numbered`` gives them.
    areas : sequence of (code, name, shapely geometry)
        Polygons in EPSG:27700.
    """
    axes = page.frame()
    room, true, drawn = _ground(axes, marks, areas)
    texts = [_name(mark) for mark in marks]
    boxes = _placed(room, drawn, texts)
    if boxes is None:
        axes.remove()
        axes = page.frame(share=_PANEL)
        room, true, drawn = _ground(axes, marks, areas)
        _list(axes, marks)
        texts = [str(number) for number in range(1, len(marks) + 1)]
        boxes = _squeezed(room, drawn, texts)
    _marks(axes, marks, true, drawn)
    for text, box in zip(texts, boxes, strict=True):
        written(axes, text, box, size_pt=_LETTERS)
    _area_names(axes, areas, room)


def _name(mark: PlaceMark) -> str:
    text = drawable(mark.text, longest=_LONGEST) or look_of(mark.kind).words
    return f"{text} ({mark.count:,})" if mark.count > 1 else text


def _ground(
    axes: Axes, marks: Sequence[PlaceMark], areas: Sequence[tuple[str, str, Any]]
) -> tuple[LabelRoom, Floats, Floats]:
    """Draw areas; return the room for labels, where marks belong, and where they are drawn, in points."""
    shapes = [shape for _, _, shape in areas]
    at = np.array([(mark.easting_m, mark.northing_m) for mark in marks])
    if len(at):
        (west, south), (east, north) = at.min(axis=0), at.max(axis=0)
    else:
        west, south, east, north = shapely.total_bounds(shapes) if shapes else (0.0, 0.0, 1000.0, 1000.0)
    # Never so near that a spot shows to the metre what a record gives roughly.
    wide = max(0.14 * (east - west), (2000 - (east - west)) / 2)
    high = max(0.12 * (north - south), (1400 - (north - south)) / 2)
    fitted(axes, west - wide, south - high, east + wide, north + high)
    axes.set_facecolor(_GROUND if shapes else _AREA)
    surfaces(axes, shapes, colour=_AREA, order=_FILL)
    boundaries(axes, shapes, colour=_BORDER, width=1.0, order=_LINES)
    if not len(at):
        axes.text(0.5, 0.5, "No place to draw", ha="center", va="center", transform=axes.transAxes)
    true = np.array([points_in(axes, mark.easting_m, mark.northing_m) for mark in marks]).reshape(-1, 2)
    drawn = spread(true, np.full(len(true), 0.62 * _SIZE_PT))
    room, half = LabelRoom(frame_box(axes)), _SIZE_PT / 2
    room.take(scale_bar(axes))
    for x, y in drawn.tolist():
        room.take(Box(x - half, y - half, x + half, y + half))
    return room, true, drawn


def _placed(room: LabelRoom, spots: Floats, texts: Sequence[str]) -> list[Box] | None:
    """Return where each name stands, or None when one has no room."""
    boxes = []
    for (x, y), text in zip(spots.tolist(), texts, strict=True):
        tried = list(_beside(x, y, text))
        found = room.first_free(tried)
        if found is None:
            return None
        boxes.append(tried[found])
    return boxes


def _squeezed(room: LabelRoom, spots: Floats, texts: Sequence[str]) -> list[Box]:
    """Return where each number stands: a number is never left out."""
    boxes = []
    for (x, y), text in zip(spots.tolist(), texts, strict=True):
        tried = list(_beside(x, y, text))
        found = room.first_free(tried)
        box = tried[found] if found is not None else min(tried, key=room.covered)
        if found is None:
            room.take(box)
        boxes.append(box)
    return boxes


def _beside(x: float, y: float, text: str) -> Iterator[Box]:
    away, wide, high = _SIZE_PT / 2 + 1.5, width_pt(text, _LETTERS) + 1, 1.2 * _LETTERS
    yield Box(x + away, y - high / 2, x + away + wide, y + high / 2)
    yield Box(x - away - wide, y - high / 2, x - away, y + high / 2)
    for left in (x - wide / 2, x, x - wide):
        yield Box(left, y + away, left + wide, y + away + high)
        yield Box(left, y - away - high, left + wide, y - away)


def _marks(axes: Axes, marks: Sequence[PlaceMark], true: Floats, moved: Floats) -> None:
    where = in_points(axes)
    for spot, drawn in zip(true, moved, strict=True):
        if np.hypot(*(spot - drawn)) > _SIZE_PT / 4:
            pair = np.vstack((spot, drawn))
            axes.plot(pair[:, 0], pair[:, 1], color=SOFT, linewidth=0.8, transform=where, zorder=_LEADERS)
    for mark, (x, y) in zip(marks, moved.tolist(), strict=True):
        look = look_of(mark.kind)
        axes.plot(
            [x], [y], linestyle="none", marker=look.shape, markersize=_SIZE_PT * 0.85, transform=where,
            markerfacecolor=look.colour, markeredgecolor=EDGE, markeredgewidth=0.9, zorder=_MARKS,
            clip_on=False,
        )  # fmt: skip


def _list(axes: Axes, marks: Sequence[PlaceMark]) -> None:
    """Print number and name of each place to the right of the map, as many as the height holds."""
    frame, leading = frame_box(axes), 1.32 * _LETTERS
    holds = int(frame.high // leading) - 1
    lines = [f"{number}  {_name(mark)}" for number, mark in enumerate(marks, 1)]
    if len(lines) > holds:
        lines = [*lines[:holds], f"and {len(lines) - holds:,} more, not named here"]
    for row, line in enumerate(lines):
        axes.annotate(
            line, (frame.right + 10, frame.high - row * leading), xycoords="axes points", ha="left", va="top",
            fontsize=_LETTERS - 0.5, color=INK, annotation_clip=False,
        )  # fmt: skip


def _area_names(axes: Axes, areas: Sequence[tuple[str, str, Any]], room: LabelRoom) -> None:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    for code, name, shape in areas:
        part = shapely.clip_by_rect(shape, west, south, east, north)
        if part.is_empty:
            continue
        middle = part.representative_point()
        text = drawable(name or code, longest=32).upper()
        (x, y), wide = points_in(axes, middle.x, middle.y), width_pt(text, 8)
        tried = [Box(x - wide / 2, y + up - 5, x + wide / 2, y + up + 5) for up in (0, 20, -20, 45, -45)]
        found = room.first_free(tried)
        if found is not None:
            written(axes, text, tried[found], size_pt=8, colour=SOFT)
