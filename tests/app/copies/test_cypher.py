from __future__ import annotations

import random
from datetime import date

import pytest

from app.copies.cypher import Table, cell, deleting, inline, literal, loading, storable
from tests.app.copies.own_neo4j import OwnNeo4j
from tests.app.documents.hostile import NAMES

BREAKS = (
    "'", "\\'", "\\\\'", "\\u0027", "\\\\u0027", "\\\\\\u0027", "\\", "\\\\", "\\u", "\\uu0027", "`", "$x",
    "'}) DETACH DELETE n //", "'; MATCH (n) DETACH DELETE n; //", "'\n;\nMATCH (n) DETACH DELETE n;\n",
    "{x: 1}", "/* */", "// K", '"', '""', '\\"', 'K\\"', '",\\', "%5C", "%25", "%255C", "%", ",", "a,b", "|",
    "%7C", ":param x => 1", "\r\n", "\n:exit\n",
)  # fmt: skip
"""Texts that would end a literal, a cell or a statement."""


def test_a_literal_is_on_one_line_and_in_ascii() -> None:
    for text in (*NAMES, *BREAKS):
        written = literal(text)
        assert written.isascii() and written.isprintable() and "\n" not in written, ascii(text)
        assert written.startswith("'") and written.endswith("'")


@pytest.mark.parametrize(
    ("value", "written"),
    [(True, "true"), (3, "3"), (-2.5, "-2.5"), (date(2025, 6, 1), "2025-06-01"), ("a|b\\%", "a%7Cb%5C%25")],
)
def test_each_kind_of_value_has_its_cell(value: str | int | float | date, written: str) -> None:
    assert cell(value) == written


def test_names_of_labels_and_properties_are_words() -> None:
    for table in (
        Table("a.csv", ("A B",), "id", {}, ({},)),
        Table("a.csv", ("A",), "", {"a`b": "text"}, ({"a`b": 1},)),
        Table("a.csv", ("A) DETACH DELETE n //",), "", {}, ({},)),
    ):
        with pytest.raises(ValueError, match="a word of the program's"):
            loading([table], "x")
        with pytest.raises(ValueError, match="a word of the program's"):
            inline([table])


def test_only_what_is_of_the_copy_is_deleted() -> None:
    assert "{copy: 'ab12cd34'}" in deleting([Table("a.csv", ("A",), "id", {}, ())], "ab12cd34")


@pytest.mark.servers
def test_a_real_server_reads_every_literal_as_it_was_meant(own_neo4j: OwnNeo4j) -> None:
    dice = random.Random(3)
    alphabet = (
        "\\",
        "\\u",
        "u",
        "0027",
        "005c",
        "'",
        '"',
        "n",
        "{",
        "}",
        "\n",
        "é",
        "\U0001f600",
        "\x00",
        "`",
        "$",
    )
    made = ["".join(dice.choices(alphabet, k=dice.randrange(1, 9))) for _ in range(2_000)]
    texts = [storable(text) for text in (*NAMES, *BREAKS, *made)]
    (row,) = own_neo4j.ask(f"RETURN [{', '.join(map(literal, texts))}] AS texts")
    assert [ascii(text) for text in row["texts"]] == [ascii(text) for text in texts]
