"""Documents of several sheets: each sheet says for itself what all of them share."""

from __future__ import annotations

from typing import Any, Final

_JOINED: Final = ("columns", "mentions")


def spread(document: Any) -> Any:
    """Return a document in which every sheet says for itself what all of them share.

    Parameters
    ----------
    document : Any
        A mapping as YAML gave it.

    Returns
    -------
    Any
        The same, where it has no sheets. Columns and mentions of a sheet come beside the shared ones;
        any other part of a sheet stands in place of the shared one.
    """
    if not isinstance(document, dict) or not isinstance(sheets := document.get("sheets"), dict):
        return document
    shared = {key: part for key, part in document.items() if key != "sheets"}
    return document | {"sheets": {name: _sheet(shared, sheet) for name, sheet in sheets.items()}}


def _sheet(shared: dict[str, Any], sheet: Any) -> Any:
    if not isinstance(sheet, dict):
        return sheet
    parts = {key: (shared.get(key), sheet.get(key)) for key in _JOINED}
    joined = {
        key: all_have | own
        for key, (all_have, own) in parts.items()
        if isinstance(all_have, dict) and isinstance(own, dict)
    }
    return shared | sheet | joined
