"""Who is a young person, an adult, or of an age that is not known, on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, Literal

import numpy as np

from graph.model.spans import day_of
from graph.view import View

Age = Literal["under 18", "18 to 24", "adult", "age not known"]
LONGEST_LIFE_YEARS: Final = 130
YOUNG_UNTIL: Final = 25


def ages_on(view: View, people: Collection[int], day: int) -> dict[int, Age]:
    """Return how old people are on a day, as far as it matters and no further.

    Parameters
    ----------
    view : View
        Of what every reader may see.
    people : collection of int
        Ids.
    day : int
        Days since 1970-01-01.

    Returns
    -------
    dict of int to str
        No birth date and no age in years. ``age not known`` where no birth date is recorded, only
        part of one, or two that differ: such a person counts as a child.
    """
    ids = np.array(sorted(people), dtype=np.int64)
    on = day_of(day)
    under_18, under_25, never_adult = (
        view.minors_on(when, ids)
        # Whoever is no adult even after a lifetime has no birth date that can be counted from.
        for when in (on, _years(on, 18 - YOUNG_UNTIL), _years(on, LONGEST_LIFE_YEARS))
    )
    return {
        person: _age(bool(child), bool(young), bool(unknown))
        for person, child, young, unknown in zip(ids.tolist(), under_18, under_25, never_adult, strict=True)
    }


def _years(day: date, years: int) -> date:
    # The 29th of February has no namesake in most years.
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


def _age(child: bool, young: bool, unknown: bool) -> Age:
    if unknown:
        return "age not known"
    if child:
        return "under 18"
    return "18 to 24" if young else "adult"
