from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from graph.ledger.judgements import read_judgements
from graph.ledger.places import AreaSet, load_area_set
from graph.model.claims import Claim
from graph.view import is_adult
from tests.builders import (
    BRAMWELL,
    Workspace,
    everything,
    fact,
    id_of,
    identifier,
    link,
    mention,
    nothing,
    open_only,
    policy,
    record,
    sealed,
)

P, Q, R = (mention(name) for name in "pqr")
HIDDEN, SEALED = policy(BRAMWELL, tier="hidden"), policy(BRAMWELL, tier="sealed")
TODAY = date(2025, 6, 1)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    held = Workspace(tmp_path)
    yield held
    held.close()


def _born(*claims: Claim) -> list[Claim]:
    return [link("FRIEND_OF", P, Q), *claims]


@pytest.mark.parametrize(
    ("claims", "minor"),
    [
        ([], True),
        ([fact("BORN", P, particular="2007-06-01")], False),
        ([fact("BORN", P, particular="2007-06-02")], True),
        ([fact("BORN", P, particular="1990")], True),
        ([fact("BORN", P, particular="1990-01")], True),
        ([fact("BORN", P, particular="1990-01-01"), fact("BORN", P, particular="1990-01-02")], True),
        ([fact("BORN", P, particular="1990-01-01"), fact("BORN", P, particular="1990-01-01")], False),
        ([fact("BORN", P, particular="1990-01-01", status="disputed")], True),
        ([fact("BORN", P, particular="1990-01-01", source_grade="1", information_grade="E")], True),
        ([fact("BORN", P, particular="1990-01-01"), fact("BORN", P, HIDDEN, particular="2010-01-01")], False),
        ([fact("BORN", P, HIDDEN, particular="1990-01-01")], True),
    ],
)
def test_who_is_not_surely_an_adult_counts_as_a_child(
    workspace: Workspace, claims: list[Claim], minor: bool
) -> None:
    workspace.load(record("1", *_born(*claims)))
    with workspace.view(workspace.scope(open_only)) as view:
        assert view.minors_on(TODAY, np.array([id_of(P)])).tolist() == [minor]


@pytest.mark.parametrize(
    ("birth", "day", "adult"),
    [
        ("2007-02-28", date(2025, 2, 28), True),
        ("2008-02-29", date(2026, 2, 28), False),
        ("2008-02-29", date(2026, 3, 1), True),
        ("2007-12-31", date(2025, 12, 30), False),
    ],
)
def test_a_birthday_is_when_eighteen_years_are_over(birth: str, day: date, adult: bool) -> None:
    assert is_adult({birth}, day) == adult


def test_names_come_from_visible_records_only_and_from_every_record_of_the_person(
    workspace: Workspace,
) -> None:
    workspace.load(
        record("1", identifier(P, "X"), fact("NAMED", P, particular="Al")),
        record("2", identifier(Q, "X"), fact("NAMED", Q, particular="Ally")),
        record("3", fact("NAMED", P, HIDDEN, particular="Zed")),
    )
    with workspace.view(workspace.scope(open_only)) as view:
        assert view.names([id_of(Q)]) == {id_of(P): ["Al", "Ally"]}


def test_asking_for_nobodys_name_gives_nobodys(workspace: Workspace) -> None:
    workspace.load(record("1", fact("NAMED", P, particular="Al")))
    with workspace.view(workspace.scope(everything)) as view:
        assert view.names([]) == {}


def test_evidence_outside_the_scope_is_left_out_whoever_asks_for_it(workspace: Workspace) -> None:
    workspace.load(record("1", link("FRIEND_OF", P, Q)), record("2", link("FRIEND_OF", P, Q, HIDDEN)))
    with workspace.view(workspace.scope(everything)) as view:
        links = view.store.link_table(view.scope)
        claims = view.store.claims_of(view.scope, links)[int(links.link_id[0])]
        assert len(view.why(claims)) == 2
    with workspace.view(workspace.scope(open_only)) as view:
        (found,) = view.why(claims)
        assert found.label == policy()
        assert found.name.endswith("/friend_of/0") and ".v" not in found.name


def test_a_pointer_tells_the_owner_and_letters_and_nothing_else(workspace: Workspace) -> None:
    sealed_claims = [link("FRIEND_OF", P, R, SEALED), fact("NAMED", P, SEALED, particular="Zed")]
    workspace.load(record("1", link("FRIEND_OF", P, Q), *sealed_claims))
    with workspace.view(workspace.scope(open_only, sealed)) as view:
        (pointer,) = view.pointers([id_of(P), id_of(Q)])
        assert (pointer.entity, pointer.owner, len(pointer.reference)) == (id_of(P), BRAMWELL, 8)
        assert view.names([id_of(P)]) == {}
    with workspace.view(workspace.scope(open_only, nothing)) as view:
        assert view.pointers([id_of(P)]) == []


def test_the_data_version_changes_with_what_the_viewer_may_see_only(workspace: Workspace) -> None:
    def version(*how: object) -> str:
        with workspace.view(workspace.scope(*how)) as view:  # type: ignore[arg-type]
            return view.data_version

    workspace.load(record("1", link("FRIEND_OF", P, Q)))
    before = version(open_only)
    workspace.load(record("2", link("FRIEND_OF", P, R, HIDDEN)))
    workspace.load(record("1", link("FRIEND_OF", P, Q)))
    assert version(open_only) == before != version(everything)
    workspace.load(record("3", fact("NAMED", P, particular="Al")))
    assert version(open_only) != before


def test_an_undone_judgement_is_a_new_data_version_for_who_had_it_and_nobody_else(
    workspace: Workspace,
) -> None:
    def versions() -> list[str]:
        found = []
        for visible in (everything, open_only):
            with workspace.view(workspace.scope(visible)) as view:
                found.append(view.data_version)
        return found

    workspace.load(record("1", identifier(P, "X")), record("2", identifier(Q, "X", HIDDEN)))
    with workspace.ledger() as ledger:
        judgement = read_judgements(ledger)[0].id
    before = versions()
    workspace.undo(judgement)
    after = versions()
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_who_may_see_and_who_is_only_pointed_share_no_data_version(workspace: Workspace) -> None:
    workspace.load(record("1", link("FRIEND_OF", P, Q)), record("2", link("FRIEND_OF", P, R, SEALED)))
    with (
        workspace.view(workspace.scope(everything)) as whole,
        workspace.view(workspace.scope(open_only, sealed)) as part,
    ):
        assert whole.data_version != part.data_version
        assert whole.rights != part.rights


def test_new_boundaries_of_the_same_areas_are_a_new_data_version(workspace: Workspace) -> None:
    versions = []
    for shape in (b"one", b"two", b"two"):
        with workspace.writer() as writer:
            load_area_set(writer, AreaSet("lad", "2024", [("E06000049", "Ashby", shape)]))
        with workspace.view(workspace.scope(everything)) as view:
            versions.append(view.data_version)
    assert versions[0] != versions[1] == versions[2]


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (["2007-06-01"], "adult"),
        (["2007-06-02"], "child"),
        (["1990"], "not known"),
        (["2015-01-01", "2015-01-02"], "not known"),
        ([], "not known"),
    ],
)
def test_an_age_is_a_childs_an_adults_or_not_known(workspace: Workspace, born: list[str], age: str) -> None:
    claims = _born(*(fact("BORN", P, particular=day) for day in born))
    workspace.load(*(record(f"r{n}", claim) for n, claim in enumerate(claims)))
    with workspace.view(workspace.scope(everything)) as view:
        assert view.ages_on(TODAY, [id_of(P), id_of(Q)]) == {id_of(P): age, id_of(Q): "not known"}
