"""Tests of the drawn graph and its embedded store."""
