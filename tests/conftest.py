"""Fixtures that every test may ask for, and the count of passed tests for each mark that CI reads."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.servers import Postgres

_ROOT = Path(__file__).resolve().parent.parent
_IN_CI = os.environ.get("CI", "").lower() == "true"
_COUNTS: dict[str, Counter[str]] = {}
_MARKS: set[str] = set()

# A process of several that run tests is told the width of a terminal that it does not have.
os.environ.pop("COLUMNS", None)

# A busy machine is no fault of a test: no deadline for one example, and no complaint about slow drawing.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# In CI the same examples on every run: a change is judged by what it changed.
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if _IN_CI else "local")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of public data.

    Returns
    -------
    Path
        ``KITHMAP_TEST_DATA``, or ``../shared/data`` beside the checkout.

    Notes
    -----
    Without the folder a test is skipped; in CI it fails, so that a missing folder cannot pass unseen.
    """
    folder = Path(os.environ.get("KITHMAP_TEST_DATA") or _ROOT.parent / "shared" / "data")
    if folder.is_dir():
        return folder
    reason = "the folder of public data is absent: name it in KITHMAP_TEST_DATA"
    if _IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL server for the session.

    Yields
    ------
    Postgres
        Stopped and deleted at the end.

    Notes
    -----
    Where PostgreSQL is not installed a test is skipped; in CI it fails.
    """
    from deploy.dev_servers import postgresql
    from tests.servers import Postgres

    if postgresql.find_binaries() is None:
        reason = "PostgreSQL is not installed: apt-get install postgresql"
        if _IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    # Not pytest's own folder, which no other account may pass: PostgreSQL does not run as root.
    folder = Path(tempfile.mkdtemp(prefix="kithmap-postgresql-"))
    try:
        server = Postgres(folder)
        yield server
        server.stop()
    finally:
        postgresql.stop(folder, killed=True)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what ``kithmap demo`` leaves: ``files``, ``workspace`` and ``results``.

    Parameters
    ----------
    tmp_path_factory : pytest.TempPathFactory
        Makes the folder.

    Returns
    -------
    Path
        Made once for all tests: ask its workspace, and change nothing in it.
    """
    from app.use_cases.demo import make_demo
    from app.use_cases.demo_results import write_results

    folder = tmp_path_factory.mktemp("demo") / "kithmap-demo"
    write_results(make_demo(folder), folder / "results")
    return folder


def pytest_configure(config: pytest.Config) -> None:
    """Learn the marks, and start the counts.

    Parameters
    ----------
    config : pytest.Config
        The session's settings.
    """
    _COUNTS.update({"passed": Counter(), "skipped": Counter()})
    _MARKS.update(re.split(r"[:(]", line)[0].strip() for line in config.getini("markers"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count a test under each of its marks; where several processes run tests, in the one that gathers.

    Parameters
    ----------
    report : pytest.TestReport
        Of one phase of a test.
    """
    outcome = "skipped" if report.skipped else "passed" if report.passed and report.when == "call" else ""
    if outcome:
        _COUNTS[outcome].update(name for name in report.keywords if name in _MARKS)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the counts where ``KITHMAP_MARK_COUNTS`` says, if it is set.

    Parameters
    ----------
    session : pytest.Session
        The session that ends.
    """
    path = os.environ.get("KITHMAP_MARK_COUNTS")
    if path and not hasattr(session.config, "workerinput"):
        Path(path).write_text(json.dumps(_COUNTS, indent=1, sort_keys=True), encoding="utf-8")
