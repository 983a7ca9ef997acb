"""How people are shown: initials, or names by right."""

from __future__ import annotations

from collections.abc import Collection

from graph.view import View

NO_NAME = ""


def shown_people(view: View, people: Collection[int], *, names: bool) -> dict[int, str]:
    """Return how each person is shown.

    Parameters
    ----------
    view : View
        The viewer's.
    people : collection of int
        Ids.
    names : bool
        Names instead of initials.

    Returns
    -------
    dict of int to str
        The first visible name, or its initials.
    """
    if not people:
        return {}
    held = view.names(people)
    return {person: _shown(held.get(person), names) for person in people}


def _shown(named: list[str] | None, names: bool) -> str:
    if not named:
        return NO_NAME
    return named[0] if names else "".join(f"{word[0].upper()}." for word in named[0].split() if word)
