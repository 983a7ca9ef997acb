"""The first schema of accounts: who may sign in, who is signed in, and what failed lately."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, and the key of the hashes that stand for names and addresses."""
    op.create_table(
        "account",
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_us", sa.BigInteger(), nullable=False),
        sa.Column("added_us", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_us", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'disabled')"),
    )
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.LargeBinary(), primary_key=True),
        sa.Column("account", sa.Integer(), sa.ForeignKey("account.seq"), nullable=False),
        sa.Column("signed_in_us", sa.BigInteger(), nullable=False),
        sa.Column("seen_us", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("purpose_kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
    )
    op.create_index("session_account", "session", ["account"])
    op.create_table(
        "attempt",
        sa.Column("key", sa.LargeBinary(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
    )
    op.create_index("attempt_last", "attempt", ["last_us"])
    secret = op.create_table("secret", sa.Column("value", sa.LargeBinary(), nullable=False))
    op.bulk_insert(secret, [{"value": secrets.token_bytes(32)}])
    # Who made or approved a product is known by an account's name for as long as the product is kept.
    op.execute(
        "CREATE TRIGGER account_never_delete BEFORE DELETE ON account "
        "BEGIN SELECT RAISE(ABORT, 'accounts are disabled, never deleted'); END"
    )
    op.execute(
        "CREATE TRIGGER account_never_rename BEFORE UPDATE OF seq, name ON account "
        "BEGIN SELECT RAISE(ABORT, 'accounts keep their names'); END"
    )
