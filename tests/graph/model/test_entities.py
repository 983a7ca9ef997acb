from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import EntityNotFoundError
from graph.model.entities import area_entity, link_ids, mint_ids, read_id, stated_area, write_id
from graph.model.kinds import CAPACITY_NAMES, LINKS

IDS = st.integers(0, 2**63 - 1)


@pytest.mark.properties
@given(IDS)
def test_an_id_reads_back_as_it_was_written(number: int) -> None:
    assert read_id(write_id(number)) == number
    assert len(write_id(number)) == 13


@pytest.mark.properties
@given(IDS, IDS)
def test_ids_sort_as_they_are_written(first: int, second: int) -> None:
    assert (first < second) == (write_id(first) < write_id(second))


@pytest.mark.parametrize("text", ["", "0", "0" * 14, "O" * 13, "i" * 13, "0" * 12 + "L", "0" * 12 + "é"])
def test_what_is_no_id_is_not_found(text: str) -> None:
    with pytest.raises(EntityNotFoundError):
        read_id(text)


def test_new_ids_are_random_and_fit_a_signed_integer() -> None:
    found = mint_ids([b""] * 10_000)
    assert len(set(found)) == 10_000
    assert 0 < min(found) < 2**62 < max(found) < 2**63
    assert mint_ids([b"k"]) != mint_ids([b"k"])


def test_areas_have_the_same_id_everywhere_and_vintages_differ() -> None:
    assert area_entity("lsoa", "2021", "E01018386") == area_entity("lsoa", "2021", "E01018386")
    assert area_entity("lsoa", "2021", "E01018386") != area_entity("lsoa", "2011", "E01018386")
    assert stated_area("E06000049") != stated_area("E06000050")


def test_links_that_differ_in_anything_have_ids_of_their_own() -> None:
    codes = [(p, c) for p in range(len(LINKS)) for c in range(len(CAPACITY_NAMES))]
    pairs = [(a, b) for a in range(1, 12) for b in range(1, 12)]
    rows = [(a, b, p, c) for a, b in pairs for p, c in codes]
    a, b, predicate, capacity = (np.array(column) for column in zip(*rows, strict=True))
    ids = link_ids(a.astype(np.int64), b, predicate.astype(np.int16), capacity.astype(np.int16))
    assert len(np.unique(ids)) == len(rows)
    assert ids.min() >= 0


@pytest.mark.properties
@given(IDS, IDS)
def test_the_id_of_a_link_does_not_depend_on_its_neighbours_in_the_array(a: int, b: int) -> None:
    ends = np.array([a, 5], dtype=np.int64), np.array([b, 6], dtype=np.int64)
    codes = np.array([1, 2], dtype=np.int16), np.array([0, 0], dtype=np.int16)
    both = link_ids(*ends, *codes)
    alone = link_ids(ends[0][:1], ends[1][:1], codes[0][:1], codes[1][:1])
    assert both[0] == alone[0]
