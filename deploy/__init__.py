"""What runs around the program: servers for development and tests."""
