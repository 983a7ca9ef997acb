"""Under which references agencies' files name things: what somebody may type to find one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from graph.model.claims import Mention

NAMED_BY: Final = (
    ("Person", "{agency}/person_ref"),
    ("Person", "{agency}/pupil_ref"),
    ("Group", "{agency}/group_ref"),
    ("Location", "{agency}/location_ref"),
    ("Object", "{agency}/object_ref"),
    ("Organisation", "{agency}/school_ref"),
    ("Organisation", "school_urn"),
    ("Intervention", "{agency}/order_ref"),
    ("Event", "{agency}/asb_ref"),
    ("Event", "{agency}/crime_ref"),
    ("Event", "{agency}/custody_ref"),
    ("Event", "{agency}/custody_ref arrest"),
    ("Event", "{agency}/encounter_ref"),
    ("Event", "{agency}/episode_ref"),
    ("Event", "{agency}/event_ref"),
    ("Event", "{agency}/stop_ref"),
    ("Event", "police_uk/crime_id"),
)
"""Kinds and schemes of the shipped mappings whose reference is one column of text."""


def mentions_of(text: str, agencies: Iterable[str]) -> list[Mention]:
    """Return what a reference could stand for.

    Parameters
    ----------
    text : str
        As somebody typed it: also tried in capitals and without spaces.
    agencies : iterable of str
        Whose references they may be.

    Returns
    -------
    list of Mention
        Each once. Most stand for nothing that anybody holds.
    """
    typed = text.strip()
    refs = dict.fromkeys(ref for ref in (typed, typed.upper(), "".join(typed.split())) if ref)
    schemes = dict.fromkeys(
        (kind, scheme.replace("{agency}", agency)) for agency in agencies for kind, scheme in NAMED_BY
    )
    return [Mention(kind, scheme, ref) for kind, scheme in schemes for ref in refs]
