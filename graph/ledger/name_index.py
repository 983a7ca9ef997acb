"""The index of names, numbers and references: which claims hold words that begin like those asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from graph.ledger.postgresql import is_server
from graph.ledger.rows import MOST_CLAIMS, Row, claim_seq, insert
from graph.model.words import MOST_WORDS, Words, likenesses, words_of

TABLE: Final = "name_index"
PARTICULARS: Final = ("NAMED", "IDENTIFIER")
"""Properties whose identifying value is found by its words; nobody is looked for by a birth date."""
ATTRIBUTES: Final = ("name", "reference")
"""Attributes of an ``IS`` that are found by their words."""

MAKE: Final = (
    # Words are folded before they get here: every letter beyond ASCII is part of a word, as it stands.
    "CREATE VIRTUAL TABLE name_index USING fts5(words, entity UNINDEXED, predicate UNINDEXED, "
    "batch UNINDEXED, tokenize='ascii', detail=none, columnsize=0)"
)
_SPACED: Final = "(' ' || translate(words, chr(10), ' '))"
SERVER_MAKE: Final = (
    "CREATE TABLE name_index (claim BIGINT PRIMARY KEY, words TEXT NOT NULL, entity BIGINT NOT NULL, "
    "predicate TEXT NOT NULL, batch INTEGER NOT NULL)",
    f"CREATE INDEX name_index_words ON name_index USING gin ({_SPACED} public.gin_trgm_ops)",
    "CREATE INDEX name_index_batch ON name_index (batch)",
)
"""The same in PostgreSQL: every word stands behind a space, so that its beginning can be asked for."""
_COLUMNS: Final = ("rowid", "words", "entity", "predicate", "batch")
SERVER_COLUMNS: Final = ("claim", *_COLUMNS[1:])
_BREAK: Final = "\n"
"""Ends each line: the words of a text as they stand, then those that are there to be found by only."""
SAID: Final = (
    "SELECT c.seq, c.subject, t.predicate, c.value, c.batch FROM {schema}claim c "
    "JOIN {schema}terms t ON t.id = c.terms WHERE t.predicate = 'IS' AND c.value IS NOT NULL"
)
"""Asks a ledger, of a schema or of a file, for the descriptions that claims give."""
_PART: Final = 20_000
_HINTS: Final = tuple(f'"{name}":' for name in ATTRIBUTES)


class Hit(NamedTuple):
    """A claim whose words fit, whoever may see it.

    Attributes
    ----------
    claim, entity : int
        Its number, and whom or what it speaks of.
    predicate : str
        ``NAMED``, ``IDENTIFIER`` or ``IS``.
    exact : bool
        Whether the words are all of what it says, in any order.
    """

    claim: int
    entity: int
    predicate: str
    exact: bool


def indexed(claim: int, entity: int, predicate: str, texts: Iterable[str], batch: int) -> list[Row]:
    """Return the row by which a claim is found.

    Parameters
    ----------
    claim : int
        Its number.
    entity : int
        Whom or what it speaks of.
    predicate : str
        A property of the dictionary.
    texts : iterable of str
        What it says: a name, a number, a reference.
    batch : int
        Number of the batch that writes it.

    Returns
    -------
    list of tuple
        One row; none where there is no word to find it by.
    """
    words = "".join(map(_lines, texts))
    return [(claim, words, entity, predicate, batch)] if words else []


def _lines(text: str) -> str:
    # Most names are plain letters, and there are many: taking them apart was most of the work.
    if text.isascii() and text.replace(" ", "").isalpha():
        return f"{text.lower()}{_BREAK}{_BREAK}"
    words = words_of(text)
    if not words.whole:
        return ""
    return _BREAK.join((" ".join(words.whole), " ".join((*words.parts, *words.joined)), ""))


def said_in(value: str) -> list[str]:
    """Return what of a description is found by its words.

    Parameters
    ----------
    value : str
        The attributes of an ``IS``, JSON.

    Returns
    -------
    list of str
        Name and reference; empty for neither, which is told without reading the JSON.
    """
    if not any(hint in value for hint in _HINTS):
        return []
    held = json.loads(value)
    return [str(held[name]) for name in ATTRIBUTES if held.get(name)]


def add_rows(identity: Connection, rows: list[Row]) -> None:
    """Put claims into the index.

    Parameters
    ----------
    identity : Connection
        The identity file, in a transaction.
    rows : list of tuple
        As ``indexed`` gives them.
    """
    insert(identity, TABLE, columns_of(identity, SERVER_COLUMNS), rows)


def columns_of(identity: Connection, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns of the index where it lies.

    Parameters
    ----------
    identity : Connection
        The identity file.
    columns : sequence of str
        As a server names them.

    Returns
    -------
    tuple of str
        A full-text table of SQLite calls the claim ``rowid``.
    """
    names = dict(zip(SERVER_COLUMNS, SERVER_COLUMNS if is_server(identity) else _COLUMNS, strict=True))
    return tuple(names[name] for name in columns)


def discard_rows(identity: Connection, batch: int) -> None:
    """Take a batch that never became live out of the index, to the last letter.

    Parameters
    ----------
    identity : Connection
        The identity file, in a transaction.
    batch : int
        Its number.
    """
    gone = identity.exec_driver_sql("DELETE FROM name_index WHERE batch = ?", (batch,))
    if gone.rowcount:
        _forget(identity)


def remove_rows(identity: Connection, records: Iterable[int]) -> None:
    """Take records out of the index, to the last letter.

    Parameters
    ----------
    identity : Connection
        The identity file, in a transaction.
    records : iterable of int
        Their numbers.
    """
    (claim,) = columns_of(identity, SERVER_COLUMNS[:1])
    for record in records:
        span = (claim_seq(record, 0), claim_seq(record, MOST_CLAIMS - 1))
        identity.exec_driver_sql(f"DELETE FROM name_index WHERE {claim} BETWEEN ? AND ?", span)  # noqa: S608 - fixed
    _forget(identity)


def _forget(identity: Connection) -> None:
    # A deleted word stays in the index, marked as gone, until its parts are written into one. PostgreSQL's
    # are swept outside any transaction: by removal at once, else by the server's own cleaning.
    if not is_server(identity):
        identity.exec_driver_sql("INSERT INTO name_index (name_index) VALUES ('optimize')")


def find_claims(identity: Connection, asked: Words) -> list[Hit]:
    """Return the claims whose words begin with those asked for.

    Parameters
    ----------
    identity : Connection
        The identity file.
    asked : Words
        What somebody typed.

    Returns
    -------
    list of Hit
        By number, whoever may see them: the caller keeps those that the viewer may. Claims that were
        superseded since are among them.
    """
    ways = _ways(asked)
    if not ways:
        return []
    wanted = likenesses(asked)
    if is_server(identity):
        test = " OR ".join("(" + " AND ".join([f"{_SPACED} LIKE ?"] * len(way)) + ")" for way in ways)
        claim, marked = "claim", tuple(f"% {word}%" for way in ways for word in way)
    else:
        claim, test, marked = "rowid", "name_index MATCH ?", (_question(ways),)
    rows = identity.exec_driver_sql(
        f"SELECT {claim}, entity, predicate, words FROM name_index WHERE {test} ORDER BY 1",  # noqa: S608 - fixed
        marked,
    )
    return [Hit(row[0], row[1], row[2], _is_whole(row[3], wanted)) for row in rows]


def _ways(asked: Words) -> list[tuple[str, ...]]:
    """Return the ways to say what was asked: of one of them every word must be the beginning of one."""
    if not asked.whole or max(len(asked.whole), len(asked.parts)) > MOST_WORDS:
        return []
    ways = (asked.whole, asked.parts, ("".join(asked.whole),), *((number,) for number in asked.joined))
    return [way for way in dict.fromkeys(ways) if way]


def _question(ways: list[tuple[str, ...]]) -> str:
    """Return a full-text query of nothing but letters, digits and our own signs."""
    return " OR ".join("(" + " AND ".join(f'"{word}"*' for word in way) + ")" for way in ways)


def _is_whole(words: str, wanted: frozenset[str]) -> bool:
    return any(not wanted.isdisjoint(likenesses(words_of(text))) for text in words.split(_BREAK)[::2])


def index_all(identity: Connection, said: Iterable[Row]) -> None:
    """Put every claim that is found by words into the index, for a workspace that had none.

    Parameters
    ----------
    identity : Connection
        The identity file, in a transaction, with an empty index.
    said : iterable of tuple
        The rows of ``SAID``, asked of the ledger.
    """
    held = identity.exec_driver_sql(
        f"SELECT claim, entity, predicate, value, batch FROM particular WHERE predicate IN {PARTICULARS}"  # noqa: S608 - fixed
    )
    _add_all(identity, ((*row[:3], [row[3]], row[4]) for row in held))
    _add_all(identity, ((*row[:3], said_in(row[3]), row[4]) for row in said))


def _add_all(identity: Connection, claims: Iterator[tuple[Any, ...]]) -> None:
    while part := list(islice(claims, _PART)):
        add_rows(identity, [row for claim in part for row in indexed(*claim)])
