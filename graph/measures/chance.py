"""What chance alone would give: rewired ties, and how far a cluster goes beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammaln, rel_entr

from graph.measures.communities import communities, cores, sizes_and_ties
from graph.measures.ties import Float64
from graph.model.links import Bool, Int64

ROUNDS: Final = 20
"""Times each tie is offered another partner: enough to forget the ties it started from."""

FALSE_RATE: Final = 0.005
"""Clusters that a network of chance ties may be expected to publish."""

MOST_NETWORKS: Final = 50
NULL_TIES: Final = 1_000_000
"""Ties to rewire in all: 50 networks up to 20,000 ties, fewer beyond, at least one."""

SEVERAL: Final = 3
"""Clusters above every rewired network that together show that the network is not one of chance."""

KEPT_AT_MOST: Final = 0.5
"""Share of ties a rewired network may keep: with more, rewiring has nothing to say."""


def rewired(n: int, i: Int64, j: Int64, *, seed: int, rounds: int = ROUNDS) -> tuple[Int64, Int64]:
    """Exchange the ends of ties at random, so that everybody keeps their number of ties.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie, ``i < j``, each pair once.
    seed : int
        Seeds the exchanges.
    rounds : int, default 20
        Times all ties are paired and offered an exchange.

    Returns
    -------
    i, j : ndarray of int64, shape (m,)
        As many ties, no pair twice and nobody tied to themselves.

    References
    ----------
    Maslov and Sneppen (2002), doi:10.1126/science.1065103.
    """
    rng = np.random.default_rng(seed)
    i, j = i.copy(), j.copy()
    half = len(i) // 2
    for _ in range(rounds if half else 0):
        order = rng.permutation(len(i))
        one, two = order[:half], order[half : 2 * half]
        turned = rng.random(half) < 0.5
        c, d = np.where(turned, j[two], i[two]), np.where(turned, i[two], j[two])
        a, b = i[one], j[one]
        ok = _allowed(n, np.sort(i * n + j), _pair(n, a, d), _pair(n, c, b)) & (a != d) & (c != b)
        one, two, a, b, c, d = one[ok], two[ok], a[ok], b[ok], c[ok], d[ok]
        i[one], j[one] = np.minimum(a, d), np.maximum(a, d)
        i[two], j[two] = np.minimum(c, b), np.maximum(c, b)
    return i, j


def _pair(n: int, a: Int64, b: Int64) -> Int64:
    return np.minimum(a, b) * n + np.maximum(a, b)


def _allowed(n: int, present: Int64, first: Int64, second: Int64) -> Bool:
    """Return which exchanges give two pairs that nobody else has or is offered."""
    offered = np.sort(np.concatenate((first, second)))
    once = [
        np.searchsorted(offered, key, "right") - np.searchsorted(offered, key) == 1 for key in (first, second)
    ]
    absent = [
        present[np.minimum(np.searchsorted(present, key), len(present) - 1)] != key for key in (first, second)
    ]
    allowed: Bool = once[0] & once[1] & absent[0] & absent[1]
    return allowed


def surprise(i: Int64, j: Int64, *, labels: Int64) -> Float64:
    """Return how unlikely so many ties inside each cluster would be by chance, in nats.

    Parameters
    ----------
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    labels : ndarray of int64, shape (n,)
        A cluster for each person, from 0.

    Returns
    -------
    ndarray of float64, shape (c,)
        ``pairs * D(density | expected density) - log(ways to choose so many people)``, where the
        expected density is what the members' numbers of ties give by chance and D is the relative
        entropy of two coins; less than minus the second term never. Higher is less likely by chance.

    Notes
    -----
    Only ties are counted, not their weights. It describes a set of ties, never a person.

    References
    ----------
    Traag, Krings, Van Dooren (2013), doi:10.1038/srep02930.
    """
    size, ties = sizes_and_ties(i, j, labels=labels)
    degree = np.bincount(np.concatenate((i, j)), minlength=len(labels)).astype(np.float64)
    people, pairs = int((degree > 0).sum()), np.maximum(size * (size - 1) / 2, 1)
    strength, squares = np.bincount(labels, degree), np.bincount(labels, degree**2)
    expected = np.minimum((strength**2 - squares) / (4 * len(i)) / pairs, 1 - 1e-9)
    ways = gammaln(people + 1) - gammaln(size + 1) - gammaln(np.maximum(people - size, 0) + 1)
    return pairs * _entropy(ties / pairs, expected) - ways


def significance(n: int, i: Int64, j: Int64, *, labels: Int64) -> float:
    """Return how far a whole division is denser inside than the network is, in nats.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    labels : ndarray of int64, shape (n,)
        A community for each person, from 0.

    Returns
    -------
    float
        Sum over communities of ``pairs * D(density inside | density of the network)``.

    References
    ----------
    Traag, Krings, Van Dooren (2013), Significant scales in community structure, doi:10.1038/srep02930.
    """
    size, ties = sizes_and_ties(i, j, labels=labels)
    pairs = np.maximum(size * (size - 1) / 2, 1)
    return float((pairs * _entropy(ties / pairs, np.full(len(size), 2 * len(i) / max(1, n * (n - 1))))).sum())


def _entropy(observed: Float64, expected: Float64) -> Float64:
    """Return the relative entropy of two coins where more was observed than expected, else 0."""
    entropy = rel_entr(observed, expected) + rel_entr(1 - observed, 1 - expected)
    return np.where(observed > expected, entropy, 0.0)


@dataclass(frozen=True, slots=True)
class ChanceTest:
    """What rewired networks gave, where everybody keeps their number of ties.

    Attributes
    ----------
    networks : int
        Rewired networks made.
    kept_share : float
        Mean share of the real ties they kept; nan without a network.
    highest : float
        Highest surprise of any community in them, in nats.
    strict : float
        Surprise that one cluster must exceed when it stands out alone.
    informative : bool
        False when too few ties could be exchanged to say anything.
    """

    networks: int
    kept_share: float
    highest: float
    strict: float
    informative: bool

    def threshold(self, surprises: Float64) -> float:
        """Return the surprise that a cluster must exceed to be published.

        Parameters
        ----------
        surprises : ndarray of float64
            Of every cluster that recurs.

        Returns
        -------
        float
            ``highest`` where ``SEVERAL`` clusters or more exceed it, else ``strict``.
        """
        return self.highest if (surprises > self.highest).sum() >= SEVERAL else self.strict


def chance_test(
    n: int, i: Int64, j: Int64, *, weight: Float64, resolution: float, min_size: int, seeds: tuple[int, ...]
) -> ChanceTest:
    """Look for communities in rewired networks by the same procedure.

    Parameters
    ----------
    n : int
        Number of people, all with a tie.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie; at least one.
    weight : ndarray of float64, shape (m,)
        Weights in medians, dealt out again at random.
    resolution : float
        The resolution the real clusters were found at.
    min_size : int
        Communities of fewer people are passed over.
    seeds : tuple of int
        Seed everything.

    Returns
    -------
    ChanceTest
        The highest surprise met and what follows from it.

    Notes
    -----
    Surprise is minus the logarithm of an expected number, so by chance it thins out about as fast as
    ``exp(-x)``: from the highest of R networks, ``log(1 / (R * FALSE_RATE))`` further up there are about
    ``FALSE_RATE`` a network. The strict threshold is never below 0, where one such set is expected
    somewhere. Several clusters above the highest of R networks are rarer still: see
    docs/methods/peer-clusters.md for the rates measured.
    """
    networks = int(np.clip(NULL_TIES // len(i), 1, MOST_NETWORKS))
    highest, kept = [], []
    for seed in np.random.SeedSequence(seeds).generate_state(networks).tolist():
        a, b = rewired(n, i, j, seed=seed)
        dealt = np.random.default_rng(seed).permutation(weight)
        found = communities(n, a, b, weight=dealt, resolution=resolution, seed=seed)
        labels = cores(n, a, b, labels=found)
        large = np.bincount(labels) >= min_size
        highest.append(float(surprise(a, b, labels=labels)[large].max(initial=-np.inf)))
        kept.append(float(np.isin(a * n + b, i * n + j).mean()))
    top, share = max(highest), float(np.mean(kept))
    strict = max(0.0, top - float(np.log(networks * FALSE_RATE)))
    return ChanceTest(networks, share, top, strict, share <= KEPT_AT_MOST)
