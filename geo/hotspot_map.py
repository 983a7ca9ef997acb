"""The picture of a hotspot run: cells by count, hot cells, and what the method says and does not say."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import ListedColormap, NoNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from geo.hotspots import LIMITS, METHOD, HotspotResult

# Light blues for counts and one orange for what passed the test: told apart with any colour vision and
# in grey, because the orange cells also carry a dark outline.
_BLUES = ("#bdd3e8", "#8cb4d6", "#5a91c1", "#336ca3", "#174674")
_HOT, _HOT_EDGE = "#e8590c", "#4a1a00"
_INK, _SOFT, _LINE = "#1a1a1a", "#555555", "#b5b5b5"
_OUTSIDE, _EMPTY_CELL = "#ececec", "#ffffff"
_PIXELS_PER_INCH = 160
_SIDE_INCHES = 10.0
_MAP = (0.03, 0.135, 0.94, 0.72)  # left, bottom, width, height of the map, as shares of the page

# What is drawn over what.
_CELLS, _THIN, _HOT_CELLS, _STRONG, _WORDS = 1, 2, 3, 4, 5

_READING = (
    "A hot cell is the middle of a window of 3 x 3 cells that passed the test; "
    "a cell that is not hot is not a safe place."
)


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


def hotspot_map(
    result: HotspotResult,
    *,
    title: str,
    marking: str,
    areas: Sequence[Any] = (),
    districts: Sequence[Any] = (),
    labels: Sequence[PlaceLabel] = (),
) -> bytes:
    """Draw a run of the hotspot test as a PNG of 1,600 by 1,600 pixels.

    Parameters
    ----------
    result : HotspotResult
        A run of `geo.hotspots.hotspots`.
    title : str
        Theme and period, e.g. ``Burglary, January to August 2025``.
    marking : str
        Handling of the picture, printed at its top and bottom.
    areas, districts : sequence of shapely geometry
        Boundaries to draw in thin and in stronger lines, EPSG:27700.
    labels : sequence of PlaceLabel
        Names to print on it.

    Returns
    -------
    bytes
        A PNG whose ``Description`` says in words what the picture shows.

    Notes
    -----
    Where recorded events gather, not where harm is greatest: the picture says so itself, with method,
    numbers, exclusions and limits, so that it can be passed on alone. A working map: quiet cells are
    shown too. The same run gives the same bytes.
    """
    with rc_context({"font.family": "DejaVu Sans", "font.size": 9, "text.color": _INK}):
        figure = Figure(figsize=(_SIDE_INCHES, _SIDE_INCHES), dpi=_PIXELS_PER_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        _words(figure, result, title, marking)
        axes = figure.add_axes(_MAP)
        _frame(axes, result)
        _cells(axes, result)
        _lines(axes, areas, colour="#c4c4c4", width=0.4, order=_THIN)
        _hot_cells(axes, result)
        _lines(axes, districts, colour="#5f5f5f", width=1.0, order=_STRONG)
        _names(axes, labels)
        _scale_bar(axes)
        _key(axes, result)
        return _png(figure, title, alt_text(result, title=title))


def alt_text(result: HotspotResult, *, title: str) -> str:
    """What the picture shows, in words.

    Parameters
    ----------
    result : HotspotResult
        The run that is drawn.
    title : str
        Theme and period.

    Returns
    -------
    str
        Title, answer, numbers and limits, for those who do not see the picture.
    """
    return f"Map of hotspots. {title}. {_answer(result)} {_numbers(result)} {LIMITS}"


def _answer(result: HotspotResult) -> str:
    sentence = result.sentence
    return f"{sentence[0].upper()}{sentence[1:]}."


def _numbers(result: HotspotResult) -> str:
    source = "of the area" if result.study == "polygon" else "of the hull of the events"
    return (
        f"{result.n_events:,} events in {result.n_cells:,} cells {source}, {result.cell_size_m:,} m a side; "
        f"{result.excluded:,} outside it and {result.unplaced:,} without a position left out; "
        f"threshold q = {result.q:g} after correction for all cells."
    )


def _png(figure: Figure, title: str, description: str) -> bytes:
    out = BytesIO()
    said = {"Title": title, "Description": description, "Software": "Kithmap"}
    figure.savefig(out, format="png", dpi=_PIXELS_PER_INCH, metadata=said)
    return out.getvalue()


def _words(figure: Figure, result: HotspotResult, title: str, marking: str) -> None:
    for height in (0.984, 0.013):
        figure.text(0.5, height, marking, ha="center", va="center", weight="bold", fontsize=10)
    title_size = min(17.0, 17.0 * 62 / len(title)) if title else 17.0
    figure.text(0.03, 0.944, title, ha="left", va="center", weight="bold", fontsize=title_size)
    figure.text(0.03, 0.908, _answer(result), ha="left", va="center", fontsize=12.5)
    figure.text(0.03, 0.875, _numbers(result), ha="left", va="center", fontsize=8, color=_SOFT)
    limits, method = textwrap.fill(LIMITS, 128), textwrap.fill(f"{_READING} Method: {METHOD}.", 148)
    figure.text(0.03, 0.119, limits, ha="left", va="top", fontsize=9, linespacing=1.45)
    figure.text(0.03, 0.073, method, ha="left", va="top", fontsize=8, color=_SOFT, linespacing=1.45)


def _frame(axes: Axes, result: HotspotResult) -> None:
    size, (_, _, box_width, box_height) = result.cell_size_m, _MAP
    west, east = int(result.easting_m.min()), int(result.easting_m.max()) + size
    south, north = int(result.northing_m.min()), int(result.northing_m.max()) + size
    height = 1.06 * max(north - south, (east - west) * box_height / box_width)
    width = height * box_width / box_height
    middle_east, middle_north = (west + east) / 2, (south + north) / 2
    axes.set_xlim(middle_east - width / 2, middle_east + width / 2)
    axes.set_ylim(middle_north - height / 2, middle_north + height / 2)
    axes.set_facecolor(_OUTSIDE)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color(_LINE)


def _lines(axes: Axes, shapes: Sequence[Any], *, colour: str, width: float, order: int) -> None:
    lines = shapely.get_parts(shapely.boundary(np.asarray(list(shapes), dtype=object)))
    paths = [shapely.get_coordinates(line) for line in lines]
    axes.add_collection(LineCollection(paths, colors=colour, linewidths=width, zorder=order), autolim=False)


def _cells(axes: Axes, result: HotspotResult) -> None:
    # One image for all cells of the study: hundreds of thousands of squares would be slow to draw.
    size = result.cell_size_m
    column = (result.easting_m - result.easting_m.min()) // size
    row = (result.northing_m - result.northing_m.min()) // size
    shade = np.zeros((int(row.max()) + 1, int(column.max()) + 1), dtype=np.uint8)
    shade[row, column] = 1 + np.searchsorted(_edges(result), result.count, side="right")
    west, south = int(result.easting_m.min()), int(result.northing_m.min())
    extent = (west, west + shade.shape[1] * size, south, south + shade.shape[0] * size)
    axes.imshow(
        shade,
        cmap=ListedColormap([_OUTSIDE, _EMPTY_CELL, *_BLUES]),
        norm=NoNorm(),
        origin="lower",
        extent=extent,
        aspect="auto",
        interpolation="nearest",
        zorder=_CELLS,
    )


def _hot_cells(axes: Axes, result: HotspotResult) -> None:
    cells = _squares(result, result.hot)
    axes.add_collection(
        PolyCollection(list(cells), facecolors=_HOT, linewidths=0, zorder=_HOT_CELLS), autolim=False
    )
    if len(cells):
        outline = shapely.union_all(shapely.polygons(cells))
        _lines(axes, [outline], colour=_HOT_EDGE, width=1.1, order=_HOT_CELLS)


def _squares(result: HotspotResult, which: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    corner = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * result.cell_size_m
    south_west = np.column_stack([result.easting_m[which], result.northing_m[which]])
    squares: npt.NDArray[np.float64] = (south_west[:, None, :] + corner[None, :, :]).astype(np.float64)
    return squares


def _edges(result: HotspotResult) -> list[int]:
    # At most five classes, each about three times as wide as the one before.
    most = int(result.count[~result.hot].max(initial=1))
    return [edge for edge in (1, 2, 5, 15, 50) if edge <= most]


def _key(axes: Axes, result: HotspotResult) -> None:
    edges = _edges(result)
    most = int(result.count[~result.hot].max(initial=1))
    entries = [Patch(facecolor=_HOT, edgecolor=_HOT_EDGE, label=f"hot cell ({int(result.hot.sum()):,})")]
    for colour, low, after in zip(_BLUES, edges, [*edges[1:], most + 1], strict=False):
        span = f"{low:,}" if after == low + 1 else f"{low:,} to {after - 1:,}"
        entries.append(Patch(facecolor=colour, label=f"{span} event{'s' if after > 2 else ''}, not hot"))
    entries.append(Patch(facecolor=_EMPTY_CELL, edgecolor=_LINE, label="none recorded"))
    entries.append(Patch(facecolor=_OUTSIDE, edgecolor=_LINE, label="outside the study"))
    key = axes.legend(handles=entries, loc="upper right", fontsize=8, framealpha=0.95, edgecolor=_LINE)
    key.set_zorder(_WORDS)


def _names(axes: Axes, labels: Sequence[PlaceLabel]) -> None:
    halo = [withStroke(linewidth=2.5, foreground="white")]
    for label in labels:
        at = (label.easting_m, label.northing_m)
        axes.annotate(label.text, at, ha="center", va="center", fontsize=9, path_effects=halo, zorder=_WORDS)


def _scale_bar(axes: Axes) -> None:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = next(
        m
        for m in (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 10)
        if m < (east - west) / 4
    )
    x, y, rise = west + 0.025 * (east - west), south + 0.03 * (north - south), 0.006 * (north - south)
    axes.plot([x, x, x + length, x + length], [y + rise, y, y, y + rise], color=_INK, linewidth=1.6)
    words = f"{length // 1000} km" if length >= 1000 else f"{length} m"
    axes.text(x + length / 2, y + 1.4 * rise, words, ha="center", va="bottom", fontsize=8)
    axes.text(
        x, y - 0.8 * rise, "British National Grid, north up", ha="left", va="top", fontsize=6.5, color=_SOFT
    )
