"""How badly the invented agencies record what is so: two named settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Noise:
    """How far the records are from what was planted; shares run from 0 to 1.

    Attributes
    ----------
    name : str
        As answers and reports write it.
    ties_recorded : float
        Share of the pairs of a planted peer group whose tie some agency recorded.
    said_again : float
        Share of the recorded ties that a second agency recorded, too.
    chance_ties : float
        Ties a person, mean, to somebody drawn by chance from everybody.
    undated : float
        Share of the stated ties that bear no date.
    wrong_grades : float
        Share of the graded ties with another grade than the right one, drawn from all five; one of them,
        E, takes the tie out of every measure.
    births_missing : float
        Share of people whose birth date nobody recorded.
    births_partial : float
        Share of people whose birth is recorded by its year alone.
    """

    name: str
    ties_recorded: float
    said_again: float
    chance_ties: float
    undated: float
    wrong_grades: float
    births_missing: float
    births_partial: float


STRONG: Final = Noise(
    "strong", ties_recorded=0.9, said_again=0.4, chance_ties=0.8, undated=0.05, wrong_grades=0.05,
    births_missing=0.03, births_partial=0.02,
)  # fmt: skip
"""What a partnership that records well would have; the planted peer groups should be found."""

WEAK: Final = Noise(
    "weak", ties_recorded=0.5, said_again=0.15, chance_ties=2.0, undated=0.2, wrong_grades=0.2,
    births_missing=0.08, births_partial=0.05,
)  # fmt: skip
"""Half of the ties unrecorded, and as many again by chance: what is found is reported, not promised."""
