"""The rules of what may never change, as PostgreSQL holds them: triggers and the functions that they call."""

from __future__ import annotations

from typing import Final

from graph.ledger.postgresql import LEDGER_SCHEMA
from graph.ledger.schema import APPROVAL, FROZEN, REGISTER

_SHUT: Final = f"(SELECT removal_open FROM {LEDGER_SCHEMA}.state WHERE id = 1) = 0"  # noqa: S608 - one constant
_LIVE: Final = f"EXISTS (SELECT 1 FROM {LEDGER_SCHEMA}.batch WHERE seq = OLD.batch AND live_us IS NOT NULL)"  # noqa: S608 - one constant
_TWICE: Final = "NOT (OLD.state = 'draft' AND NEW.state = 'approved')"


def server_guards() -> list[str]:
    """Return what holds the ledger's rules in PostgreSQL.

    Returns
    -------
    list of str
        Statements: the same rules as ``graph.ledger.schema.guards``, and that no table is emptied.
    """
    return [*first_guards(), *register_guards()]


def first_guards() -> list[str]:
    """Return the functions, and the triggers of the ledger's first schema.

    Returns
    -------
    list of str
        Statements.
    """
    made = [
        _function("refuse_change", _SHUT, "NEW"),
        _function("refuse_live_delete", f"{_SHUT} AND {_LIVE}", "OLD"),
        _function("refuse_delete", _SHUT, "OLD"),
        _function("refuse_emptying", _SHUT, "NULL"),
    ]
    for table, columns in FROZEN.items():
        made += _triggers(table, columns, "refuse_live_delete")
    return made


def register_guards() -> list[str]:
    """Return the triggers of the register of products.

    Returns
    -------
    list of str
        Statements.
    """
    made = [_function("refuse_approval", f"{_SHUT} AND {_TWICE}", "NEW")]
    for table, columns in REGISTER.items():
        made += _triggers(table, columns, "refuse_delete")
    once = f"CREATE TRIGGER product_is_approved_once BEFORE UPDATE OF {', '.join(APPROVAL)} ON product"
    return [*made, f"{once} FOR EACH ROW EXECUTE FUNCTION refuse_approval('a product is approved once')"]


def _function(name: str, refused: str, row: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        "RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {row}; END $$"
    )


def _triggers(table: str, columns: tuple[str, ...], deleting: str) -> list[str]:
    removal = f"'{table} rows are removed only by removal'"
    return [
        f"CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE OF {', '.join(columns)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change('{table} rows never change')",
        f"CREATE TRIGGER {table}_is_never_deleted BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {deleting}({removal})",
        f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying({removal})",
    ]
