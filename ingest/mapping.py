"""Mapping files: found by name or path, read without surprises, and checked as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from graph.errors import MappingFileError
from ingest.mapping_checks import mapping_faults
from ingest.mapping_files import Mapping

_MAX_BYTES: Final = 1_000_000
_SHIPPED: Final = files("ingest").joinpath("mappings")


class _Loader(yaml.SafeLoader):
    """YAML without repeated keys, which lose a rule unseen, and without aliases, which can explode."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if any(not isinstance(key, str) for key in keys):
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: a key that is no text (quote it)")
        if len(set(keys)) != len(keys):
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: a key is given twice")
        return super().construct_mapping(node, deep=deep)


def shipped_mappings() -> tuple[str, ...]:
    """Return the names of the mappings that come with Kithmap.

    Returns
    -------
    tuple of str
        In order of the alphabet.
    """
    return tuple(sorted(f.name.removesuffix(".yaml") for f in _SHIPPED.iterdir() if f.name.endswith(".yaml")))


def load_mapping(name_or_path: str | Path) -> Mapping:
    """Load a mapping that is shipped, or one of the reader's own.

    Parameters
    ----------
    name_or_path : str or Path
        A name such as ``people``, or the path of a YAML file.

    Returns
    -------
    Mapping
        Checked against the dictionary of kinds.

    Raises
    ------
    MappingFileError
        No such mapping, or it breaks its rules: one line for each, with its place in the document.
    """
    name = str(name_or_path)
    if name in shipped_mappings():
        return read_mapping(_SHIPPED.joinpath(f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")
    path = Path(name_or_path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise MappingFileError(f"{name}: larger than {_MAX_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise MappingFileError(f"{name}: byte {error.start:,} is not UTF-8") from error
    except OSError as error:
        known = ", ".join(shipped_mappings())
        raise MappingFileError(f"{name}: neither a file that can be read nor one of {known}") from error
    return read_mapping(text, name)


def read_mapping(text: str, name: str) -> Mapping:
    """Read a mapping from the text of its file.

    Parameters
    ----------
    text : str
        YAML.
    name : str
        The file, for messages.

    Returns
    -------
    Mapping
        Checked against the dictionary of kinds.

    Raises
    ------
    MappingFileError
        It breaks its rules: one line for each, with its place in the document.
    """
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader, made stricter
        mapping = Mapping.model_validate(document)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, ValidationError):
            raise _broken(name, [(_place(fault["loc"]), fault["msg"]) for fault in error.errors()]) from None
        raise MappingFileError(f"{name}: not sound YAML: {_yaml_words(error)}") from error
    faults = mapping_faults(mapping)
    if faults:
        raise _broken(name, faults)
    return mapping


def _broken(name: str, faults: Iterable[tuple[str, str]]) -> MappingFileError:
    unique = dict.fromkeys(f"{name}: {place}: {rule}" for place, rule in faults)
    return MappingFileError("\n".join(unique))


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "the document"


def _yaml_words(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or (str(error) if not mark else "")
    return f"line {mark.line + 1}: {problem}" if mark else problem or type(error).__name__
