"""The workspace that the tests of the ledger share: once as files, once on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import SECRET, Workspace


@pytest.fixture(params=["files", pytest.param("server", marks=pytest.mark.servers)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """Return an empty workspace.

    Parameters
    ----------
    request : pytest.FixtureRequest
        Says which ledger.
    tmp_path : Path
        Its folder.

    Yields
    ------
    Workspace
        Closed at the end.
    """
    if request.param == "files":
        held = Workspace(tmp_path)
        yield held
        held.close()
        return
    with request.getfixturevalue("postgres").ledger(SECRET) as settings:
        held = Workspace(tmp_path, settings)
        yield held
        held.close()


@pytest.fixture
def of_files(tmp_path: Path) -> Iterator[Workspace]:
    """Return an empty workspace whose ledger is a file, for what only files do.

    Parameters
    ----------
    tmp_path : Path
        Its folder.

    Yields
    ------
    Workspace
        Closed at the end.
    """
    held = Workspace(tmp_path)
    yield held
    held.close()
