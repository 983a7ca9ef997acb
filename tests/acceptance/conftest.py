"""Folders in memory for tests that ask what is answered and not what survives."""

from __future__ import annotations

from tests.app.conftest import tmp_path

__all__ = ["tmp_path"]
