"""Numbers for what many claims share: mentions, terms and policy labels."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from graph.ledger.rows import Row, insert, label_of, marks, rows_among
from graph.model.claims import Claim, Mention, PolicyLabel, Terms, check_ends, check_grading
from graph.model.entities import Mint, stated_area
from graph.model.kinds import ENTITY_CODES

_CACHE: Final = 300_000


def read_secret(identity: Connection) -> bytes:
    """Return the workspace's key for hashes, made at the first call.

    Parameters
    ----------
    identity : Connection
        The identity file, in a transaction.

    Returns
    -------
    bytes, 32
        Kept apart from the ledger, whose hashes say nothing without it.
    """
    if (held := held_secret(identity)) is not None:
        return held
    fresh = secrets.token_bytes(32)
    identity.exec_driver_sql("INSERT INTO secret (name, value) VALUES ('keys', ?)", (fresh,))
    return fresh


def held_secret(identity: Connection) -> bytes | None:
    """Return the workspace's key for hashes, without making one.

    Parameters
    ----------
    identity : Connection
        The identity file.

    Returns
    -------
    bytes or None
        None where nothing was ever written.
    """
    row = identity.exec_driver_sql("SELECT value FROM secret WHERE name = 'keys'").fetchone()
    return None if row is None else bytes(row[0])


def keyed_hash(secret: bytes, *parts: str) -> bytes:
    """Return a keyed hash.

    Parameters
    ----------
    secret : bytes
        The workspace's key.
    *parts : str
        What it names; where one ends and the next begins matters.

    Returns
    -------
    bytes, 16
        The same under the same key only.
    """
    return hashlib.blake2b(repr(parts).encode(), key=secret, digest_size=16).digest()


class Interner:
    """Gives each mention its entity, and each tuple of terms its number.

    Parameters
    ----------
    ledger : Connection
        In the writer's transaction whenever a method is called.
    secret : bytes
        The workspace's key.
    mint : Mint
        Makes ids of new entities.
    """

    def __init__(self, ledger: Connection, secret: bytes, mint: Mint) -> None:
        self._ledger = ledger
        self._secret = secret
        self._mint = mint
        self._next = 0
        self._labels: dict[Row, int] = {}
        self._terms: dict[Terms, tuple[int, int]] = {}
        self._shapes: set[tuple[str | None, ...]] = set()
        self.entities: dict[Mention, int] = {}

    def read(self) -> None:
        """Read what the ledger holds already."""
        self.entities.clear()
        top = self._ledger.exec_driver_sql("SELECT COALESCE(MAX(seq), 0) FROM mention").scalar_one()
        self._next = int(top) + 1
        rows = self._ledger.exec_driver_sql("SELECT * FROM label")
        labels = {row[0]: label_of(tuple(row)[1:13]) for row in rows}
        self._labels = {tuple(label): number for number, label in labels.items()}
        self._terms = {
            Terms._make((*tuple(row)[1:11], labels[row[11]])): (row[0], row[11])
            for row in self._ledger.exec_driver_sql("SELECT * FROM terms")
        }

    def labels(self) -> dict[int, PolicyLabel]:
        """Return every policy label of the ledger.

        Returns
        -------
        dict of int to PolicyLabel
            By number.
        """
        return {number: PolicyLabel._make(label) for label, number in self._labels.items()}

    def hash(self, *parts: str) -> bytes:
        """Return a keyed hash.

        Parameters
        ----------
        *parts : str
            What it names.

        Returns
        -------
        bytes, 16
            The same in this workspace only.
        """
        return keyed_hash(self._secret, *parts)

    def hashes(self, many: Iterable[tuple[str, ...]]) -> list[bytes]:
        """Return the keyed hash of each of many.

        Parameters
        ----------
        many : iterable of tuple of str
            What each of them names.

        Returns
        -------
        list of bytes
            As ``hash`` gives them.
        """
        # The key is hashed once, not once for each.
        keyed = hashlib.blake2b(key=self._secret, digest_size=16)
        digests = []
        for parts in many:
            one = keyed.copy()
            one.update(repr(parts).encode())
            digests.append(one.digest())
        return digests

    def resolve(self, claims: Iterable[Claim], batch: int) -> None:
        """Find or mint the entity of every mention of some claims, into ``entities``.

        Parameters
        ----------
        claims : iterable of Claim
            About to be written.
        batch : int
            Number of the open batch.
        """
        if len(self.entities) > _CACHE:
            self.entities.clear()
        held = list(claims)
        self._check(held)
        named = dict.fromkeys(chain.from_iterable((claim.subject, claim.object) for claim in held))
        wanted: list[Mention] = []
        for mention in named:
            if mention is None or mention in self.entities:
                continue
            if mention.kind == "Area":
                self.entities[mention] = stated_area(mention.ref)
            else:
                wanted.append(mention)
        if not wanted:
            return
        keys = dict(zip(self.hashes(("mention", *mention) for mention in wanted), wanted, strict=True))
        for key, entity in rows_among(
            self._ledger, "SELECT key, entity FROM mention WHERE key IN", list(keys)
        ):
            self.entities[keys.pop(key)] = entity
        fresh = list(keys)
        rows = []
        for key, entity in zip(fresh, self._mint(fresh), strict=True):
            mention = keys[key]
            self.entities[mention] = entity
            rows.append((self._take(), key, entity, ENTITY_CODES[mention.kind], batch))
        insert(self._ledger, "mention", ("seq", "key", "entity", "kind", "batch"), rows)

    def terms(self, terms: Terms) -> tuple[int, int]:
        """Return the number of some terms and of their label.

        Parameters
        ----------
        terms : Terms
            What a claim stands on.

        Returns
        -------
        tuple of int
            Terms, label.
        """
        return self._terms.get(terms) or self._add(terms)

    def _check(self, claims: Iterable[Claim]) -> None:
        # Equal terms are nearly always one object, and an object is told apart faster than by its words.
        shapes = {
            (id(claim.terms), claim.subject.kind, claim.object and claim.object.kind): claim.terms
            for claim in claims
        }
        for (_, subject, other), terms in shapes.items():
            shape = (terms.predicate, terms.capacity, terms.nature, terms.status, subject, other)
            if shape not in self._shapes:
                check_ends(terms, subject, other)
                self._shapes.add(shape)

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def _add(self, terms: Terms) -> tuple[int, int]:
        check_grading(terms)
        label = self._labels.get(tuple(terms.label))
        if label is None:
            label = len(self._labels) + 1
            row = (label, *terms.label[:10], json.dumps(terms.label.areas), terms.label.review_state, 0)
            self._ledger.exec_driver_sql(f"INSERT INTO label VALUES ({marks(14)})", row)  # noqa: S608 - parameter marks only
            self._labels[tuple(terms.label)] = label
        number = len(self._terms) + 1
        self._ledger.exec_driver_sql(
            f"INSERT INTO terms VALUES ({marks(12)})",  # noqa: S608 - parameter marks only
            (number, *terms[:10], label),
        )
        self._terms[terms] = (number, label)
        return self._terms[terms]
