"""Ways in, use cases, guards."""
