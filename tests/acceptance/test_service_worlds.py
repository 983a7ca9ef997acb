"""Over HTTP, too, what a viewer may not see changes not a byte; what is sealed shows a pointer alone."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import pytest
from fastapi.routing import iter_route_contexts

import app.use_cases.importing
from graph.model.entities import write_id
from tests.acceptance.service_visit import Visit, no_chance
from tests.acceptance.worlds import _MAPPINGS, THIRD, Load, fact, partnership, settled, with_fact
from tests.app.briefs import ref
from tests.app.desk import COUNCIL, Desk, person, tie
from tests.app.serving.callers import Open, account, opened
from tests.app.serving.tour import PAGES, gone, peopled

pytestmark = pytest.mark.twoworlds

BEYOND_AN_ANALYST = {"GET /api/audit/verify", "POST /api/products/{product}/approve"}
"""Answered to other roles."""

VIEWERS: dict[str, tuple[str, list[str], list[str]]] = {
    "third": (THIRD, ["analyst"], []),
    "elder": (THIRD, ["intel_officer"], []),
    "op": (COUNCIL, ["op_group"], []),
    "area": (COUNCIL, ["analyst"], ["E06000091"]),
    "auditor": (COUNCIL, ["ig_auditor"], []),
}
_RUN = re.compile(r"\b[0-9a-z]{8}-(?=\d+\b)")
_PRINTED = re.compile(
    "<p>Of what is restricted nothing is printed but that it exists and whom to ask:</p>\n"
    "<ul>(?P<lines>(<li>[^<]*</li>\n?)+)</ul>\n"
)
_LINE = re.compile(
    r"[A-Z.]+ \([0-9a-z]{4}\): restricted link exists, "
    "contact (?P<contact>[^,]+), ref (?P<reference>[0-9a-z]{8})"
)
Told = dict[str, tuple[int, str, bytes]]


OVERSIGHT = "auditor GET /api/audit/verify"
"""Whoever looks after the log sees how many events there are, those of hidden records among them."""


def _told(desk: Desk, names: Collection[str] = tuple(VIEWERS), loads: str = "") -> Told:
    """Return every byte that each viewer is answered, the headers too."""
    said: Told = {}
    for name in names:
        agency, roles, areas = VIEWERS[name]
        account(desk, name, roles, agency=agency, areas=areas)
    with opened(desk) as at, no_chance() as dice:
        for name in names:
            visit = Visit(at, name, dice, loads=name == loads)
            for n, (operation, _, answer) in enumerate(visit.everything()):
                # A cookie that ends says when, by the clock on the wall.
                headers = re.sub(r"expires=[^;]*", "", str(sorted(answer.headers.items())))
                key = f"{name} {operation}" + f" {n}" * (f"{name} {operation}" != OVERSIGHT)
                said[key] = (answer.status_code, headers, answer.content)
    return said


def _world(loads: Sequence[Load]) -> Told:
    with patch.object(app.use_cases.importing, "load_mapping", _MAPPINGS):
        desk = settled(loads)
        # Of those who may, the last: what a job loads has random ids, and would be in others' answers.
        said = _told(desk, loads="area")
    shutil.rmtree(desk.files, ignore_errors=True)
    return said


def _differences(one: Told, other: Told) -> list[str]:
    return sorted(name for name in {*one, *other} - {OVERSIGHT} if one.get(name) != other.get(name))


def test_every_operation_of_the_service_is_compared() -> None:
    # A new route is asked here before it is answered anywhere.
    desk = peopled()
    account(desk, "third")
    with opened(desk) as at, no_chance() as dice:
        said = Visit(at, "third", dice, loads=True).everything()
        routes = [route for route in iter_route_contexts(at.service.routes) if route.methods]
    there = {f"{method} {route.path}" for route in routes for method in route.methods or ()} - PAGES
    started = {f"POST /api/imports/{{draft}}/{act}" for act in ("check", "load")}
    assert {operation for operation, _, _ in said} | started == there
    for operation, path, _ in said:
        pattern = re.sub(r"\{\w+\}", "[^/]+", operation.partition(" ")[2])
        assert re.fullmatch(pattern, path.partition("?")[0]), (operation, path)
    answered = {operation for operation, _, answer in said if answer.status_code < 300}
    assert there - answered - started == BEYOND_AN_ANALYST
    gone(desk)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(5))
def test_a_hidden_fact_changes_not_a_byte_of_any_answer(seed: int) -> None:
    loads = partnership(seed)
    plain = _world(loads)
    for number in (2 * seed, 2 * seed + 1):
        assert _differences(plain, _world(with_fact(loads, fact(number)))) == []
    rows = [
        json.loads(said[2])
        for name, said in plain.items()
        if name.startswith("third") and said[0] == 200 and said[2].startswith(b"{")
    ]
    assert sum(bool(row.get("rows") or row.get("layers")) for row in rows) > 12


def test_a_planted_leak_is_found() -> None:
    from app.serving import headers

    loads = partnership(1)

    def _counting(desk: Desk) -> int:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(desk.folder / "ledger.db")) as ledger:
            found: int = ledger.execute("SELECT COUNT(*) FROM claim").fetchone()[0]
            return found

    told = []
    for files in (loads, with_fact(loads, fact(1))):
        with ExitStack() as stack:
            stack.enter_context(patch.object(app.use_cases.importing, "load_mapping", _MAPPINGS))
            desk = settled(files)
            leaky = {**headers.HEADERS, "X-Size": str(_counting(desk))}
            stack.enter_context(patch.object(headers, "HEADERS", leaky))
            told.append(_told(desk, ["third", "auditor"]))
            shutil.rmtree(desk.files, ignore_errors=True)
    assert OVERSIGHT in told[0] and len(_differences(*told)) == len(told[0]) - 1


def _pointed(desk: Desk) -> tuple[dict[str, Any], list[Any]]:
    """Return what a viewer of another agency is answered without pointers, and the pointers."""
    pointers: list[Any] = []
    said = {}
    for name, (status, _, content) in _told(desk, ["third"]).items():
        said[name] = (status, _read(name, content.decode("utf-8"), pointers))
    return said, pointers


def _read(operation: str, body: str, pointers: list[Any]) -> Any:
    """Return an answer, and what a briefing prints of what is restricted apart from the rest."""
    if "briefings" in operation and body.startswith("{"):
        held = json.loads(body)
        files = [base64.b64decode(file.pop("base64")).decode("utf-8") for file in held.get("files", ())]
        return held, [_unpointed(text, pointers) for text in files]
    if "briefings" in operation:
        return _unpointed(body, pointers)
    # The description of the service has an example of a pointer.
    held = _plain(body) if body.startswith(("{", "[")) else _versionless(body)
    return held if "openapi" in operation else _cut(held, pointers)


def _unpointed(page: str, pointers: list[Any]) -> str:
    for found in _PRINTED.finditer(page):
        lines = found["lines"].split("<li>")[1:]
        told = [_LINE.fullmatch(line.removesuffix("\n").removesuffix("</li>")) for line in lines]
        pointers += [line.groupdict() for line in told if line]
        assert all(told), found["lines"]
    return _versionless(_PRINTED.sub("", page))


def _versionless(text: str) -> str:
    return _RUN.sub("run-", re.sub(r"\b[0-9a-f]{20}\b", "", text))


def _plain(body: str) -> Any:
    # Versions and the letters of runs tell that something changed, which a pointer does as well.
    body = re.sub(r'"data_version":"[0-9a-f]{20}"', '"data_version":""', body)
    return json.loads(_RUN.sub("run-", body))


def _cut(part: Any, pointers: list[Any]) -> Any:
    if isinstance(part, dict):
        held = part.get("restricted", ())
        if isinstance(held, list):
            pointers += held
            part = {**part, "restricted": None}
        return {key: _cut(value, pointers) for key, value in part.items()}
    return [_cut(item, pointers) for item in part] if isinstance(part, list) else part


def test_of_a_sealed_record_another_agency_sees_a_pointer_and_nothing_else() -> None:
    people = [person(f"C{n}", given_name="Amy", tier="", home_area="E06000090") for n in range(5)]
    ties = [tie(a["person_ref"], b["person_ref"], date="2025-05-01", tier="") for a in people for b in people
            if a["person_ref"] < b["person_ref"]]  # fmt: skip
    sealed = tie("C0", "B9", tier="sealed", date="2025-05-02", kind="SEEN_WITH")
    told = []
    for rows in (ties, [*ties, sealed]):
        desk = settled([Load("people", people, 0), Load("associations", rows, 1)])
        told.append(_pointed(desk))
        shutil.rmtree(desk.files, ignore_errors=True)
    (plain, none), (other, pointers) = told
    assert none == [] and plain == other
    assert {pointer["contact"] for pointer in pointers} == {COUNCIL}
    assert all(set(p) <= {"person", "entity", "contact", "reference"} for p in pointers)


def test_whoever_owns_the_sealed_record_sees_it(tmp_path: Any) -> None:
    desk = settled([Load("associations", [tie("C0", "B9", tier="sealed", date="2025-05-02")], 0)])
    account(desk, "third", agency=THIRD)
    with opened(desk) as at:
        own, other = (_claims(at, name) for name in ("ash", "third"))
    assert (own, other) == (1, None)
    shutil.rmtree(desk.files, ignore_errors=True)


def _claims(at: Open, name: str) -> int | None:
    answer = at.enter(name).get(f"/api/why/{write_id(ref('C0'))}")
    return answer.json().get("claims") if answer.status_code == 200 else None
