"""The index by which names, numbers and references are found, filled from what is there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import op

from graph.ledger.name_index import index_all

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the index, put everything into it that older versions wrote, and drop one that nothing asked."""
    op.drop_index("ix_particular_entity", "particular")
    op.execute(
        "CREATE VIRTUAL TABLE name_index USING fts5(words, entity UNINDEXED, predicate UNINDEXED, batch UNINDEXED, tokenize='ascii', detail=none, columnsize=0)"
    )
    identity = op.get_bind()
    files = identity.exec_driver_sql("SELECT file FROM pragma_database_list WHERE name = 'main'")
    ledger = Path(str(files.scalar_one())).with_name("ledger.db")
    if not ledger.exists():
        return
    reading = sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)
    try:
        index_all(identity, reading)
    finally:
        reading.close()
