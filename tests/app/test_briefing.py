"""What a briefing says of a small invented world, section by section."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.documents.document import Document
from app.use_cases.asking import Question
from app.use_cases.briefing import LeftOut
from app.use_cases.briefings.pairs import Pair, largest_piece
from app.use_cases.briefings.wording import counted, day_text, listed
from graph.errors import EntityNotFoundError, NotPermittedError, PurposeMissingError
from graph.model.scope import Scope, shared_scope
from tests.app.briefs import (
    GRADED,
    MEMBERS,
    NAMES,
    briefed,
    child,
    friends,
    intelligence,
    made,
    printed,
    ref,
    row_about,
    row_of,
    said,
    section,
    short,
    table,
    together,
    words,
)
from tests.app.desk import ADULT, COUNCIL, POLICE, SHARED, Desk, concern, person, pupil_number, tie

BOTH = (COUNCIL, POLICE)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return briefed(tmp_path / "desk")


def test_a_briefing_on_a_cluster_says_unconfirmed_and_draft_in_what_each_page_prints(desk: Desk) -> None:
    document = printed(made(desk))
    assert document.states == ("DRAFT: not approved", "UNCONFIRMED: found by an algorithm")
    assert document.marking == "OFFICIAL-SENSITIVE" and len(document.reference) == 8
    assert "group" not in document.title.replace("peer group", "") and "gang" not in document.title


def test_it_says_what_for_for_whom_by_whom_as_of_when_and_until_when(desk: Desk) -> None:
    about = dict(printed(made(desk, recipients=BOTH, reference="OPG/7")).about)
    assert about["Purpose"] == "panel of 3 June" and about["Reference"] == "OPG/7"
    assert about["For"] == f"{COUNCIL}; {POLICE}"
    assert about["Made by"] == f"someone, {COUNCIL}, on 1 Jun 2025"
    assert (about["Contents as of"], about["Expires"]) == ("1 Jun 2025", "1 Jul 2025: destroy it then")
    assert about["Approved"].startswith("not yet") and "2B" in about["Reading grades"]


def test_the_first_sentence_is_about_victims_even_when_nobody_is_one(desk: Desk) -> None:
    first = printed(made(desk)).sections[0]
    assert first.heading == "In short"
    assert first.points[0] == (
        "Nobody here is recorded as a victim or as exploited. That does not mean that nobody is."
    )
    desk.load("people", [child("P1", role="victim", harm="cce", reported="2025-04-02")])
    first = printed(made(desk)).sections[0]
    assert first.points[0] == (
        f"1 of 4 is recorded as a victim or as exploited, 1 of them children or of an age not known: "
        f"B.B. ({short('P1')})."
    )


def test_victim_status_stands_in_the_same_row_as_being_suspected_and_before_it(desk: Desk) -> None:
    rows = together(["P0"], "E1", "2025-03-05", capacity="suspected")
    rows += together(["P0"], "E2", "2025-03-09", capacity="victim")
    desk.load("associations", rows)
    found = made(desk)
    assert table(found, "Members").columns[1:3] == ("Victim or exploited", "Also recorded")
    row = row_about(found, "Members", short("P0"))
    assert row[1] == "VICTIM in 1 event (Ashby Council, 9 Mar 2025)"
    assert row[2] == "suspected in 1 event (Ashby Council, 5 Mar 2025)"
    assert "1 member is also recorded as suspected or arrested; 1 of them is recorded as a victim" in (
        section(found, "In short")
    )


def test_a_suspected_child_without_any_thought_of_the_victim_is_a_gap(desk: Desk) -> None:
    desk.load("associations", together(["P2"], "E1", "2025-03-05", capacity="arrested"))
    found = made(desk)
    gap = f"1 member, C.C. ({short('P2')}): suspected or arrested, and no NRM or other victim consideration"
    assert gap in section(found, "What is missing")
    assert "For 1 of them no consideration as a victim is recorded." in section(found, "In short")
    suspect = {"role": "suspect", "victim_consideration": "nrm_considered", "reported": "2025-04-02"}
    desk.load("people", [child("P2", **suspect)])
    found = made(desk)
    assert gap not in section(found, "What is missing")
    assert "suspect, as recorded, undated" in row_about(found, "Members", short("P2"))[2]
    assert "as a victim: NRM considered" in row_about(found, "Members", short("P2"))[2]


def test_an_age_that_is_not_known_is_printed_as_such_and_counts_as_a_child(desk: Desk) -> None:
    born = [child("P0", date_of_birth=""), child("P1", date_of_birth="2007-01-01", dob_precision="year")]
    desk.load("people", [*born, child("P2", date_of_birth=ADULT), child("P3", date_of_birth="2004-05-06")])
    found = made(desk)
    ages = {n: row_about(found, "Members", short(f"P{n}"))[0].split("\n")[1] for n in range(4)}
    assert ages == {
        0: "age not known: counts as a child", 1: "age not known: counts as a child", 2: "adult",
        3: "adult, under 25",
    }  # fmt: skip
    assert "4 people: 0 under 18, 2 of an age not known (counted as children) and 2 adults." in (
        section(found, "In short")
    )
    text = words(printed(found))
    assert "2004" not in text and ADULT not in text and "2007" not in text


def test_two_agencies_levels_of_risk_stand_side_by_side_and_order_nobody(desk: Desk) -> None:
    desk.load("people", [child("P3", risk="High", reported="2025-04-02", upn=pupil_number(3))])
    police = person("B3", POLICE, risk="M", reported="2025-05-02", upn=pupil_number(3), **GRADED)
    desk.load("people", [police])
    found = made(desk)
    assert row_about(found, "Members", short("P3"))[3] == (
        "High (Ashby Council, 2 Apr 2025) / M (Bramwell Police, 2 May 2025)"
    )
    assert [row[0][:4] for row in table(found, "Members").rows] == ["A.A.", "B.B.", "C.C.", "D.D."]
    for word in (" score", "rank", "high risk", "top "):
        assert word not in words(printed(found)).lower().replace("no score", "").replace("ranked", "")


def test_people_of_the_same_letters_stand_by_their_ids(desk: Desk) -> None:
    desk.load("people", [child(name) | {"given_name": "Amy", "family_name": "Ash"} for name in MEMBERS])
    shown = [row[0] for row in table(made(desk), "Members").rows]
    assert [text[:4] for text in shown] == ["A.A."] * 4 and len({text[6:10] for text in shown}) == 4
    by_id = sorted(ref(name) for name in MEMBERS)
    assert [ref(name) for text in shown for name in MEMBERS if short(name) == text[6:10]] != by_id[::-1]


def test_a_tie_says_its_kind_days_grade_and_agency(desk: Desk) -> None:
    seen = intelligence(1, "ASSOCIATE_OF", person_ref="B0", other_person_ref="B1")
    desk.load("people", [person(f"B{n}", POLICE, upn=pupil_number(n)) for n in range(2)])
    desk.load("people", [child(f"P{n}", upn=pupil_number(n)) for n in range(2)])
    desk.load("intelligence", [seen])
    found = made(desk)
    pair = f"A.A. ({short('P0')}) and B.B. ({short('P1')})"
    assert row_about(found, "Ties that somebody stated", pair) == (
        pair, "friends, associates", "since 2 Mar 2025", "12 May 2025", "2B, recorded",
        "Ashby Council and Bramwell Police",
    )  # fmt: skip
    assert "Ties said by one agency only, as far as agencies are shown: 5 of 6." in section(
        found, "What is missing"
    )


def test_an_ungraded_undated_old_tie_is_named_as_such_and_not_left_out(desk: Desk) -> None:
    desk.load("people", [child("P4")])
    desk.load(
        "associations",
        [
            tie("P4", "P0", date="", basis=""),
            tie("P4", "P1", date="2023-01-02", date_to="2023-02-03", basis="recorded"),
        ],
    )
    found = made(desk, [ref(name) for name in (*MEMBERS, "P4")])
    gaps = section(found, "What is missing")
    old, bare = (f"{a} and E.E. ({short('P4')})" for a in (f"B.B. ({short('P1')})", f"A.A. ({short('P0')})"))
    assert f"Ties resting on something undated: 1 of 8: {bare}." in gaps
    assert f"Ties with neither a grade nor a basis: 1 of 8: {bare}." in gaps
    assert f"Ties last confirmed before 1 Jun 2024: 1 of 8: {old}." in gaps
    assert row_about(found, "Ties that somebody stated", bare)[2:5] == (
        "undated",
        "no day",
        "ungraded",
    )


def test_co_presence_is_called_so_and_a_single_event_makes_no_tie(desk: Desk) -> None:
    desk.load("people", [child("P4"), child("P5")])
    rows = [
        r for n, day in enumerate(("2025-03-01", "2025-03-08")) for r in together(["P0", "P4"], f"E{n}", day)
    ]
    rows += together(["P1", "P5"], "E7", "2025-03-11")
    desk.load("associations", rows)
    found = made(desk, [ref(name) for name in (*MEMBERS, "P4", "P5")])
    row = row_about(found, "Co-presence: at the same events", short("P4"))
    assert row[1] == "co-presence: 2 events" and row[2] == "1 Mar 2025 to 8 Mar 2025"
    assert all(short("P4") not in row[0] for row in table(found, "Ties that somebody stated").rows)
    assert short("P5") not in words(printed(found)), "nobody becomes a member by one event"
    desk.load("associations", together(["P2", "P4"], "E8", "2025-03-12"))
    found = made(desk, [ref(name) for name in (*MEMBERS, "P4")])
    assert "1 more pair was together on one day only" in section(found, "The network")
    assert "it is not friendship" in section(found, "The network")


def test_a_disputed_tie_stands_beside_the_facts_and_not_among_them(desk: Desk) -> None:
    dispute = tie("P0", "P1", kind="FAMILY_OF", date="2025-01-03", basis="parent_said", status="disputed")
    desk.load("associations", [dispute])
    found = made(desk)
    pair = f"A.A. ({short('P0')}) and B.B. ({short('P1')})"
    row = row_about(found, "Ties that somebody stated", pair)
    assert row[1] == "friends; DISPUTED, see Disputes"
    assert "1 claim is disputed." in section(found, "Disputes and people's own words")
    assert table(found, "Disputed claims").rows == (
        ("tie: family", pair, "since 3 Jan 2025", "parent said", "Ashby Council"),
    )


def test_what_is_disputed_or_suspected_false_counts_only_where_that_was_asked_for(desk: Desk) -> None:
    desk.load("people", [child("P4")])
    doubted = tie("P4", "P0", date="2025-03-01", status="disputed", source_grade="", information_grade="")
    false = {**doubted, "person_b": "P1", "status": "", "source_grade": "3", "information_grade": "E"}
    desk.load("associations", [doubted, false])
    people = [ref(name) for name in (*MEMBERS, "P4")]
    assert short("P4") not in said(desk, people)
    found = made(desk, people, question=Question(doubtful=True))
    assert "DISPUTED CLAIMS AND CLAIMS GRADED E COUNT HERE" in section(found, "Caveats and method")
    assert row_about(found, "Ties that somebody stated", f"E.E. ({short('P4')})")[4] in ("ungraded", "3E")
    assert "1 claim is graded E, suspected false. They count in this briefing" in words(printed(found))


def _crime(number: str, where: str = "", place: str = "", **cells: str) -> dict[str, str]:
    held = {"crime_ref": number, "agency": POLICE, **SHARED, "offence": "Robbery", "sort": "crime"}
    at = {"location_ref": place, "location_sort": where, "lon": "-2.650000", "lat": "53.150000"}
    return {**held, **at, "occurred_from": "2025-03-05", "reported": "2025-03-06", **cells}


def _at_crimes(desk: Desk, *rows: dict[str, str]) -> None:
    desk.load("people", [child("P0", upn=pupil_number(0)), person("B0", POLICE, upn=pupil_number(0))])
    desk.load("recorded_crime", list(rows))
    there = [
        {"crime_ref": row["crime_ref"], "person_ref": "B0", "capacity": "victim", "agency": POLICE, **SHARED,
         "reported": "2025-03-06", "occurred_from": "2025-03-05"}
        for row in rows
    ]  # fmt: skip
    desk.load("recorded_crime", there)


def test_a_place_where_members_were_is_printed_with_its_area(desk: Desk) -> None:
    _at_crimes(desk, _crime("C1", "park", "L1"))
    desk.load("locations_of_concern", [concern("L1", -2.65, 53.15, POLICE, name="The underpass")])
    found = made(desk)
    assert table(found, "Places where members were, were harmed or are taught").rows == (
        ("The underpass, park", "Ashby", "1 event: crime; location of concern: meeting place",
         f"A.A. ({short('P0')})", "5 Mar 2025", "Bramwell Police"),
    )  # fmt: skip
    (spot,) = found.contents.spots
    assert spot.where is not None and spot.name == "The underpass"


@pytest.mark.parametrize("sort", ["home", "placement", "safe_place", "cuckooed_home"])
def test_homes_placements_and_safe_places_never_appear_nor_a_point_that_lies_at_one(
    desk: Desk, sort: str
) -> None:
    _at_crimes(desk, _crime("C1", sort, "L1"), _crime("C2", "", "", lat="53.150100"))
    found = made(desk)
    assert found.contents.spots == ()
    assert "No place is recorded that may be printed here." in section(found, "Places")
    assert row_about(found, "Members", short("P0"))[1].startswith("VICTIM in 2 events")


def test_protected_places_and_those_of_domestic_abuse_never_appear(desk: Desk) -> None:
    _at_crimes(
        desk, _crime("C1", "park", "L1"), _crime("C2", "shop", "L2", sort="domestic_abuse", lat="53.16")
    )
    shut = concern("L1", -2.65, 53.15, POLICE, name="Secretplace", protected="yes")
    desk.load("locations_of_concern", [shut])
    found = made(desk)
    assert found.contents.spots == () and "Secretplace" not in words(printed(found))


def test_a_point_of_no_name_is_drawn_in_the_middle_of_a_square(desk: Desk) -> None:
    from app.use_cases.briefings.places import drawn_at

    _at_crimes(desk, _crime("C1", "", ""))
    (spot,) = made(desk).contents.spots
    east, north = drawn_at(spot) or (0.0, 0.0)
    assert (east % 100, north % 100) == (50.0, 50.0) and spot.where
    assert abs(east - spot.where.easting_m) <= 50 and abs(north - spot.where.northing_m) <= 50


def _of_concern(desk: Desk, *rows: dict[str, str], confirmed: str = "2025-05-20") -> None:
    desk.load("people", [child(f"P{n}", upn=pupil_number(n)) for n in range(3)])
    police = [person(f"B{n}", POLICE, upn=pupil_number(n)) for n in range(3)]
    desk.load(
        "people",
        [*police, person("Z9", POLICE, given_name="Zed", family_name="Yew", date_of_birth=ADULT, upn="")],
    )
    line = {
        "agency": POLICE,
        **SHARED,
        "group_ref": "G1",
        "sort": "county_lines_team",
        "name": "Example line",
    }
    line |= {"ocg_reference": "EX/017", "group_status": "active", "last_confirmed": confirmed}
    desk.load("groups", [{**line, "origin_areas": "E06000092", "operates_areas": "E06000090", **GRADED}])
    desk.load("intelligence", list(rows))


def test_adults_and_lines_of_concern_are_printed_as_recorded_with_their_grade(desk: Desk) -> None:
    _of_concern(
        desk,
        intelligence(1, "EXPLOITED_BY", person_ref="B0", other_group_ref="G1"),
        intelligence(2, "POSES_RISK_TO", person_ref="Z9", other_person_ref="B1", information_grade="C"),
        intelligence(3, "MEMBER_OF", person_ref="Z9", other_group_ref="G1"),
    )
    found = made(desk)
    zed, line = f"Z.Y. ({short('Z9', POLICE)})", "Example line"
    rows = table(found, "Links to adults and groups of concern").rows
    assert [(row[0], row[3]) for row in rows] == [
        (f"A.A. ({short('P0')})", "2B"), (f"{zed}, adult", "2C"), (f"{zed}, adult", "2B"),
    ]  # fmt: skip
    (row,) = table(found, "Organised crime groups and lines as recorded").rows
    assert line in row[0] and row[1:4] == (
        "county-lines team, reference EX/017, active", "comes from Corley; operates in Ashby", "20 May 2025",
    )  # fmt: skip
    assert row_about(found, "Members", short("P0"))[1].startswith("EXPLOITED, as recorded by Bramwell Police")
    assert all(short("Z9", POLICE) not in row[0] for row in table(found, "Members").rows)
    assert "makes nobody a member of anything" in section(
        found, "Adults and organised crime groups of concern"
    )


def test_a_line_not_confirmed_for_sixty_days_says_since_when(desk: Desk) -> None:
    exploited = intelligence(1, "EXPLOITED_BY", person_ref="B0", other_group_ref="G1")
    _of_concern(desk, exploited, confirmed="2025-04-01")
    (row,) = table(made(desk), "Organised crime groups and lines as recorded").rows
    assert row[3] == "NOT CONFIRMED SINCE 1 Apr 2025"


def test_a_child_said_to_exploit_is_first_somebody_who_may_be_exploited(desk: Desk) -> None:
    _of_concern(desk, intelligence(1, "EXPLOITED_BY", person_ref="B0", other_person_ref="B2"))
    text = section(made(desk), "Adults and organised crime groups of concern")
    assert f"C.C. ({short('P2')}): a child, or of an age not known. Whoever is said to exploit" in text


def test_home_responsible_and_seen_areas_stand_apart(desk: Desk) -> None:
    desk.load("people", [child("P1", home_area="E06000090", responsible_area="E06000092")])
    _at_crimes(desk, _crime("C1", "park", "", lon="-2.55"))
    found = made(desk)
    rows = table(found, "Members of several areas").rows
    assert [row[1:4] for row in rows] == [("Ashby", "Corley", "not known")]
    assert row_about(found, "Members", short("P0"))[4].endswith("seen: Bramwell")


def test_what_is_sealed_shows_that_it_exists_and_whom_to_ask(desk: Desk) -> None:
    desk.load(
        "people", [person("B0", POLICE, upn=pupil_number(0), tier="sealed", risk="H", given_name="Amy")]
    )
    desk.load(
        "people",
        [
            child("P0", upn=pupil_number(0)),
        ],
    )
    desk.load("associations", [tie("P0", "P1", kind="FAMILY_OF", tier="sealed", date="2025-05-01")])
    pointed = section(made(desk, recipients=BOTH), "Across borders")
    assert pointed.count(f"restricted link exists, contact {COUNCIL}, ref ") == 2
    assert "family" not in said(desk, recipients=BOTH)
    own = made(desk)
    assert "restricted" not in section(own, "Across borders").replace("restricted nothing", "")
    assert "family" in row_about(own, "Ties that somebody stated", short("P0"))[1]


@pytest.mark.parametrize(
    ("recipients", "shown"), [((), True), ((COUNCIL,), True), (BOTH, False), ((POLICE,), False)]
)
def test_what_a_child_said_shows_its_source_to_the_owner_alone(
    desk: Desk, recipients: tuple[str, ...], shown: bool
) -> None:
    desk.load("people", [child("P4")])
    desk.load("associations", [tie("P4", "P0", date="2025-03-17", reported="2025-03-19", basis="child_said")])
    found = made(desk, [ref(name) for name in (*MEMBERS, "P4")], recipients=recipients)
    row = row_about(found, "Ties that somebody stated", f"E.E. ({short('P4')})")
    whole = ("since 17 Mar 2025", "19 Mar 2025", "child said", COUNCIL)
    assert row[2:] == (whole if shown else ("since Mar 2025", "Mar 2025", "child said", "a source withheld"))
    text = words(printed(found))
    assert ("17 Mar" in text) is ("19 Mar" in text) is shown
    assert ("withheld (protected source)" in text) is not shown


def test_harm_of_honour_is_never_printed_nor_where_such_a_child_lives(desk: Desk) -> None:
    desk.load(
        "people", [child("P0", home_area="E06000091", role="victim", harm="fgm_hbv", reported="2025-04-02")]
    )
    found = made(desk)
    text = words(printed(found))
    assert "fgm" not in text.lower() and row_about(found, "Members", short("P0"))[1] == "nothing recorded"
    assert "home: not known" in row_about(found, "Members", short("P0"))[4]


def test_missing_episodes_are_counted_with_those_nobody_asked_about(desk: Desk) -> None:
    gone = {"agency": COUNCIL, **SHARED, "missing_from": "care", "from": "2025-05-02", "to": "2025-05-03"}
    rows = [
        {**gone, "episode_ref": f"M{n}", "person_ref": "P1", "interview_held": held}
        for n, held in enumerate(("yes", "no", ""))
    ]
    desk.load("missing_episodes", rows)
    found = made(desk)
    assert "3 missing episodes in the last twelve months, of 1 member." in section(found, "In short")
    assert f"2 missing episodes without a return interview recorded as held: B.B. ({short('P1')}) (2)." in (
        section(found, "What is missing")
    )
    row = row_about(found, "Education, missing episodes and support as recorded", short("P1"))
    assert row[2] == "3 events, 2 May 2025 to 3 May 2025; return interview recorded as held for 1"


def test_what_is_missing_names_each_gap_and_whom_it_concerns(desk: Desk) -> None:
    desk.load("people", [child("P1", home_area="", responsible_area="E06000090")])
    gaps = section(made(desk), "What is missing")
    assert "Absence is not safety" in gaps
    for line in (
        "All 4 members: no screening form recorded.",
        "All 4 members: no lead professional recorded.",
        f"1 member, B.B. ({short('P1')}): no home area recorded.",
    ):
        assert line in gaps


def test_victim_status_outside_the_window_of_the_run_still_shows(desk: Desk) -> None:
    desk.load("associations", together(["P0"], "E2", "2024-03-09", capacity="victim"))
    question = Question(window=(date(2025, 3, 1), date(2025, 4, 30)))
    found = made(desk, question=question)
    assert row_about(found, "Members", short("P0"))[1].startswith("VICTIM in 1 event")
    assert printed(found).about[4] == ("Contents as of", "30 Apr 2025")
    assert "from 1 Mar 2025 to 30 Apr 2025" in section(found, "Caveats and method")


def test_names_are_printed_by_right_and_when_asked_for(desk: Desk) -> None:
    text = said(desk)
    assert not any(word in text for name in NAMES for word in (name, name.split()[0]))
    assert all(name in said(desk, names=True) for name in NAMES[:4])
    desk.sit(COUNCIL, ["op_group"])
    with pytest.raises(NotPermittedError, match="does not allow brief"):
        said(desk, names=True)


def test_what_its_readers_may_not_see_is_told_to_the_maker_and_printed_nowhere(desk: Desk) -> None:
    desk.load("people", [child("P4", tier="sealed"), child("P5", review_state="unreviewed")])
    desk.load("associations", [tie("P4", a, date="2025-04-01", tier="sealed") for a in MEMBERS[:2]])
    desk.load(
        "associations", [tie("P5", a, date="2025-04-01", review_state="unreviewed") for a in MEMBERS[:3]]
    )
    people = [ref(name) for name in (*MEMBERS, "P4", "P5")]
    found = made(desk, people, recipients=BOTH)
    assert found.left_out == LeftOut(2, 5)
    text = words(printed(found))
    assert short("P4") not in text and short("P5") not in text and "left out:" not in text
    assert "4 people" in text and "6 ties" in text and "left" not in section(found, "In short")
    own = made(desk, people)
    assert own.left_out == LeftOut(0, 0) and "6 people" in words(printed(own))
    assert "that nobody has reviewed yet" in section(own, "What is missing")


def test_of_a_cluster_that_only_hidden_ties_join_its_readers_get_the_larger_piece(desk: Desk) -> None:
    desk.load("people", [child("P4"), child("P5")])
    desk.load("associations", [*friends(["P4", "P5"]), tie("P0", "P4", date="2025-04-01", tier="sealed")])
    people = [ref(name) for name in (*MEMBERS, "P4", "P5")]
    found = made(desk, people, recipients=BOTH)
    assert found.left_out == LeftOut(2, 2)
    assert short("P4") not in words(printed(found)) and "6 ties" in words(printed(found))
    assert "6 people" in said(desk, people)


def test_with_fewer_than_two_people_left_nothing_is_made(desk: Desk) -> None:
    desk.load("people", [child("P4", tier="sealed"), child("P5", tier="sealed")])
    desk.load("associations", friends(["P4", "P5"], tier="sealed"))
    before = [event["action"] for event in desk.events()]
    with pytest.raises(NotPermittedError, match="fewer than two"):
        made(desk, [ref("P4"), ref("P5")], recipients=BOTH)
    after = [(event["action"], event["kind"]) for event in desk.events()[len(before) :]]
    assert after == [("brief", "consultation")]


def test_content_kept_to_some_areas_reaches_no_recipient_but_its_owner(desk: Desk) -> None:
    desk.load("people", [child("P4", areas="E06000090")])
    desk.load("associations", [tie("P4", a, date="2025-04-01", areas="E06000090") for a in MEMBERS])
    people = [ref(name) for name in (*MEMBERS, "P4")]
    shown = [short("P4") in said(desk, people, recipients=who) for who in ((), (COUNCIL,), BOTH, (POLICE,))]
    assert shown == [True, True, False, False]


def test_what_the_police_hold_for_law_enforcement_needs_a_gateway_in_safeguarding(desk: Desk) -> None:
    level = person("B3", POLICE, risk="M", upn=pupil_number(3), regime="DPA Part 3", reported="2025-05-02")
    desk.load(
        "people",
        [
            child("P3", upn=pupil_number(3)),
        ],
    )
    desk.load("people", [level])
    shown = []
    for context in (
        {},
        {"purpose_kind": "safeguarding"},
        {"purpose_kind": "safeguarding", "gateways": ["GW-7"]},
    ):
        desk.sit(COUNCIL, **context)
        shown.append("M (Bramwell Police" in said(desk, recipients=BOTH))
    assert shown == [True, False, True]


def test_handling_conditions_stand_in_the_marking_of_each_page(desk: Desk) -> None:
    closed = {"handling": "C", "conditions": "ask owner first", "source_grade": "2", "information_grade": "B"}
    desk.load("associations", [tie("P0", "P1", kind="ASSOCIATE_OF", date="2025-05-01", **closed)])
    assert printed(made(desk)).marking == "OFFICIAL-SENSITIVE, HANDLING C ask owner first"
    assert printed(made(desk, recipients=BOTH)).marking == "OFFICIAL-SENSITIVE"


def test_sources_count_claims_by_agency_with_grades_and_handling(desk: Desk) -> None:
    desk.load(
        "associations", [tie("P0", "P1", kind="ASSOCIATE_OF", date="2025-05-01", origin_agency="Elm School")]
    )
    found = made(desk)
    rows = table(found, "Agencies").rows
    assert [row[0] for row in rows] == [COUNCIL, "Elm School"] and rows[1][1:3] == ("1", "ungraded")
    assert sum(int(row[1]) for row in rows) == len(found.contents.material.said)


def test_peoples_own_words_stand_with_the_facts(desk: Desk, tmp_path: Path) -> None:
    from ingest.mapping_files import __file__ as folder

    source = (Path(folder).parent / "mappings" / "people.yaml").read_text(encoding="utf-8")
    head, _, _ = source.partition("\nclaims:\n")
    head = head.replace("name: people\n", "name: words\n").replace("feed: people\n", "feed: words\n")
    head = head.replace("columns:\n", "columns:\n  told: {type: text}\n", 1)
    value = "{whose: child, about: {column: told}}"
    claim = f"  - {{rule: told, subject: person, predicate: STATEMENT, value: {value}}}\n"
    mine = tmp_path / "words.yaml"
    mine.write_text(f"{head}\nclaims:\n{claim}", encoding="utf-8")
    path = tmp_path / "words.csv"
    cells = {**child("P2"), "told": "I was made to carry it", "reported": "2025-04-02", "basis": "child_said"}
    path.write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n", encoding="utf-8")
    assert desk.run("import", path, "--mapping", mine).code == 0
    row = row_about(made(desk, recipients=BOTH), "People's own words", "child")
    assert row == ("child", f"C.C. ({short('P2')})", "“I was made to carry it”", "Apr 2025")


def test_a_purpose_is_needed(desk: Desk) -> None:
    with pytest.raises(PurposeMissingError):
        made(desk, purpose="  ")


@pytest.mark.parametrize("subject", ["0000none-1", "0000test-2", "0000test-x", "a" * 13, "x"])
def test_what_is_no_row_and_no_group_is_refused(desk: Desk, subject: str) -> None:
    row_of(desk, [ref("P0"), ref("P1")])
    with pytest.raises(EntityNotFoundError):
        made(desk, subject=subject)


def test_a_row_made_with_other_rights_is_refused(desk: Desk) -> None:
    desk.load("people", [child("P4", tier="hidden")])
    desk.sit(COUNCIL, ["analyst", "intel_officer"])
    row = row_of(desk, [ref(name) for name in MEMBERS])
    desk.sit(COUNCIL, ["analyst"])
    with pytest.raises(EntityNotFoundError):
        made(desk, subject=row)


def test_the_same_data_give_the_same_digest_and_another_day_another(desk: Desk) -> None:
    one, two = made(desk), made(desk)
    assert one.product.id != two.product.id and one.product.digest == two.product.digest
    assert made(desk, purpose="another").product.digest != one.product.digest
    desk.pass_days(1)
    assert made(desk).product.digest != one.product.digest


def test_the_manifest_names_the_claims_and_the_people_that_it_holds(desk: Desk) -> None:
    found = made(desk, recipients=BOTH)
    event = desk.events()[-1]
    assert (event["kind"], event["action"]) == ("disclosure", "brief draft")
    assert len(event["subjects"]) == 4 and event["detail"]["recipients"] == list(BOTH)
    assert event["detail"]["claims"] == len(found.contents.material.said) > 10
    assert desk.events()[-2]["kind"] == "consultation"
    assert not any(name.split()[0] in str(event) for name in NAMES)


def test_the_order_of_sections_is_that_of_a_reader_in_a_hurry(desk: Desk) -> None:
    headings = [part.heading for part in printed(made(desk)).sections]
    assert headings == [
        "In short", "Members", "The network", "Places", "Adults and organised crime groups of concern",
        "Across borders", "What is missing", "Disputes and people's own words", "Ties one by one",
        "Caveats and method", "Sources",
    ]  # fmt: skip


def test_every_table_has_rows_and_a_cell_for_each_column(desk: Desk) -> None:
    for part in printed(made(desk)).sections:
        assert part.paragraphs or part.points or part.tables
        for held in part.tables:
            assert held.rows and all(len(row) == len(held.columns) == len(held.widths) for row in held.rows)


def test_no_text_is_blank(desk: Desk) -> None:
    document: Document = printed(made(desk))
    assert all(line.strip() for line in words(document).split("\n"))


def test_several_viewers_scopes_share_what_all_see() -> None:
    one = Scope(frozenset({1, 2, 3}), frozenset({4, 5}), frozenset({9}))
    two = Scope(frozenset({2, 4}), frozenset({3}))
    assert shared_scope([one]) == one
    assert shared_scope([one, two]) == Scope(frozenset({2}), frozenset({3, 4}))


def test_the_largest_piece_is_the_one_with_most_people_or_the_lowest_id() -> None:
    pairs = [Pair(a, b, True, 0, 0, 1.0, ()) for a, b in ((5, 6), (6, 7), (1, 2), (8, 9), (9, 10))]
    assert largest_piece(range(1, 11), pairs) == {5, 6, 7}
    assert largest_piece([1, 2, 8, 9], pairs[2:4]) == {1, 2}
    assert largest_piece([1, 2], []) == frozenset() == largest_piece([], [])


def test_words_for_days_counts_and_lists() -> None:
    assert [day_text(20_240, p) for p in ("instant", "day", "month", "year")] == ["1 Jun 2025"] * 2 + [
        "Jun 2025",
        "2025",
    ]
    assert day_text(None) == "not known"
    assert (counted(1, "tie"), counted(2_000, "tie"), counted(0, "person", "people")) == (
        "1 tie",
        "2,000 ties",
        "0 people",
    )
    assert [listed("abcd"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listed("abcd", 2) == "a, b and 2 more"
    assert LeftOut(1, 0).sentence.startswith("left out: 1 person and 0 ties") and LeftOut(0, 0).sentence == ""


def test_a_child_born_on_a_leap_day_has_an_age(desk: Desk) -> None:
    desk.load("people", [child("P0", date_of_birth="2008-02-29")])
    desk.now_us += (date(2028, 2, 29) - date(2025, 6, 1)).days * 86_400_000_000
    assert "adult, under 25" in row_about(made(desk), "Members", short("P0"))[0]
