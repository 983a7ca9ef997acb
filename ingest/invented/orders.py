"""Orders and other interventions: whom and what each bears on, and who is protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from ingest.invented.agencies import FORCE, held_of_people
from ingest.invented.book import Book, Person, Row
from ingest.invented.days import LAST_DAY, any_day, soon_after
from ingest.invented.gatherings import CLOSED
from ingest.invented.places import Place

_ON_ADULTS: Final = (
    ("cbo", "Sentencing Act 2020 s.331", 730), ("civil_injunction", "ASB Act 2014 s.1", 365),
    ("scpo", "Serious Crime Act 2007 s.1", 900), ("cawn", "Child Abduction Act 1984 s.2", 365),
    ("civil_injunction", "ASB Act 2014 s.1", 320), ("cbo", "Sentencing Act 2020 s.331", 500),
)  # fmt: skip
_ON_PLACES: Final = (
    ("licensing", "Licensing Act 2003 s.51", "licensed_premises"),
    ("licensing", "Licensing Act 2003 s.51", "takeaway"),
    ("tenancy", "Housing Act 1988", "estate"),
)


def write_orders(book: Book, places: Sequence[Place]) -> None:
    """Write the orders that the force knows of.

    Parameters
    ----------
    book : Book
        With lines, tenants and cohort written.
    places : sequence of Place
        Some of them are targets.
    """
    _closure(book)
    adults = [
        person for person in book.adults if person.told.get(FORCE, {}).get("role") == "person_of_interest"
    ]
    for n, (sort, power, length) in enumerate(_ON_ADULTS):
        granted = LAST_DAY - timedelta(days=length - 25 * (n + 1))
        order = _order(sort, power, granted, granted + timedelta(days=length), "none known")
        _write(book, f"OR{n + 2:02}", order, _on(book, "subject_to" if n % 2 else "targets", adults[n]))
    for n, (sort, power, of) in enumerate(_ON_PLACES):
        place = next(p for p in places if p.sort == of and p.agency == FORCE)
        granted = any_day(book.dice, first=date(2026, 3, 1))
        order = _order(sort, power, granted, None, "young people who gather there: outreach told first")
        _write(book, f"OR{n + 8:02}", order, {"bearing": "targets", "location_ref": place.ref})
    _on_children(book)
    _protecting(book, adults[0])


def _closure(book: Book) -> None:
    told = book.plants["displacement"]
    tenants = book.plants["tenants"]
    order = _order(
        "closure_order",
        "ASB Act 2014 s.80",
        CLOSED,
        CLOSED + timedelta(days=90),
        "the tenants, adults at risk, rehoused first",
    )
    lines: list[Row] = [
        {"bearing": "targets", "location_ref": told["from_place"]},
        {"bearing": "targets", "group_ref": told["group"]},
    ]
    for person in book.adults:
        if tenants.get(person.key) == told["from_place"]:
            lines.append(_on(book, "protects", person))
    _write(book, told["order"], order, *lines)


def _on_children(book: Book) -> None:
    """Record existing bail and a condition of no contact: on a child it has an owner and a consideration."""
    child, other = book.take(2)
    for ref, sort, person in (("OR11", "bail", child), ("OR12", "non_association", other)):
        order = _order(
            sort,
            "PACE 1984 s.47",
            LAST_DAY - timedelta(days=20),
            LAST_DAY + timedelta(days=18),
            "the child: own worker told",
        )
        owned = {
            "youth_justice_owner": "Tidewater Youth Justice Service",
            "victim_consideration": "nrm_considered",
        }
        _write(book, ref, order, _on(book, "subject_to", person) | owned)


def _protecting(book: Book, adult: Person) -> None:
    children = book.anybody(2, "young")
    order = _order(
        "cawn",
        "Child Abduction Act 1984 s.2",
        date(2026, 6, 1),
        date(2027, 5, 31),
        "two children named in it",
    )
    lines = [_on(book, "targets", adult), *(_on(book, "protects", child) for child in children)]
    _write(book, "OR13", order, *lines)


def _order(sort: str, power: str, granted: date, expires: date | None, affected: str) -> Row:
    return {
        "sort": sort,
        "power": power,
        "may_apply": "police, council",
        "granted": granted.isoformat(),
        "expires": expires.isoformat() if expires else "",
        "owner": "Tidewater Constabulary, neighbourhood team",
        "affected": affected,
        "neighbour_told": "yes" if sort == "cbo" else "no",
    }


def _on(book: Book, bearing: str, person: Person) -> Row:
    born = {"date_of_birth": person.born.isoformat()} if person.precision == "day" else {}
    return {"bearing": bearing, "person_ref": book.ref(person, FORCE)} | born


def _write(book: Book, ref: str, order: Mapping[str, str], *lines: Row) -> None:
    known = soon_after(book.dice, date.fromisoformat(order["granted"]))
    for n, line in enumerate(lines, 1):
        row = {"order_ref": ref, "line": str(n), **order, "reported": known.isoformat(), "basis": "recorded"}
        book.write("tidewater-orders.csv", held_of_people(FORCE), row, line)
