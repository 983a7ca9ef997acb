"""The same work at any desk: what is compared where ledger or graph lie elsewhere."""

from __future__ import annotations

import json
import re
from itertools import combinations

from tests.app.desk import CHILD, POLICE, Desk, concern, incident, person, present, pupil_number, tie

QUESTIONS = (
    ["find", "amy"], ["find", "o'brien si"], ["match", "list"],
    ["clusters", "--window", "2025-01-01..2025-12-31"],
    ["cross-border", "--kind", "lad"], ["hotspots", "--window", "2025-01-01..2025-12-31"],
    ["groups", "list"], ["products", "list"],
)  # fmt: skip


def filled(desk: Desk) -> list[dict[str, object]]:
    """Do the same work at either desk, and return everything that was answered."""
    names = ["P1", "P2", "P3", "P4", "P5", "P6"]
    given = ("Amy", "Bo", "Siân", "Dee", "Eve", "Fay")
    family = ("Ash", "O'Brien", "O\u2019Brien", "Elm", "", "Oak")
    told: list[dict[str, object]] = []
    people = [
        person(ref, given_name=one, family_name=two, date_of_birth=CHILD, upn=pupil_number(n))
        for n, (ref, one, two) in enumerate(zip(names, given, family, strict=True))
    ]
    told.append(desk.load("people", people))
    told.append(desk.load("people", [*people[:2], person("P3", given_name="Cy")]))
    told.append(
        desk.load("people", [person("X1", POLICE, upn=pupil_number(0)), person("X2", POLICE, tier="hidden")])
    )
    told.append(
        desk.load("associations", [tie(a, b, date="2025-03-01") for a, b in combinations(names[:4], 2)])
    )
    told.append(desk.load("associations", [present(ref, "E1", date="2025-04-02") for ref in names]))
    told.append(desk.load("locations_of_concern", [concern("L1", -2.65, 53.2), concern("L2", -2.45, 53.2)]))
    events = [incident(f"c{n}", -2.65 + n % 5 / 900, 53.2) for n in range(60)]
    told.append(desk.load("police_uk", events))
    return told


def placed(told: object) -> object:
    """Return an answer without the folder that its files lay in."""
    return json.loads(re.sub(r'"file": "[^"]*/', '"file": "', json.dumps(told)))
