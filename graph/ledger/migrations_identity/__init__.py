"""Migrations of identity.db, run by ``graph.ledger.opening.migrate``."""
