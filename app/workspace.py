"""A workspace folder: its files, its viewer, and answers that are audited before they are given."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from app.access import Context, Viewer, check_action, context_of, scope_of, viewer_of
from app.audit import AuditLog, Event, Kind, create_audit
from app.kept_files import KeptFiles
from app.settings import FILE, Ledger, Settings, read_settings, write_settings
from graph.errors import AccessError, KithmapError, SettingsError
from graph.ledger.claims import ledger_version, read_labels
from graph.ledger.opening import OPENED_AS, create_ledger, open_ledger
from graph.ledger.writing import wall_clock_us
from graph.model.claims import PolicyLabel
from graph.model.entities import Mint, mint_ids, write_id
from graph.model.scope import Scope, shared_scope
from graph.model.spans import LONDON
from graph.store.contract import Store
from graph.view import View

_Found = TypeVar("_Found")


class Answer(NamedTuple):
    """What a use case found, and what the audit log is told of it.

    Attributes
    ----------
    body : dict
        The answer, ready for JSON.
    subjects : sequence of int
        Ids of what the answer holds.
    detail : dict
        Counts and parameters; never content.
    extra : object
        What a picture is drawn from; never printed.
    """

    body: dict[str, Any]
    subjects: Sequence[int] = ()
    detail: dict[str, object] | None = None
    extra: Any = None


@dataclass(frozen=True)
class Workspace:
    """One workspace, opened by one viewer.

    Attributes
    ----------
    folder : Path
        Where its files are.
    settings : Settings
        As read.
    clock : callable
        The time in UTC microseconds.
    mint : Mint
        Makes ids of new entities.
    kept : KeptFiles or None
        What the process keeps open; None opens each file for each answer.
    """

    folder: Path
    settings: Settings
    clock: Callable[[], int] = field(default=wall_clock_us, repr=False)
    mint: Mint = field(default=mint_ids, repr=False)
    kept: KeptFiles | None = field(default=None, repr=False, compare=False)

    @cached_property
    def viewer(self) -> Viewer:
        """The viewer that the settings name."""
        return viewer_of(self.settings)

    @property
    def context(self) -> Context:
        """The purpose of the work, today."""
        today = datetime.fromtimestamp(self.clock() / 1_000_000, tz=UTC).astimezone(LONDON).date()
        return context_of(self.settings, today)

    @property
    def audit(self) -> AuditLog:
        """The audit log, written as this viewer."""
        commits = None if self.kept is None else self.kept.commits
        return AuditLog(self.folder, self.viewer, self.context, self.clock, commits)

    def permit(self, action: str) -> None:
        """Refuse an act, on the record, that the viewer's roles do not allow.

        Parameters
        ----------
        action : str
            For example ``clusters``.

        Raises
        ------
        AccessError
            The refusal, after it was written to the audit log.
        """
        try:
            check_action(self.viewer, action, self.context)
        except AccessError as error:
            self.audit.write(Event("consultation", action, (), {"rule": str(error)}, "deny"))
            raise

    def answer(self, action: str, store: Callable[[], Store], find: Callable[[View], Answer]) -> Answer:
        """Find an answer within the viewer's scope, and give it once it is on the audit log.

        Parameters
        ----------
        action : str
            What the viewer does.
        store : callable
            Opens the drawn graph to read.
        find : callable
            Takes the view, gives the answer.

        Returns
        -------
        Answer
            Written to the log before it is returned.

        Raises
        ------
        AccessError
            The viewer may not, or the log cannot be written.
        """
        self.permit(action)
        drawn = store()
        try:
            with self.view(action, drawn) as view:
                found = find(view)
        except KithmapError as error:
            # That there is nothing to find is an answer, too.
            self.audit.write(Event("consultation", action, (), {"error": type(error).__name__}))
            raise
        finally:
            drawn.close()
        self.record("consultation", action, found)
        return found

    def unseen(self, labels: dict[int, PolicyLabel]) -> frozenset[int]:
        """Return the labels that the viewer may not see when importing.

        Parameters
        ----------
        labels : dict of int to PolicyLabel
            Every label of the ledger.

        Returns
        -------
        frozenset of int
            Their numbers.
        """
        return frozenset(labels) - scope_of(self.viewer, "import", labels, self.context).visible

    def record(self, kind: Kind, action: str, found: Answer) -> None:
        """Write what is about to be answered to the audit log.

        Parameters
        ----------
        kind : str
            One of the six kinds.
        action : str
            What the viewer does.
        found : Answer
            The answer.
        """
        subjects = [write_id(subject) for subject in found.subjects]
        self.audit.write(Event(kind, action, subjects, found.detail))

    @contextmanager
    def view(self, action: str, store: Store, *, recipients: Sequence[str] | None = None) -> Iterator[View]:
        """Open the read facade for the viewer, or for all who will read what is made of it.

        Parameters
        ----------
        action : str
            What the viewer does.
        store : Store
            The drawn graph.
        recipients : sequence of str, optional
            Agencies that will read it: only what the viewer and every one of them may see. An empty
            sequence stands for colleagues of the viewer who do such work, too.

        Yields
        ------
        View
            With one scope for every read.
        """
        with self.reading() as (ledger, identity):
            # A ledger that was put back may have the version of the one before it.
            version = (ledger_version(ledger), ledger.info.get(OPENED_AS))
            held = self._remembered(("labels", version), lambda: read_labels(ledger))
            known = {number: label for number, (label, _) in held.items()}
            # What is drawn may be older than the ledger while another process imports.
            labels = {n: (known[n], count) for n, count in store.touched().items() if n in known}
            asked = ("scope", version, self.viewer, action, self.context)
            scope = self._remembered(asked, lambda: scope_of(self.viewer, action, known, self.context))
            if recipients is not None:
                scope = shared_scope([scope, *self._readers(recipients, action, known)])
            yield View(
                scope,
                store,
                ledger,
                identity,
                labels,
                lambda word, find: self._remembered((word, version), find),
            )

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, Connection]]:
        """Read the ledger and the identity file.

        Yields
        ------
        tuple of (Connection, Connection)
            Ledger, in a transaction, and identity.
        """
        if self.kept is not None:
            with self.kept.reading() as opened:
                yield opened
            return
        files = open_ledger(self.folder)
        try:
            with files.ledger.connect() as ledger, files.identity.connect() as identity, ledger.begin():
                yield ledger, identity
        finally:
            files.close()

    def _remembered(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        return find() if self.kept is None else self.kept.remembered(key, find)

    def _readers(self, recipients: Sequence[str], action: str, labels: dict[int, PolicyLabel]) -> list[Scope]:
        if not recipients:
            colleague = Viewer("", self.viewer.agency, frozenset({"analyst"}), frozenset())
            return [scope_of(colleague, action, labels, self.context)]
        return [self._received(agency, labels) for agency in recipients]

    def _received(self, agency: str, labels: dict[int, PolicyLabel]) -> Scope:
        # Nobody has said which areas a recipient works in: of what is kept to some areas they get their own.
        at_hand = {n: label for n, label in labels.items() if not label.areas or label.controller == agency}
        reader = Viewer("", agency, frozenset({"op_group"}), frozenset())
        return scope_of(reader, "receive", at_hand, self.context)


def open_workspace(folder: Path, **ways: Any) -> Workspace:
    """Open a workspace.

    Parameters
    ----------
    folder : Path
        Where it is.
    **ways : Any
        ``clock`` and ``mint``, where a test needs its own.

    Returns
    -------
    Workspace
        Its files are opened as they are needed.

    Raises
    ------
    SettingsError
        There is none, or its settings are wrong.
    """
    return Workspace(folder, read_settings(folder), **ways)


def create_workspace(folder: Path, *, agency: str, ledger: Ledger | None = None) -> Workspace:
    """Make a workspace.

    Parameters
    ----------
    folder : Path
        An empty or new folder.
    agency : str
        The operator's agency.
    ledger : Ledger, optional
        A server that holds the ledger; files of the folder when left out.

    Returns
    -------
    Workspace
        Ready for use.

    Raises
    ------
    SettingsError
        The folder holds something already.
    StoreUnavailableError
        The server was not reached: the folder is as it was.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(f"{folder.name}: a new workspace needs a new or empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    write_settings(folder, agency=agency, ledger=ledger)
    try:
        create_ledger(folder)
    except KithmapError:
        (folder / FILE).unlink()
        raise
    create_audit(folder)
    workspace = open_workspace(folder)
    workspace.audit.write(Event("collection", "init"))
    return workspace
