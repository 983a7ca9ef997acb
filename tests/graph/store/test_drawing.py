from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest

from graph.ledger.claims import ledger_version, read_live
from graph.model.scope import Filters
from graph.model.spans import microseconds
from graph.store.contract import Changes
from graph.store.drawing import draw, draw_parts
from graph.store.embedded import EmbeddedStore
from tests.builders import Workspace, everything, fact, link, mention, place, record

TABLES = ("entity", "support", "fact", "origin")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    held = Workspace(tmp_path)
    yield held
    held.close()


def test_each_claim_draws_its_own_rows_whatever_the_others_say(workspace: Workspace) -> None:
    ties = [record(str(n), link("FRIEND_OF", mention("p"), mention(f"q{n}"))) for n in range(5)]
    workspace.load(*ties)
    with workspace.ledger() as ledger:
        claims = list(read_live(ledger))
    whole = draw(claims)
    parts = [draw([claim], origins=whole.origins) for claim in claims]
    assert sorted(whole.supports) == sorted(row for part in parts for row in part.supports)


def test_what_has_no_report_date_is_known_from_the_london_day_it_was_loaded(workspace: Workspace) -> None:
    workspace.now_us = microseconds(datetime(2025, 6, 1, 23, 30, tzinfo=UTC))
    workspace.load(record("1", link("FRIEND_OF", mention("p"), mention("q"))))
    second_of_june = (datetime(2025, 6, 2) - datetime(1970, 1, 1)).days
    store, scope = workspace.drawn(), workspace.scope(everything)
    assert len(store.link_table(scope, filters=Filters(as_of=second_of_june - 1))) == 0
    assert len(store.link_table(scope, filters=Filters(as_of=second_of_june))) == 1


def test_a_file_drawn_in_one_part_is_the_file_drawn_in_many(workspace: Workspace, tmp_path: Path) -> None:
    people = [mention(f"p{n}") for n in range(7)]
    ties = [link("FRIEND_OF", a, b) for a in people for b in people if a < b]
    named = [fact("IS", one, value={"sort": "person"}) for one in people]
    workspace.load(
        *(record(str(n), *claims) for n, claims in enumerate(zip(ties, cycle(named), strict=False)))
    )
    rows = []
    for size in (1, 5, 1_000):
        path = tmp_path / f"drawn-{size}.db"
        store = EmbeddedStore(path, writer=True)
        with workspace.ledger() as ledger:
            parts = draw_parts(read_live(ledger), size=size)
            store.apply(Changes(ledger_version(ledger), parts), place)
        store.close()
        with closing(sqlite3.connect(path)) as drawn:
            rows.append([drawn.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES])
    assert rows[0] == rows[1] == rows[2] and all(rows[0])
