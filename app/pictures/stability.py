"""The picture of how sure a run of peer clusters is: the scan of resolutions, and each cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.picture import Picture
from graph.measures.consensus import MIN_STABILITY
from graph.measures.peer_clusters import PeerClusters
from graph.measures.resolution import ScanRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLAIN: Final = (
    "Stability says how far runs that start elsewhere find the same set in the same records: 1 is exactly, "
    "every time. It does not say that the records are right or whole, that the people see themselves as a "
    "group, or what anybody did or will do. Clusters stand in the order of their numbers."
)
_INK, _SOFT, _CHOSEN = "#174674", "#7d8794", "#b4461e"
_PANELS: Final = (
    ("clusters", "peer clusters\nthat recur", "o"),
    ("agreement", "agreement of\nthe runs, 0 to 1", "s"),
    ("significance", "distance from\nchance, nats", "^"),
)
_NAMED: Final = 25


def stability_plot(found: PeerClusters, *, title: str, marking: str, states: tuple[str, ...] = ()) -> Picture:
    """Draw the scan of resolutions beside the stability of each published cluster.

    Parameters
    ----------
    found : PeerClusters
        A run.
    title : str
        What was run.
    marking : str
        Handling, printed at the top and at the bottom.
    states : tuple of str, optional
        Printed under the marking, such as ``UNCONFIRMED``.

    Returns
    -------
    Picture
        PNG of 1,600 pixels in width, SVG, and what they show in words.

    Notes
    -----
    A picture of the method, not of people: it holds no names and ranks no clusters.
    """
    from geo.page import Page, lettered

    said, chosen, more = _sentence(found), _choice(found), " ".join(found.notes)
    with lettered():
        page = Page(title, marking, states=states, height_inches=_height(found))
        page.say(said, size_pt=11)
        page.say(chosen, colour="#555555")
        page.note(PLAIN)
        page.note(more, size_pt=8.5, colour="#1a1a1a", most=4)
        left, low, width, height = page.left_over()
        foot = 0.5 / _height(found)
        scan = [
            page.figure.add_axes(
                (left + 0.105, low + foot + (2 - k) * (height - foot) / 3, 0.36, 0.85 * (height - foot) / 3)
            )
            for k in range(3)
        ]
        _scan(scan, found)
        each = page.figure.add_axes((left + 0.57, low + foot, width - 0.625, height - foot - 0.03))
        _each(each, found)
        alt = [*states, f"Stability of peer clusters. {title}.", said, chosen, _listed(found), more, PLAIN]
        return page.picture(" ".join(filter(None, alt)))


def _height(found: PeerClusters) -> float:
    return 7.6 + 0.13 * max(0, min(len(found), _NAMED) - 14)


def _sentence(found: PeerClusters) -> str:
    if not len(found):
        return "No peer cluster stands out, so there is no stability to show."
    n = len(found)
    return (
        f"{n:,} peer cluster{'s' * (n > 1)} (unconfirmed); stability from {found.stability.min():.2f} to "
        f"{found.stability.max():.2f} over {len(found.seeds)} runs. Left out: {found.unstable:,} because "
        f"runs did not agree (under {MIN_STABILITY:g}), {found.by_chance:,} because chance alone gives such."
    )


def _choice(found: PeerClusters) -> str:
    if np.isnan(found.resolution):
        return "No resolution was chosen."
    if not found.scan:
        return f"The resolution, {found.resolution:.4g} median ties a pair, was given: no others were tried."
    return (
        f"Of {len(found.scan)} resolutions tried, {found.resolution:.4g} median ties a pair was chosen: "
        "there the clusters that recur are furthest from chance."
    )


def _listed(found: PeerClusters) -> str:
    some = [
        f"{n + 1}: {value:.2f} ({found.size[n]} people)"
        for n, value in enumerate(found.stability[:_NAMED].tolist())
    ]
    rest = len(found) - len(some)
    listed = f"Stability by cluster: {', '.join(some)}" if some else ""
    return f"{listed}{f', and {rest:,} more' if rest else ''}." if listed else ""


def _scan(panels: list[Axes], found: PeerClusters) -> None:
    for axes, (field, words, shape) in zip(panels, _PANELS, strict=True):
        _plain(axes)
        axes.set_ylabel(words, fontsize=8.5)
        axes.set_xscale("log", base=2)
        if not found.scan:
            _instead(axes, "not scanned" if np.isnan(found.resolution) else "resolution given")
            continue
        _curve(axes, found, field, shape)
    if found.scan:
        for axes in panels[:-1]:
            axes.set_xticklabels([])
        panels[-1].set_xlabel("resolution, in median ties a pair (loose to tight)", fontsize=9)


def _curve(axes: Axes, found: PeerClusters, field: str, shape: str) -> None:
    from matplotlib.ticker import MaxNLocator, NullLocator

    rows: tuple[ScanRow, ...] = found.scan
    x = [row.resolution for row in rows]
    y = [float(getattr(row, field)) for row in rows]
    axes.plot(x, y, color=_INK, marker=shape, markersize=4.5, linewidth=1.3, zorder=3)
    axes.axvline(found.resolution, color=_CHOSEN, linestyle=(0, (4, 2)), linewidth=1.6, zorder=2)
    ticks = [r for r in x if round(r * 128) in {1, 4, 16, 64, 128}]
    axes.set_xticks(ticks, [f"{tick:.3g}" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    if field == "agreement":
        axes.set_ylim(-0.04, 1.06)
    else:
        low, high = min(0.0, float(np.nanmin(y))), max(float(np.nanmax(y)), 1.0)
        axes.set_ylim(low - 0.04 * (high - low), high + 0.12 * (high - low))
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=field == "clusters"))
    if field == "clusters":
        axes.set_title("Resolutions tried; the dashed line is the one used", fontsize=9.5, loc="left")


def _each(axes: Axes, found: PeerClusters) -> None:
    _plain(axes)
    axes.set_title("Stability of each cluster", fontsize=9.5, loc="left")
    n = len(found)
    if not n:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.text(
            0.5, 0.5, "no peer cluster", ha="center", va="center", transform=axes.transAxes, color=_SOFT
        )
        return
    row = np.arange(n)
    axes.hlines(row, 0, found.stability, color="#c3cfdd", linewidth=min(6.0, 240 / n), zorder=1)
    axes.scatter(found.stability, row, s=34 if n <= 60 else 12, color=_INK, zorder=3, clip_on=False)
    axes.axvline(MIN_STABILITY, color=_CHOSEN, linestyle=(0, (1, 1.5)), linewidth=1.4, zorder=2)
    axes.set_xlim(0, 1.0)
    axes.set_ylim(n - 0.4, -0.6)
    axes.set_xlabel(f"stability; dotted line: least that is shown, {MIN_STABILITY:g}", fontsize=9)
    _rows(axes, found, row)


def _rows(axes: Axes, found: PeerClusters, row: Any) -> None:
    n = len(found)
    if n <= _NAMED:
        axes.set_yticks(row, [f"{k + 1} ({found.size[k]} people)" for k in row.tolist()], fontsize=8.5)
        for k, value in zip(row.tolist(), found.stability.tolist(), strict=True):
            axes.annotate(f"{value:.2f}", (value, k), xytext=(7, 0), textcoords="offset points", va="center")
        return
    step = next(s for s in (5, 10, 20, 50, 100, 500, 1000, 10_000) if n / s <= 20)
    named = row[step - 1 :: step]
    axes.set_yticks(named, [f"{k + 1}" for k in named.tolist()], fontsize=8.5)
    axes.set_ylabel("number of the cluster", fontsize=9)


def _instead(axes: Axes, words: str) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, color="#555555")


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_SOFT)
    axes.tick_params(labelsize=8.5, color=_SOFT)
    axes.grid(axis="x", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
