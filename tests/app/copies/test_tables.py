from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from app.copies.contents import MARKING
from app.copies.tables import ABOUT, ENCODING, ENTITIES, LINKS, tables, zip_bytes
from tests.app.copies.sample import about, contents, hostile_names
from tests.readers import office_convert

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_csv_module_finds_the_same_people_and_links() -> None:
    held = contents()
    with zipfile.ZipFile(io.BytesIO(zip_bytes(held, about()))) as packed:
        assert packed.namelist() == [ABOUT, ENTITIES, LINKS] and packed.testzip() is None
        read = {name: _rows(packed.read(name).decode(ENCODING)) for name in packed.namelist()}
    assert [(row["id"], row["shown_as"], row["age"]) for row in read[ENTITIES]] == [
        (entity.id, entity.shown_as, entity.age) for entity in held.entities
    ]
    assert [(row["id"], row["start"], row["end"], int(row["sources"])) for row in read[LINKS]] == [
        (link.id, link.start, link.end, link.sources) for link in held.links
    ]
    assert [row["disputed"] for row in read[LINKS]] == ["yes", "no", "no"]
    assert [row["source_worst"] for row in read[LINKS]] == ["ungraded", "2", "ungraded"]


def test_each_table_says_which_copy_it_belongs_to() -> None:
    made = tables(contents(), about())
    said = {row["item"]: row["text"] for row in _rows(made[ABOUT])}
    assert said["marking"] == MARKING and said["copy"] == "ab12cd34" and said["data version"] == "0" * 20
    for name in (ENTITIES, LINKS):
        for row in _rows(made[name]):
            assert MARKING in row["copy"] and "ab12cd34" in row["copy"] and "2025-07-01" in row["copy"]


def test_equal_contents_make_equal_bytes() -> None:
    assert zip_bytes(contents(), about()) == zip_bytes(contents(), about())


def test_no_cell_of_200_hostile_names_begins_a_formula() -> None:
    names = hostile_names()
    made = tables(contents(names, kinds=("Person", "Location")), about("=1+1"))
    cells = [
        cell
        for name, text in made.items()
        for row in _rows(text)
        for column, cell in row.items()
        if column not in ("lon", "lat")
    ]
    assert len(_rows(made[ENTITIES])) == 200
    assert not [cell for cell in cells if cell.lstrip().startswith(STARTS)]
    assert sum(cell.startswith("'") for cell in cells) > 100


@pytest.mark.readers
def test_libreoffice_opens_the_tables_and_finds_no_formula(tmp_path: Path) -> None:
    made = tables(contents(hostile_names(), kinds=("Person", "Location")), about("=1+1"))
    everything = tmp_path / "all.csv"
    # One start of LibreOffice reads them all; the last line shows that a formula would be found.
    everything.write_text("".join(made.values()) + '=1+1,"=HYPERLINK(""a"")"\r\n', encoding=ENCODING)
    read = office_convert(everything, "fods", tmp_path / "out").read_text(encoding="utf-8")
    assert read.count("table:formula=") == 2
    assert MARKING in read and "Zoë Ødegård 张伟" in read
