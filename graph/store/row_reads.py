"""What a store answers of properties, events and places, from the rows that one viewer may see."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from graph.model.kinds import ENTITY_NAMES, PROPERTIES
from graph.model.scope import Filters, Scope
from graph.store.contract import DatedClaims, Description, Locations, Occurrences
from graph.store.link_reads import DOUBTFUL, EVERYTHING, LinkReads, Rows
from graph.store.positions import locations_of, newest, occurrences_of

_DESCRIBED = ("entity", "reported_day", "claim", "sort", "category")


class RowReads(LinkReads):
    """Every reading operation of the contract; see ``graph.store.contract.Store``."""

    @abstractmethod
    def _wheres(self, scope: Scope, filters: Filters) -> Rows:
        """Return event, day reported, claim and location of every visible ``OCCURRED_AT``."""

    @abstractmethod
    def _positions(self, scope: Scope, filters: Filters, kind: str = "") -> Rows:
        """Return entity, day reported, claim, degrees, metres and point of every visible position."""

    @abstractmethod
    def _areas_of_points(self) -> Mapping[int, tuple[int, ...]]:
        """Return the areas that hold each point."""

    @abstractmethod
    def _agencies(self) -> Mapping[int, str]:
        """Return the agencies of origin by their numbers."""

    @abstractmethod
    def _pointed(self, scope: Scope, members: Collection[int]) -> Rows:
        """Return records and the pointers' labels of claims that speak of them."""

    def described(self, scope: Scope, entities: Collection[int]) -> dict[int, Description]:
        """Return what many entities are, as ``entity`` tells it of one.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Entities the viewer may see.

        Returns
        -------
        dict of int to Description
            By the id that the viewer sees.
        """
        resolution = self.resolution(scope)
        members = self._members(scope, entities)
        told = {resolution.root(entity): kind for entity, kind in self._kinds(members).items()}
        what: dict[int, tuple[int, int, str, str]] = {}
        for entity, *row in self._facts(scope, DOUBTFUL, _DESCRIBED, predicates=["IS"], members=members):
            root = resolution.root(entity)
            what[root] = max(what.get(root, (-(2**62), 0, "", "")), tuple(row))
        return {
            entity: Description(ENTITY_NAMES[kind], *what.get(entity, (0, 0, "", ""))[2:])
            for entity, kind in told.items()
        }

    def _members(self, scope: Scope, entities: Collection[int]) -> list[int]:
        resolution = self.resolution(scope)
        return sorted({member for entity in entities for member in resolution.members(entity)})

    def facts_of(
        self, scope: Scope, entities: Collection[int], predicate: str, *, filters: Filters = EVERYTHING
    ) -> list[tuple[int, int]]:
        """Return the visible claims of one property.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Of these; of every entity when empty.
        predicate : str
            A property of the dictionary.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        list of (int, int)
            Entity (as the viewer sees it) and claim, in the order of claims.
        """
        resolution = self.resolution(scope)
        members = self._members(scope, entities) or None
        rows = self._facts(scope, filters, ("entity", "claim"), predicates=[predicate], members=members)
        return sorted(((resolution.root(row[0]), row[1]) for row in rows), key=lambda row: row[1])

    def all_facts(
        self, scope: Scope, entities: Collection[int], *, filters: Filters = EVERYTHING
    ) -> list[int]:
        """Return the visible claims of every property of some entities.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            As the viewer sees them.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        list of int
            Numbers of claims, in their order.
        """
        rows = self._facts(scope, filters, ("claim",), members=self._members(scope, entities))
        return sorted(row[0] for row in rows)

    def dated_claims(
        self, scope: Scope, entities: Collection[int], *, kinds: Collection[str], filters: Filters
    ) -> DatedClaims:
        """Return the visible claims that speak of some entities, with the days they held.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            As the viewer sees them.
        kinds : collection of str
            Only these links and properties; all when empty.
        filters : Filters
            Which claims count.

        Returns
        -------
        DatedClaims
            Each claim once.
        """
        members, resolution = self._members(scope, entities), self.resolution(scope)
        roots = {resolution.root(member) for member in members}
        said = [kind for kind in kinds if kind in PROPERTIES]
        drawn = [kind for kind in kinds if kind not in PROPERTIES]
        found: dict[int, tuple[int, int, int]] = {}
        if said or not kinds:
            columns = ("claim", "entity", "from_day", "to_day")
            rows = self._facts(scope, filters, columns, predicates=said, members=members)
            found = {claim: (resolution.root(entity), first, last) for claim, entity, first, last in rows}
        if drawn or not kinds:
            for claim, a, b, first, last in self._touching(scope, filters, members, drawn).dated():
                found[claim] = (min({a, b} & roots), first, last)
        claims = sorted(found)
        table = np.array([found[claim] for claim in claims], dtype=np.int64).reshape(-1, 3).T
        held = table[1:].astype(np.int32)
        return DatedClaims(np.array(claims, dtype=np.int64), table[0], held[0], held[1])

    def occurrences(
        self, scope: Scope, *, kinds: Collection[str] = (), filters: Filters = EVERYTHING
    ) -> Occurrences:
        """Return events with their positions.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        kinds : collection of str, optional
            Only these sorts of event.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        Occurrences
            Sorted by event.
        """
        # A place does not move with the window, but it is known from the day it was reported.
        places = self._positions(scope, replace(filters, window=None))
        columns = (*_DESCRIBED, "from_day", "to_day", "origin")
        events = self._facts(scope, filters, columns, predicates=["IS"], kind="Event")
        resolution = self.resolution(scope)
        return occurrences_of(
            newest(events, 8, resolution),
            newest(self._wheres(scope, filters), 4, resolution),
            newest(places, 8, resolution),
            resolution=resolution,
            areas=self._areas_of_points(),
            agencies=self._agencies(),
            sorts=kinds,
        )

    def locations(
        self, scope: Scope, *, kinds: Collection[str] = (), filters: Filters = EVERYTHING
    ) -> Locations:
        """Return locations with their positions.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        kinds : collection of str, optional
            Only these sorts.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        Locations
            Sorted by id.
        """
        resolution = self.resolution(scope)
        described = self._facts(scope, filters, _DESCRIBED, predicates=["IS"], kind="Location")
        at = newest(self._positions(scope, filters, "Location"), 8, resolution)
        return locations_of(newest(described, 5, resolution), at, areas=self._areas_of_points(), sorts=kinds)

    def pointed(self, scope: Scope, entities: Collection[int]) -> list[tuple[int, int]]:
        """Return which entities have claims that the viewer may only be pointed to.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Entities the viewer may see.

        Returns
        -------
        list of (int, int)
            Entity and label, each pair once.
        """
        if not scope.pointer:
            return []
        root = self.resolution(scope).root
        return sorted(
            {(root(row[0]), row[1]) for row in self._pointed(scope, self._members(scope, entities))}
        )
