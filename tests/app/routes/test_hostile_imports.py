"""Files made to break whoever reads them: the job fails and says why, and the service goes on."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator

import pytest

from app.use_cases.import_drafts import begin_draft, check_draft, get_draft, receiving
from graph.errors import IngestError
from tests.app.desk import Desk, quick_folder
from tests.app.serving.callers import Caller, Open, opened
from tests.app.serving.tour import PEOPLE, gone

pytestmark = pytest.mark.faults
_MILLION = 1_000_000


@pytest.fixture(scope="module")
def at() -> Iterator[Open]:
    """Return a service."""
    desk = Desk(quick_folder())
    with opened(desk) as made:
        yield made
    gone(desk)


@pytest.fixture(scope="module")
def ash(at: Open) -> Caller:
    """Return an analyst."""
    return at.enter("ash")


def _zip(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "."), content)
    return made.getvalue()


def _columns(count: int) -> bytes:
    return b",".join(b"c%d" % n for n in range(count)) + b"\n"


BOMB = PEOPLE + (b"a" * 9_000 + b"\n") * 1_500
HOSTILE = {
    "bomb.csv.gz": (gzip.compress(BOMB), "unpacks to more than 200 times its size: refused as a zip bomb"),
    "bomb.zip": (_zip(a__csv=BOMB), "unpacks to more than 200 times its size: refused as a zip bomb"),
    "many.zip": (_zip(**{f"f{n}__csv": b"" for n in range(1_001)}), "more than 1,000 files in one zip"),
    "inner.zip": (_zip(inner__zip=_zip(a__csv=PEOPLE)), "inner.zip"),
    "torn.csv.gz": (gzip.compress(PEOPLE * 1_000)[:-40], "torn.csv.gz"),
    "sheet.xlsx": (_zip(xl__workbook__xml=b"<workbook/>"), "sheet.xlsx"),
    "line.csv": (PEOPLE + b"x" * (5 * _MILLION), "a line of more than 1,000,000 characters"),
    "wide.csv": (_columns(100_000), "100,000 columns, more than 10,000"),
    "wider.csv": (_columns(10 * _MILLION), "a line of more than 1,000,000 characters"),
    "tall.csv": (b'"\n",' * (3 * _MILLION) + b"x\n", "the header goes on for more than 1,000,000 characters"),
    "quote.csv": (PEOPLE + b'"' + b"x\n" * _MILLION, "a field is too long: is a quote unclosed?"),
    "nested.json": (b"[" * (2 * _MILLION), "a line of more than 1,000,000 characters"),
    "deep.geojson": (b'{"type":' * 90_000, "deep.geojson"),
    "zeros.csv": (bytes(900_000), "zeros.csv"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_name_and_a_rule(at: Open, name: str) -> None:
    content, rule = HOSTILE[name]
    workspace = at.desk.workspace()
    draft = begin_draft(workspace, "people").id
    with receiving(workspace, draft, name) as file:
        file.write(content)
    with pytest.raises(IngestError) as refused:
        check_draft(workspace, draft)
    told = str(refused.value)
    assert name in told and rule in told and len(told) < 2_000 and str(at.desk.folder) not in told
    assert get_draft(workspace, draft).state == "open"


@pytest.mark.parametrize("name", ["bomb.csv.gz", "line.csv", "wider.csv"])
def test_a_hostile_file_fails_its_job_and_no_more(at: Open, ash: Caller, name: str) -> None:
    content, rule = HOSTILE[name]
    draft = ash.post("/api/imports", json={"mapping": "people"}).json()["id"]
    assert ash.put(f"/api/imports/{draft}/files/{name}", content=content).status_code == 200
    told = at.ended(ash, ash.post(f"/api/imports/{draft}/check").json()["id"])
    assert told["state"] == "failed" and told["problem"]["status"] == 422, told
    assert name in told["problem"]["detail"] and rule in told["problem"]["detail"]
    assert ash.get(f"/api/imports/{draft}").json()["state"] == "open"


def test_a_row_of_very_many_fields_is_rejected_and_named(at: Open, ash: Caller) -> None:
    draft = ash.post("/api/imports", json={"mapping": "people"}).json()["id"]
    ash.put(f"/api/imports/{draft}/files/row.csv", content=PEOPLE + b'"\n",' * (2 * _MILLION) + b"x\n")
    told = at.ended(ash, ash.post(f"/api/imports/{draft}/check").json()["id"])
    assert told["state"] == "done", told
    report = ash.get(f"/api/imports/{draft}").json()["report"]
    assert (report["totals"]["accepted"], report["totals"]["rejected"]) == (1, 1)
    (rejected,) = report["rejections"]
    assert (rejected["file"], rejected["row"]) == ("row.csv", 3)
    assert rejected["rule"].startswith("too many fields: 2000001 for")


def test_after_all_of_them_a_plain_file_is_read(at: Open, ash: Caller) -> None:
    draft = ash.post("/api/imports", json={"mapping": "people"}).json()["id"]
    ash.put(f"/api/imports/{draft}/files/people.csv", content=PEOPLE)
    told = at.ended(ash, ash.post(f"/api/imports/{draft}/check").json()["id"])
    assert told["state"] == "done"
