"""What agencies hold of many people: roles, levels of risk, rows that few may see, claims in dispute."""

from __future__ import annotations

from datetime import date
from typing import Final

from ingest.invented import council
from ingest.invented.agencies import FORCE, HOSPITALS, NORTH_FORCE, YOUTH_JUSTICE
from ingest.invented.book import Book, Row
from ingest.invented.days import LAST_DAY, any_day, years_before
from ingest.invented.intelligence import says
from ingest.invented.people import council_of

_HARMS: Final = (
    "cce",
    "cce",
    "county_lines",
    "county_lines",
    "cse",
    "serious_violence",
    "online",
    "domestic_abuse",
)
_LEVELS: Final = (("Low", "low"), ("Medium", "medium"), ("Medium", "medium"), ("High", "high"))
_YOUTH_LEVELS: Final = (("L", "low"), ("M", "medium"), ("H", "high"))
_OLDER: Final = 20


def give_roles(book: Book) -> None:
    """Let agencies record roles and levels of risk of young people and adults.

    Parameters
    ----------
    book : Book
        To write to.
    """
    dice = book.dice
    for person in book.young[:_OLDER]:
        person.told[council_of(person)] = _role(book, "victim", dice.choice(_HARMS[:4]))
    known = [person for person in book.anybody(120, "young") if council_of(person) not in person.told]
    for person in known:
        role = dice.choice(("child_in_need_of_help", "child_in_need_of_help", "victim"))
        level = dice.choice(_LEVELS) if dice.random() < 0.6 else None
        person.told[council_of(person)] = _role(book, role, dice.choice(_HARMS), level)
    for person in book.anybody(40, "young"):
        if YOUTH_JUSTICE not in person.told:
            person.told[YOUTH_JUSTICE] = _role(
                book, "child_in_need_of_help", "cce", dice.choice(_YOUTH_LEVELS)
            )
            book.ref(person, YOUTH_JUSTICE)
    _one_suspect(book)
    _convictions(book)


def _role(book: Book, role: str, harm: str, level: tuple[str, str] | None = None) -> Row:
    risk, shared = level or ("", "")
    since = any_day(book.dice).isoformat()
    return {"role": role, "harm": harm, "valid_from": since, "risk": risk, "shared_risk": shared}


def _one_suspect(book: Book) -> None:
    """A child is recorded as a suspect only with what was considered of them as a victim."""
    (child,) = book.take(1)
    child.told[FORCE] = _role(book, "suspect", "county_lines") | {"victim_consideration": "nrm_referred"}
    book.ref(child, FORCE)
    book.plants["child_suspect_considered"] = child.key


def _convictions(book: Book) -> None:
    for person in book.take(12, "adults"):
        person.precision = "day"
        person.told[FORCE] = _role(book, "convicted", "serious_violence")
        book.ref(person, FORCE)


def shorten_names(book: Book) -> None:
    """Let the force write some given names otherwise than the council does.

    Parameters
    ----------
    book : Book
        After everybody's name is settled.
    """
    joined = [p for p in book.young if FORCE in p.refs and len(p.name[0]) > 4 and p.key not in book.alone]
    for person in joined[:12]:
        person.told.setdefault(FORCE, {})["given_name"] = person.name[0][:3]
    for person in joined[12:36]:
        person.also_known_as = f"{person.name[0][:2]}z"


def restrict(book: Book) -> None:
    """Write rows that are sealed or hidden, and claims in dispute: none of them counts in an answer.

    Parameters
    ----------
    book : Book
        To write to.
    """
    dice = book.dice
    oldest_child = years_before(LAST_DAY, 13)
    patients = [person for person in book.anybody(60) if person.born < oldest_child][:30]
    for n, person in enumerate(patients):
        told = {"harm": "serious_violence", "role": "victim", "valid_from": any_day(dice).isoformat()}
        person.told[HOSPITALS] = told | ({"tier": "sealed"} if n < 6 else {})
        book.ref(person, HOSPITALS)
    for _ in range(2):
        a, b = book.anybody(2, "young")
        council.tie(book, council_of(a), a, b, any_day(dice), tier="sealed")
    for _ in range(4):
        a, b = book.anybody(2, "adults")
        says(book, "ASSOCIATE_OF", any_day(dice), person=a, other=b, agency=NORTH_FORCE, tier="hidden")
    for _ in range(8):
        a, b = book.anybody(2)
        council.tie(book, council_of(a), a, b, any_day(dice, first=date(2025, 6, 1)), status="disputed")
    rows = {"sealed": 8, "hidden": 4, "disputed": 8}
    book.plants["restricted"] = rows | {"patients": [person.key for person in patients]}


def forget_hidden_refs(book: Book) -> None:
    """Take back the references of the neighbouring force: it sends no file of people.

    Parameters
    ----------
    book : Book
        Before people are written.
    """
    for person in book.people:
        person.refs.pop(NORTH_FORCE, None)
