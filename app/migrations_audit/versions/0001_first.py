"""The first schema of the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the log, which only grows."""
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
    )
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER event_never_{act.lower()} BEFORE {act} ON event "
            "BEGIN SELECT RAISE(ABORT, 'audit events never change'); END"
        )
