"""A small invented world to brief on, and ways to read what a briefing says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app.documents.document import Document, Table
from app.runs import Run, save_run
from app.use_cases.asking import Question
from app.use_cases.briefing import Asked, Briefing, make_briefing
from app.use_cases.briefings.contents import as_document
from app.use_cases.drawing import current_store
from graph.model.claims import Mention
from graph.model.entities import write_id
from tests.app.desk import CHILD, COUNCIL, POLICE, SHARED, Desk, person, present, quick_folder, squares, tie
from tests.builders import id_of

MEMBERS = ("P0", "P1", "P2", "P3")
NAMES = ("Amy Ash", "Bo Birch", "Cy Cedar", "Dee Dogwood", "Eli Elder", "Fay Fir")
GRADED = {"source_grade": "2", "information_grade": "B"}


def ref(name: str, agency: str = COUNCIL, kind: str = "Person") -> int:
    """Return the id of somebody whom an agency knows by a reference."""
    scheme = {"Person": "person_ref", "Event": "crime_ref", "Group": "group_ref"}[kind]
    return id_of(Mention(kind, f"{agency}/{scheme}", name))


def short(name: str, agency: str = COUNCIL) -> str:
    """Return the letters that a briefing calls somebody by."""
    return write_id(ref(name, agency))[-4:]


def seated(desk: Desk, name: str, agency: str = COUNCIL, *roles: str, **context: Any) -> None:
    """Let somebody of another name sit down."""
    desk.sit(agency, roles or ("analyst",), **context)
    settings = desk.folder / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace('"someone"', json.dumps(name)), encoding="utf-8")


def child(name: str, agency: str = COUNCIL, **cells: str) -> dict[str, str]:
    """Return a row of a child whose name goes with its reference."""
    given, family = NAMES[int(name[1:]) % len(NAMES)].split()
    return person(
        name, agency, given_name=given, family_name=family, **{"date_of_birth": CHILD, "tier": "", **cells}
    )


def friends(names: Sequence[str], agency: str = COUNCIL, **cells: str) -> list[dict[str, str]]:
    """Return a tie between each two."""
    said = {"date": "2025-03-02", "reported": "2025-04-01", "basis": "recorded", "tier": "", "status": ""}
    return [tie(a, b, agency, **{**said, **cells}) for a in names for b in names if a < b]


def together(names: Iterable[str], event: str, day: str, **cells: str) -> list[dict[str, str]]:
    """Return rows that say who was at an event."""
    return [present(name, event, date=day, reported="2025-04-01", **cells) for name in names]


def intelligence(item: int, says: str, **cells: str) -> dict[str, str]:
    """Return a row of an intelligence log of the police."""
    log = {"log_ref": "INT/1", "item": str(item), "agency": POLICE, **SHARED, "says": says}
    return {**log, "from": "2025-04-01", "reported": "2025-05-12", "handling": "P", **GRADED, **cells}


@cache
def _ground() -> Path:
    desk = Desk(quick_folder())
    assert desk.run("areas", "load", squares(desk.files / "lad.geojson"), "--kind", "lad").code == 0
    desk.load(
        "people", [child(name, home_area="E06000090", responsible_area="E06000090") for name in MEMBERS]
    )
    desk.load("associations", friends(MEMBERS))
    return desk.folder


def briefed(folder: Path) -> Desk:
    """Return a desk where four friends are known."""
    desk = Desk(folder, like=_ground())
    desk.numbered = 20
    desk.sit(COUNCIL)
    return desk


def row_of(desk: Desk, people: Sequence[int], question: Question | None = None) -> str:
    """Save a run of one cluster of some people, as whoever sits there."""
    workspace = desk.workspace()
    store = current_store(workspace)
    with workspace.view("clusters", store) as view:
        rows = [{"entities": sorted({view.seen(p) for p in people}), "links": []}]
        run = Run("0000test", "clusters", view.rights, (question or Question()).described(), rows)
    store.close()
    save_run(workspace.folder, run)
    return "0000test-1"


def made(
    desk: Desk,
    people: Sequence[int] | None = None,
    *,
    question: Question | None = None,
    **asked: Any,
) -> Briefing:
    """Make a briefing on some people, the four friends unless others are given."""
    chosen = [ref(name) for name in MEMBERS] if people is None else people
    row = asked.pop("subject", "") or row_of(desk, chosen, question)
    return make_briefing(desk.workspace(), Asked(row, **{"purpose": "panel of 3 June", **asked}))


def printed(briefing: Briefing) -> Document:
    """Return the document without its pictures."""
    return as_document(briefing.contents, briefing.product, {})


def words(document: Document) -> str:
    """Return every word of a document."""
    lines = [document.title, document.marking, *document.states, document.reference]
    lines += [text for row in document.about for text in row]
    for section in document.sections:
        lines += [section.heading, *section.paragraphs, *section.points]
        for figure in section.figures:
            lines += [figure.caption, figure.picture.alt]
        for table in section.tables:
            lines += [table.caption, *table.columns, *(cell for row in table.rows for cell in row)]
    return "\n".join(lines)


def said(desk: Desk, people: Sequence[int] | None = None, **asked: Any) -> str:
    """Return every word of a briefing made now."""
    return words(printed(made(desk, people, **asked)))


def section(briefing: Briefing, heading: str) -> str:
    """Return every word of one section."""
    document = printed(briefing)
    held = next(one for one in document.sections if one.heading == heading)
    return words(Document("", "", (), "", (), (held,)))


def table(briefing: Briefing, caption: str) -> Table:
    """Return the table of a caption."""
    tables = (one for part in printed(briefing).sections for one in part.tables)
    return next(one for one in tables if one.caption == caption)


def row_about(briefing: Briefing, caption: str, letters: str) -> tuple[str, ...]:
    """Return the row of a table whose first cell names somebody."""
    return next(row for row in table(briefing, caption).rows if letters in row[0])
