"""The demo leaves a folder that a person wants to open, and never touches one that is not its own."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from app.use_cases.demo import MARK, make_demo
from app.workspace import open_workspace
from graph.errors import SettingsError

FILES = {
    "summary.html", "clusters.csv", "cross-border.csv", "cross-border-people.csv", "hotspots.csv",
    "imports.csv", "hotspots.geojson", "hotspots.png", "hotspots.html", "network.png", "network.html",
    "network.graphml", "flows.png", "stability.png", "briefing.docx", "briefing.pdf",
}  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.demo
def test_every_promised_file_is_there_and_holds_something(demo_folder: Path) -> None:
    results = demo_folder / "results"
    assert {path.name for path in results.iterdir()} == FILES
    assert all(path.stat().st_size > 200 for path in results.iterdir())


@pytest.mark.demo
def test_the_summary_names_every_file_and_gives_each_answer_in_a_sentence(demo_folder: Path) -> None:
    page = (demo_folder / "results" / "summary.html").read_text(encoding="utf-8")
    text = re.sub(r"data:image/[^\"]+", "", page)
    assert all(name in text for name in FILES - {"summary.html"})
    for said in (
        "peer clusters, unconfirmed",
        "across borders",
        "cells stand out",
        "INVENTED",
        "UNCONFIRMED",
    ):
        assert said in text


@pytest.mark.demo
def test_every_invented_row_was_accepted(demo_folder: Path) -> None:
    rows = _rows(demo_folder / "results" / "imports.csv")
    assert sum(int(row["rows"]) for row in rows) > 6_000
    assert all(row["rows"] == row["accepted"] for row in rows)


@pytest.mark.demo
def test_the_tables_show_people_by_initials_only(demo_folder: Path) -> None:
    answers = json.loads((demo_folder / "files" / "answers.json").read_text(encoding="utf-8"))
    names = {name for person in answers["people"].values() for name in person["names"] if " " in name}
    assert len(names) > 500
    for path in (demo_folder / "results").iterdir():
        if path.suffix in {".csv", ".html", ".graphml", ".geojson"}:
            text = path.read_text(encoding="utf-8")
            assert [name for name in names if name in text] == [], path.name


@pytest.mark.demo
def test_what_left_the_workspace_is_on_its_register(demo_folder: Path) -> None:
    from app.use_cases.products import list_products

    rows = list_products(open_workspace(demo_folder / "workspace")).body["rows"]
    assert sorted(row["kind"] for row in rows) == ["briefing", "work_copy", "work_copy"]


def test_a_folder_that_no_demo_left_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(SettingsError, match="a new or empty folder"):
        make_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.demo
def test_a_folder_of_an_earlier_demo_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "kithmap-demo"
    folder.mkdir()
    (folder / MARK).touch()
    (folder / "left.txt").touch()
    demo = make_demo(folder)
    assert not (folder / "left.txt").exists()
    assert demo.workspace.folder == folder / "workspace"
