"""The index by which names, numbers and references are found, filled from what is there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from graph.ledger.name_index import SAID, index_all

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the index, put everything into it that older versions wrote, and drop one that nothing asked."""
    op.drop_index("ix_particular_entity", "particular")
    identity = op.get_bind()
    if identity.dialect.name == "postgresql":
        _on_a_server(identity)
        return
    op.execute(
        "CREATE VIRTUAL TABLE name_index USING fts5(words, entity UNINDEXED, predicate UNINDEXED, batch UNINDEXED, tokenize='ascii', detail=none, columnsize=0)"
    )
    files = identity.exec_driver_sql("SELECT file FROM pragma_database_list WHERE name = 'main'")
    ledger = Path(str(files.scalar_one())).with_name("ledger.db")
    if not ledger.exists():
        return
    reading = sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)
    try:
        index_all(identity, reading.execute(SAID.format(schema="")))
    finally:
        reading.close()


def _on_a_server(identity: sa.Connection) -> None:
    op.execute(
        "CREATE TABLE name_index (claim BIGINT PRIMARY KEY, words TEXT NOT NULL, entity BIGINT NOT NULL, predicate TEXT NOT NULL, batch INTEGER NOT NULL)"
    )
    op.execute(
        "CREATE INDEX name_index_words ON name_index USING gin ((' ' || translate(words, chr(10), ' ')) public.gin_trgm_ops)"
    )
    op.execute("CREATE INDEX name_index_batch ON name_index (batch)")
    # The ledger is another schema of the same database, and may be younger than its first table.
    if sa.inspect(identity).has_table("claim", schema="ledger"):
        index_all(identity, identity.exec_driver_sql(SAID.format(schema="ledger.")).fetchall())
