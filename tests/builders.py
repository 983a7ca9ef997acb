"""Invented records and a workspace to load, draw and view them in."""

from __future__ import annotations

import atexit
import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, overload

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from graph.ledger.claims import batch_kinds, ledger_version, read_changes, read_labels, read_live
from graph.ledger.interning import keyed_hash
from graph.ledger.judgements import read_judgements, undo_judgement
from graph.ledger.opening import LedgerFiles, create_ledger, open_ledger
from graph.ledger.removal import remove_records
from graph.ledger.writing import LedgerWriter
from graph.model.claims import Claim, Mention, PolicyLabel, Record, Terms
from graph.model.entities import stated_area
from graph.model.scope import Scope
from graph.model.spans import UNDATED, Span
from graph.store.contract import Changes, Placed, Store
from graph.store.drawing import draw
from graph.store.embedded import EmbeddedStore
from graph.view import View

SECRET = bytes(range(32))
NOON_US = 1_748_779_200_000_000
"""2025-06-01 12:00 UTC, day 20240."""
DAY_US = 86_400_000_000
Drawn = TypeVar("Drawn", bound=Store)
ASHBY, BRAMWELL = "Ashby Council", "Bramwell Police"


def policy(controller: str = ASHBY, *, tier: str = "open", **changes: Any) -> PolicyLabel:
    """Return a policy label of an invented agency."""
    standing = ("UK GDPR", "safeguarding", "public task", "ISA-1", "none", "P", "")
    return PolicyLabel(controller, *standing, tier, "general", (), "reviewed")._replace(**changes)


def terms(predicate: str, label: PolicyLabel | None = None, **changes: Any) -> Terms:
    """Return terms of an ungraded live fact."""
    label = label or policy()
    plain = Terms(predicate.lower(), predicate, "", "fact", "", "", "", "", "live", label.controller, label)
    return plain._replace(**changes)


def mention(ref: str, kind: str = "Person", agency: str = ASHBY) -> Mention:
    """Return an agency's mention of somebody or something."""
    return Mention(kind, f"{agency}/{kind.lower()}_ref", ref)


def link(
    predicate: str,
    a: Mention,
    b: Mention,
    label: PolicyLabel | None = None,
    *,
    span: Span = UNDATED,
    reported: int | None = None,
    **changes: Any,
) -> Claim:
    """Return a claim that joins two entities."""
    return Claim(terms(predicate, label, **changes), 0, a, b, span=span, reported=Span(reported, reported))


def fact(
    predicate: str,
    of: Mention,
    label: PolicyLabel | None = None,
    *,
    particular: str = "",
    span: Span = UNDATED,
    reported: int | None = None,
    value: dict[str, Any] | None = None,
    **changes: Any,
) -> Claim:
    """Return a claim of a property."""
    text = json.dumps(value or {}, sort_keys=True)
    told = Span(reported, reported)
    return Claim(terms(predicate, label, **changes), 0, of, None, text, particular, span, told)


def identifier(of: Mention, value: str, label: PolicyLabel | None = None, **changes: Any) -> Claim:
    """Return a claim that somebody has a pupil number, or another identifier."""
    scheme = changes.pop("scheme", "upn")
    return fact("IDENTIFIER", of, label, particular=value, value={"scheme": scheme}, **changes)


def record(source_id: str, *claims: Claim, agency: str = ASHBY, feed: str = "people") -> Record:
    """Return a record; its claims of one rule are numbered in their order."""
    seen: dict[str, int] = {}
    numbered = []
    for claim in claims:
        seen[claim.terms.rule] = seen.get(claim.terms.rule, -1) + 1
        numbered.append(claim._replace(ordinal=seen[claim.terms.rule]))
    body = repr(numbered)
    digest = hashlib.blake2b(body.encode(), digest_size=16).digest()
    return Record(agency, feed, source_id, digest, json.dumps({"id": source_id}), 0, 2, tuple(numbered))


def mint(keys: Sequence[bytes]) -> list[int]:
    """Return ids that depend on the mention alone, so that two workspaces can be compared."""
    return [int.from_bytes(key[:8], "big") >> 1 for key in keys]


def id_of(who: Mention) -> int:
    """Return the id that a workspace of these builders gives a mention."""
    if who.kind == "Area":
        return stated_area(who.ref)
    return mint([keyed_hash(SECRET, "mention", *who)])[0]


def key_of(wanted: Record) -> bytes:
    """Return the key that a workspace of these builders gives a record."""
    return keyed_hash(SECRET, "record", wanted.agency, wanted.feed, wanted.source_id)


def place(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> list[Placed]:
    """Place points on an invented grid, in an invented area for each degree."""
    points = zip(lon.tolist(), lat.tolist(), strict=True)
    return [Placed(x * 1000, y * 1000, (int(x) + 500,)) for x, y in points]


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kithmap-empty-"))
    atexit.register(shutil.rmtree, folder)
    create_ledger(folder)
    with sqlite3.connect(folder / "identity.db") as identity:
        identity.execute("INSERT INTO secret VALUES ('keys', ?)", (SECRET,))
    identity.close()
    return folder


def nothing(_: PolicyLabel) -> bool:
    """Whether a viewer without pointers is pointed to a label."""
    return False


class Workspace:
    """A workspace in a folder, with a clock that tests set.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    settings : str, optional
        Text of the settings that name a server's database, made by ``tests.servers``; files when left out.
    """

    def __init__(self, folder: Path, settings: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if settings:
            (folder / "settings.toml").write_text(settings, encoding="utf-8")
        else:
            for name in ("ledger.db", "identity.db"):
                shutil.copyfile(_template() / name, folder / name)
        self.folder = folder
        self.now_us = NOON_US
        self.files: LedgerFiles = open_ledger(folder, writer=True)
        self._reading: LedgerFiles = open_ledger(folder)
        self._drawn = EmbeddedStore(None, writer=True)

    def close(self) -> None:
        """Give back every file."""
        self._drawn.close()
        self.files.close()
        self._reading.close()

    def writer(self, files: LedgerFiles | None = None) -> LedgerWriter:
        """Return a writer with this workspace's clock and ids."""
        return LedgerWriter(files or self.files, mint=mint, clock=lambda: self.now_us)

    def load(self, *records: Record, chunk: int = 1000) -> list[str]:
        """Load a batch and make it live."""
        with self.writer() as writer:
            writer.begin("import", mapping="invented", mapping_version=1)
            found = []
            for start in range(0, len(records), chunk):
                found += writer.append(records[start : start + chunk])
            writer.finish()
        return found

    def kill(self, *records: Record) -> None:
        """Write a batch and drop it as a killed process would: nothing finished, nothing taken back."""
        files = open_ledger(self.folder, writer=True)
        writer = self.writer(files)
        writer.begin("import")
        writer.append(records)
        writer.connection.close()
        writer._identity.close()
        files.close()

    def undo(self, judgement: int) -> None:
        """Undo a judgement."""
        with self.writer() as writer:
            undo_judgement(writer, judgement)

    def remove(self, *records: Record) -> None:
        """Remove records."""
        with self.writer() as writer:
            remove_records(writer, self.files, [key_of(wanted) for wanted in records])

    @contextmanager
    def ledger(self) -> Iterator[Connection]:
        """Read the ledger in one transaction."""
        with self._reading.ledger.connect() as connection, connection.begin():
            yield connection

    def drawn(self) -> EmbeddedStore:
        """Return the store that every change is drawn into, drawn anew only where it must be."""
        with self.ledger() as ledger:
            kinds = {kind for _, kind in batch_kinds(ledger, self._drawn.version())}
            if kinds & {"removal", "areas"}:
                self._drawn.close()
                self._drawn = EmbeddedStore(None, writer=True)
            points, origins = self._drawn.numbered()
            added, gone = read_changes(ledger, self._drawn.version())
            changes = Changes(
                ledger_version(ledger),
                draw(added, points=points, origins=origins),
                draw(gone),
                read_judgements(ledger),
            )
            self._drawn.apply(changes, place)
        return self._drawn

    @overload
    def redrawn(self, *, known_us: int | None = None) -> EmbeddedStore: ...

    @overload
    def redrawn(self, into: Drawn, *, known_us: int | None = None) -> Drawn: ...

    def redrawn(self, into: Store | None = None, *, known_us: int | None = None) -> Store:
        """Return a store drawn from nothing; the caller closes it."""
        store = into or EmbeddedStore(None, writer=True)
        with self.ledger() as ledger:
            claims = draw(read_live(ledger, known_us=known_us))
            judgements = read_judgements(ledger, known_us=known_us)
            store.apply(Changes(ledger_version(ledger), claims, judgements=judgements), place)
        return store

    def labels(self) -> dict[PolicyLabel, int]:
        """Return the number of each label that a live batch has touched."""
        with self.ledger() as ledger:
            return {label: number for number, (label, _) in read_labels(ledger).items()}

    def scope(
        self,
        visible: Callable[[PolicyLabel], bool],
        pointer: Callable[[PolicyLabel], bool] = nothing,
        granted: Sequence[int] = (),
    ) -> Scope:
        """Return the scope of a viewer who sees the labels that pass a test."""
        labels = self.labels()
        return Scope(
            frozenset(n for label, n in labels.items() if visible(label)),
            frozenset(n for label, n in labels.items() if pointer(label)),
            frozenset(granted),
        )

    @contextmanager
    def view(self, scope: Scope, store: Store | None = None) -> Iterator[View]:
        """Open the read facade."""
        files = self._reading
        with files.ledger.connect() as ledger, files.identity.connect() as identity:
            yield View(scope, store or self.drawn(), ledger, identity, read_labels(ledger))


def everything(_: PolicyLabel) -> bool:
    """Whether a viewer who sees everything sees a label."""
    return True


def open_only(label: PolicyLabel) -> bool:
    """Whether a viewer of open content sees a label."""
    return label.tier == "open"


def sealed(label: PolicyLabel) -> bool:
    """Whether a label is sealed."""
    return label.tier == "sealed"
