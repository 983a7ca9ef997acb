"""The register of products: what was made for whom, on which claims it rests, and who approved it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Connection

from graph.errors import ConflictError, EntityNotFoundError
from graph.ledger.rows import insert, rows_among

ProductKind = Literal["briefing", "work_copy"]
State = Literal["draft", "approved"]
KINDS: Final[tuple[ProductKind, ...]] = ("briefing", "work_copy")

_COLUMNS: Final = (
    "id", "kind", "title", "purpose", "recipients", "expires", "digest", "on_day", "maker", "agency", "made",
    "state", "approver", "approved", "data_version", "needs_approval",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM product "  # noqa: S608 - one constant


class Draft(NamedTuple):
    """What is to be registered before it is written.

    Attributes
    ----------
    kind : str
        ``briefing`` or ``work_copy``.
    title : str
        Says what it is; never a name of a person.
    purpose : str
        What for, as its maker states it.
    recipients : tuple of str
        Agencies, posts or meetings.
    expires : date
        Last day on which it may be used.
    digest : str
        SHA-256 of the canonical contents, in hexadecimals.
    subjects : sequence of int
        Entities it holds.
    claims : sequence of str
        Names of the claims it rests on.
    on_day : date
        The day that its contents are for.
    detail : dict
        Counts and parameters, never content; also ``data_version`` of the view it was made from, and
        ``needs_approval`` False where it may be written at once.
    """

    kind: ProductKind
    title: str
    purpose: str
    recipients: tuple[str, ...]
    expires: date
    digest: str
    subjects: Sequence[int]
    claims: Sequence[str]
    on_day: date
    detail: dict[str, object]


class Product(NamedTuple):
    """One row of the register.

    Attributes
    ----------
    id : str
        Eight random letters.
    kind, title, purpose, recipients, expires, digest, on_day : Any
        As its draft states them.
    maker, agency : str
        Who made it.
    made : date
        When.
    state : str
        ``draft`` or ``approved``.
    approver : str
        Who approved it; empty before.
    approved : date or None
        When.
    data_version : str
        Of the view it was made from.
    needs_approval : bool
        Whether it may be written only once another person approved it.
    """

    id: str
    kind: ProductKind
    title: str
    purpose: str
    recipients: tuple[str, ...]
    expires: date
    digest: str
    on_day: date
    maker: str
    agency: str
    made: date
    state: State
    approver: str
    approved: date | None
    data_version: str
    needs_approval: bool = True


def add_product(connection: Connection, product: Product, draft: Draft) -> None:
    """Write a product and its manifest.

    Parameters
    ----------
    connection : Connection
        The ledger, in a transaction.
    product : Product
        The row.
    draft : Draft
        Holds the manifest: claims, subjects, counts and parameters.
    """
    top = connection.exec_driver_sql("SELECT COALESCE(MAX(seq), 0) FROM product").scalar_one()
    seq = int(top) + 1
    row = (seq, *_written(product), json.dumps(draft.detail, sort_keys=True))
    insert(connection, "product", ("seq", *_COLUMNS, "detail"), [row])
    insert(connection, "product_claim", ("product", "claim"), [(seq, c) for c in sorted(set(draft.claims))])
    subjects = [(seq, int(entity)) for entity in sorted(set(draft.subjects))]
    insert(connection, "product_subject", ("product", "entity"), subjects)


def read_products(connection: Connection, agency: str) -> list[Product]:
    """Return the register of one agency.

    Parameters
    ----------
    connection : Connection
        The ledger.
    agency : str
        Whose makers.

    Returns
    -------
    list of Product
        Oldest first.
    """
    return [
        _read(row) for row in connection.exec_driver_sql(_SELECT + "WHERE agency = ? ORDER BY seq", (agency,))
    ]


def get_product(connection: Connection, product: str, agency: str) -> Product:
    """Return one product of an agency.

    Parameters
    ----------
    connection : Connection
        The ledger.
    product : str
        Its id.
    agency : str
        Whose maker.

    Returns
    -------
    Product
        As registered.

    Raises
    ------
    EntityNotFoundError
        The agency has none with this id.
    """
    row = connection.exec_driver_sql(_SELECT + "WHERE id = ? AND agency = ?", (product, agency)).first()
    if row is None:
        raise EntityNotFoundError("no product of your agency has this id: kithmap products list shows them")
    return _read(row)


def product_subjects(connection: Connection, product: str) -> list[int]:
    """Return the entities that a product holds.

    Parameters
    ----------
    connection : Connection
        The ledger.
    product : str
        Its id.

    Returns
    -------
    list of int
        Sorted.
    """
    query = (
        "SELECT entity FROM product_subject WHERE product = (SELECT seq FROM product WHERE id = ?) "
        "ORDER BY entity"
    )
    return [int(row[0]) for row in connection.exec_driver_sql(query, (product,))]


def has_product(connection: Connection, product: str) -> bool:
    """Return whether an id is taken.

    Parameters
    ----------
    connection : Connection
        The ledger.
    product : str
        An id.

    Returns
    -------
    bool
        By a product of any agency.
    """
    return connection.exec_driver_sql("SELECT 1 FROM product WHERE id = ?", (product,)).first() is not None


def mark_approved(connection: Connection, product: str, approver: str, day: date) -> None:
    """Note who approved a product.

    Parameters
    ----------
    connection : Connection
        The ledger, in a transaction.
    product : str
        Its id.
    approver : str
        Who.
    day : date
        When.

    Raises
    ------
    ConflictError
        Somebody else did so in the meantime.
    """
    done = connection.exec_driver_sql(
        "UPDATE product SET state = 'approved', approver = ?, approved = ? WHERE id = ? AND state = 'draft'",
        (approver, day.isoformat(), product),
    )
    if done.rowcount != 1:
        raise ConflictError(f"product {product} has been approved already")


def products_resting_on(ledger: Connection, claim_names: Sequence[str]) -> list[Product]:
    """Return every product that rests on one of some claims: the recall list of a removal.

    Parameters
    ----------
    ledger : Connection
        The ledger.
    claim_names : sequence of str
        Names of claims, as evidence shows them.

    Returns
    -------
    list of Product
        Of every agency, oldest first; drafts and expired ones too.
    """
    query = "SELECT product FROM product_claim WHERE claim IN"
    held = sorted({int(row[0]) for row in rows_among(ledger, query, sorted(set(claim_names)))})
    found = rows_among(ledger, _SELECT + "WHERE seq IN", held)
    return sorted(map(_read, found), key=lambda product: (product.made, product.id))


def _written(product: Product) -> tuple[Any, ...]:
    return tuple(_cell(value) for value in product)


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def _read(row: Any) -> Product:
    held = Product._make(tuple(row))
    day = date.fromisoformat
    return held._replace(
        recipients=tuple(json.loads(row[4])),
        expires=day(row[5]),
        on_day=day(row[7]),
        made=day(row[10]),
        approved=row[13] and day(row[13]),
        needs_approval=bool(row[15]),
    )
