"""Tests of what the Map page is told."""
