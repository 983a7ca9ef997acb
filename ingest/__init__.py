"""Records in: read, map, check, load."""
