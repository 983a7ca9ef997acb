"""What one commit of an import writes: rows of the ledger and of the identity file."""

from __future__ import annotations

import json
from itertools import repeat
from typing import Final

from graph.ledger.interning import Interner
from graph.ledger.name_index import PARTICULARS, indexed, said_in
from graph.ledger.rows import Row, claim_seq
from graph.model.claims import Claim, Terms
from graph.model.kinds import ENTITY_CODES

CLAIM_COLUMNS: Final = (
    "seq",
    "terms",
    "ordinal",
    "subject",
    "subject_kind",
    "object",
    "object_kind",
    "value",
    "from_day",
    "to_day",
    "precision",
    "from_us",
    "to_us",
    "reported_day",
    "reported_us",
    "origin_reference",
    "batch",
)


_DATE_LETTERS: Final = {"month": 7, "year": 4}


class Chunk:
    """Rows that one commit writes.

    Attributes
    ----------
    records, claims, identifiers : list of tuple
        Rows of the ledger.
    payloads, particulars, found_by : list of tuple
        Rows of the identity file; the last of its index.
    sources : list of (int, tuple of Claim)
        Number of each new record, and what it claims.
    superseded : list of int
        Numbers of records that have a newer version in the chunk.
    changes : list of (int, int)
        Place in ``records`` of each newer version, and the number of the one before it.
    """

    def __init__(self) -> None:
        self.records: list[Row] = []
        self.payloads: list[Row] = []
        self.claims: list[Row] = []
        self.particulars: list[Row] = []
        self.identifiers: list[Row] = []
        self.found_by: list[Row] = []
        self.sources: list[tuple[int, tuple[Claim, ...]]] = []
        self.superseded: list[int] = []
        self.changes: list[tuple[int, int]] = []

    def stage(self, interner: Interner, batch: int) -> set[int]:
        """Turn the claims of ``sources`` into rows.

        Parameters
        ----------
        interner : Interner
            Knows the entity of every mention of them.
        batch : int
            Number of the open batch.

        Returns
        -------
        set of int
            Labels of the claims.
        """
        claims = [claim for _, held in self.sources for claim in held]
        if not claims:
            return set()
        seqs = [claim_seq(record, number) for record, held in self.sources for number in range(len(held))]
        # Equal terms are nearly always one object, and an object is told apart faster than by its words.
        distinct = {id(claim.terms): claim.terms for claim in claims}
        numbers = {at: interner.terms(terms) for at, terms in distinct.items()}
        self._stage(seqs, claims, [numbers[id(claim.terms)][0] for claim in claims], interner, batch)
        for seq, claim in zip(seqs, claims, strict=True):
            if claim.particular:
                self._set_apart(seq, claim, interner, batch)
            elif claim.terms.predicate == "IS" and (said := said_in(claim.value)):
                self.found_by += indexed(seq, interner.entities[claim.subject], "IS", said, batch)
        return {label for _, label in numbers.values()}

    def _stage(
        self, seqs: list[int], claims: list[Claim], terms: list[int], interner: Interner, batch: int
    ) -> None:
        entities, codes = interner.entities, ENTITY_CODES
        _, ordinals, subjects, objects, _, _, spans, reported, origins = zip(*claims, strict=True)
        self.claims = list(
            zip(
                seqs,
                terms,
                ordinals,
                [entities[one] for one in subjects],
                [codes[one.kind] for one in subjects],
                [None if other is None else entities[other] for other in objects],
                [None if other is None else codes[other.kind] for other in objects],
                map(_value, claims),
                *zip(*spans, strict=True),
                [span.to_day for span in reported],
                [span.to_us for span in reported],
                [origin or None for origin in origins],
                repeat(batch),
            )
        )

    def _set_apart(self, seq: int, claim: Claim, interner: Interner, batch: int) -> None:
        _, label = interner.terms(claim.terms)
        subject = interner.entities[claim.subject]
        predicate = claim.terms.predicate
        self.particulars.append((seq, batch, subject, predicate, _particular(claim)))
        if predicate in PARTICULARS:
            self.found_by += indexed(seq, subject, predicate, [claim.particular], batch)
        if predicate == "IDENTIFIER" and _is_sure(claim.terms):
            scheme = json.loads(claim.value)["scheme"]
            digest = interner.hash("identifier", claim.subject.kind, scheme, claim.particular)
            self.identifiers.append((seq, scheme, digest, subject, label, batch))


def _particular(claim: Claim) -> str:
    # A whole date that stands for a month or a year says no more than that: who reads it must not see a day.
    if claim.terms.predicate == "BORN" and claim.value:
        precision = json.loads(claim.value).get("dob_precision")
        return claim.particular[: _DATE_LETTERS.get(precision, len(claim.particular))]
    return claim.particular


def _is_sure(terms: Terms) -> bool:
    # A disputed, withdrawn or suspected-false identifier makes nobody the same person as another.
    return terms.status == "live" and terms.information_grade != "E"


def _value(claim: Claim) -> str | None:
    # An area's code is public and has no other place to be read from.
    if claim.object is not None and claim.object.kind == "Area":
        return claim.object.ref
    return claim.value or None
