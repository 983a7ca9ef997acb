"""Work copies: what a viewer may see, as files that open elsewhere."""
