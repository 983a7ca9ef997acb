"""Every part of every answer about the town has the form that docs/schemas says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.use_cases.asking import Question
from app.use_cases.exploring.card import entity_card
from app.use_cases.exploring.neighbourhood import neighbourhood
from app.use_cases.exploring.neighbours import neighbours
from app.use_cases.exploring.paths import paths
from app.use_cases.exploring.searching import search
from app.use_cases.exploring.timeline import timeline
from tests.app.desk import COUNCIL, POLICE, Desk
from tests.app.exploring.town import ref, town

FOLDER = Path(__file__).parents[3] / "docs" / "schemas"
GROUP = ref("G1", kind="Group", scheme="group_ref")
PLACE = ref("L1", kind="Location", scheme="location_ref")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return town(tmp_path)


def _answers(desk: Desk, question: Question) -> Iterator[dict[str, Any]]:
    workspace, names = desk.workspace(), COUNCIL in str(desk.workspace().settings.operator.agency)
    people = [ref(f"P{n}") for n in range(6)]
    for one in (*people, GROUP, PLACE):
        yield entity_card(workspace, one, question, names=names).body
        yield neighbours(workspace, one, question, names=names).body
    for places in (True, False):
        yield neighbourhood(workspace, [*people, "gone"], question, hops=2, limit=9, places=places).body
    yield from (paths(workspace, a, b, question, k=9).body for a in people for b in people)
    yield timeline(workspace, [*people, "gone"], question).body
    yield from (
        search(workspace, text, names=names).body for text in ("amy", "elm", "ocg/77", "P1", "zzz", "")
    )


def _arrays(value: Any, name: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _arrays(part, key)
    if isinstance(value, list):
        yield name, len(value)
        for part in value:
            yield from _arrays(part)


@pytest.mark.parametrize("agency", [COUNCIL, POLICE])
def test_every_answer_about_the_town_has_its_form(desk: Desk, agency: str) -> None:
    desk.ask("clusters", "--resolution", "0.1")
    desk.sit(agency)
    forms: dict[str, Any] = {}
    filled: set[str] = set()
    for question in (Question(), Question(doubtful=True)):
        for body in _answers(desk, question):
            name = body["schema"].removeprefix("kithmap.").removesuffix("/1")
            if name not in forms:
                schema = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
                forms[name] = jsonschema.Draft202012Validator(schema)
            forms[name].validate(body)
            filled |= {key for key, length in _arrays(body) if length}
    assert set(forms) == {"entity", "neighbours", "neighbourhood", "paths", "search", "timeline"}
    assert filled >= {
        "areas", "roles", "risk", "counts", "said", "groups", "rows", "links", "ways", "entities", "claims",
        "not_found", "not_shown", "found_by",
    }  # fmt: skip
    assert ("restricted" in filled) == (agency == COUNCIL)
