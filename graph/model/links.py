"""The link table: drawn links as arrays, the form every measure takes."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Int16 = npt.NDArray[np.int16]
Bool = npt.NDArray[np.bool_]

NO_DAY = np.iinfo(np.int32).min
"""A missing day in arrays of days since 1970-01-01."""


@dataclass(frozen=True, slots=True)
class LinkTable:
    """Links over the support one viewer may see, sorted by ``link_id``; n rows.

    Attributes
    ----------
    link_id, a, b : ndarray of int64, shape (n,)
        Id of the link and of the entities at its ends; a symmetric link has ``a < b``.
    predicate : ndarray of int16, shape (n,)
        Codes of ``kinds.LINKS``.
    capacity : ndarray of int16, shape (n,)
        Codes of ``kinds.CAPACITY_CODES``; 0 is none.
    valid_from, valid_to, last_confirmed : ndarray of int32, shape (n,)
        Days since 1970-01-01, ``NO_DAY`` where unknown: first day any visible claim holds, last
        such day, and the last day it was known or reported to hold.
    sources : ndarray of int32, shape (n,)
        Distinct agencies of origin: copies of one agency's report count once.
    claims : ndarray of int32, shape (n,)
        Visible claims.
    source_best, source_worst, information_best, information_worst : ndarray of int16, shape (n,)
        Police grades as numbers from 1; 0 where every claim is ungraded.
    disputed : ndarray of bool, shape (n,)
        Some visible claim is disputed.

    Notes
    -----
    Counts, grades and dates are of the visible support only, so two viewers may differ.
    """

    link_id: Int64
    a: Int64
    b: Int64
    predicate: Int16
    capacity: Int16
    valid_from: Int32
    valid_to: Int32
    last_confirmed: Int32
    sources: Int32
    claims: Int32
    source_best: Int16
    source_worst: Int16
    information_best: Int16
    information_worst: Int16
    disputed: Bool

    def __len__(self) -> int:
        """Return the number of links."""
        return len(self.link_id)

    def take(self, rows: Int64 | Bool) -> LinkTable:
        """Return the rows named by an index or a mask.

        Parameters
        ----------
        rows : ndarray
            Positions, or a mask of length n.

        Returns
        -------
        LinkTable
            Those rows, in the order given.
        """
        return LinkTable(*(getattr(self, field.name)[rows] for field in fields(self)))
