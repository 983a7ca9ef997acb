"""Killed, broken and blocked on purpose."""
