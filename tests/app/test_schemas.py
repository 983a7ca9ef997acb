"""Every JSON answer has the form that docs/schemas says, and every form is that of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import app.use_cases.accounts
import app.use_cases.care
import app.use_cases.clusters
import app.use_cases.cross_border
import app.use_cases.exploring.card
import app.use_cases.exploring.neighbourhood
import app.use_cases.exploring.neighbours
import app.use_cases.exploring.paths
import app.use_cases.exploring.searching
import app.use_cases.exploring.timeline
import app.use_cases.flows
import app.use_cases.group_answers
import app.use_cases.hotspot_themes
import app.use_cases.hotspots
import app.use_cases.map_answers.concern
import app.use_cases.map_answers.placing
import app.use_cases.matching
import app.use_cases.products
import app.use_cases.saved_views
import app.use_cases.why
import ingest.report
from app.accounts import open_accounts
from app.serving.view_body import ChartState, PlacedEntity, ViewBody
from app.use_cases.asking import Question
from tests.app.desk import (
    CHILD,
    COUNCIL,
    POLICE,
    Desk,
    concern,
    incident,
    person,
    present,
    pupil_number,
    squares,
    tie,
)

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
OF = {
    "accounts": app.use_cases.accounts.SCHEMA,
    "clusters": app.use_cases.clusters.SCHEMA,
    "cross-border": app.use_cases.cross_border.SCHEMA,
    "hotspots": app.use_cases.hotspots.SCHEMA,
    "why": app.use_cases.why.SCHEMA,
    "hotspot-themes": app.use_cases.hotspot_themes.SCHEMA,
    "concern": app.use_cases.map_answers.concern.SCHEMA,
    "flows": app.use_cases.flows.SCHEMA,
    "places": app.use_cases.map_answers.placing.SCHEMA,
    "views": app.use_cases.saved_views.LIST_SCHEMA,
    "view": app.use_cases.saved_views.SCHEMA,
    "groups": app.use_cases.group_answers.SCHEMA,
    "search": app.use_cases.exploring.searching.SCHEMA,
    "entity": app.use_cases.exploring.card.SCHEMA,
    "neighbours": app.use_cases.exploring.neighbours.SCHEMA,
    "neighbourhood": app.use_cases.exploring.neighbourhood.SCHEMA,
    "paths": app.use_cases.exploring.paths.SCHEMA,
    "timeline": app.use_cases.exploring.timeline.SCHEMA,
    "judgements": app.use_cases.matching.SCHEMA,
    "products": app.use_cases.products.SCHEMA,
    "doctor": app.use_cases.care.SCHEMA,
    "import-report": ingest.report.SCHEMA,
}


def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def _check(answer: dict[str, Any]) -> str:
    name = next(name for name, words in OF.items() if words == answer["schema"])
    jsonschema.Draft202012Validator(_schema(name)).validate(answer)
    return name


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk where every part of every answer has something to say."""
    made = Desk(tmp_path)
    made.run("areas", "load", squares(tmp_path / "lad.geojson"), "--kind", "lad")
    people = [f"P{n}" for n in range(10)]
    homes = {"date_of_birth": CHILD, "home_area": "E06000090", "responsible_area": "E06000091", "upn": ""}
    made.load("people", [person(ref, given_name="Amy", **homes) for ref in people[1:]])
    made.load(
        "people",
        [person("P0", upn=pupil_number(1), home_area="E06000092"), person("Q0", POLICE, upn=pupil_number(1))],
    )
    ties = [
        tie(a, b, date="2025-05-01") for five in (people[:5], people[5:]) for a in five for b in five if a < b
    ]
    graded = {"source_grade": "2", "information_grade": "B", "handling": "P"}
    others = [
        tie("Q0", "Q1", POLICE, "SEEN_WITH", **graded),
        tie("P1", "P6", tier="sealed"),
        present("P1", "E1"),
        present("P7", "E1"),
    ]
    made.load("associations", [*ties, *others])
    made.load("locations_of_concern", [concern("L1", -2.65, 53.2)])
    made.load("police_uk", [incident(f"c{n}", -2.6 + n % 7 / 1_000, 53.15) for n in range(60)])
    return made


def _answers(desk: Desk) -> Iterator[dict[str, Any]]:
    for seat in ({}, {"agency": POLICE}):
        desk.sit(**seat)
        clusters, pairs = desk.ask("clusters", "--names"), desk.ask("cross-border")
        yield from (clusters, pairs, desk.ask("match", "list"))
        yield desk.ask(
            "clusters", "--resolution", "0.4", "--as-of", "2025-05-20", "--window", "2025-01-01", "2025-12-31"
        )
        spots = desk.ask("hotspots", "--month", "2025-03", "--sort", "crime")
        yield from (
            spots,
            desk.ask("hotspots", "--each", "type", "--each", "month"),
            desk.ask("hotspots", "--type", "none"),
        )
        rows = [clusters["rows"][0]["id"], clusters["rows"][0]["members"][0]["id"], pairs["rows"][0]["id"]]
        rows += [spots["layers"][0]["rows"][0]["id"]]
        yield from (desk.ask("hotspots", "--why", row) for row in rows)
        people = [member["id"] for member in clusters["rows"][0]["members"]]
        yield from (desk.ask("find", "amy", "--names"), desk.ask("find", "nobody"))
        yield from (desk.ask("show", person, "--names") for person in people)
        yield from _explored(desk, people)
        stated = ("--purpose", "support", "--review", "2025-12-01")
        confirmed = desk.run("groups", "confirm", clusters["rows"][0]["id"], *stated).out.split()[1]
        yield from (desk.ask("groups", "list", "--names"), desk.ask("groups", "show", confirmed.rstrip(":")))
        desk.run("export", "--format", "graphml", "--out", desk.files / "x.graphml", "--purpose", "review")
        yield desk.ask("products", "list")
    desk.sit(COUNCIL, ["admin"])
    desk.run("user", "add", "jo", "--agency", COUNCIL, "--role", "admin")
    yield desk.ask("user", "list")
    desk.sit(COUNCIL)
    yield from _saved(desk)
    bad = [
        person("P0", date_of_birth="2011-02-30"),
        person("P1"),
        person("P8", tier="nonsense", agreement=""),
    ]
    yield desk.load("people", bad, "--dry-run")
    yield desk.load("people", bad)
    yield json.loads(desk.run("doctor", "--json").out)
    (desk.folder / "audit.key").unlink()
    (desk.folder / "identity.db").unlink()
    yield json.loads(desk.run("doctor", "--json").out)


def _explored(desk: Desk, people: list[str]) -> Iterator[dict[str, Any]]:
    workspace, question, explore = desk.workspace(), Question(), app.use_cases.exploring
    yield explore.neighbours.neighbours(workspace, people[0], question, limit=1).body
    yield explore.paths.paths(workspace, people[0], people[1], question, k=5).body
    for places in (False, True):
        around = explore.neighbourhood.neighbourhood
        yield around(workspace, [*people, "nobody"], question, limit=50, places=places).body
    yield explore.timeline.timeline(workspace, people, question).body
    yield app.use_cases.map_answers.concern.locations_of_concern(workspace, question).body
    yield app.use_cases.map_answers.placing.places_of(workspace, [*people, "nobody"], question).body
    yield app.use_cases.flows.find_flows(workspace, question).body
    yield app.use_cases.hotspot_themes.hotspot_themes(workspace, question).body


def _saved(desk: Desk) -> Iterator[dict[str, Any]]:
    accounts = open_accounts(desk.folder)
    shelf = app.use_cases.saved_views.Shelf(desk.workspace(), accounts, 1)
    at = PlacedEntity(id="0000000000abc", x=1, y=2)
    body = ViewBody(title="north quay", view=ChartState(entities=[at], kinds_hidden=["IN"]))
    yield app.use_cases.saved_views.save(shelf, body.title, body.kept()).body
    yield app.use_cases.saved_views.list_saved(shelf).body
    accounts.close()


def test_every_answer_has_the_form_that_is_documented(desk: Desk) -> None:
    answers = list(_answers(desk))
    assert {_check(answer) for answer in answers} == set(OF)
    filled = {key for answer in answers for key, value in answer.items() if value}
    assert filled >= {
        "rows",
        "scan",
        "people",
        "restricted",
        "locations_of_concern",
        "rejections",
        "layers",
        "incidents",
    }


def test_there_is_a_file_for_each_answer_and_it_names_it() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(OF)
    readme = (FOLDER / "README.md").read_text("utf-8")
    for name, words in OF.items():
        jsonschema.Draft202012Validator.check_schema(_schema(name))
        assert _schema(name)["properties"]["schema"]["const"] == words and f"`{name}.json`" in readme


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for part in schema.values():
            yield from _parts(part)
    if isinstance(schema, list):
        for part in schema:
            yield from _parts(part)


@pytest.mark.parametrize("name", OF)
def test_every_field_is_described_and_no_other_is_allowed(name: str) -> None:
    for part in _parts(_schema(name)):
        assert part["additionalProperties"] is False and set(part["required"]) <= set(part["properties"])
        for field, words in part["properties"].items():
            assert words.get("description") or "$ref" in words, field


@pytest.mark.parametrize("field", ["schema", "data_version", "rows"])
def test_a_missing_or_a_new_field_is_found(desk: Desk, field: str) -> None:
    answer = desk.ask("match", "list")
    for wrong in (
        {k: v for k, v in answer.items() if k != field},
        {**answer, "score": 1},
        {**answer, field: 7},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(_schema("judgements")).validate(wrong)
