"""A desk that knows an invented town: two agencies, hidden and sealed records, what a child said."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graph.model.claims import Mention
from graph.model.entities import write_id
from tests.app.desk import (
    ADULT,
    CHILD,
    COUNCIL,
    POLICE,
    SHARED,
    Desk,
    concern,
    person,
    present,
    pupil_number,
    quick_folder,
    squares,
    tie,
)
from tests.builders import id_of

GRADED = {"source_grade": "2", "information_grade": "B", "handling": "P"}
WORSE = {"source_grade": "1", "information_grade": "D", "handling": "P"}


def ref(name: str, agency: str = COUNCIL, kind: str = "Person", scheme: str = "person_ref") -> str:
    """Return the id of what an agency knows by a reference."""
    return write_id(id_of(Mention(kind, f"{agency}/{scheme}", name)))


def _filled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    columns = dict.fromkeys(key for row in rows for key in row)
    return [{key: row.get(key, "") for key in columns} for row in rows]


@cache
def _ground() -> Path:
    desk = Desk(quick_folder())
    desk.run("areas", "load", squares(desk.files / "lad.geojson"), "--kind", "lad")
    red = {"risk": "Tier 3 (red)", "role": "suspect", "victim_consideration": "nrm_referred"}
    known = [
        ("P0", "Amy", "O'Brien", {"date_of_birth": CHILD, "upn": pupil_number(1), "also_known_as": "Ziggy"}),
        ("P1", "Amy", "Ash", {"date_of_birth": CHILD, **red}),
        ("P2", "Bo", "Birch", {"date_of_birth": ADULT, "home_area": "E06000090"}),
        ("P3", "Cy", "Ash", {"date_of_birth": "2011-01-01", "dob_precision": "year"}),
        ("P4", "Łucja", "Ómán", {"date_of_birth": ADULT, "role": "victim", "harm": "cce"}),
        ("P5", "Dee", "Elm", {"role": "person_in_position_of_trust"}),
        ("P9", "Hid", "Denby", {"tier": "hidden", "date_of_birth": ADULT}),
    ]
    rows = [person(p, given_name=a, family_name=b, **more) for p, a, b, more in known]
    others = [
        person("Q0", POLICE, given_name="Amee", family_name="OBrien", upn=pupil_number(1)),
        person("Q1", POLICE, given_name="Seal", family_name="Denby", tier="sealed"),
        person("Q2", POLICE, given_name="Eve", family_name="Ash"),
    ]
    desk.load("people", _filled([*rows, *others]))
    ties = [
        tie("P0", "P1", date="2025-05-01"),
        tie("P1", "P2", kind="ASSOCIATE_OF", date="2025-03-05", basis="child_said"),
        tie("P1", "P3", date="2025-04-01"),
        tie("P2", "P3", status="disputed"),
        tie("P3", "P4", date="2025-02-01", date_to="2025-02-28"),
        tie("P0", "P9", tier="hidden"),
        tie("Q0", "Q2", POLICE, "SEEN_WITH", date="2025-05-04", **GRADED),
        tie("Q0", "Q2", POLICE, "ASSOCIATE_OF", date="2024-12-04", **WORSE),
        tie("Q0", "Q1", POLICE, tier="sealed"),
        present("P0", "E1", date="2025-04-02"),
        present("P1", "E1", date="2025-04-02"),
        present("P4", "E2"),
    ]
    desk.load("associations", _filled(ties))
    places = [
        concern("L1", -2.65, 53.2, name="Elm Park"),
        concern("L2", -2.66, 53.2, name="Elm House", sort="placement"),
        concern("L3", -2.67, 53.2, name="Elm Store", sort="shop", protected="yes"),
    ]
    desk.load("locations_of_concern", _filled(places))
    line = {
        "group_ref": "G1",
        "agency": COUNCIL,
        "sort": "ocg",
        "name": "Elm Line",
        "ocg_reference": "OCG/77",
    }
    standing = {"group_status": "active", "last_confirmed": "2025-05-01", "operates_areas": "E06000091"}
    desk.load("groups", [{**line, **standing, **SHARED}])
    desk.load(
        "groups",
        [{"group_ref": "G1", "agency": COUNCIL, "person_ref": "P2", "membership": "asserted", **SHARED}],
    )
    return desk.folder


def town(folder: Path) -> Desk:
    """Return a desk in the town, at which an analyst of the council sits."""
    made = Desk(folder, like=_ground())
    made.numbered = 50
    made.sit(COUNCIL)
    return made
