"""Answers of the Map page: places and flows, each within one viewer's scope."""
