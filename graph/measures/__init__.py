"""Measures over links: arrays in, values out."""
