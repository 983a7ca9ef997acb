"""Every reading operation of the store's contract as a question, and a count of what was asked for whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graph.errors import EntityNotFoundError
from graph.model.kinds import ENTITIES
from graph.model.links import LinkTable
from graph.model.scope import Filters, Scope
from graph.store.contract import Store
from tests.contracts.comparing import PROPERTIES, location_rows, occurrence_rows, rows_of

SOME_KINDS: Final[tuple[tuple[str, ...], ...]] = ((), ("FRIEND_OF", "INVOLVED_IN"))


class Asked(NamedTuple):
    """What one question is about: for whom, of which claims and entities, and at which turn."""

    scope: Scope
    filters: Filters
    turn: int
    everybody: Sequence[int]

    def links(self, store: Store, kinds: tuple[str, ...] = ()) -> LinkTable:
        """Return the links that a question about links begins with."""
        return store.link_table(self.scope, kinds=kinds, filters=self.filters)

    @property
    def some(self) -> list[int]:
        """Four entities, others at the next turn."""
        return [self.everybody[(self.turn * 4 + n) % len(self.everybody)] for n in range(4)]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of link, or two of them."""
        return SOME_KINDS[self.turn % 2]


Question = Callable[[Store, Asked], object]


def _found(answer: Callable[[], object]) -> object:
    try:
        return answer()
    except EntityNotFoundError as error:
        return str(error)


def _entity(store: Store, of: Asked) -> object:
    return [_found(lambda one=one: store.entity(of.scope, one)) for one in of.some[:2]]  # type: ignore[misc]


def _neighbours(store: Store, of: Asked) -> object:
    def _told() -> object:
        near = store.neighbours(of.scope, of.some[0], kinds=of.kinds, filters=of.filters, limit=2)
        return rows_of(near.links), near.counts, near.not_shown

    return _found(_told)


def _neighbourhood(store: Store, of: Asked) -> object:
    hops = 1 + of.turn % 2
    return rows_of(store.neighbourhood(of.scope, of.some[:1], hops=hops, kinds=of.kinds, filters=of.filters))


def _paths(store: Store, of: Asked) -> object:
    hops, links = 2 + of.turn % 3, of.links(store)
    # Two entities taken at random are seldom joined: the ends of two links more often are.
    ends = (
        (int(links.a[of.turn % len(links)]), int(links.b[of.turn // 7 % len(links)]))
        if len(links)
        else of.some[:2]
    )
    return store.paths(of.scope, *ends, max_hops=hops, kinds=of.kinds, filters=of.filters)


def _link_table(store: Store, of: Asked) -> object:
    return rows_of(of.links(store, of.kinds))


def _claims_of(store: Store, of: Asked) -> object:
    return store.claims_of(of.scope, of.links(store, of.kinds), filters=of.filters)


def _link(store: Store, of: Asked) -> object:
    links = of.links(store).link_id.tolist()
    chosen = links[of.turn % len(links)] if links else 1
    return rows_of(store.link(of.scope, chosen, filters=of.filters))


def _dated_claims(store: Store, of: Asked) -> object:
    kinds = (*of.kinds, "IS") if of.kinds else ()
    dated = store.dated_claims(of.scope, of.some, kinds=kinds, filters=of.filters)
    return [column.tolist() for column in (dated.claim, dated.entity, dated.from_day, dated.to_day)]


def _facts_of(store: Store, of: Asked) -> object:
    predicate = PROPERTIES[of.turn % len(PROPERTIES)]
    return [
        store.facts_of(of.scope, some, predicate, filters=of.filters) for some in ((), of.some)[of.turn % 2 :]
    ]


def _occurrences(store: Store, of: Asked) -> object:
    events = store.occurrences(of.scope, kinds=("asb",) if of.turn % 2 else (), filters=of.filters)
    return occurrence_rows(events), events.without_position


def _locations(store: Store, of: Asked) -> object:
    places = store.locations(of.scope, kinds=("park",) if of.turn % 3 else (), filters=of.filters)
    return location_rows(places)


QUESTIONS: Final[dict[str, Question]] = {
    "counts": lambda store, of: store.counts(of.scope, of.filters),
    "entity": _entity,
    "described": lambda store, of: sorted(store.described(of.scope, of.some).items()),
    "entities": lambda store, of: store.entities(of.scope, list(ENTITIES)[of.turn % 7], of.filters).tolist(),
    "neighbours": _neighbours,
    "neighbourhood": _neighbourhood,
    "links_between": lambda store, of: rows_of(
        store.links_between(of.scope, of.everybody, filters=of.filters)
    ),
    "link": _link,
    "paths": _paths,
    "link_table": _link_table,
    "claims_of": _claims_of,
    "facts_of": _facts_of,
    "all_facts": lambda store, of: store.all_facts(of.scope, of.some, filters=of.filters),
    "dated_claims": _dated_claims,
    "occurrences": _occurrences,
    "locations": _locations,
}
"""Those that a scope and filters change; some of them at a time."""
PARTS: Final = 3
"""Every third is asked, others at the next turn."""

ALWAYS: Final[dict[str, Question]] = {
    "version": lambda store, _: store.version(),
    "touched": lambda store, _: store.touched(),
    "areas": lambda store, _: store.areas(),
    "area_codes": lambda store, _: store.area_codes(),
    "seen": lambda store, of: [store.seen(of.scope, one) for one in of.everybody],
    "pointed": lambda store, of: sorted(store.pointed(of.scope, of.everybody)),
}
"""Asked at every turn: they cost nothing, or no filter changes them."""


def told(store: Store, of: Asked, part: int) -> dict[str, Any]:
    """Return what a store answers to a part of the operations, and to those that are always asked.

    The order is that of the turn, so that no question always finds what the same one before it left.
    """
    names = [*ALWAYS, *list(QUESTIONS)[part::PARTS]]
    turned = names[of.turn % len(names) :] + names[: of.turn % len(names)]
    return {name: (ALWAYS | QUESTIONS)[name](store, of) for name in turned}


@dataclass
class Coverage:
    """How often each operation was asked for each viewer with each filter, and how many answers it gave."""

    asked: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    answers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def note(self, viewer: int, filters: int, answers: dict[str, Any]) -> None:
        """Count the answers to one viewer."""
        for name, answer in answers.items():
            self.asked[name, viewer, filters] += 1
            self.answers[name].add(repr(answer))
