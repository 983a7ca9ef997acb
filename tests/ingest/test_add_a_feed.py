"""What docs/add-a-feed.md prints does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.mapping import load_mapping
from ingest.mapping_files import Mapping
from tests.ingest.builders import imported

_DOC = (Path(__file__).resolve().parents[2] / "docs" / "add-a-feed.md").read_text(encoding="utf-8")


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", _DOC, re.DOTALL)


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> Mapping:
    """Return the mapping that the steps of the page make together."""
    path = tmp_path_factory.mktemp("feed") / "youth_contacts.yaml"
    path.write_text("".join(_blocks("yaml")), encoding="utf-8")
    return load_mapping(path)


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    """Return the file that the page shows."""
    (text,) = _blocks("csv")
    path = tmp_path / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_page_counts_its_rows_right(mapping: Mapping, contacts: Path) -> None:
    report, _ = imported(contacts, mapping)
    totals = report.totals
    counts = f"{totals.accepted} accepted, {totals.rejected} rejected, {totals.duplicate} duplicate"
    assert _blocks("text") == [f"{totals.rows} rows: {counts}, {totals.set_aside} set aside\n"]
    (fault,) = report.rejections
    assert f'row {fault.row}, column `{fault.column}`, "{fault.rule}"' in _DOC
    assert report.files[0].warnings == ["columns that the mapping does not read: Lead worker"]


def test_the_page_lists_the_claims_of_each_row(mapping: Mapping, contacts: Path) -> None:
    _, shelf = imported(contacts, mapping)
    made = {r.source_id.split(":")[2]: ", ".join(c.terms.rule for c in r.claims) for r in shelf.records}
    assert dict(re.findall(r"\| (\d+) \| (.+?) \|", _DOC)) == made


def test_a_second_import_changes_nothing_and_a_slip_put_right_comes_in(
    mapping: Mapping, contacts: Path
) -> None:
    _, shelf = imported(contacts, mapping)
    again, _ = imported(contacts, mapping, shelf=shelf)
    assert (again.totals.accepted, again.totals.duplicate) == (0, 3)
    contacts.write_text(
        contacts.read_text(encoding="utf-8").replace("YP-7,YP-7", "YP-7,YP-9"), encoding="utf-8"
    )
    righted, _ = imported(contacts, mapping, shelf=shelf)
    assert (righted.totals.accepted, righted.totals.duplicate, righted.totals.rejected) == (1, 3, 0)


def test_no_staff_and_no_friends_come_of_it(mapping: Mapping, contacts: Path) -> None:
    _, shelf = imported(contacts, mapping)
    predicates = {claim.terms.predicate for record in shelf.records for claim in record.claims}
    assert predicates == {"IS", "INVOLVED_IN", "SEEN_WITH", "OCCURRED_AT", "POSITION"}
    assert {claim.nature for record in shelf.records for claim in (c.terms for c in record.claims)} == {
        "fact",
        "professional_concern",
    }
