"""Scope: which claims one viewer may see, as sets of policy labels."""

from __future__ import annotations

from collections.abc import Sequence
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


def shared_scope(scopes: Sequence[Scope]) -> Scope:
    """Return what every one of several viewers may see.

    Parameters
    ----------
    scopes : sequence of Scope
        One or more.

    Returns
    -------
    Scope
        Visible: what all see. Pointed to: what all at least know of. Nothing is opened for a reader
        that was opened for one viewer alone.
    """
    visible = frozenset.intersection(*(scope.visible for scope in scopes))
    known = frozenset.intersection(*(scope.visible | scope.pointer for scope in scopes))
    granted = frozenset.intersection(*(scope.granted for scope in scopes))
    return Scope(visible, known - visible, granted)
