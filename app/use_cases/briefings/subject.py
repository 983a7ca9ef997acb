"""What a briefing is about: a peer cluster of a saved run, or a confirmed peer group."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.runs import find_row, find_run
from app.use_cases.asking import Question
from app.use_cases.briefings.wording import day_text, plain, shortened
from app.use_cases.groups import PeerGroup, find_group
from app.use_cases.why import question_of
from app.workspace import Workspace
from graph.errors import EntityNotFoundError, NotPermittedError
from graph.model.entities import read_id, write_id
from graph.model.spans import day_number
from graph.view import View

UNCONFIRMED: Final = "UNCONFIRMED: found by an algorithm"


@dataclass(frozen=True, slots=True)
class Subject:
    """The people a briefing is about.

    Attributes
    ----------
    named : str
        As the command line named it.
    members : tuple of int
        Ids as its maker sees them.
    group : PeerGroup or None
        None for a peer cluster.
    """

    named: str
    members: tuple[int, ...]
    group: PeerGroup | None = None

    @property
    def title(self) -> str:
        """The title, without a number of people, which differs between readers."""
        if self.group is None:
            return "Briefing: a peer cluster (unconfirmed)"
        name = plain(self.group.name)
        return f"Briefing: peer group {name or write_id(self.group.id)}"

    @property
    def registered_as(self) -> str:
        """The title in the register, which names nobody."""
        if self.group is None:
            return "Briefing on a peer cluster (unconfirmed)"
        return f"Briefing on peer group {write_id(self.group.id)}"

    @property
    def set_words(self) -> str:
        """The word for the members together."""
        return "peer cluster (unconfirmed)" if self.group is None else "peer group (confirmed)"

    def states(self, on: date) -> tuple[str, ...]:
        """Return what stands on each page.

        Parameters
        ----------
        on : date
            The day of printing.

        Returns
        -------
        tuple of str
            That nobody has confirmed it; or who did, and whether its review is overdue.
        """
        if self.group is None:
            return (UNCONFIRMED,)
        confirmed, review = (
            day_text(day_number(day)) for day in (self.group.confirmed_on, self.group.review)
        )
        said = f"CONFIRMED by {shortened(self.group.by)} on {confirmed}, review by {review}"
        return (said, "REVIEW OVERDUE") if self.group.review < on else (said,)


def question_for(workspace: Workspace, named: str) -> Question:
    """Return the question that a briefing answers: for a row of a run, that run's.

    Parameters
    ----------
    workspace : Workspace
        Whose runs.
    named : str
        A row of a run, or a peer group.

    Returns
    -------
    Question
        The plain one for a peer group.
    """
    run = find_run(workspace.folder, named)
    return Question() if run is None else question_of(run.question)


def read_subject(workspace: Workspace, view: View, named: str) -> Subject:
    """Return what a briefing is about, by its maker's own rights.

    Parameters
    ----------
    workspace : Workspace
        Whose runs.
    view : View
        The maker's.
    named : str
        ``<run>-<n>`` or the id of a peer group.

    Returns
    -------
    Subject
        With the members its maker sees.

    Raises
    ------
    EntityNotFoundError
        No such row, none of a run of clusters, or no such peer group.
    """
    if "-" not in named:
        group = find_group(view, read_id(named))
        if group.state != "confirmed":
            raise EntityNotFoundError("this peer group was dissolved: there is nobody to brief on")
        return Subject(named, group.members, group=group)
    run, row = find_row(workspace.folder, view, named)
    if run.measure != "clusters":
        raise EntityNotFoundError("a briefing is of a row of kithmap clusters or of a peer group")
    return Subject(named, tuple(row["entities"]))


def as_received(subject: Subject, view: View, shared: View) -> tuple[Subject, frozenset[int]]:
    """Return the subject and its people as all readers may see them.

    Parameters
    ----------
    subject : Subject
        As its maker sees it.
    view : View
        The maker's.
    shared : View
        Of what every reader may see.

    Returns
    -------
    tuple of (Subject, frozenset of int)
        Of a peer group what all may see of it; people by the ids that all see them by.

    Raises
    ------
    NotPermittedError
        Some reader may not see the peer group.
    """
    if subject.group is None:
        return subject, _seen(view, shared, subject.members)
    try:
        group = find_group(shared, subject.group.id)
    except EntityNotFoundError as error:
        raise NotPermittedError("the recipients may not all see this peer group") from error
    return Subject(subject.named, subject.members, group=group), frozenset(group.members)


def _seen(view: View, shared: View, members: Collection[int]) -> frozenset[int]:
    records = [record for member in members for record in view.store.entity(view.scope, member).members]
    found = {shared.seen(record) for record in records}
    return frozenset(person for person in found if _known(shared, person))


def _known(view: View, person: int) -> bool:
    try:
        view.store.entity(view.scope, person)
    except EntityNotFoundError:
        return False
    return True
