"""The drawn graph in one SQLite file: nothing to install, open at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from graph.errors import EntityNotFoundError, GraphTooLargeError
from graph.ledger.judgements import Judgement
from graph.model.kinds import ENTITY_CODES, ENTITY_NAMES, LINK_NAMES, LINKS, PROPERTIES
from graph.model.links import NO_DAY, Int64, LinkTable
from graph.model.scope import Filters, Scope
from graph.store.contract import (
    Changes,
    DatedClaims,
    Description,
    Entity,
    Locations,
    Neighbours,
    Occurrences,
    Place,
)
from graph.store.contract import Path as Way
from graph.store.dated_claims import dated_among
from graph.store.descriptions import described_among
from graph.store.embedded_file import EmbeddedFile
from graph.store.positions import locations_of, newest, occurrences_of
from graph.store.resolution import Resolution, holding_pairs, resolve
from graph.store.spoken_of import facts_about, labels_of
from graph.store.support_table import COLUMNS, SupportTable, joined_tables, links_by_predicate
from graph.store.visible_rows import among_kinds, parts_of, seen_facts, seen_supports
from graph.store.ways import shortest_ways

EVERYTHING: Final = Filters()
MOST_REACHED: Final = 20_000
"""Entities a neighbourhood stops growing at."""
MOST_SCOPES: Final = 64
"""Viewers for whom it is remembered who is one with whom."""

Resolutions = dict[Scope, tuple[int, Resolution]]


class EmbeddedStore(EmbeddedFile):
    """The embedded store; see ``graph.store.contract.Store`` for what each operation answers.

    Parameters
    ----------
    path : Path or None
        The drawn file; None draws in memory.
    writer : bool, optional
        Whether this process will apply changes.
    resolutions : dict, optional
        Who is one with whom, by scope and version, where several readers of one file share it.
    """

    def __init__(
        self, path: Path | None, *, writer: bool = False, resolutions: Resolutions | None = None
    ) -> None:
        super().__init__(path, writer=writer)
        self._resolutions: Resolutions = {} if resolutions is None else resolutions

    def apply(self, changes: Changes, place: Place) -> None:
        """Put claims in and take claims out, all at once.

        Parameters
        ----------
        changes : Changes
            What to do; doing it twice is the same as once.
        place : Place
            Places new points.
        """
        super().apply(changes, place)
        self._resolutions.clear()

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
        version = self._seen
        held = self._resolutions.get(scope)
        if held is None or held[0] != version:
            rows = self._db.execute("SELECT id, a, b, same, basis, label_a, label_b FROM judgement")
            pairs = holding_pairs((Judgement(r[0], r[1], r[2], bool(r[3]), *r[4:]) for r in rows), scope)
            held = (
                version,
                resolve(pairs, self._ages(scope, {entity for pair in pairs for entity in pair})),
            )
            # Other threads share it: what is oldest may have gone by now.
            for oldest in list(self._resolutions)[: 1 - MOST_SCOPES]:
                self._resolutions.pop(oldest, None)
            self._resolutions[scope] = held
        return held[1]

    def _support(self, scope: Scope, filters: Filters, where: str) -> SupportTable:
        return SupportTable(self._rows(scope, filters, where), self.resolution(scope))

    def _rows(
        self, scope: Scope, filters: Filters, where: str, parameters: Sequence[str] = ()
    ) -> list[tuple[int, ...]]:
        days = {"from_day", "to_day"}
        columns = ", ".join(f"COALESCE({c}, {NO_DAY})" if c in days else c for c in COLUMNS)
        query = f"SELECT {columns} FROM support WHERE {where} AND {seen_supports(scope, filters)}"  # noqa: S608 - numbers only
        return self._db.execute(query, parameters).fetchall()

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
        found = {kind: len(self.entities(scope, kind, filters)) for kind in ENTITY_NAMES}
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
        facts, supports = seen_facts(scope, filters), seen_supports(scope, filters)
        starts = ",".join(str(link.code) for link in LINKS.values() if kind in link.ends_from) or "-1"
        ends = ",".join(str(link.code) for link in LINKS.values() if kind in link.ends_to) or "-1"
        query = (
            f"SELECT id FROM entity WHERE kind = {ENTITY_CODES[kind]} AND id IN ("  # noqa: S608 - numbers only
            f"SELECT entity FROM fact WHERE {facts} "
            f"UNION SELECT a FROM support WHERE predicate IN ({starts}) AND {supports} "
            f"UNION SELECT b FROM support WHERE predicate IN ({ends}) AND {supports})"
        )
        ids = np.array([row[0] for row in self._db.execute(query)], dtype=np.int64)
        return np.unique(self.resolution(scope).roots(ids))

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
        inside = ",".join(map(str, members))
        facts = seen_facts(scope, Filters(doubtful=True))
        supports = seen_supports(scope, Filters(doubtful=True))
        seen = (
            f"SELECT entity FROM fact WHERE entity IN ({inside}) AND {facts} "  # noqa: S608 - numbers only
            f"UNION ALL SELECT a FROM support WHERE a IN ({inside}) AND {supports} "
            f"UNION ALL SELECT b FROM support WHERE b IN ({inside}) AND {supports} LIMIT 1"
        )
        if self._db.execute(seen).fetchone() is None:
            raise EntityNotFoundError("no entity with this id")
        kind = self._db.execute(f"SELECT kind FROM entity WHERE id IN ({inside})").fetchone()[0]  # noqa: S608 - numbers only
        described = self._db.execute(
            "SELECT sort, category FROM fact "  # noqa: S608 - numbers only
            f"WHERE predicate = {PROPERTIES['IS'].code} AND entity IN ({inside}) AND {facts} "
            "ORDER BY reported_day DESC, claim DESC LIMIT 1"
        ).fetchone()
        sort, category = described or ("", "")
        return Entity(self.resolution(scope).root(entity), ENTITY_NAMES[kind], sort, category, members)

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
        return described_among(self._db, scope, self.resolution(scope), entities)

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

    def _touching(
        self, scope: Scope, filters: Filters, members: Iterable[int], kinds: Collection[str] = ()
    ) -> SupportTable:
        found: list[tuple[int, ...]] = []
        parts = parts_of(sorted(members))
        for part in parts:
            inside = ",".join(map(str, part))
            touching = f"(a IN ({inside}) OR b IN ({inside})){among_kinds(kinds, of_ends=True)}"
            found += self._rows(scope, filters, touching)
        # A claim whose two ends lie in two parts came twice.
        return SupportTable(list(set(found)) if len(parts) > 1 else found, self.resolution(scope))

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
        members = json.dumps(sorted({m for entity in entities for m in resolution.members(entity)}))
        chosen = "(SELECT value FROM json_each(?))"
        # Places and areas, which many links end at, are at the second end: rows are sought by the first.
        where = f"a IN {chosen} AND +b IN {chosen}{among_kinds(kinds, of_ends=True)}"
        rows = self._rows(scope, filters, where, (members, members))
        return SupportTable(rows, resolution).links()

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
        of_any_kind = ",".join(map(str, range(len(LINKS))))
        found = self._support(scope, filters, f"predicate IN ({of_any_kind}) AND link = {link:d}").links()
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
        return self._support(scope, filters, f"1{among_kinds(kinds)}").links()

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
        members = sorted({member for entity in entities for member in resolution.members(entity)})
        where = f"predicate = {PROPERTIES[predicate].code} AND {seen_facts(scope, filters)}"
        rows: list[tuple[int, int]] = []
        for part in parts_of(members) if members else [[]]:
            among = f" AND entity IN ({','.join(map(str, part))})" if part else ""
            query = f"SELECT entity, claim FROM fact WHERE {where}{among}"  # noqa: S608 - numbers only
            rows.extend((resolution.root(row[0]), row[1]) for row in self._db.execute(query))
        return sorted(rows, key=lambda row: row[1])

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
        resolution = self.resolution(scope)
        members = {member for entity in entities for member in resolution.members(entity)}
        return sorted(facts_about(self._db, seen_facts(scope, filters), members))

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
        who = self.resolution(scope)
        return dated_among(self._db, scope, who, entities, kinds=kinds, filters=filters)

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
        places = seen_facts(scope, replace(filters, window=None))
        events = self._db.execute(
            "SELECT entity, reported_day, claim, sort, category, "  # noqa: S608 - numbers only
            f"COALESCE(from_day, {NO_DAY}), COALESCE(to_day, {NO_DAY}), origin FROM fact "
            f"WHERE predicate = {PROPERTIES['IS'].code} AND {seen_facts(scope, filters)} "
            f"AND entity IN (SELECT id FROM entity WHERE kind = {ENTITY_CODES['Event']})"
        )
        wheres = self._db.execute(
            "SELECT a, reported_day, claim, b FROM support "  # noqa: S608 - numbers only
            f"WHERE predicate = {LINKS['OCCURRED_AT'].code} AND {seen_supports(scope, filters)}"
        )
        resolution = self.resolution(scope)
        return occurrences_of(
            newest(events, 8, resolution),
            newest(wheres, 4, resolution),
            newest(self._positions(places), 8, resolution),
            resolution=resolution,
            areas=self._areas_of_points(),
            agencies=dict(self._db.execute("SELECT id, agency FROM origin")),
            sorts=kinds,
        )

    def _positions(self, where: str) -> sqlite3.Cursor:
        return self._db.execute(
            "SELECT f.entity, f.reported_day, f.claim, p.lon, p.lat, p.easting, p.northing, p.id FROM fact f "  # noqa: S608 - numbers only
            f"JOIN point p ON p.id = f.point WHERE f.predicate = {PROPERTIES['POSITION'].code} AND {where}"
        )

    def _areas_of_points(self) -> dict[int, tuple[int, ...]]:
        areas: dict[int, list[int]] = {}
        for point, area in self._db.execute("SELECT point, area FROM point_area ORDER BY point, area"):
            areas.setdefault(point, []).append(area)
        return {point: tuple(held) for point, held in areas.items()}

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
        where = seen_facts(scope, filters)
        located = f"{where} AND entity IN (SELECT id FROM entity WHERE kind = {ENTITY_CODES['Location']})"  # noqa: S608 - numbers only
        described = self._db.execute(
            "SELECT entity, reported_day, claim, sort, category FROM fact "  # noqa: S608 - numbers only
            f"WHERE predicate = {PROPERTIES['IS'].code} AND {located}"
        )
        resolution = self.resolution(scope)
        is_a = newest(described, 5, resolution)
        at = newest(self._positions(located), 8, resolution)
        return locations_of(is_a, at, areas=self._areas_of_points(), sorts=kinds)

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
        resolution = self.resolution(scope)
        labels = f"label IN ({','.join(map(str, sorted(scope.pointer)))})"
        members = {m for e in entities for m in resolution.members(e)}
        found = {(resolution.root(one), label) for one, label in labels_of(self._db, labels, members)}
        return sorted(found)
