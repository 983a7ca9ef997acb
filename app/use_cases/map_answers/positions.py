"""Where places lie, as a map shows it: the newest position that the viewer may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from app.copies.kept_out import value_of
from app.use_cases.asking import Question
from graph.model.scope import Filters
from graph.view import View

_DIGITS: Final = 5


class Position(NamedTuple):
    """A point.

    Attributes
    ----------
    lon, lat : float
        Degrees, WGS 84.
    areas : tuple of int
        Areas that hold it.
    """

    lon: float
    lat: float
    areas: tuple[int, ...] = ()

    @property
    def lonlat(self) -> tuple[float, float]:
        """The point alone."""
        return self.lon, self.lat

    @property
    def lonlat_row(self) -> dict[str, float | None]:
        """The point as a row shows it."""
        return {"lon": round(self.lon, _DIGITS), "lat": round(self.lat, _DIGITS)}


def positions_of(view: View, question: Question, places: Collection[int]) -> dict[int, Position]:
    """Return where some locations lie.

    Parameters
    ----------
    view : View
        The viewer's.
    question : Question
        Which claims count; a place does not move with the window.
    places : collection of int
        Locations.

    Returns
    -------
    dict of int to Position
        Those that have one.
    """
    if not places:
        return {}
    held = view.store.locations(view.scope, filters=standing(question))
    rows = np.flatnonzero(np.isin(held.location, np.array(sorted(places), dtype=np.int64)))
    return {
        int(held.location[n]): Position(float(held.lon[n]), float(held.lat[n]), held.areas[n])
        for n in rows.tolist()
    }


def standing(question: Question) -> Filters:
    """Return which claims count of what does not change with a window.

    Parameters
    ----------
    question : Question
        What was asked.

    Returns
    -------
    Filters
        Without its window.
    """
    return Filters(None, question.filters.as_of, question.doubtful)


def area_rows(view: View, at: Mapping[int, Position]) -> dict[int, list[dict[str, Any]]]:
    """Return the areas that hold places, of the newest vintage of each kind.

    Parameters
    ----------
    view : View
        The viewer's.
    at : mapping of int to Position
        Places.

    Returns
    -------
    dict of int to list of dict
        Code, name and kind, sorted.
    """
    newest = {area.kind: area.vintage for area in sorted(view.areas, key=lambda area: area.vintage)}
    known = {area.id: area for area in view.areas if newest[area.kind] == area.vintage}
    return {
        place: sorted(
            (
                {"code": known[area].code, "name": known[area].name, "kind": known[area].kind}
                for area in position.areas
                if area in known
            ),
            key=lambda row: (row["kind"], row["code"]),
        )
        for place, position in at.items()
    }


def organisations_at(view: View, question: Question, organisations: Collection[int]) -> dict[int, Position]:
    """Return where some organisations are, by the newest claim of a position.

    Parameters
    ----------
    view : View
        The viewer's.
    question : Question
        Which claims count; a place does not move with the window.
    organisations : collection of int
        Schools, providers and others.

    Returns
    -------
    dict of int to Position
        Those that have one.
    """
    if not organisations:
        return {}
    facts = view.store.facts_of(view.scope, organisations, "POSITION", filters=standing(question))
    owner = {claim: entity for entity, claim in facts}
    said = sorted(view.why(list(owner)), key=lambda item: (item.claim.reported_day or 0, item.claim.seq))
    found = {}
    for item in said:
        value = value_of(item)
        found[owner[item.claim.seq]] = Position(float(value["lon"]), float(value["lat"]))
    return found
