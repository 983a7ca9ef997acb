"""The service as a whole: nothing is answered that is not on the audit log; nothing but answers leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.application import create_service, loopback_origins, service_of_environment
from graph.errors import StoreUnavailableError
from tests.app.briefs import NAMES
from tests.app.desk import Desk
from tests.app.serving.callers import Open, opened
from tests.app.serving.tour import SILENT, gone, peopled, prepared, tour

BEGUN = {"POST /api/imports/{draft}/check", "POST /api/imports/{draft}/load"}


@pytest.fixture
def at() -> Iterator[Open]:
    """Return a service with people in it."""
    desk = peopled()
    with opened(desk) as made:
        made.newcomer("elder", ["intel_officer"])
        made.newcomer("birch", ["ig_auditor"])
        yield made
    gone(desk)


@pytest.mark.faults
def test_without_an_audit_log_nothing_is_answered_and_nothing_is_done(at: Open) -> None:
    ash = at.enter("ash")
    ids = prepared(at, ash)
    others = {"/approve": at.enter("elder"), "/verify": at.enter("birch")}
    key = at.desk.folder / "audit.key"
    key.rename(key.with_suffix(".away"))
    before = _kept(at.desk)
    for call in tour(ids):
        caller = others.get("/" + call.path.rpartition("/")[2], ash)
        answer = caller.call(call.method, call.path, **call.more)
        if call.operation in SILENT:
            assert answer.status_code == 200, call.operation
        elif call.operation in BEGUN:
            told = at.ended(ash, answer.json()["id"])
            assert told["problem"]["type"] == "/problems/audit-unavailable", call.operation
        else:
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5"), call.operation
            told = {key: said for key, said in answer.json().items() if key != "instance"}
            assert told["type"] == "/problems/audit-unavailable"
            assert not any(word in str(told) for word in (*NAMES, ids.person, ids.row, "audit.key"))
            assert "set-cookie" not in answer.headers
    key.with_suffix(".away").rename(key)
    assert _kept(at.desk) == before
    assert ash.get("/api/groups").json()["rows"][0]["state"] == "confirmed"


def _kept(desk: Desk) -> dict[str, Any]:
    import sqlite3
    from contextlib import closing

    kept = {}
    with closing(sqlite3.connect(desk.folder / "ledger.db")) as ledger:
        for table in ("record", "claim", "product", "batch"):
            kept[table] = ledger.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        kept["states"] = ledger.execute("SELECT state FROM product ORDER BY id").fetchall()
    kept["files"] = sorted(path.name for path in (desk.folder / "imports").rglob("files/*"))
    kept["outgoing"] = sorted(path.name for path in (desk.folder / "outgoing").rglob("*"))
    return kept


def test_a_session_that_could_not_be_written_down_has_not_begun(at: Open) -> None:
    (at.desk.folder / "audit.key").unlink()
    caller = at.caller()
    assert caller.sign_in("ash").status_code == 503
    assert caller.get("/api/me").status_code == 401


def test_pages_of_the_framework_that_load_from_elsewhere_are_not_served(at: Open) -> None:
    ash = at.enter("ash")
    for path in ("/docs", "/redoc", "/docs/oauth2-redirect", "/api/openapi.json"):
        assert ash.get(path).status_code == 404
    assert at.caller().get("/openapi.json").status_code == 401


def test_telemetry_is_off_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    telemetry: dict[str, Any] = create_service(tmp_path)._telemetry  # type: ignore[assignment]
    assert set(telemetry.values()) == {None, False}


@pytest.mark.faults
def test_a_workspace_without_accounts_is_not_served(tmp_path: Path) -> None:
    from asyncio import Runner

    service = create_service(Desk(tmp_path).folder)
    lifespan = service.router.lifespan_context(service)
    with Runner() as runner, pytest.raises(StoreUnavailableError, match="kithmap user add"):
        runner.run(_entered(lifespan))


async def _entered(lifespan: Any) -> None:
    await lifespan.__aenter__()


def test_what_was_left_behind_is_swept_at_the_start(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for name in ("left", "fresh"):
        (desk.folder / "outgoing" / name).mkdir(parents=True)
    os.utime(desk.folder / "outgoing" / "left", (0, 0))
    with opened(desk):
        assert [path.name for path in (desk.folder / "outgoing").iterdir()] == ["fresh"]


def test_a_process_of_several_finds_its_workspace_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITHMAP_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("KITHMAP_ORIGINS", " ".join(sorted(loopback_origins(9_000))))
    assert service_of_environment().routes and os.environ["KITHMAP_ORIGINS"].count("9000") == 3
