"""Work copies by the command: what is in them, who may have them, and what is on the log first."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.access import scope_of
from app.use_cases.exporting import FORMATS, MOST_DRAWN, MOST_PEOPLE
from graph.ledger.opening import open_ledger
from graph.ledger.products import products_resting_on
from graph.model.claims import Mention
from graph.model.entities import write_id
from graph.model.scope import Scope
from graph.model.spans import day_span
from tests.acceptance.worlds import FACTS, THIRD, fact, partnership, settled, with_fact
from tests.app.briefs import ref
from tests.app.copies.sample import (
    ANN,
    AT_HOME,
    AT_PARK,
    AT_REFUGE,
    AUNT,
    CAL,
    CLUB,
    DEE,
    EVE,
    FAMILY,
    GUARDIAN,
    HOME,
    LINE,
    NUMBERS,
    OTHER_HOME,
    PARK,
    PEOPLE,
    PHONE,
    REFUGE,
    SAFE,
    guarded,
    put,
    written,
)
from tests.app.desk import ADULT, CHILD, COUNCIL, POLICE, Desk, Ran, person, present, tie
from tests.app.test_products import seated
from tests.builders import fact as claim_of
from tests.builders import link, mention, policy, record

ENDS = {"graphml": "graphml", "csv": "zip", "geojson": "geojson", "html": "html", "neo4j": "zip"}


def _export(desk: Desk, form: str = "csv", *options: object, purpose: str = "panel") -> tuple[Ran, Path]:
    out = desk.files / f"copy.{ENDS[form]}"
    ran = desk.run("export", "--format", form, "--out", out, "--purpose", purpose, *options)
    return ran, out


def _tables(path: Path) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(path) as packed:
        texts = {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def _text(path: Path) -> str:
    """Return all that a copy says, unpacked."""
    if path.suffix != ".zip":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as packed:
        return "".join(f"{name}\n{packed.read(name).decode('utf-8-sig')}" for name in packed.namelist())


def _held(desk: Desk, *options: object) -> tuple[dict[str, dict[str, str]], set[tuple[str, str, str]]]:
    """Return the entities of a copy by id, and its links as (from, kind, to)."""
    ran, out = _export(desk, "csv", *options)
    assert ran.code == 0, ran.err
    tables = _tables(out)
    links = {(row["start"], row["kind"], row["end"]) for row in tables["links.csv"]}
    return {row["id"]: row for row in tables["entities.csv"]}, links


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    seated(made, "Ann")
    guarded(made)
    return made


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_written_at_once_and_registered(desk: Desk, form: str) -> None:
    ran, out = _export(desk, form, "--expires-in", "7", purpose="panel of 3 June")
    assert (ran.code, ran.err) == (0, "") and out.stat().st_size > 100
    rows = desk.ask("products", "list")["rows"]
    assert [(row["kind"], row["state"], row["expires"]) for row in rows] == [
        ("work_copy", "written", "2025-06-08")
    ]
    assert rows[0]["recipients"] == [COUNCIL] and rows[0]["purpose"] == "panel of 3 June"
    for said in ("OFFICIAL-SENSITIVE: work copy", rows[0]["id"], "panel of 3 June", COUNCIL, "2025-06-08"):
        assert said in _text(out), said
    assert f"copy {rows[0]['id']}: " in ran.out and not any(name in ran.out for name in PEOPLE.values())


def test_an_unknown_format_exits_2_and_names_those_built(desk: Desk) -> None:
    ran = desk.run("export", "--format", "anx", "--out", desk.files / "x.anx", "--purpose", "panel")
    assert ran.code == 2 and all(form in ran.err for form in FORMATS)


@pytest.mark.parametrize(
    "options",
    [
        ["--purpose", " "],
        ["--purpose", "p", "--expires-in", "31"],
        ["--purpose", "p", "--expires-in", "0"],
        ["--purpose", "p", "--row", "00000000-1", "--around", "0" * 13],
        ["--purpose", "p", "--row", "00000000-1", "--doubtful"],
        ["--purpose", "p", "--entity", "0" * 13, "--around", "0" * 13],
        ["--purpose", "p", "--entity", "0" * 13, "--row", "00000000-1"],
        ["--purpose", "p", "--entity", "0" * 13],
        ["--purpose", "p", *(["--entity", "0" * 13] * 2_001)],
        ["--purpose", "p", "--hops", "3"],
        ["--purpose", "p", "--around", "0" * 13],
        ["--purpose", "p", "--row", "00000000-1"],
        ["--purpose", "p", "--approval", "00000000"],
    ],
)
def test_a_wrong_option_exits_2_and_registers_nothing(desk: Desk, options: list[str]) -> None:
    ran = desk.run("export", "--format", "graphml", "--out", desk.files / "copy.graphml", *options)
    assert ran.code == 2 and not (desk.files / "copy.graphml").exists()
    assert desk.ask("products", "list")["rows"] == []


def test_a_file_that_cannot_be_written_is_said_before_anything_is_registered(desk: Desk) -> None:
    for form, out in (
        ("html", desk.files),
        ("html", desk.files / "no" / "x.html"),
        ("csv", desk.files / "x.csv"),
        ("neo4j", desk.files / "x.cypher"),
    ):
        assert desk.run("export", "--format", form, "--out", out, "--purpose", "p").code == 2
    assert desk.ask("products", "list")["rows"] == []


def test_people_are_initials_and_ages_are_words(desk: Desk) -> None:
    held, _ = _held(desk)
    assert [(held[written(who)]["shown_as"], held[written(who)]["age"]) for who in (ANN, CAL, EVE)] == [
        ("A.A.", "adult"), ("C.C.", "child"), ("E.E.", "not known"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("options", [[], ["--disruption"]])
def test_no_copy_holds_what_no_copy_may(desk: Desk, form: str, options: list[str]) -> None:
    ran, out = _export(desk, form, *options)
    assert ran.code == 0, ran.err
    text = _text(out)
    for secret in (*NUMBERS, *PEOPLE.values(), CHILD, ADULT, "Crane", "SAFE_AT", "PROTECTS", "safe_place"):
        assert secret not in text, secret
    for who in (REFUGE, SAFE, CLUB, GUARDIAN, AUNT):
        assert written(who) not in text, who


def test_a_copy_holds_the_rest(desk: Desk) -> None:
    held, links = _held(desk)
    everybody = (ANN, CAL, DEE, EVE, HOME, OTHER_HOME, PARK, AT_PARK, AT_REFUGE, AT_HOME, LINE, FAMILY, PHONE)
    assert set(held) == {written(who) for who in everybody}
    for a, kind, b in ((CAL, "EXPLOITED_BY", ANN), (CAL, "LIVES_AT", HOME), (ANN, "MEMBER_OF", LINE)):
        assert (written(a), kind, written(b)) in links
    assert {kind for _, kind, _ in links} >= {
        "FRIEND_OF",
        "SEEN_WITH",
        "ASSOCIATE_OF",
        "INVOLVED_IN",
        "OCCURRED_AT",
    }
    assert held[written(PARK)]["shown_as"] == "Long Park" and held[written(LINE)]["shown_as"] == "Blue line"
    assert held[written(FAMILY)]["shown_as"] == held[written(PHONE)]["shown_as"] == ""
    ends = {end for a, _, b in links for end in (a, b)}
    assert ends <= set(held)


def test_homes_placements_and_protected_places_have_no_position_under_any_name(desk: Desk) -> None:
    held, _ = _held(desk)
    placed = {entity for entity, row in held.items() if row["lon"]}
    # The event at the refuge, and the one that lies where a home is, would show where these are.
    assert placed == {written(PARK), written(AT_PARK)}
    assert held[written(PARK)]["precision_m"] == "20.0"
    ran, out = _export(desk, "geojson")
    features = json.loads(out.read_text("utf-8"))["features"]
    assert ran.code == 0 and {feature["id"] for feature in features} == placed


def test_a_copy_for_disruption_leaves_out_ties_and_homes_of_children(desk: Desk) -> None:
    held, links = _held(desk, "--disruption")
    young = {written(who) for who in (CAL, DEE, EVE)}
    ties = {"FRIEND_OF", "ASSOCIATE_OF", "FAMILY_OF", "SEEN_WITH", "FOUND_WITH"}
    assert not [link for link in links if link[1] in ties and {link[0], link[2]} <= young]
    assert not [link for link in links if link[1] in ("LIVES_AT", "PLACED_AT") and link[0] in young]
    assert written(HOME) not in held and written(OTHER_HOME) in held
    assert (written(CAL), "MEMBER_OF", written(FAMILY)) not in links
    assert (written(CAL), "EXPLOITED_BY", written(ANN)) in links
    assert any({a, b} == {written(ANN), written(CAL)} and kind == "ASSOCIATE_OF" for a, kind, b in links)
    assert "For planning disruption" in json.dumps(_tables(desk.files / "copy.zip")["about.csv"])


def test_what_was_protected_only_later_is_out_of_a_copy_of_the_past(desk: Desk) -> None:
    yesterday = "2025-06-01"
    desk.pass_days(1)
    assert written(PARK) in _held(desk, "--known-on", yesterday)[0]
    put(desk, record("late", claim_of("IS", PARK, value={"sort": "park", "protected": True})))
    assert written(PARK) not in _held(desk)[0]
    held, _ = _held(desk, "--known-on", yesterday)
    assert written(PARK) not in held and held[written(AT_PARK)]["lon"] == ""
    assert written(PARK) not in _held(desk, "--window", "2024-01-01", "2024-12-31")[0]


def test_around_somebody_areas_are_no_way_and_hops_are_counted(desk: Desk) -> None:
    one, _ = _held(desk, "--around", written(EVE))
    assert set(one) == {written(who) for who in (EVE, CAL, AT_PARK)}
    two, _ = _held(desk, "--around", written(EVE), "--hops", "2")
    assert {written(ANN), written(PARK), written(DEE)} < set(two) and written(LINE) not in two
    assert desk.run("export", "--format", "html", "--out", desk.files / "x.html", "--purpose", "p",
                    "--around", written(REFUGE).replace("0", "1")).code == 2  # fmt: skip


@pytest.mark.parametrize("who", [REFUGE, SAFE, GUARDIAN])
def test_no_copy_is_made_around_what_no_copy_may_hold(desk: Desk, who: Mention) -> None:
    ran, out = _export(desk, "csv", "--around", written(who))
    assert ran.code == 3 and not out.exists()


def _entities(*chosen: Mention | str) -> list[str]:
    ids = [who if isinstance(who, str) else written(who) for who in chosen]
    return [word for one in ids for word in ("--entity", one)]


def test_a_selection_is_these_entities_and_the_links_between_them(desk: Desk) -> None:
    held, links = _held(desk, *_entities(ANN, CAL, PARK))
    assert set(held) == {written(who) for who in (ANN, CAL, PARK)}
    about = {row["item"]: row["text"] for row in _tables(desk.files / "copy.zip")["about.csv"]}
    everything, every_link = _held(desk)
    ends = {written(who) for who in (ANN, CAL, PARK)}
    assert links == {one for one in every_link if {one[0], one[2]} <= ends} and links
    assert all(held[who] == {**everything[who], "copy": held[who]["copy"]} for who in held)
    assert about["title"] == "Work copy (csv): a selection of its maker's"
    assert about["asked"] == "chosen some entities and the links between them"


def test_a_selection_follows_the_rules_of_every_copy(desk: Desk) -> None:
    held, _ = _held(desk, *_entities(ANN, HOME, SAFE, REFUGE, GUARDIAN))
    assert set(held) == {written(ANN), written(HOME)} and held[written(HOME)]["lon"] == ""
    young, links = _held(desk, *_entities(CAL, DEE, ANN, PARK), "--disruption")
    assert written(DEE) not in young and not [one for one in links if one[1] == "FRIEND_OF"]
    ran, _ = _export(desk, "csv", *_entities(SAFE, REFUGE))
    assert ran.code == 3 and "no work copy may hold" in ran.err
    ran, _ = _export(desk, "csv", *_entities(CAL, DEE), "--names")
    assert ran.code == 3 and "approved by another person" in ran.err
    events = [event for event in desk.events() if event["action"] == "export"]
    assert set(events[0]["subjects"]) == {written(ANN), written(HOME)}


def test_an_id_that_nothing_visible_has_changes_not_a_byte_of_a_selection(desk: Desk) -> None:
    plain = _export(desk, "graphml", *_entities(ANN, CAL))[1].read_bytes()
    hidden = policy(POLICE, tier="hidden")
    put(desk, record("hidden", claim_of("IS", mention("zed"), hidden, value={"sex": "male"}),
                     link("FRIEND_OF", mention("zed"), ANN, hidden)))  # fmt: skip
    for more in (mention("zed"), "0" * 13):
        copy = _export(desk, "graphml", *_entities(ANN, CAL, more))[1].read_bytes()
        # Each copy has letters of its own.
        ids = [row["id"].encode() for row in desk.ask("products", "list")["rows"]]
        assert _without(copy, ids) == _without(plain, ids)


def _without(copy: bytes, ids: list[bytes]) -> bytes:
    for one in ids:
        copy = copy.replace(one, b"-")
    return copy


def test_a_selection_holds_what_was_chosen_whatever_the_window(desk: Desk) -> None:
    held, links = _held(desk, *_entities(ANN, CAL), "--window", "1999-01-01", "1999-12-31")
    assert set(held) == {written(ANN), written(CAL)} and not links


def test_a_walk_passes_through_nothing_that_is_left_out(desk: Desk) -> None:
    put(desk, record("m", link("PLACED_AT", mention("fay"), REFUGE)))
    put(desk, record("n", link("FRIEND_OF", DEE, mention("fay")), link("FRIEND_OF", DEE, CAL)))
    assert written(mention("fay")) in _held(desk, "--around", written(DEE))[0]
    # Two hops away over the refuge, or over a tie between children, is not said at all.
    for options in (["--hops", "1"], ["--hops", "2"]):
        held, _ = _held(desk, "--around", written(DEE), "--disruption", *options)
        assert set(held) == {written(DEE), written(AT_REFUGE)}


def _clustered(desk: Desk) -> str:
    people = [f"P{n}" for n in range(10)]
    desk.load("people", [person(ref, date_of_birth=CHILD, given_name="Amy") for ref in people])
    rings = [
        tie(a, b, date="2025-05-01") for five in (people[:5], people[5:]) for a in five for b in five if a < b
    ]
    desk.load("associations", [*rings, present("P1", "E1"), present("P2", "E1")])
    return str(desk.ask("clusters", "--resolution", "0.4")["rows"][0]["id"])


def test_a_row_of_a_run_is_its_members_and_their_evidence(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    seated(desk, "Ann")
    row = _clustered(desk)
    members = {m["id"] for m in desk.ask("clusters", "--resolution", "0.4")["rows"][0]["members"]}
    held, links = _held(desk, "--row", row)
    assert {entity for entity, said in held.items() if said["kind"] == "Person"} == members
    assert sum(kind == "FRIEND_OF" for _, kind, _ in links) == 10
    said = _tables(desk.files / "copy.zip")["about.csv"]
    assert [row["item"] for row in said if "UNCONFIRMED" in row["text"]] == ["title", "note"]
    seated(desk, "Pat", POLICE)
    desk.load("people", [person("B1", POLICE, tier="sealed")])
    more = desk.ask("clusters", "--resolution", "0.4")["rows"][0]["id"]
    assert _export(desk, "csv", "--row", row)[0].code == 0
    seated(desk, "Ann")
    assert _export(desk, "csv", "--row", more)[0].code == 2


def test_a_row_for_disruption_does_not_list_a_cluster_of_children(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    seated(desk, "Ann")
    held, links = _held(desk, "--row", _clustered(desk), "--disruption")
    assert not [link for link in links if link[1] == "FRIEND_OF"]
    joined = {end for a, _, b in links for end in (a, b)}
    assert all(said["kind"] != "Person" or entity in joined for entity, said in held.items())
    assert sum(said["kind"] == "Person" for said in held.values()) <= 2


def test_a_person_of_interest_is_an_adult_with_a_basis_that_holds(desk: Desk) -> None:
    basis = {"role": "person_of_interest", "officer": "DC 1", "review": "2025-09-01"}
    ended = day_span(date(2024, 1, 1), date(2025, 5, 31))
    others = [mention(ref) for ref in ("ben", "flo", "gus", "hal")]
    put(desk, *(record(ref.ref, claim_of("BORN", ref, particular=ADULT)) for ref in others))
    said = [
        claim_of("ROLE", ANN, value=basis),
        claim_of("ROLE", CAL, value=basis),
        claim_of("ROLE", EVE, value=basis),
        claim_of("ROLE", others[0], value={**basis, "officer": ""}),
        claim_of("ROLE", others[1], value=basis, span=ended),
        claim_of("ROLE", others[2], value={**basis, "role": "victim"}),
        claim_of("ROLE", others[3], value=basis, status="disputed"),
    ]
    put(desk, *(record(f"role{n}", claim) for n, claim in enumerate(said)))
    held, _ = _held(desk)
    # Neither a child nor whoever may be one, whatever an agency wrote.
    assert [who for who, row in held.items() if row["of_interest"] == "yes"] == [written(ANN)]
    assert {row["of_interest"] for row in held.values() if row["kind"] != "Person"} == {""}
    held, _ = _held(desk, "--doubtful")
    assert {who for who, row in held.items() if row["of_interest"] == "yes"} == {
        written(ANN),
        written(others[3]),
    }


def test_being_at_one_event_is_never_a_tie_in_a_copy(desk: Desk) -> None:
    _, links = _held(desk)
    pair = {written(CAL), written(EVE)}
    assert {kind for a, kind, b in links if {a, b} == pair} == {"SEEN_WITH"}


def _names(desk: Desk, *options: object) -> tuple[Ran, Path]:
    return _export(desk, "csv", "--names", *options)


def test_naming_a_child_needs_another_persons_approval(desk: Desk) -> None:
    ran, out = _names(desk)
    assert ran.code == 3 and not out.exists()
    draft = desk.ask("products", "list")["rows"][0]
    assert draft["state"] == "draft" and f"kithmap products approve {draft['id']}" in ran.err
    assert f"--approval {draft['id']}" in ran.err
    assert _names(desk, "--approval", draft["id"])[0].code == 4
    seated(desk, "Ann", COUNCIL, "coordinator", "analyst")
    assert desk.run("products", "approve", draft["id"]).code == 3
    seated(desk, "Cy", COUNCIL, "coordinator")
    assert desk.run("products", "approve", draft["id"]).code == 0
    seated(desk, "Ann")
    desk.pass_days(3)
    ran, out = _names(desk, "--approval", draft["id"])
    assert ran.code == 0, ran.err
    shown = {row["shown_as"] for row in _tables(out)["entities.csv"] if row["kind"] == "Person"}
    assert shown == set(PEOPLE.values())
    said = {row["item"]: row["text"] for row in _tables(out)["about.csv"]}
    assert said["approved by"] == "Cy" and said["copy"] == draft["id"] and said["tells of"] == "2025-06-01"
    assert [event["kind"] for event in desk.events()[-1:]] == ["disclosure"]


def test_an_approval_is_for_these_contents_this_form_and_this_purpose(desk: Desk) -> None:
    _names(desk)
    draft = desk.ask("products", "list")["rows"][0]["id"]
    seated(desk, "Cy", COUNCIL, "coordinator")
    desk.run("products", "approve", draft)
    seated(desk, "Ann")
    assert _export(desk, "graphml", "--names", "--approval", draft)[0].code == 4
    assert _export(desk, "csv", "--names", "--approval", draft, purpose="something else")[0].code == 4
    put(
        desk,
        record(
            "more", claim_of("NAMED", EVE, particular="Eve Egret"), claim_of("BORN", EVE, particular=CHILD)
        ),
    )
    ran, out = _names(desk, "--approval", draft)
    assert ran.code == 4 and "make it again" in ran.err and not out.exists()


def test_naming_adults_only_needs_no_approval(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    seated(desk, "Ann")
    people = [person(f"P{n}", date_of_birth=ADULT, given_name="Amy", family_name=f"Ash{n}") for n in range(3)]
    desk.load("people", people)
    ran, out = _names(desk)
    assert ran.code == 0, ran.err
    assert {row["shown_as"] for row in _tables(out)["entities.csv"]} == {"Amy Ash0", "Amy Ash1", "Amy Ash2"}


def test_more_than_250_people_need_approval_and_a_page_draws_so_many_at_most(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    seated(desk, "Ann")
    desk.load("people", [person(f"P{n}", date_of_birth=ADULT) for n in range(MOST_PEOPLE)])
    assert _export(desk)[0].code == 0
    desk.load("people", [person("one more", date_of_birth=ADULT)])
    ran, _ = _export(desk)
    assert ran.code == 3 and "more than 250 people" in ran.err
    desk.load("people", [person(f"Q{n}") for n in range(MOST_DRAWN)])
    before = len(desk.ask("products", "list")["rows"])
    ran, _ = _export(desk, "html")
    assert ran.code == 2 and "--around" in ran.err
    assert len(desk.ask("products", "list")["rows"]) == before


@pytest.mark.parametrize("role", ["intel_officer", "op_group", "coordinator", "ig_auditor", "admin"])
def test_a_role_without_the_right_gets_no_copy(desk: Desk, role: str) -> None:
    seated(desk, "Ann", COUNCIL, role)
    ran, out = _export(desk)
    assert ran.code == 3 and not out.exists() and desk.events()[-1]["decision"] == "deny"


@pytest.mark.faults
@pytest.mark.parametrize("form", FORMATS)
def test_without_an_audit_log_there_is_no_file(desk: Desk, form: str) -> None:
    (desk.folder / "audit.key").unlink()
    ran, out = _export(desk, form)
    assert ran.code == 4 and not out.exists()


@pytest.mark.faults
def test_the_disclosure_is_on_the_log_before_the_file_is_there(desk: Desk) -> None:
    out = desk.files / "copy.html"
    # The file's own temporary name is taken by a folder: writing fails when all else is done.
    (desk.files / ".copy.html.new").mkdir()
    ran, _ = _export(desk, "html")
    assert ran.code == 2 and not out.exists()
    event = desk.events()[-1]
    assert (event["kind"], event["action"]) == ("disclosure", "export draft")
    assert event["detail"]["product_purpose"] == "panel" and event["detail"]["people"] == 4
    assert (
        event["detail"]["expires"] == "2025-07-01" and len(event["subjects"]) == event["detail"]["entities"]
    )


def test_the_manifest_finds_the_copy_by_the_claims_it_rests_on(desk: Desk) -> None:
    _held(desk)
    copy = desk.ask("products", "list")["rows"][0]["id"]
    claims = [row["claim"] for row in desk.ask("clusters", "--why", written(EVE))["rows"]]
    kept = [
        row["claim"]
        for row in desk.ask("clusters", "--why", written(REFUGE))["rows"]
        if row["predicate"] == "POSITION"
    ]
    files = open_ledger(desk.folder)
    with files.ledger.connect() as ledger:
        for claim in claims:
            assert [product.id for product in products_resting_on(ledger, [claim])] == [copy], claim
        assert kept and products_resting_on(ledger, kept) == []
    files.close()


def test_whoever_sees_hidden_things_puts_none_into_a_copy(desk: Desk) -> None:
    hidden = policy(COUNCIL, tier="hidden")
    put(desk, record("hidden", claim_of("NAMED", mention("zed"), hidden, particular="Zed")))
    seated(desk, "Ann", COUNCIL, "analyst", "intel_officer")
    held, _ = _held(desk)
    assert written(mention("zed")) not in held


def test_a_protected_source_shows_the_month_only(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load("people", [person("P1"), person("P2"), person("P3")])
    said = {"date": "2025-05-09", "date_to": "2025-05-11"}
    desk.load(
        "associations",
        [tie("P1", "P2", **said, basis="child_said"), tie("P2", "P3", **said, basis="recorded")],
    )
    for agency, shown in ((COUNCIL, {"2025-05-09"}), (POLICE, {"2025-05", "2025-05-09"})):
        seated(desk, "Ann", agency)
        ran, out = _export(desk)
        assert ran.code == 0, ran.err
        assert {row["first"] for row in _tables(out)["links.csv"]} == shown


def _copies(desk: Desk) -> dict[str, Any]:
    asked: list[tuple[str, list[str]]] = [(form, []) for form in FORMATS]
    asked += [("csv", ["--disruption", "--doubtful"]), ("csv", ["--names", "--known-on", "2025-06-03"])]
    # The last of them is nobody but in one of two worlds.
    refs = (("C0", COUNCIL), ("C1", COUNCIL), ("C2", COUNCIL), ("B77", POLICE))
    chosen = [write_id(ref(name, agency)) for name, agency in refs]
    asked += [("graphml", _entities(*chosen)), ("csv", _entities(*chosen))]
    told: dict[str, Any] = {}
    for agency in (THIRD, COUNCIL):
        seated(desk, "Ann", agency)
        for form, options in asked:
            ran, out = _export(desk, form, *options)
            told[f"{agency} {form} {options}"] = (*ran, out.read_bytes() if out.exists() else None)
            out.unlink(missing_ok=True)
        told[f"{agency} register"] = desk.run("products", "list", "--json")
    shutil.rmtree(desk.files, ignore_errors=True)
    return told


@pytest.mark.twoworlds
@pytest.mark.parametrize("seed", range(len(FACTS)))
def test_a_hidden_fact_changes_not_a_byte_of_any_copy(seed: int) -> None:
    plain = _copies(settled(partnership(seed)))
    other = _copies(settled(with_fact(partnership(seed), fact(seed))))
    assert sorted(name for name in plain if plain[name] != other[name]) == []
    assert sum(told[0] == 0 for told in plain.values()) == 18


def test_a_planted_leak_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def _all_labels(*arguments: Any) -> Scope:
        return Scope(frozenset(range(1, 1_000)), scope_of(*arguments).pointer)

    monkeypatch.setattr("app.workspace.scope_of", _all_labels)
    plain, other = (_copies(settled(loads)) for loads in (partnership(0), with_fact(partnership(0), fact(0))))
    assert [name for name in plain if plain[name] != other[name]]
