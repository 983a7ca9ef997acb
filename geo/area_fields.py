"""Which field of a boundary layer holds the code, which the name, and of which vintage they are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graph.errors import GeoError

#: How the Office for National Statistics names the code field of each kind, before the two digits.
PREFIXES = {
    "lad": ("LAD", "LTLA"),
    "lsoa": ("LSOA",),
    "msoa": ("MSOA",),
    "ward": ("WD",),
    "force": ("PFA",),
    "custom": (),
}

UNSTATED = "unstated"


def find_code_field(fields: Iterable[str], *, kind: str) -> str:
    """Field that holds the codes of this kind of area.

    Parameters
    ----------
    fields : iterable of str
        Names of the layer's fields.
    kind : str
        A key of `PREFIXES`. It decides: a ward file also holds the codes of its districts.

    Returns
    -------
    str
        The field named in the pattern of the Office for National Statistics, else `code` or `id`.

    Raises
    ------
    GeoError
        No field fits, or several vintages do.
    """
    names = list(fields)
    found = [name for name in names for prefix in PREFIXES[kind] if _ons_digits(name, prefix, "CD")]
    if len(found) == 1:
        return found[0]
    if found:
        raise GeoError(f"several fields could hold the code: {', '.join(found)}; name one")
    plain = [name for wanted in ("code", "id") for name in names if name.lower() == wanted]
    if not plain:
        raise GeoError(
            f"no field looks like the code of kind {kind}; name one of: {', '.join(names) or 'none'}"
        )
    return plain[0]


def find_name_field(fields: Iterable[str], *, code_field: str) -> str | None:
    """Field that holds the names beside these codes.

    Parameters
    ----------
    fields : iterable of str
        Names of the layer's fields.
    code_field : str
        Field that holds the codes.

    Returns
    -------
    str or None
        The code field with NM in place of CD, else `name`, else None.
    """
    beside = re.sub(r"cd$", "nm", code_field.lower())
    wanted = (beside, "name") if beside != code_field.lower() else ("name",)
    return next((name for want in wanted for name in fields if name.lower() == want), None)


def find_vintage(code_field: str, *, kind: str) -> str:
    """Year that a code field states.

    Parameters
    ----------
    code_field : str
        Field that holds the codes, e.g. ``LSOA21CD``.
    kind : str
        A key of `PREFIXES`.

    Returns
    -------
    str
        Four digits, e.g. ``2021``; ``unstated`` when the field's name has none.
    """
    digits = next(
        (found for prefix in PREFIXES[kind] if (found := _ons_digits(code_field, prefix, "CD"))), None
    )
    if digits is None:
        return UNSTATED
    return ("19" if int(digits) > 70 else "20") + digits


def _ons_digits(field: str, prefix: str, ending: str) -> str | None:
    found = re.fullmatch(rf"{prefix}(\d\d){ending}", field, re.IGNORECASE)
    return found.group(1) if found else None
