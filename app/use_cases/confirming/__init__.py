"""Confirming peer groups: what a membership rests on, who may see it, and how an act is written."""
