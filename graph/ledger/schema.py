"""The tables of the ledger and of the identity file, and what may never change in them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

WHOLE: Final = Integer().with_variant(BigInteger(), "postgresql")
"""A whole number of 64 bits: every one is in SQLite, which wants a key to be called ``INTEGER``."""

LEDGER: Final = MetaData()
IDENTITY: Final = MetaData()

state = Table(
    "state",
    LEDGER,
    Column("id", WHOLE, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("removal_open", Integer, nullable=False),
)
label = Table(
    "label",
    LEDGER,
    Column("id", WHOLE, primary_key=True, autoincrement=False),
    Column("controller", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("lawful_basis", Text, nullable=False),
    Column("agreement", Text, nullable=False),
    Column("agreement_expires", Text, nullable=False),
    Column("handling", Text, nullable=False),
    Column("conditions", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("areas", Text, nullable=False),
    Column("review_state", Text, nullable=False),
    Column("touched", BigInteger, nullable=False),
)
terms = Table(
    "terms",
    LEDGER,
    Column("id", WHOLE, primary_key=True, autoincrement=False),
    Column("rule", Text, nullable=False),
    Column("predicate", Text, nullable=False),
    Column("capacity", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("source_grade", Text, nullable=False),
    Column("information_grade", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("legacy_grade", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("origin_agency", Text, nullable=False),
    Column("label", Integer, ForeignKey("label.id"), nullable=False),
)
batch = Table(
    "batch",
    LEDGER,
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("mapping", Text, nullable=False),
    Column("mapping_version", Integer, nullable=False),
    Column("files", Text, nullable=False),
    Column("begun_us", BigInteger, nullable=False),
    Column("live_us", BigInteger),
)
record = Table(
    "record",
    LEDGER,
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("first", WHOLE, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("superseded_in", Integer),
    Column("removed", Integer, nullable=False),
    UniqueConstraint("key", "version"),
)
mention = Table(
    "mention",
    LEDGER,
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("entity", BigInteger, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("batch", Integer, nullable=False),
)
claim = Table(
    "claim",
    LEDGER,
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("terms", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("subject", BigInteger, nullable=False),
    Column("subject_kind", Integer, nullable=False),
    Column("object", BigInteger),
    Column("object_kind", Integer),
    Column("value", Text),
    Column("from_day", Integer),
    Column("to_day", Integer),
    Column("precision", Text),
    Column("from_us", BigInteger),
    Column("to_us", BigInteger),
    Column("reported_day", Integer),
    Column("reported_us", BigInteger),
    Column("origin_reference", Text),
    Column("batch", Integer, nullable=False),
    Column("superseded_in", Integer),
)
_SUPERSEDED: Final = claim.c.superseded_in.is_not(None)
Index("claim_superseded", claim.c.superseded_in, sqlite_where=_SUPERSEDED, postgresql_where=_SUPERSEDED)
identifier = Table(
    "identifier",
    LEDGER,
    Column("claim", WHOLE, primary_key=True, autoincrement=False),
    Column("scheme", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("entity", BigInteger, nullable=False),
    Column("label", Integer, nullable=False),
    Column("batch", Integer, nullable=False),
    Index("identifier_hash", "hash"),
)
judgement = Table(
    "judgement",
    LEDGER,
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("id", BigInteger, nullable=False, index=True),
    Column("a", BigInteger, nullable=False),
    Column("b", BigInteger, nullable=False),
    Column("same", Integer, nullable=False),
    Column("basis", Text, nullable=False),
    Column("claim_a", WHOLE, nullable=False, index=True),
    Column("claim_b", WHOLE, nullable=False, index=True),
    Column("label_a", Integer, nullable=False),
    Column("label_b", Integer, nullable=False),
    Column("batch", Integer, nullable=False),
)
_UNDONE: Final = judgement.c.same == 0
Index("judgement_undone", judgement.c.same, sqlite_where=_UNDONE, postgresql_where=_UNDONE)
area_set = Table(
    "area_set",
    LEDGER,
    Column("id", WHOLE, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("vintage", Text, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("kind", "vintage"),
)
area = Table(
    "area",
    LEDGER,
    Column("area_set", WHOLE, ForeignKey("area_set.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("shape", LargeBinary, nullable=False),
)
product = Table(
    "product",
    LEDGER,
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("expires", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("on_day", Text, nullable=False),
    Column("maker", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("made", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("approver", Text, nullable=False),
    Column("approved", Text),
    Column("data_version", Text, nullable=False),
    Column("needs_approval", Integer, nullable=False),
    Column("detail", Text, nullable=False),
)
product_claim = Table(
    "product_claim",
    LEDGER,
    Column("product", WHOLE, ForeignKey("product.seq"), primary_key=True),
    Column("claim", Text, primary_key=True),
    Index("product_claim_claim", "claim"),
)
product_subject = Table(
    "product_subject",
    LEDGER,
    Column("product", WHOLE, ForeignKey("product.seq"), primary_key=True),
    Column("entity", BigInteger, primary_key=True),
    Index("product_subject_entity", "entity"),
)

secret = Table(
    "secret",
    IDENTITY,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
payload = Table(
    "payload",
    IDENTITY,
    Column("record", WHOLE, primary_key=True, autoincrement=False),
    Column("batch", Integer, nullable=False),
    Column("file", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
particular = Table(
    "particular",
    IDENTITY,
    Column("claim", WHOLE, primary_key=True, autoincrement=False),
    Column("batch", Integer, nullable=False),
    Column("entity", BigInteger, nullable=False),
    Column("predicate", Text, nullable=False),
    Column("value", Text, nullable=False),
)

LEDGER_HEAD: Final = "0002"
IDENTITY_HEAD: Final = "0002"

FROZEN: Final = {
    "record": ("seq", "key", "version", "first", "content", "batch"),
    "claim": tuple(c.name for c in claim.columns if c.name != "superseded_in"),
    "judgement": tuple(c.name for c in judgement.columns),
    "identifier": tuple(c.name for c in identifier.columns),
    "mention": tuple(c.name for c in mention.columns),
}
APPROVAL: Final = ("state", "approver", "approved")
REGISTER: Final = {
    "product": tuple(c.name for c in product.columns if c.name not in APPROVAL),
    "product_claim": ("product", "claim"),
    "product_subject": ("product", "entity"),
}


def guards() -> list[str]:
    """Return the triggers that hold the ledger's rules in SQLite.

    Returns
    -------
    list of str
        Statements: no UPDATE but of ``superseded_in``, no DELETE of a live batch's rows, and of a
        product no UPDATE but its one approval, unless a removal is open.
    """
    shut = "(SELECT removal_open FROM state WHERE id = 1) = 0"
    rules = []
    for table, columns in FROZEN.items():
        rules.append(
            f"CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE OF {', '.join(columns)} ON {table} "
            f"WHEN {shut} BEGIN SELECT RAISE(ABORT, '{table} rows never change'); END"
        )
        live = "EXISTS (SELECT 1 FROM batch WHERE seq = OLD.batch AND live_us IS NOT NULL)"
        rules.append(
            f"CREATE TRIGGER {table}_is_never_deleted BEFORE DELETE ON {table} "
            f"WHEN {shut} AND {live} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are removed only by removal'); END"
        )
    return [*rules, *_register_guards(shut)]


def _register_guards(shut: str) -> list[str]:
    rules = []
    for table, columns in REGISTER.items():
        rules.append(
            f"CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE OF {', '.join(columns)} ON {table} "
            f"WHEN {shut} BEGIN SELECT RAISE(ABORT, '{table} rows never change'); END"
        )
        rules.append(
            f"CREATE TRIGGER {table}_is_never_deleted BEFORE DELETE ON {table} WHEN {shut} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are removed only by removal'); END"
        )
    once = f"{shut} AND NOT (OLD.state = 'draft' AND NEW.state = 'approved')"
    rules.append(
        f"CREATE TRIGGER product_is_approved_once BEFORE UPDATE OF {', '.join(APPROVAL)} ON product "
        f"WHEN {once} BEGIN SELECT RAISE(ABORT, 'a product is approved once'); END"
    )
    return rules
