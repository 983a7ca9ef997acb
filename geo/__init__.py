"""Places: coordinates, areas, hotspots."""
