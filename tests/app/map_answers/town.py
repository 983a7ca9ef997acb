"""A desk that knows some places: named ones, closed ones, and what is said to have happened there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graph.model.claims import Mention
from graph.model.entities import write_id
from tests.app.desk import ADULT, CHILD, COUNCIL, POLICE, SHARED, Desk, concern, person, quick_folder, squares
from tests.builders import id_of

Row = dict[str, str]
TWENTY = "2004-08-01"
PARK, SHOP, HOME, SHELTER, ONLINE, QUIET = "L1", "L2", "L3", "L4", "L5", "L6"


def place(name: str, agency: str = POLICE) -> str:
    """Return the id of a place that an agency knows by a reference."""
    return write_id(id_of(Mention("Location", f"{agency}/location_ref", name)))


def somebody(name: str, agency: str = POLICE) -> str:
    """Return the id of somebody whom an agency knows by a reference."""
    return write_id(id_of(Mention("Person", f"{agency}/person_ref", name)))


def filled(rows: list[Row]) -> list[Row]:
    """Return rows that all have every column."""
    columns = dict.fromkeys(key for row in rows for key in row)
    return [{key: row.get(key, "") for key in columns} for row in rows]


def log(item: int, who: str, says: str, where: str, **cells: str) -> Row:
    """Return a row of an intelligence log: somebody frequents a place or was harmed there."""
    graded = {"source_grade": "2", "information_grade": "B", "handling": "P"}
    held = {"log_ref": "INT/1", "item": str(item), "agency": POLICE, **SHARED, "says": says, **graded}
    return {
        **held,
        "person_ref": who,
        "location_ref": where,
        "from": "2025-04-01",
        "reported": "2025-04-10",
        **cells,
    }


def crime(ref: str, at: str, where: str, lon: float, lat: float, **cells: str) -> Row:
    """Return a row of a recorded crime at a place."""
    held = {"crime_ref": ref, "agency": POLICE, **SHARED, "occurred_from": at, "occurred_to": at}
    return {**held, "offence": "robbery", "lon": str(lon), "lat": str(lat), "location_ref": where, **cells}


def involved(ref: str, who: str, capacity: str = "present", at: str = "") -> Row:
    """Return a row that says who had part in a recorded crime."""
    return {"crime_ref": ref, "agency": POLICE, **SHARED, "occurred_from": at, "occurred_to": at,
            "person_ref": who, "capacity": capacity}  # fmt: skip


@cache
def _ground() -> Path:
    desk = Desk(quick_folder())
    assert desk.run("areas", "load", squares(desk.files / "lad.geojson"), "--kind", "lad").code == 0
    born = {"P0": CHILD, "P1": CHILD, "P2": ADULT, "P3": TWENTY, "P4": TWENTY, "P5": ""}
    known = [person(ref, POLICE, date_of_birth=day, given_name="Amy") for ref, day in born.items()]
    known[4] |= {"role": "victim", "harm": "cce"}
    homes = {"P0": "E06000090", "P2": "E06000090", "P1": "E06000091"}
    desk.load("people", filled([row | {"home_area": homes.get(row["person_ref"], "")} for row in known]))
    desk.load("locations_of_concern", filled([
        concern(PARK, -2.65, 53.2, POLICE, name="Elm Park", last_confirmed="2025-05-01"),
        concern(SHOP, -2.55, 53.2, POLICE, name="Elm Store", sort="shop", concern=""),
        concern(HOME, -2.66, 53.2, POLICE, name="Elm House", sort="placement"),
        concern(SHELTER, -2.67, 53.2, POLICE, name="Elm Shelter", sort="business", protected="yes"),
        concern(QUIET, -2.64, 53.2, POLICE, name="Elm Estate", sort="estate", concern="dealing"),
        {**concern(ONLINE, 0, 0, POLICE, name="Elm chat", sort="online_space"), "lon": "", "lat": ""},
    ]))  # fmt: skip
    desk.load("intelligence", filled([
        log(1, "P0", "FREQUENTS", PARK), log(2, "P2", "FREQUENTS", PARK),
        log(3, "P1", "HARMED_AT", SHOP), log(4, "P0", "FREQUENTS", HOME), log(5, "P0", "FREQUENTS", SHELTER),
        log(6, "P2", "FREQUENTS", QUIET),
    ]))  # fmt: skip
    # A Thursday evening, in summer time.
    at = "2025-04-03T19:30"
    desk.load("recorded_crime", filled([
        crime("C1", at, PARK, -2.65, 53.2), crime("C2", "2025-04-05", PARK, -2.65, 53.2),
        crime("C3", "2025-04-06T10:00", SHOP, -2.55, 53.2, sort="domestic_abuse"),
    ]))  # fmt: skip
    desk.load("recorded_crime", filled([
        involved("C1", "P4", "victim", at), involved("C1", "P3", "present", at),
        involved("C1", "P5", "witness", at), involved("C2", "P1", "arrested", "2025-04-05"),
    ]))  # fmt: skip
    return desk.folder


def places_town(folder: Path) -> Desk:
    """Return a desk in the town, at which an analyst of the council sits."""
    made = Desk(folder, like=_ground())
    made.numbered = 50
    made.sit(COUNCIL)
    return made
