"""Planted leaks: stores and views that each show one thing of what is hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from graph.ledger.claims import ledger_version
from graph.model.kinds import ENTITY_NAMES
from graph.model.links import LinkTable
from graph.model.scope import Filters, Scope
from graph.store.contract import Entity, Locations, Neighbours
from graph.store.contract import Path as Way
from graph.store.embedded import EmbeddedStore
from graph.store.resolution import Resolution
from graph.view import Evidence, Match, View


class Leaky(EmbeddedStore):
    """A store that can look past the scope."""

    def all(self) -> Scope:
        """Return the scope of somebody who sees everything."""
        rows = self._db.execute("SELECT label FROM support UNION SELECT label FROM fact")
        return Scope(frozenset(row[0] for row in rows))


def column(name: str) -> type[Leaky]:
    """Return a store whose link tables take one column from everything there is."""

    class Column(Leaky):
        def link_table(self, scope: Scope, **how: Any) -> LinkTable:
            seen, whole = super().link_table(scope, **how), super().link_table(self.all(), **how)
            at = np.searchsorted(whole.link_id, seen.link_id)
            at = np.minimum(at, max(len(whole) - 1, 0))
            held = whole.link_id[at] == seen.link_id
            return replace(seen, **{name: np.where(held, getattr(whole, name)[at], getattr(seen, name))})

    return Column


class Bridge(Leaky):
    """A hidden record joins two visible people."""

    def resolution(self, scope: Scope) -> Resolution:
        return super().resolution(self.all())


class Age(Leaky):
    """A hidden record says who was known first."""

    def _ages(self, scope: Scope, entities: Collection[int]) -> dict[int, int]:
        return super()._ages(self.all(), entities)


class Existence(Leaky):
    """An entity is found although only hidden claims speak of it."""

    def entity(self, scope: Scope, entity: int) -> Entity:
        return super().entity(self.all(), entity)


class Gap(Leaky):
    """An id is a number in the order of arrival."""

    def entity(self, scope: Scope, entity: int) -> Entity:
        found = super().entity(scope, entity)
        rank = self._db.execute("SELECT COUNT(*) FROM entity WHERE id <= ?", (found.id,)).fetchone()[0]
        return replace(found, id=rank)


class Order(Leaky):
    """Entities are sorted by how much is known of them, hidden or not."""

    def entities(self, scope: Scope, kind: str, filters: Filters = Filters()) -> Any:  # noqa: B008 - frozen
        found = super().entities(scope, kind, filters)
        rows = self._db.execute(
            "SELECT a FROM support UNION ALL SELECT b FROM support UNION ALL SELECT entity FROM fact"
        )
        told = Counter(row[0] for row in rows)
        return np.array(sorted(found.tolist(), key=lambda entity: (-told[entity], entity)), dtype=np.int64)


class Ways(Leaky):
    """A way passes over hidden links."""

    def paths(self, scope: Scope, start: int, end: int, **how: Any) -> list[Way]:
        return super().paths(self.all(), start, end, **how)


class NotShown(Leaky):
    """What the limit left out counts hidden links."""

    def neighbours(self, scope: Scope, entity: int, **how: Any) -> Neighbours:
        found = super().neighbours(scope, entity, **how)
        return replace(found, not_shown=super().neighbours(self.all(), entity, **how).not_shown)


class Position(Leaky):
    """A hidden report moves a visible place."""

    def locations(self, scope: Scope, **how: Any) -> Locations:
        return super().locations(self.all(), **how)


class Pointers(Leaky):
    """A hidden claim gives a pointer."""

    def pointed(self, scope: Scope, entities: Collection[int]) -> list[tuple[int, int]]:
        return super().pointed(replace(scope, pointer=self.all().visible - scope.visible), entities)


class Names(Leaky):
    """A name comes from a hidden record."""

    def facts_of(
        self,
        scope: Scope,
        entities: Collection[int],
        predicate: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
    ) -> list[tuple[int, int]]:
        scope = self.all() if predicate == "NAMED" else scope
        return super().facts_of(scope, entities, predicate, filters=filters)


class Births(Leaky):
    """A hidden birth date makes a child an adult, or an adult a child."""

    def facts_of(
        self,
        scope: Scope,
        entities: Collection[int],
        predicate: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
    ) -> list[tuple[int, int]]:
        scope = self.all() if predicate == "BORN" else scope
        return super().facts_of(scope, entities, predicate, filters=filters)


class Described(Leaky):
    """A visible place is described by a hidden record."""

    def entity(self, scope: Scope, entity: int) -> Entity:
        found, whole = super().entity(scope, entity), super().entity(self.all(), entity)
        return replace(found, sort=whole.sort)


class Codes(Leaky):
    """Every area that any claim names is shown."""

    def entities(self, scope: Scope, kind: str, filters: Filters = Filters()) -> Any:  # noqa: B008 - frozen
        if ENTITY_NAMES.index(kind) != ENTITY_NAMES.index("Area"):
            return super().entities(scope, kind, filters)
        return super().entities(self.all(), kind, filters)


class LedgerCounter(View):
    """The data version is the ledger's own counter."""

    @property
    def data_version(self) -> str:
        return str(ledger_version(self._ledger))


class JudgedVersion(View):
    """The data version counts judgements that rest on a hidden claim and a visible one."""

    @property
    def data_version(self) -> str:
        labels = ",".join(map(str, self.scope.visible))
        query = f"SELECT COUNT(*) FROM judgement WHERE label_a IN ({labels}) OR label_b IN ({labels})"
        return str(self._ledger.exec_driver_sql(query).scalar_one())


class UndoneVersion(View):
    """The data version counts what people undid, whoever may see it."""

    @property
    def data_version(self) -> str:
        query = "SELECT COUNT(*) FROM judgement WHERE same = 0"
        return str(self._ledger.exec_driver_sql(query).scalar_one())


class NumberedEvidence(View):
    """A claim's name is its number in the ledger."""

    def why(self, claims: Any) -> list[Evidence]:
        return [found._replace(name=str(found.claim.seq)) for found in super().why(claims)]


class Searched(View):
    """A name that only a hidden record gives is found."""

    def found(self, text: str) -> list[Match]:
        assert isinstance(self.store, Leaky)
        return View(self.store.all(), self.store, self._ledger, self._identity, self._labels).found(text)


class Referred(View):
    """A reference that only a hidden record has is found."""

    def _is_seen(self, entity: int) -> bool:
        return True


LEAKS: dict[str, tuple[str, type[EmbeddedStore], type[View]]] = {
    "the count of claims": ("support", column("claims"), View),
    "the best source grade": ("support", column("source_best"), View),
    "the best information grade": ("support", column("information_best"), View),
    "the first day": ("support", column("valid_from"), View),
    "the last day": ("support", column("valid_to"), View),
    "the day last confirmed": ("support", column("last_confirmed"), View),
    "the number of sources": ("support", column("sources"), View),
    "that it is disputed": ("support", column("disputed"), View),
    "a data version of the ledger": ("person", EmbeddedStore, LedgerCounter),
    "a data version of judgements": ("joining", EmbeddedStore, JudgedVersion),
    "a data version of what was undone": ("undone", EmbeddedStore, UndoneVersion),
    "a gap between ids": ("person", Gap, View),
    "an order": ("link", Order, View),
    "a bridge": ("bridge", Bridge, View),
    "an age": ("earlier", Age, View),
    "that somebody exists": ("person", Existence, View),
    "the length of a way": ("way", Ways, View),
    "a pointer": ("link", Pointers, View),
    "a name": ("earlier", Names, View),
    "a birth date": ("birth", Births, View),
    "a position": ("place", Position, View),
    "a description": ("place", Described, View),
    "an area": ("area", Codes, View),
    "what is not shown": ("way", NotShown, View),
    "what is found by a name": ("earlier", Leaky, Searched),
    "what is found by a reference": ("person", Leaky, Referred),
    "the number of a claim": ("earlier", EmbeddedStore, NumberedEvidence),
}
"""What leaks: the hidden fact that shows it, and the store and view that let it through."""
