"""Who is one entity with whom, for one viewer: the judgements that viewer may see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from graph.ledger.judgements import Judgement
from graph.ledger.rows import MOST_SHARING
from graph.model.links import Int64
from graph.model.scope import Scope


class Resolution:
    """Maps every record's entity to the entity the viewer sees.

    Parameters
    ----------
    clusters : iterable of list of int
        Entities held to be one, the one whose id all take first.

    Notes
    -----
    Entities in no cluster are themselves.
    """

    def __init__(self, clusters: Iterable[list[int]]) -> None:
        self._members = {cluster[0]: tuple(sorted(cluster)) for cluster in clusters}
        self._root = {member: root for root, members in self._members.items() for member in members}
        self._sorted = np.array(sorted(self._root), dtype=np.int64)
        self._target = np.array([self._root[member] for member in sorted(self._root)], dtype=np.int64)

    def root(self, entity: int) -> int:
        """Return the entity that the viewer sees for one.

        Parameters
        ----------
        entity : int
            Any record's entity.

        Returns
        -------
        int
            Its own id, or its cluster's.
        """
        return self._root.get(entity, entity)

    def members(self, entity: int) -> tuple[int, ...]:
        """Return every entity that is the same.

        Parameters
        ----------
        entity : int
            As the viewer sees it.

        Returns
        -------
        tuple of int
            Sorted; itself alone when no judgement speaks of it.
        """
        return self._members.get(self.root(entity), (entity,))

    def joined(self) -> list[int]:
        """Return every entity that is one with another.

        Returns
        -------
        list of int
            Sorted.
        """
        found: list[int] = self._sorted.tolist()
        return found

    def roots(self, entities: Int64) -> Int64:
        """Return the entity that the viewer sees for each.

        Parameters
        ----------
        entities : ndarray of int64
            Any records' entities.

        Returns
        -------
        ndarray of int64
            Of the same length; the same array when no judgement changes it.
        """
        if not len(self._sorted) or not len(entities):
            return entities
        at = np.minimum(np.searchsorted(self._sorted, entities), len(self._sorted) - 1)
        found = self._sorted[at] == entities
        roots: Int64 = np.where(found, self._target[at], entities)
        return roots


def holding_pairs(judgements: Iterable[Judgement], scope: Scope) -> list[tuple[int, int]]:
    """Return the pairs that a viewer's judgements hold to be one.

    Parameters
    ----------
    judgements : iterable of Judgement
        All that hold.
    scope : Scope
        Whose answer: a judgement is had by those who see both claims it rests on, so a hidden
        record never joins two visible ones.

    Returns
    -------
    list of (int, int)
        Pairs that no person has undone. An identifier that more than ``MOST_SHARING`` of the
        viewer's people share joins none of them.
    """
    seen = [j for j in judgements if j.label_a in scope.visible and j.label_b in scope.visible]
    undone = {(j.a, j.b) for j in seen if not j.same}
    bases = {(j.basis, j.a, j.b) for j in seen if j.same}
    sharing = Counter((basis, end) for basis, *ends in bases for end in ends)
    few = {(a, b) for basis, a, b in bases if max(sharing[basis, a], sharing[basis, b]) < MOST_SHARING}
    return sorted(few - undone)


def resolve(pairs: Iterable[tuple[int, int]], ages: Mapping[int, int]) -> Resolution:
    """Return who is one with whom.

    Parameters
    ----------
    pairs : iterable of (int, int)
        Entities held to be one.
    ages : mapping of int to int
        Order in which the viewer's records made each known.

    Returns
    -------
    Resolution
        Clusters take the id of their oldest record.
    """
    parent: dict[int, int] = {}
    for a, b in pairs:
        parent[_top(parent, a)] = _top(parent, b)
    clusters: dict[int, list[int]] = defaultdict(list)
    for entity in parent:
        clusters[_top(parent, entity)].append(entity)
    unknown = 1 << 62
    return Resolution(sorted(them, key=lambda e: (ages.get(e, unknown), e)) for them in clusters.values())


def _top(parent: dict[int, int], entity: int) -> int:
    parent.setdefault(entity, entity)
    while parent[entity] != entity:
        parent[entity] = parent[parent[entity]]
        entity = parent[entity]
    return entity
