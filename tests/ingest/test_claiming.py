"""Tests of ingest.claiming: claims do not depend on how rows are cut, ordered or remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.claims import Claim
from tests.ingest.builders import HELD, imported, only, write_csv

_KINDS = ["FRIEND_OF", "SEEN_WITH", "INVOLVED_IN"]
_TIES = st.lists(
    st.fixed_dictionaries(
        {
            "person_a": st.sampled_from(["P1", "P2", " P1"]),
            "kind": st.sampled_from(_KINDS),
            "person_b": st.sampled_from(["P3", "P4"]),
            "event_ref": st.sampled_from(["E1", "E2"]),
            "capacity": st.sampled_from(["victim", "witness"]),
            "date": st.sampled_from(["", "2025-01-02", "2025-01-03"]),
            "tier": st.sampled_from(["", "open", "hidden"]),
            "origin_agency": st.sampled_from(["", "Example Police"]),
        }
    ),
    max_size=12,
)


@pytest.mark.properties
@given(rows=_TIES, size=st.integers(1, 5), reverse=st.booleans())
def test_the_claims_of_a_row_are_its_own(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], size: int, reverse: bool
) -> None:
    folder = tmp_path_factory.mktemp("ties")
    alone: list[tuple[Claim, ...]] = []
    for number, row in enumerate(rows):
        _, shelf = imported(write_csv(folder / f"{number}.csv", [HELD | row]), "associations")
        alone.append(shelf.records[0].claims)
    order = list(reversed(range(len(rows)))) if reverse else list(range(len(rows)))
    if rows:
        path = write_csv(folder / "all.csv", [HELD | rows[number] for number in order])
        _, shelf = imported(path, "associations", chunk_rows=size)
        assert [record.claims for record in shelf.records] == [alone[number] for number in order]


def test_equal_terms_are_one_object(tmp_path: Path) -> None:
    rows = [HELD | {"person_ref": f"P{number}", "sex": "F"} for number in range(50)]
    _, shelf = imported(write_csv(tmp_path / "a.csv", rows), "people", chunk_rows=7)
    assert len({id(claim.terms) for claim in only(shelf, "person")}) == 1


def test_a_comma_inside_a_reference_cannot_make_two_references_one(tmp_path: Path) -> None:
    rows = [HELD | {"person_ref": ref} for ref in ("1,2", "1\\,2", "1, 2")]
    _, shelf = imported(write_csv(tmp_path / "a.csv", rows), "people")
    assert len({claim.subject for claim in only(shelf, "person")}) == 3
