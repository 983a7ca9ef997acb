"""A briefing of a peer cluster or a peer group, for named readers, registered before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.documents.document import Document, Figure
from app.progress import Progress
from app.use_cases.asking import Question, ask
from app.use_cases.briefings.contents import (
    NETWORK,
    PLACES,
    Contents,
    Heading,
    as_document,
    read_contents,
    states_of,
)
from app.use_cases.briefings.ground import Ground, places_figure, read_ground
from app.use_cases.briefings.material import read_material
from app.use_cases.briefings.network import network_figure
from app.use_cases.briefings.pairs import Pairs, largest_piece, read_pairs
from app.use_cases.briefings.subject import as_received, question_for, read_subject
from app.use_cases.products import Draft, Product, find_product, register, released
from app.workspace import Answer, Workspace
from graph.errors import EntityNotFoundError, NotPermittedError, PurposeMissingError
from graph.model.spans import day_number, day_of
from graph.view import View

SCHEMA: Final = "kithmap.brief/1"
LASTS: Final = timedelta(days=30)
FEWEST: Final = 2
FORMS: Final = ("docx", "pdf", "html")


@dataclass(frozen=True, slots=True)
class Asked:
    """What briefing was asked for.

    Attributes
    ----------
    subject : str
        A row of a run of clusters, or the id of a peer group.
    purpose : str
        What for.
    recipients : tuple of str
        Agencies; none for colleagues of the maker.
    reference : str
        Case or meeting; that of the settings where empty.
    names : bool
        Names instead of initials, by right.
    issue : str
        Id of an approved product to be printed without ``DRAFT``; empty for a new draft.
    """

    subject: str
    purpose: str = ""
    recipients: tuple[str, ...] = ()
    reference: str = ""
    names: bool = False
    issue: str = ""


class LeftOut(NamedTuple):
    """What the maker sees and the readers do not: told to the maker, printed nowhere.

    Attributes
    ----------
    people, ties : int
        How many.
    """

    people: int
    ties: int

    @property
    def sentence(self) -> str:
        """The sentence for the maker; empty where nothing is left out."""
        if not any(self):
            return ""
        people = f"{self.people} {'person' if self.people == 1 else 'people'}"
        ties = f"{self.ties} tie{'s' * (self.ties != 1)}"
        why = "whom or which the readers may not see, or not what ties them to the rest"
        return f"left out: {people} and {ties}, {why}"


class Briefing(NamedTuple):
    """A briefing that is registered and may be written.

    Attributes
    ----------
    contents : Contents
        What it says.
    product : Product
        As registered, or as approved.
    left_out : LeftOut
        For its maker alone.
    unknown : tuple of str
        Recipients of whom the maker sees no record: perhaps misspelt.
    ground : Ground
        What the map is drawn on.
    """

    contents: Contents
    product: Product
    left_out: LeftOut
    unknown: tuple[str, ...]
    ground: Ground

    def document(self) -> Document:
        """Return the document with its pictures, which are drawn now.

        Returns
        -------
        Document
            The same each time.
        """
        return as_document(self.contents, self.product, _figures(self.contents, self.product, self.ground))

    def answer(self, files: Sequence[Path]) -> dict[str, Any]:
        """Return what was made, for JSON.

        Parameters
        ----------
        files : sequence of Path
            Where it was written.

        Returns
        -------
        dict
            Of the product and for its maker; nothing of the contents.
        """
        return {
            "schema": SCHEMA,
            "product": self.product.id,
            "state": self.product.state,
            "title": self.product.title,
            "recipients": list(self.product.recipients),
            "expires": self.product.expires.isoformat(),
            "files": [str(path) for path in files],
            "left_out": self.left_out._asdict(),
            "unknown_recipients": list(self.unknown),
        }


def make_briefing(workspace: Workspace, asked: Asked, progress: Progress = lambda _: None) -> Briefing:
    """Make a briefing and register it, or print one that was approved.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the maker.
    asked : Asked
        What is wanted.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Briefing
        On the audit log, as a consultation and as a disclosure, before anything is drawn.

    Raises
    ------
    EntityNotFoundError
        No row, peer group or product that the maker may see has the id.
    NotPermittedError
        The maker may not, or the readers may see fewer than two of the people.
    PurposeMissingError
        No purpose is stated.
    ConflictError
        The product is not approved, or what it would say has changed.

    Notes
    -----
    Every word rests on claims that the maker and each of the readers may see. Who and what they may
    not see is left out as if it did not exist; only the maker is told how much that is.
    """
    workspace.permit("brief")
    if asked.names:
        workspace.permit("names")
    product = _to_issue(workspace, asked)
    if product is not None:
        asked = replace(asked, purpose=product.purpose, recipients=product.recipients)
    if not asked.purpose.strip():
        raise PurposeMissingError("state what the briefing is for: --purpose")
    question = question_for(workspace, asked.subject)
    heading = _heading(workspace, asked, product)
    day = question.day(workspace) if product is None else day_number(product.on_day)

    def _find(view: View) -> Answer:
        progress("reading")
        with workspace.view("brief", view.store, recipients=asked.recipients) as shared:
            return _read(workspace, (view, shared), asked, question, heading, day)

    found = ask(workspace, "brief", question, find=_find, progress=progress)
    contents, ground, left_out, unknown = found.extra
    detail = found.detail or {}
    if product is None:
        product = register(workspace, _draft(asked, contents, found.subjects, detail))
    else:
        product = released(workspace, product.id, contents.digest)
    return Briefing(contents, product, left_out, unknown, ground)


def _to_issue(workspace: Workspace, asked: Asked) -> Product | None:
    if not asked.issue:
        return None
    product = find_product(workspace, asked.issue)
    if product.kind != "briefing":
        raise EntityNotFoundError("no briefing with this id")
    return product


def _heading(workspace: Workspace, asked: Asked, product: Product | None) -> Heading:
    viewer, context = workspace.viewer, workspace.context
    maker, agency, made = (
        (viewer.name, viewer.agency, context.day)
        if product is None
        else (product.maker, product.agency, product.made)
    )
    own = f"{agency} only: those there who work with Kithmap"
    readers = "; ".join(asked.recipients) or own
    reference = asked.reference or context.reference
    return Heading(asked.purpose, reference, readers, maker, agency, made, made + LASTS)


def _read(
    workspace: Workspace,
    views: tuple[View, View],
    asked: Asked,
    question: Question,
    heading: Heading,
    day: int,
) -> Answer:
    view, shared = views
    whole = read_subject(workspace, view, asked.subject)
    subject, people = as_received(whole, view, shared)
    pairs = read_pairs(shared, people, question, day)
    # What joins two pieces of a cluster may be what the readers may not know: they get one piece.
    kept = largest_piece(people, pairs.held) if subject.group is None else people
    if len(kept) < FEWEST:
        raise NotPermittedError(
            "the readers may see fewer than two of these people, or no tie between them: nothing is made"
        )
    if kept != people:
        # Nothing of those left out, not even a count, is in what is printed.
        pairs = read_pairs(shared, kept, question, day)
    readers = frozenset(asked.recipients or (workspace.viewer.agency,))
    material = read_material(
        shared,
        kept,
        pairs,
        question=question,
        day=day,
        readers=readers,
        names=asked.names,
    )
    contents = read_contents(material, subject, heading)
    left_out = LeftOut(0, 0)
    if shared.scope != view.scope or kept != frozenset(whole.members):
        all_pairs = read_pairs(view, whole.members, question, day)
        left_out = _left_out(views, whole.members, kept, (all_pairs, pairs))
    subjects = sorted(material.called)
    detail: dict[str, Any] = {
        "subject": asked.subject,
        "recipients": list(asked.recipients),
        "people": len(kept),
        "ties": len(pairs.held),
        "claims": len(material.said),
        "left_out": left_out._asdict(),
        "data_version": shared.data_version,
    }
    unknown = tuple(agency for agency in asked.recipients if agency not in _agencies(view, whole.members))
    return Answer(
        {},
        subjects,
        detail,
        (contents, read_ground(workspace, shared.areas, contents.spots), left_out, unknown),
    )


def _left_out(
    views: tuple[View, View], members: Sequence[int], kept: frozenset[int], pairs: tuple[Pairs, Pairs]
) -> LeftOut:
    view, shared = views
    found = {
        member
        for member in members
        if kept & {shared.seen(record) for record in view.store.entity(view.scope, member).members}
    }
    whole, shown = pairs
    return LeftOut(len(members) - len(found), max(0, len(whole.held) - len(shown.held)))


def _agencies(view: View, members: Sequence[int]) -> frozenset[str]:
    """Return the agencies that answer for some claim about members, as far as the maker sees."""
    facts = view.store.all_facts(view.scope, list(members))
    return frozenset(item.label.controller for item in view.why(facts))


def _draft(asked: Asked, contents: Contents, subjects: Sequence[int], detail: dict[str, object]) -> Draft:
    return Draft(
        "briefing",
        contents.subject.registered_as,
        asked.purpose,
        asked.recipients,
        contents.heading.expires,
        contents.digest,
        subjects,
        sorted({one.name for one in contents.material.said}),
        day_of(contents.material.day),
        detail,
    )


def _figures(contents: Contents, product: Product, ground: Ground) -> dict[str, Figure]:
    states = states_of(contents, product)
    title = contents.subject.title.removeprefix("Briefing: ")
    network = network_figure(
        contents.material,
        contents.ties,
        contents.concerns,
        title=f"Network of {title}",
        marking=contents.marking,
        states=states,
        set_words=contents.subject.set_words,
    )
    places = places_figure(
        contents.spots, ground, title=f"Places of {title}", marking=contents.marking, states=states
    )
    return {NETWORK: network} | ({PLACES: places} if places else {})


def rendered(document: Document, form: str) -> bytes:
    """Return a document in one form.

    Parameters
    ----------
    document : Document
        What it says.
    form : str
        One of ``FORMS``.

    Returns
    -------
    bytes
        Of the file.
    """
    if form == "docx":
        from app.documents.word import document_docx

        return document_docx(document)
    if form == "pdf":
        from app.documents.pdf import document_pdf

        return document_pdf(document)
    from app.documents.page import document_page

    return document_page(document).encode("utf-8")
