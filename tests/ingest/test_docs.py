"""The examples of docs/mappings.md are files that the shipped mappings accept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.mapping import load_mapping, shipped_mappings
from tests.ingest.builders import imported

_DOC = Path(__file__).resolve().parents[2] / "docs" / "mappings.md"


def _section(name: str) -> str:
    found = re.search(rf"### {name}\n(.*?)(?=\n### |\Z)", _DOC.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", shipped_mappings())
def test_the_documented_example_is_accepted(tmp_path: Path, name: str) -> None:
    examples = re.findall(r"```csv ?(\S*)\n(.*?)```", _section(name), re.DOTALL)
    paths = [tmp_path / (file or f"{number}.csv") for number, (file, _) in enumerate(examples)]
    for path, (_, text) in zip(paths, examples, strict=True):
        path.write_text(text, encoding="utf-8")
    report, _ = imported(paths, name)
    assert report.rejections == [] and not any(file.warnings for file in report.files)
    assert report.totals.accepted == report.totals.rows == sum(text.count("\n") - 1 for _, text in examples)
    assert paths != []


@pytest.mark.parametrize("name", [name for name in shipped_mappings() if name not in ("police_uk", "pole")])
def test_every_column_of_a_mapping_is_documented(name: str) -> None:
    text = _DOC.read_text(encoding="utf-8")
    shared = text[text.index("## Columns that most") : text.index("### people")]
    named = set(re.findall(r"`(\w+)`", shared + _section(name)))
    mapping = load_mapping(name)
    # The columns of published files are their publisher's.
    sheets = [sheet for name, sheet in mapping.sheets.items() if name != "published"] or [mapping]
    columns = {column for sheet in sheets for column in sheet.columns}
    assert columns <= named
