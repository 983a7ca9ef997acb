"""The picture of flows between areas: curved arrows in few widths, with their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geo.flow_arrows import ARROW, BOX, WIDTHS, Flow, classes_of, drawn_flows
from geo.page import INK, SOFT, Page, lettered
from geo.picture import Picture

MOST_FLOWS: Final = 24
"""Arrows that can still be told apart."""

MOST_BOXES: Final = 6
"""Boxes at the margin, for areas that have no shape."""

OTHER: Final = "other areas not drawn"

_READING: Final = (
    "An arrow goes from the one area to the other; where it starts and ends within an area says nothing. "
    "No arrow means that nothing is recorded, not that nothing crosses."
)


def flow_map(
    areas: Sequence[tuple[str, str, Any]],
    flows: Sequence[tuple[str, str, int]],
    *,
    title: str,
    marking: str,
    period: str,
    n: int,
    limits: str,
    meaning: str = "records",
) -> Picture:
    """Draw what goes from area to area.

    Parameters
    ----------
    areas : sequence of (code, name, shapely geometry)
        Polygons in EPSG:27700.
    flows : sequence of (code, code, count)
        From, to, how much; pairs that come twice are added up. A code that is no area's gets a box at the
        margin with the code for its name, such as ``unknown``: no flow is lost.
    title : str
        What flows.
    marking : str
        Handling, printed at the top and at the bottom.
    period : str
        Dates that were looked at.
    n : int
        What was looked at to count them, flows or not.
    limits : str
        What the numbers do not mean.
    meaning : str, optional
        What is counted, in the plural, such as ``people, from home to where they were seen``.

    Returns
    -------
    Picture
        PNG of 1,600 by 1,600 pixels, SVG, and what they show in words.

    Notes
    -----
    A working map: it holds small counts. Flows within one area are added up in words; of more than
    ``MOST_FLOWS`` the largest are drawn, and the rest is counted.
    """
    crossing, within = _summed(flows)
    boxed, between = _boxed(crossing, {code for code, _, _ in areas})
    drawn, rest = boxed[:MOST_FLOWS], boxed[MOST_FLOWS:]
    names = {code: name or code for code, name, _ in areas}
    said = _sentence(drawn, rest, within, between)
    numbers = f"Counted: {meaning}. Period: {period}. n = {n:,}."
    with lettered():
        page = Page(title, marking)
        page.say(said, size_pt=12)
        page.say(numbers, colour=SOFT)
        page.note(f"{_READING} Method: counts by pair of areas, no model and no correction.")
        page.note(limits, size_pt=9, colour=INK)
        page.key(_key(drawn, areas))
        drawn_flows(page.frame(), areas, drawn)
        alt = ["Map of flows.", f"{title}.", said, numbers, _listed(drawn, names), limits, _READING]
        return page.picture(" ".join(filter(None, alt)))


def _summed(flows: Sequence[tuple[str, str, int]]) -> tuple[list[Flow], int]:
    total: dict[tuple[str, str], int] = {}
    for start, end, count in flows:
        total[start, end] = total.get((start, end), 0) + int(count)
    within = sum(count for (start, end), count in total.items() if start == end)
    crossing = [Flow(*pair, count) for pair, count in total.items() if pair[0] != pair[1] and count > 0]
    return sorted(crossing, key=lambda flow: (-flow.magnitude, flow.start, flow.end)), within


def _boxed(flows: list[Flow], shaped: set[str]) -> tuple[list[Flow], int]:
    """Return flows in which areas without a shape share a box beyond ``MOST_BOXES``, and what stays in it."""
    weight: dict[str, int] = {}
    for flow in flows:
        for code in {flow.start, flow.end} - shaped:
            weight[code] = weight.get(code, 0) + flow.magnitude
    if len(weight) <= MOST_BOXES:
        return flows, 0
    kept = {*shaped, *sorted(weight, key=lambda code: (-weight[code], code))[: MOST_BOXES - 1]}
    ends = [tuple(end if end in kept else OTHER for end in (flow.start, flow.end)) for flow in flows]
    return _summed([(pair[0], pair[1], flow.magnitude) for pair, flow in zip(ends, flows, strict=True)])


def _sentence(drawn: list[Flow], rest: list[Flow], within: int, between: int) -> str:
    flows = [*drawn, *rest]
    total, many = sum(flow.magnitude for flow in flows) + between, "s" * (len(flows) != 1)
    said = [
        f"{total:,} in all, from one area to another, in {len(flows):,} flow{many}."
        if total
        else "Nothing recorded goes from one area to another.",
        f"{within:,} within one area, not drawn." if within else "",
        f"{between:,} between areas that share the box '{OTHER}', not drawn." if between else "",
        f"The {len(rest):,} smallest, {sum(flow.magnitude for flow in rest):,} in all, are not drawn."
        if rest
        else "",
    ]
    return " ".join(filter(None, said))


def _listed(drawn: list[Flow], names: Mapping[str, str]) -> str:
    return "; ".join(
        f"{names.get(flow.start, flow.start)} to {names.get(flow.end, flow.end)}: {flow.magnitude:,}"
        for flow in drawn
    ) + ("." if drawn else "")


def _key(drawn: list[Flow], areas: Sequence[Any]) -> list[Any]:
    least = classes_of(drawn)
    entries: list[Any] = []
    for low, after, width in zip(least, (*least[1:], None), WIDTHS, strict=True):
        if any(low <= flow.magnitude and (after is None or flow.magnitude < after) for flow in drawn):
            words = f"{low:,} or more" if after is None else f"{low:,} to {after - 1:,}"
            entries.append(Line2D([], [], color=ARROW, linewidth=width, label=words))
    shaped = {code for code, _, _ in areas}
    if any({flow.start, flow.end} - shaped for flow in drawn):
        words = "not on this map"
        entries.append(Patch(facecolor=BOX, edgecolor=INK, label=words))
    return entries
