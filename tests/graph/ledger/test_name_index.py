"""The index of names: filled with each chunk, cleared to the last letter, and closed to what is typed."""

from __future__ import annotations

import shutil
import sqlite3
from importlib.resources import files
from pathlib import Path
from unittest.mock import patch

import pytest
from alembic import command
from alembic.config import Config

from graph.errors import StoreUnavailableError
from graph.ledger import opening
from graph.ledger.name_index import find_claims, indexed, said_in
from graph.ledger.opening import create_ledger, open_ledger, sqlite_engine
from graph.model.words import words_of
from tests.builders import (
    BRAMWELL,
    Workspace,
    everything,
    fact,
    id_of,
    identifier,
    mention,
    open_only,
    policy,
    record,
)

P, Q, CAR, PARK = mention("p"), mention("q"), mention("c", "Object"), mention("l", "Location")
HOSTILE = [
    '"', '""', '"amy', "amy\"*", "*", "a*", "NEAR(amy ash)", "amy AND ash", "amy OR zed", "NOT amy", "-amy",
    "^amy", "words:amy", "{words}:amy", "amy + ash", "(", ")))", "\0", "amy\0ash", "\ud800", "'; DROP x",
    "rank MATCH 'bm25'", "%", "_", "amy " * 500, "a" * 100_000, "\u202eamy", "\uff41my",
]  # fmt: skip


def _hits(workspace: Workspace, text: str) -> list[tuple[int, bool]]:
    with workspace.files.identity.connect() as identity:
        return [(hit.entity, hit.exact) for hit in find_claims(identity, words_of(text))]


def _seen(workspace: Workspace, text: str) -> list[tuple[int, bool]]:
    with workspace.view(workspace.scope(open_only)) as view:
        return [(match.entity, match.exact) for match in view.found(text)]


def test_names_numbers_and_references_are_found_by_their_beginnings(workspace: Workspace) -> None:
    workspace.load(
        record("1", fact("NAMED", P, particular="Siân O'Brien-Smith")),
        record("2", fact("NAMED", CAR, particular="AB12 CDE"), identifier(Q, "A801200000001")),
        record("3", fact("IS", PARK, value={"sort": "park", "name": "Elm Park", "reference": "LOC/7"})),
    )
    person, car, park, other = id_of(P), id_of(CAR), id_of(PARK), id_of(Q)
    for text, found in {
        "sian": [(person, False)],
        "obrien sia": [(person, False)],
        "o'brien smith": [(person, False)],
        "SMITH o brien sian": [(person, False)],
        "obriensmith SIÂN": [(person, True)],
        "ab12": [(car, False)],
        "AB1 2CD": [(car, False)],
        "ab12cde": [(car, True)],
        "a8012 00000": [(other, False)],
        "elm": [(park, False)],
        "park elm": [(park, True)],
        "loc 7": [(park, True)],
        "elm loc": [(park, False)],
        "brien x": [],
        "rien": [],
    }.items():
        assert _seen(workspace, text) == found, text


def test_nobody_is_found_by_a_birth_date(workspace: Workspace) -> None:
    workspace.load(record("1", fact("BORN", P, particular="2009-03-04")))
    assert _hits(workspace, "2009") == _hits(workspace, "2009-03-04") == []


def test_a_phone_number_is_found_however_it_is_dialled(workspace: Workspace) -> None:
    workspace.load(record("1", fact("NAMED", CAR, particular="+44 7700 900123")))
    for text in ("07700900123", "0044 7700 900 123", "+44 (0)7700-900123"):
        assert _seen(workspace, text) == [(id_of(CAR), True)], text
    for text in ("07700", "4477009", "+44 7700 9", "900123"):
        assert _seen(workspace, text) == [(id_of(CAR), False)], text


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_never_part_of_the_query(workspace: Workspace, text: str) -> None:
    workspace.load(
        record("1", fact("NAMED", P, particular="Amy Ash")), record("2", fact("NAMED", Q, particular="Zed"))
    )
    assert {entity for entity, _ in _seen(workspace, text)} <= {id_of(P)}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_kept_and_found_by_its_letters(workspace: Workspace, name: str) -> None:
    words = words_of(name).whole
    if "\ud800" in name:
        return
    workspace.load(
        record("1", fact("NAMED", P, particular=name)), record("2", fact("NAMED", Q, particular="Bo"))
    )
    assert _seen(workspace, "bo") == [(id_of(Q), True)]
    if 0 < len(words) <= 32:
        assert (id_of(P), True) in _seen(workspace, " ".join(words))


def test_a_name_that_the_viewer_may_not_see_is_not_found(workspace: Workspace) -> None:
    hidden = policy(BRAMWELL, tier="hidden")
    workspace.load(
        record("1", fact("NAMED", P, particular="Amy")),
        record("2", fact("NAMED", P, hidden, particular="Zed")),
    )
    assert _seen(workspace, "zed") == [] != _seen(workspace, "amy")
    with workspace.view(workspace.scope(everything)) as view:
        assert [match.entity for match in view.found("zed")] == [id_of(P)]


def test_a_name_that_was_corrected_is_not_found_and_a_disputed_one_is(workspace: Workspace) -> None:
    workspace.load(record("1", fact("NAMED", P, particular="Amy")))
    workspace.load(
        record("1", fact("NAMED", P, particular="Bo")),
        record("2", fact("NAMED", P, particular="Cy", status="disputed")),
        record("3", fact("NAMED", P, particular="Dee", status="withdrawn")),
    )
    assert [len(_seen(workspace, text)) for text in ("amy", "bo", "cy", "dee")] == [0, 1, 1, 0]


def test_a_batch_that_was_given_up_is_not_found(workspace: Workspace) -> None:
    workspace.load(record("1", fact("NAMED", P, particular="Amy")))
    with workspace.writer() as writer:
        writer.begin("import")
        writer.append([record("2", fact("NAMED", Q, particular="Zebedee Quartz"))])
        assert _hits(workspace, "quartz") == [(id_of(Q), False)]
    assert _hits(workspace, "quartz") == [] != _hits(workspace, "amy")


def test_a_batch_that_was_given_up_leaves_no_letter(of_files: Workspace) -> None:
    workspace = of_files
    workspace.load(record("1", fact("NAMED", P, particular="Amy")))
    with workspace.writer() as writer:
        writer.begin("import")
        writer.append([record("2", fact("NAMED", Q, particular="Zebedee Quartz"))])
        assert _hits(workspace, "quartz") == [(id_of(Q), False)]
    assert _hits(workspace, "quartz") == [] != _hits(workspace, "amy")
    workspace.kill(record("3", fact("NAMED", Q, particular="Zebedee Quartz")))
    assert _seen(workspace, "quartz") == []
    workspace.load(record("4", fact("NAMED", Q, particular="Bo")))
    assert _hits(workspace, "quartz") == []
    with workspace.files.identity.connect() as identity:
        identity.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    assert not _holding(workspace.folder, b"quartz")


def _holding(folder: Path, text: bytes) -> list[str]:
    return [path.name for path in folder.iterdir() if text in path.read_bytes().lower()]


@pytest.mark.parametrize("value", [{"name_kind": "recorded"}, {}])
def test_what_a_removed_record_was_found_by_is_in_no_file(of_files: Workspace, value: dict[str, str]) -> None:
    workspace = of_files
    many = [
        record(f"m{n}", fact("NAMED", mention(f"m{n}"), particular=f"Quincy {n} Ash")) for n in range(400)
    ]
    gone = record("1", fact("NAMED", P, particular="Zebedee O'Quartz", value=value),
                  fact("IS", PARK, value={"name": "Quartz Park"}))  # fmt: skip
    workspace.load(*many[:200], gone)
    workspace.load(*many[200:])
    assert _holding(workspace.folder, b"quartz")
    workspace.remove(gone)
    assert _hits(workspace, "quartz") == _hits(workspace, "zebedee") == []
    assert len(_hits(workspace, "quincy")) == 400
    assert _holding(workspace.folder, b"quartz") == _holding(workspace.folder, b"zebedee") == []


def test_a_description_without_a_name_is_not_read(workspace: Workspace) -> None:
    assert said_in('{"sort":"park"}') == said_in("") == []
    with patch("json.loads", side_effect=AssertionError):
        assert said_in('{"category":"a name: none"}') == []
    assert said_in('{"name":"","reference":null}') == []
    assert indexed(1, 2, "IS", ["*"], 1) == []


def _first_schema(folder: Path, held: Workspace) -> None:
    """Write the identity file as the first version did: its tables, no index."""
    folder.mkdir()
    shutil.copyfile(held.folder / "ledger.db", folder / "ledger.db")
    engine = sqlite_engine(folder / "identity.db", writer=True)
    config = Config()
    config.set_main_option("script_location", str(files("graph.ledger.migrations_identity")))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with sqlite3.connect(folder / "identity.db") as identity:
        identity.execute(f"ATTACH '{held.folder / 'identity.db'}' AS held")
        for table in ("secret", "payload", "particular"):
            identity.execute(f"INSERT INTO {table} SELECT * FROM held.{table}")
    identity.close()


def test_a_workspace_of_the_first_schema_is_brought_up_with_its_index_filled(
    of_files: Workspace, tmp_path: Path
) -> None:
    workspace = of_files
    workspace.load(
        record("1", fact("NAMED", P, particular="Amy O'Brien"), identifier(P, "X1")),
        record(
            "2",
            fact("IS", PARK, value={"sort": "park", "name": "Elm Park"}),
            fact("BORN", P, particular="2009"),
        ),
        *(record(f"m{n}", fact("NAMED", mention(f"m{n}"), particular=f"Quincy {n}")) for n in range(300)),
    )
    with workspace.files.identity.connect() as identity, workspace.files.ledger.connect() as ledger:
        for connection in (identity, ledger):
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    old = tmp_path / "old"
    _first_schema(old, workspace)
    create_ledger(old)
    rows = []
    for folder in (workspace.folder, old):
        with sqlite3.connect(folder / "identity.db") as reading:
            rows.append(reading.execute("SELECT rowid, * FROM name_index ORDER BY rowid").fetchall())
            rows.append(sorted(reading.execute("SELECT type, name, sql FROM sqlite_master")))
        reading.close()
    assert rows[:2] == rows[2:] and len(rows[0]) == 303
    held = open_ledger(old)
    with held.identity.connect() as identity:
        assert [hit.entity for hit in find_claims(identity, words_of("obrien amy"))] == [id_of(P)]
    held.close()


def test_a_python_without_full_text_search_says_so(tmp_path: Path) -> None:
    without = patch.object(opening, "MAKE", "CREATE VIRTUAL TABLE name_index USING fts0(words)")
    with without, pytest.raises(StoreUnavailableError, match=r"identity\.db: no such module: fts0"):
        create_ledger(tmp_path)
