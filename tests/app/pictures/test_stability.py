"""The stability plot: the scan, the choice and each cluster, and an honest word on what it means."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from app.pictures.stability import PLAIN, stability_plot
from graph.measures.peer_clusters import PeerClusters, peer_clusters
from tests.app.documents.hostile import NAMES
from tests.geo.pictures import check_sound, words_in
from tests.measures.invented import planted, tie_graph


@cache
def run(sets: int = 5) -> PeerClusters:
    return peer_clusters(planted(1, sets=sets, strangers=20, tied=0.7)[0])


def test_every_cluster_has_its_number_size_and_stability() -> None:
    found = run()
    picture = stability_plot(found, title="Invented", marking="OFFICIAL", states=("UNCONFIRMED",))
    check_sound(picture, "OFFICIAL")
    words, printed = words_in(picture), " ".join(words_in(picture))
    for n in range(len(found)):
        assert f"{n + 1} ({found.size[n]} people)" in words
        assert f"{n + 1}: {found.stability[n]:.2f} ({found.size[n]} people)" in picture.alt
    for said in (
        f"{len(found)} peer clusters (unconfirmed)",
        f"{found.resolution:.4g} median ties a pair",
        PLAIN,
    ):
        assert said in printed
        assert said in picture.alt
    assert {"UNCONFIRMED", "Stability of each cluster"} <= set(words)
    assert f"Of {len(found.scan)} resolutions tried" in picture.alt


def test_many_clusters_fit_too() -> None:
    found = run(60)
    assert len(found) > 40
    picture = stability_plot(found, title="Invented", marking="OFFICIAL")
    check_sound(picture, "OFFICIAL")
    assert "number of the cluster" in words_in(picture)
    assert f"and {len(found) - 25} more." in picture.alt


def test_a_thousand_clusters_fit_too() -> None:
    found, n = run(), 1000
    many = replace(found, size=np.full(n, 5), stability=np.linspace(0.75, 1, n))
    check_sound(stability_plot(many, title="Invented", marking="OFFICIAL"), "OFFICIAL")


def test_no_cluster_is_said_and_not_hidden() -> None:
    found = peer_clusters(tie_graph(4, [(0, 1)]))
    picture = stability_plot(found, title="Invented", marking="OFFICIAL")
    check_sound(picture, "OFFICIAL")
    words = words_in(picture)
    assert {"no peer cluster", "not scanned", "No resolution was chosen."} <= set(words)
    assert "No peer cluster stands out, so there is no stability to show." in words
    assert "2 people have a tie: too few for a cluster of 3." in picture.alt


def test_strangers_alone_give_a_scan_and_no_cluster() -> None:
    rng = np.random.default_rng(5)
    pairs = {(min(a, b), max(a, b)) for a, b in rng.integers(0, 80, (90, 2)).tolist() if a != b}
    found = peer_clusters(tie_graph(80, sorted(pairs)))
    assert len(found) == 0
    picture = stability_plot(found, title="Invented", marking="OFFICIAL")
    check_sound(picture, "OFFICIAL")
    assert "no peer cluster" in words_in(picture)


def test_a_resolution_that_was_given_is_said_to_be_given() -> None:
    found = peer_clusters(planted(1, sets=3, strangers=10)[0], resolution=0.1)
    picture = stability_plot(found, title="Invented", marking="OFFICIAL")
    check_sound(picture, "OFFICIAL")
    assert "The resolution, 0.1 median ties a pair, was given: no others were tried." in picture.alt
    assert "resolution given" in words_in(picture)


def test_one_seed_has_no_agreement_and_is_drawn_all_the_same() -> None:
    found = peer_clusters(planted(1, sets=3, strangers=10)[0], seeds=(4,))
    assert all(np.isnan(row.agreement) for row in found.scan)
    check_sound(stability_plot(found, title="Invented", marking="OFFICIAL"), "OFFICIAL")


def test_the_same_run_gives_the_same_bytes() -> None:
    first, second = (stability_plot(run(), title="Invented", marking="OFFICIAL") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_hostile_titles_make_no_warning_and_no_markup(start: int) -> None:
    for name in NAMES[start : start + 50 : 12]:
        picture = stability_plot(run(), title=name, marking="OFFICIAL", states=(name,))
        check_sound(picture, "OFFICIAL")
