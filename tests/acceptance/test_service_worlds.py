"""Over HTTP, too, what a viewer may not see changes not a byte; what is sealed shows a pointer alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import pytest
from fastapi.routing import iter_route_contexts

import app.use_cases.importing
from graph.model.entities import write_id
from tests.acceptance.worlds import _MAPPINGS, THIRD, Load, fact, partnership, settled, with_fact
from tests.app.briefs import ref
from tests.app.desk import COUNCIL, POLICE, Desk, person, tie
from tests.app.serving.callers import Caller, Open, account, opened
from tests.app.serving.tour import PAGES

pytestmark = pytest.mark.twoworlds

VIEWERS: dict[str, tuple[str, list[str], list[str]]] = {
    "third": (THIRD, ["analyst"], []),
    "elder": (THIRD, ["intel_officer"], []),
    "op": (COUNCIL, ["op_group"], []),
    "area": (COUNCIL, ["analyst"], ["E06000091"]),
    "auditor": (COUNCIL, ["ig_auditor"], []),
}
_RUN = re.compile(r"\b[0-9a-z]{8}-(?=\d+\b)")
Told = dict[str, tuple[int, str, bytes]]


def _paths(caller: Caller) -> list[str]:
    """Return every address that is read, for a viewer who may have rows of answers to ask about."""
    rows = {
        "clusters": ("/api/clusters?resolution=0.4", ("rows", 0, "id")),
        "member": ("/api/clusters?resolution=0.4", ("rows", 0, "members", 0, "id")),
        "pair": ("/api/cross-border", ("rows", 0, "id")),
        "cell": ("/api/hotspots", ("layers", 0, "rows", 0, "id")),
    }
    found = [_first(caller.get(path), keys) for path, keys in rows.values()]
    return [
        "/api/audit/verify",
        "/api/health",
        "/api/me",
        "/openapi.json",
        "/api/clusters?resolution=0.4&names=true",
        "/api/clusters?resolution=0.4&as_of=2025-06-03&window_from=2025-01-01&window_to=2025-06-30",
        "/api/clusters?resolution=0.4&known_on=2025-06-02&doubtful=true",
        "/api/cross-border?names=true",
        "/api/cross-border?kind=ward",
        "/api/hotspots?each=type&each=month",
        "/api/hotspots?sort=asb&sort=missing_episode",
        "/api/hotspots.geojson",
        *(f"/api/why/{row}" for row in (*found, "0" * 13)),
        f"/api/why/{write_id(ref('B77', POLICE))}",
        *(f"/api/entities/{who}?names=true" for who in (found[1], "0" * 13)),
        *(f"/api/entities/{who}/neighbours?limit=50" for who in (found[1], "0" * 13)),
        f"/api/paths?a={found[1]}&b={_first(caller.get(rows['member'][0]), ('rows', 0, 'members', 3, 'id'))}",
        "/api/areas",
        "/api/groups?names=true",
        f"/api/groups/{'0' * 13}",
        "/api/products",
        "/api/mappings",
        "/api/imports",
        f"/api/imports/{'0' * 16}",
        f"/api/jobs/{'0' * 16}",
        "/api/methods",
        "/api/methods/hotspots",
    ]


def _asked(caller: Caller) -> list[tuple[str, dict[str, Any] | None]]:
    """Return every question: addresses, and what is asked in a body."""
    paths = _paths(caller)
    person = next(path for path in paths if path.startswith("/api/entities")).split("/")[3].partition("?")[0]
    bodies: list[tuple[str, dict[str, Any] | None]] = [
        ("/api/search", {"text": text, "names": True}) for text in ("am", "hid", "birch", "B77", "C1", person)
    ]
    around = {"entities": [person], "hops": 2, "places": True, "names": True}
    bodies += [("/api/neighbourhood", around), ("/api/timeline", {"entities": [person]})]
    return [*((path, None) for path in paths), *bodies]


def _first(answer: Any, keys: Sequence[Any]) -> str:
    try:
        found = answer.json()
        for key in keys:
            found = found[key]
        return str(found)
    except (IndexError, KeyError):
        return "00000000-1"


OVERSIGHT = "auditor 0 /api/audit/verify"
"""Whoever looks after the log sees how many events there are, those of hidden records among them."""


def _told(desk: Desk) -> Told:
    """Return every byte that each viewer is answered, the headers too."""
    said: Told = {}
    for name, (agency, roles, areas) in VIEWERS.items():
        account(desk, name, roles, agency=agency, areas=areas)
    with opened(desk) as at:
        for name in VIEWERS:
            caller = at.enter(name)
            for n, (path, body) in enumerate(_asked(caller)):
                answer = caller.get(path) if body is None else caller.post(path, json=body)
                # The token of a session is random; all else has to be the same.
                told = answer.content.replace(caller.csrf.encode(), b"-")
                said[f"{name} {n} {path.partition('?')[0]}"] = (
                    answer.status_code, str(sorted(answer.headers.items())), told,
                )  # fmt: skip
    return said


def _world(loads: Sequence[Load]) -> Told:
    with patch.object(app.use_cases.importing, "load_mapping", _MAPPINGS):
        desk = settled(loads)
        said = _told(desk)
    shutil.rmtree(desk.files, ignore_errors=True)
    return said


def _differences(one: Told, other: Told) -> list[str]:
    return sorted(name for name in {*one, *other} - {OVERSIGHT} if one.get(name) != other.get(name))


def test_every_address_that_is_read_is_compared() -> None:
    from app.application import create_service

    desk = settled([])
    service = create_service(desk.folder)
    with opened(desk) as at:
        asked = _paths(at.enter("ash"))
    for route in iter_route_contexts(service.routes):
        if "GET" in (route.methods or ()) and f"GET {route.path}" not in PAGES:
            pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", str(route.path)))
            assert any(pattern.fullmatch(path.partition("?")[0]) for path in asked), route.path
    shutil.rmtree(desk.files, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_hidden_fact_changes_not_a_byte_of_any_answer(seed: int) -> None:
    loads = partnership(seed)
    plain = _world(loads)
    for number in (2 * seed, 2 * seed + 1):
        assert _differences(plain, _world(with_fact(loads, fact(number)))) == []
    rows = [
        json.loads(said[2]) for name, said in plain.items() if name.startswith("third") and said[0] == 200
    ]
    assert sum(bool(row.get("rows") or row.get("layers")) for row in rows) > 6


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
            told.append(_told(desk))
            shutil.rmtree(desk.files, ignore_errors=True)
    assert OVERSIGHT in told[0] and len(_differences(*told)) == len(told[0]) - 1


def _pointed(desk: Desk) -> tuple[dict[str, Any], list[Any]]:
    """Return what a viewer of another agency is answered without pointers, and the pointers."""
    account(desk, "third", agency=THIRD)
    pointers: list[Any] = []
    with opened(desk) as at:
        caller = at.enter("third")
        said = {}
        for n, (path, asked) in enumerate(_asked(caller)):
            answer = caller.get(path) if asked is None else caller.post(path, json=asked)
            body = answer.text.replace(caller.csrf, "-")
            name = _RUN.sub("run-", f"{n} {path.partition('?')[0]}")
            said[name] = (answer.status_code, _cut(_plain(body), pointers))
    return said, pointers


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
