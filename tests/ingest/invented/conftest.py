"""Two invented partnerships, each imported once for every test that asks of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from ingest.invented import STRONG, WEAK, Noise
from tests.app.desk import quick_folder
from tests.ingest.invented.settled import Settled


def _settled(noise: Noise) -> Iterator[Settled]:
    folder = quick_folder()
    yield Settled(folder, noise)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def strong() -> Iterator[Settled]:
    """Return the partnership that records well."""
    yield from _settled(STRONG)


@pytest.fixture(scope="session")
def weak() -> Iterator[Settled]:
    """Return the partnership that records badly."""
    yield from _settled(WEAK)
