"""Work copies: what the viewer may see, as a file that other tools open, registered before it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.printing import write_file
from app.progress import Progress
from app.runs import find_rows, find_run
from app.use_cases.asking import Question, ask
from app.use_cases.closed_places import closed_places
from app.use_cases.exploring.shown import check_number
from app.use_cases.naming import shown_people
from app.use_cases.products import Draft, Product, find_product, register, released
from app.use_cases.why import PROTECTED_BASES, question_of
from app.workspace import Answer, Workspace
from graph.errors import ConflictError, GraphTooLargeError, NotPermittedError
from graph.model.entities import read_id
from graph.model.spans import day_of
from graph.view import Evidence, View

if TYPE_CHECKING:
    from app.copies.choosing import Chosen
    from app.copies.contents import About, Contents
    from app.copies.gathering import Gathered

FORMATS: Final = ("graphml", "csv", "geojson", "html", "neo4j")
MOST_PEOPLE: Final = 250
"""A copy of more people is approved by another person."""

MOST_CHOSEN: Final = 2_000
"""Ids that a selection has at most."""

MOST_DRAWN: Final = 1_000
"""Entities that a page draws at most: a browser is slow with more, and nobody reads them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What kind of copy is asked for.

    Attributes
    ----------
    form : str
        One of ``FORMATS``.
    purpose : str
        What for.
    expires_in_days : int
        Days after which it is to be deleted.
    row : str
        Row of a saved run; empty for none.
    around : str
        Id of an entity; empty for none.
    hops : int
        How far around it.
    entities : tuple of str
        Ids of what somebody chose; none for no choice. Links between these alone go with them.
    names, disruption : bool
        Names in full; for planning disruption.
    approval : str
        The approved draft; empty for none.
    """

    form: str
    purpose: str = ""
    expires_in_days: int = 30
    row: str = ""
    around: str = ""
    hops: int = 1
    entities: tuple[str, ...] = ()
    names: bool = False
    disruption: bool = False
    approval: str = ""


def export(
    workspace: Workspace,
    question: Question,
    asked: Asked,
    out: Path,
    progress: Progress = lambda _: None,
) -> Answer:
    """Write a work copy, or register one that another person must approve first.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Which claims count.
    asked : Asked
        Format, purpose, and what goes in.
    out : Path
        The file.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        The copy's id, and how much is in it.

    Raises
    ------
    NotPermittedError
        No right to it; or it needs approval, and was registered as a draft that the message names.
    ConflictError
        The approved draft holds something else, or is for another purpose.
    EntityNotFoundError
        No such row, entity or draft.
    GraphTooLargeError
        More than a page can draw.
    ModelError
        More ids than a selection may have.
    """
    workspace.permit("export")
    if asked.names:
        workspace.permit("names")
    check_number("ids", len(asked.entities), MOST_CHOSEN)
    approved = find_product(workspace, asked.approval) if asked.approval else None
    run = find_run(workspace.folder, asked.row) if asked.row else None
    question = question_of(run.question) if run else question
    day = approved.on_day if approved else day_of(question.day(workspace))
    found = ask(
        workspace, "export", question, find=_gathering(workspace, question, asked, day), progress=progress
    )
    held: Gathered = found.extra
    if asked.form == "html" and len(held.subjects) > MOST_DRAWN:
        raise GraphTooLargeError(
            f"a page draws {MOST_DRAWN:,} people, places and events at most, and this copy has "
            f"{len(held.subjects):,}: ask for --row, --around or --entity, or for graphml"
        )
    product = _registered(workspace, asked, held, found.body["data_version"], approved)
    write_file(out, _written(asked.form, held.contents, _about(product)))
    return Answer({"copy": product.id, "sentence": _sentence(product, held.contents, out)})


def _gathering(workspace: Workspace, question: Question, asked: Asked, day: date) -> Callable[[View], Answer]:
    def _find(view: View) -> Answer:
        from app.copies.gathering import Rules, gather

        # It stays with its maker's colleagues: of hidden things, what only the maker may see stays out.
        with workspace.view("export", view.store, recipients=()) as shared:
            chosen = _chosen(workspace, (view, shared), question, asked)
            shut = closed_places(workspace, shared, question, "export", day=day, recipients=())
            if chosen.start in shut.entities or (asked.entities and shut.entities.issuperset(chosen.kinds)):
                raise NotPermittedError("no work copy is made of what no work copy may hold")
            rules = Rules(
                day, question.filters, asked.names, asked.disruption, asked.form == "geojson",
                _described(workspace, question, asked), shut,
                lambda people: shown_people(shared, people, names=asked.names),
                lambda item: _withheld(item, workspace.viewer.agency),
            )  # fmt: skip
            held = gather(shared, chosen, rules)
            version = shared.data_version
        detail = {"form": asked.form, "entities": len(held.subjects), "data_version": version}
        return Answer({"data_version": version}, held.subjects, detail, held)

    return _find


def _withheld(item: Evidence, agency: str) -> bool:
    return item.claim.basis in PROTECTED_BASES and agency != item.label.controller


def _described(workspace: Workspace, question: Question, asked: Asked) -> dict[str, Any]:
    run = find_run(workspace.folder, asked.row) if asked.row else None
    chosen: dict[str, Any] = {"row": asked.row or None, "of": run.measure if run else None}
    around = {"around": asked.around or None, "hops": asked.hops if asked.around else None}
    # Not which ids: one that nothing visible has would stand there.
    picked = {"chosen": "some entities and the links between them" if asked.entities else None}
    return {**question.described(), **chosen, **around, **picked}


def _chosen(workspace: Workspace, views: tuple[View, View], question: Question, asked: Asked) -> Chosen:
    from app.copies.choosing import among, around, everything, selected
    from app.use_cases.cross_border import links_of_pair
    from app.use_cases.exploring.neighbourhood import found_among

    own, shared = views
    if asked.around:
        return around(shared, read_id(asked.around), asked.hops, question.filters)
    if asked.entities:
        found, _ = found_among(shared, asked.entities)
        return selected(shared, found, question.filters)
    if not asked.row:
        return everything(shared, question.filters)
    _, rows = find_rows(workspace.folder, own, asked.row)
    links = [link for row in rows for link in row.get("links", [])]
    entities = [entity for row in rows for entity in row.get("entities", [])]
    for row in rows:
        if "areas" in row:
            a, b = row["areas"]
            of_pair = links_of_pair(workspace, shared, question, row["kind"], (a, b))
            links, entities = links + of_pair[0], entities + of_pair[1]
    return among(shared, entities, links, question.filters)


def _registered(
    workspace: Workspace, asked: Asked, held: Gathered, version: str, approved: Product | None
) -> Product:
    contents = held.contents
    digest = contents.digest(asked.form)
    if approved:
        if asked.purpose and asked.purpose != approved.purpose:
            raise ConflictError(f"product {approved.id} was approved for another purpose")
        return released(workspace, approved.id, digest)
    why = _why_approval(contents)
    detail: dict[str, object] = {
        "form": asked.form, "people": len(contents.people), "entities": len(contents.entities),
        "links": len(contents.links), "names": asked.names, "disruption": asked.disruption,
        "needs_approval": bool(why), "data_version": version,
    }  # fmt: skip
    today, recipients = workspace.context.day, (workspace.viewer.agency,)
    expires = today + timedelta(days=asked.expires_in_days)
    draft = Draft(
        "work_copy", _title(asked, contents), asked.purpose, recipients, expires, digest, held.subjects,
        held.claims, contents.on_day, detail,
    )  # fmt: skip
    product = register(workspace, draft)
    if why:
        raise NotPermittedError(
            f"a copy that {why} is approved by another person first. It is registered as draft {product.id}: "
            f"they run kithmap products approve {product.id}, and then you run the same export with "
            f"--approval {product.id}"
        )
    return product


def _why_approval(contents: Contents) -> str:
    from app.copies.contents import CHILDREN

    if contents.names and any(person.age in CHILDREN for person in contents.people):
        return "names a child, or somebody whose age is not known, in full"
    if len(contents.people) > MOST_PEOPLE:
        return f"holds more than {MOST_PEOPLE} people"
    return ""


def _title(asked: Asked, contents: Contents) -> str:
    what = "all that its maker may see"
    if asked.row:
        what = f"row {asked.row} of a saved run{', a peer cluster, UNCONFIRMED' * contents.unconfirmed}"
    if asked.around:
        what = f"{asked.hops} hop{'s' * (asked.hops > 1)} around {asked.around}"
    if asked.entities:
        what = "a selection of its maker's"
    return f"Work copy ({asked.form}): {what}{', for disruption' * asked.disruption}"


def _about(product: Product) -> About:
    from app.copies.contents import About

    return About(
        product.id, product.title, product.purpose, product.agency, product.made, product.expires,
        product.on_day, product.data_version, product.approver, product.maker,
    )  # fmt: skip


def _written(form: str, contents: Contents, about: About) -> str | bytes:
    if form == "graphml":
        from app.copies.graphml import graphml_bytes

        return graphml_bytes(contents, about)
    if form == "csv":
        from app.copies.tables import zip_bytes

        return zip_bytes(contents, about)
    if form == "geojson":
        from app.copies.places import geojson_text

        return geojson_text(contents, about)
    if form == "neo4j":
        from app.copies.loadable import loadable_bytes

        return loadable_bytes(contents, about)
    from app.copies.page import page_html

    return page_html(contents, about)


def _sentence(product: Product, contents: Contents, out: Path) -> str:
    people = len(contents.people)
    return (
        f"copy {product.id}: {people:,} people, {len(contents.entities) - people:,} places, events and other "
        f"things, {len(contents.links):,} links, written to {out.name}. Delete it after {product.expires}"
    )
