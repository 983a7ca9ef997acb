"""Ways through a table of links: shortest first, with the weakest grade on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, pairwise

import numpy as np

from graph.model.links import LinkTable
from graph.store.contract import Path

_Beside = dict[int, list[int]]


def shortest_ways(links: LinkTable, start: int, end: int, *, max_hops: int, k: int) -> list[Path]:
    """Return the shortest ways from one entity to another.

    Parameters
    ----------
    links : LinkTable
        Where to look.
    start, end : int
        Ids.
    max_hops : int
        Longest way.
    k : int
        Most ways.

    Returns
    -------
    list of Path
        Shortest first, then by ids; no way passes an entity twice.
    """
    if start == end:
        return []
    beside = _beside(links)
    left = _hops_to(end, beside, max_hops)
    if start not in left:
        return []
    ways = (
        way
        for length in range(left[start], max_hops + 1)
        for way in _ways((start,), end, length, beside, left)
    )
    return [_path(links, way) for way in islice(ways, k)]


def _beside(links: LinkTable) -> _Beside:
    beside: dict[int, set[int]] = defaultdict(set)
    for a, b in zip(links.a.tolist(), links.b.tolist(), strict=True):
        beside[a].add(b)
        beside[b].add(a)
    return {entity: sorted(others) for entity, others in beside.items()}


def _hops_to(end: int, beside: _Beside, most: int) -> dict[int, int]:
    left, frontier = {end: 0}, [end]
    for hops in range(1, most + 1):
        frontier = [b for a in frontier for b in beside.get(a, ()) if left.setdefault(b, hops) == hops]
        frontier = list(dict.fromkeys(frontier))
    return left


def _ways(
    way: tuple[int, ...], end: int, length: int, beside: _Beside, left: dict[int, int]
) -> Iterator[tuple[int, ...]]:
    """Yield ways of exactly so many more hops, in the order of their ids."""
    if length == 1:
        if left.get(way[-1]) == 1:
            yield (*way, end)
        return
    for other in beside[way[-1]]:
        if other != end and other not in way and left.get(other, length) < length:
            yield from _ways((*way, other), end, length - 1, beside, left)


def _path(links: LinkTable, way: tuple[int, ...]) -> Path:
    steps = [_best(links, a, b) for a, b in pairwise(way)]
    source = [int(links.source_best[row]) for row in steps]
    information = [int(links.information_best[row]) for row in steps]
    return Path(
        way,
        tuple(int(links.link_id[row]) for row in steps),
        0 if 0 in source else max(source),
        0 if 0 in information else max(information),
    )


def _best(links: LinkTable, a: int, b: int) -> int:
    rows = np.flatnonzero(((links.a == a) & (links.b == b)) | ((links.a == b) & (links.b == a)))

    def grade(row: int) -> tuple[int, int, int]:
        source, information = int(links.source_best[row]), int(links.information_best[row])
        return (source or 9, information or 9, int(links.link_id[row]))

    return min((int(row) for row in rows), key=grade)
