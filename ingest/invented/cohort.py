"""Five young people of whom each agency knew a part, their incident, and a sixth who was not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Final

from ingest.invented import council, police
from ingest.invented.agencies import EAST_COUNCIL, FORCE, WEST_COUNCIL, YOUTH_JUSTICE, held, held_of_people
from ingest.invented.book import Book, Person, Row, Scene
from ingest.invented.days import any_day, years_before
from ingest.invented.evidence import meet
from ingest.invented.ground import EAST, FAR_STATION, HARBOURGATE, WEST
from ingest.invented.intelligence import says
from ingest.invented.peer_groups import PeerGroup, haunts
from ingest.invented.places import Place

INCIDENT: Final = datetime(2026, 9, 12, 19, 35)
SINCE: Final = date(2025, 9, 8)
SCHOOL: Final = ("999901", "Saltmarsh School")

_MEDIUM_SINCE: Final = date(2024, 1, 15)
_CLOSED_LOW: Final = (date(2025, 3, 3), date(2025, 6, 30))
_OPEN_SINCE: Final = date(2025, 10, 6)
_FAR_M: Final = 82_000
_WRONG_TIE: Final = "PT-SIXTH"
_CLEARED: Final = "2026-09-25"


def plant_cohort(book: Book, places: Sequence[Place]) -> PeerGroup:
    """Invent the five, the sixth, and what was recorded of them.

    Parameters
    ----------
    book : Book
        To write to.
    places : sequence of Place
        Where they may be met.

    Returns
    -------
    PeerGroup
        The five: they are tied, on dates, in more than one context.
    """
    five, (sixth, victim) = book.take(5), book.take(2)
    for n, (person, home) in enumerate(zip(five, (WEST, EAST, WEST, WEST, EAST), strict=True)):
        person.home = person.responsible = home.code
        person.born, person.precision = years_before(date(2026, 3 + n, 4 + 5 * n), 16), "day"
    five[4].responsible = HARBOURGATE
    sixth.home = sixth.responsible = WEST.code
    # What is known of them is what is written here.
    book.alone |= {person.key for person in (*five, sixth)}
    _tie(book, five, places)
    found = _tell(book, five, haunts(book, places, WEST.code)[0])
    incident = _incident(book, five, sixth, victim, places)
    words = ("first", "second", "third", "fourth", "fifth")
    book.plants["cohort"] = {
        "people": {word: person.key for word, person in zip(words, five, strict=True)},
        "sixth": sixth.key, "incident": incident, **found,
    }  # fmt: skip
    return PeerGroup("cohort", tuple(five), (WEST.code, EAST.code))


def _tie(book: Book, five: Sequence[Person], places: Sequence[Place]) -> None:
    scenes = [*haunts(book, places, WEST.code), *haunts(book, places, EAST.code)]
    before = date(2026, 8, 31)
    for n, (a, b) in enumerate(combinations(five, 2)):
        day = any_day(book.dice, first=SINCE, last=before)
        council.tie(book, WEST_COUNCIL if n % 3 else EAST_COUNCIL, a, b, day)
        if n % 2:
            says(book, "ASSOCIATE_OF", any_day(book.dice, first=SINCE, last=before), person=a, other=b)
        else:
            meet(book, (a, b), scenes, SINCE, before)
    for n in range(3):
        meet(book, [five[n], five[n + 1], five[(n + 3) % 5]], scenes, SINCE, before)


def _tell(book: Book, five: Sequence[Person], park: Scene) -> dict[str, object]:
    """Record of each what one agency knew and the others did not, and return where it stands."""
    first, second, third, fourth, fifth = five
    fourth.told[WEST_COUNCIL] = _role("victim", date(2026, 3, 20), "county_lines", "Medium", "medium")
    fourth.told[YOUTH_JUSTICE] = _role("victim", date(2026, 4, 9), "county_lines", "H", "high")
    book.ref(fourth, YOUTH_JUSTICE)
    fifth.told[EAST_COUNCIL] = _role("child_in_need_of_help", date(2026, 1, 12))
    reduced = _schooling(book, five)
    return {
        "school": {"urn": SCHOOL[0], "people": [person.key for person in five[:4]]},
        "never_screened": _never_screened(book, first, reduced),
        "grade_out_of_date": _out_of_date(book, second),
        "closed_as_low": _closed(book, third, fourth, park),
        "two_thresholds": {"person": "fourth", WEST_COUNCIL: "Medium", YOUTH_JUSTICE: "H"},
        "placed_by_another_area": {"person": "fifth", "home": EAST.code, "responsible": HARBOURGATE},
    }


def _never_screened(book: Book, first: Person, spell: str) -> dict[str, object]:
    # Open to social care, with no harm and no level of risk: nobody looked for exploitation.
    first.told[WEST_COUNCIL] = _role("child_in_need_of_help", _OPEN_SINCE)
    days = (datetime(2026, 5, 9, 21), datetime(2026, 7, 9, 21))
    (elder,) = book.take(1, "adults")
    elder.home, elder.told[WEST_COUNCIL] = first.home, {"role": "protective_adult"}
    council.tie(book, WEST_COUNCIL, first, elder, date(2025, 11, 3), "FAMILY_OF")
    episodes = [council.missing(book, first, day, 9, found_where="park") for day in days]
    return {
        "person": "first", "agency": WEST_COUNCIL, "open_since": _OPEN_SINCE.isoformat(),
        "indicators": {"education": [spell], "missing": episodes}, "protective_adult": elder.key,
    }  # fmt: skip


def _out_of_date(book: Book, second: Person) -> dict[str, object]:
    second.told[EAST_COUNCIL] = _role("victim", _MEDIUM_SINCE, "county_lines", "Medium", "medium")
    runner = next(adult for adult in book.adults if adult.told.get(FORCE, {}).get("harm") == "county_lines")
    ref = council.missing(
        book, second, datetime(2026, 8, 3, 18), 70, found=Scene(FAR_STATION, ""), found_with=runner,
        found_where="transport", distance_m=str(_FAR_M),
    )  # fmt: skip
    return {
        "person": "second", "agency": EAST_COUNCIL, "risk": "Medium", "since": _MEDIUM_SINCE.isoformat(),
        "found_far_away": {"episode_ref": ref, "day": "2026-08-06", "distance_m": _FAR_M, "with": runner.key},
    }  # fmt: skip


def _closed(book: Book, third: Person, other: Person, park: Scene) -> dict[str, object]:
    opened, closed = _CLOSED_LOW
    told = _role("child_in_need_of_help", opened, "cce", "Low: case closed", "low")
    third.told[WEST_COUNCIL] = told | {"valid_to": closed.isoformat(), "reported": closed.isoformat()}
    at = datetime(2026, 4, 18, 20)
    ref = police.asb(book, park, at, "Nuisance", [(third, "present"), (other, "present")])
    return {
        "person": "third", "agency": WEST_COUNCIL, "risk": "Low: case closed", "closed": closed.isoformat(),
        "involved_after": {"asb_ref": ref, "day": at.date().isoformat()},
    }  # fmt: skip


def _role(role: str, since: date, harm: str = "", risk: str = "", shared: str = "") -> Row:
    return {"role": role, "valid_from": since.isoformat(), "harm": harm, "risk": risk, "shared_risk": shared}


def _schooling(book: Book, five: Sequence[Person]) -> str:
    start, cut = date(2023, 9, 4), date(2026, 2, 20)
    for person in five[:3]:
        council.spell(
            book, person, WEST_COUNCIL, SCHOOL, "on_roll", start, cut if person is five[0] else None
        )
    reduced = council.spell(book, five[0], WEST_COUNCIL, SCHOOL, "part_time_timetable", date(2026, 2, 23))
    council.spell(book, five[3], WEST_COUNCIL, SCHOOL, "on_roll", start, date(2026, 3, 13))
    council.spell(book, five[3], WEST_COUNCIL, SCHOOL, "excluded", date(2026, 3, 16))
    council.spell(
        book, five[4], EAST_COUNCIL, ("999951", "Bridge Centre"), "alternative_provision", date(2026, 1, 19)
    )
    return reduced


def _incident(
    book: Book, five: Sequence[Person], sixth: Person, victim: Person, places: Sequence[Place]
) -> dict[str, object]:
    scene = haunts(book, places, EAST.code)[0]
    people = [(victim, "victim"), *((person, "present") for person in five)]
    ref = police.crime(book, scene, INCIDENT, "Wounding with intent", people)
    day = INCIDENT.date().isoformat()
    _clear(book, sixth, five[2], ref)
    return {
        "agency": FORCE, "crime_ref": ref, "day": day, "council": scene.council, "victim": victim.key,
        "cleared": {"crime_ref": ref, "tie_ref": _WRONG_TIE, "on": _CLEARED},
    }  # fmt: skip


def _clear(book: Book, sixth: Person, friend: Person, crime: str) -> None:
    """Record that somebody was present, and tied; and then, in later files, that it was not so."""
    said, day = {"basis": "third_party_said"}, INCIDENT.isoformat(timespec="minutes")
    here = {
        "crime_ref": crime,
        "person_ref": book.ref(sixth, FORCE),
        "capacity": "present",
        "occurred_from": day,
    }
    tie = {
        "tie_ref": _WRONG_TIE, "person_a": book.ref(sixth, WEST_COUNCIL), "kind": "FRIEND_OF",
        "person_b": book.ref(friend, WEST_COUNCIL), "date": day,
    }  # fmt: skip
    for ending, reported, was, tied in (
        ("", "2026-09-14", "live", "live"),
        ("-corrected", _CLEARED, "withdrawn", "corrected"),
    ):
        told = {**said, "reported": reported}
        book.write(f"tidewater-crimes-involved{ending}.csv", held(FORCE), here, told, status=was)
        book.write(f"pellingshaw-ties{ending}.csv", held_of_people(WEST_COUNCIL), tie, told, status=tied)
