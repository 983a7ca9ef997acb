"""Conditions of SQL for the rows of support and fact that one viewer may see: numbers only, no text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from graph.errors import UnknownKindError
from graph.model.claims import INFORMATION_NUMBERS
from graph.model.kinds import LINKS
from graph.model.scope import Filters, Scope

_SUSPECTED_FALSE: Final = INFORMATION_NUMBERS["E"]


def label_condition(scope: Scope, *ends: str) -> str:
    """Return the condition that a row's label is in a scope.

    Parameters
    ----------
    scope : Scope
        Whose answer.
    *ends : str
        Columns that hold the row's entities.

    Returns
    -------
    str
        Visible labels; and pointers' where the row touches an entity opened for this viewer.
    """
    visible = f"label IN ({','.join(map(str, sorted(scope.visible)))})"
    if not (scope.granted and scope.pointer):
        return visible
    opened = ",".join(map(str, sorted(scope.granted)))
    touching = " OR ".join(f"{end} IN ({opened})" for end in ends)
    return f"({visible} OR (label IN ({','.join(map(str, sorted(scope.pointer)))}) AND ({touching})))"


def seen_facts(scope: Scope, filters: Filters) -> str:
    """Return the condition for facts.

    Parameters
    ----------
    scope : Scope
        Whose answer.
    filters : Filters
        Which claims count.

    Returns
    -------
    str
        For the table ``fact``.
    """
    return " AND ".join([label_condition(scope, "entity"), *_counted(filters)])


def seen_supports(scope: Scope, filters: Filters) -> str:
    """Return the condition for rows of support.

    Parameters
    ----------
    scope : Scope
        Whose answer.
    filters : Filters
        Which claims count.

    Returns
    -------
    str
        For the table ``support``.
    """
    return " AND ".join([label_condition(scope, "a", "b"), *_counted(filters)])


def _counted(filters: Filters) -> list[str]:
    parts = []
    if not filters.doubtful:
        parts.append(f"disputed = 0 AND information <> {_SUSPECTED_FALSE}")
    if filters.as_of is not None:
        parts.append(f"reported_day <= {filters.as_of}")
    if filters.window is not None:
        first, last = filters.window
        parts.append(
            "COALESCE(from_day, to_day) IS NOT NULL "
            f"AND COALESCE(from_day, to_day) <= {last} "
            f"AND COALESCE(to_day, MAX(from_day, reported_day)) >= {first}"
        )
    return parts


def known_links(kinds: Collection[str]) -> list[str]:
    """Return links of the dictionary by their names.

    Parameters
    ----------
    kinds : collection of str
        Predicates; every one when empty.

    Returns
    -------
    list of str
        Sorted, each once.

    Raises
    ------
    UnknownKindError
        No such link in the dictionary.
    """
    unknown = sorted(set(kinds) - set(LINKS))
    if unknown:
        raise UnknownKindError(f"{', '.join(unknown)}: no link of the dictionary")
    return sorted(set(kinds)) if kinds else list(LINKS)


def among_kinds(kinds: Collection[str], *, of_ends: bool = False) -> str:
    """Return the condition that a link is of some kinds.

    Parameters
    ----------
    kinds : collection of str
        Predicates; every one when empty.
    of_ends : bool, optional
        Whether the rows are sought by their ends.

    Returns
    -------
    str
        Begins with ``AND``; empty for every kind.

    Raises
    ------
    UnknownKindError
        No such link in the dictionary.
    """
    if not kinds:
        return ""
    # SQLite would go through every link of these kinds instead: a plus hides the column from its index.
    hidden = "+" if of_ends else ""
    return f" AND {hidden}predicate IN ({','.join(str(LINKS[kind].code) for kind in known_links(kinds))})"


def parts_of(ids: Sequence[int], size: int = 5_000) -> list[Sequence[int]]:
    """Return ids in parts that fit one statement.

    Parameters
    ----------
    ids : sequence of int
        Any number of them.
    size : int, optional
        Most of them in a part.

    Returns
    -------
    list of sequence of int
        In order.
    """
    return [ids[start : start + size] for start in range(0, len(ids), size)]
