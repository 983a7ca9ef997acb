"""A copy as GraphML, for NetworkX, Gephi, yEd and others."""

from __future__ import annotations

import io
import re
from dataclasses import asdict
from typing import Any, Final

from app.copies.contents import About, Contents, about_fields

_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def graphml_bytes(contents: Contents, about: About) -> bytes:
    """Return a copy as GraphML.

    Parameters
    ----------
    contents : Contents
        What it holds.
    about : About
        Printed as attributes of the graph.

    Returns
    -------
    bytes
        A directed multigraph; a link whose ends have no order has ``symmetric`` true. Attributes have
        types, and one that is not known is left out.
    """
    import networkx as nx

    said = about_fields(about, contents)
    graph = nx.MultiDiGraph(**{name: _legal(text) for name, text in said.items()})
    for entity in contents.entities:
        graph.add_node(entity.id, label=_legal(entity.label), **_attributes(asdict(entity), "id"))
    for link in contents.links:
        attributes = _attributes(asdict(link), "id", "start", "end")
        graph.add_edge(link.start, link.end, key=link.id, **attributes)
    out = io.BytesIO()
    nx.write_graphml(graph, out, encoding="utf-8", prettyprint=True, named_key_ids=True)
    return out.getvalue()


def _attributes(values: dict[str, Any], *but: str) -> dict[str, Any]:
    held = {name: value for name, value in values.items() if name not in but and value is not None}
    return {name: _legal(value) if isinstance(value, str) else value for name, value in held.items()}


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
