"""What the demo leaves: a summary in words, tables, pictures, a briefing, in one folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from app.documents.document import Document, Figure, Section, Table
from app.documents.page import document_page
from app.printing import csv_text, write_file
from app.progress import Progress
from app.use_cases.asking import COUNTED_SORTS, Question
from app.use_cases.briefing import Asked, make_briefing, rendered
from app.use_cases.cluster_files import clusters_picture, stability_picture
from app.use_cases.clusters import find_clusters
from app.use_cases.cross_border import find_cross_border
from app.use_cases.cross_border_files import flows_picture
from app.use_cases.demo import Demo
from app.use_cases.drawing import current_store
from app.use_cases.exporting import Asked as CopyAsked
from app.use_cases.exporting import export
from app.use_cases.hotspot_files import layer_geojson, layer_picture
from app.use_cases.hotspots import Theme, find_hotspots
from app.workspace import Answer
from geo.picture import Picture

MARKING: Final = "INVENTED: no person, place or event here is real"
PURPOSE: Final = "a first look at Kithmap, on invented records"
SHOWN: Final = 12


def write_results(demo: Demo, folder: Path, *, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Ask the invented partnership's workspace everything, and write what it answers.

    Parameters
    ----------
    demo : Demo
        As ``make_demo`` gives it.
    folder : Path
        Made if it is not there.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    dict
        ``sentences``: the answers in a sentence each; ``files``: names of what was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    answers = json.loads(demo.invented.answers.read_text(encoding="utf-8"))
    question = Question(as_of=date.fromisoformat(answers["last_day"]))
    clusters = find_clusters(demo.workspace, question, progress=progress)
    borders = find_cross_border(demo.workspace, question, progress=progress)
    hot = find_hotspots(demo.workspace, question, Theme(sorts=COUNTED_SORTS), progress)
    progress("drawing")
    pictures = {
        "network": clusters_picture(clusters.body, clusters.extra),
        "stability": stability_picture(clusters.body, clusters.extra),
        "flows": flows_picture(demo.workspace, borders.body, borders.extra),
        "hotspots": layer_picture(hot.body, hot.extra),
    }
    for name, picture in pictures.items():
        write_file(folder / f"{name}.png", picture.png)
    _write_tables(folder, demo, clusters, borders, hot)
    _write_page(folder / "hotspots.html", "Hotspots", [_hotspots(hot, pictures["hotspots"])])
    progress("writing the briefing")
    _write_products(demo, folder, clusters)
    sections = [
        _in_short(demo, answers, clusters, _sentences(clusters, borders, hot)),
        _clusters(clusters, pictures),
        _borders(borders, pictures["flows"]),
        _hotspots(hot, pictures["hotspots"]),
        _imports(demo),
        _files(folder),
    ]
    _write_page(folder / "summary.html", "An invented partnership", sections)
    return {
        "sentences": _sentences(clusters, borders, hot),
        "files": sorted(p.name for p in folder.iterdir()),
    }


def _sentences(clusters: Answer, borders: Answer, hot: Answer) -> list[str]:
    return [clusters.body["sentence"], borders.body["sentence"], hot.body["layers"][0]["sentence"]]


def _in_short(demo: Demo, answers: Mapping[str, Any], clusters: Answer, sentences: Sequence[str]) -> Section:
    counts = answers["counts"]
    what = (
        f"Four councils, two forces, {counts['young_people']} young people, {counts['adults']} adults, "
        f"{counts['groups']} organised crime groups and county lines, {counts['places']} places and "
        f"{counts['events']:,} events, from {answers['first_day']} to {answers['last_day']}, in "
        f"{counts['rows']:,} rows of {sum(len(paths) for _, paths in demo.invented.imports)} files."
    )
    points = (*(f"{_first_upper(said)}." for said in sentences), _compared(demo, answers, clusters))
    return Section("In short", (what,), points)


def _compared(demo: Demo, answers: Mapping[str, Any], clusters: Answer) -> str:
    """Return how the clusters compare with the groups that were planted; by names, which the answers hold."""
    store = current_store(demo.workspace)
    try:
        with demo.workspace.view("clusters", store) as view:
            named = view.names(list(clusters.extra.shown))
    finally:
        store.close()
    of_name = {name: key for key, person in answers["people"].items() for name in person["names"]}
    found = clusters.extra.found
    sets = [
        {
            of_name.get(name, name)
            for person in found.members(n).tolist()
            for name in named.get(person, [""])[:1]
        }
        for n in range(len(found))
    ]
    planted = [set(group["members"]) for group in answers["peer_groups"]]
    same = sum(members in sets for members in planted)
    return f"{len(planted)} peer groups were planted; {same} clusters hold exactly the people of one."


def _write_page(path: Path, title: str, sections: Sequence[Section]) -> None:
    about = (("What this is", PURPOSE), ("What it does not mean", "Nothing: every record is invented."))
    write_file(path, document_page(Document(title, MARKING, (), "", about, tuple(sections))))


def _write_tables(folder: Path, demo: Demo, clusters: Answer, borders: Answer, hot: Answer) -> None:
    tables: dict[str, tuple[Sequence[Mapping[str, Any]], tuple[str, ...]]] = {
        "clusters": (
            clusters.body["rows"],
            ("id", "people", "children_or_age_unknown", "ties", "density", "stability", "members"),
        ),
        "cross-border": (
            borders.body["rows"],
            ("id", "area_a", "name_a", "area_b", "name_b", "people", "ties"),
        ),
        "cross-border-people": (borders.body["people"], ("id", "shown_as", "home", "seen", "responsible")),
        "hotspots": (
            hot.body["layers"][0]["rows"],
            ("id", "easting_m", "northing_m", "events", "window_events", "z", "p_corrected", "cluster"),
        ),
        "imports": (_imported(demo), ("mapping", "rows", "accepted", "rejected", "duplicate", "set_aside")),
    }
    for name, (rows, columns) in tables.items():
        write_file(folder / f"{name}.csv", csv_text(rows, columns))
    write_file(folder / "hotspots.geojson", layer_geojson(hot.body, hot.extra))


def _write_products(demo: Demo, folder: Path, clusters: Answer) -> None:
    rows = clusters.body["rows"]
    largest = max(rows, key=lambda row: row["people"])["id"]
    made = make_briefing(demo.workspace, Asked(largest, PURPOSE))
    document = made.document()
    for form in ("docx", "pdf"):
        write_file(folder / f"briefing.{form}", rendered(document, form))
    run = largest.partition("-")[0]
    for form, name in (("html", "network.html"), ("graphml", "network.graphml")):
        export(demo.workspace, Question(), CopyAsked(form, PURPOSE, row=run), folder / name)


def _imported(demo: Demo) -> list[dict[str, Any]]:
    return [
        {"mapping": mapping, **report["totals"]}
        for (mapping, _), report in zip(demo.invented.imports, demo.imports, strict=True)
    ]


def _table(caption: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Table:
    cells = tuple(tuple(_cell(row[name]) for name in columns) for row in rows)
    return Table(caption, tuple(columns.values()), cells, (1.0,) * len(columns))


def _cell(value: Any) -> str:
    return (
        f"{value:,.3g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def _clusters(found: Answer, pictures: Mapping[str, Picture]) -> Section:
    columns = {
        "id": "Cluster", "people": "People", "children_or_age_unknown": "Under 18 or unknown", "ties": "Ties",
        "density": "Density", "stability": "Stability",
    }  # fmt: skip
    return Section(
        "Peer clusters",
        (f"{_first_upper(found.body['sentence'])}.", found.body["caveat"]),
        figures=(
            Figure(pictures["network"], "People in a peer cluster, by initials, and their ties."),
            Figure(pictures["stability"], "How stable the clusters are over seeds and resolutions."),
        ),
        tables=(_table("Peer clusters", columns, found.body["rows"]),) if found.body["rows"] else (),
    )


def _borders(found: Answer, picture: Picture) -> Section:
    columns = {"name_a": "Area", "name_b": "and area", "people": "People", "ties": "Ties"}
    rows = [
        {**row, "name_a": row["name_a"] or row["area_a"], "name_b": row["name_b"] or row["area_b"]}
        for row in found.body["rows"][:SHOWN]
    ]
    return Section(
        "Across borders",
        (f"{_first_upper(found.body['sentence'])}.", found.body["caveat"]),
        figures=(Figure(picture, "From the home area to the areas where people are seen."),),
        tables=(_table("What pairs of areas share", columns, rows),) if rows else (),
    )


def _hotspots(found: Answer, picture: Picture) -> Section:
    layer = found.body["layers"][0]
    rows = layer["rows"][:SHOWN]
    columns = {
        "id": "Cell",
        "events": "Events",
        "window_events": "In its window",
        "z": "z",
        "p_corrected": "p",
    }
    study = found.body["study"]["sentence"]
    return Section(
        "Hotspots",
        (f"{_first_upper(layer['sentence'])}.", f"{_first_upper(study)}.", found.body["limits"]),
        figures=(Figure(picture, "Recorded crime and anti-social behaviour, cells of 300 m."),),
        tables=(_table("Cells that stand out most", columns, rows),) if rows else (),
    )


def _imports(demo: Demo) -> Section:
    columns = {
        "mapping": "Feed", "rows": "Rows", "accepted": "Accepted", "rejected": "Rejected",
        "duplicate": "Duplicate", "set_aside": "Set aside",
    }  # fmt: skip
    return Section(
        "What was imported",
        ("Every row is accounted for: rows = accepted + rejected + duplicate + set aside.",),
        tables=(_table("Imports", columns, _imported(demo)),),
    )


_SAID: Final = {
    "briefing.docx": "a briefing of the largest peer cluster, UNCONFIRMED and a draft, in Word",
    "briefing.pdf": "the same as PDF",
    "network.html": "the people in a peer cluster and what ties them, as a work copy to move about in",
    "network.graphml": "the same for other tools",
    "network.png": "their picture",
    "stability.png": "how stable the clusters are",
    "flows.png": "flows between areas",
    "hotspots.html": "the hotspot map with its method and its cells",
    "hotspots.png": "its picture",
    "hotspots.geojson": "its cells, for a map of yours",
    "clusters.csv": "peer clusters",
    "cross-border.csv": "pairs of areas",
    "cross-border-people.csv": "people with areas on home, seen and responsible apart",
    "hotspots.csv": "cells that stand out",
    "imports.csv": "rows accounted for",
}


def _files(folder: Path) -> Section:
    held = [f"{name}: {said}." for name, said in _SAID.items() if (folder / name).is_file()]
    return Section("Files in this folder", points=tuple(held))


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
