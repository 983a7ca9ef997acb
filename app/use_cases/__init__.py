"""What a user can ask of Kithmap, one module each."""
