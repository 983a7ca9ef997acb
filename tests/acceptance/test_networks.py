"""Two published networks, imported as an agency sends them: clusters beside what the studies recorded."""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sklearn.metrics import adjusted_rand_score

from tests.app.desk import POLICE, Desk, person, tie

pytestmark = pytest.mark.data
LONDON = {1: ("SEEN_WITH",), 2: ("ASSOCIATE_OF",), 3: ("ASSOCIATE_OF", "FOUND_WITH")}
LONDON[4] = (*LONDON[3], "FAMILY_OF")
MONTREAL = {1: ("ASSOCIATE_OF",)}


def _table(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("name", "kinds", "attributes"),
    [
        ("london_gang", LONDON, ["Birthplace", "Residence"]),
        ("montreal_gangs", MONTREAL, ["Allegiances", "Ethnicity", "Territories"]),
    ],
)
def test_clusters_stand_beside_what_was_recorded(
    tmp_path: Path, data_dir: Path, name: str, kinds: dict[int, tuple[str, ...]], attributes: list[str],
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    matrix = _table(data_dir / "networks" / f"{name}.csv")
    people = [row[0] for row in matrix[1:]]
    desk = Desk(tmp_path)
    # Names stand for the labels of the study, so that the answer can be laid beside its attributes.
    assert (
        desk.load("people", [person(ref, POLICE, also_known_as=f"N{ref}") for ref in people])["totals"][
            "rejected"
        ]
        == 0
    )
    cells = {
        (i, j): int(cell)
        for i, row in enumerate(matrix[1:])
        for j, cell in enumerate(row[1:])
        if cell.isdigit()
    }
    larger = {(i, j): max(cells.get((i, j), 0), cells.get((j, i), 0)) for i, j in cells if i < j}
    ties = [
        tie(people[i], people[j], POLICE, kind, date="2025-01-01")
        for (i, j), value in larger.items()
        for kind in kinds.get(value, ())
    ]
    assert desk.load("associations", ties)["totals"]["accepted"] == len(ties)
    found = desk.ask("clusters", "--names")
    cluster = {
        who["shown_as"].removeprefix("N"): row["id"] for row in found["rows"] for who in row["members"]
    }
    assert set(cluster) <= set(people) and len(cluster) == sum(row["people"] for row in found["rows"])
    head, *rows = _table(data_dir / "networks" / f"{name}_attr.csv")
    for attribute in attributes:
        recorded = {row[0]: row[head.index(attribute)] for row in rows}
        # Whoever is in no cluster stands alone.
        agreement = adjusted_rand_score(
            [recorded[ref] for ref in people], [cluster.get(ref, ref) for ref in people]
        )
        assert math.isfinite(agreement) and -1 <= agreement <= 1
        record_property(f"{name} {attribute}", round(float(agreement), 3))
        counted = f"{len(cluster)} of {len(people)} people in {len(found['rows'])} clusters"
        sys.stdout.write(f"{name}: {counted}; agreement with {attribute} {agreement:.3f}\n")
    by_cluster = Counter(cluster.values())
    assert all(
        by_cluster[row["id"]] == row["people"] >= 3 and 0 < row["stability"] <= 1 for row in found["rows"]
    )
    for row in found["rows"]:
        why = desk.ask("clusters", "--why", row["id"])
        ends = {end for claim in why["rows"] for end in (claim["subject"], claim["object"])}
        assert ends == {who["id"] for who in row["members"]}
    screen = desk.run("clusters").out
    assert "UNCONFIRMED" in screen
