"""A copy as three CSV tables in one zip: entities, links, and what the copy is."""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict, fields
from typing import Any, Final

from app.copies.contents import About, Contents, CopiedEntity, CopiedLink, about_rows
from app.printing import csv_text

ENTITIES: Final = "entities.csv"
LINKS: Final = "links.csv"
ABOUT: Final = "about.csv"
ENCODING: Final = "utf-8-sig"
"""UTF-8 with a mark at its start, without which spreadsheets take it for an older encoding."""


def zip_bytes(contents: Contents, about: About) -> bytes:
    """Return a copy as a zip of CSV tables.

    Parameters
    ----------
    contents : Contents
        What it holds.
    about : About
        Printed in ``about.csv``, and in short in each row of the others.

    Returns
    -------
    bytes
        Tables in which no cell is a formula; equal contents give equal bytes.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in tables(contents, about).items():
            # A zip dates its members: a fixed date tells of nothing but the contents.
            packed.writestr(zipfile.ZipInfo(name), text.encode(ENCODING), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tables(contents: Contents, about: About) -> dict[str, str]:
    """Return the tables of a copy.

    Parameters
    ----------
    contents : Contents
        What it holds.
    about : About
        Of the copy.

    Returns
    -------
    dict of str to str
        File name to CSV text.
    """
    said = [{"item": heading, "text": text} for heading, text in about_rows(about, contents)]
    entities = [_row(asdict(entity), about) for entity in contents.entities]
    links = [_row(asdict(link), about) for link in contents.links]
    return {
        ABOUT: csv_text(said, ("item", "text")),
        ENTITIES: csv_text(entities, (*(f.name for f in fields(CopiedEntity)), "copy")),
        LINKS: csv_text(links, (*(f.name for f in fields(CopiedLink)), "copy")),
    }


def _row(values: dict[str, Any], about: About) -> dict[str, Any]:
    words = {name: _word(value) for name, value in values.items()}
    # A table may be taken out of the zip: each row says what it belongs to.
    return {**words, "copy": about.line}


def _word(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
