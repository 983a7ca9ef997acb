"""Ties between people as arrays: what peer clusters and border counts are computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from graph.errors import EntityNotFoundError
from graph.model.links import Bool, Int32, Int64

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TieGraph:
    """Weighted ties between people; n people, m ties, k pieces of evidence.

    Attributes
    ----------
    people : ndarray of int64, shape (n,)
        Ids of everybody asked about, ascending, with or without a tie.
    i, j : ndarray of int64, shape (m,)
        Positions in ``people`` of the two ends, ``i < j``, sorted by ``(i, j)``.
    weight : ndarray of float64, shape (m,)
        Sum of the aged weights of the evidence; above 0.
    direct : ndarray of bool, shape (m,)
        Somebody stated the tie; False when it rests on co-presence alone.
    undated : ndarray of bool, shape (m,)
        Some of the evidence has no day and did not age.
    events : ndarray of int32, shape (m,)
        Distinct events at which both were present.
    days : ndarray of int32, shape (m,)
        Distinct known days of co-presence.
    evidence_from : ndarray of int64, shape (m + 1,)
        Evidence of tie t is rows ``evidence_from[t]`` to ``evidence_from[t + 1]``.
    evidence_a, evidence_b : ndarray of int64, shape (k,)
        Ids of the links behind one piece of evidence: the same id twice for a stated tie, the two
        people's links to the event for co-presence.

    Notes
    -----
    A tie is what agencies recorded. No tie means none was recorded, not that two people are
    strangers.
    """

    people: Int64
    i: Int64
    j: Int64
    weight: Float64
    direct: Bool
    undated: Bool
    events: Int32
    days: Int32
    evidence_from: Int64
    evidence_a: Int64
    evidence_b: Int64

    def __len__(self) -> int:
        """Return the number of ties."""
        return len(self.i)

    def adjacency(self) -> csr_array:
        """Return the symmetric matrix of weights.

        Returns
        -------
        csr_array of float64, shape (n, n)
            Rows and columns in the order of ``people``; indices sorted within a row.
        """
        return symmetric(len(self.people), self.i, self.j, self.weight)

    def position(self, person: int) -> int:
        """Return where a person stands in ``people``.

        Parameters
        ----------
        person : int
            Id of the person.

        Returns
        -------
        int
            Position in ``people``.

        Raises
        ------
        EntityNotFoundError
            The person was not among those asked about.
        """
        at = int(np.searchsorted(self.people, person))
        if at == len(self.people) or self.people[at] != person:
            raise EntityNotFoundError(f"person {person} is not among the people of this network")
        return at

    def tie(self, person: int, other: int) -> int | None:
        """Return the row of the tie between two people, if they have one.

        Parameters
        ----------
        person, other : int
            Ids of the two people.

        Returns
        -------
        int or None
            Row in ``i`` and ``j``.

        Raises
        ------
        EntityNotFoundError
            One of them was not among those asked about.
        """
        low, high = sorted((self.position(person), self.position(other)))
        first, last = np.searchsorted(self.i, [low, low + 1])
        row = int(first + np.searchsorted(self.j[first:last], high))
        return row if row < last and self.j[row] == high else None


def symmetric(n: int, i: Int64, j: Int64, weight: Float64) -> csr_array:
    """Return the symmetric matrix of undirected ties.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie, ``i < j``, each pair once.
    weight : ndarray of float64, shape (m,)
        Weight of each tie.

    Returns
    -------
    csr_array of float64, shape (n, n)
        Indices sorted within a row.
    """
    rows, columns = np.concatenate((i, j)), np.concatenate((j, i))
    matrix = csr_array((np.concatenate((weight, weight)), (rows, columns)), shape=(n, n))
    matrix.sort_indices()
    return matrix
