"""Tests of the invented partnership, each side of it apart: what was written, and what is found in it."""
