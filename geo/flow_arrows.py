"""The drawing of flows in a frame: areas, boxes at the margin, and arrows that keep apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.patheffects import Stroke, withStroke

from geo.lettering import Box, LabelRoom, drawable, width_pt, wrapped
from geo.map_frame import boundaries, frame_box, in_points, points_in, scale_bar, surfaces, written
from geo.page import INK, fitted

WIDTHS: Final = (1.2, 2.4, 3.8, 5.6)
"""Width of an arrow in points, by class from the smallest counts up."""

ARROW: Final = "#174674"
"""Colour of arrows."""

BOX: Final = "#fdf1dc"
"""Surface of the boxes at the margin."""

_GROUND, _AREA, _BORDER = "#e9edf0", "#ffffff", "#8d99a6"
_BEND = 0.2
_LETTERS = 9.5
_ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8)

# What is drawn over what.
_FILL, _LINES, _ARROWS, _BOXES = 1, 2, 4, 6

Points = npt.NDArray[np.float64]


class Flow(NamedTuple):
    """What goes from one area to another.

    Attributes
    ----------
    start, end : str
        Codes of the areas, or the words for one that has no shape.
    magnitude : int
        How much; above 0.
    """

    start: str
    end: str
    magnitude: int


def classes_of(flows: Sequence[Flow]) -> tuple[int, ...]:
    """Return where the classes of width begin.

    Parameters
    ----------
    flows : sequence of Flow
        What is drawn.

    Returns
    -------
    tuple of int
        Least count of each class of ``WIDTHS``: 1, 3, 10 and 50, or these but the first times ten, a hundred
        ..., so that the largest flow is in the last class or the one before.
    """
    most = max((flow.magnitude for flow in flows), default=1)
    times = 1
    while most >= 500 * times:
        times *= 10
    return 1, 3 * times, 10 * times, 50 * times


def drawn_flows(axes: Axes, areas: Sequence[tuple[str, str, Any]], flows: Sequence[Flow]) -> None:
    """Draw areas and what goes between them.

    Parameters
    ----------
    axes : Axes
        An empty frame.
    areas : sequence of (code, name, shapely geometry)
        Polygons in EPSG:27700.
    flows : sequence of Flow
        The largest first: they have the first choice of where their number stands.
    """
    shapes = [shape for _, _, shape in areas]
    outside = sorted({end for flow in flows for end in flow[:2]} - {code for code, _, _ in areas})
    _framed(axes, shapes, 0.27 if outside else 0.04)
    axes.set_facecolor(_GROUND)
    surfaces(axes, shapes, colour=_AREA, order=_FILL)
    boundaries(axes, shapes, colour=_BORDER, width=1.0, order=_LINES)
    room = LabelRoom(frame_box(axes))
    if shapes:
        room.take(scale_bar(axes))
    ends = _boxes(axes, outside, room)
    used = {end for flow in flows for end in flow[:2]}
    # Areas without an arrow come last, and are named only where there is room.
    for area in sorted(areas, key=lambda area: area[0] not in used):
        ends |= _named(axes, area, room, must=area[0] in used)
    if not flows:
        _instead(axes, room)
    least = classes_of(flows)
    for flow in reversed(flows):
        _arrow(axes, flow, ends, WIDTHS[sum(flow.magnitude >= edge for edge in least) - 1])
    for flow in flows:
        _number(axes, flow, ends, room)


def _framed(axes: Axes, shapes: Sequence[Any], margin: float) -> None:
    west, south, east, north = shapely.total_bounds(shapes) if shapes else (0.0, 0.0, 1000.0, 1000.0)
    wide, high = margin * (east - west), 0.06 * (north - south)
    fitted(axes, west - wide, south - high, east + wide, north + high)


def _boxes(axes: Axes, outside: Sequence[str], room: LabelRoom) -> dict[str, Box]:
    """Draw a box for each area without a shape, by turns down the right and the left side."""
    frame, boxes = frame_box(axes), {}
    for k, code in enumerate(outside):
        lines = wrapped(drawable(code, longest=60), _LETTERS, 92)
        half_wide = max((width_pt(line, _LETTERS) for line in lines), default=0.0) / 2 + 6
        half_high = 0.65 * _LETTERS * len(lines) + 5
        x = frame.right - half_wide - 8 if k % 2 == 0 else half_wide + 8
        y = frame.high * (0.84 - 0.27 * (k // 2))
        box = Box(x - half_wide, y - half_high, x + half_wide, y + half_high)
        axes.add_patch(
            FancyBboxPatch(
                (box.left, box.low), 2 * half_wide, 2 * half_high, boxstyle="round,pad=0,rounding_size=3",
                facecolor=BOX, edgecolor=INK, linewidth=0.9, zorder=_BOXES, transform=in_points(axes),
            )
        )  # fmt: skip
        axes.annotate(
            "\n".join(lines), (x, y), xycoords="axes points", ha="center", va="center", fontsize=_LETTERS,
            zorder=_BOXES + 1,
        )  # fmt: skip
        room.take(box)
        boxes[code] = box
    return boxes


def _named(axes: Axes, area: tuple[str, str, Any], room: LabelRoom, *, must: bool) -> dict[str, Box]:
    """Print the name of an area; what is printed is where its arrows start and end."""
    code, name, shape = area
    middle = shape.centroid if shape.contains(shape.centroid) else shape.representative_point()
    x, y = points_in(axes, middle.x, middle.y)
    lines = wrapped(drawable(name or code, longest=40), _LETTERS, 110) or ["?"]
    half_wide = max(width_pt(line, _LETTERS, bold=True) for line in lines) / 2 + 2
    half_high = 0.62 * _LETTERS * len(lines) + 1
    tried = [
        Box(x - half_wide, y + up - half_high, x + half_wide, y + up + half_high)
        for up in (0, 8, -8, 16, -16, 24, -24)
    ]
    found = room.first_free(tried)
    if found is None and not must:
        return {}
    box = tried[found or 0]
    if found is None:
        room.take(box)
    written(axes, "\n".join(lines), box, size_pt=_LETTERS, bold=True)
    return {code: box}


def _curve(start: Box, end: Box) -> Points:
    """Return points of an arc bent to the left of its way: the way back bends to the other side."""
    a = np.array([(start.left + start.right) / 2, (start.low + start.high) / 2])
    b = np.array([(end.left + end.right) / 2, (end.low + end.high) / 2])
    control = (a + b) / 2 + _BEND * np.array([a[1] - b[1], b[0] - a[0]])
    t = np.linspace(0, 1, 60)[:, None]
    arc: Points = (1 - t) ** 2 * a + 2 * t * (1 - t) * control + t**2 * b
    seen = arc[~(_within(arc, start) | _within(arc, end))]
    # Names that lie over each other leave no way between them: then from middle to middle.
    return seen if len(seen) >= 6 else arc[6:-6]


def _within(arc: Points, box: Box) -> npt.NDArray[np.bool_]:
    across = (arc[:, 0] > box.left - 3) & (arc[:, 0] < box.right + 3)
    inside: npt.NDArray[np.bool_] = across & (arc[:, 1] > box.low - 3) & (arc[:, 1] < box.high + 3)
    return inside


def _instead(axes: Axes, room: LabelRoom) -> None:
    words, frame = "No flow between areas is recorded", frame_box(axes)
    half, high = width_pt(words, 13, bold=True) / 2, frame.high - 16
    box = Box(frame.right / 2 - half, high - 9, frame.right / 2 + half, high + 9)
    room.take(box)
    written(axes, words, box, size_pt=13, bold=True)


def _arrow(axes: Axes, flow: Flow, ends: dict[str, Box], width: float) -> None:
    axes.add_patch(
        FancyArrowPatch(
            path=Path(_curve(ends[flow.start], ends[flow.end])),
            arrowstyle=f"-|>,head_length={3 + width},head_width={2 + 0.65 * width}",
            color=ARROW,
            linewidth=width,
            capstyle="butt",
            joinstyle="miter",
            zorder=_ARROWS,
            transform=in_points(axes),
            path_effects=[withStroke(linewidth=width + 1.8, foreground="white"), Stroke(linewidth=width)],
        )
    )


def _number(axes: Axes, flow: Flow, ends: dict[str, Box], room: LabelRoom) -> None:
    arc = _curve(ends[flow.start], ends[flow.end])
    text = f"{flow.magnitude:,}"
    half = width_pt(text, _LETTERS, bold=True) / 2 + 1.5
    spots = [arc[int(share * (len(arc) - 1))] for share in _ALONG]
    boxes = [Box(x - half, y - 6.5, x + half, y + 6.5) for x, y in spots]
    found = room.first_free(boxes)
    # A number is never left out: without room it goes where it covers least.
    box = boxes[found] if found is not None else min(boxes, key=room.covered)
    if found is None:
        room.take(box)
    written(axes, text, box, size_pt=_LETTERS, bold=True, colour=ARROW)
