"""The pages are built where their sources changed, and only then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hatch_build import NODE, CustomBuildHook, digest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a source tree with pages that are built as they are."""
    sources, built = tmp_path / "app/web/ui", tmp_path / "app/web/static"
    (sources / "src").mkdir(parents=True)
    (sources / "src" / "main.ts").write_bytes(b"one\ntwo\n")
    built.mkdir()
    (built / ".built-from").write_text(digest(sources), encoding="ascii")
    return tmp_path


def _hook(root: Path) -> CustomBuildHook:
    nothing: Any = None
    return CustomBuildHook(str(root), {}, nothing, nothing, str(root / "dist"), "wheel")


def test_what_is_built_already_asks_for_nothing_and_builds_nothing(root: Path) -> None:
    assert _hook(root).dependencies() == []
    _hook(root).initialize("standard", {})


@pytest.mark.parametrize("change", ["content", "name", "new file"])
def test_changed_sources_ask_for_node(root: Path, change: str) -> None:
    source = root / "app/web/ui/src/main.ts"
    if change == "content":
        source.write_bytes(b"one\nthree\n")
    elif change == "name":
        source.rename(source.with_name("other.ts"))
    else:
        source.with_name("more.ts").write_bytes(b"")
    assert _hook(root).dependencies() == [NODE]


def test_line_ends_and_installed_packages_are_no_change(root: Path) -> None:
    sources = root / "app/web/ui"
    (sources / "src" / "main.ts").write_bytes(b"one\r\ntwo\r\n")
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "x.js").write_bytes(b"x")
    assert _hook(root).dependencies() == []


def test_skip_never_builds_and_force_always_does(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITHMAP_UI", "force")
    assert _hook(root).dependencies() == [NODE]
    (root / "app/web/static/.built-from").unlink()
    monkeypatch.setenv("KITHMAP_UI", "skip")
    assert _hook(root).dependencies() == []
    _hook(root).initialize("standard", {})
    monkeypatch.setenv("KITHMAP_UI", "perhaps")
    with pytest.raises(RuntimeError, match="auto, skip, force"):
        _hook(root).dependencies()


def test_a_tree_without_sources_is_refused_unless_the_pages_are_in_it(root: Path) -> None:
    (root / "app/web/ui").rename(root / "elsewhere")
    assert _hook(root).dependencies() == []
    (root / "app/web/static/.built-from").unlink()
    with pytest.raises(RuntimeError, match="not whole"):
        _hook(root).dependencies()
