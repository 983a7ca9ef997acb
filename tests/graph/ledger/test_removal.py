from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.errors import EntityNotFoundError
from graph.ledger.judgements import read_judgements, read_undone
from graph.model.claims import PolicyLabel, Record
from graph.model.scope import Filters
from tests.builders import (
    BRAMWELL,
    Workspace,
    everything,
    fact,
    id_of,
    identifier,
    link,
    mention,
    policy,
    record,
)
from tests.contracts.answers import answers
from tests.contracts.histories import EVERYBODY, LABELS, TODAY, records

P, Q = mention("p"), mention("q", agency=BRAMWELL)
ASKED = [id_of(who) for who in EVERYBODY]
Batches = Sequence[Sequence[Record]]


def _play(folder: Path, batches: Batches) -> Workspace:
    workspace = Workspace(folder)
    for batch in batches:
        workspace.now_us += 86_400_000_000
        if batch:
            workspace.load(*batch)
    return workspace


def _told(
    workspace: Workspace, labels: Sequence[PolicyLabel], filters: Filters, known_us: int
) -> dict[str, object]:
    scope = workspace.scope(lambda label: label in labels)
    store = workspace.redrawn(known_us=known_us)
    with workspace.view(scope, store) as view:
        found = answers(view, ASKED, filters)
    store.close()
    return found


@pytest.mark.properties
@given(batches=st.lists(st.lists(records(), min_size=1, max_size=4), min_size=1, max_size=4), data=st.data())
@settings(max_examples=12, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
def test_a_removed_record_is_as_if_it_had_never_been(batches: Batches, data: st.DataObject) -> None:
    keys = sorted({(one.agency, one.source_id) for batch in batches for one in batch})
    gone = data.draw(st.sampled_from(keys))
    without = [[one for one in batch if (one.agency, one.source_id) != gone] for batch in batches]
    removed = [one for batch in batches for one in batch if (one.agency, one.source_id) == gone]
    touched = {claim.terms.label for one in removed for claim in one.claims}
    with tempfile.TemporaryDirectory() as folder:
        held, never = _play(Path(folder) / "held", batches), _play(Path(folder) / "never", without)
        middle = (held.now_us + 2) - 86_400_000_000
        held.remove(removed[0])
        viewers = (LABELS, LABELS[:2], [label for label in LABELS if label not in touched])
        for labels, known_us in product(viewers, (held.now_us, middle)):
            filters = data.draw(st.sampled_from([Filters(doubtful=True), Filters(as_of=TODAY)]))
            found, wanted = (_told(workspace, labels, filters, known_us) for workspace in (held, never))
            if touched & set(labels):
                for answer in (found, wanted):
                    del answer["data_version"], answer["rights"]
            assert found == wanted
        held.close()
        never.close()


def test_a_removed_record_is_not_loaded_again(workspace: Workspace) -> None:
    told = record("1", fact("NAMED", P, particular="Al"))
    workspace.load(told)
    workspace.remove(told)
    assert workspace.load(told, record("1", fact("NAMED", P, particular="Bo"))) == ["set_aside:removed"] * 2
    with workspace.view(workspace.scope(everything)) as view:
        assert view.names([id_of(P)]) == {}


def test_every_version_of_a_removed_record_goes(workspace: Workspace) -> None:
    first, second = (record("1", fact("NAMED", P, particular=name)) for name in ("Al", "Bo"))
    workspace.load(first)
    moment = workspace.now_us
    workspace.now_us += 1
    workspace.load(second)
    workspace.remove(first)
    past = workspace.redrawn(known_us=moment)
    with workspace.view(workspace.scope(everything), past) as view:
        assert view.names([id_of(P)]) == {}
    past.close()


def test_what_a_removed_record_said_is_in_no_file(of_files: Workspace) -> None:
    workspace = of_files
    workspace.load(
        record("1", fact("NAMED", P, particular="Zebedee Quartz", value={"name_kind": "Quartzite"}))
    )
    assert any(b"Quartz" in path.read_bytes() for path in workspace.folder.glob("*-wal"))
    workspace.remove(record("1"))
    held = [path.name for path in workspace.folder.iterdir() if b"Quartz" in path.read_bytes()]
    assert held == []
    assert {"ledger.db", "ledger.db-wal", "identity.db"} <= {path.name for path in workspace.folder.iterdir()}


def test_a_judgement_falls_with_a_claim_it_rests_on(workspace: Workspace) -> None:
    workspace.load(record("1", identifier(P, "X")), record("2", identifier(Q, "X")))
    scope = workspace.scope(everything)
    assert len(workspace.drawn().entities(scope, "Person")) == 1
    workspace.load(record("3", link("FRIEND_OF", P, Q)))
    workspace.remove(record("2"))
    assert len(workspace.drawn().entities(scope, "Person")) == 2
    with workspace.ledger() as ledger:
        rows = "SELECT (SELECT COUNT(*) FROM judgement), (SELECT COUNT(*) FROM identifier)"
        assert tuple(ledger.exec_driver_sql(rows).one()) == (0, 1)


def test_what_was_undone_goes_with_the_last_record_of_an_entity(workspace: Workspace) -> None:
    workspace.load(record("1", identifier(P, "X")), record("2", identifier(Q, "X")))
    with workspace.ledger() as ledger:
        workspace.undo(read_judgements(ledger)[0].id)
    workspace.remove(record("2"))
    with workspace.ledger() as ledger:
        assert read_judgements(ledger) == []
        assert read_undone(ledger) == {}


def test_a_key_that_names_no_record_is_refused_and_nothing_is_removed(workspace: Workspace) -> None:
    workspace.load(record("1", fact("NAMED", P, policy(), particular="Al")))
    with pytest.raises(EntityNotFoundError):
        workspace.remove(record("1"), record("2"))
    with pytest.raises(EntityNotFoundError):
        workspace.remove()
    with workspace.view(workspace.scope(everything)) as view:
        assert view.names([id_of(P)]) == {id_of(P): ["Al"]}
    workspace.remove(record("1"))
    with pytest.raises(EntityNotFoundError):
        workspace.remove(record("1"))
