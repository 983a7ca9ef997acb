"""A picture and what it shows in words."""

from __future__ import annotations

from typing import NamedTuple


class Picture(NamedTuple):
    """One drawing in two forms.

    Attributes
    ----------
    png : bytes
        For Word and the screen.
    svg : str
        For print; its text stays text, its bytes are the same each time.
    alt : str
        What it shows, for those who do not see it.
    """

    png: bytes
    svg: str
    alt: str
