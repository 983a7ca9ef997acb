"""Real servers for tests and for development, each thrown away with its folder."""
