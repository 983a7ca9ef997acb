"""What every route stands on: its declared policy, its door, its errors, its headers, its jobs."""
