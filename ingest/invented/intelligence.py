"""What the force's intelligence logs say, each statement graded 3x5x2."""

from __future__ import annotations

from datetime import date
from typing import Final

from ingest.invented.agencies import FORCE, SHORT, held
from ingest.invented.book import Book, Person, Row, Scene
from ingest.invented.days import LAST_DAY, soon_after

RIGHT: Final = (("1", "A"), ("2", "B"), ("2", "B"), ("2", "C"), ("2", "D"))
"""Grades that statements which are so should have."""

_ALL_LETTERS: Final = "ABCDE"
_SUSPECTED_FALSE: Final = "E"
_NOT_YET_REVIEWED: Final = 0.03


def says(
    book: Book,
    what: str,
    day: date | None,
    *,
    person: Person | None = None,
    other: Person | None = None,
    at: Scene | None = None,
    agency: str = FORCE,
    **cells: str,
) -> str:
    """Record one statement of a log.

    Parameters
    ----------
    book : Book
        To write to.
    what : str
        A tie, or another predicate of the mapping.
    day : date or None
        From when.
    person, other : Person, optional
        Of whom, and of which other person.
    at : Scene, optional
        A place that the force named.
    agency : str, optional
        Whose log.
    **cells : str
        Further cells, for example ``group_ref``, ``object_ref``, ``tier``.

    Returns
    -------
    str
        The log's reference.
    """
    ref = f"INT/{book.number(agency + ' log'):05}"
    source, letter = grade(book)
    row = {
        "log_ref": ref,
        "item": "1",
        "says": what,
        "person_ref": book.ref(person, agency) if person else "",
        "other_person_ref": book.ref(other, agency) if other else "",
        "location_ref": at.place if at else "",
        "from": day.isoformat() if day else "",
        "reported": (soon_after(book.dice, day, 14) if day else LAST_DAY).isoformat(),
        "source_grade": source,
        "information_grade": letter,
        "handling": "P",
        "review_state": "unreviewed" if book.dice.random() < _NOT_YET_REVIEWED else "reviewed",
    }
    row |= cells
    book.write(f"{SHORT[agency]}-logs.csv", held(agency), row)
    if person and _counts(row):
        _note(book, what, person, other, day)
        book.were_at([person] if at else [], at or Scene(None, ""))
    return ref


def grade(book: Book) -> tuple[str, str]:
    """Draw the grades of a statement that is so, as an officer wrote them.

    Parameters
    ----------
    book : Book
        Its noise says how often they are wrong.

    Returns
    -------
    tuple of str
        Source grade and information grade.
    """
    source, letter = book.dice.choice(RIGHT)
    if book.dice.random() < book.noise.wrong_grades:
        letter = book.dice.choice(_ALL_LETTERS)
    return source, letter


def _counts(row: Row) -> bool:
    live = row.get("status", "live") == "live" and row.get("tier", "open") == "open"
    return live and row["information_grade"] != _SUSPECTED_FALSE


def _note(book: Book, what: str, person: Person, other: Person | None, day: date | None) -> None:
    if other and what in ("FRIEND_OF", "ASSOCIATE_OF", "FAMILY_OF"):
        book.tied(person, other)
    elif other and day and what in ("SEEN_WITH", "FOUND_WITH"):
        book.met((person, other), day)
