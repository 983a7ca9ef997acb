"""Invents the example files of the README: no person, place or event in them is real.

``python examples/invent.py`` writes them again, the same each time. The districts lie in the sea, so that
no street or school can be taken for one of theirs.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
COAST = ((-4.34, 53.61), (-4.31, 53.66), (-4.33, 53.71), (-4.24, 53.74), (-4.17, 53.73))
RIVER = ((-4.17, 53.73), (-4.16, 53.68), (-4.13, 53.65), (-4.14, 53.60))
RIDGE = ((-4.14, 53.60), (-4.20, 53.62), (-4.27, 53.59), (-4.34, 53.61))
DISTRICTS = {
    "E06999001": ("Ashmere", (*COAST, *RIVER[1:], *RIDGE[1:])),
    "E06999002": (
        "Brindle Vale",
        (*RIVER, (-4.07, 53.58), (-3.98, 53.61), (-3.96, 53.67), (-4.02, 53.72), (-4.09, 53.75), RIVER[0]),
    ),
    "E06999003": (
        "Coldwater",
        (*RIDGE, (-4.36, 53.56), (-4.29, 53.51), (-4.15, 53.49), (-4.03, 53.52), (-4.07, 53.58), RIDGE[0]),
    ),
}
TOWNS = ((-4.24, 53.675, 0.006), (-4.06, 53.66, 0.006), (-4.19, 53.55, 0.008))
GIVEN = ("Alder", "Bryn", "Cass", "Dara", "Elm", "Fern", "Gray", "Hollis", "Indy", "Juno", "Kit", "Lark")
FAMILY = (
    "Amberly",
    "Brackenrig",
    "Corvane",
    "Dunmorrow",
    "Eskelby",
    "Farrowmint",
    "Gildersough",
    "Hallowick",
)
COUNCILS = ("Ashmere Council", "Brindle Vale Council")
TERMS = ("ISA-EXAMPLE-1", "2030-12-31")
PEOPLE = 240
CLUSTERS = tuple(range(24 * n, 24 * n + 5 + n % 4) for n in range(10))
FIVE = range(14, 19)
FIRST = date(2025, 1, 6)
REPORTED = "2025-06-30"


def write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one CSV.

    Parameters
    ----------
    name : str
        File name.
    header : sequence of str
        Columns.
    rows : iterable of sequence
        Rows.
    """
    with (HERE / name).open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def districts() -> None:
    """Write three districts as GeoJSON."""
    features = []
    for code, (name, ring) in DISTRICTS.items():
        shape = {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}
        features.append(
            {"type": "Feature", "properties": {"LAD25CD": code, "LAD25NM": name}, "geometry": shape}
        )
    text = json.dumps({"type": "FeatureCollection", "features": features}, indent=1)
    (HERE / "lad.geojson").write_text(text + "\n", encoding="utf-8")


def people(chance: random.Random) -> None:
    """Write people of one council; three of them are known to its neighbour, by pupil number."""
    codes = list(DISTRICTS)
    header = (
        "person_ref", "agency", "agreement", "agreement_expires", "given_name", "family_name",
        "date_of_birth", "upn", "home_area", "responsible_area", "reported", "basis",
    )  # fmt: skip
    rows = []
    for n in range(PEOPLE):
        young = date(2008, 1, 1) + timedelta(days=chance.randrange(1400))
        born = young if n % 12 else date(1990 + n % 9, 5, 1 + n % 28)
        name = (chance.choice(GIVEN), chance.choice(FAMILY))
        home = codes[2] if n % 19 == 4 else codes[0]
        known = pupil_number(n) if n < 3 else ""
        rest = (*name, born, known)
        rows.append((f"P{n:03}", COUNCILS[0], *TERMS, *rest, home, codes[0], REPORTED, "recorded"))
        if known:
            rows.append((f"Q{n:03}", COUNCILS[1], *TERMS, *rest, codes[1], codes[1], REPORTED, "recorded"))
    write("people.csv", header, rows)


def pupil_number(n: int) -> str:
    """Return an invented unique pupil number with a right check letter.

    Parameters
    ----------
    n : int
        Which.

    Returns
    -------
    str
        Thirteen letters and digits.
    """
    digits = f"999{n:09}"
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    return letters[sum(place * int(digit) for place, digit in enumerate(digits, 2)) % 23] + digits


def ties(chance: random.Random) -> None:
    """Write who is tied to whom, and five people at one incident who have no other tie."""
    header = (
        "agency", "agreement", "agreement_expires", "person_a", "kind", "person_b", "capacity", "event_ref",
        "date", "reported", "basis",
    )  # fmt: skip
    inside = [(a, b) for cluster in CLUSTERS for a in cluster for b in cluster if a < b]
    pairs = {pair for pair in inside if chance.random() < 0.75}
    others = [n for n in range(PEOPLE) if n not in FIVE]
    pairs |= {tuple(sorted(chance.sample(others, 2))) for _ in range(70)}
    rows: list[Sequence[object]] = []
    for a, b in sorted(pairs):
        day = FIRST + timedelta(days=chance.randrange(170))
        ends = (f"P{a:03}", chance.choice(("FRIEND_OF", "ASSOCIATE_OF")), f"P{b:03}")
        rows.append((COUNCILS[0], *TERMS, *ends, "", "", day, REPORTED, "recorded"))
    known = ("Q000", "SEEN_WITH", "Q001", "", "")
    rows.append((COUNCILS[1], *TERMS, *known, "2025-04-02", REPORTED, "third_party_said"))
    for person in FIVE:
        at = (f"P{person:03}", "INVOLVED_IN", "", "present", "E001")
        rows.append((COUNCILS[0], *TERMS, *at, "2025-03-08", REPORTED, "recorded"))
    write("ties.csv", header, rows)


def incidents(chance: random.Random) -> None:
    """Write two months of incidents in the layout of police.uk, with two places where they gather."""
    header = (
        "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code",
        "LSOA name", "Crime type", "Last outcome category", "Context",
    )  # fmt: skip
    force = "Example Constabulary"
    for month in ("2025-05", "2025-06"):
        rows = []
        for _ in range(900):
            lon, lat, spread = chance.choice(TOWNS)
            spread = spread if chance.random() < 0.15 else 0.035
            lon, lat = chance.gauss(lon, spread), chance.gauss(lat, spread * 0.5)
            kind = "Anti-social behaviour" if chance.random() < 0.4 else chance.choice(("Burglary", "Drugs"))
            key = "" if kind.startswith("Anti") else f"{chance.getrandbits(256):064x}"
            outcome = "" if kind.startswith("Anti") else "Under investigation"
            rows.append(
                (
                    key,
                    month,
                    force,
                    force,
                    f"{lon:.6f}",
                    f"{lat:.6f}",
                    "On or near a quay",
                    "",
                    "",
                    kind,
                    outcome,
                    "",
                )
            )
        write(f"{month}-example-street.csv", header, rows)


def main() -> None:
    """Write every example file."""
    chance = random.Random(20250601)  # noqa: S311 - an invention, not a secret
    districts()
    people(chance)
    ties(chance)
    incidents(chance)


if __name__ == "__main__":
    main()
