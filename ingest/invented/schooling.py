"""Schools, and who is on their rolls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from ingest.invented import council
from ingest.invented.agencies import EAST_COUNCIL, WEST_COUNCIL
from ingest.invented.book import Book, Person
from ingest.invented.cohort import SCHOOL
from ingest.invented.days import LAST_DAY, any_day, years_before
from ingest.invented.people import council_of
from ingest.invented.places import Place

_ON_ROLL: Final = date(2024, 9, 3)
_TROUBLED: Final = (
    "part_time_timetable",
    "transitional_timetable",
    "off_site",
    "suspended",
    "excluded",
    "rescinded_not_returned",
)


def enrol(book: Book, places: Sequence[Place]) -> None:
    """Record the schooling of those who are eleven to sixteen.

    Parameters
    ----------
    book : Book
        To write to; who has a spell already is passed over.
    places : sequence of Place
        Schools among them.
    """
    schools = {agency: _schools(places, agency) for agency in (WEST_COUNCIL, EAST_COUNCIL)}
    oldest, youngest = years_before(LAST_DAY, 17), years_before(LAST_DAY, 11)
    done = {row["upn"] for name, rows in book.files.items() if name.endswith("-pupils.csv") for row in rows}
    for person in book.young:
        agency = council_of(person)
        if agency in schools and oldest < person.born <= youngest and person.ids["upn"] not in done:
            _enrolled(book, person, agency, schools[agency])


def _schools(places: Sequence[Place], agency: str) -> list[tuple[str, str]]:
    named = [place for place in places if place.sort == "school" and place.agency == agency]
    first = 999910 if agency == WEST_COUNCIL else 999930
    found = [(str(first + n), place.name) for n, place in enumerate(named)]
    return [SCHOOL, *found[1:]] if agency == WEST_COUNCIL else found


def _enrolled(book: Book, person: Person, agency: str, schools: Sequence[tuple[str, str]]) -> None:
    school = book.dice.choice(schools)
    if book.dice.random() < 0.85:
        council.spell(book, person, agency, school, "on_roll", _ON_ROLL)
        return
    left = any_day(book.dice, first=date(2024, 12, 1))
    council.spell(book, person, agency, school, "on_roll", _ON_ROLL, left)
    council.spell(book, person, agency, school, book.dice.choice(_TROUBLED), left)
