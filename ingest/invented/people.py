"""The invented people: ages, homes, the agencies that know them and the numbers that agencies share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from ingest.identifiers import nhs_number, pnc_id, upn
from ingest.invented.agencies import COUNCIL_OF, FORCE, HOSPITALS, YOUTH_JUSTICE, held_of_people
from ingest.invented.agencies import SHORT as SHORT_NAMES
from ingest.invented.book import Book, Person
from ingest.invented.days import LAST_DAY, any_day, soon_after, years_before
from ingest.invented.ground import EAST, HARBOURGATE, MILLHYTHE, NORTH, SOUTH, WEST
from ingest.invented.names import ETHNICITIES, SEXES, names

YOUNG: Final = 400
ADULTS: Final = 250

_OLDER: Final = 20
_HOMES: Final = (WEST.code,) * 9 + (EAST.code,) * 9 + (NORTH.code, SOUTH.code)
_PLACED: Final = (
    (WEST.code, NORTH.code, 8),
    (EAST.code, NORTH.code, 6),
    (EAST.code, HARBOURGATE, 5),
    (WEST.code, MILLHYTHE, 3),
    (NORTH.code, WEST.code, 4),
    (SOUTH.code, EAST.code, 4),
    (SOUTH.code, WEST.code, 3),
)
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def populate(book: Book) -> None:
    """Invent everybody.

    Parameters
    ----------
    book : Book
        To write to.
    """
    drawn = names(book.dice, YOUNG + ADULTS)
    for n, name in enumerate(drawn):
        young = n < YOUNG
        key = f"y{n + 1:03}" if young else f"a{n + 1 - YOUNG:03}"
        home = book.dice.choice(_HOMES)
        born = _young_birth(book, n) if young else _adult_birth(book)
        person = Person(key, name, born, home, home if young else "")
        person.sex, person.ethnicity = book.dice.choice(SEXES), book.dice.choice(ETHNICITIES)
        (book.young if young else book.adults).append(person)
    for person in book.people:
        _blur(book, person)
        _number(person, int(person.key[1:]) + (0 if person.responsible else YOUNG))
    _place(book)
    book.uncast["young"] = [p for p in book.young[_OLDER:] if p.home == p.responsible]
    book.uncast["adults"] = [*book.adults]


def _young_birth(book: Book, n: int) -> date:
    youngest = years_before(LAST_DAY, 10)
    if n < _OLDER:
        return years_before(LAST_DAY, 18) - timedelta(days=book.dice.randrange(20, 700))
    return youngest - timedelta(days=book.dice.randrange(0, 2_900))


def _adult_birth(book: Book) -> date:
    return years_before(LAST_DAY, 21) - timedelta(days=book.dice.randrange(16_000))


def _blur(book: Book, person: Person) -> None:
    """Take the birth date from some, and leave its year to some."""
    missing, partial = book.noise.births_missing, book.noise.births_partial
    drawn = book.dice.random()
    person.precision = "" if drawn < missing else "year" if drawn < missing + partial else "day"


def _number(person: Person, n: int) -> None:
    # Ranges that are given to nobody: pupil numbers of authority 999, NHS numbers that begin with 999.
    if person.responsible:
        person.ids["upn"] = _checked(upn, "{}" + f"999{n:09}")
    person.ids["nhs_number"] = next(
        found
        for extra in range(9)
        for digit in range(10)
        if (found := nhs_number(f"999{n * 9 + extra:06}{digit}"))
    )
    person.ids["pnc_id"] = _checked(pnc_id, f"2021/{9_990_000 + n}" + "{}")


def _checked(check: Callable[[str], str], pattern: str) -> str:
    return next(found for letter in _LETTERS if (found := check(pattern.format(letter))))


def _place(book: Book) -> None:
    """Let some young people live in one area while the authority of another is responsible for them."""
    free = [person for person in book.young if person.home in (WEST.code, EAST.code)][-60:]
    for home, responsible, count in _PLACED:
        for person in [free.pop() for _ in range(count)]:
            person.home, person.responsible = home, responsible


def council_of(person: Person) -> str:
    """Return the council that knows somebody first.

    Parameters
    ----------
    person : Person
        Whom.

    Returns
    -------
    str
        The responsible one, or that of their home where it sends no files.
    """
    return COUNCIL_OF.get(person.responsible) or COUNCIL_OF[person.home]


def write_people(book: Book) -> None:
    """Write the row of everybody at each agency that knows them.

    Parameters
    ----------
    book : Book
        With everything else written: to be mentioned in any file is to be known.
    """
    for person in book.people:
        if person.responsible or not person.refs:
            book.ref(person, council_of(person))
        for agency in _hubbed(book, person):
            _write(book, person, agency)


def _hubbed(book: Book, person: Person) -> Sequence[str]:
    """Return the agencies that know somebody; of two or more, a council is one and holds all numbers."""
    if len(person.refs) > 1 and not any(agency in person.refs for agency in COUNCIL_OF.values()):
        book.ref(person, council_of(person))
    return list(person.refs)


def _write(book: Book, person: Person, agency: str) -> None:
    told = person.told.get(agency, {})
    known = date.fromisoformat(told["valid_from"]) if "valid_from" in told else any_day(book.dice)
    row = {
        "person_ref": person.refs[agency],
        "given_name": person.name[0],
        "family_name": person.name[1],
        "also_known_as": person.also_known_as if agency == FORCE else "",
        "reported": soon_after(book.dice, known).isoformat(),
        "basis": "recorded",
    }
    counts = told.get("tier", "open") == "open" and told.get("status", "live") == "live"
    row |= _born(person) | _ids(person, agency) | _areas(book, person, agency, counts=counts)
    book.write(f"{SHORT_NAMES[agency]}-people.csv", held_of_people(agency), row, told)


def _born(person: Person) -> dict[str, str]:
    if not person.precision:
        return {"date_of_birth": "", "dob_precision": ""}
    day = person.born if person.precision == "day" else person.born.replace(month=1, day=1)
    return {"date_of_birth": day.isoformat(), "dob_precision": person.precision}


def _ids(person: Person, agency: str) -> dict[str, str]:
    """Return the numbers an agency holds: its own kind, and a council those that others gave it."""
    kinds = {
        FORCE: ("pnc_id",),
        YOUTH_JUSTICE: ("pnc_id",),
        HOSPITALS: ("nhs_number",),
    }.get(agency) or ("upn", "nhs_number", *(("pnc_id",) if {FORCE, YOUTH_JUSTICE} & {*person.refs} else ()))
    return {kind: person.ids.get(kind, "") for kind in ("upn", "nhs_number", "pnc_id") if kind in kinds}


def _areas(book: Book, person: Person, agency: str, *, counts: bool) -> dict[str, str]:
    """Return where somebody lives and who is responsible, as this agency records it."""
    home = person.told.get(agency, {}).get("home_area", person.home)
    responsible = person.responsible if agency in COUNCIL_OF.values() else ""
    if agency == HOSPITALS:
        home = ""
    if counts:
        book.homes[person.key] |= {home} - {""}
        book.responsible[person.key] |= {responsible} - {""}
    return {
        "home_area": home,
        "responsible_area": responsible,
        "sex": person.sex,
        "ethnicity": person.ethnicity,
    }
