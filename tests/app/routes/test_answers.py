"""Routes add nothing: what they answer is what the command prints for the same viewer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import jsonschema
import pytest

from app.serving.answer_forms import answer_forms
from tests.app.desk import COUNCIL
from tests.app.serving.callers import PURPOSE, Caller, Open, opened
from tests.app.serving.tour import gone, peopled


@pytest.fixture(scope="module")
def at() -> Iterator[Open]:
    """Return a service with people in it."""
    desk = peopled()
    with opened(desk) as made:
        desk.sit(COUNCIL, **PURPOSE)
        yield made
    gone(desk)


@pytest.fixture(scope="module")
def ash(at: Open) -> Caller:
    """Return an analyst."""
    return at.enter("ash")


SAME = [
    ("/api/clusters?resolution=0.4", ["clusters", "--resolution", "0.4"]),
    ("/api/clusters?names=true&half_life_days=90", ["clusters", "--names", "--half-life", "90"]),
    (
        "/api/clusters?as_of=2025-05-20&window_from=2025-01-01&window_to=2025-12-31&doubtful=true",
        ["clusters", "--as-of", "2025-05-20", "--window", "2025-01-01", "2025-12-31", "--doubtful"],
    ),
    ("/api/clusters?known_on=2025-05-20", ["clusters", "--known-on", "2025-05-20"]),
    ("/api/cross-border?kind=lad&names=true", ["cross-border", "--kind", "lad", "--names"]),
    ("/api/hotspots", ["hotspots"]),
    (
        "/api/hotspots?sort=crime&category=burglary&cell_size_m=500&q=0.01&area=E06000090&area=E06000091",
        ["hotspots", "--sort", "crime", "--type", "burglary", "--cell", "500", "--q", "0.01", "--area",
         "E06000090", "--area", "E06000091"],
    ),
    ("/api/hotspots?each=type&each=month", ["hotspots", "--each", "type", "--each", "month"]),
    ("/api/groups?names=true", ["groups", "list", "--names"]),
    ("/api/products", ["products", "list"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "command"), SAME, ids=[path for path, _ in SAME])
def test_a_route_answers_what_the_command_prints(
    at: Open, ash: Caller, path: str, command: list[str]
) -> None:
    answer = ash.get(path)
    assert answer.status_code == 200, answer.text
    printed = at.desk.run(*command, "--json")
    assert printed.code == 0, printed.err
    assert answer.json() == printed.json
    form = answer.json()["schema"].partition(".")[2].partition("/")[0]
    whole = {"$ref": f"#/components/schemas/{form}", "components": {"schemas": answer_forms()}}
    jsonschema.Draft202012Validator(whole).validate(answer.json())


def test_the_claims_behind_a_row_are_those_of_the_command(at: Open, ash: Caller) -> None:
    clusters = ash.get("/api/clusters?resolution=0.4").json()
    pairs = ash.get("/api/cross-border").json()
    cells = ash.get("/api/hotspots").json()["layers"][0]["rows"]
    row = clusters["rows"][0]
    for name in (row["id"], row["members"][0]["id"], pairs["rows"][0]["id"], cells[0]["id"]):
        told = ash.get(f"/api/why/{name}").json()
        assert told == at.desk.ask("hotspots", "--why", name) and told["id"] == name
    assert ash.get("/api/why/00000000-1").status_code == 404


def test_the_shapes_of_hot_cells_are_those_of_the_command(at: Open, ash: Caller) -> None:
    answer = ash.get("/api/hotspots.geojson?sort=crime")
    file = at.desk.files / "cells.geojson"
    assert at.desk.run("hotspots", "--sort", "crime", "--geojson", file).code == 0
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.json() == json.loads(file.read_text("utf-8")) and answer.json()["features"]
    few = ash.get("/api/hotspots.geojson?category=none").json()
    assert few["features"] == [] and few["sentence"]
    assert ash.get("/api/hotspots.geojson?each=type").status_code == 422


def _corners(shape: Any) -> int:
    found = shape["coordinates"]
    return sum(len(ring) for ring in found) if shape["type"] == "Polygon" else 0


def test_areas_are_shapes_that_meet(ash: Caller) -> None:
    answer = ash.get("/api/areas")
    told = answer.json()
    assert answer.headers["content-type"] == "application/geo+json"
    assert [area["properties"]["name"] for area in told["features"]] == ["Ashby", "Bramwell", "Corley"]
    assert told["sentence"] == "3 lad areas" and told == ash.get("/api/areas?kind=lad").json()
    first, second = ({tuple(c) for c in a["geometry"]["coordinates"][0]} for a in told["features"][:2])
    assert len(first & second) == 2 and all(4 <= _corners(a["geometry"]) <= 6 for a in told["features"])
    assert ash.get("/api/areas?kind=ward").json()["type"] == "/problems/wrong-place"


@pytest.mark.parametrize(
    "query",
    [
        "as_of=2025",
        "as_of=0",
        "as_of=9999-12-31",
        "as_of=2025-02-30",
        "known_on=1700-01-01",
        "window_from=2025-01-01",
        "window_from=2025-02-01&window_to=2025-01-01",
        "resolution=nan",
        "resolution=inf",
        "resolution=0",
        "half_life_days=-1",
        "names=perhaps",
        "windowfrom=2025-01-01",
    ],
)
def test_a_question_that_breaks_a_rule_is_refused_and_not_guessed(ash: Caller, query: str) -> None:
    answer = ash.get(f"/api/clusters?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-input"), answer.text
    assert answer.json()["fields"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/hotspots?cell_size_m=1",
        "/api/hotspots?q=2",
        "/api/hotspots?area=%00",
        "/api/hotspots?" + "&".join(["sort=x"] * 21),
        "/api/cross-border?kind=planet",
        "/api/why/" + "x" * 50,
        "/api/why/..%2f..%2fsettings.toml",
        "/api/groups/nonsense",
        "/api/methods/..",
        "/api/methods/Hotspots",
    ],
)
def test_a_place_or_an_id_that_breaks_a_rule_is_refused(ash: Caller, path: str) -> None:
    assert ash.get(path).status_code in (400, 404, 422)


def test_names_need_a_right_of_their_own(at: Open) -> None:
    at.newcomer("birch", ["op_group"])
    birch = at.enter("birch")
    assert birch.get("/api/hotspots").status_code == 200
    assert birch.get("/api/clusters?names=true").status_code == 403


def test_methods_are_told_to_whoever_is_signed_in(ash: Caller) -> None:
    rows = ash.get("/api/methods").json()["rows"]
    assert [row["name"] for row in rows] == ["cross-border", "hotspots", "peer-clusters"]
    for row in rows:
        page = ash.get(f"/api/methods/{row['name']}").json()
        assert page["text"].startswith(f"# {page['title']}\n") and page["title"] == row["title"]
    assert ash.get("/api/methods/nothing").status_code == 404


@pytest.mark.faults
def test_the_log_is_checked_by_those_who_look_after_it(at: Open) -> None:
    at.newcomer("cedar", ["ig_auditor"])
    cedar = at.enter("cedar")
    told = cedar.get("/api/audit/verify").json()
    assert (told["faults"], told["first_faults"]) == (0, []) and told["events"] > 10
    assert told["sentence"].endswith("nothing is wrong")
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(at.desk.folder / "audit.db")) as log:
        log.execute("DROP TRIGGER event_never_update")
        log.execute("UPDATE event SET body = body || ' ' WHERE seq = 3")
        log.commit()
    assert cedar.get("/api/audit/verify").json()["faults"] > 0


def test_what_is_explored_is_what_the_use_cases_find(at: Open, ash: Caller) -> None:
    from app.use_cases.asking import Question
    from app.use_cases.exploring.card import entity_card
    from app.use_cases.exploring.neighbourhood import neighbourhood
    from app.use_cases.exploring.neighbours import neighbours
    from app.use_cases.exploring.paths import paths
    from app.use_cases.exploring.searching import search
    from app.use_cases.exploring.timeline import timeline

    a, b = (m["id"] for m in ash.get("/api/clusters?resolution=0.4").json()["rows"][0]["members"][:2])
    here, since = at.desk.workspace(), Question(as_of=date(2025, 5, 1))
    around = {"entities": [a, b], "hops": 2, "kinds": ["FRIEND_OF"], "limit": 5, "places": True}
    told = {
        "/api/search": search(here, "am", kinds=["Person"], limit=3, names=True),
        f"/api/entities/{a}?as_of=2025-05-01&names=true": entity_card(here, a, since, names=True),
        f"/api/entities/{a}/neighbours?limit=2&kind=FRIEND_OF&as_of=2025-05-01": neighbours(
            here, a, since, kinds=("FRIEND_OF",), limit=2
        ),
        "/api/neighbourhood": neighbourhood(
            here, [a, b], Question(), hops=2, kinds=("FRIEND_OF",), limit=5, places=True
        ),
        f"/api/paths?a={a}&b={b}&max_hops=2&k=2&as_of=2025-05-01": paths(here, a, b, since, max_hops=2, k=2),
        "/api/timeline": timeline(here, [a], since),
    }
    bodies: dict[str, dict[str, Any]] = {
        "/api/search": {"text": "am", "kinds": ["Person"], "limit": 3, "names": True},
        "/api/neighbourhood": around,
        "/api/timeline": {"entities": [a], "as_of": "2025-05-01"},
    }
    for path, found in told.items():
        answer = ash.post(path, json=bodies[path]) if path in bodies else ash.get(path)
        assert (answer.status_code, answer.json()) == (200, found.body), path
        form = found.body["schema"].partition(".")[2].partition("/")[0]
        whole = {"$ref": f"#/components/schemas/{form}", "components": {"schemas": answer_forms()}}
        jsonschema.Draft202012Validator(whole).validate(answer.json())


def test_words_that_are_sought_are_on_no_log(at: Open, ash: Caller, caplog: pytest.LogCaptureFixture) -> None:
    assert ash.post("/api/search", json={"text": "Oddly Named"}).status_code == 200
    assert ash.get("/api/search?text=Oddly").status_code == 405
    assert "oddly" not in str(at.desk.events()).lower() and "oddly" not in caplog.text.lower()


def test_what_a_map_and_a_list_of_ties_are_told_is_what_the_use_cases_find(at: Open, ash: Caller) -> None:
    from app.use_cases.asking import Question
    from app.use_cases.flows import find_flows
    from app.use_cases.hotspot_themes import hotspot_themes
    from app.use_cases.map_answers.concern import locations_of_concern
    from app.use_cases.map_answers.placing import places_of
    from app.use_cases.pair_ties import ties_of_cluster
    from app.use_cases.shared_things import shared_things

    cluster = ash.get("/api/clusters?resolution=0.4").json()["rows"][0]
    pair = ash.get("/api/cross-border").json()["rows"][0]["id"]
    here, march = at.desk.workspace(), Question(window=(date(2025, 3, 1), date(2025, 3, 31)))
    people = [member["id"] for member in cluster["members"]]
    window = "window_from=2025-03-01&window_to=2025-03-31"
    told = {
        f"/api/concern?{window}": locations_of_concern(here, march),
        f"/api/flows?kind=lad&{window}": find_flows(here, march),
        f"/api/hotspots/themes?{window}": hotspot_themes(here, march),
        f"/api/clusters/{cluster['id']}/ties?names=true": ties_of_cluster(here, cluster["id"], names=True),
        f"/api/cross-border/{pair}/shared": shared_things(here, pair),
        "/api/places": places_of(here, people, Question(as_of=date(2025, 5, 1))),
    }
    for path, found in told.items():
        body = {"entities": people, "as_of": "2025-05-01"}
        answer = ash.post(path, json=body) if path == "/api/places" else ash.get(path)
        assert (answer.status_code, answer.json()) == (200, found.body), path
    assert told[f"/api/hotspots/themes?{window}"].body["events"] == 60


def test_a_long_log_is_checked_part_by_part(at: Open) -> None:
    at.newcomer("dogwood", ["ig_auditor"])
    dogwood = at.enter("dogwood")
    # Another test has changed one of the first.
    first = dogwood.get("/api/audit/verify?after=4&limit=5").json()
    assert (first["looked_at"], first["go_on_after"], first["faults"]) == (5, 9, 0)
    rest = dogwood.get("/api/audit/verify?after=9").json()
    assert (rest["looked_at"], rest["go_on_after"], rest["faults"]) == (rest["events"] - 9, None, 0)
    assert dogwood.get(f"/api/audit/verify?after={rest['events'] + 100}").json()["looked_at"] == 0
    assert dogwood.get("/api/audit/verify?limit=20001").status_code == 422
