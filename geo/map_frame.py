"""What every map has: a frame on the British National Grid, boundaries, names and a scale bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Transform

from geo.lettering import Box, LabelRoom, drawable, width_pt
from geo.page import INK, SOFT

_WORDS: Final = 50
"""Above everything else that is drawn in a frame."""

_LENGTHS: Final = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
_NORTH_PT: Final = 112.0
"""Width of the words on which way is north."""

_BACK: Final = {"facecolor": "white", "edgecolor": "none", "alpha": 0.78, "pad": 0.8}


@dataclass(frozen=True)
class PlaceLabel:
    """A name to print on the map.

    Attributes
    ----------
    text : str
        A town or area, never a person or an address.
    easting_m, northing_m : float
        Where its middle goes, EPSG:27700.
    """

    text: str
    easting_m: float
    northing_m: float


def boundaries(axes: Axes, shapes: Sequence[Any], *, colour: str, width: float, order: float) -> None:
    """Draw the outlines of shapes.

    Parameters
    ----------
    axes : Axes
        A frame with its limits set.
    shapes : sequence of shapely geometry
        EPSG:27700.
    colour : str
        Of the lines.
    width : float
        Of the lines, in points.
    order : float
        What is drawn over what.

    Notes
    -----
    Bends too small to see on the page are left out, or a detailed layer would make a picture of many
    megabytes.
    """
    lines = _near(axes, shapely.boundary(_plain(axes, shapes)))
    paths = [shapely.get_coordinates(line) for line in lines]
    axes.add_collection(LineCollection(paths, colors=colour, linewidths=width, zorder=order), autolim=False)


def surfaces(axes: Axes, shapes: Sequence[Any], *, colour: str, order: float) -> None:
    """Fill shapes with one colour.

    Parameters
    ----------
    axes : Axes
        A frame with its limits set.
    shapes : sequence of shapely geometry
        EPSG:27700; holes are filled too.
    colour : str
        Of the surface.
    order : float
        What is drawn over what.
    """
    parts = _near(axes, _plain(axes, shapes))
    rings = [shapely.get_coordinates(shapely.get_exterior_ring(part)) for part in parts]
    axes.add_collection(
        PolyCollection([ring for ring in rings if len(ring)], facecolors=colour, linewidths=0, zorder=order),
        autolim=False,
    )


def names(axes: Axes, labels: Iterable[PlaceLabel], *, taken: Iterable[Box] = ()) -> None:
    """Print names where there is room.

    Parameters
    ----------
    axes : Axes
        A frame with its limits set.
    labels : iterable of PlaceLabel
        The first ones have the first choice; one that would cover another is left out.
    taken : iterable of Box, optional
        What else stands in the frame, in points from its lower left corner.
    """
    room, size_pt = LabelRoom(frame_box(axes)), 9.0
    for box in taken:
        room.take(box)
    for label in labels:
        text = drawable(label.text, longest=32)
        (x, y), wide = points_in(axes, label.easting_m, label.northing_m), width_pt(text, size_pt)
        box = Box(x - wide / 2 - 1, y - 0.7 * size_pt, x + wide / 2 + 1, y + 0.7 * size_pt)
        if text and room.first_free([box]) is not None:
            written(axes, text, box, size_pt=size_pt)


def written(
    axes: Axes, text: str, box: Box, *, size_pt: float, colour: str = INK, bold: bool = False
) -> None:
    """Print text in the middle of a box, on a pale ground.

    Parameters
    ----------
    axes : Axes
        A frame.
    text : str
        As ``drawable`` gives it.
    box : Box
        In points from the frame's lower left corner.
    size_pt : float
        Size of the letters, in points.
    colour : str, optional
        Of the letters.
    bold : bool, optional
        In bold letters.
    """
    axes.annotate(
        text,
        ((box.left + box.right) / 2, (box.low + box.high) / 2),
        xycoords="axes points",
        ha="center",
        va="center",
        fontsize=size_pt,
        color=colour,
        weight="bold" if bold else "normal",
        bbox=_BACK,
        zorder=_WORDS,
        annotation_clip=False,
    )


def frame_box(axes: Axes) -> Box:
    """Return the frame itself.

    Parameters
    ----------
    axes : Axes
        A frame.

    Returns
    -------
    Box
        In points from its own lower left corner.
    """
    around = axes.get_window_extent()
    scale = 72 / _page_of(axes).dpi
    return Box(0.0, 0.0, float(around.width) * scale, float(around.height) * scale)


def points_in(axes: Axes, x: float, y: float) -> tuple[float, float]:
    """Return where a position lies in the frame.

    Parameters
    ----------
    axes : Axes
        A frame with its limits set.
    x, y : float
        In the units of the frame.

    Returns
    -------
    tuple of float
        Points from the frame's lower left corner.
    """
    around, (across, up) = axes.get_window_extent(), axes.transData.transform((x, y))
    scale = 72 / _page_of(axes).dpi
    return float((across - around.x0) * scale), float((up - around.y0) * scale)


def in_points(axes: Axes) -> Transform:
    """Return what turns points from the frame's lower left corner into places on the page.

    Parameters
    ----------
    axes : Axes
        A frame.

    Returns
    -------
    Transform
        For artists whose size and place do not follow the frame's limits.
    """
    figure, share = _page_of(axes), axes.get_position()
    width, height = figure.get_size_inches()
    corner = Affine2D().scale(1 / 72).translate(share.x0 * width, share.y0 * height)
    return corner + figure.dpi_scale_trans


def scale_bar(axes: Axes) -> Box:
    """Draw a bar of a round length, and which way is north.

    Parameters
    ----------
    axes : Axes
        A frame with its limits set, in metres.

    Returns
    -------
    Box
        What it covers, in points from the frame's lower left corner.
    """
    (west, east), frame = axes.get_xlim(), frame_box(axes)
    point = (east - west) / frame.right
    length = next(m for m in _LENGTHS if m < (east - west) / 4 or m == 1)
    bar, x, y = length / point, 14.0, 20.0
    box = Box(4.0, 4.0, max(x + bar, x + _NORTH_PT) + 8, y + 21)
    where = in_points(axes)
    ground = Rectangle((4, 4), box.right - 4, box.high - 4, transform=where, facecolor="white", alpha=0.8)
    ground.set_zorder(_WORDS - 1)
    axes.add_patch(ground)
    axes.plot(
        [x, x, x + bar, x + bar],
        [y + 4, y, y, y + 4],
        color=INK,
        linewidth=1.6,
        transform=where,
        zorder=_WORDS,
    )
    words = f"{length // 1000} km" if length >= 1000 else f"{length} m"
    axes.text(x + bar / 2, y + 6, words, ha="center", va="bottom", fontsize=8, transform=where, zorder=_WORDS)
    axes.text(
        x, y - 4, "British National Grid, north up", ha="left", va="top", fontsize=7, color=SOFT,
        transform=where, zorder=_WORDS,
    )  # fmt: skip
    return box


def _plain(axes: Axes, shapes: Sequence[Any]) -> Any:
    """Return shapes without bends of less than half a pixel."""
    west, east = axes.get_xlim()
    return shapely.simplify(np.asarray(list(shapes), dtype=object), (east - west) / 3000)


def _near(axes: Axes, shapes: Any) -> Any:
    """Return the parts of shapes in the frame and a little round it, so that the cut is not seen."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wide, high = 0.1 * (east - west), 0.1 * (north - south)
    return shapely.get_parts(
        shapely.clip_by_rect(shapes, west - wide, south - high, east + wide, north + high)
    )


def _page_of(axes: Axes) -> Figure:
    # A frame always stands on a page of its own, never in a part of one.
    return cast(Figure, axes.figure)
