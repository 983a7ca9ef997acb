"""Hotspots after load, beside geopandas and esda on the same cells and weights in the same run.

Usage: ``python bench/hotspots.py [--repeat 5]``; the public data is found as the tests find it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geo.areas import area_union, read_areas  # noqa: E402 - the tree is put on the path first
from geo.crs import to_grid  # noqa: E402
from geo.gi_star import gi_star_test  # noqa: E402
from geo.grid import neighbours  # noqa: E402
from geo.hotspots import HotspotResult, hotspots, study_grid  # noqa: E402
from graph.errors import NotEnoughDataError  # noqa: E402

Floats = npt.NDArray[np.float64]
SIZE_M = 300


class Layer(NamedTuple):
    """Positions of some events on the British National Grid, in metres."""

    east: Floats
    north: Floats


class Timed(NamedTuple):
    """Median seconds of wall clock and of CPU."""

    wall: float
    cpu: float


def load() -> tuple[pd.DataFrame, Any]:
    """Read the eight Cheshire months and the police area.

    Returns
    -------
    tuple
        Events with easting and northing, and the area on the British National Grid.
    """
    data = Path(os.environ.get("KITHMAP_TEST_DATA") or ROOT.parent / "shared" / "data")
    files = sorted((data / "police_uk").glob("2025-*-cheshire-street.csv.gz"))
    columns = ["Longitude", "Latitude", "Crime type", "Month"]
    events = pd.concat([pd.read_csv(file, usecols=columns) for file in files], ignore_index=True)
    events["east"], events["north"] = to_grid(events["Longitude"], events["Latitude"])
    table = read_areas(data / "boundaries" / "cheshire_lsoa21.geojson.gz", kind="lsoa")
    ground = shapely.transform(
        area_union(table, table.codes), lambda xy: np.column_stack(to_grid(xy[:, 0], xy[:, 1]))
    )
    return events, ground


def layers_by(events: pd.DataFrame, keys: list[str]) -> list[Layer]:
    """Split the events into layers with enough of them for the test.

    Parameters
    ----------
    events : DataFrame
        From `load`.
    keys : list of str
        Columns whose values make a layer; none for one layer of everything.

    Returns
    -------
    list of Layer
        Layers of 30 events and more.
    """
    parts = [events] if not keys else [part for _, part in events.groupby(keys)]
    return [Layer(part["east"].to_numpy(), part["north"].to_numpy()) for part in parts if len(part) >= 30]


def ours(layers: list[Layer], ground: Any) -> list[HotspotResult]:
    """Run Kithmap on every layer: cells, counts, neighbours, z, p, correction.

    Parameters
    ----------
    layers : list of Layer
        Events in memory.
    ground : shapely geometry
        The study area.

    Returns
    -------
    list of HotspotResult
        One run a layer; a layer with too few events inside the area has none.
    """
    results = []
    # One list of cells for every layer, as the command makes it; it is part of what is timed.
    grid = (
        study_grid(ground, layers[0].east, layers[0].north, cell_size_m=SIZE_M) if len(layers) > 1 else None
    )
    for layer in layers:
        try:
            results.append(hotspots(layer.east, layer.north, study=grid or ground, cell_size_m=SIZE_M))
        except NotEnoughDataError:
            continue
    return results


def peer_cells(result: HotspotResult) -> Any:
    """Make the same cells as geopandas squares.

    Parameters
    ----------
    result : HotspotResult
        A run of ours.

    Returns
    -------
    GeoDataFrame
        One square a cell, in the same order.
    """
    import geopandas

    west, south = result.easting_m, result.northing_m
    return geopandas.GeoDataFrame(geometry=shapely.box(west, south, west + SIZE_M, south + SIZE_M), crs=27700)


def peer_weights(cells: Any) -> Any:
    """Make queen weights with libpysal, each cell its own neighbour too.

    Parameters
    ----------
    cells : GeoDataFrame
        From `peer_cells`.

    Returns
    -------
    libpysal.weights.W
        Binary weights.
    """
    from libpysal.weights import Queen, fill_diagonal

    return fill_diagonal(Queen.from_dataframe(cells, use_index=False, silence_warnings=True))


def peer_z(layer: Layer, cells: Any, weights: Any) -> tuple[npt.NDArray[np.int64], Floats]:
    """Count with geopandas and take the analytical Gi* of esda.

    Parameters
    ----------
    layer : Layer
        Events in memory.
    cells : GeoDataFrame
        From `peer_cells`.
    weights : libpysal.weights.W
        From `peer_weights`.

    Returns
    -------
    tuple of ndarray
        Counts and z, in the order of the cells.
    """
    import geopandas

    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(layer.east, layer.north, crs=27700))
    joined = geopandas.sjoin(points, cells, predicate="within")
    counts = np.bincount(joined["index_right"], minlength=len(cells))
    return counts, esda_only(counts, weights)


def esda_only(counts: npt.NDArray[np.int64], weights: Any) -> Floats:
    """Take the analytical Gi* of esda, with counts and weights handed in ready.

    Parameters
    ----------
    counts : ndarray of int64
        Events in each cell.
    weights : libpysal.weights.W
        From `peer_weights`.

    Returns
    -------
    ndarray of float64
        Gi* of each cell.
    """
    from esda.getisord import G_Local

    return np.asarray(G_Local(counts.astype(float), weights, transform="B", star=True, permutations=0).Zs)


def timed(*jobs: Callable[[], object], repeat: int) -> list[Timed]:
    """Time jobs in turn, so that a noisy moment meets each of them.

    Parameters
    ----------
    *jobs : callable
        What to time.
    repeat : int
        Rounds, after one that is not counted.

    Returns
    -------
    list of Timed
        Medians, one a job.
    """
    seen: list[list[tuple[float, float]]] = [[] for _ in jobs]
    for turn in range(repeat + 1):
        for place, job in enumerate(jobs):
            wall, cpu = time.perf_counter(), time.process_time()
            job()
            if turn:
                seen[place].append((time.perf_counter() - wall, time.process_time() - cpu))
    return [Timed(*(statistics.median(values) for values in zip(*runs, strict=True))) for runs in seen]


def check_agreement(result: HotspotResult, layer: Layer, cells: Any, weights: Any) -> float:
    """Make sure that both sides did the same work.

    Parameters
    ----------
    result : HotspotResult
        A run of ours.
    layer : Layer
        Its events.
    cells : GeoDataFrame
        From `peer_cells`.
    weights : libpysal.weights.W
        From `peer_weights`.

    Returns
    -------
    float
        The largest difference between the two z.
    """
    counts, z = peer_z(layer, cells, weights)
    assert np.array_equal(counts, result.count)
    apart = float(np.abs(z - result.z).max())
    assert apart < 1e-9
    return apart


def row(name: str, size: str, mine: Timed, theirs: Timed) -> str:
    """Write one line of the table.

    Parameters
    ----------
    name, size : str
        What was measured, and on how much.
    mine, theirs : Timed
        Medians of both sides.

    Returns
    -------
    str
        A line of Markdown.
    """
    both = f"{mine.wall:.3f} ({mine.cpu:.3f}) | {theirs.wall:.3f} ({theirs.cpu:.3f})"
    return f"| {name} | {size} | {both} | {mine.wall / theirs.wall:.3f} |"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="rounds to take the median of")
    repeat = parser.parse_args().repeat
    warnings.simplefilter("ignore")  # libpysal warns of islands and of its own ways
    events, ground = load()
    everything = layers_by(events, [])
    result = ours(everything, ground)[0]
    cells = peer_cells(result)
    weights = peer_weights(cells)
    apart = check_agreement(result, everything[0], cells, weights)
    print(
        f"{len(events):,} events, {result.n_cells:,} cells of {SIZE_M} m; z differs by {apart:.1e} at most\n"
    )
    print("| job | on | ours, s wall (CPU) | peer, s wall (CPU) | ratio |\n|---|---|---|---|---|")
    ready = neighbours(result.cells)
    mine, whole, test, esda = timed(
        lambda: ours(everything, ground),
        lambda: peer_z(everything[0], peer_cells(result), peer_weights(cells)),
        lambda: gi_star_test(result.count, ready),
        lambda: esda_only(result.count, weights),
        repeat=repeat,
    )
    size = f"{len(events):,} events"
    print(row("points in memory to hot cells v geopandas + libpysal + esda", size, mine, whole))
    print(row("z, p and correction v esda's z, same counts and weights given to both", size, test, esda))
    for keys in (["Crime type"], ["Month"], ["Crime type", "Month"]):
        print(compare_layers(layers_by(events, keys), keys, ground, cells, weights))


def compare_layers(layers: list[Layer], keys: list[str], ground: Any, cells: Any, weights: Any) -> str:
    """Measure many layers; the peer makes its cells and weights once for all of them, we for each.

    Parameters
    ----------
    layers : list of Layer
        Events in memory.
    keys : list of str
        What made a layer.
    ground : shapely geometry
        The study area.
    cells : GeoDataFrame
        From `peer_cells`.
    weights : libpysal.weights.W
        From `peer_weights`.

    Returns
    -------
    str
        A line of Markdown.
    """
    mine, theirs = timed(
        lambda: ours(layers, ground),
        lambda: [peer_z(layer, cells, weights) for layer in layers],
        repeat=1 if len(layers) > 50 else 3,
    )
    name = f"each {' and '.join(keys).lower()} v geopandas + esda, whose cells and weights are ready"
    return row(name, f"{len(layers)} layers", mine, theirs)


if __name__ == "__main__":
    main()
