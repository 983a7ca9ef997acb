"""What a membership rests on: the claims behind a person's ties inside the group, and behind knowing them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from sqlalchemy import Connection

from app.use_cases.confirming.labels import least_strict
from app.use_cases.confirming.records import MEMBER_RULE
from graph.errors import ModelError
from graph.ledger.claims import read_labels
from graph.ledger.judgements import Judgement, read_judgements
from graph.model.claims import PolicyLabel
from graph.model.entities import write_id
from graph.model.kinds import LINKS, TIES
from graph.model.links import LinkTable
from graph.model.scope import Filters
from graph.view import Evidence, View

_ALL = Filters(doubtful=True)
_TIE_CODES = [LINKS[kind].code for kind in TIES]


def grounds_of(
    view: View, ledger: Connection, people: Sequence[int], others: Sequence[int] = ()
) -> dict[int, list[PolicyLabel]]:
    """Return the labels of everything that each membership rests on.

    Parameters
    ----------
    view : View
        Of who confirms: what they do not see is no ground.
    ledger : Connection
        To read judgements from.
    people : sequence of int
        Whose memberships; ids as the viewer sees them.
    others : sequence of int, optional
        Members already.

    Returns
    -------
    dict of int to list of PolicyLabel
        Of every claim, doubted ones too, behind their ties with other members and behind events they
        were at together; of the judgements by which a tie of another record is theirs; and, where no tie
        names the person's own record, of the least strict claim that does.

    Raises
    ------
    ModelError
        A person of whom no claim speaks but doubted ones and memberships.
    """
    found: dict[int, list[PolicyLabel]] = {}
    judged = _Judged(view, ledger)
    held = _held(view, people, [*people, *others])
    for person in people:
        labels = [item.label for item in held[person]]
        records = {end for item in held[person] for end in _ends(item) if view.seen(end) == person}
        if records - {person}:
            labels += judged.labels_of(view.store.entity(view.scope, person).members)
        if not any(_is_sure(item) and person in _ends(item) for item in held[person]):
            labels.append(_least(view, person))
        found[person] = labels
    return found


def _held(view: View, people: Sequence[int], members: Sequence[int]) -> dict[int, list[Evidence]]:
    """Return the claims behind each person's ties with other members."""
    links: dict[int, set[int]] = defaultdict(set)
    tables = [_direct(view, members), _at_events(view, members)]
    for table, each in zip(tables, (_pairs(tables[0]), _meetings(tables[1])), strict=True):
        claims = view.store.claims_of(view.scope, table, filters=_ALL)
        for them, behind in each:
            for person in them:
                links[person].update(claim for link in behind for claim in claims[link])
    items = {item.claim.seq: item for item in view.why(sorted(set().union(*links.values())))}
    return {person: [items[claim] for claim in sorted(links[person]) if claim in items] for person in people}


def _direct(view: View, members: Sequence[int]) -> LinkTable:
    links = view.store.links_between(view.scope, members, filters=_ALL)
    return links.take(np.isin(links.predicate, _TIE_CODES))


def _pairs(links: LinkTable) -> Iterator[tuple[set[int], list[int]]]:
    for link, a, b in zip(links.link_id.tolist(), links.a.tolist(), links.b.tolist(), strict=True):
        yield {a, b}, [link]


def _at_events(view: View, members: Sequence[int]) -> LinkTable:
    links = view.store.neighbourhood(view.scope, members, hops=1, kinds=("INVOLVED_IN",), filters=_ALL)
    return links.take(np.isin(links.a, list(members)))


def _meetings(links: LinkTable) -> Iterator[tuple[set[int], list[int]]]:
    present: dict[int, dict[int, int]] = defaultdict(dict)
    for link, person, event in zip(links.link_id.tolist(), links.a.tolist(), links.b.tolist(), strict=True):
        present[event][link] = person
    for at in present.values():
        if len(set(at.values())) > 1:
            yield set(at.values()), list(at)


class _Judged:
    """The judgements that a viewer has, with the labels of the claims they rest on."""

    def __init__(self, view: View, ledger: Connection) -> None:
        self._labels: Mapping[int, PolicyLabel] = {n: label for n, (label, _) in read_labels(ledger).items()}
        self._held: list[Judgement] = [
            j for j in read_judgements(ledger) if j.same and {j.label_a, j.label_b} <= view.scope.visible
        ]

    def labels_of(self, records: Sequence[int]) -> list[PolicyLabel]:
        among = [j for j in self._held if {j.a, j.b} <= set(records)]
        return [self._labels[label] for j in among for label in (j.label_a, j.label_b)]


def _least(view: View, person: int) -> PolicyLabel:
    links = view.store.neighbours(view.scope, person, limit=10_000).links
    behind = view.store.claims_of(view.scope, links)
    claims = {claim for held in behind.values() for claim in held}
    claims.update(view.store.all_facts(view.scope, [person]))
    # That somebody is a member is no ground to know them by: the membership would rest on itself.
    labels = [
        item.label
        for item in view.why(sorted(claims))
        if person in _ends(item) and item.claim.rule != MEMBER_RULE
    ]
    if not labels:
        raise ModelError(f"{write_id(person)} cannot be a member: no claim that stands speaks of them")
    return least_strict(labels)


def _ends(item: Evidence) -> set[int]:
    return {item.claim.subject, item.claim.object or item.claim.subject}


def _is_sure(item: Evidence) -> bool:
    return item.claim.status == "live" and item.claim.information_grade != "E"
