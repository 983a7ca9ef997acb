"""The first schema of the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from graph.ledger.schema import WHOLE

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table from nothing."""
    op.create_table(
        "area_set",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "vintage"),
    )
    op.create_table(
        "batch",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("mapping_version", sa.Integer(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("begun_us", sa.BigInteger(), nullable=False),
        sa.Column("live_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "claim",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.Integer(), nullable=False),
        sa.Column("object", sa.BigInteger(), nullable=True),
        sa.Column("object_kind", sa.Integer(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("from_day", sa.Integer(), nullable=True),
        sa.Column("to_day", sa.Integer(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=True),
        sa.Column("from_us", sa.BigInteger(), nullable=True),
        sa.Column("to_us", sa.BigInteger(), nullable=True),
        sa.Column("reported_day", sa.Integer(), nullable=True),
        sa.Column("reported_us", sa.BigInteger(), nullable=True),
        sa.Column("origin_reference", sa.Text(), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(
        "claim_superseded",
        "claim",
        ["superseded_in"],
        unique=False,
        sqlite_where=sa.text("superseded_in IS NOT NULL"),
        postgresql_where=sa.text("superseded_in IS NOT NULL"),
    )
    op.create_table(
        "identifier",
        sa.Column("claim", WHOLE, autoincrement=False, nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("entity", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim"),
    )
    op.create_index("identifier_hash", "identifier", ["hash"], unique=False)
    op.create_table(
        "judgement",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("a", sa.BigInteger(), nullable=False),
        sa.Column("b", sa.BigInteger(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("claim_a", WHOLE, nullable=False),
        sa.Column("claim_b", WHOLE, nullable=False),
        sa.Column("label_a", sa.Integer(), nullable=False),
        sa.Column("label_b", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_judgement_claim_a"), "judgement", ["claim_a"], unique=False)
    op.create_index(op.f("ix_judgement_claim_b"), "judgement", ["claim_b"], unique=False)
    op.create_index(op.f("ix_judgement_id"), "judgement", ["id"], unique=False)
    op.create_index(
        "judgement_undone",
        "judgement",
        ["same"],
        unique=False,
        sqlite_where=sa.text("same = 0"),
        postgresql_where=sa.text("same = 0"),
    )
    op.create_table(
        "label",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("controller", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("lawful_basis", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("agreement_expires", sa.Text(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("review_state", sa.Text(), nullable=False),
        sa.Column("touched", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "mention",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("entity", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "record",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first", WHOLE, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("key", "version"),
    )
    op.create_table(
        "state",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("removal_open", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "area",
        sa.Column("area_set", WHOLE, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_set"],
            ["area_set.id"],
        ),
        sa.PrimaryKeyConstraint("area_set", "code"),
    )
    op.create_table(
        "terms",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("predicate", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("source_grade", sa.Text(), nullable=False),
        sa.Column("information_grade", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("legacy_grade", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("origin_agency", sa.Text(), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label"],
            ["label.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("INSERT INTO state (id, version, removal_open) VALUES (1, 0, 0)")
    if op.get_context().dialect.name == "postgresql":
        _server_guards()
        return
    op.execute(
        "CREATE TRIGGER record_is_never_changed BEFORE UPDATE OF seq, key, version, first, content, batch ON record WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'record rows never change'); END"
    )
    op.execute(
        "CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 AND EXISTS (SELECT 1 FROM batch WHERE seq = OLD.batch AND live_us IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'record rows are removed only by removal'); END"
    )
    op.execute(
        "CREATE TRIGGER claim_is_never_changed BEFORE UPDATE OF seq, terms, ordinal, subject, subject_kind, object, object_kind, value, from_day, to_day, precision, from_us, to_us, reported_day, reported_us, origin_reference, batch ON claim WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'claim rows never change'); END"
    )
    op.execute(
        "CREATE TRIGGER claim_is_never_deleted BEFORE DELETE ON claim WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 AND EXISTS (SELECT 1 FROM batch WHERE seq = OLD.batch AND live_us IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'claim rows are removed only by removal'); END"
    )
    op.execute(
        "CREATE TRIGGER judgement_is_never_changed BEFORE UPDATE OF seq, id, a, b, same, basis, claim_a, claim_b, label_a, label_b, batch ON judgement WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'judgement rows never change'); END"
    )
    op.execute(
        "CREATE TRIGGER judgement_is_never_deleted BEFORE DELETE ON judgement WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 AND EXISTS (SELECT 1 FROM batch WHERE seq = OLD.batch AND live_us IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'judgement rows are removed only by removal'); END"
    )
    op.execute(
        "CREATE TRIGGER identifier_is_never_changed BEFORE UPDATE OF claim, scheme, hash, entity, label, batch ON identifier WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'identifier rows never change'); END"
    )
    op.execute(
        "CREATE TRIGGER identifier_is_never_deleted BEFORE DELETE ON identifier WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 AND EXISTS (SELECT 1 FROM batch WHERE seq = OLD.batch AND live_us IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'identifier rows are removed only by removal'); END"
    )
    op.execute(
        "CREATE TRIGGER mention_is_never_changed BEFORE UPDATE OF seq, key, entity, kind, batch ON mention WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'mention rows never change'); END"
    )
    op.execute(
        "CREATE TRIGGER mention_is_never_deleted BEFORE DELETE ON mention WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 AND EXISTS (SELECT 1 FROM batch WHERE seq = OLD.batch AND live_us IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'mention rows are removed only by removal'); END"
    )


def _server_guards() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT removal_open FROM ledger.state WHERE id = 1) = 0 THEN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE FUNCTION refuse_live_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT removal_open FROM ledger.state WHERE id = 1) = 0 AND EXISTS (SELECT 1 FROM ledger.batch WHERE seq = OLD.batch AND live_us IS NOT NULL) THEN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT removal_open FROM ledger.state WHERE id = 1) = 0 THEN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE FUNCTION refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT removal_open FROM ledger.state WHERE id = 1) = 0 THEN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER record_is_never_changed BEFORE UPDATE OF seq, key, version, first, content, batch ON record FOR EACH ROW EXECUTE FUNCTION refuse_change('record rows never change')"
    )
    op.execute(
        "CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record FOR EACH ROW EXECUTE FUNCTION refuse_live_delete('record rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER record_is_never_emptied BEFORE TRUNCATE ON record FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying('record rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER claim_is_never_changed BEFORE UPDATE OF seq, terms, ordinal, subject, subject_kind, object, object_kind, value, from_day, to_day, precision, from_us, to_us, reported_day, reported_us, origin_reference, batch ON claim FOR EACH ROW EXECUTE FUNCTION refuse_change('claim rows never change')"
    )
    op.execute(
        "CREATE TRIGGER claim_is_never_deleted BEFORE DELETE ON claim FOR EACH ROW EXECUTE FUNCTION refuse_live_delete('claim rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER claim_is_never_emptied BEFORE TRUNCATE ON claim FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying('claim rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER judgement_is_never_changed BEFORE UPDATE OF seq, id, a, b, same, basis, claim_a, claim_b, label_a, label_b, batch ON judgement FOR EACH ROW EXECUTE FUNCTION refuse_change('judgement rows never change')"
    )
    op.execute(
        "CREATE TRIGGER judgement_is_never_deleted BEFORE DELETE ON judgement FOR EACH ROW EXECUTE FUNCTION refuse_live_delete('judgement rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER judgement_is_never_emptied BEFORE TRUNCATE ON judgement FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying('judgement rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER identifier_is_never_changed BEFORE UPDATE OF claim, scheme, hash, entity, label, batch ON identifier FOR EACH ROW EXECUTE FUNCTION refuse_change('identifier rows never change')"
    )
    op.execute(
        "CREATE TRIGGER identifier_is_never_deleted BEFORE DELETE ON identifier FOR EACH ROW EXECUTE FUNCTION refuse_live_delete('identifier rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER identifier_is_never_emptied BEFORE TRUNCATE ON identifier FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying('identifier rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER mention_is_never_changed BEFORE UPDATE OF seq, key, entity, kind, batch ON mention FOR EACH ROW EXECUTE FUNCTION refuse_change('mention rows never change')"
    )
    op.execute(
        "CREATE TRIGGER mention_is_never_deleted BEFORE DELETE ON mention FOR EACH ROW EXECUTE FUNCTION refuse_live_delete('mention rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER mention_is_never_emptied BEFORE TRUNCATE ON mention FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying('mention rows are removed only by removal')"
    )
