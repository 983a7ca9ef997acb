"""Runs these migrations on the connection it is handed."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)
with context.begin_transaction():
    context.run_migrations()
