"""The drawing of a network in a frame: clusters, ties, marks and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon
from scipy.spatial.distance import pdist

from app.pictures.marks import (
    BACKGROUNDS,
    DASHES,
    DISPUTED,
    EDGE,
    KINDS,
    STATED,
    STRENGTHS,
    TOGETHER,
    WAYS,
    Line,
    Mark,
    look_of,
    strength_class,
)
from geo.lettering import Box, LabelRoom, drawable, width_pt
from geo.map_frame import frame_box, points_in, written
from geo.page import fitted
from graph.measures.ties import Float64

_OUTLINE: Final = "#93a1b3"
_NUMBER: Final = "#3d4c60"
_LONGEST: Final = 24
_SMALLEST_PT, _LARGEST_PT = 4.0, 19.0

# What is drawn over what.
_GROUND, _TIES, _MARKS = 1, 2, 5


def drawn_network(
    axes: Axes, marks: Sequence[Mark], lines: Sequence[Line], places: Mapping[int, tuple[float, float]]
) -> int:
    """Draw a network.

    Parameters
    ----------
    axes : Axes
        An empty frame.
    marks : sequence of Mark
        Each id once.
    lines : sequence of Line
        Both ends have a mark.
    places : mapping of int to (float, float)
        The x and y of each mark.

    Returns
    -------
    int
        Labels that have no room.
    """
    if not marks:
        axes.text(0.5, 0.5, "Nobody to draw.", ha="center", va="center", transform=axes.transAxes)
        return 0
    at = np.array([places[mark.id] for mark in marks], dtype=np.float64)
    (west, south), (east, north) = at.min(axis=0) - 0.95, at.max(axis=0) + 0.95
    fitted(axes, west, south, east, north)
    size = _mark_size(axes, at)
    _parts(axes, marks, at)
    spots = {mark.id: xy for mark, xy in zip(marks, at.tolist(), strict=True)}
    _ties(axes, lines, spots, _thinned(len(marks)))
    _marks(axes, marks, at, size)
    return _labels(axes, marks, at, size)


def key(marks: Sequence[Mark], lines: Sequence[Line], part_words: str) -> list[Any]:
    """Return the entries of the key: what is in the picture, and nothing else.

    Parameters
    ----------
    marks : sequence of Mark
        What is drawn.
    lines : sequence of Line
        What is drawn.
    part_words : str
        What the marks of one part are called.

    Returns
    -------
    list of matplotlib artists
        Each with its label.
    """
    kinds = {look_of(mark.kind) for mark in marks}
    entries: list[Any] = [_sample(look) for look in KINDS.values() if look in kinds]
    parts = {mark.part for mark in marks if mark.part >= 0}
    if parts:
        words = drawable(part_words, longest=60) + ", numbered" * (len(parts) > 1)
        entries.append(Patch(facecolor=BACKGROUNDS[1], edgecolor=_OUTLINE, label=words))
    ways = {(line.co_presence, line.disputed) for line in lines}
    entries += [
        Line2D([], [], color=_colour(way), linestyle=DASHES[way], linewidth=1.8, label=words)
        for way, words in WAYS.items()
        if way in ways
    ]
    classes = {strength_class(line.strength) for line in lines}
    entries += [
        Line2D([], [], color=STATED, linewidth=_thinned(len(marks)) * width, label=f"strength {words}")
        for row, (_, width, words) in enumerate(STRENGTHS)
        if row in classes
    ]
    return entries


def _sample(look: Any) -> Line2D:
    return Line2D(
        [], [], linestyle="none", marker=look.shape, markersize=10 * look.scale, markerfacecolor=look.colour,
        markeredgecolor=EDGE, markeredgewidth=1.0, label=look.words,
    )  # fmt: skip


def _thinned(n: int) -> float:
    """Return what widths of ties are multiplied with, so that those of many people leave marks to be seen."""
    return 1.0 if n <= 60 else 0.75 if n <= 150 else 0.55


def _colour(way: tuple[bool, bool]) -> str:
    together, disputed = way
    return DISPUTED if disputed else TOGETHER if together else STATED


def _mark_size(axes: Axes, at: Float64) -> float:
    """Return the width of a mark: half of the least distance between two."""
    (x, _), (further, _) = points_in(axes, 0.0, 0.0), points_in(axes, 1.0, 0.0)
    nearest = float(pdist(at).min()) if len(at) > 1 else 1.0
    return float(np.clip(0.5 * nearest * (further - x), _SMALLEST_PT, _LARGEST_PT))


def _parts(axes: Axes, marks: Sequence[Mark], at: Float64) -> None:
    for _, edge in _outlines(marks, at):
        axes.add_patch(Polygon(edge, facecolor=BACKGROUNDS[1], edgecolor=_OUTLINE, zorder=_GROUND))


def _ties(axes: Axes, lines: Sequence[Line], at: Mapping[int, list[float]], scale: float) -> None:
    groups: dict[tuple[bool, bool, int], list[list[list[float]]]] = {}
    for line in lines:
        how = (line.co_presence, line.disputed, strength_class(line.strength))
        groups.setdefault(how, []).append([at[line.a], at[line.b]])
    for (together, disputed, row), paths in sorted(groups.items()):
        way = (together, disputed)
        axes.add_collection(
            LineCollection(
                paths, colors=_colour(way), linestyles=[DASHES[way]], linewidths=scale * STRENGTHS[row][1],
                zorder=_TIES + disputed,
            ),
            autolim=False,
        )  # fmt: skip


def _marks(axes: Axes, marks: Sequence[Mark], at: Float64, size: float) -> None:
    looks = [look_of(mark.kind) for mark in marks]
    for look in KINDS.values():
        mine = at[[one is look for one in looks]]
        if len(mine):
            axes.scatter(
                mine[:, 0], mine[:, 1], s=(size * look.scale) ** 2, marker=look.shape, c=look.colour,
                edgecolors=EDGE, linewidths=max(0.6, size / 16), zorder=_MARKS,
            )  # fmt: skip


def _labels(axes: Axes, marks: Sequence[Mark], at: Float64, size: float) -> int:
    """Print labels where they cover no mark and no other label; return how many have no room."""
    letters = 10.0 if size > 15 else 8.5 if size > 10 else 7.0
    spots = [points_in(axes, x, y) for x, y in at.tolist()]
    room = LabelRoom(frame_box(axes))
    for x, y in spots:
        room.take(Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2))
    _numbers(axes, marks, at, room)
    hidden = 0
    # Members of clusters first: they are what the picture is about.
    for row in sorted(range(len(marks)), key=lambda k: (marks[k].part < 0, k)):
        text = drawable(marks[row].label, longest=_LONGEST)
        if not text:
            continue
        boxes = list(_beside(*spots[row], size / 2 + 1, width_pt(text, letters) + 1, 1.15 * letters))
        found = room.first_free(boxes)
        hidden += found is None
        if found is not None:
            written(axes, text, boxes[found], size_pt=letters)
    return hidden


def _numbers(axes: Axes, marks: Sequence[Mark], at: Float64, room: LabelRoom) -> None:
    """Print the number of each part at its upper edge, before labels take the room."""
    outlines = list(_outlines(marks, at))
    # A number tells one from another: where there is one only, it would be taken for a name.
    for which, ring in outlines if len(outlines) > 1 else ():
        text = str(which + 1)
        half = width_pt(text, 9, bold=True) / 2 + 1
        # Round the outline from its top, so that the number stands on the line.
        steps = ring[np.argsort(-ring[:, 1], kind="stable")]
        spots = [points_in(axes, x, y) for x, y in steps.tolist()]
        boxes = [Box(x - half, y - 6, x + half, y + 6) for x, y in spots]
        found = room.first_free(boxes)
        if found is None:
            room.take(boxes[0])
        written(axes, text, boxes[found or 0], size_pt=9, colour=_NUMBER, bold=True)


def _outlines(marks: Sequence[Mark], at: Float64) -> Iterator[tuple[int, Float64]]:
    """Yield each part and the line round its marks."""
    part = np.array([mark.part for mark in marks])
    for which in np.unique(part[part >= 0]).tolist():
        round_them = shapely.multipoints(at[part == which]).convex_hull.buffer(0.78)
        yield which, shapely.get_coordinates(shapely.get_exterior_ring(round_them))


def _beside(x: float, y: float, away: float, wide: float, high: float) -> Iterator[Box]:
    """Yield where a label may stand by its mark, the best first."""
    for left in (x - wide / 2, x - 0.2 * wide, x - 0.8 * wide):
        yield Box(left, y - away - high, left + wide, y - away)
        yield Box(left, y + away, left + wide, y + away + high)
    yield Box(x + away, y - high / 2, x + away + wide, y + high / 2)
    yield Box(x - away - wide, y - high / 2, x - away, y + high / 2)
    diagonal = 0.72 * away
    for low in (y - diagonal - high, y + diagonal):
        yield Box(x + diagonal, low, x + diagonal + wide, low + high)
        yield Box(x - diagonal - wide, low, x - diagonal, low + high)
