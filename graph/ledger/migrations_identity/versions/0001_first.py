"""The first schema of the identity file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from graph.ledger.schema import WHOLE

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table from nothing."""
    op.create_table(
        "particular",
        sa.Column("claim", WHOLE, autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("entity", sa.BigInteger(), nullable=False),
        sa.Column("predicate", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("claim"),
    )
    op.create_index(op.f("ix_particular_entity"), "particular", ["entity"], unique=False)
    op.create_table(
        "payload",
        sa.Column("record", WHOLE, autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
