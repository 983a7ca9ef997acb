"""The one read facade: opened with a scope, over the store, the ledger's claims and identity."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import Connection

from graph.errors import EntityNotFoundError
from graph.ledger.claims import claim_names, read_claims, read_instants, read_particulars
from graph.ledger.interning import held_secret, keyed_hash
from graph.ledger.judgements import read_undone
from graph.ledger.name_index import find_claims
from graph.ledger.opening import translated
from graph.ledger.places import area_digests
from graph.ledger.rows import rows_among
from graph.model.claims import Mention, PolicyLabel, StoredClaim
from graph.model.entities import write_id
from graph.model.links import Bool, Int64
from graph.model.scope import Filters, Scope
from graph.model.words import words_of
from graph.store.contract import DrawnArea, Store

ADULT_AT: Final = 18
_DAY_LENGTH: Final = len("2009-03-04")
_FEW: Final = 1_000
"""Up to so many people their facts are asked for by id; of more, all are read and looked up."""


class Evidence(NamedTuple):
    """A claim behind an answer.

    Attributes
    ----------
    name : str
        Of the claim.
    claim : StoredClaim
        What it says.
    label : PolicyLabel
        Who answers for it, and how it may be used.
    """

    name: str
    claim: StoredClaim
    label: PolicyLabel


class Pointer(NamedTuple):
    """That something restricted exists, and whom to ask; nothing else.

    Attributes
    ----------
    entity : int
        What it concerns.
    owner : str
        Whom to contact.
    reference : str
        Random letters to quote.
    """

    entity: int
    owner: str
    reference: str


class Match(NamedTuple):
    """A claim whose words begin with those that somebody looks for.

    Attributes
    ----------
    entity : int
        Whom or what it speaks of.
    claim : int
        Its number.
    exact : bool
        Whether the words are all of what it says, in any order.
    """

    entity: int
    claim: int
    exact: bool


class View:
    """What one viewer may see.

    Parameters
    ----------
    scope : Scope
        The viewer's.
    store : Store
        The drawn graph.
    ledger, identity : Connection
        Opened for reading.
    labels : mapping of int to (PolicyLabel, int)
        As ``read_labels`` gives them.
    """

    def __init__(
        self,
        scope: Scope,
        store: Store,
        ledger: Connection,
        identity: Connection,
        labels: Mapping[int, tuple[PolicyLabel, int]],
    ) -> None:
        self.scope = scope
        self.store = store
        self._ledger = ledger
        self._identity = identity
        self._labels = labels

    @cached_property
    def data_version(self) -> str:
        """The version of the data this viewer may see: a hidden write does not change it."""
        seen = sorted(
            (*label, count, number in self.scope.visible)
            for number, (label, count) in self._labels.items()
            if self._sees(number)
        )
        undone = sorted(
            (self._labels[a][0], self._labels[b][0], count)
            for (a, b), count in read_undone(self._ledger).items()
            if {a, b} <= self.scope.visible
        )
        parts = repr((seen, undone, sorted(self.scope.granted), area_digests(self._ledger)))
        return hashlib.blake2b(parts.encode(), digest_size=10).hexdigest()

    @cached_property
    def rights(self) -> str:
        """The labels this viewer may see or be pointed to, as one word: runs of equal rights share an id."""
        seen = sorted((*self._labels[n][0], n in self.scope.visible) for n in self._labels if self._sees(n))
        return hashlib.blake2b(repr((seen, sorted(self.scope.granted))).encode(), digest_size=10).hexdigest()

    @cached_property
    def rights_held(self) -> frozenset[str]:
        """The labels this viewer may see, a word each: a saved run opens for whoever holds all of its own."""
        seen = [repr(self._labels[n][0]) for n in self._labels if n in self.scope.visible]
        seen += [f"granted {entity}" for entity in self.scope.granted]
        return frozenset(hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in seen)

    def _sees(self, label: int) -> bool:
        return label in self.scope.visible or label in self.scope.pointer

    @cached_property
    def areas(self) -> list[DrawnArea]:
        """The areas loaded, sorted by kind, vintage and code."""
        return self.store.areas()

    def seen(self, entity: int) -> int:
        """Return the entity that this viewer sees for one.

        Parameters
        ----------
        entity : int
            As a claim names it.

        Returns
        -------
        int
            Its own id, or its cluster's.
        """
        return self.store.seen(self.scope, entity)

    def why(self, claims: Sequence[int]) -> list[Evidence]:
        """Return the claims behind an answer.

        Parameters
        ----------
        claims : sequence of int
            Numbers that the store gave for this scope.

        Returns
        -------
        list of Evidence
            In the order of the ledger; claims outside the scope are left out.
        """
        found = [c for c in read_claims(self._ledger, sorted(set(claims))) if self._may_show(c)]
        names = claim_names(self._ledger, found)
        return [Evidence(name, c, self._labels[c.label][0]) for name, c in zip(names, found, strict=True)]

    def _may_show(self, claim: StoredClaim) -> bool:
        ends = {claim.subject, claim.object}
        opened = claim.label in self.scope.pointer and bool(ends & self.scope.granted)
        return claim.label in self.scope.visible or opened

    def instants(self, evidence: Collection[Evidence]) -> dict[int, int]:
        """Return at what time claims begin to hold.

        Parameters
        ----------
        evidence : collection of Evidence
            As ``why`` gave them.

        Returns
        -------
        dict of int to int
            UTC microseconds since 1970-01-01, by number of the claim; claims that state no time are left out.
        """
        return read_instants(self._ledger, sorted({item.claim.seq for item in evidence}))

    def names(self, entities: Collection[int]) -> dict[int, list[str]]:
        """Return the names of some entities.

        Parameters
        ----------
        entities : collection of int
            As this viewer sees them.

        Returns
        -------
        dict of int to list of str
            Only those that have a visible name, in the order of claims.
        """
        named: dict[int, list[str]] = defaultdict(list)
        if not len(entities):
            return {}
        for entity, value in self._particulars(entities, "NAMED"):
            if value not in named[entity]:
                named[entity].append(value)
        return dict(named)

    def found(self, text: str) -> list[Match]:
        """Return the claims whose names, numbers or references begin with some words.

        Parameters
        ----------
        text : str
            What somebody typed.

        Returns
        -------
        list of Match
            By entity and claim. A value that this viewer may not see matches nothing; one that
            somebody disputes does, since it is shown.
        """
        with translated("identity.db"):
            hits = find_claims(self._identity, words_of(text))
        asked: dict[str, set[int]] = defaultdict(set)
        for hit in hits:
            asked[hit.predicate].add(hit.entity)
        doubtful = Filters(doubtful=True)
        seen = {
            claim: entity
            for predicate, them in asked.items()
            for entity, claim in self.store.facts_of(self.scope, them, predicate, filters=doubtful)
        }
        return sorted(Match(seen[hit.claim], hit.claim, hit.exact) for hit in hits if hit.claim in seen)

    @property
    def controllers(self) -> list[str]:
        """Names of the agencies that answer for what this viewer may see, sorted."""
        return sorted(
            {self._labels[number][0].controller for number in self._labels if number in self.scope.visible}
        )

    def rests_on(self, bases: Collection[str]) -> bool:
        """Whether any claim that this viewer may see could stand on one of some bases.

        Parameters
        ----------
        bases : collection of str
            For example ``child_said``.

        Returns
        -------
        bool
            False only where none does, which is asked much faster than claim by claim.
        """
        rows = self._ledger.exec_driver_sql("SELECT DISTINCT label, basis FROM terms")
        return any(basis in bases and self._sees(label) for label, basis in rows)

    def mentioned(self, mentions: Iterable[Mention]) -> list[int]:
        """Return the entities that agencies know by some references.

        Parameters
        ----------
        mentions : iterable of Mention
            In an agency's own words.

        Returns
        -------
        list of int
            Those that a visible claim speaks of, as this viewer sees them; sorted.
        """
        secret = held_secret(self._identity)
        keys = [] if secret is None else [keyed_hash(secret, "mention", *mention) for mention in mentions]
        found = rows_among(self._ledger, "SELECT entity FROM mention WHERE key IN", keys)
        return sorted({self.seen(row[0]) for row in found if self._is_seen(row[0])})

    def _is_seen(self, entity: int) -> bool:
        try:
            self.store.entity(self.scope, entity)
        except EntityNotFoundError:
            return False
        return True

    def keyed(self, *parts: str) -> str | None:
        """Return a keyed hash, to tell of what was asked without saying it.

        Parameters
        ----------
        *parts : str
            What it stands for.

        Returns
        -------
        str or None
            32 letters, the same in this workspace only; None in one that never held anything.
        """
        secret = held_secret(self._identity)
        return None if secret is None else keyed_hash(secret, *parts).hex()

    def _particulars(self, entities: Collection[int], predicate: str) -> list[tuple[int, str]]:
        claims = self.store.facts_of(self.scope, entities, predicate, filters=Filters(doubtful=True))
        owner = {claim: entity for entity, claim in claims}
        rows = read_particulars(self._identity, predicate, list(owner) if len(entities) else None)
        return [(owner[claim], value) for claim, _, value in rows if claim in owner]

    def minors_on(self, day: date, people: Int64) -> Bool:
        """Return who counts as a child on a day.

        Parameters
        ----------
        day : date
            The day.
        people : ndarray of int64, shape (n,)
            Ids as this viewer sees them.

        Returns
        -------
        ndarray of bool, shape (n,)
            False only for a person whose visible birth dates are one full date, 18 years or more
            before the day: unknown, disputed, doubted and partial dates count as a child.
        """
        born = self._born(people.tolist())
        return np.array([not is_adult(born.get(int(person), set()), day) for person in people], dtype=bool)

    def ages_on(self, day: date, people: Collection[int]) -> dict[int, str]:
        """Return whether people were children or adults on a day, as far as it is known.

        Parameters
        ----------
        day : date
            The day.
        people : collection of int
            Ids as this viewer sees them.

        Returns
        -------
        dict of int to str
            ``child``, ``adult`` or ``not known``; whoever is not known counts as a child.
        """
        born = self._born(people)
        return {person: _age(born.get(person, set()), day) for person in people}

    def _born(self, people: Collection[int]) -> dict[int, set[str]]:
        born: dict[int, set[str]] = defaultdict(set)
        # Of a few people only theirs are read; an empty list asks for everybody's.
        asked = people if len(people) <= _FEW else []
        for person, value in self._particulars(asked, "BORN"):
            born[person].add(value)
        sure = {claim for _, claim in self.store.facts_of(self.scope, asked, "BORN")}
        for person, claim in self.store.facts_of(self.scope, asked, "BORN", filters=Filters(doubtful=True)):
            if claim not in sure:
                born[person].add("")
        return born

    def pointers(self, entities: Collection[int]) -> list[Pointer]:
        """Return what restricted content exists about some entities, and whom to ask.

        Parameters
        ----------
        entities : collection of int
            As this viewer sees them.

        Returns
        -------
        list of Pointer
            One for each entity and owner: no type, count or date.
        """
        owners: dict[tuple[int, str], str] = {}
        for entity, number in self.store.pointed(self.scope, entities):
            label = self._labels[number][0]
            text = f"{entity}|{label.controller}"
            letters = hashlib.blake2b(text.encode(), digest_size=8).digest()
            owners[entity, label.controller] = write_id(int.from_bytes(letters, "big") >> 1)[-8:]
        return [Pointer(entity, owner, letters) for (entity, owner), letters in sorted(owners.items())]


def _age(born: Collection[str], day: date) -> str:
    if is_adult(born, day):
        return "adult"
    full = len(born) == 1 and len(next(iter(born))) == _DAY_LENGTH
    return "child" if full else "not known"


def is_adult(born: Collection[str], day: date) -> bool:
    """Return whether birth dates say that a person was an adult on a day.

    Parameters
    ----------
    born : collection of str
        Every distinct date recorded, ISO; a month or a year alone is shorter.
    day : date
        The day.

    Returns
    -------
    bool
        False unless there is one full date, 18 years or more before the day.
    """
    if len(born) != 1 or len(text := next(iter(born))) != _DAY_LENGTH:
        return False
    birth = date.fromisoformat(text)
    had_birthday = (day.month, day.day) >= (birth.month, birth.day)
    return day.year - birth.year - (not had_birthday) >= ADULT_AT
