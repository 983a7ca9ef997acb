"""Scope: which claims one viewer may see, as sets of policy labels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What one viewer may see; the graph knows no more of the viewer than this.

    Attributes
    ----------
    visible : frozenset of int
        Labels whose claims are seen.
    pointer : frozenset of int
        Labels whose claims show only that something restricted exists, and whom to ask.
    granted : frozenset of int
        Ids of entities opened for this viewer (break-glass), whose pointer claims are seen.

    Notes
    -----
    A label in neither set is as if its claims did not exist.
    """

    visible: frozenset[int]
    pointer: frozenset[int] = frozenset()
    granted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which visible claims an answer rests on.

    Attributes
    ----------
    window : tuple of int or None
        First and last day (since 1970-01-01): only claims that held on some day of it. Undated
        claims are left out of a window.
    as_of : int or None
        Only claims their agency had reported by this day.
    doubtful : bool
        Whether disputed claims and those graded E (suspected false) count; off unless asked for.
    """

    window: tuple[int, int] | None = None
    as_of: int | None = None
    doubtful: bool = False
