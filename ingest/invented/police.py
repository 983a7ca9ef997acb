"""What the force records: crimes, anti-social behaviour, stops and arrests, and who was there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from ingest.invented.agencies import FORCE, held
from ingest.invented.book import Book, Person, Row, Scene
from ingest.invented.days import later, soon_after
from ingest.invented.positions import position

Involved = tuple[Person, str]
"""Somebody, and the capacity in which they were there."""

_FILES: Final = {"crime": "crimes", "asb": "asb"}
COMPANIONS: Final = ("present", "suspected", "arrested", "found_with")
_OUTCOMES: Final = ("Under investigation", "No suspect identified", "Charged", "Community resolution", "")


def crime(
    book: Book, scene: Scene, at: datetime, offence: str, people: Sequence[Involved] = (), **cells: str
) -> str:
    """Record a crime.

    Parameters
    ----------
    book : Book
        To write to.
    scene : Scene
        Where.
    at : datetime
        When.
    offence : str
        What.
    people : sequence of (Person, str)
        Who, in which capacity.
    **cells : str
        Further cells.

    Returns
    -------
    str
        The force's reference.
    """
    ref = f"CR{book.number('crime'):05}"
    row = {"crime_ref": ref, "offence": offence, "outcome": book.dice.choice(_OUTCOMES)}
    _incident(book, "crimes", scene, at, {**row, **cells})
    if scene.point and cells.get("sort", "crime") == "crime":
        book.occurred[FORCE, scene.council] += 1
    involve(book, "crime", ref, scene, at, people)
    return ref


def asb(book: Book, scene: Scene, at: datetime, kind: str, people: Sequence[Involved] = ()) -> str:
    """Record anti-social behaviour.

    Parameters
    ----------
    book : Book
        To write to.
    scene : Scene
        Where.
    at : datetime
        When.
    kind : str
        What.
    people : sequence of (Person, str)
        Who, in which capacity.

    Returns
    -------
    str
        The force's reference.
    """
    ref = f"AS{book.number('asb'):05}"
    _incident(book, "asb", scene, at, {"asb_ref": ref, "asb_type": kind, "outcome": "Words of advice"})
    book.occurred[FORCE, scene.council] += 1
    involve(book, "asb", ref, scene, at, people)
    return ref


def _incident(book: Book, file: str, scene: Scene, at: datetime, row: Row) -> None:
    told = {
        "occurred_from": _minute(at),
        "reported": soon_after(book.dice, at.date(), 3).isoformat(),
        "basis": "recorded",
    }
    where = {"location_ref": scene.place} | position(None if scene.place else scene.point, 25)
    book.write(f"tidewater-{file}.csv", held(FORCE), row, told, where)


def involve(
    book: Book, feed: str, ref: str, scene: Scene, at: datetime, people: Sequence[Involved], **cells: str
) -> None:
    """Record who was at an incident.

    Parameters
    ----------
    book : Book
        To write to.
    feed : str
        ``crime`` or ``asb``.
    ref : str
        Of the incident.
    scene : Scene
        Where it was.
    at : datetime
        When it was.
    people : sequence of (Person, str)
        Who, in which capacity.
    **cells : str
        Further cells.
    """
    told = {
        "occurred_from": _minute(at),
        "reported": soon_after(book.dice, at.date(), 3).isoformat(),
        "basis": "recorded",
    }
    for person, capacity in people:
        row = {f"{feed}_ref": ref, "person_ref": book.ref(person, FORCE), "capacity": capacity}
        book.write(f"tidewater-{_FILES[feed]}-involved.csv", held(FORCE), row, told, cells)
    book.were_at([person for person, _ in people], scene)
    book.met(_companions(people), at.date())


def _companions(people: Iterable[Involved]) -> list[Person]:
    return [person for person, capacity in people if capacity in COMPANIONS]


def stop(
    book: Book, scene: Scene, at: datetime, people: Sequence[Involved], wanted: str = "Controlled drugs"
) -> str:
    """Record that people were stopped and searched together.

    Parameters
    ----------
    book : Book
        To write to.
    scene : Scene
        Where.
    at : datetime
        When.
    people : sequence of (Person, str)
        Who; the capacity says more than that they were present, or is blank.
    wanted : str, optional
        Object of the search.

    Returns
    -------
    str
        The force's reference of the encounter.
    """
    encounter = f"EN{book.number('encounter'):05}"
    told = {
        "encounter_ref": encounter,
        "stopped": _minute(at),
        "legislation": "Misuse of Drugs Act 1971 (section 23)"
        if wanted == "Controlled drugs"
        else "PACE 1984 (section 1)",
        "object_of_search": wanted,
        "outcome": book.dice.choice(("No further action", "No further action", "Community resolution")),
        "reported": soon_after(book.dice, at.date(), 1).isoformat(),
        "basis": "recorded",
    }
    where = {"location_ref": scene.place} | position(None if scene.place else scene.point, 25)
    for person, capacity in people:
        row = {
            "stop_ref": f"ST{book.number('stop'):05}",
            "person_ref": book.ref(person, FORCE),
            "capacity": capacity,
        }
        book.write("tidewater-stops.csv", held(FORCE), row, told, where)
    everybody = [person for person, _ in people]
    book.were_at(everybody, scene)
    book.met(everybody, at.date())
    return encounter


def arrest(book: Book, scene: Scene, at: datetime, person: Person, offence: str, **cells: str) -> str:
    """Record an arrest and a detention.

    Parameters
    ----------
    book : Book
        To write to.
    scene : Scene
        Where the arrest was made.
    at : datetime
        When.
    person : Person
        Who.
    offence : str
        What for.
    **cells : str
        Further cells, for example ``crime_ref``, or ``release`` of a sentence.

    Returns
    -------
    str
        The force's reference.
    """
    ref = f"CU{book.number('custody'):05}"
    row = {
        "custody_ref": ref,
        "person_ref": book.ref(person, FORCE),
        "pnc_id": person.ids["pnc_id"],
        "offence": offence,
        "disposal": book.dice.choice(
            ("Bailed", "Released under investigation", "Charged", "No further action")
        ),
        "arrested": _minute(at),
        "detained": _minute(later(at, 0.7)),
        "released": _minute(later(at, book.dice.randrange(8, 22))),
        "reported": soon_after(book.dice, at.date(), 1).isoformat(),
        "basis": "recorded",
    }
    book.write("tidewater-custody.csv", held(FORCE), row, position(scene.point, 25), cells)
    book.were_at([person], scene)
    return ref


def _minute(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
