"""Runs these migrations on the connection it is handed."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
# SQLite's driver is handed each statement as it stands; PostgreSQL takes a whole migration or nothing.
context.configure(connection=connection, transactional_ddl=connection.dialect.name == "postgresql")
with context.begin_transaction():
    context.run_migrations()
