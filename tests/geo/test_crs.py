"""Coordinates: against published points, there and back, and what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import to_grid, to_lonlat, within_great_britain

# Ordnance Survey's test points for OSTN15: longitude, latitude, easting, northing.
PUBLISHED = [
    (-6.29977752014, 49.92226393730, 91492.146, 11318.804),
    (-5.20304609998, 49.96006137820, 170370.718, 11572.405),
    (-4.10864563561, 50.43885825610, 250359.811, 62016.569),
    (-3.55128349240, 51.40078220140, 292184.870, 168003.465),
]


@pytest.mark.parametrize(("lon", "lat", "easting_m", "northing_m"), PUBLISHED)
def test_published_points_are_met_within_the_five_metres_we_state(
    lon: float, lat: float, easting_m: float, northing_m: float
) -> None:
    east, north = to_grid([lon], [lat])
    assert np.hypot(east[0] - easting_m, north[0] - northing_m) < 5.0


@given(st.floats(-6.0, 1.5), st.floats(50.0, 60.0))
def test_there_and_back_is_the_same_place(lon: float, lat: float) -> None:
    east, north = to_grid([lon], [lat])
    back_lon, back_lat = to_lonlat(east, north)
    assert abs(back_lon[0] - lon) < 5e-8
    assert abs(back_lat[0] - lat) < 5e-8


def test_a_missing_position_stays_missing() -> None:
    east, north = to_grid([np.nan, -2.5], [53.2, 53.2])
    assert np.isnan(east[0])
    assert np.isfinite([east[1], north[1]]).all()


def test_an_impossible_latitude_is_nowhere() -> None:
    east, _ = to_grid([-2.5], [123.0])
    assert np.isnan(east[0])


@pytest.mark.parametrize(
    ("lon", "lat", "within"),
    [
        (-2.5, 53.2, True),
        (-6.3, 49.9, True),  # Scilly
        (-0.8, 60.8, True),  # Shetland
        (53.2, -2.5, False),  # swapped
        (0.0, 0.0, False),
        (np.nan, 53.2, False),
    ],
)
def test_the_box_holds_great_britain_and_not_what_is_swapped_or_empty(
    lon: float, lat: float, within: bool
) -> None:
    assert within_great_britain([lon], [lat]).tolist() == [within]
