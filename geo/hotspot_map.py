"""The picture of a hotspot run: cells by count, hot cells, and what the method says and does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import ListedColormap, NoNorm
from matplotlib.patches import Patch

from geo.hotspots import LIMITS, METHOD, HotspotResult
from geo.map_frame import PlaceLabel, boundaries, names, scale_bar
from geo.page import FAINT, SOFT, Page, fitted, lettered
from geo.picture import Picture

__all__ = ["PlaceLabel", "alt_text", "hotspot_map", "hotspot_picture"]

# Light blues for counts and one orange for what passed the test: told apart with any colour vision and
# in grey, because the orange cells also carry a dark outline.
_BLUES = ("#bdd3e8", "#8cb4d6", "#5a91c1", "#336ca3", "#174674")
_HOT, _HOT_EDGE = "#e8590c", "#4a1a00"
_OUTSIDE, _EMPTY_CELL = "#ececec", "#ffffff"

# What is drawn over what.
_CELLS, _THIN, _HOT_CELLS, _STRONG, _KEY = 1, 2, 3, 4, 60

_READING = (
    "A hot cell is the middle of a window of 3 x 3 cells that passed the test; "
    "a cell that is not hot is not a safe place."
)


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
    with lettered():
        page = _page(result, title, marking, areas, districts, labels)
        return page.png(alt_text(result, title=title))


def hotspot_picture(
    result: HotspotResult,
    *,
    title: str,
    marking: str,
    areas: Sequence[Any] = (),
    districts: Sequence[Any] = (),
    labels: Sequence[PlaceLabel] = (),
) -> Picture:
    """Draw a run of the hotspot test for a document: as PNG, as SVG and in words.

    Parameters
    ----------
    result : HotspotResult
        A run of `geo.hotspots.hotspots`.
    title : str
        Theme and period.
    marking : str
        Handling of the picture, printed at its top and bottom.
    areas, districts : sequence of shapely geometry
        Boundaries to draw in thin and in stronger lines, EPSG:27700.
    labels : sequence of PlaceLabel
        Names to print on it.

    Returns
    -------
    Picture
        What ``hotspot_map`` draws. In the SVG all cells are one image, however many there are.

    Notes
    -----
    Says what ``hotspot_map`` says, and does not say what it does not.
    """
    with lettered():
        page = _page(result, title, marking, areas, districts, labels)
        return page.picture(alt_text(result, title=title))


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


def _page(
    result: HotspotResult,
    title: str,
    marking: str,
    areas: Sequence[Any],
    districts: Sequence[Any],
    labels: Sequence[PlaceLabel],
) -> Page:
    page = Page(title, marking)
    page.say(_answer(result), size_pt=12.5)
    page.say(_numbers(result), size_pt=8.5, colour=SOFT)
    page.note(f"{_READING} Method: {METHOD}.")
    page.note(LIMITS, size_pt=9, colour="#1a1a1a")
    axes = page.frame()
    _framed(axes, result)
    _cells(axes, result)
    boundaries(axes, areas, colour="#c4c4c4", width=0.4, order=_THIN)
    _hot_cells(axes, result)
    boundaries(axes, districts, colour="#5f5f5f", width=1.0, order=_STRONG)
    names(axes, labels, taken=[scale_bar(axes)])
    _key(axes, result)
    return page


def _framed(axes: Axes, result: HotspotResult) -> None:
    size = result.cell_size_m
    west, east = int(result.easting_m.min()), int(result.easting_m.max()) + size
    south, north = int(result.northing_m.min()), int(result.northing_m.max()) + size
    wide, high = 0.03 * (east - west), 0.03 * (north - south)
    fitted(axes, west - wide, south - high, east + wide, north + high)
    axes.set_facecolor(_OUTSIDE)


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
    surface = PolyCollection(list(cells), facecolors=_HOT, linewidths=0, zorder=_HOT_CELLS)
    # Thousands of squares would make a drawing nobody can open: in the SVG they are one image.
    surface.set_rasterized(len(cells) > 500)
    axes.add_collection(surface, autolim=False)
    if len(cells):
        outline = shapely.union_all(shapely.polygons(cells))
        boundaries(axes, [outline], colour=_HOT_EDGE, width=1.1, order=_HOT_CELLS)


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
    entries.append(Patch(facecolor=_EMPTY_CELL, edgecolor=FAINT, label="none recorded"))
    entries.append(Patch(facecolor=_OUTSIDE, edgecolor=FAINT, label="outside the study"))
    key = axes.legend(handles=entries, loc="upper right", fontsize=8, framealpha=0.95, edgecolor=FAINT)
    key.set_zorder(_KEY)
