"""Kinds, claims, links, scope: what the rest speaks of."""
