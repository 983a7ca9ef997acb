"""Texts of Cypher hold words of ours and of the dictionary; what a viewer may see is parameters."""

from __future__ import annotations

import re

import pytest

from graph.errors import ConflictError, UnknownKindError
from graph.model.kinds import ENTITIES, LINKS, PROPERTIES
from graph.model.scope import Filters, Scope
from graph.store import cypher, cypher_writing
from graph.store.cypher import Statement
from graph.store.neo4j_batches import check_counts

VIEWERS = (
    (Scope(frozenset()), Filters()),
    (Scope(frozenset({7_301, 7_302}), frozenset({7_303}), frozenset({7_304})), Filters(doubtful=True)),
    (Scope(frozenset(range(7_300, 7_400))), Filters(as_of=7_305, window=(7_306, 7_307))),
)


def _texts() -> list[str]:
    return [
        cypher.supports_touching(()),
        cypher.supports_within(["FRIEND_OF"]),
        cypher.supports_of_all(LINKS),
        cypher.supports_of_link(),
        cypher.facts(("entity", "claim", "from_day"), (), among=True),
        cypher.facts(("claim",), PROPERTIES, among=False, kind="Event"),
        cypher.positions("Location"),
        cypher.entities_of(),
        *(cypher.entities_of(kind) for kind in ENTITIES),
        cypher.IS_SEEN,
        cypher.AGES,
        cypher.wheres(),
    ]


def test_every_reading_text_asks_for_the_scope_the_moment_and_the_drawing() -> None:
    for text in _texts():
        for name in ("visible", "pointer", "granted", "doubtful", "as_of", "windowed", "moment", "drawing"):
            assert f"${name}" in text


def test_viewers_differ_in_parameters_of_the_same_types_only() -> None:
    given = [cypher.seen_by(*viewer) for viewer in VIEWERS]
    types = [{name: type(value) for name, value in found.items()} for found in given]
    assert types[0] == types[1] == types[2]
    assert all(len(found[name]) > 1 for found in given for name in ("visible", "pointer", "granted"))
    assert not re.search("73[0-9][0-9]", " ".join(_texts()))


def test_a_filling_number_is_no_label_and_no_id() -> None:
    assert cypher.several([5]) == [5, -1]
    assert cypher.several([]) == [-1, -1]
    assert cypher.several({9, 3, 5}) == [3, 5, 9]


def test_a_word_that_the_dictionary_lacks_never_becomes_text() -> None:
    hostile = "FRIEND_OF`]-() DETACH DELETE r //"
    with pytest.raises(UnknownKindError):
        cypher.supports_touching([hostile])
    with pytest.raises(UnknownKindError):
        cypher.entities_of(hostile)
    with pytest.raises(UnknownKindError):
        cypher.facts(("claim",), [hostile], among=False)


def test_every_kind_and_link_of_the_dictionary_is_indexed() -> None:
    schema = " ".join([*cypher_writing.constraints(), *cypher_writing.indexes()])
    for name in (*ENTITIES, *LINKS):
        assert f"`{name}`" in schema


def test_rows_whose_entity_went_meanwhile_end_the_attempt() -> None:
    change = Statement("", {"rows": [[1], [2]]})
    check_counts([change], [[(2,)]])
    check_counts([change], [])
    with pytest.raises(ConflictError, match="another process draws"):
        check_counts([change], [[(1,)]])
