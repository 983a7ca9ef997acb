"""Hotspots of points: what is counted, what is left out, and what is said."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.crs import to_grid
from geo.gi_star import gi_star_test
from geo.grid import cells_of, corners_of, neighbours
from geo.hotspots import HotspotResult, hot_clusters, hotspots
from graph.errors import GeoError, NotEnoughDataError
from tests.geo.oracles import esda_z
from tests.geo.towns import Floats, cheshire_events, cheshire_ground, random_town

GROUND = shapely.box(300_000, 300_000, 312_000, 312_000)


def one_hot_town() -> tuple[Floats, Floats]:
    rng = np.random.default_rng(8)
    east, north = rng.uniform(300_000, 312_000, (2, 800))
    hot = rng.uniform(306_000, 306_900, (2, 150))
    return np.concatenate([east, hot[0]]), np.concatenate([north, hot[1]])


def same(first: HotspotResult, second: HotspotResult) -> bool:
    return all(
        np.array_equal(getattr(first, field.name), getattr(second, field.name)) for field in fields(first)
    )


def test_the_order_of_events_changes_nothing() -> None:
    east, north = random_town(1)
    shuffled = np.random.default_rng(2).permutation(east.size)
    for study in (None, GROUND):
        first = hotspots(east, north, study=study)
        assert first.hot.any()
        assert same(first, hotspots(east[shuffled], north[shuffled], study=study))


def test_a_gathering_is_found_where_it_is() -> None:
    result = hotspots(*one_hot_town(), study=GROUND)
    in_it = result.easting_m[result.hot]
    assert result.hot.sum() >= 9
    assert in_it.min() >= 305_700
    assert in_it.max() <= 306_900
    assert result.sentence == f"{result.hot.sum()} of 1,600 cells stand out, n = 950"


def test_every_event_is_used_or_excluded_or_unplaced() -> None:
    east, north = random_town(4)
    east[:7] = np.nan
    north[5:9] = np.inf
    study = shapely.box(300_000, 300_000, 306_000, 312_000)
    result = hotspots(east, north, study=study)
    outside = int((east[9:] >= 306_000).sum())
    assert (result.unplaced, result.excluded) == (9, outside)
    assert result.n_events == result.count.sum() == east.size - 9 - outside


def test_counts_are_those_of_a_plain_histogram() -> None:
    east, north = random_town(5)
    result = hotspots(east, north, study=GROUND)
    edges = np.arange(300_000, 312_001, 300)
    plain, _, _ = np.histogram2d(east, north, bins=[edges, edges])
    assert np.array_equal(result.count.reshape(40, 40), plain)


def test_a_heap_on_one_snap_point_shows_as_one_place() -> None:
    east, north = random_town(6, 200)
    east = np.concatenate([east, np.full(50, 301_050.0)])
    north = np.concatenate([north, np.full(50, 311_050.0)])
    result = hotspots(east, north, study=GROUND)
    heap = int(np.flatnonzero(result.cells == cells_of([301_050], [311_050], 300)[0])[0])
    events_near = int(((cells_of(east, north, 300)) == result.cells[heap]).sum())
    assert result.count[heap] == events_near
    assert result.places[heap] == events_near - 49
    assert (result.places <= result.count).all()


def test_an_even_spread_says_that_no_cell_stands_out() -> None:
    rng = np.random.default_rng(12)
    result = hotspots(*rng.uniform(300_000, 312_000, (2, 400)), study=GROUND)
    assert result.sentence == "no cell stands out, n = 400"


def test_too_few_events_are_said_so_with_their_number() -> None:
    east, north = random_town(1, 23)
    with pytest.raises(NotEnoughDataError, match=r"^no cell stands out, n = 23: .* at least 30 events$"):
        hotspots(east, north)


def test_events_outside_the_study_do_not_count_towards_enough() -> None:
    east, north = random_town(1, 100)
    with pytest.raises(NotEnoughDataError, match="n = 0"):
        hotspots(east + 50_000, north, study=GROUND)


def test_no_events_at_all_are_too_few() -> None:
    with pytest.raises(NotEnoughDataError, match="n = 0"):
        hotspots([], [], min_events=0)


@pytest.mark.parametrize("q", [0.0, 1.0, -0.1, float("nan")])
def test_a_threshold_outside_zero_and_one_is_refused(q: float) -> None:
    with pytest.raises(GeoError, match="between 0 and 1"):
        hotspots(*random_town(1), q=q)


def test_unlike_numbers_of_eastings_and_northings_are_refused() -> None:
    with pytest.raises(GeoError, match="do not make points"):
        hotspots([1.0, 2.0], [1.0])


def test_clusters_are_numbered_by_their_events_and_touch() -> None:
    east, north = one_hot_town()
    rng = np.random.default_rng(9)
    more = rng.uniform(309_000, 309_600, (2, 400))
    result = hotspots(np.concatenate([east, more[0]]), np.concatenate([north, more[1]]), study=GROUND)
    clusters = hot_clusters(result)
    assert np.array_equal(clusters >= 0, result.hot)
    events = [int(result.count[clusters == number].sum()) for number in range(clusters.max() + 1)]
    assert len(events) >= 2
    assert events == sorted(events, reverse=True)
    assert result.easting_m[clusters == 0].min() >= 308_700


def test_without_hot_cells_there_are_no_clusters() -> None:
    rng = np.random.default_rng(12)
    result = hotspots(*rng.uniform(300_000, 312_000, (2, 400)), study=GROUND)
    assert (hot_clusters(result) == -1).all()


@pytest.mark.data
@pytest.mark.parametrize("theme", ["Burglary", "Robbery", None])
def test_z_is_that_of_esda_on_cheshire(data_dir: Path, theme: str | None) -> None:
    events = cheshire_events(data_dir)
    events = events if theme is None else events[events["Crime type"] == theme]
    result = hotspots(*to_grid(events["Longitude"], events["Latitude"]), study=cheshire_ground(data_dir))
    assert np.abs(result.z - esda_z(result.count, neighbours(result.cells))).max() < 1e-9


@pytest.mark.data
def test_all_cheshire_events_are_accounted_for(data_dir: Path) -> None:
    events = cheshire_events(data_dir)
    result = hotspots(*to_grid(events["Longitude"], events["Latitude"]), study=cheshire_ground(data_dir))
    assert result.n_events + result.excluded + result.unplaced == len(events) == 54_826
    assert result.excluded < 0.01 * len(events)
    assert 0 < result.hot.sum() < 0.01 * result.n_cells


@pytest.mark.data
def test_real_counts_dealt_out_at_random_show_no_hotspots(data_dir: Path) -> None:
    # Heavy heaps and the real outline of the study: where a test that assumes a distribution fails.
    events = cheshire_events(data_dir)
    events = events[events["Crime type"] == "Violence and sexual offences"]
    result = hotspots(*to_grid(events["Longitude"], events["Latitude"]), study=cheshire_ground(data_dir))
    weights, rng = neighbours(result.cells), np.random.default_rng(3)
    dealt = [gi_star_test(rng.permutation(result.count), weights).hot.any() for _ in range(60)]
    assert sum(dealt) <= 6


@pytest.mark.data
def test_the_corners_of_cheshire_cells_lie_on_the_grid(data_dir: Path) -> None:
    events = cheshire_events(data_dir)
    east, north = to_grid(events["Longitude"], events["Latitude"])
    result = hotspots(east, north, study=cheshire_ground(data_dir), cell_size_m=500)
    assert (result.easting_m % 500 == 0).all()
    corners = corners_of(cells_of(east, north, 500), 500)
    assert ((east - corners[0] >= 0) & (east - corners[0] < 500)).all()
