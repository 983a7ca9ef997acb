"""Invented towns and the public Cheshire data, as arrays."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array

from geo.areas import AreaTable, area_union, read_areas
from geo.crs import to_grid
from geo.grid import cells_of, neighbours

Floats = npt.NDArray[np.float64]
CHESHIRE = "cheshire_lsoa21.geojson.gz"


def square_cells(side: int, *, west_m: int = 300_000, south_m: int = 300_000) -> npt.NDArray[np.int64]:
    """Return the keys of a square of cells of 300 m."""
    middles = (np.arange(side) + 0.5) * 300
    east, north = np.meshgrid(west_m + middles, south_m + middles, indexing="ij")
    return cells_of(east.ravel(), north.ravel(), 300)


@cache
def square_weights(side: int) -> csr_array:
    """Return who touches whom in a square of cells."""
    return neighbours(square_cells(side))


def random_town(seed: int, n: int = 3_000) -> tuple[Floats, Floats]:
    """Return events round a few centres, and some anywhere."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(302_000, 310_000, size=(6, 2))
    near = centres[rng.integers(0, 6, n // 2)] + rng.normal(0, 400, size=(n // 2, 2))
    anywhere = rng.uniform(300_000, 312_000, size=(n - n // 2, 2))
    points = np.vstack([near, anywhere])
    return points[:, 0], points[:, 1]


def on_grid(shape: Any) -> Any:
    """Return a shape in longitude and latitude on the British National Grid."""
    return shapely.transform(shape, lambda xy: np.column_stack(to_grid(xy[:, 0], xy[:, 1])))


@cache
def cheshire_events(data_dir: Path) -> pd.DataFrame:
    """Return the 54,826 recorded events of January to August 2025."""
    columns = ["Longitude", "Latitude", "Crime type", "Month"]
    files = sorted((data_dir / "police_uk").glob("2025-*-cheshire-street.csv.gz"))
    return pd.concat([pd.read_csv(file, usecols=columns) for file in files], ignore_index=True)


@cache
def cheshire_areas(data_dir: Path) -> AreaTable:
    """Return the 678 LSOAs of 2021."""
    return read_areas(data_dir / "boundaries" / CHESHIRE, kind="lsoa")


@cache
def cheshire_ground(data_dir: Path) -> Any:
    """Return the police area on the British National Grid."""
    table = cheshire_areas(data_dir)
    return on_grid(area_union(table, table.codes))
