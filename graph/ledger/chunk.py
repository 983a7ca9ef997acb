"""What one commit of an import writes: rows of the ledger and of the identity file."""

from __future__ import annotations

import json
from typing import Final

from graph.ledger.interning import Interner
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
    payloads, particulars : list of tuple
        Rows of the identity file.
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
        labels = set()
        for record, claims in self.sources:
            for number, claim in enumerate(claims):
                labels.add(self._stage(claim_seq(record, number), claim, interner, batch))
        return labels

    def _stage(self, seq: int, claim: Claim, interner: Interner, batch: int) -> int:
        terms, label = interner.terms(claim.terms)
        subject = interner.entities[claim.subject]
        other = claim.object
        self.claims.append(
            (
                seq,
                terms,
                claim.ordinal,
                subject,
                ENTITY_CODES[claim.subject.kind],
                None if other is None else interner.entities[other],
                None if other is None else ENTITY_CODES[other.kind],
                _value(claim),
                *claim.span,
                claim.reported.to_day,
                claim.reported.to_us,
                claim.origin_reference or None,
                batch,
            )
        )
        if claim.particular:
            self.particulars.append((seq, batch, subject, claim.terms.predicate, _particular(claim)))
            if claim.terms.predicate == "IDENTIFIER" and _is_sure(claim.terms):
                scheme = json.loads(claim.value)["scheme"]
                digest = interner.hash("identifier", claim.subject.kind, scheme, claim.particular)
                self.identifiers.append((seq, scheme, digest, subject, label, batch))
        return label


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
