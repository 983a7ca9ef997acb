"""Products: registered before they are written, approved by another person, issued while they still hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, NoReturn

from sqlalchemy import Connection

from app.audit import Event
from app.use_cases.drawing import current_store, reading_ledger
from app.workspace import Answer, Workspace
from graph.errors import ConflictError, KithmapError, NotPermittedError, PurposeMissingError
from graph.ledger.opening import one_writer, open_ledger, translated
from graph.ledger.products import (
    KINDS,
    Draft,
    Product,
    ProductKind,
    add_product,
    get_product,
    has_product,
    mark_approved,
    product_subjects,
    products_resting_on,
    read_products,
)
from graph.model.entities import write_id

__all__ = [
    "SCHEMA",
    "Draft",
    "Product",
    "approve",
    "find_product",
    "list_products",
    "products_resting_on",
    "register",
    "released",
]

SCHEMA: Final = "kithmap.products/1"
LONGEST_DAYS: Final = 30
"""A work copy may be used for so long at most."""

_ACTIONS: Final[dict[ProductKind, str]] = {"briefing": "brief", "work_copy": "export"}
_WAIT_S: Final = 10.0
_TRIES: Final = 100


def register(workspace: Workspace, draft: Draft) -> Product:
    """Register a product as a draft, on the audit log first and before any file is written.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the maker.
    draft : Draft
        What it is, what for and what it rests on.

    Returns
    -------
    Product
        In the state ``draft``, with an id of its own.

    Raises
    ------
    PurposeMissingError
        The draft states no purpose.
    NotPermittedError
        No role of the viewer makes such products, or it would last too long.
    AuditUnavailableError
        The disclosure cannot be written to the log: nothing is registered.
    ConflictError
        Another process is writing for longer than this one waits.

    Notes
    -----
    The register touches no label and makes no batch: nobody's data version changes, and what is
    drawn stays as new as it was.
    """
    workspace.permit(_ACTIONS[draft.kind])
    _check(workspace, draft)
    version = str(draft.detail.get("data_version") or _data_version(workspace, draft.kind))
    with _writing(workspace) as ledger:
        product = _drafted(workspace, ledger, draft, version)
        detail = {**draft.detail, **_told(product), "claims": len(set(draft.claims))}
        workspace.record("disclosure", f"{_ACTIONS[draft.kind]} draft", Answer({}, draft.subjects, detail))
        add_product(ledger, product, draft)
    return product


def _check(workspace: Workspace, draft: Draft) -> None:
    today = workspace.context.day
    if draft.kind not in KINDS or not draft.title.strip():
        raise NotPermittedError(f"a product is one of {', '.join(KINDS)}, and has a title")
    if not draft.purpose.strip():
        raise PurposeMissingError("state what the product is for: --purpose")
    if draft.expires < today:
        raise NotPermittedError("a product cannot expire before it is made")
    if draft.kind == "work_copy" and draft.expires > today + timedelta(days=LONGEST_DAYS):
        raise NotPermittedError(f"a work copy expires within {LONGEST_DAYS} days")


def _drafted(workspace: Workspace, ledger: Connection, draft: Draft, version: str) -> Product:
    viewer = workspace.viewer
    return Product(
        _fresh_id(workspace, ledger, draft), draft.kind, draft.title, draft.purpose, draft.recipients,
        draft.expires, draft.digest, draft.on_day, viewer.name, viewer.agency, workspace.context.day, "draft",
        "", None, version, bool(draft.detail.get("needs_approval", True)),
    )  # fmt: skip


def _fresh_id(workspace: Workspace, ledger: Connection, draft: Draft) -> str:
    for attempt in range(_TRIES):
        # Random, unless a test hands in a mint of its own that makes ids of these keys.
        key = f"product|{draft.kind}|{draft.digest}|{workspace.clock()}|{attempt}".encode()
        letters = write_id(workspace.mint([hashlib.sha256(key).digest()])[0])[-8:]
        if not has_product(ledger, letters):
            return letters
    raise ConflictError("no new id could be found for the product: try again")


def _data_version(workspace: Workspace, kind: ProductKind) -> str:
    store = current_store(workspace)
    try:
        with workspace.view(_ACTIONS[kind], store) as view:
            return view.data_version
    finally:
        store.close()


def find_product(workspace: Workspace, product: str) -> Product:
    """Return one product of the viewer's agency.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    product : str
        Its id.

    Returns
    -------
    Product
        As registered.

    Raises
    ------
    EntityNotFoundError
        The viewer's agency has none with this id.
    """
    with reading_ledger(workspace) as ledger, translated("ledger.db"):
        return get_product(ledger, product, workspace.viewer.agency)


def approve(workspace: Workspace, product: str) -> Product:
    """Approve a product that another person made.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the approver.
    product : str
        Its id.

    Returns
    -------
    Product
        In the state ``approved``.

    Raises
    ------
    EntityNotFoundError
        The viewer's agency has no product with this id.
    NotPermittedError
        The viewer made it, it has expired, or no role of theirs approves.
    ConflictError
        It has been approved already.

    Notes
    -----
    Approval is of the contents with this digest, for the purpose and the recipients registered.
    """
    workspace.permit("approve")
    found = _found(workspace, "approve", product)
    viewer, today = workspace.viewer, workspace.context.day
    if (_plain(viewer.name), _plain(viewer.agency)) == (_plain(found.maker), _plain(found.agency)):
        _refuse(workspace, "approve", found, "a product is approved by another person than its maker")
    if found.expires < today:
        _refuse(workspace, "approve", found, f"product {product} expired on {found.expires}: make it again")
    if found.state == "approved":
        raise ConflictError(f"product {product} has been approved already")
    if not found.needs_approval:
        raise ConflictError(f"product {product} needs no approval: it was written when it was made")
    with _writing(workspace) as ledger:
        workspace.audit.write(Event("alteration", "approve", (), _told(found)))
        mark_approved(ledger, product, viewer.name, today)
        return get_product(ledger, product, viewer.agency)


def released(workspace: Workspace, product: str, digest: str) -> Product:
    """Return an approved product whose contents are still those that were approved, to be issued now.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    product : str
        Its id.
    digest : str
        SHA-256 of the canonical contents as they would be written now.

    Returns
    -------
    Product
        The disclosure is on the audit log.

    Raises
    ------
    EntityNotFoundError
        The viewer's agency has no product with this id.
    ConflictError
        It is not approved, has expired, or the data changed since the draft.
    """
    found = _found(workspace, "issue", product)
    workspace.permit(_ACTIONS[found.kind])
    fault = _unfit(found, workspace, digest)
    if fault:
        workspace.audit.write(Event("disclosure", "issue", (), {**_told(found), "rule": fault}, "deny"))
        raise ConflictError(fault)
    with reading_ledger(workspace) as ledger, translated("ledger.db"):
        subjects = product_subjects(ledger, product)
    workspace.record("disclosure", "issue", Answer({}, subjects, _told(found)))
    return found


def _unfit(found: Product, workspace: Workspace, digest: str) -> str:
    if found.state != "approved":
        return f"product {found.id} is a draft: another person approves it by kithmap products approve"
    if found.expires < workspace.context.day:
        return f"product {found.id} expired on {found.expires}: make it again"
    if found.digest != digest:
        return f"what product {found.id} would hold has changed since the draft: make it again"
    return ""


def list_products(workspace: Workspace) -> Answer:
    """List the products of the viewer's agency, never their content.

    Parameters
    ----------
    workspace : Workspace
        Whose.

    Returns
    -------
    Answer
        One row a product, oldest first.
    """
    workspace.permit("products")
    with reading_ledger(workspace) as ledger, translated("ledger.db"):
        held = read_products(ledger, workspace.viewer.agency)
    today = workspace.context.day
    rows = [_row(product, expired=product.expires < today) for product in held]
    waiting = sum(row["state"] == "draft" and not row["expired"] for row in rows)
    body = {
        "schema": SCHEMA,
        "sentence": f"{len(rows)} product{'s' * (len(rows) != 1)}, {waiting} waiting for approval",
        "rows": rows,
    }
    found = Answer(body, (), {"products": len(rows)})
    workspace.record("consultation", "products", found)
    return found


def _row(product: Product, *, expired: bool) -> dict[str, Any]:
    return {
        "id": product.id,
        "kind": product.kind,
        "title": product.title,
        "purpose": product.purpose,
        "recipients": list(product.recipients),
        "maker": product.maker,
        "made": product.made.isoformat(),
        "on_day": product.on_day.isoformat(),
        "expires": product.expires.isoformat(),
        "expired": expired,
        "state": product.state if product.needs_approval else "written",
        "approver": product.approver or None,
        "approved": product.approved and product.approved.isoformat(),
    }


def _told(product: Product) -> dict[str, object]:
    return {
        "product": product.id,
        "product_kind": product.kind,
        "product_purpose": product.purpose,
        "recipients": list(product.recipients),
        "expires": product.expires.isoformat(),
        "digest": product.digest,
    }


def _found(workspace: Workspace, action: str, product: str) -> Product:
    try:
        return find_product(workspace, product)
    except KithmapError as error:
        workspace.audit.write(Event("consultation", action, (), {"error": type(error).__name__}))
        raise


def _refuse(workspace: Workspace, action: str, product: Product, why: str) -> NoReturn:
    workspace.audit.write(Event("alteration", action, (), {"product": product.id, "rule": why}, "deny"))
    raise NotPermittedError(why)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


@contextmanager
def _writing(workspace: Workspace) -> Iterator[Connection]:
    files = open_ledger(workspace.folder, writer=True)
    try:
        with (
            one_writer(workspace.folder, wait_s=_WAIT_S),
            translated("ledger.db"),
            files.ledger.connect() as ledger,
            ledger.begin(),
        ):
            yield ledger
    finally:
        files.close()
