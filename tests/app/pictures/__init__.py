"""Tests of pictures of networks and of how sure a measure is."""
