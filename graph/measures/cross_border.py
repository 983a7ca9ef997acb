"""What two areas share: people, ties and events that cross a border."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from graph.errors import MeasureError
from graph.measures.area_matrix import UNKNOWN_AREA, AreaMatrix, area_matrix
from graph.measures.projection import tie_links
from graph.measures.ties import TieGraph
from graph.model.links import Bool, Int16, Int32, Int64

BASES: Final = ("home", "seen", "responsible", "reported", "occurred")
"""Ways a person (first three) or an event (last two) belongs to an area, kept apart; codes are positions."""


@dataclass(frozen=True, slots=True)
class AreaTies:
    """What ties people or events to areas; n rows.

    Attributes
    ----------
    subject : ndarray of int64, shape (n,)
        Id of the person or the event.
    area : ndarray of int64, shape (n,)
        Code of the area; ``UNKNOWN_AREA`` where the record does not say.
    basis : ndarray of int16, shape (n,)
        Position in ``BASES``.
    day : ndarray of int32, shape (n,)
        Last day it was known to hold, in days since 1970-01-01; ``NO_DAY`` where unknown.
    link_id : ndarray of int64, shape (n,)
        The link that says so.
    """

    subject: Int64
    area: Int64
    basis: Int16
    day: Int32
    link_id: Int64

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.subject)

    def take(self, rows: Int64 | Bool) -> AreaTies:
        """Return the rows named by an index or a mask.

        Parameters
        ----------
        rows : ndarray
            Positions, or a mask of length n.

        Returns
        -------
        AreaTies
            Those rows, in the order given.
        """
        return AreaTies(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class BorderTies:
    """Ties between people of different areas, and those where it cannot be told; n rows.

    Attributes
    ----------
    basis : str
        The one basis both people are placed by.
    tie : ndarray of int64, shape (n,)
        Row of the tie in its ``TieGraph``; in several rows when a person has several areas.
    person_a, person_b : ndarray of int64, shape (n,)
        Ids, lower first.
    area_a, area_b : ndarray of int64, shape (n,)
        Their areas; ``UNKNOWN_AREA`` where no record says.
    crosses : ndarray of bool, shape (n,)
        Both areas are known. False is "cannot be told", not "does not cross".
    """

    basis: str
    tie: Int64
    person_a: Int64
    person_b: Int64
    area_a: Int64
    area_b: Int64
    crosses: Bool


@dataclass(frozen=True, slots=True)
class SharedThings:
    """What two areas share.

    Attributes
    ----------
    people : ndarray of int64
        Ids of people tied to both areas, on whatever bases.
    ties : ndarray of int64
        Rows of ties with one end placed in each area.
    events : ndarray of int64
        Ids of events that both areas have part in.
    link_id : ndarray of int64
        The links that say so, ascending.
    """

    people: Int64
    ties: Int64
    events: Int64
    link_id: Int64


def placed(subjects: Int64, areas: AreaTies, basis: str) -> tuple[Int64, Int64]:
    """Return the areas of each subject on one basis, unknown where no record says.

    Parameters
    ----------
    subjects : ndarray of int64, shape (p,)
        Ids, ascending, each once.
    areas : AreaTies
        Rows of any basis and of any subject.
    basis : str
        One of ``BASES``.

    Returns
    -------
    position, area : ndarray of int64, shape (q,)
        Position in ``subjects`` and code, each pair once, sorted; at least one row a subject.

    Raises
    ------
    MeasureError
        No such basis.
    """
    rows = np.flatnonzero((areas.basis == _code(basis)) & np.isin(areas.subject, subjects))
    position = np.searchsorted(subjects, areas.subject[rows])
    silent = np.setdiff1d(np.arange(len(subjects)), position)
    pairs = np.column_stack(
        (np.append(position, silent), np.append(areas.area[rows], np.full(len(silent), UNKNOWN_AREA)))
    )
    unique = np.unique(pairs, axis=0)
    return unique[:, 0], unique[:, 1]


def _code(basis: str) -> int:
    if basis not in BASES:
        raise MeasureError(f"no basis {basis}: {', '.join(BASES)}")
    return BASES.index(basis)


def _crossed(position: Int64, area: Int64, *, i: Int64, j: Int64) -> tuple[Int64, Int64, Int64]:
    """Return every pair of areas for pairs of subjects: row of the pair, area of i, area of j."""
    start = np.searchsorted(position, np.arange(position[-1] + 2 if len(position) else 1))
    number = np.diff(start)
    pair = np.repeat(np.arange(len(i)), number[i] * number[j])
    nth = np.arange(len(pair)) - np.repeat(
        np.cumsum(number[i] * number[j]) - number[i] * number[j], number[i] * number[j]
    )
    first, second = nth // np.maximum(number[j][pair], 1), nth % np.maximum(number[j][pair], 1)
    return pair, area[start[i[pair]] + first], area[start[j[pair]] + second]


def border_ties(ties: TieGraph, areas: AreaTies, *, basis: str = "home") -> BorderTies:
    """Return ties whose two people belong to different areas.

    Parameters
    ----------
    ties : TieGraph
        Result of ``project_ties``.
    areas : AreaTies
        Areas of the people.
    basis : str, default "home"
        What places both people: ``home``, ``seen`` or ``responsible``.

    Returns
    -------
    BorderTies
        Sorted by tie and areas. A tie is left out only when the two share a known area.

    Raises
    ------
    MeasureError
        No such basis.

    Notes
    -----
    Shows where two areas need to talk. It says nothing of travel or of why two people know each other.
    """
    position, area = placed(ties.people, areas, basis)
    tie, area_a, area_b = _crossed(position, area, i=ties.i, j=ties.j)
    shares = np.bincount(tie[(area_a == area_b) & (area_a != UNKNOWN_AREA)], minlength=len(ties)) > 0
    rows = ~shares[tie]
    tie, area_a, area_b = tie[rows], area_a[rows], area_b[rows]
    known = (area_a != UNKNOWN_AREA) & (area_b != UNKNOWN_AREA)
    return BorderTies(basis, tie, ties.people[ties.i[tie]], ties.people[ties.j[tie]], area_a, area_b, known)


def people_across(people: Int64, areas: AreaTies) -> AreaTies:
    """Return what ties to areas the people who have two known areas or more.

    Parameters
    ----------
    people : ndarray of int64, shape (p,)
        Ids, ascending, each once.
    areas : AreaTies
        Rows of any basis.

    Returns
    -------
    AreaTies
        Every row of these people, unknown areas too, by person, basis, area, day and link: home, seen and
        responsible stay apart.

    Notes
    -----
    A child placed in one area and looked after by another is one of them; so is a person who moved.
    """
    mine = areas.take(np.flatnonzero(np.isin(areas.subject, people)))
    known = mine.area != UNKNOWN_AREA
    pairs = np.unique(np.column_stack((mine.subject[known], mine.area[known])), axis=0)
    person, number = np.unique(pairs[:, 0], return_counts=True)
    across = mine.take(np.flatnonzero(np.isin(mine.subject, person[number > 1])))
    return across.take(np.lexsort((across.link_id, across.day, across.area, across.basis, across.subject)))


def people_matrix(
    people: Int64, areas: AreaTies, *, row_basis: str = "home", column_basis: str = "seen"
) -> AreaMatrix:
    """Count people by an area on one basis and an area on another.

    Parameters
    ----------
    people : ndarray of int64, shape (p,)
        Ids, ascending, each once.
    areas : AreaTies
        Areas of the people.
    row_basis, column_basis : str
        Bases of rows and of columns.

    Returns
    -------
    AreaMatrix
        Distinct people; those without a record on a basis count as unknown.

    Raises
    ------
    MeasureError
        No such basis.
    """
    (at, row), (other, column) = placed(people, areas, row_basis), placed(people, areas, column_basis)
    everyone = np.arange(len(people))
    person, row_area, column_area = _crossed(
        np.append(at, other + len(people)), np.append(row, column), i=everyone, j=everyone + len(people)
    )
    return area_matrix(person, row_area, column_area)


def tie_matrix(ties: TieGraph, areas: AreaTies, *, basis: str = "home") -> AreaMatrix:
    """Count ties by the areas of their two people.

    Parameters
    ----------
    ties : TieGraph
        Result of ``project_ties``.
    areas : AreaTies
        Areas of the people.
    basis : str, default "home"
        What places both people.

    Returns
    -------
    AreaMatrix
        Symmetric; on the diagonal are ties within an area.

    Raises
    ------
    MeasureError
        No such basis.
    """
    position, area = placed(ties.people, areas, basis)
    return area_matrix(*_crossed(position, area, i=ties.i, j=ties.j), symmetric=True)


def area_links(areas: AreaTies, subject: int, *, basis: str | None = None, area: int | None = None) -> Int64:
    """Return the links that tie a person or an event to areas.

    Parameters
    ----------
    areas : AreaTies
        Rows of any basis.
    subject : int
        Id of the person or the event.
    basis : str, optional
        Only this basis.
    area : int, optional
        Only this area.

    Returns
    -------
    ndarray of int64
        Ids, ascending.

    Raises
    ------
    MeasureError
        No such basis.
    """
    rows = areas.subject == subject
    if basis is not None:
        rows &= areas.basis == _code(basis)
    if area is not None:
        rows &= areas.area == area
    return np.unique(areas.link_id[rows])


def border_links(border: BorderTies, row: int, *, ties: TieGraph, areas: AreaTies) -> Int64:
    """Return the links behind one row of border ties.

    Parameters
    ----------
    border : BorderTies
        Result of ``border_ties``.
    row : int
        Position in it.
    ties : TieGraph
        The ties it was made from.
    areas : AreaTies
        The areas it was made from.

    Returns
    -------
    ndarray of int64
        Ids, ascending: of the tie, and of both people's areas.
    """
    one, two = int(border.person_a[row]), int(border.person_b[row])
    sides = ((one, int(border.area_a[row])), (two, int(border.area_b[row])))
    placing = [area_links(areas, person, basis=border.basis, area=area) for person, area in sides]
    return np.unique(np.concatenate((tie_links(ties, one, two), *placing)))


def shared_things(
    area: int,
    other: int,
    *,
    ties: TieGraph,
    areas: AreaTies,
    events: AreaTies | None = None,
    basis: str = "home",
) -> SharedThings:
    """Return the people, ties and events that two areas share.

    Parameters
    ----------
    area, other : int
        Codes of two areas; ``UNKNOWN_AREA`` may be one of them.
    ties : TieGraph
        Ties between people.
    areas : AreaTies
        Areas of the people.
    events : AreaTies, optional
        Areas of events: who reported and where it happened.
    basis : str, default "home"
        What places the two ends of a tie.

    Returns
    -------
    SharedThings
        Ids and rows, ascending, with the links behind them.

    Raises
    ------
    MeasureError
        The two areas are the same, or no such basis.
    """
    if area == other:
        raise MeasureError("two different areas are needed")
    mine = areas.take(np.flatnonzero(np.isin(areas.subject, ties.people)))
    (people, by_people), (happened, by_events) = _in_both(mine, area, other), (np.empty(0, np.int64),) * 2
    if events is not None:
        happened, by_events = _in_both(events, area, other)
    border = border_ties(ties, areas, basis=basis)
    rows = np.flatnonzero(
        ((border.area_a == area) & (border.area_b == other))
        | ((border.area_a == other) & (border.area_b == area))
    )
    by_ties = [border_links(border, row, ties=ties, areas=areas) for row in rows.tolist()]
    return SharedThings(
        people,
        np.unique(border.tie[rows]),
        happened,
        np.unique(np.concatenate((by_people, by_events, *by_ties))),
    )


def _in_both(areas: AreaTies, area: int, other: int) -> tuple[Int64, Int64]:
    """Return subjects that two areas have part in, and the links that say so."""
    subjects = np.intersect1d(areas.subject[areas.area == area], areas.subject[areas.area == other])
    rows = np.isin(areas.subject, subjects) & np.isin(areas.area, (area, other))
    return subjects, areas.link_id[rows]
