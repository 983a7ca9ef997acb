"""The register of products: by the use cases that briefings call, and by the commands."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest

from app.use_cases.drawing import _drawn, current_store
from app.use_cases.products import (
    Draft,
    Product,
    approve,
    find_product,
    list_products,
    products_resting_on,
    register,
    released,
)
from graph.errors import (
    AuditUnavailableError,
    ConflictError,
    EntityNotFoundError,
    NotPermittedError,
    PurposeMissingError,
)
from graph.ledger.opening import one_writer, open_ledger
from graph.model.entities import ALPHABET, write_id
from tests.app.desk import COUNCIL, POLICE, Desk, person

TODAY = date(2025, 6, 1)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "products.json"
DRAFT = Draft(
    "briefing", "Briefing on a peer group", "panel of 3 June", ("Ashby Panel",), TODAY + timedelta(days=60),
    "a" * 64, (5, 6), ("one/claim/0", "two/claim/0"), TODAY, {"people": 2},
)  # fmt: skip
COPY = DRAFT._replace(kind="work_copy", title="Work copy", expires=TODAY + timedelta(days=30))


def seated(desk: Desk, name: str, agency: str = COUNCIL, *roles: str) -> None:
    """Let somebody of another name sit down."""
    desk.sit(agency, roles or ("analyst",))
    settings = desk.folder / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace('"someone"', json.dumps(name)), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.load("people", [person("P1", given_name="Amy")])
    seated(made, "Ann")
    return made


def _registered(desk: Desk, draft: Draft = DRAFT) -> Product:
    return register(desk.workspace(), draft)


def test_a_product_is_a_draft_of_its_maker_with_an_id_of_eight_letters(desk: Desk) -> None:
    made = _registered(desk)
    assert len(made.id) == 8 and set(made.id) <= set(ALPHABET)
    assert made[1:9] == (*DRAFT[:6], TODAY, "Ann")
    assert (made.agency, made.made, made.state, made.approver, made.approved) == (
        COUNCIL,
        TODAY,
        "draft",
        "",
        None,
    )
    store = current_store(desk.workspace())
    with desk.workspace().view("brief", store) as view:
        assert made.data_version == view.data_version
    store.close()
    assert find_product(desk.workspace(), made.id) == made


def test_two_drafts_of_the_same_contents_are_two(desk: Desk) -> None:
    assert _registered(desk).id != _registered(desk).id


def test_the_disclosure_is_on_the_log_with_purpose_recipients_expiry_and_digest(desk: Desk) -> None:
    made = _registered(desk)
    event = desk.events()[-1]
    assert (event["kind"], event["action"], event["decision"]) == ("disclosure", "brief draft", "allow")
    assert event["detail"] == {
        "product": made.id, "product_kind": "briefing", "product_purpose": DRAFT.purpose,
        "recipients": ["Ashby Panel"], "expires": "2025-07-31", "digest": "a" * 64, "claims": 2, "people": 2,
    }  # fmt: skip
    assert len(event["subjects"]) == 2


@pytest.mark.faults
def test_without_an_audit_log_nothing_is_registered(desk: Desk) -> None:
    key = (desk.folder / "audit.key").read_bytes()
    (desk.folder / "audit.key").unlink()
    with pytest.raises(AuditUnavailableError):
        _registered(desk)
    (desk.folder / "audit.key").write_bytes(key)
    assert list_products(desk.workspace()).body["rows"] == []


def test_a_busy_workspace_is_waited_for_and_then_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.use_cases.products._WAIT_S", 0.05)
    before = len(desk.events())
    with one_writer(desk.folder), pytest.raises(ConflictError, match="another process"):
        _registered(desk, DRAFT._replace(detail={"data_version": "0" * 20}))
    assert len(desk.events()) == before


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (DRAFT._replace(purpose=" "), PurposeMissingError),
        (DRAFT._replace(title=""), NotPermittedError),
        (DRAFT._replace(expires=TODAY - timedelta(days=1)), NotPermittedError),
        (COPY._replace(expires=TODAY + timedelta(days=31)), NotPermittedError),
    ],
)
def test_what_breaks_a_rule_is_not_registered(desk: Desk, draft: Draft, error: type[Exception]) -> None:
    with pytest.raises(error):
        _registered(desk, draft)
    assert list_products(desk.workspace()).body["rows"] == []


def test_a_role_that_makes_no_such_product_is_refused_on_the_log(desk: Desk) -> None:
    for role, draft in (("intel_officer", COPY), ("coordinator", DRAFT), ("op_group", DRAFT)):
        seated(desk, "Ann", COUNCIL, role)
        with pytest.raises(NotPermittedError):
            _registered(desk, draft)
        assert desk.events()[-1]["decision"] == "deny"


def test_registering_changes_no_data_version_and_leaves_the_drawing_as_new_as_it_was(desk: Desk) -> None:
    before = [desk.ask("match", "list")]
    seated(desk, "Pat", POLICE)
    before.append(desk.ask("match", "list"))
    seated(desk, "Ann")
    made = _registered(desk)
    seated(desk, "Cy", COUNCIL, "coordinator")
    approve(desk.workspace(), made.id)
    assert _drawn(desk.workspace())[1] == ""
    after = []
    for name, agency in (("Ann", COUNCIL), ("Pat", POLICE)):
        seated(desk, name, agency)
        after.append(desk.ask("match", "list"))
    assert after == before


def test_another_person_approves_and_it_is_on_the_log(desk: Desk) -> None:
    made = _registered(desk)
    seated(desk, "Cy", COUNCIL, "coordinator")
    desk.pass_days(2)
    done = approve(desk.workspace(), made.id)
    assert done == made._replace(state="approved", approver="Cy", approved=TODAY + timedelta(days=2))
    event = desk.events()[-1]
    assert (event["kind"], event["actor"], event["detail"]["digest"]) == ("alteration", "Cy", made.digest)
    with pytest.raises(ConflictError, match="already"):
        approve(desk.workspace(), made.id)


@pytest.mark.parametrize("name", ["Ann", " ann ", "ANN"])
def test_nobody_approves_their_own_product(desk: Desk, name: str) -> None:
    made = _registered(desk)
    seated(desk, name, COUNCIL, "coordinator", "analyst")
    with pytest.raises(NotPermittedError, match="another person"):
        approve(desk.workspace(), made.id)
    assert desk.events()[-1]["decision"] == "deny"
    assert find_product(desk.workspace(), made.id).state == "draft"


def test_an_analyst_approves_nothing(desk: Desk) -> None:
    made = _registered(desk)
    seated(desk, "Cy")
    with pytest.raises(NotPermittedError):
        approve(desk.workspace(), made.id)


def test_an_expired_draft_is_not_approved(desk: Desk) -> None:
    made = _registered(desk)
    seated(desk, "Cy", COUNCIL, "coordinator")
    desk.pass_days(61)
    with pytest.raises(NotPermittedError, match="expired"):
        approve(desk.workspace(), made.id)


def test_a_product_of_another_agency_is_as_if_it_were_not(desk: Desk) -> None:
    made = _registered(desk)
    seated(desk, "Ann", POLICE, "coordinator", "analyst")
    messages = set()
    for name in (made.id, "00000000"):
        with pytest.raises(EntityNotFoundError) as caught:
            find_product(desk.workspace(), name)
        messages.add(str(caught.value))
        for act in (approve, lambda workspace, product: released(workspace, product, "a" * 64)):
            with pytest.raises(EntityNotFoundError) as caught:
                act(desk.workspace(), name)
            messages.add(str(caught.value))
    assert len(messages) == 1 and list_products(desk.workspace()).body["rows"] == []


def test_only_what_was_approved_and_still_holds_is_issued(desk: Desk) -> None:
    made = _registered(desk)
    with pytest.raises(ConflictError, match="draft"):
        released(desk.workspace(), made.id, made.digest)
    seated(desk, "Cy", COUNCIL, "coordinator")
    approve(desk.workspace(), made.id)
    seated(desk, "Ann")
    with pytest.raises(ConflictError, match="make it again"):
        released(desk.workspace(), made.id, "b" * 64)
    assert desk.events()[-1]["decision"] == "deny"
    assert released(desk.workspace(), made.id, made.digest).state == "approved"
    event = desk.events()[-1]
    assert (event["kind"], event["action"], event["decision"]) == ("disclosure", "issue", "allow")
    assert event["subjects"] == [write_id(5), write_id(6)]
    desk.pass_days(61)
    with pytest.raises(ConflictError, match="expired"):
        released(desk.workspace(), made.id, made.digest)


def test_the_list_is_of_the_own_agency_and_holds_no_content(desk: Desk) -> None:
    made = _registered(desk)
    _registered(desk, COPY._replace(detail={"needs_approval": False}))
    seated(desk, "Pat", POLICE)
    _registered(desk)
    seated(desk, "Iggy", COUNCIL, "ig_auditor")
    desk.pass_days(45)
    answer = desk.ask("products", "list")
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(answer)
    assert answer["sentence"] == "2 products, 1 waiting for approval"
    rows = [(row["id"], row["state"], row["expired"], row["maker"]) for row in answer["rows"]]
    assert rows[0] == (made.id, "draft", False, "Ann") and rows[1][1:3] == ("written", True)
    assert "claim" not in json.dumps(answer) and "digest" not in json.dumps(answer)
    assert desk.events()[-1]["kind"] == "consultation"
    assert made.id in desk.run("products", "list").out


def test_the_commands_approve_and_refuse(desk: Desk) -> None:
    made = _registered(desk)
    ran = desk.run("products", "approve", made.id)
    assert ran.code == 3
    seated(desk, "Cy", COUNCIL, "intel_officer")
    ran = desk.run("products", "approve", made.id)
    assert (ran.code, ran.out) == (0, f"approved: {made.id}, until 2025-07-31\n")
    assert desk.run("products", "approve", made.id).code == 4
    assert desk.run("products", "approve", "00000000").code == 2


def test_the_register_lists_what_rests_on_a_claim_whoever_made_it(desk: Desk) -> None:
    made = _registered(desk)
    seated(desk, "Pat", POLICE)
    other = _registered(desk, DRAFT._replace(claims=("two/claim/0",)))
    files = open_ledger(desk.folder)
    with files.ledger.connect() as ledger:
        assert [p.id for p in products_resting_on(ledger, ["one/claim/0"])] == [made.id]
        assert {p.id for p in products_resting_on(ledger, ["two/claim/0"])} == {made.id, other.id}
    files.close()
