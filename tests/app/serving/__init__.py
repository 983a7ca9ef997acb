"""Tests of what every route stands on."""
