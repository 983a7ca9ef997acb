"""Changes on their way from the ledger to a drawn graph."""

from __future__ import annotations

import pytest

from app.use_cases.drawn_changes import ToDraw, told
from graph.store.contract import Changes
from graph.store.drawing import Drawing, Support
from tests.builders import place

SUPPORT = Support(*range(15))
THREE, TWO, NONE = (Drawing(supports=[SUPPORT] * count) for count in (3, 2, 0))


@pytest.mark.parametrize(
    ("added", "lines"),
    [
        ([THREE, TWO, NONE], ["drawing: 3 claims", "drawing: 5 claims"]),
        ([THREE], []),
        (THREE, []),
        ([], []),
    ],
)
def test_what_is_drawn_part_by_part_is_told_between_them(
    added: Drawing | list[Drawing], lines: list[str]
) -> None:
    heard: list[str] = []
    changes = told(ToDraw(Changes(7, added), place), heard.append, "drawing").changes
    assert heard == [] and changes.version == 7
    assert not isinstance(changes.added, Drawing)
    assert list(changes.added) == ([added] if isinstance(added, Drawing) else added)
    assert heard == lines
