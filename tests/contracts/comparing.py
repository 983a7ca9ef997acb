"""Whether a store and a view answer as the reference model does, operation by operation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, fields
from datetime import date
from typing import Any

import numpy as np

from graph.errors import EntityNotFoundError
from graph.model.claims import PolicyLabel
from graph.model.links import LinkTable
from graph.model.scope import Filters, Scope
from graph.store.contract import Locations, Occurrences, Store
from graph.view import View, is_adult
from tests.reference import Seen

SORTS = ("asb", "park")
PROPERTIES = ("IS", "POSITION", "NAMED", "IDENTIFIER", "BORN")


def rows_of(table: LinkTable) -> list[tuple[Any, ...]]:
    """Return a link table as rows."""
    return list(zip(*(getattr(table, f.name).tolist() for f in fields(LinkTable)), strict=True))


def occurrence_rows(found: Occurrences) -> list[tuple[Any, ...]]:
    """Return occurrences as rows, the reporter last."""
    arrays = (found.event, found.location, found.sort, found.category, found.from_day, found.to_day)
    places = (found.lon, found.lat, found.easting_m, found.northing_m)
    columns = [array.tolist() for array in (*arrays, *places)]
    return list(zip(*columns, found.areas, found.reporter.tolist(), strict=True))


def location_rows(found: Locations) -> list[tuple[Any, ...]]:
    """Return locations as rows."""
    arrays = (
        found.location,
        found.sort,
        found.category,
        found.lon,
        found.lat,
        found.easting_m,
        found.northing_m,
    )
    return list(zip(*(array.tolist() for array in arrays), found.areas, strict=True))


def check_links(store: Store, scope: Scope, seen: Seen, filters: Filters, kinds: Sequence[str] = ()) -> None:
    """Assert that the links are those of the reference model, with the claims behind them."""
    table = store.link_table(scope, filters=filters, kinds=kinds)
    assert rows_of(table) == seen.links(filters, kinds)
    behind = {link: claims for link, claims in seen.claims_of(filters).items() if link in table.link_id}
    assert store.claims_of(scope, table, filters=filters) == behind
    for row in (*seen.links(filters)[:2], *seen.links(filters)[-2:]):
        assert rows_of(store.link(scope, row[0], filters=filters)) == [row]
    assert len(store.link(scope, 1, filters=filters)) == 0
    if not kinds:
        assert store.counts(scope, filters) == seen.counts(filters)


def check_entities(store: Store, scope: Scope, seen: Seen, asked: Collection[int], filters: Filters) -> None:
    """Assert that entities, and what lies around each, are those of the reference model."""
    for kind in ("Person", "Event", "Location", "Object", "Area"):
        assert store.entities(scope, kind, filters).tolist() == seen.entities(kind, filters)
    for entity in asked:
        held = seen.entity(entity)
        assert store.seen(scope, entity) == seen.root(entity)
        try:
            found = store.entity(scope, entity)
        except EntityNotFoundError:
            assert held is None
            continue
        assert (found.id, found.kind, found.sort, found.category, found.members) == held
        assert tuple(store.described(scope, [entity])[found.id]) == held[1:4]
        near = store.neighbours(scope, entity, filters=filters, limit=2)
        assert (rows_of(near.links), near.counts, near.not_shown) == seen.neighbours(entity, (), filters, 2)


def check_ways(store: Store, scope: Scope, seen: Seen, asked: Sequence[int], filters: Filters) -> None:
    """Assert that neighbourhoods and paths are those of the reference model."""
    assert rows_of(store.links_between(scope, asked, filters=filters)) == seen.between(asked, filters)
    for n, start in enumerate(asked):
        kinds = ("FRIEND_OF", "INVOLVED_IN") if n % 2 else ()
        found = store.neighbourhood(scope, [start], hops=n % 3, kinds=kinds, filters=filters)
        assert rows_of(found) == seen.neighbourhood([start], n % 3, kinds, filters)
        end = asked[(n + 1) % len(asked)]
        ways = store.paths(scope, start, end, max_hops=2 + n % 3, k=3, kinds=kinds, filters=filters)
        assert [astuple(way) for way in ways] == seen.paths(
            start, end, max_hops=2 + n % 3, k=3, kinds=kinds, filters=filters
        )


def check_facts(store: Store, scope: Scope, seen: Seen, asked: Sequence[int], filters: Filters) -> None:
    """Assert that properties, events and places are those of the reference model."""
    for predicate in PROPERTIES:
        for some in ((), asked[:2]):
            found = store.facts_of(scope, some, predicate, filters=filters)
            assert found == seen.facts_of(some, predicate, filters)
    assert store.all_facts(scope, asked[:3], filters=filters) == seen.all_facts(asked[:3], filters)
    for kinds in ((), ("IS",), ("FRIEND_OF", "BORN")):
        dated = store.dated_claims(scope, asked[:3], kinds=kinds, filters=filters)
        columns = (dated.claim, dated.entity, dated.from_day, dated.to_day)
        assert list(zip(*(c.tolist() for c in columns), strict=True)) == seen.dated(asked[:3], kinds, filters)
    for kinds in ((), SORTS):
        events = store.occurrences(scope, kinds=kinds, filters=filters)
        assert (occurrence_rows(events), events.without_position) == _events(seen, kinds, filters)
        places = store.locations(scope, kinds=kinds, filters=filters)
        assert location_rows(places) == seen.locations(kinds, filters)


def _events(seen: Seen, kinds: Collection[str], filters: Filters) -> tuple[list[tuple[Any, ...]], int]:
    rows, without = seen.occurrences(kinds, filters)
    return [tuple(row) for row in rows], without


def check_store(store: Store, scope: Scope, seen: Seen, asked: Sequence[int], filters: Filters) -> None:
    """Assert that a store answers as the reference model does."""
    check_links(store, scope, seen, filters)
    check_links(store, scope, seen, filters, ("FRIEND_OF", "EXPLOITED_BY"))
    check_entities(store, scope, seen, asked, filters)
    check_ways(store, scope, seen, asked, filters)
    check_facts(store, scope, seen, asked, filters)


def check_view(view: View, seen: Seen, asked: Sequence[int], labels: Mapping[PolicyLabel, int]) -> None:
    """Assert that names, ages, pointers and evidence are those of the reference model."""
    assert view.names(asked) == seen.names(asked)
    people = view.store.entities(view.scope, "Person")
    day = date(2025, 6, 1)
    adults = [is_adult({seen.born(person) or ""}, day) for person in people.tolist()]
    assert (~view.minors_on(day, people)).tolist() == adults
    told = view.store.pointed(view.scope, asked)
    assert set(told) == {(entity, labels[label]) for entity, label in seen.pointed(asked)}
    assert {(p.entity, p.owner) for p in view.pointers(asked)} == {
        (entity, label.controller) for entity, label in seen.pointed(asked)
    }
    for typed in ("al", "B", "x", "al bo", "nobody"):
        assert [tuple(match) for match in view.found(typed)] == seen.found(typed)
    everything = [said.seq for said in seen.said]
    assert [evidence.claim.seq for evidence in view.why(everything)] == everything
    assert np.all(np.diff(people) > 0)
