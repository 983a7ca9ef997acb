"""What people and groups are on one day, as labels of the drawn graph on a server."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection

from app.copies.gathering import is_basis
from app.copies.labels import special_label
from graph.ledger.claims import read_labels
from graph.model.scope import Scope
from graph.model.spans import day_number
from graph.store.neo4j import Neo4jStore
from graph.view import View


def labels_on(day: date, store: Neo4jStore, ledger: Connection, identity: Connection) -> dict[str, list[int]]:
    """Return which entities have a label beside their kind on a day.

    Parameters
    ----------
    day : date
        Ages are for it, and whether somebody is recorded as a person of interest.
    store : Neo4jStore
        Drawn.
    ledger, identity : Connection
        Opened for reading.

    Returns
    -------
    dict of str to list of int
        Entities by label; records that are one person have the same.

    Notes
    -----
    Nobody is answered from them: they are worked out from everything that is drawn, whoever may see it.
    """
    held = read_labels(ledger)
    scope = Scope(frozenset(held))
    view = View(scope, store, ledger, identity, held)
    resolution = store.resolution(scope)
    found: dict[str, list[int]] = defaultdict(list)
    for entity, label in _special(day, view):
        found[label] += sorted(resolution.members(entity))
    return found


def _special(day: date, view: View) -> list[tuple[int, str]]:
    people = view.store.entities(view.scope, "Person").tolist()
    groups = view.store.entities(view.scope, "Group").tolist()
    ages, told = view.ages_on(day, people), view.store.described(view.scope, groups)
    recorded = _recorded(day, view, [person for person in people if ages[person] == "adult"])
    labels = [(one, special_label("Person", ages[one], of_interest=one in recorded)) for one in people]
    labels += [(one, special_label("Group", sort=told[one].sort)) for one in groups]
    return [(one, label) for one, label in labels if label]


def _recorded(day: date, view: View, adults: list[int]) -> set[int]:
    if not adults:
        return set()
    rows = view.store.facts_of(view.scope, adults, "ROLE")
    evidence = view.why([claim for _, claim in rows])
    return {view.seen(item.claim.subject) for item in evidence if is_basis(item, day_number(day))}
