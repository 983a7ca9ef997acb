"""The grid: ids that can be read back, cells of a study, and who touches whom."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.grid import cell_id, cells_of, corners_of, neighbours, parse_cell_id, study_cells
from graph.errors import GeoError, GraphTooLargeError
from tests.geo.towns import random_town, square_cells

NOWHERE = np.empty(0)


def test_an_id_says_size_easting_and_northing() -> None:
    assert cell_id(379_350.2, 355_799.9, 300) == "300-379200-355500"
    assert parse_cell_id("300-379200-355500") == (379_200, 355_500, 300)


@given(
    st.integers(-900_000, 900_000), st.integers(-900_000, 1_300_000), st.sampled_from([10, 100, 300, 5000])
)
def test_ids_and_keys_name_the_same_corner(east: int, north: int, size: int) -> None:
    corner = parse_cell_id(cell_id(east, north, size))
    key = cells_of([east], [north], size)
    assert [side[0] for side in corners_of(key, size)] == [corner.easting_m, corner.northing_m]
    assert corner.easting_m <= east < corner.easting_m + size


@pytest.mark.parametrize(
    "text", ["", "300-379201-355500", "300-379200", "a-b-c", "5-10-10", "300-379200-355500 "]
)
def test_what_is_no_cell_id_is_refused(text: str) -> None:
    with pytest.raises(GeoError):
        parse_cell_id(text)


@pytest.mark.parametrize("size", [0, -300, 5, 300.5, 200_000, float("nan")])
def test_a_cell_needs_a_whole_and_sensible_side(size: float) -> None:
    with pytest.raises(GeoError, match="whole number of metres"):
        cells_of([1.0], [1.0], size)


def test_a_study_holds_exactly_the_cells_whose_centre_is_in_it() -> None:
    area = shapely.Polygon([(300_000, 300_000), (303_000, 300_000), (300_000, 303_000)])
    cells = study_cells(area, NOWHERE, NOWHERE, 300)
    east, north = corners_of(cells, 300)
    centres = shapely.points(east + 150, north + 150)
    assert shapely.contains(area, centres).all()
    assert cells.size == 45  # ten columns and rows, without the diagonal: 10 * 9 / 2
    assert (np.diff(cells) > 0).all()


def test_without_a_polygon_every_event_lies_in_a_cell_of_the_study() -> None:
    east, north = random_town(3, 500)
    cells = study_cells(None, east, north, 300)
    assert np.isin(cells_of(east, north, 300), cells).all()
    shuffled = np.random.default_rng(0).permutation(east.size)
    assert np.array_equal(cells, study_cells(None, east[shuffled], north[shuffled], 300))


def test_one_event_alone_has_a_study_too() -> None:
    cells = study_cells(None, np.array([300_150.0]), np.array([300_150.0]), 300)
    assert cells_of([300_150], [300_150], 300)[0] in cells


def test_a_study_too_large_for_its_cells_is_refused() -> None:
    with pytest.raises(GraphTooLargeError, match="limit"):
        study_cells(shapely.box(0, 0, 700_000, 1_300_000), NOWHERE, NOWHERE, 100)


@pytest.mark.parametrize("area", [shapely.Polygon(), shapely.box(300_010, 300_010, 300_020, 300_020)])
def test_a_study_without_any_cell_is_refused(area: shapely.Polygon) -> None:
    with pytest.raises(GeoError):
        study_cells(area, NOWHERE, NOWHERE, 300)


def test_cells_at_the_border_have_fewer_neighbours() -> None:
    touching = np.asarray(neighbours(square_cells(4)).sum(axis=1)).reshape(4, 4)
    assert touching.tolist() == [[4, 6, 6, 4], [6, 9, 9, 6], [6, 9, 9, 6], [4, 6, 6, 4]]


def test_neighbours_are_mutual_and_touch() -> None:
    rng = np.random.default_rng(2)
    cells = square_cells(12)[np.sort(rng.choice(144, 90, replace=False))]
    weights = neighbours(cells).toarray()
    east, north = corners_of(cells, 300)
    apart = np.maximum(abs(east[:, None] - east), abs(north[:, None] - north))
    assert np.array_equal(weights, (apart <= 300).astype(int))
