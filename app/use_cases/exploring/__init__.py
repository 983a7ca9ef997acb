"""Exploring the linkage graph: find, open, expand, find ways; each answer within one viewer's scope."""
