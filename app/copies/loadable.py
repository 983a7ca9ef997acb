"""A copy as a zip that loads into an analyst's own Neo4j: CSV files, scripts in Cypher, and what it is."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from app.copies.contents import MARKING, About, Contents, CopiedEntity, about_fields
from app.copies.cypher import Table, Value, cell, deleting, inline, loading
from app.copies.labels import labels_of, type_of
from app.copies.readme import readme_text

WORK_COPY: Final = "WorkCopy"
"""Label of the one node that says what the copy is."""

_NODE: Final = (
    {"id": "word", "kind": "word", "sort": "text", "category": "text", "label": "text", "shown_as": "text"}
    | {"age": "word", "first": "word", "last": "word", "lon": "float", "lat": "float"}
    | {"precision_m": "float", "of_interest": "flag"}
)
_GRADES: Final = ("source_best", "source_worst", "information_best", "information_worst")
_LINK: Final = (
    {"id": "word", "start": "word", "end": "word", "capacity": "text", "symmetric": "flag"}
    | dict.fromkeys(("first", "last", "last_confirmed"), "word")
    | {"sources": "integer", "claims": "integer"}
    | dict.fromkeys(_GRADES, "word")
    | {"disputed": "flag", "standing": "word"}
)
_MARKED: Final = {"copy": "word", "marking": "word", "expires": "day"}


def loadable_bytes(contents: Contents, about: About) -> bytes:
    """Return a copy as a zip for Neo4j.

    Parameters
    ----------
    contents : Contents
        What it holds.
    about : About
        Printed in ``README.txt``, and in short on every node and relationship.

    Returns
    -------
    bytes
        One folder, named after the copy; equal contents give equal bytes.
    """
    folder = f"copy-{about.copy}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files(contents, about).items():
            # A zip dates its members: a fixed date tells of nothing but the contents.
            packed.writestr(zipfile.ZipInfo(f"{folder}/{name}"), text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def files(contents: Contents, about: About) -> dict[str, str]:
    """Return the files of a copy.

    Parameters
    ----------
    contents : Contents
        What it holds.
    about : About
        Of the copy.

    Returns
    -------
    dict of str to str
        File name to text.
    """
    made = tables(contents, about)
    head = (
        f"// {MARKING}\n// Copy {about.copy}: delete it after {about.expires.isoformat()}. See README.txt.\n"
    )
    return {
        "README.txt": readme_text(contents, about),
        "load.cypher": head + loading(made, f"copy-{about.copy}"),
        "load-without-files.cypher": head + inline(made),
        "delete.cypher": head + deleting(made, about.copy),
        **{table.file: _csv(table) for table in made},
    }


def tables(contents: Contents, about: About) -> list[Table]:
    """Return what goes into the database.

    Parameters
    ----------
    contents : Contents
        What it holds.
    about : About
        Of the copy.

    Returns
    -------
    list of Table
        What the copy is, then entities by their labels, then links by their types.
    """
    marked: dict[str, Value] = {"copy": about.copy, "marking": MARKING, "expires": about.expires}
    by_labels: dict[tuple[str, ...], list[dict[str, Value]]] = defaultdict(list)
    for entity in contents.entities:
        by_labels[labels_of(entity)].append({**_node(entity), **marked})
    by_type: dict[str, list[dict[str, Value]]] = defaultdict(list)
    for link in contents.links:
        by_type[type_of(link)].append({**_known(asdict(link), _LINK), **marked})
    said: dict[str, Value] = {**about_fields(about, contents), **marked}
    return [
        Table("about.csv", (WORK_COPY,), "copy", {**dict.fromkeys(said, "text"), **_MARKED}, (said,)),
        *(
            Table(f"nodes-{labels[-1]}.csv", labels, "id", {**_NODE, **_MARKED}, tuple(rows))
            for labels, rows in sorted(by_labels.items())
        ),
        *(
            Table(f"links-{kind}.csv", (kind,), "", {**_LINK, **_MARKED}, tuple(rows))
            for kind, rows in sorted(by_type.items())
        ),
    ]


def _node(entity: CopiedEntity) -> dict[str, Value]:
    return _known({**asdict(entity), "label": entity.label}, _NODE)


def _known(values: dict[str, Any], columns: Iterable[str]) -> dict[str, Value]:
    return {name: values[name] for name in columns if values[name] not in (None, "")}


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([cell(row.get(name, "")) for name in table.columns] for row in table.rows)
    return out.getvalue()
