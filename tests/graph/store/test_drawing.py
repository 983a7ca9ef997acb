from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.ledger.claims import read_live
from graph.model.scope import Filters
from graph.model.spans import microseconds
from graph.store.drawing import draw
from tests.builders import Workspace, everything, link, mention, record


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
