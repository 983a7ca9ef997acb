"""What every store must answer."""
