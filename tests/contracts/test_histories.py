"""Random histories: after every step the store, the view and the ledger answer as the reference does."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from graph.ledger.claims import ledger_version, read_labels
from graph.ledger.judgements import read_judgements
from graph.model.claims import PolicyLabel, Record
from graph.model.scope import Filters, Scope
from graph.store.embedded import EmbeddedStore
from graph.view import View
from tests.builders import DAY_US, Workspace, id_of, identifier, key_of, place, record
from tests.contracts.comparing import check_links, check_store, check_view, rows_of
from tests.contracts.histories import EVERYBODY, HIDDEN, LABELS, OPEN, PEOPLE, POLICE, SEALED, TODAY, records
from tests.reference import Reference, Seen

ASKED = [id_of(who) for who in EVERYBODY]
GRANTED = (id_of(PEOPLE[0]), id_of(PEOPLE[4]))
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""No history outlives its test: a disk would only be waited for."""
Viewer = tuple[tuple[PolicyLabel, ...], tuple[PolicyLabel, ...], tuple[int, ...]]
VIEWERS: tuple[Viewer, ...] = (
    ((OPEN, POLICE), (), ()),
    ((OPEN,), (SEALED,), ()),
    ((OPEN, POLICE), (SEALED,), GRANTED),
    (LABELS, (), ()),
    ((), (), ()),
)
FILTERS = (
    Filters(),
    Filters(doubtful=True),
    Filters(as_of=TODAY - 2),
    Filters(window=(TODAY - 4, TODAY - 2)),
    Filters(window=(TODAY - 1, TODAY), as_of=TODAY, doubtful=True),
)


JOINED = (
    record("6", identifier(PEOPLE[0], "X", OPEN), identifier(PEOPLE[1], "Y", SEALED)),
    record("7", identifier(PEOPLE[4], "X", POLICE), identifier(PEOPLE[5], "Y", HIDDEN)),
)


def _scope(workspace: Workspace, viewer: Viewer) -> Scope:
    visible, pointer, granted = viewer
    return workspace.scope(visible.__contains__, pointer.__contains__, granted)


def _placed(lon: float, lat: float) -> tuple[float, float, tuple[int, ...]]:
    at = place(np.array([lon]), np.array([lat]))[0]
    return at.easting_m, at.northing_m, at.areas


class Histories(RuleBasedStateMachine):
    """Loads, reloads, kills, undoes and removes, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kithmap-history-", dir=MEMORY))
        self.workspace = self.opened()
        self.model = Reference(id_of, _placed)
        self.steps = 0
        self.last: list[Record] = []
        self.killed = False
        self.moments: list[int] = []
        self.versions: list[dict[Any, str]] = [{} for _ in VIEWERS]

    def opened(self) -> Workspace:
        """Return the workspace, whose ledger may lie elsewhere."""
        return Workspace(self.folder)

    def teardown(self) -> None:
        self.workspace.close()
        shutil.rmtree(self.folder)

    def _tick(self, days: int) -> None:
        self.moments.append(self.workspace.now_us)
        self.workspace.now_us += days * DAY_US + 1

    @initialize(batch=st.lists(records(), min_size=3, max_size=6))
    def begin(self, batch: list[Record]) -> None:
        self.load([*JOINED, *batch], 0, 6)

    @rule(batch=st.lists(records(), min_size=1, max_size=4), days=st.integers(0, 1), chunk=st.integers(1, 4))
    def load(self, batch: list[Record], days: int, chunk: int) -> None:
        self._tick(days)
        assert self.workspace.load(*batch, chunk=chunk) == self.model.load(batch, self.workspace.now_us)
        self.last, self.killed = batch, False

    @precondition(lambda self: self.last)
    @rule()
    def load_again(self) -> None:
        newest = {key_of(record): record for record in self.last}
        before = self._labels()
        outcomes = self.workspace.load(*newest.values())
        assert set(outcomes) <= {"duplicate", "set_aside:removed"}
        assert outcomes == self.model.load(list(newest.values()), self.workspace.now_us)
        assert self._labels() == before

    @precondition(lambda self: not self.killed)
    @rule(batch=st.lists(records(), min_size=1, max_size=3))
    def kill(self, batch: list[Record]) -> None:
        self.killed = True
        with self.workspace.ledger() as ledger:
            before = ledger_version(ledger)
        self.workspace.kill(*batch)
        with self.workspace.ledger() as ledger:
            assert ledger_version(ledger) == before

    @precondition(lambda self: self.model.judgements())
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        with self.workspace.ledger() as ledger:
            held = [j.id for j in read_judgements(ledger) if j.same]
        judgement = data.draw(st.sampled_from(sorted(set(held))))
        self._tick(0)
        self.workspace.undo(judgement)
        self.model.undo(judgement, self.workspace.now_us)

    @precondition(lambda self: any(self.model.records.values()))
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        keys = sorted(key for key, versions in self.model.records.items() if versions)
        key = data.draw(st.sampled_from(keys))
        gone = self.model.records[key][0].record
        self._tick(0)
        self.workspace.remove(gone)
        self.model.remove([key])

    def _labels(self) -> dict[PolicyLabel, int]:
        with self.workspace.ledger() as ledger:
            return dict(read_labels(ledger).values())

    def _judged_alike(self) -> None:
        with self.workspace.ledger() as ledger:
            numbers = {n: label for n, (label, _) in read_labels(ledger).items()}
            held = {
                (j.a, j.b, j.basis, numbers[j.label_a], numbers[j.label_b])
                for j in read_judgements(ledger)
                if j.same
            }
        assert held == {tuple(j[:5]) for j in self.model.judgements()}

    @invariant()
    def answers_are_those_of_the_reference(self) -> None:
        self.steps += 1
        assert self._labels() == dict(self.model.touched)
        self._judged_alike()
        drawn, anew = self.workspace.drawn(), self.workspace.redrawn()
        labels = self.workspace.labels()
        for number, viewer in enumerate(VIEWERS):
            scope = _scope(self.workspace, viewer)
            seen = Seen(self.model, *viewer)
            filters = FILTERS[(number + self.steps) % len(FILTERS)]
            check_links(drawn, scope, seen, filters)
            assert rows_of(anew.link_table(scope)) == rows_of(drawn.link_table(scope))
            if number in (self.steps % len(VIEWERS), 2 * self.steps % len(VIEWERS)):
                check_store((drawn, anew)[self.steps % 2], scope, seen, ASKED, filters)
            with self.workspace.view(scope, drawn) as view:
                check_view(view, seen, ASKED, labels)
                self._version_says_what_changed(number, view)
        anew.close()

    def _version_says_what_changed(self, number: int, view: View) -> None:
        visible, pointer, _ = VIEWERS[number]
        told = repr(self.model.data_version(visible, pointer))
        known = self.versions[number]
        assert known.setdefault(told, view.data_version) == view.data_version
        assert len(set(known.values())) == len(known)

    @precondition(lambda self: self.moments)
    @invariant()
    def what_was_known_then_is_what_the_reference_says(self) -> None:
        known_us = self.moments[self.steps * 7 % len(self.moments)]
        past: EmbeddedStore = self.workspace.redrawn(known_us=known_us)
        viewer = VIEWERS[self.steps % 4]
        scope = _scope(self.workspace, viewer)
        seen = Seen(self.model, *viewer, known_us=known_us)
        check_store(past, scope, seen, ASKED, FILTERS[self.steps % len(FILTERS)])
        past.close()


TestHistories = pytest.mark.properties(Histories.TestCase)
TestHistories.settings = settings(
    max_examples=12,
    stateful_step_count=10,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
