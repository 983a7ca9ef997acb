"""Routes, one file a resource: each calls one use case and adds nothing of its own."""
