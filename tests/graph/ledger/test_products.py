from __future__ import annotations

import shutil
import sqlite3
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DatabaseError

from graph.errors import ConflictError, EntityNotFoundError
from graph.ledger.claims import batch_kinds, ledger_version, read_labels
from graph.ledger.opening import create_ledger, open_ledger, sqlite_engine
from graph.ledger.products import (
    Draft,
    Product,
    add_product,
    get_product,
    has_product,
    mark_approved,
    products_resting_on,
    read_products,
)
from tests.builders import Workspace

DAY = date(2025, 6, 1)
AGENCY = "Ashby Council"


def _product(name: str, agency: str = AGENCY) -> Product:
    return Product(
        name, "briefing", "Zoë's = 'quoted'", "review", ("Board", "Panel"), date(2025, 7, 1), "d" * 64,
        DAY, "Ann", agency, DAY, "draft", "", None, "v" * 20,
    )  # fmt: skip


def _draft(product: Product, *claims: str) -> Draft:
    return Draft(
        product.kind, product.title, product.purpose, product.recipients, product.expires, product.digest,
        (7, 9, 7), claims, DAY, {"people": 3},
    )  # fmt: skip


@pytest.fixture
def folder(workspace: Workspace, tmp_path: Path) -> Path:
    held = open_ledger(tmp_path, writer=True)
    with held.ledger.connect() as ledger, ledger.begin():
        for n, name in enumerate(("aaaaaaaa", "bbbbbbbb", "cccccccc")):
            product = _product(name, AGENCY if n < 2 else "Bramwell Police")
            add_product(ledger, product, _draft(product, f"claim/{n}", "claim/shared", f"claim/{n}"))
    held.close()
    return tmp_path


def test_a_product_is_read_as_it_was_registered(folder: Path) -> None:
    held = open_ledger(folder)
    with held.ledger.connect() as ledger:
        assert read_products(ledger, AGENCY) == [_product("aaaaaaaa"), _product("bbbbbbbb")]
        assert get_product(ledger, "aaaaaaaa", AGENCY) == _product("aaaaaaaa")
        assert has_product(ledger, "cccccccc") and not has_product(ledger, "dddddddd")
        for name in ("cccccccc", "dddddddd", "' OR 1=1 --"):
            with pytest.raises(EntityNotFoundError):
                get_product(ledger, name, AGENCY)
    held.close()


def test_the_recall_list_holds_every_product_that_rests_on_a_claim_and_no_other(folder: Path) -> None:
    held = open_ledger(folder)
    with held.ledger.connect() as ledger:

        def _ids(*names: str) -> list[str]:
            return [product.id for product in products_resting_on(ledger, names)]

        assert _ids("claim/1") == ["bbbbbbbb"]
        assert _ids("claim/shared") == ["aaaaaaaa", "bbbbbbbb", "cccccccc"]
        assert _ids("claim/0", "claim/2", "claim/none") == ["aaaaaaaa", "cccccccc"]
        assert _ids() == _ids("claim/") == []
        assert len(_ids(*(f"claim/{n}" for n in range(40_000)))) == 3
    held.close()


def test_a_product_is_approved_once(folder: Path) -> None:
    held = open_ledger(folder, writer=True)
    with held.ledger.connect() as ledger:
        with ledger.begin():
            mark_approved(ledger, "aaaaaaaa", "Bo", DAY)
        found = get_product(ledger, "aaaaaaaa", AGENCY)
        assert (found.state, found.approver, found.approved) == ("approved", "Bo", DAY)
        ledger.rollback()
        with pytest.raises(ConflictError), ledger.begin():
            mark_approved(ledger, "aaaaaaaa", "Cy", DAY)
    held.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE product SET title = 'other' WHERE id = 'aaaaaaaa'",
        "UPDATE product SET digest = 'other' WHERE id = 'aaaaaaaa'",
        "UPDATE product SET state = 'draft' WHERE id = 'aaaaaaaa'",
        "UPDATE product_claim SET claim = 'other'",
        "UPDATE product_subject SET entity = 1",
        "DELETE FROM product_claim",
        "DELETE FROM product_subject",
        "DELETE FROM product",
        "INSERT INTO product_claim SELECT product, claim FROM product_claim",
    ],
)
def test_the_register_never_changes_but_by_approval(folder: Path, statement: str) -> None:
    held = open_ledger(folder, writer=True)
    with held.ledger.connect() as ledger, pytest.raises(DatabaseError), ledger.begin():
        ledger.exec_driver_sql(statement)
    held.close()


def test_a_removal_may_take_a_product_out(folder: Path) -> None:
    held = open_ledger(folder, writer=True)
    with held.ledger.connect() as ledger, ledger.begin():
        ledger.exec_driver_sql("UPDATE state SET removal_open = 1")
        for table in ("product_claim", "product_subject", "product"):
            ledger.exec_driver_sql(f"DELETE FROM {table}")
        ledger.exec_driver_sql("UPDATE state SET removal_open = 0")
        assert read_products(ledger, AGENCY) == []
    held.close()


def test_the_register_makes_no_batch_and_touches_no_label(folder: Path) -> None:
    held = open_ledger(folder)
    with held.ledger.connect() as ledger:
        assert ledger_version(ledger) == 0 and batch_kinds(ledger, 0) == [] and read_labels(ledger) == {}
    held.close()


def test_a_workspace_of_the_first_schema_is_brought_up(tmp_path: Path) -> None:
    create_ledger(tmp_path)
    (tmp_path / "old").mkdir()
    old = tmp_path / "old" / "ledger.db"
    shutil.copyfile(tmp_path / "identity.db", old.with_name("identity.db"))
    engine = sqlite_engine(old, writer=True)
    config = Config()
    config.set_main_option("script_location", str(files("graph.ledger.migrations_ledger")))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    create_ledger(old.parent)
    schemas = []
    for path in (old, tmp_path / "ledger.db"):
        with sqlite3.connect(path) as reading:
            schemas.append(sorted(reading.execute("SELECT type, name, sql FROM sqlite_master")))
        reading.close()
    assert schemas[0] == schemas[1]
