"""Tests of what runs around the program."""
