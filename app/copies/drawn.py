"""The network of a page, drawn by pyvis: its scripts and styles, and nothing it would fetch."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from app.copies.contents import Contents, CopiedEntity, CopiedLink
from graph.measures.layout import positions

NOT_DRAWN: Final = frozenset({"Area"})
"""Kinds that would stand in the middle of everything: who is in an area is in the tables."""

SPACING_PX: Final = 110
"""Least distance between two entities in the picture."""

_INLINE: Final = re.compile(r"<(script|style)(?:\s+type=\"text/[a-z]+\")?>(.*?)</\1>", re.DOTALL)
_OPTIONS: Final = {
    "physics": {"enabled": False},
    "interaction": {"hover": True, "keyboard": {"enabled": True, "bindToWindow": False}, "tooltipDelay": 150},
    "nodes": {"size": 17, "borderWidth": 1.5, "font": {"size": 18, "color": "#0b0c0c"}},
    "edges": {"color": {"color": "#505a5f", "highlight": "#0b0c0c"}, "width": 1.2},
}
_HOVER: Final = """
// What an entity or a link says is put on it as text here: pyvis would take some titles for HTML.
nodes.update(nodes.get().map(one => ({id: one.id, title: one.said})));
edges.update(edges.get().map(one => ({id: one.id, title: one.said})));
network.fit();
"""


class Drawn(NamedTuple):
    """A network for a page that holds an element with the id ``mynetwork``.

    Attributes
    ----------
    styles, scripts : tuple of str
        In their order.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]

    @property
    def digests(self) -> tuple[str, ...]:
        """The scripts' digests, as a content security policy names them."""
        hashed = (hashlib.sha256(script.encode()).digest() for script in self.scripts)
        return tuple(f"sha256-{base64.b64encode(digest).decode()}" for digest in hashed)


def drawn_network(contents: Contents, looks: Mapping[str, tuple[str, str]]) -> Drawn:
    """Return the network of a copy.

    Parameters
    ----------
    contents : Contents
        What it holds.
    looks : mapping of str to (str, str)
        Shape and colour of each entity.

    Returns
    -------
    Drawn
        With positions of its own: nothing moves when the page opens.

    Notes
    -----
    pyvis 0.3.2 links a content delivery network in every mode, and takes a title that holds ``href`` for
    HTML. So of its page only the scripts and styles are taken that stand in it, and titles are set as text.
    """
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line", height="44rem")
    shown = [entity for entity in contents.entities if entity.kind not in NOT_DRAWN]
    ids = {entity.id for entity in shown}
    links = [link for link in contents.links if {link.start, link.end} <= ids]
    for entity, (x, y) in zip(shown, _placed(shown, links), strict=True):
        shape, colour = looks[entity.id]
        network.add_node(
            entity.id, label=_short(entity), shape=shape, x=x, y=y, said=_said(entity),
            color={"background": colour, "border": "#0b0c0c", "highlight": {"background": colour}},
        )  # fmt: skip
    # Straight to the list: add_edge looks every end up in a list, which takes squares of time.
    network.edges.extend(_edges(links))
    network.set_options(json.dumps(_OPTIONS))
    found = _INLINE.findall(network.generate_html(notebook=False))
    scripts = tuple(text for tag, text in found if tag == "script")
    return Drawn(tuple(text for tag, text in found if tag == "style"), (*scripts, _HOVER))


def _placed(shown: Sequence[CopiedEntity], links: Sequence[CopiedLink]) -> list[list[float]]:
    at = {entity.id: n for n, entity in enumerate(shown)}
    i = np.array([at[link.start] for link in links], dtype=np.int64)
    j = np.array([at[link.end] for link in links], dtype=np.int64)
    placed: list[list[float]] = (positions(len(at), i, j) * SPACING_PX).tolist()
    return placed


def _edges(links: Sequence[CopiedLink]) -> list[dict[str, Any]]:
    drawn, held = [], Counter[frozenset[str]]()
    for link in links:
        ends = frozenset((link.start, link.end))
        drawn.append(
            {
                "id": link.id,
                "from": link.start,
                "to": link.end,
                "arrows": "" if link.symmetric else "to",
                "dashes": link.disputed,
                # Several links between two ends are drawn apart.
                "smooth": {"enabled": bool(held[ends]), "type": "curvedCW", "roundness": 0.15 * held[ends]},
                "said": f"{link.kind} {link.capacity}".replace("_", " ").strip().lower(),
            }
        )
        held[ends] += 1
    return drawn


def _short(entity: CopiedEntity) -> str:
    label = entity.label
    return label if len(label) <= 24 else f"{label[:23]}…"


def _said(entity: CopiedEntity) -> str:
    parts = (
        entity.label,
        entity.kind,
        entity.sort,
        entity.category,
        entity.age,
        entity.first or "",
        entity.id,
    )
    return ", ".join(dict.fromkeys(part.replace("_", " ") for part in parts if part))
