"""Tests of graph.measures."""
