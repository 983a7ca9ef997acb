"""What a store answers of entities and links, from the rows of claims that one viewer may see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import numpy as np

from graph.errors import EntityNotFoundError, GraphTooLargeError
from graph.ledger.judgements import Judgement
from graph.model.kinds import ENTITY_NAMES, LINK_NAMES
from graph.model.links import Int64, LinkTable
from graph.model.scope import Filters, Scope
from graph.store.contract import Entity, Neighbours
from graph.store.contract import Path as Way
from graph.store.resolution import Resolution, holding_pairs, resolve
from graph.store.support_table import SupportTable, joined_tables, links_by_predicate
from graph.store.ways import shortest_ways

EVERYTHING: Final = Filters()
DOUBTFUL: Final = Filters(doubtful=True)
MOST_REACHED: Final = 20_000
"""Entities a neighbourhood stops growing at."""

MOST_SCOPES: Final = 64
"""Viewers for whom it is remembered who is one with whom."""

Rows = Sequence[tuple[Any, ...]]
Resolutions = dict[Scope, tuple[int, Resolution]]


class LinkReads(ABC):
    """Entities and links of a store that can say which claims touch what.

    Parameters
    ----------
    resolutions : dict, optional
        Who is one with whom, by scope and moment, where several readers of one graph share it.

    Notes
    -----
    A store says which rows a viewer may see; counts, grades, dates, ways and who is one with whom are
    worked out here, so that every store answers alike.
    """

    def __init__(self, resolutions: Resolutions | None = None) -> None:
        self._resolutions: Resolutions = {} if resolutions is None else resolutions

    @abstractmethod
    def _moment(self) -> int:
        """Return a number that changes whenever what is drawn does."""

    @abstractmethod
    def _judgements(self) -> Iterable[Judgement]:
        """Return all judgements that hold."""

    @abstractmethod
    def _ages(self, scope: Scope, entities: Collection[int]) -> dict[int, int]:
        """Return the order of the oldest visible record of each entity."""

    @abstractmethod
    def _touching(
        self, scope: Scope, filters: Filters, members: Collection[int], kinds: Collection[str] = ()
    ) -> SupportTable:
        """Return the visible claims of links with an end among some records, each once."""

    @abstractmethod
    def _within(
        self, scope: Scope, filters: Filters, members: Collection[int], kinds: Collection[str] = ()
    ) -> SupportTable:
        """Return the visible claims of links with both ends among some records."""

    @abstractmethod
    def _of_all(self, scope: Scope, filters: Filters, kinds: Collection[str] = ()) -> SupportTable:
        """Return all visible claims of links."""

    @abstractmethod
    def _of_link(self, scope: Scope, filters: Filters, link: int) -> SupportTable:
        """Return the visible claims whose own rows are of a link of this id."""

    @abstractmethod
    def _facts(
        self,
        scope: Scope,
        filters: Filters,
        columns: Sequence[str],
        *,
        predicates: Collection[str] = (),
        members: Collection[int] | None = None,
        kind: str = "",
    ) -> Rows:
        """Return visible claims of properties: of every one when no predicate is named."""

    @abstractmethod
    def _spoken_of(self, scope: Scope, filters: Filters, kind: str = "") -> dict[str, Int64]:
        """Return the entities that a visible claim speaks of, by kind: of every one, or of one."""

    @abstractmethod
    def _is_seen(self, scope: Scope, members: Collection[int]) -> bool:
        """Return whether a visible claim, doubtful or not, speaks of any of some records."""

    @abstractmethod
    def _kinds(self, members: Collection[int]) -> dict[int, int]:
        """Return the codes of the kinds of records."""

    def resolution(self, scope: Scope) -> Resolution:
        """Return who is one with whom, for one viewer.

        Parameters
        ----------
        scope : Scope
            Whose answer.

        Returns
        -------
        Resolution
            By visible judgements only.
        """
        moment = self._moment()
        held = self._resolutions.get(scope)
        if held is None or held[0] != moment:
            pairs = holding_pairs(self._judgements(), scope)
            held = (moment, resolve(pairs, self._ages(scope, {entity for pair in pairs for entity in pair})))
            while len(self._resolutions) >= MOST_SCOPES:
                self._resolutions.pop(next(iter(self._resolutions)), None)
            self._resolutions[scope] = held
        return held[1]

    def counts(self, scope: Scope, filters: Filters = EVERYTHING) -> dict[str, int]:
        """Return how many entities and links there are, by kind.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        dict of str to int
            Kinds of entity, then predicates.
        """
        spoken_of, roots = self._spoken_of(scope, filters), self.resolution(scope).roots
        found = {kind: len(np.unique(roots(spoken_of[kind]))) for kind in ENTITY_NAMES if kind in spoken_of}
        found.update(links_by_predicate(self.link_table(scope, filters=filters)))
        return {kind: count for kind, count in found.items() if count}

    def entities(self, scope: Scope, kind: str, filters: Filters = EVERYTHING) -> Int64:
        """Return every entity of a kind that a visible claim speaks of.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        kind : str
            Of the dictionary of kinds.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        ndarray of int64
            Sorted ids.
        """
        found = self._spoken_of(scope, filters, kind).get(kind, np.zeros(0, dtype=np.int64))
        return np.unique(self.resolution(scope).roots(found))

    def entity(self, scope: Scope, entity: int) -> Entity:
        """Return one entity.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entity : int
            Its id, or that of any record held to be the same.

        Returns
        -------
        Entity
            As the viewer sees it.

        Raises
        ------
        EntityNotFoundError
            No visible claim speaks of it.
        """
        members = self.resolution(scope).members(entity)
        if not self._is_seen(scope, members):
            raise EntityNotFoundError("no entity with this id")
        kind = next(iter(self._kinds(members).values()))
        columns = ("reported_day", "claim", "sort", "category")
        told = self._facts(scope, DOUBTFUL, columns, predicates=["IS"], members=members)
        sort, category = max(tuple(row) for row in told)[2:] if told else ("", "")
        return Entity(self.resolution(scope).root(entity), ENTITY_NAMES[kind], sort, category, members)

    def neighbours(
        self,
        scope: Scope,
        entity: int,
        *,
        kinds: Collection[str] = (),
        filters: Filters = EVERYTHING,
        limit: int = 200,
    ) -> Neighbours:
        """Return the links of one entity.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entity : int
            Its id.
        kinds : collection of str, optional
            Only these predicates.
        filters : Filters, optional
            Which claims count.
        limit : int, optional
            Most links shown.

        Returns
        -------
        Neighbours
            With counts by kind of what is not shown.

        Raises
        ------
        EntityNotFoundError
            No visible claim speaks of it.
        """
        seen = self.entity(scope, entity)
        links = self._touching(scope, filters, seen.members, kinds).links()
        shown = links.take(np.arange(min(limit, len(links))))
        left = links.take(np.arange(len(shown), len(links)))
        return Neighbours(shown, links_by_predicate(links), links_by_predicate(left))

    def neighbourhood(
        self,
        scope: Scope,
        entities: Collection[int],
        *,
        hops: int = 1,
        kinds: Collection[str] = (),
        filters: Filters = EVERYTHING,
    ) -> LinkTable:
        """Return the links within some hops of some entities.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Where to begin.
        hops : int, optional
            How far.
        kinds : collection of str, optional
            Only over these predicates.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        LinkTable
            Every link between entities reached.

        Raises
        ------
        GraphTooLargeError
            Too many entities before the last hop.
        """
        reached, tables = self._grown(scope, entities, hops, kinds, filters)
        inner = self.links_between(scope, reached, filters=filters, kinds=kinds)
        return joined_tables([*tables, inner])

    def _grown(
        self, scope: Scope, entities: Collection[int], hops: int, kinds: Collection[str], filters: Filters
    ) -> tuple[set[int], list[LinkTable]]:
        """Return what lies within some hops, and the links that lead there."""
        resolution = self.resolution(scope)
        reached = {resolution.root(entity) for entity in entities}
        frontier, tables = set(reached), list[LinkTable]()
        for hop in range(1, hops + 1):
            members = {member for entity in frontier for member in resolution.members(entity)}
            tables.append(self._touching(scope, filters, members, kinds).links())
            frontier = {int(end) for end in np.concatenate((tables[-1].a, tables[-1].b))} - reached
            reached |= frontier
            if not frontier:
                break
            if len(reached) > MOST_REACHED and hop < hops:
                raise GraphTooLargeError(
                    f"more than {MOST_REACHED} entities within {hop} of {hops} hops: ask for fewer"
                )
        return reached, tables

    def links_between(
        self,
        scope: Scope,
        entities: Collection[int],
        *,
        filters: Filters = EVERYTHING,
        kinds: Collection[str] = (),
    ) -> LinkTable:
        """Return the links whose two ends are among some entities.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Both ends.
        filters : Filters, optional
            Which claims count.
        kinds : collection of str, optional
            Only these predicates.

        Returns
        -------
        LinkTable
            Sorted by id.
        """
        resolution = self.resolution(scope)
        members = sorted({m for entity in entities for m in resolution.members(entity)})
        return self._within(scope, filters, members, kinds).links()

    def link(self, scope: Scope, link: int, *, filters: Filters = EVERYTHING) -> LinkTable:
        """Return one link.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        link : int
            Its id, as the viewer sees it.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        LinkTable
            One row; none where no visible claim draws a link of this id.
        """
        found = self._of_link(scope, filters, link).links()
        if link not in found.link_id:
            # Its ends are several records held to be one: no row says the id that the viewer sees.
            found = self._touching(scope, filters, self.resolution(scope).joined()).links()
        row = found.take(found.link_id == link)
        between = self.links_between(scope, {*row.a.tolist(), *row.b.tolist()}, filters=filters)
        return between.take(between.link_id == link)

    def paths(
        self,
        scope: Scope,
        start: int,
        end: int,
        *,
        max_hops: int = 4,
        k: int = 3,
        kinds: Collection[str] = (),
        filters: Filters = EVERYTHING,
    ) -> list[Way]:
        """Return the shortest ways from one entity to another.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        start, end : int
            Ids.
        max_hops : int, optional
            Longest way.
        k : int, optional
            Most ways.
        kinds : collection of str, optional
            Only over these predicates.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        list of Path
            Shortest first, then by ids; empty for none.

        Raises
        ------
        GraphTooLargeError
            Too many entities half-way.
        """
        first, last = self.resolution(scope).root(start), self.resolution(scope).root(end)
        near = (max_hops + 1) // 2
        # A link of such a way is reached from the start or from the end; what else lies between is on none.
        around = [
            table
            for entity, hops in ((first, near), (last, max_hops - near))
            for table in self._grown(scope, [entity], hops, kinds, filters)[1]
        ]
        return shortest_ways(joined_tables(around), first, last, max_hops=max_hops, k=k)

    def link_table(
        self, scope: Scope, *, kinds: Collection[str] = (), filters: Filters = EVERYTHING
    ) -> LinkTable:
        """Return every link of some kinds.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        kinds : collection of str, optional
            Only these predicates; all when empty.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        LinkTable
            Sorted by id.
        """
        return self._of_all(scope, filters, kinds).links()

    def claims_of(
        self, scope: Scope, links: LinkTable, *, filters: Filters = EVERYTHING
    ) -> dict[int, list[int]]:
        """Return the numbers of the visible claims behind links.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        links : LinkTable
            As this store gave it.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        dict of int to list of int
            Link to claims.
        """
        found: dict[int, list[int]] = {link: [] for link in links.link_id.tolist()}
        kinds = [LINK_NAMES[code] for code in np.unique(links.predicate)]
        members = {m for end in np.unique(links.a) for m in self.resolution(scope).members(int(end))}
        table = self._touching(scope, filters, members, kinds)
        for link, claim in zip(table.link.tolist(), table.claim.tolist(), strict=True):
            if link in found:
                found[link].append(claim)
        return found

    def seen(self, scope: Scope, entity: int) -> int:
        """Return the entity that a viewer sees for one.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entity : int
            As a claim names it.

        Returns
        -------
        int
            Its own id, or that of the oldest record held to be the same.
        """
        return self.resolution(scope).root(entity)
