"""Words of a briefing: dates, lists, counts and kinds as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from graph.model.spans import day_of

UNKNOWN: Final = "not known"
MOST_LISTED: Final = 12
"""Names in one sentence; what is longer is counted."""

TIE_WORDS: Final = {
    "FRIEND_OF": "friends",
    "ASSOCIATE_OF": "associates",
    "FAMILY_OF": "family",
    "SEEN_WITH": "seen together",
    "FOUND_WITH": "found together",
}
CAPACITY_WORDS: Final = {
    "victim": "victim",
    "missing": "missing",
    "witness": "witness",
    "reported": "reported it",
    "present": "present",
    "found_with": "found with something",
    "suspected": "suspected",
    "arrested": "arrested",
}
"""In this order, so that a victim is read as one first."""

BASIS_WORDS: Final = {
    "recorded": "recorded",
    "child_said": "child said",
    "parent_said": "parent said",
    "third_party_said": "third party said",
    "concern": "concern",
}
_SPOKEN: Final = {
    "cce": "CCE",
    "cse": "CSE",
    "ocg": "organised crime group",
    "asb": "anti-social behaviour",
    "county_lines_team": "county-lines team",
    "nrm_considered": "NRM considered",
    "nrm_referred": "referred to the NRM",
    "s45_raised": "section 45 raised",
    "part_time_timetable": "part-time timetable",
    "rescinded_not_returned": "exclusion rescinded, not returned",
    "neet": "not in education, employment or training",
}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: int | None, precision: str = "day") -> str:
    """Return a day as it is printed.

    Parameters
    ----------
    day : int or None
        Days since 1970-01-01.
    precision : str, optional
        ``month`` and ``year`` print no more than that.

    Returns
    -------
    str
        For example ``3 Mar 2025``.
    """
    if day is None:
        return UNKNOWN
    found = day_of(day)
    month = f"{_MONTHS[found.month - 1]} {found.year}"
    if precision == "year":
        return str(found.year)
    return month if precision == "month" else f"{found.day} {month}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    Parameters
    ----------
    number : int
        How many.
    one, many : str
        The noun for one, and for more; with an ``s`` where left out.

    Returns
    -------
    str
        For example ``3 ties``.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Iterable[str], most: int = MOST_LISTED) -> str:
    """Return items as one phrase.

    Parameters
    ----------
    items : iterable of str
        In their order.
    most : int, optional
        Written out; the rest is counted.

    Returns
    -------
    str
        For example ``a, b and c``.
    """
    held = list(items)
    if len(held) > most:
        held = [*held[:most], f"{len(held) - most} more"]
    return held[0] if len(held) == 1 else f"{', '.join(held[:-1])} and {held[-1]}" if held else ""


def spoken(word: str) -> str:
    """Return a word of the dictionary of kinds as people say it.

    Parameters
    ----------
    word : str
        For example ``county_lines``.

    Returns
    -------
    str
        For example ``county lines``.
    """
    return _SPOKEN.get(word, word.replace("_", " "))


def plain(text: str) -> str:
    """Return text as one line.

    Parameters
    ----------
    text : str
        Anything that came from a file or a command line.

    Returns
    -------
    str
        Line breaks and tabs as spaces. What no page can print is the printing form's to show.
    """
    return " ".join(text.split())


def shortened(text: str, most: int = 40) -> str:
    """Return text that fits a line of each page.

    Parameters
    ----------
    text : str
        A name of an account.
    most : int, optional
        Letters.

    Returns
    -------
    str
        With an ellipsis where it was cut.
    """
    line = plain(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"
