"""Import drafts and the check of the log as use cases: they refuse by themselves, whoever calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.use_cases.area_answers import list_areas
from app.use_cases.audit_answers import check_log
from app.use_cases.import_drafts import (
    begin_draft,
    check_draft,
    discard_draft,
    get_draft,
    load_draft,
    receiving,
)
from graph.errors import EntityNotFoundError, IngestError, NotPermittedError, OutsideAreaError
from tests.app.desk import Desk
from tests.app.serving.tour import PEOPLE


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk where an analyst sits."""
    made = Desk(tmp_path)
    made.sit()
    return made


def test_whoever_may_not_import_keeps_no_draft(desk: Desk) -> None:
    draft = begin_draft(desk.workspace(), "people").id
    desk.sit(roles=["op_group"])
    with pytest.raises(NotPermittedError):
        begin_draft(desk.workspace(), "people")
    with pytest.raises(NotPermittedError), receiving(desk.workspace(), draft, "x.csv"):
        pass
    for act in (check_draft, load_draft, discard_draft):
        with pytest.raises(NotPermittedError):
            act(desk.workspace(), draft)
    desk.sit()
    assert get_draft(desk.workspace(), draft).files == ()


def test_whoever_does_not_look_after_the_log_does_not_check_it(desk: Desk) -> None:
    with pytest.raises(NotPermittedError):
        check_log(desk.workspace())
    desk.sit(roles=["ig_auditor"])
    assert check_log(desk.workspace()).body["faults"] == 0


def test_a_draft_tells_what_it_does(desk: Desk) -> None:
    told: list[str] = []
    workspace = desk.workspace()
    draft = begin_draft(workspace, "people", encoding="cp1252").id
    with receiving(workspace, draft, "people of May (1).csv") as file:
        file.write(PEOPLE)
    assert check_draft(workspace, draft, told.append)["totals"]["accepted"] == 1
    assert load_draft(workspace, draft, told.append)["totals"]["accepted"] == 1
    assert told and not any(str(desk.folder) in line for line in told)
    assert told[:2] == ["people of May (1).csv: reading", "people of May (1).csv: 1 rows"]
    assert (get_draft(workspace, draft).state, get_draft(workspace, draft).encoding) == ("loaded", "cp1252")


def test_a_draft_without_a_shipped_mapping_is_not_begun(desk: Desk) -> None:
    for mapping in ("", "nothing", "../people", str(desk.folder / "settings.toml")):
        with pytest.raises(IngestError, match="a mapping is one of"):
            begin_draft(desk.workspace(), mapping)


def test_without_areas_none_are_listed(desk: Desk) -> None:
    assert list_areas(desk.workspace()).body["sentence"] == "no areas are loaded"
    with pytest.raises(OutsideAreaError):
        list_areas(desk.workspace(), "ward")


def test_a_draft_that_was_loaded_can_still_be_discarded(desk: Desk) -> None:
    workspace = desk.workspace()
    draft = begin_draft(workspace, "people").id
    with receiving(workspace, draft, "people.csv") as file:
        file.write(PEOPLE)
    check_draft(workspace, draft)
    load_draft(workspace, draft)
    discard_draft(workspace, draft)
    with pytest.raises(EntityNotFoundError):
        get_draft(workspace, draft)
    assert desk.events()[-1]["action"] == "import draft"
