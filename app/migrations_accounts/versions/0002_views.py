"""Views that somebody saves for themselves: ids and positions, under a title of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("account", sa.Integer(), sa.ForeignKey("account.seq"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
    )
    op.create_index("saved_view_account", "saved_view", ["account"])
