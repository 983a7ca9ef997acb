"""How a tie comes to be recorded: stated by an agency, graded in a log, or met on two days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Final

from ingest.invented import council, intelligence, police
from ingest.invented.agencies import YOUTH_JUSTICE
from ingest.invented.book import Book, Person, Scene
from ingest.invented.days import FIRST_DAY, LAST_DAY, any_day, at_some_hour
from ingest.invented.people import council_of

WAYS: Final = ("council", "council", "council", "log", "log", "log", "youth justice", "met")
"""Each as often as it stands here."""


def record_tie(book: Book, a: Person, b: Person, scenes: Sequence[Scene], first: date = FIRST_DAY) -> str:
    """Let an agency record that two people are tied.

    Parameters
    ----------
    book : Book
        To write to.
    a, b : Person
        The two.
    scenes : sequence of Scene
        Where they may be met.
    first : date, optional
        Since when at the earliest.

    Returns
    -------
    str
        The way: one of ``WAYS``.
    """
    way = book.dice.choice(WAYS)
    day = any_day(book.dice, first=first)
    dated = None if book.dice.random() < book.noise.undated else day
    if way == "council" or (way == "youth justice" and not a.responsible):
        council.tie(book, council_of(a), a, b, dated)
    elif way == "log":
        intelligence.says(book, "ASSOCIATE_OF", dated, person=a, other=b)
    elif way == "youth justice":
        council.tie(book, YOUTH_JUSTICE, a, b, dated, "ASSOCIATE_OF")
    else:
        for _ in range(2):
            meet(book, (a, b), scenes, first)
    return way


def meet(
    book: Book,
    people: Sequence[Person],
    scenes: Sequence[Scene],
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
) -> None:
    """Let some agency record that people were somewhere together, once.

    Parameters
    ----------
    book : Book
        To write to.
    people : sequence of Person
        All who were there.
    scenes : sequence of Scene
        One of them is where.
    first, last : date, optional
        Between them.
    """
    known = {day for a, b in combinations(people, 2) for day in book.together.get((a.key, b.key), ())}
    day = next(day for _ in range(99) if (day := any_day(book.dice, "asb", first, last)) not in known)
    at, scene = at_some_hour(book.dice, day), book.dice.choice(scenes)
    how = book.dice.randrange(10)
    if how < 4:
        police.asb(book, scene, at, "Nuisance", [(person, "present") for person in people])
    elif how < 8:
        police.stop(book, scene, at, [(person, book.dice.choice(("", "found_with"))) for person in people])
    elif how < 9 and len(people) > 2:
        police.crime(book, scene, at, "Criminal damage", [(person, "suspected") for person in people])
    elif how < 9:
        intelligence.says(book, "SEEN_WITH", day, person=people[0], other=people[1])
    else:
        council.seen_together(book, council_of(people[0]), people, at)
