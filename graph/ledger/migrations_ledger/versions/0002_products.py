"""The register of products: what was made for whom, and the claims that it rests on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from graph.ledger.schema import WHOLE

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the register, its manifests and their guards."""
    op.create_table(
        "product",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("approved", sa.Text(), nullable=True),
        sa.Column("data_version", sa.Text(), nullable=False),
        sa.Column("needs_approval", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "product_claim",
        sa.Column("product", WHOLE, nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product"],
            ["product.seq"],
        ),
        sa.PrimaryKeyConstraint("product", "claim"),
    )
    op.create_index("product_claim_claim", "product_claim", ["claim"], unique=False)
    op.create_table(
        "product_subject",
        sa.Column("product", WHOLE, nullable=False),
        sa.Column("entity", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product"],
            ["product.seq"],
        ),
        sa.PrimaryKeyConstraint("product", "entity"),
    )
    op.create_index("product_subject_entity", "product_subject", ["entity"], unique=False)
    if op.get_context().dialect.name == "postgresql":
        _server_guards()
        return
    op.execute(
        "CREATE TRIGGER product_is_never_changed BEFORE UPDATE OF seq, id, kind, title, purpose, recipients, expires, digest, on_day, maker, agency, made, data_version, needs_approval, detail ON product WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'product rows never change'); END"
    )
    op.execute(
        "CREATE TRIGGER product_is_never_deleted BEFORE DELETE ON product WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'product rows are removed only by removal'); END"
    )
    op.execute(
        "CREATE TRIGGER product_claim_is_never_changed BEFORE UPDATE OF product, claim ON product_claim WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'product_claim rows never change'); END"
    )
    op.execute(
        "CREATE TRIGGER product_claim_is_never_deleted BEFORE DELETE ON product_claim WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'product_claim rows are removed only by removal'); END"
    )
    op.execute(
        "CREATE TRIGGER product_subject_is_never_changed BEFORE UPDATE OF product, entity ON product_subject WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'product_subject rows never change'); END"
    )
    op.execute(
        "CREATE TRIGGER product_subject_is_never_deleted BEFORE DELETE ON product_subject WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 BEGIN SELECT RAISE(ABORT, 'product_subject rows are removed only by removal'); END"
    )
    op.execute(
        "CREATE TRIGGER product_is_approved_once BEFORE UPDATE OF state, approver, approved ON product WHEN (SELECT removal_open FROM state WHERE id = 1) = 0 AND NOT (OLD.state = 'draft' AND NEW.state = 'approved') BEGIN SELECT RAISE(ABORT, 'a product is approved once'); END"
    )


def _server_guards() -> None:
    op.execute(
        "CREATE FUNCTION refuse_approval() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT removal_open FROM ledger.state WHERE id = 1) = 0 AND NOT (OLD.state = 'draft' AND NEW.state = 'approved') THEN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER product_is_never_changed BEFORE UPDATE OF seq, id, kind, title, purpose, recipients, expires, digest, on_day, maker, agency, made, data_version, needs_approval, detail ON product FOR EACH ROW EXECUTE FUNCTION refuse_change('product rows never change')"
    )
    op.execute(
        "CREATE TRIGGER product_is_never_deleted BEFORE DELETE ON product FOR EACH ROW EXECUTE FUNCTION refuse_delete('product rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER product_is_never_emptied BEFORE TRUNCATE ON product FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying('product rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER product_claim_is_never_changed BEFORE UPDATE OF product, claim ON product_claim FOR EACH ROW EXECUTE FUNCTION refuse_change('product_claim rows never change')"
    )
    op.execute(
        "CREATE TRIGGER product_claim_is_never_deleted BEFORE DELETE ON product_claim FOR EACH ROW EXECUTE FUNCTION refuse_delete('product_claim rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER product_claim_is_never_emptied BEFORE TRUNCATE ON product_claim FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying('product_claim rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER product_subject_is_never_changed BEFORE UPDATE OF product, entity ON product_subject FOR EACH ROW EXECUTE FUNCTION refuse_change('product_subject rows never change')"
    )
    op.execute(
        "CREATE TRIGGER product_subject_is_never_deleted BEFORE DELETE ON product_subject FOR EACH ROW EXECUTE FUNCTION refuse_delete('product_subject rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER product_subject_is_never_emptied BEFORE TRUNCATE ON product_subject FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying('product_subject rows are removed only by removal')"
    )
    op.execute(
        "CREATE TRIGGER product_is_approved_once BEFORE UPDATE OF state, approver, approved ON product FOR EACH ROW EXECUTE FUNCTION refuse_approval('a product is approved once')"
    )
