"""Peer groups as records of the ledger: how a group stands, its members, and what was done to it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from app.use_cases.groups import ACT_RULE, SORT
from graph.ledger.claims import read_labels
from graph.ledger.known_mentions import claims_naming, mention_of
from graph.model.claims import Claim, Mention, PolicyLabel, Record, Terms
from graph.model.entities import write_id
from graph.model.spans import Span

FEED: Final = "peer_groups"
MEMBER_RULE: Final = "member"
STANDING_RULE: Final = "confirmation"


class Standing(NamedTuple):
    """How a peer group stands.

    Attributes
    ----------
    group : int
        Its id.
    agency : str
        Who answers for it.
    status : str
        ``active`` or ``inactive``.
    name : str
        Empty for none.
    by, purpose, reference : str
        Who confirmed it, what for, and the case or meeting.
    review : str
        ISO date.
    confirmed_day : int
        Days since 1970-01-01.
    """

    group: int
    agency: str
    status: str
    name: str
    by: str
    purpose: str
    reference: str
    review: str
    confirmed_day: int


class Membership(NamedTuple):
    """One person's membership.

    Attributes
    ----------
    person : int
        The record's own entity, whatever it is judged to be one with.
    label : PolicyLabel
        Who may see it.
    since_day : int
        Days since 1970-01-01.
    """

    person: int
    label: PolicyLabel
    since_day: int


class Held(NamedTuple):
    """What the ledger holds of a peer group, whoever may see it.

    Attributes
    ----------
    members : dict of int to Membership
        By person.
    labels : frozenset of PolicyLabel
        Those that its standing is recorded under.
    acts : Counter of PolicyLabel
        Acts recorded under each.
    """

    members: dict[int, Membership]
    labels: frozenset[PolicyLabel]
    acts: Counter[PolicyLabel]


def read_held(ledger: Connection, group: int) -> Held:
    """Return what the ledger holds of a peer group.

    Parameters
    ----------
    ledger : Connection
        In a transaction.
    group : int
        Its id; one that is new holds nothing.

    Returns
    -------
    Held
        Also what the person who writes may not see, since it must end with the rest.
    """
    named = {n: label for n, (label, _) in read_labels(ledger).items()}
    claims = claims_naming(ledger, group)
    return Held(
        {
            claim.subject: Membership(claim.subject, named[claim.label], claim.from_day or 0)
            for claim in claims
            if claim.rule == MEMBER_RULE
        },
        frozenset(named[claim.label] for claim in claims if claim.rule == STANDING_RULE),
        Counter(named[claim.label] for claim in claims if claim.rule == ACT_RULE),
    )


def standing_records(
    standing: Standing, labels: Collection[PolicyLabel], ended: Collection[PolicyLabel], day: int
) -> list[Record]:
    """Return the records of how a group stands, one for each label of its members.

    Parameters
    ----------
    standing : Standing
        How it stands.
    labels : collection of PolicyLabel
        Of its members: whoever sees one of them sees this.
    ended : collection of PolicyLabel
        Labels that it was recorded under and that no member has any more.
    day : int
        Today.

    Returns
    -------
    list of Record
        A record that says what its last version said is a duplicate, and is not written again.
    """
    written = [
        _record(standing, f"standing/{digest_of(label)}", standing._asdict(), _standing(standing, label, day))
        for label in labels
    ]
    over = [_record(standing, f"standing/{digest_of(label)}", {"ended": day}, ()) for label in ended]
    return sorted(written + over, key=lambda record: record.source_id)


def _standing(standing: Standing, label: PolicyLabel, day: int) -> tuple[Claim, ...]:
    of, span = mention_of("Group", standing.group), Span(standing.confirmed_day, None, "day")
    is_a = _terms(standing, label, "group", "IS", nature="professional_concern", basis="concern")
    stands = _terms(standing, label, STANDING_RULE, "CONFIRMATION")
    stated = {"by": standing.by, "purpose": standing.purpose, "review": standing.review}
    if standing.reference:
        stated["reference"] = standing.reference
    claims = [
        _claim(is_a, of, {"sort": SORT, "status": standing.status}, span, day),
        _claim(stands, of, stated, span, day),
    ]
    if standing.name:
        named = _terms(standing, label, "name", "NAMED")
        claims.append(
            _claim(named, of, {"name_kind": "recorded"}, span, day)._replace(particular=standing.name)
        )
    return tuple(claims)


def member_records(
    standing: Standing, members: Collection[Membership], ended: Collection[int], day: int
) -> list[Record]:
    """Return the records of memberships, one for each person.

    Parameters
    ----------
    standing : Standing
        How the group stands.
    members : collection of Membership
        To be written.
    ended : collection of int
        People who are members no more.
    day : int
        Today.

    Returns
    -------
    list of Record
        By person. Each has a record of its own, so that one can end or be removed without a trace in
        those of the others.
    """
    group = mention_of("Group", standing.group)
    written = []
    for person, label, since in members:
        terms = _terms(
            standing, label, MEMBER_RULE, "MEMBER_OF", nature="professional_concern", basis="concern"
        )
        terms = terms._replace(capacity="assessed")
        who = mention_of("Person", person)
        claim = Claim(terms, 0, who, group, span=Span(since, None, "day"), reported=Span(day, day))
        said = {"person": write_id(person), "since": since, "label": digest_of(label)}
        written.append(_record(standing, f"member/{write_id(person)}", said, (claim,)))
    over = [
        _record(standing, f"member/{write_id(person)}", {"person": write_id(person), "ended": day}, ())
        for person in ended
    ]
    return sorted(written + over, key=lambda record: record.source_id)


def act_records(
    standing: Standing, said: dict[str, Any], labels: Collection[PolicyLabel], held: Counter[PolicyLabel],
    day: int,
) -> list[Record]:  # fmt: skip
    """Return the records of an act, one for each label of the people it concerns.

    Parameters
    ----------
    standing : Standing
        How the group stands after it.
    said : dict
        ``act``, ``by``, ``reason``, and what of the standing it set.
    labels : collection of PolicyLabel
        Of the memberships that it concerns.
    held : Counter of PolicyLabel
        Acts recorded already under each label; they stay.
    day : int
        Today.

    Returns
    -------
    list of Record
        Numbered under each label apart: no number counts acts that its viewers do not see.
    """
    of = mention_of("Group", standing.group)
    return [
        _record(
            standing,
            f"act/{digest_of(label)}/{held[label] + 1}",
            said,
            (
                _claim(
                    _terms(standing, label, ACT_RULE, "CONFIRMATION"), of, said, Span(day, day, "day"), day
                ),
            ),
        )
        for label in sorted(labels, key=digest_of)
    ]


def digest_of(label: PolicyLabel) -> str:
    """Return a label as a short word, which names a record and is never shown.

    Parameters
    ----------
    label : PolicyLabel
        Any label.

    Returns
    -------
    str
        The same for equal labels.
    """
    return hashlib.blake2b(repr(tuple(label)).encode(), digest_size=8).hexdigest()


def mentions_in(records: Collection[Record]) -> set[Mention]:
    """Return what the claims of some records name.

    Parameters
    ----------
    records : collection of Record
        About to be written.

    Returns
    -------
    set of Mention
        All of them name entities by their ids.
    """
    return set(_mentions(records))


def _mentions(records: Collection[Record]) -> Iterator[Mention]:
    for record in records:
        for claim in record.claims:
            yield claim.subject
            if claim.object is not None:
                yield claim.object


def _terms(
    standing: Standing, label: PolicyLabel, rule: str, predicate: str, *, nature: str = "fact",
    basis: str = "recorded",
) -> Terms:  # fmt: skip
    return Terms(rule, predicate, "", nature, "", "", basis, "", "live", standing.agency, label)


def _claim(terms: Terms, of: Mention, value: dict[str, Any], span: Span, day: int) -> Claim:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return Claim(terms, 0, of, None, text, span=span, reported=Span(day, day))


def _record(standing: Standing, part: str, said: dict[str, Any], claims: tuple[Claim, ...]) -> Record:
    body = json.dumps({"group": write_id(standing.group), **said}, sort_keys=True, ensure_ascii=False)
    content = hashlib.blake2b(body.encode(), digest_size=16).digest()
    source = f"{write_id(standing.group)}/{part}"
    return Record(standing.agency, FEED, source, content, body, 0, 0, claims)
