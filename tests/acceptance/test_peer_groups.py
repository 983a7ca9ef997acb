"""A peer group shows each viewer their part of it, and nobody more than they could see without it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from app.use_cases.confirming import acts, records, writing
from app.use_cases.confirming.labels import least_strict
from app.use_cases.drawing import current_store
from graph.model.claims import Mention
from graph.model.entities import write_id
from tests.acceptance.worlds import THIRD, partnership, settled, told
from tests.app.desk import CHILD, COUNCIL, POLICE, Desk, person, present, pupil_number, quick_folder, tie
from tests.builders import id_of

pytestmark = pytest.mark.twoworlds
BOTH = ("analyst", "intel_officer")
SEATS: tuple[dict[str, Any], ...] = (
    {"agency": THIRD},
    {"agency": POLICE, "roles": BOTH},
    {"agency": COUNCIL},
    {"agency": COUNCIL, "areas": ["E06000091"]},
    {"agency": COUNCIL, "roles": ["op_group"]},
)
"""Viewers of other agencies, and of the confirming one: analysts who see nothing hidden, and less."""

Told = dict[str, tuple[Any, ...]]


def ref(name: str, agency: str = COUNCIL) -> str:
    """Return the id of somebody whom an agency knows by a reference."""
    return write_id(id_of(Mention("Person", f"{agency}/person_ref", name)))


@cache
def _ground() -> Path:
    made = Desk(quick_folder())
    names = [f"P{n}" for n in range(6)]
    born = {"date_of_birth": CHILD}
    made.load("people", [person(p, given_name="Amy", tier="", **born) for p in names])
    made.load("people", [person(h, given_name="Hid", tier="hidden", **born) for h in ("H1", "H2")])
    ties = [tie(a, b, date="2025-05-01", tier="") for a in names[:4] for b in names[:4] if a < b]
    closed = [("H1", "H2", "hidden"), ("P3", "H1", "hidden"), ("P4", "P5", "sealed"), ("P0", "P4", "sealed")]
    made.load("associations", [*ties, *(tie(a, b, date="2025-05-02", tier=t) for a, b, t in closed)])
    return made.folder


@pytest.fixture
def worlds() -> Iterator[Callable[[], Desk]]:
    """Return a way to make equal worlds."""
    made: list[Desk] = []

    def _world() -> Desk:
        desk = Desk(quick_folder(), like=_ground())
        desk.numbered = 10
        made.append(desk)
        return desk

    yield _world
    for desk in made:
        shutil.rmtree(desk.files, ignore_errors=True)


def act(desk: Desk, *words: str, seat: dict[str, Any] | None = None) -> str:
    """Do something to a group as the council's officer who sees everything of theirs; return its id."""
    desk.sit(**(seat or {"agency": COUNCIL, "roles": BOTH}))
    ran = desk.run("groups", *words)
    assert ran.code == 0, ran.err
    return ran.out.split()[1].rstrip(":\n")


def confirm(desk: Desk, *people: str, seat: dict[str, Any] | None = None) -> str:
    """Confirm a group of some people."""
    adds = [word for name in people for word in ("--add", ref(name) if len(name) < 13 else name)]
    return act(desk, "confirm", *adds, "--purpose", "support", "--review", "2025-12-01", seat=seat)


def everything(desk: Desk, group: str) -> Told:
    """Return every byte that each viewer is told, of the group and of all else."""
    said: Told = {}
    for n, seat in enumerate(SEATS):
        desk.sit(**seat)
        asked: list[tuple[str, ...]] = [
            ("groups", "list", "--names"),
            *(("clusters", "--why", one) for one in (group, *PEOPLE)),
        ]
        if n in (0, 2):
            asked += [("clusters", "--resolution", "0.4", "--names"), ("cross-border",), ("match", "list")]
        for words in asked:
            said[f"{n} {' '.join(words)}"] = told(desk, "told", *words)
        said[f"{n} show"] = tuple(desk.run("groups", "show", group, "--json"))
        said[f"{n} past"] = tuple(desk.run("groups", "show", group, "--known-on", "2025-06-01", "--json"))
    return said


def differences(one: Told, other: Told) -> list[str]:
    """Return what two worlds told differently."""
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


def seen(desk: Desk, group: str, **seat: Any) -> set[str]:
    """Return the members whom a viewer sees; none where they see no group."""
    desk.sit(**seat)
    rows = [row for row in desk.ask("groups", "list")["rows"] if row["id"] == group]
    return {member["id"] for row in rows for member in row["members"]}


PEOPLE = [ref(name) for name in ("P0", "P3", "H1")]


def test_a_group_that_rests_on_hidden_evidence_is_as_if_it_were_not(worlds: Callable[[], Desk]) -> None:
    desk = worlds()
    group = confirm(worlds(), "P3", "H1")
    before = everything(desk, group)
    assert confirm(desk, "P3", "H1") == group
    assert differences(before, everything(desk, group)) == []
    assert seen(desk, group, agency=COUNCIL, roles=BOTH) == {ref("P3"), ref("H1")}


def test_hidden_members_change_not_a_byte_of_what_others_see_of_a_group(worlds: Callable[[], Desk]) -> None:
    plain, other = worlds(), worlds()
    group = confirm(plain, "P0", "P1", "P2")
    # P3 has a hidden tie with a hidden member, so this membership is hidden, too.
    assert confirm(other, "P0", "P1", "P2", "P3", "H1", "H2") == group
    assert differences(everything(plain, group), everything(other, group)) == []
    assert seen(other, group, agency=THIRD) == {ref(p) for p in ("P0", "P1", "P2")}
    assert len(seen(other, group, agency=COUNCIL, roles=BOTH)) == 6


def test_a_change_of_hidden_members_changes_not_a_byte(worlds: Callable[[], Desk]) -> None:
    desk, plain = worlds(), worlds()
    group = confirm(desk, "P0", "P1", "P3")
    assert confirm(plain, "P0", "P1", "P3") == group
    for word in ("--add", "--drop", "--add"):
        desk.pass_days(1)
        act(desk, "change", group, word, ref("H1"), word, ref("H2"), "--reason", "they lead")
    desk.pass_days(1)
    plain.now_us = desk.now_us
    for world in (desk, plain):
        act(world, "change", group, "--review", "2026-01-01", "--reason", "met")
    assert differences(everything(plain, group), everything(desk, group)) == []
    desk.sit(COUNCIL, BOTH)
    (row,) = desk.ask("groups", "list")["rows"]
    assert [a["reason"] for a in row["history"]] == ["support", *["they lead"] * 3, "met"]


def test_a_sealed_group_is_a_pointer_to_others(worlds: Callable[[], Desk]) -> None:
    desk = worlds()
    group = confirm(desk, "P4", "P5")
    assert seen(desk, group, agency=COUNCIL) == {ref("P4"), ref("P5")}
    for seat in SEATS[:2]:
        assert seen(desk, group, **seat) == set()
        why = desk.ask("clusters", "--why", ref("P4"))
        assert {r["contact"] for r in why["restricted"]} == {COUNCIL}
        assert not [c for c in why["rows"] if c["predicate"] == "MEMBER_OF"]
        assert desk.run("groups", "show", group).err == desk.run("groups", "show", "0" * 13).err
        assert desk.run("clusters", "--why", group).code == 2


def test_nobody_sees_one_member_alone(worlds: Callable[[], Desk]) -> None:
    desk = worlds()
    group = confirm(desk, "P0", "H2")
    assert [seen(desk, group, **seat) for seat in SEATS[:4]] == [set()] * 4
    act(desk, "change", group, "--add", ref("P1"), "--reason", "a friend")
    # The one who was there keeps the label they were confirmed with; the one who came has no open company.
    assert [seen(desk, group, **seat) for seat in SEATS[:4]] == [set()] * 4
    desk.pass_days(1)
    other = confirm(desk, "P1", "P2", "H2")
    assert seen(desk, other, agency=THIRD) == {ref("P1"), ref("P2")}
    act(desk, "change", other, "--drop", ref("P2"), "--reason", "moved away")
    assert seen(desk, other, agency=THIRD) == set()
    assert seen(desk, other, agency=COUNCIL, roles=BOTH) == {ref("P1"), ref("H2")}


def test_whoever_sees_less_can_change_what_they_see_and_ends_all_of_it(worlds: Callable[[], Desk]) -> None:
    desk = worlds()
    group = confirm(desk, "P0", "P1", "P2", "P3", "H1")
    less: dict[str, Any] = {"agency": COUNCIL}
    desk.sit(**less)
    ran = desk.run("groups", "change", group, "--drop", ref("P0"), "--drop", ref("P1"), "--reason", "x")
    assert ran.code == 2 and "would have 1" in ran.err
    act(desk, "change", group, "--add", ref("P3"), "--reason", "seen with them", seat=less)
    assert seen(desk, group, agency=THIRD) == {ref(f"P{n}") for n in range(4)}
    assert ref("H1") in seen(desk, group, agency=COUNCIL, roles=BOTH)
    act(desk, "dissolve", group, "--reason", "over", seat=less)
    assert seen(desk, group, agency=COUNCIL, roles=BOTH) == set()
    desk.sit(COUNCIL, BOTH)
    assert "MEMBER_OF" not in str(desk.ask("clusters", "--why", ref("H1")))


def test_a_match_that_others_do_not_see_is_not_told_by_a_membership(worlds: Callable[[], Desk]) -> None:
    desk = worlds()
    desk.sit()
    number = {"upn": pupil_number(1)}
    # The council knows P0 of old; that the police's Q0 is the same child is sealed.
    desk.load("people", [person("P0", tier="sealed", **number)])
    desk.load("people", [person("P0", tier="sealed", **number, given_name="Amelia")])
    desk.load("associations", [tie("P0", "P5", date="2025-03-01", tier="")])
    desk.load("people", [person("Q0", POLICE, **number), person("Q1", POLICE), person("Q2", POLICE)])
    desk.load("associations", [tie(a, b, POLICE, date="2025-03-01") for a, b in (("Q0", "Q1"), ("Q1", "Q2"))])
    same = desk.ask("match", "list")["rows"]
    assert len(same) == 1
    group = confirm(desk, ref("Q0", POLICE), ref("Q1", POLICE), ref("Q2", POLICE), seat={"agency": COUNCIL})
    assert len(seen(desk, group, agency=COUNCIL)) == 3
    told_of = seen(desk, group, agency=THIRD)
    assert told_of == {ref("Q1", POLICE), ref("Q2", POLICE)}
    desk.sit(COUNCIL)
    assert desk.run("match", "undo", same[0]["id"]).code == 0
    assert len(seen(desk, group, agency=COUNCIL)) == 3 and ref("P0") in seen(desk, group, agency=COUNCIL)


def test_undoing_a_match_leaves_the_member_with_the_record_that_was_confirmed(
    worlds: Callable[[], Desk],
) -> None:
    desk = worlds()
    desk.sit()
    number = {"upn": pupil_number(1)}
    desk.load("people", [person("P0", given_name="Amy", **number)])
    desk.load("people", [person("Q0", POLICE, **number)])
    group = confirm(desk, ref("Q0", POLICE), "P1", seat={"agency": COUNCIL})
    assert seen(desk, group, agency=COUNCIL) == {ref("P0"), ref("P1")}
    (same,) = desk.ask("match", "list")["rows"]
    assert desk.run("match", "undo", same["id"]).code == 0
    assert seen(desk, group, agency=COUNCIL) == {ref("P0"), ref("P1")}


def test_areas_that_have_none_in_common_are_refused_to_whoever_would_not_see_it(
    worlds: Callable[[], Desk],
) -> None:
    desk = worlds()
    desk.sit()
    for name, area in (("A1", "E06000090"), ("A2", "E06000091")):
        desk.load("people", [person(name, areas=area)])
    seat: dict[str, Any] = {"agency": COUNCIL, "areas": ["E06000090", "E06000091"]}
    desk.sit(**seat)
    adds = ["--add", ref("A1"), "--add", ref("A2"), "--purpose", "p", "--review", "2025-12-01"]
    ran = desk.run("groups", "confirm", *adds)
    assert ran.code == 3 and "none in common" in ran.err
    group = confirm(desk, "A1", "A2")
    assert [seen(desk, group, agency=COUNCIL, areas=a) for a in (["E06000090"], ["E06000091"])] == [set()] * 2
    assert len(seen(desk, group, agency=COUNCIL)) == 2


def test_what_expires_or_needs_a_gateway_closes_the_membership_with_it(worlds: Callable[[], Desk]) -> None:
    desk = worlds()
    desk.sit()
    ends = {"agreement_expires": "2025-06-10"}
    desk.load("people", [person("X1"), person("X2"), person("X3"), person("X4")])
    desk.load("associations", [
        {**tie("X1", "X2", date="2025-05-01"), **ends},
        tie("X3", "X4", date="2025-05-01", regime="DPA Part 3"),
    ])  # fmt: skip
    first = confirm(desk, "X1", "X2")
    desk.pass_days(1)
    second = confirm(desk, "X3", "X4")
    assert len(seen(desk, first, agency=THIRD)) == len(seen(desk, second, agency=THIRD)) == 2
    assert seen(desk, second, agency=THIRD, purpose_kind="safeguarding") == set()
    desk.pass_days(10)
    assert seen(desk, first, agency=THIRD) == set() and len(seen(desk, second, agency=THIRD)) == 2


def test_events_that_members_were_at_together_are_evidence_too(worlds: Callable[[], Desk]) -> None:
    desk = worlds()
    desk.sit()
    at = [present(p, "E9", date="2025-04-02", tier="hidden" if p == "P5" else "") for p in ("P4", "P5")]
    desk.load("associations", [*at, present("P1", "E9", date="2025-04-02", tier="")])
    desk.sit(COUNCIL, BOTH)
    group = confirm(desk, "P1", "P5", "P2", "P3")
    assert seen(desk, group, agency=THIRD) == {ref("P2"), ref("P3")}
    assert len(seen(desk, group, agency=COUNCIL, roles=BOTH)) == 4


@pytest.mark.parametrize("seed", range(4))
def test_a_random_group_shows_nobody_whom_its_viewer_did_not_see(seed: int) -> None:
    desk, dice = settled(partnership(seed)), random.Random(seed)
    known = [ref(f"C{n}") for n in range(10)] + [ref(f"B{n}", POLICE) for n in range(10)]
    before = [_people_and_clusters(desk, seat) for seat in SEATS[:4]]
    groups = []
    for _ in range(4):
        desk.pass_days(0.001)
        groups.append(confirm(desk, *dice.sample(known, 6)))
    visible = 0
    for seat, was in zip(SEATS[:4], before, strict=True):
        assert _people_and_clusters(desk, seat) == was
        for row in desk.ask("groups", "list")["rows"]:
            ids = {member["id"] for member in row["members"]}
            assert row["id"] in groups and len(ids) != 1 and ids <= was[0]
            visible += len(ids)
    assert visible
    shutil.rmtree(desk.files, ignore_errors=True)


def _people_and_clusters(desk: Desk, seat: dict[str, Any]) -> tuple[set[str], list[Any]]:
    desk.sit(**seat)
    workspace = desk.workspace()
    with closing(current_store(workspace)) as store, workspace.view("clusters", store) as view:
        people = {write_id(one) for one in store.entities(view.scope, "Person").tolist()}
    rows = desk.ask("clusters", "--resolution", "0.4", "--names")["rows"]
    return people, [{k: v for k, v in row.items() if k not in ("id", "restricted")} for row in rows]


_STANDING, _ACTS, _MEMBERS = records.standing_records, records.act_records, records.member_records


def _least(labels: Any, *, agency: str) -> Any:
    return least_strict(labels)._replace(controller=agency)


def _as_they_come(labels: Any) -> Any:
    return list(labels)


def _under_one(standing: Any, labels: Any, ended: Any, day: int) -> Any:
    return _STANDING(standing, [least_strict([*labels, *_open(labels)])] if labels else [], ended, day)


def _open(labels: Any) -> list[Any]:
    return [label._replace(tier="open") for label in labels]


def _acts_for_all(standing: Any, said: Any, labels: Any, held: Any, day: int) -> Any:
    return _ACTS(standing, said, {*labels, *_open(labels)}, held, day)


def _numbered_for_all(standing: Any, said: Any, labels: Any, held: Any, day: int) -> Any:
    total = type(held)({label: held.total() for label in labels})
    return _ACTS(standing, said, labels, total, day)


def _members_numbered(standing: Any, members: Any, ended: Any, day: int) -> Any:
    found = _MEMBERS(standing, members, ended, day)
    return [
        record._replace(claims=tuple(c._replace(ordinal=n) for c in record.claims))
        for n, record in enumerate(sorted(found, key=lambda r: ref("H1") not in r.source_id))
    ]


Check = Callable[[Callable[[], Desk]], None]
LEAKS: dict[str, tuple[Any, str, Any, Check]] = {
    "memberships as open as the openest evidence": (
        acts, "strictest", _least, test_hidden_members_change_not_a_byte_of_what_others_see_of_a_group,
    ),
    "one member alone": (writing, "in_company", _as_they_come, test_nobody_sees_one_member_alone),
    "an open standing of a hidden group": (
        writing, "standing_records", _under_one,
        test_a_group_that_rests_on_hidden_evidence_is_as_if_it_were_not,
    ),
    "acts shown to all": (
        writing, "act_records", _acts_for_all, test_a_change_of_hidden_members_changes_not_a_byte,
    ),
    "acts counted with the hidden ones": (
        writing, "act_records", _numbered_for_all, test_a_change_of_hidden_members_changes_not_a_byte,
    ),
    "members counted with the hidden ones": (
        writing, "member_records", _members_numbered,
        test_hidden_members_change_not_a_byte_of_what_others_see_of_a_group,
    ),
}  # fmt: skip
"""Each with a test that finds it."""


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_found(worlds: Callable[[], Desk], name: str) -> None:
    owner, swapped, other, check = LEAKS[name]
    with patch.object(owner, swapped, other), pytest.raises(AssertionError):
        check(worlds)


def test_the_answers_that_are_compared_are_full_ones(worlds: Callable[[], Desk]) -> None:
    desk = worlds()
    group = confirm(desk, "P0", "P1", "P2", "H1")
    said = everything(desk, group)
    for n in range(4):
        assert json.loads(said[f"{n} groups list --names"][1])["rows"][0]["history"]
        assert said[f"{n} clusters --why {group}"][0] == said[f"{n} show"][0] == said[f"{n} past"][0] == 0
    assert said["4 show"][0] == 3 and said[f"4 clusters --why {group}"][0] == 0
