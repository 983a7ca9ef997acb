"""What councils and youth justice record: ties, children seen together, missing episodes, schooling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from ingest.invented.agencies import SHORT, held, held_of_people
from ingest.invented.book import Book, Person, Row, Scene
from ingest.invented.days import LAST_DAY, later, soon_after
from ingest.invented.people import council_of
from ingest.invented.positions import position

_SUPPORT: Final = ("none", "none", "sen_support", "none", "none", "ehcp", "none")
_BASES: Final = ("recorded", "recorded", "child_said", "parent_said", "third_party_said")


def tie(
    book: Book, agency: str, a: Person, b: Person, day: date | None, kind: str = "FRIEND_OF", **cells: str
) -> str:
    """Record that two people are tied.

    Parameters
    ----------
    book : Book
        To write to.
    agency : str
        Who says so.
    a, b : Person
        The two.
    day : date or None
        Since when; None where nobody wrote it down.
    kind : str, optional
        A tie of the dictionary. A sighting is of its one day.
    **cells : str
        Further cells.

    Returns
    -------
    str
        The agency's reference of the tie.
    """
    ref = f"{SHORT[agency][0].upper()}T{book.number(agency + ' tie'):04}"
    known = soon_after(book.dice, day, 40) if day else LAST_DAY
    row = {
        "tie_ref": ref,
        "person_a": book.ref(a, agency),
        "kind": kind,
        "person_b": book.ref(b, agency),
        "date": day.isoformat() if day else "",
        "reported": known.isoformat(),
        "basis": book.dice.choice(_BASES),
    }
    book.write(f"{SHORT[agency]}-ties.csv", held_of_people(agency), row, cells)
    if cells.get("status", "live") == "live" and cells.get("tier", "open") == "open":
        _note(book, a, b, day, kind)
    return ref


def _note(book: Book, a: Person, b: Person, day: date | None, kind: str) -> None:
    if kind not in ("SEEN_WITH", "FOUND_WITH"):
        book.tied(a, b)
    elif day:
        book.met((a, b), day)


def seen_together(book: Book, agency: str, people: Sequence[Person], at: datetime) -> str:
    """Record that people were present at something that a council or a school dealt with.

    Parameters
    ----------
    book : Book
        To write to.
    agency : str
        Who says so.
    people : sequence of Person
        All who were there.
    at : datetime
        When.

    Returns
    -------
    str
        The agency's reference of the event; it has no position.
    """
    ref = f"EV{book.number(agency + ' event'):04}"
    for person in people:
        row = {
            "tie_ref": f"{ref}-{person.key}",
            "person_a": book.ref(person, agency),
            "kind": "INVOLVED_IN",
            "event_ref": ref,
            "capacity": "present",
            "date": at.isoformat(timespec="minutes"),
            "reported": soon_after(book.dice, at.date(), 5).isoformat(),
            "basis": "recorded",
        }
        book.write(f"{SHORT[agency]}-ties.csv", held_of_people(agency), row)
    book.number("council event")
    book.met(people, at.date())
    return ref


def missing(
    book: Book,
    person: Person,
    at: datetime,
    hours: float,
    *,
    found: Scene | None = None,
    found_with: Person | None = None,
    **cells: str,
) -> str:
    """Record a missing episode.

    Parameters
    ----------
    book : Book
        To write to.
    person : Person
        Who was missing.
    at : datetime
        Since when.
    hours : float
        For how long.
    found : Scene, optional
        Where they were found.
    found_with : Person, optional
        With whom.
    **cells : str
        Further cells.

    Returns
    -------
    str
        The council's reference.
    """
    agency = council_of(person)
    ref = f"ME{book.number(agency + ' missing'):04}"
    book.number("missing")
    back = later(at, hours)
    row = {
        "episode_ref": ref,
        "person_ref": book.ref(person, agency),
        "missing_from": "home" if person.home == person.responsible else "care",
        "from": at.isoformat(timespec="minutes"),
        "to": back.isoformat(timespec="minutes"),
        "found_with": book.ref(found_with, agency) if found_with else "",
        "reported": soon_after(book.dice, back.date(), 2).isoformat(),
        "basis": "recorded",
    }
    where = position(found.point if found else None, 0, prefix="found_")
    book.write(f"{SHORT[agency]}-missing.csv", held(agency), row, where, _interview(book), cells)
    if found:
        book.were_at([person], found)
    if found_with:
        book.met((person, found_with), back.date())
    return ref


def _interview(book: Book) -> Row:
    offered, held_one = book.dice.random() < 0.9, book.dice.random() < 0.6
    return {
        "interview_offered": "yes" if offered else "no",
        "interview_held": "yes" if offered and held_one else "no",
        "interview_hours": str(book.dice.choice((20, 44, 60, 70, 96))) if offered and held_one else "",
        "interview_declined": "yes" if offered and not held_one else "no",
        "plan_changed": book.dice.choice(("yes", "no", "")),
    }


def spell(
    book: Book,
    person: Person,
    agency: str,
    school: tuple[str, str],
    state: str,
    since: date,
    until: date | None = None,
) -> str:
    """Record a spell of a pupil at a school, or out of one.

    Parameters
    ----------
    book : Book
        To write to.
    person : Person
        Who; the pupil number joins them to the council's own record.
    agency : str
        The council that keeps the roll.
    school : tuple of str
        Number (URN) and name.
    state : str
        A state of education.
    since, until : date
        From and to; without the second it still lasts.

    Returns
    -------
    str
        The council's reference of the spell.
    """
    book.ref(person, agency)
    ref = f"SP{book.number(agency + ' spell'):04}"
    row = {
        "spell_ref": ref,
        "pupil_ref": f"U{person.key[1:]}",
        "upn": person.ids["upn"],
        "given_name": person.name[0],
        "family_name": person.name[1],
        "send": _SUPPORT[int(person.key[1:]) % len(_SUPPORT)],
        "school_urn": school[0],
        "school_name": school[1],
        "state": state,
        "from": since.isoformat(),
        "to": until.isoformat() if until else "",
        "reported": soon_after(book.dice, until or since, 5).isoformat(),
        "basis": "recorded",
    }
    book.write(f"{SHORT[agency]}-pupils.csv", held(agency), row)
    return ref
