"""A connection lost before, during or after a commit: nothing doubled, nothing lost, and said in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import StoreUnavailableError
from graph.ledger.claims import ledger_version, read_live
from tests.builders import SECRET, Workspace, everything, link, mention, record
from tests.servers import Postgres
from tests.tcp_proxy import Proxy

pytestmark = [pytest.mark.servers, pytest.mark.faults]

COMMIT = b"COMMIT\0"
TOLD = [record(str(n), link("FRIEND_OF", mention(str(n)), mention("q"))) for n in range(8)]


@pytest.fixture
def proxy(postgres: Postgres) -> Iterator[Proxy]:
    with Proxy(int(postgres.url.rsplit(":", 1)[1].split("/")[0])) as held:
        yield held


@pytest.fixture
def workspace(postgres: Postgres, proxy: Proxy, tmp_path: Path) -> Iterator[Workspace]:
    with postgres.ledger(SECRET) as text:
        held = Workspace(tmp_path, re.sub(r":\d+/", f":{proxy.port}/", text))
        yield held
        held.close()


def _claims(workspace: Workspace) -> int:
    with workspace.ledger() as ledger:
        return len(list(read_live(ledger)))


def _loaded_again(workspace: Workspace) -> None:
    outcomes = workspace.load(*TOLD)
    assert set(outcomes) <= {"duplicate", "accepted:new"}
    assert _claims(workspace) == 8
    assert workspace.drawn().counts(workspace.scope(everything)) == {"Person": 9, "FRIEND_OF": 8}


@pytest.mark.parametrize("word", [b"COPY", b"SELECT key", b"INSERT INTO batch", b"pg_advisory_xact_lock"])
@pytest.mark.parametrize("passed_on", [False, True])
def test_a_connection_lost_in_an_import_keeps_nothing_of_it(
    workspace: Workspace, proxy: Proxy, word: bytes, passed_on: bool
) -> None:
    workspace.load(*TOLD[:3])
    proxy.cut_at(word, passed_on=passed_on)
    with pytest.raises(StoreUnavailableError, match="PostgreSQL"):
        workspace.load(*TOLD[3:], chunk=2)
    assert proxy.cut == 1 and _claims(workspace) == 3
    _loaded_again(workspace)


@pytest.mark.parametrize("passed_on", [False, True])
@pytest.mark.parametrize("commit", [1, 2, 3])
def test_a_commit_of_a_chunk_that_nobody_answered_is_taken_back_whole(
    workspace: Workspace, proxy: Proxy, passed_on: bool, commit: int
) -> None:
    workspace.load(*TOLD[:3])
    with pytest.raises(StoreUnavailableError, match="PostgreSQL"), workspace.writer() as writer:
        writer.begin("import")
        for n in range(3, 3 + commit):
            if n == 2 + commit:
                proxy.cut_at(COMMIT, passed_on=passed_on)
            writer.append(TOLD[n : n + 1])
    assert proxy.cut == 1 and _claims(workspace) == 3
    _loaded_again(workspace)


@pytest.mark.parametrize("passed_on", [False, True])
def test_a_last_commit_that_nobody_answered_is_whole_or_was_not(
    workspace: Workspace, proxy: Proxy, passed_on: bool
) -> None:
    with pytest.raises(StoreUnavailableError, match="PostgreSQL"), workspace.writer() as writer:
        writer.begin("import")
        writer.append(TOLD)
        proxy.cut_at(COMMIT, passed_on=passed_on)
        writer.finish()
    assert proxy.cut == 1
    # The writer was told of a fault either way; what the server had heard stands, and is not taken back.
    with workspace.ledger() as ledger:
        assert ledger_version(ledger) == (1 if passed_on else 0)
    assert _claims(workspace) == (8 if passed_on else 0)
    assert workspace.load(*TOLD) == ["duplicate" if passed_on else "accepted:new"] * 8
    _loaded_again(workspace)


def test_a_connection_lost_in_a_read_is_told_and_the_next_read_answers(
    workspace: Workspace, proxy: Proxy
) -> None:
    workspace.load(*TOLD)
    proxy.cut_at(b"FROM claim", passed_on=False)
    with pytest.raises(StoreUnavailableError, match="PostgreSQL"):
        _claims(workspace)
    assert _claims(workspace) == 8
