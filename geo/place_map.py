"""The map of a briefing: places by kind, with names or, where that is crowded, with numbers and a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from geo.page import INK, Page, lettered
from geo.picture import Picture
from geo.place_marks import PlaceMark, drawn_places, key, look_of, numbered

_READING: Final = (
    "Marks stand for places that records name, never for a home or a protected place. A place without a "
    "mark is not a safe place; more records are not more harm."
)


def place_map(
    places: Sequence[PlaceMark],
    areas: Sequence[tuple[str, str, Any]],
    *,
    title: str,
    marking: str,
    states: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Picture:
    """Draw places by kind within the areas they lie in.

    Parameters
    ----------
    places : sequence of PlaceMark
        Homes and protected places are for the caller to leave out. Those of one kind in one spot are one
        mark; marks that would cover each other are moved a little, with a line to where they belong.
    areas : sequence of (code, name, shapely geometry)
        Polygons in EPSG:27700.
    title : str
        What is drawn.
    marking : str
        Handling, printed at the top and at the bottom.
    states : sequence of str, optional
        Printed under the marking, such as ``UNCONFIRMED``.
    notes : sequence of str, optional
        What the caller left out, and other things to know.

    Returns
    -------
    Picture
        PNG of 1,600 by 1,600 pixels, SVG, and what they show in words.

    Notes
    -----
    A working map. The frame follows the places, so that it says nothing of what lies outside it.
    """
    marks = numbered(places)
    said, left_out = _sentence(marks), " ".join(notes)
    with lettered():
        page = Page(title, marking, states=states)
        page.say(said, size_pt=11)
        page.note(_READING)
        page.note(left_out, size_pt=8.5, colour=INK, most=4)
        page.key(key(marks))
        drawn_places(page, marks, areas)
        alt = [*states, f"Map of places. {title}.", said, _listed(marks), left_out, _READING]
        return page.picture(" ".join(filter(None, alt)))


def _sentence(marks: Sequence[PlaceMark]) -> str:
    if not marks:
        return "No place to draw."
    kinds = Counter(look_of(mark.kind).words for mark in marks)
    said = ", ".join(f"{words}: {n:,}" for words, n in sorted(kinds.items()))
    return f"{len(marks):,} place{'s' * (len(marks) > 1)}. {said[0].upper()}{said[1:]}."


def _listed(marks: Sequence[PlaceMark]) -> str:
    listed = "; ".join(f"{mark.text} ({look_of(mark.kind).words}, {mark.count:,})" for mark in marks)
    return f"{listed}." if listed else ""
