"""Claims that name people by their ids, and what a discarded or killed batch leaves of them."""

from __future__ import annotations

import pytest

from graph.ledger.known_mentions import BATCH, add_known, claims_naming, left_alone, mention_of
from graph.ledger.opening import open_ledger
from graph.ledger.writing import LedgerWriter
from graph.model.claims import Claim, Record
from tests.builders import Workspace, fact, id_of, key_of, link, mention, record, terms

AMY, BO, GROUP = mention("P1"), mention("P2"), 77


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """Return a workspace that knows two people."""
    workspace.load(record("P1", fact("IS", AMY)), record("P2", fact("IS", BO)))
    return workspace


def _member(person: int, source: str = "m") -> Record:
    known = mention_of("Person", person), mention_of("Group", GROUP)
    return record(
        source, Claim(terms("MEMBER_OF", capacity="assessed", rule="member"), 0, *known), feed="peer_groups"
    )


def _write(writer: LedgerWriter, workspace: Workspace, *records: Record) -> None:
    writer.begin(BATCH)
    add_known(
        writer,
        workspace.files,
        {end for r in records for c in r.claims for end in (c.subject, c.object) if end},
    )
    writer.append(records)


def _mentions(workspace: Workspace) -> list[tuple[object, ...]]:
    query = "SELECT seq, key, entity, kind, batch FROM mention ORDER BY seq"
    with workspace.ledger() as ledger:
        return [tuple(row) for row in ledger.exec_driver_sql(query)]


def test_a_claim_by_id_is_of_the_person_who_has_it(workspace: Workspace) -> None:
    for source in ("m", "n"):
        with workspace.writer() as writer:
            _write(writer, workspace, _member(id_of(AMY), source))
            writer.finish()
    with workspace.ledger() as ledger:
        named = claims_naming(ledger, id_of(AMY))
        assert [c.predicate for c in named] == ["IS", "MEMBER_OF", "MEMBER_OF"]
        assert {c.object for c in named[1:]} == {GROUP} and claims_naming(ledger, id_of(BO))[1:] == []
    assert len(_mentions(workspace)) == 4


@pytest.mark.parametrize("way", ["discarded", "killed"])
def test_a_batch_that_did_not_finish_leaves_no_mention(workspace: Workspace, way: str) -> None:
    before = _mentions(workspace)
    if way == "discarded":
        with workspace.writer() as writer:
            _write(writer, workspace, _member(id_of(AMY)))
            assert len(_mentions(workspace)) == len(before) + 2
    else:
        files = open_ledger(workspace.folder, writer=True)
        writer = workspace.writer(files)
        _write(writer, workspace, _member(id_of(AMY)))
        writer.connection.close()
        writer._identity.close()
        files.close()
    workspace.load(record("P3", fact("IS", mention("P3"))))
    after = _mentions(workspace)
    assert after[:2] == before and len(after) == 3
    with workspace.ledger() as ledger:
        assert [c.predicate for c in claims_naming(ledger, id_of(AMY))] == ["IS"]


def test_a_membership_goes_with_the_last_record_of_its_person(workspace: Workspace) -> None:
    tie = record("t", link("FRIEND_OF", AMY, BO), feed="ties")
    workspace.load(tie)
    with workspace.writer() as writer:
        _write(writer, workspace, _member(id_of(AMY), "m"), _member(id_of(BO), "n"))
        writer.finish()
    workspace.remove(record("P1", fact("IS", AMY)))
    with workspace.ledger() as ledger:
        assert [c.predicate for c in claims_naming(ledger, id_of(AMY))] == ["FRIEND_OF", "MEMBER_OF"]
    workspace.remove(tie)
    with workspace.ledger() as ledger:
        assert claims_naming(ledger, id_of(AMY)) == []
        assert [c.predicate for c in claims_naming(ledger, id_of(BO))] == ["IS", "MEMBER_OF"]
        assert left_alone(ledger, []) == []
    with workspace.ledger() as ledger:
        removed = {row[0] for row in ledger.exec_driver_sql("SELECT key FROM record WHERE removed = 1")}
    assert key_of(_member(id_of(AMY), "m")) in removed and id_of(AMY) not in {
        m[2] for m in _mentions(workspace)
    }
