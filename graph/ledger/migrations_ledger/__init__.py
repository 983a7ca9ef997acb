"""Migrations of ledger.db, run by ``graph.ledger.opening.migrate``."""
