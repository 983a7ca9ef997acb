"""The invented agencies, and what every row of theirs is held under."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ingest.invented.ground import EAST, NORTH, SOUTH, WEST

FORCE: Final = "Tidewater Constabulary"
NORTH_FORCE: Final = "Fallowmere Police"
SOUTH_FORCE: Final = "Skelder Police"
YOUTH_JUSTICE: Final = "Tidewater Youth Justice Service"
HOSPITALS: Final = "Tidewater Hospitals Trust"

COUNCIL_OF: Final[Mapping[str, str]] = MappingProxyType(
    {council.code: f"{council.name} Council" for council in (WEST, EAST, NORTH, SOUTH)}
)
"""The council of each area code; areas further away send nothing."""

WEST_COUNCIL: Final = COUNCIL_OF[WEST.code]
EAST_COUNCIL: Final = COUNCIL_OF[EAST.code]

SHORT: Final[Mapping[str, str]] = MappingProxyType(
    {
        FORCE: "tidewater",
        NORTH_FORCE: "fallowmere-police",
        YOUTH_JUSTICE: "youth-justice",
        HOSPITALS: "hospitals",
        **{agency: agency.split()[0].lower() for agency in COUNCIL_OF.values()},
    }
)
"""How the files of each agency are called."""

_LETTER: Final[Mapping[str, str]] = MappingProxyType(
    {
        FORCE: "T",
        NORTH_FORCE: "F",
        YOUTH_JUSTICE: "Y",
        HOSPITALS: "H",
        WEST_COUNCIL: "P",
        EAST_COUNCIL: "C",
        COUNCIL_OF[NORTH.code]: "N",
        COUNCIL_OF[SOUTH.code]: "S",
    }
)
_PART_THREE: Final = {
    "regime": "DPA Part 3",
    "purpose": "prevention, investigation and detection of crime",
    "lawful_basis": "DPA 2018 section 35(2)(b), task of a competent authority",
}


def held(agency: str) -> dict[str, str]:
    """Return the cells that every row of an agency has.

    Parameters
    ----------
    agency : str
        Its name.

    Returns
    -------
    dict of str to str
        Agency, agreement, review state.
    """
    return {
        "agency": agency,
        "agreement": "ISA-INVENTED-1",
        "agreement_expires": "none",
        "review_state": "reviewed",
    }


def held_of_people(agency: str) -> dict[str, str]:
    """Return the same for files whose mapping stands for a council.

    Parameters
    ----------
    agency : str
        Its name.

    Returns
    -------
    dict of str to str
        For a force, its regime, purpose and basis, too.
    """
    return held(agency) | (_PART_THREE if agency in (FORCE, NORTH_FORCE) else {})


def person_ref(agency: str, number: int) -> str:
    """Return an agency's reference of a person.

    Parameters
    ----------
    agency : str
        Its name.
    number : int
        Its own numbering.

    Returns
    -------
    str
        For example ``T0042``.
    """
    return f"{_LETTER[agency]}{number:04}"
