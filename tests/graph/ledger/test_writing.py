from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError

from graph.errors import (
    LinkEndsError,
    ModelError,
    StoreUnavailableError,
    UngradedClaimError,
    UnknownKindError,
)
from graph.ledger.claims import batch_kinds, ledger_version, read_changes, read_labels, read_live
from graph.ledger.interning import Interner, keyed_hash
from graph.ledger.judgements import read_judgements
from graph.ledger.rows import MOST_CLAIMS, MOST_SHARING
from graph.model.claims import Mention, Record
from graph.model.entities import mint_ids, stated_area
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
    open_only,
    policy,
    record,
)

P, Q, R = (mention(name) for name in "pqr")
HIDDEN = policy(BRAMWELL, tier="hidden")


def _named(name: str, source_id: str = "1") -> Record:
    return record(source_id, fact("NAMED", P, particular=name))


def _names(workspace: Workspace) -> list[str]:
    with workspace.view(workspace.scope(everything)) as view:
        return view.names([id_of(P)]).get(id_of(P), [])


def test_a_record_loaded_twice_is_a_duplicate(workspace: Workspace) -> None:
    assert workspace.load(_named("Al"), _named("Al")) == ["accepted:new", "duplicate"]
    assert workspace.load(_named("Al")) == ["duplicate"]


@pytest.mark.parametrize("chunk", [1, 9])
def test_a_changed_record_supersedes_even_in_one_file(workspace: Workspace, chunk: int) -> None:
    outcomes = workspace.load(_named("Al"), _named("Bo"), _named("Cy"), chunk=chunk)
    assert outcomes == ["accepted:new", "accepted:changed", "accepted:changed"]
    assert _names(workspace) == ["Cy"]
    workspace.load(_named("Di"))
    assert _names(workspace) == ["Di"]


def test_a_record_that_changes_back_is_a_third_version(workspace: Workspace) -> None:
    assert [workspace.load(_named(name))[0] for name in ("Al", "Bo", "Al")][1:] == ["accepted:changed"] * 2
    assert _names(workspace) == ["Al"]


def test_feeds_and_agencies_have_ids_of_their_own(workspace: Workspace) -> None:
    same = _named("Al")
    assert (
        workspace.load(same, same._replace(feed="other"), same._replace(agency=BRAMWELL))
        == ["accepted:new"] * 3
    )


def test_where_one_part_of_a_key_ends_and_the_next_begins_matters() -> None:
    separators = ("\x1f", "|", "'", ",", '"', "\\")
    first = {keyed_hash(b"k", f"a{s}b", "c") for s in separators}
    second = {keyed_hash(b"k", "a", f"b{s}c") for s in separators}
    assert len(first | second) == 2 * len(separators)


def test_a_corrected_record_keeps_its_age(workspace: Workspace) -> None:
    workspace.load(record("1", identifier(P, "X")), record("2", identifier(Q, "X")))
    workspace.load(record("1", identifier(P, "X"), fact("NAMED", P, particular="Al")))
    assert workspace.drawn().entity(workspace.scope(everything), id_of(Q)).id == id_of(P)


def test_nothing_of_a_killed_batch_is_read_and_the_next_batch_goes_on(workspace: Workspace) -> None:
    workspace.load(_named("Al"))
    workspace.kill(_named("Bo"), record("2", link("FRIEND_OF", P, Q)))
    assert _names(workspace) == ["Al"]
    with workspace.ledger() as ledger:
        assert batch_kinds(ledger, 0) == [(1, "import")]
    assert workspace.load(_named("Bo")) == ["accepted:changed"]
    assert _names(workspace) == ["Bo"]
    assert workspace.drawn().counts(workspace.scope(everything)) == {"Person": 1}


def test_a_killed_batch_leaves_nothing_in_any_table(workspace: Workspace) -> None:
    tables = {"record": "ledger", "claim": "ledger", "mention": "ledger", "identifier": "ledger"}
    tables |= {"judgement": "ledger", "payload": "identity", "particular": "identity"}

    def rows() -> dict[str, int]:
        found = {}
        for table, file in tables.items():
            with getattr(workspace.files, file).connect() as connection:
                found[table] = int(connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar_one())
        return found

    workspace.load(record("1", identifier(P, "X")))
    before = rows()
    workspace.kill(record("1", identifier(P, "Y")), record("2", identifier(Q, "X")))
    assert rows() != before
    with workspace.writer() as writer:
        writer.begin("import")
    assert rows() == before


def test_a_writer_left_by_an_error_takes_its_batch_back(workspace: Workspace) -> None:
    with pytest.raises(RuntimeError), workspace.writer() as writer:
        writer.begin("import")
        writer.append([_named("Al")])
        raise RuntimeError
    assert workspace.load(_named("Al")) == ["accepted:new"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (link("FRIEND_OF", P, mention("e", "Event")), LinkEndsError),
        (link("LIKES", P, Q), UnknownKindError),
        (link("INVOLVED_IN", P, mention("e", "Event"), capacity="loitering"), UnknownKindError),
        (fact("FRIEND_OF", P), UnknownKindError),
        (fact("BORN", mention("e", "Event")), UnknownKindError),
        (fact("NAMED", P, nature="hearsay"), UnknownKindError),
        (fact("NAMED", P, status="gone"), UnknownKindError),
        (fact("NAMED", P, source_grade="1"), UngradedClaimError),
    ],
)
def test_a_claim_the_model_does_not_allow_is_refused_and_the_batch_goes_on(
    workspace: Workspace, wrong: object, error: type[ModelError]
) -> None:
    said = fact("NAMED", P, policy(purpose="new"), particular="Al", nature="opinion")
    assert not isinstance(wrong, Record)
    with workspace.writer() as writer:
        writer.begin("import")
        with pytest.raises(error):
            writer.append([record("0", said, wrong)])  # type: ignore[arg-type]
        # The mention, terms and label of the refused chunk were taken back: they are made again.
        assert writer.append([record("1", said)]) == ["accepted:new"]
        writer.finish()
    assert _names(workspace) == ["Al"]
    assert workspace.load(record("2", fact("NAMED", P, particular="Bo"))) == ["accepted:new"]
    assert _names(workspace) == ["Al", "Bo"]


def test_a_record_makes_at_most_so_many_claims(workspace: Workspace) -> None:
    claims = [fact("NAMED", P, particular=str(n)) for n in range(MOST_CLAIMS + 1)]
    assert workspace.load(record("1", *claims[:-1])) == ["accepted:new"]
    with pytest.raises(ModelError, match=str(MOST_CLAIMS)):
        workspace.load(record("2", *claims))


def test_a_large_chunk_is_written(workspace: Workspace) -> None:
    # Twice as many mentions as SQLite takes in one list where nobody has raised its limit.
    many = [record(str(n), link("FRIEND_OF", mention(f"a{n}"), mention(f"b{n}"))) for n in range(33_000)]
    with workspace.writer() as writer:
        driver = writer.connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)
        writer.begin("import")
        assert set(writer.append(many)) == {"accepted:new"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claim SET subject = 1",
        "UPDATE claim SET batch = 1",
        "UPDATE record SET content = key",
        "UPDATE mention SET entity = 1",
        "UPDATE identifier SET entity = 1",
        "UPDATE judgement SET same = 0",
        "DELETE FROM claim",
        "DELETE FROM record",
        "DELETE FROM mention",
        "DELETE FROM identifier",
        "DELETE FROM judgement",
    ],
)
def test_what_was_recorded_never_changes(workspace: Workspace, statement: str) -> None:
    workspace.load(record("1", identifier(P, "X")), record("2", identifier(Q, "X")))
    with workspace.files.ledger.connect() as connection, pytest.raises(IntegrityError, match="rows"):
        connection.exec_driver_sql(statement)


def test_an_area_is_the_same_at_either_end_of_a_link(workspace: Workspace) -> None:
    ward, council = Mention("Area", "gss", "E05000001"), Mention("Area", "ons", "E06000049")
    workspace.load(record("1", link("IN", ward, council)), record("2", link("IN", P, ward)))
    found = workspace.drawn().entities(workspace.scope(everything), "Area").tolist()
    assert found == sorted((stated_area("E05000001"), stated_area("E06000049")))


def test_changes_since_a_version_are_what_redrawing_would_find(workspace: Workspace) -> None:
    workspace.load(_named("Al"), record("2", link("FRIEND_OF", P, Q)))
    workspace.load(_named("Bo"), _named("Cy"), record("3", link("FRIEND_OF", P, R)))
    with workspace.ledger() as ledger:
        added, gone = (list(claims) for claims in read_changes(ledger, 1))
        live = list(read_live(ledger))
    assert {claim.seq for claim in added} <= {claim.seq for claim in live}
    assert [claim.predicate for claim in gone] == ["NAMED"]
    assert sorted(claim.predicate for claim in added) == ["FRIEND_OF", "NAMED"]


def test_what_was_known_at_a_past_time_is_told_as_it_was(workspace: Workspace) -> None:
    moments = []
    for name in ("Al", "Bo"):
        workspace.now_us += 10
        workspace.load(_named(name), record("2", identifier(P, "X")), record("3", identifier(Q, name)))
        moments.append(workspace.now_us)
    with workspace.ledger() as ledger:
        assert [len(list(read_live(ledger, known_us=at))) for at in (moments[0] - 1, *moments)] == [0, 3, 3]
        assert [c.recorded_us for c in read_live(ledger, known_us=moments[0])] == [moments[0]] * 3


def test_undoing_a_judgement_parts_who_was_one_and_is_undone_for_the_past_too(workspace: Workspace) -> None:
    workspace.load(record("1", identifier(P, "X")), record("2", identifier(Q, "X")))
    scope, joined_us = workspace.scope(everything), workspace.now_us
    with workspace.ledger() as ledger:
        judgement = read_judgements(ledger)[0].id
    assert workspace.drawn().counts(scope) == {"Person": 1}
    workspace.now_us += 10
    workspace.undo(judgement)
    assert workspace.drawn().counts(scope) == {"Person": 2}
    past = workspace.redrawn(known_us=joined_us)
    assert past.counts(scope) == {"Person": 1}
    past.close()
    workspace.load(record("3", identifier(Q, "X"), feed="again"))
    assert workspace.drawn().counts(scope) == {"Person": 2}


def test_an_identifier_that_too_many_share_joins_nobody(workspace: Workspace) -> None:
    crowd = [mention(f"c{n}") for n in range(MOST_SHARING + 1)]
    workspace.load(*(record(one.ref, identifier(one, "000000")) for one in crowd))
    assert workspace.drawn().counts(workspace.scope(everything)) == {"Person": len(crowd)}


def test_an_identifier_that_too_many_share_joins_nobody_whatever_the_order_of_loading(
    workspace: Workspace,
) -> None:
    crowd = [mention(f"c{n}") for n in range(MOST_SHARING + 10)]
    for start in range(0, len(crowd), 10):
        workspace.load(*(record(one.ref, identifier(one, "000000")) for one in crowd[start : start + 10]))
    assert workspace.drawn().counts(workspace.scope(everything)) == {"Person": len(crowd)}


def test_as_many_as_may_share_an_identifier_are_one(workspace: Workspace) -> None:
    crowd = [mention(f"c{n}") for n in range(MOST_SHARING)]
    for start in range(0, len(crowd), 10):
        workspace.load(*(record(one.ref, identifier(one, "000000")) for one in crowd[start : start + 10]))
    assert workspace.drawn().counts(workspace.scope(everything)) == {"Person": 1}


def test_a_version_that_was_hidden_makes_nobody_older(workspace: Workspace) -> None:
    workspace.load(record("1", identifier(P, "X", HIDDEN)))
    workspace.load(record("2", identifier(Q, "X"), feed="other"))
    workspace.load(record("1", identifier(P, "X")))
    scope = workspace.scope(lambda label: label.tier == "open")
    store = workspace.drawn()
    assert store.entity(scope, id_of(P)).id == id_of(Q)


def test_a_hidden_holder_of_an_identifier_touches_no_other_label(workspace: Workspace) -> None:
    workspace.load(record("1", identifier(P, "X")))
    workspace.load(record("2", identifier(Q, "X", HIDDEN), agency=BRAMWELL))
    with workspace.ledger() as ledger:
        touched = {label.tier: count for label, count in read_labels(ledger).values()}
        assert len(read_judgements(ledger)) == 1
    assert touched == {"open": 1, "hidden": 1}


def test_a_discarded_batch_touches_no_label(workspace: Workspace) -> None:
    workspace.load(_named("Al"))
    with workspace.writer() as writer:
        writer.begin("import")
        writer.append([_named("Bo")])
        writer.discard()
        writer.begin("import")
        writer.append([record("9", fact("NAMED", Q, HIDDEN, particular="Zed"))])
        writer.finish()
    with workspace.ledger() as ledger:
        assert {label.tier: n for label, n in read_labels(ledger).values()} == {"open": 1, "hidden": 1}
        assert ledger_version(ledger) == 2


def test_a_label_that_only_a_killed_batch_used_is_not_known(workspace: Workspace) -> None:
    workspace.kill(record("9", fact("NAMED", Q, HIDDEN, particular="Zed")))
    assert workspace.labels() == {}


def test_a_broken_file_is_an_error_of_this_project(of_files: Workspace) -> None:
    workspace = of_files
    with workspace.writer() as writer:
        writer.begin("import")
        writer.connection.exec_driver_sql("DROP TABLE identifier")
        writer.connection.commit()
        with pytest.raises(StoreUnavailableError, match="identifier"):
            writer.append([record("1", identifier(P, "X"))])
        writer.connection.exec_driver_sql("CREATE TABLE identifier (claim, batch)")
        writer.connection.commit()


def test_a_record_seen_through_a_window_of_one_viewer_is_whole(workspace: Workspace) -> None:
    workspace.load(record("1", link("FRIEND_OF", P, Q, status="disputed"), link("FRIEND_OF", P, R, HIDDEN)))
    scope = workspace.scope(open_only)
    assert workspace.drawn().counts(scope, Filters(doubtful=True)) == {"Person": 2, "FRIEND_OF": 1}


def test_many_hashes_at_once_are_those_of_one_at_a_time(workspace: Workspace) -> None:
    named = [
        ("record", "Ashby", "people", "1"),
        ("mention", "Person", "x", "it's"),
        ("mention", "Person", "x'", ""),
    ]
    with workspace.ledger() as ledger:
        interner = Interner(ledger, b"key" * 8, mint_ids)
        assert interner.hashes(named) == [interner.hash(*parts) for parts in named]
        assert interner.hashes(named) == [keyed_hash(b"key" * 8, *parts) for parts in named]
    assert len(set(interner.hashes(named))) == 3
