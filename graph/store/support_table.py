"""From rows of support to a link table: a link is what its visible support says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import numpy as np
import numpy.typing as npt

from graph.model.entities import link_ids
from graph.model.kinds import LINK_NAMES, LINKS
from graph.model.links import NO_DAY, Int64, LinkTable
from graph.store.resolution import Resolution

COLUMNS: Final = (
    "link",
    "claim",
    "predicate",
    "a",
    "b",
    "capacity",
    "origin",
    "source",
    "information",
    "disputed",
    "from_day",
    "to_day",
    "reported_day",
)
_SYMMETRIC: Final = np.array([kind.symmetric for kind in LINKS.values()])


class SupportTable:
    """Visible support as columns; n rows, one a claim.

    Parameters
    ----------
    rows : sequence of tuple, or ndarray of int64
        In the order of ``COLUMNS``, missing days as ``NO_DAY``.
    resolution : Resolution
        The viewer's.

    Attributes
    ----------
    link, claim : ndarray of int64, shape (n,)
        Link as the viewer sees it, and the number of the claim; sorted by both.
    """

    def __init__(self, rows: Sequence[tuple[int, ...]] | Int64, resolution: Resolution) -> None:
        table = np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS))
        columns = dict(zip(COLUMNS, table.T, strict=True))
        self._resolve(columns, resolution)
        keep = np.flatnonzero(columns["a"] != columns["b"])
        order = keep[np.lexsort((columns["claim"][keep], columns["link"][keep]))]
        self._columns = {name: column[order] for name, column in columns.items()}
        self.link: Int64 = self._columns["link"]
        self.claim: Int64 = self._columns["claim"]

    @staticmethod
    def _resolve(columns: dict[str, Int64], resolution: Resolution) -> None:
        a, b = resolution.roots(columns["a"]), resolution.roots(columns["b"])
        moved = (a != columns["a"]) | (b != columns["b"])
        if not moved.any():
            return
        predicate = columns["predicate"].astype(np.int16)
        turned = _SYMMETRIC[predicate] & (a > b)
        columns["a"], columns["b"] = np.where(turned, b, a), np.where(turned, a, b)
        fresh = link_ids(columns["a"], columns["b"], predicate, columns["capacity"].astype(np.int16))
        columns["link"] = np.where(moved, fresh, columns["link"])

    def dated(self) -> list[tuple[int, int, int, int, int]]:
        """Return each claim with its ends and the days it held.

        Returns
        -------
        list of (int, int, int, int, int)
            Claim, ends as the viewer sees them, first and last day, ``NO_DAY`` where unknown.
        """
        names = ("claim", "a", "b", "from_day", "to_day")
        return list(zip(*(self._columns[name].tolist() for name in names), strict=True))

    def links(self) -> LinkTable:
        """Return one row a link.

        Returns
        -------
        LinkTable
            Sorted by id, with counts, grades and dates of these rows only.
        """
        link, starts = np.unique(self.link, return_index=True)
        of = self._columns
        first, last, confirmed = self._days()
        best, worst = np.minimum, np.maximum
        return LinkTable(
            link,
            of["a"][starts],
            of["b"][starts],
            of["predicate"][starts].astype(np.int16),
            of["capacity"][starts].astype(np.int16),
            _earliest(first, starts),
            _reduce(worst, last, starts).astype(np.int32),
            _reduce(worst, confirmed, starts).astype(np.int32),
            self._sources(starts),
            np.diff(np.append(starts, len(self.link))).astype(np.int32),
            _grade(best, of["source"], starts),
            _reduce(worst, of["source"], starts).astype(np.int16),
            _grade(best, of["information"], starts),
            _reduce(worst, of["information"], starts).astype(np.int16),
            _reduce(worst, of["disputed"], starts).astype(bool),
        )

    def _days(self) -> tuple[Int64, Int64, Int64]:
        first, last, reported = (self._columns[name] for name in ("from_day", "to_day", "reported_day"))
        dated = (first != NO_DAY) | (last != NO_DAY)
        open_ended = np.where(dated, np.maximum(first, reported), NO_DAY)
        confirmed = np.where(last == NO_DAY, open_ended, last)
        return np.where(first == NO_DAY, last, first), last, confirmed

    def _sources(self, starts: Int64) -> npt.NDArray[np.int32]:
        order = np.lexsort((self._columns["origin"], self.link))
        link, origin = self.link[order], self._columns["origin"][order]
        fresh = np.ones(len(link), dtype=np.int32)
        fresh[1:] = (link[1:] != link[:-1]) | (origin[1:] != origin[:-1])
        return _reduce(np.add, fresh, starts).astype(np.int32)


def links_by_predicate(links: LinkTable) -> dict[str, int]:
    """Return how many links there are of each kind.

    Parameters
    ----------
    links : LinkTable
        Any links.

    Returns
    -------
    dict of str to int
        By predicate, sorted.
    """
    counts = Counter(LINK_NAMES[code] for code in links.predicate.tolist())
    return dict(sorted(counts.items()))


def joined_tables(tables: Sequence[LinkTable]) -> LinkTable:
    """Return the links of several tables, each once.

    Parameters
    ----------
    tables : sequence of LinkTable
        One or more, of one viewer and one question.

    Returns
    -------
    LinkTable
        Sorted by id.
    """
    columns = {f.name: np.concatenate([getattr(t, f.name) for t in tables]) for f in fields(LinkTable)}
    _, first = np.unique(columns["link_id"], return_index=True)
    return LinkTable(**{name: column[first] for name, column in columns.items()})


def _reduce(function: np.ufunc, values: npt.NDArray[np.integer], starts: Int64) -> Int64:
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    reduced: Int64 = function.reduceat(values, starts)
    return reduced


def _earliest(days: Int64, starts: Int64) -> npt.NDArray[np.int32]:
    far = np.iinfo(np.int32).max
    first = _reduce(np.minimum, np.where(days == NO_DAY, far, days), starts)
    return np.where(first == far, NO_DAY, first).astype(np.int32)


def _grade(function: np.ufunc, grades: Int64, starts: Int64) -> npt.NDArray[np.int16]:
    graded = _reduce(function, np.where(grades == 0, 99, grades), starts)
    return np.where(graded == 99, 0, graded).astype(np.int16)
