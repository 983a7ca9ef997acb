"""A copy as one page that needs no network: a picture of the links, and the same as tables."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from app.copies.contents import (
    MARKING,
    UNGRADED,
    About,
    Contents,
    CopiedEntity,
    CopiedLink,
    about_rows,
    holding,
)
from app.copies.drawn import NOT_DRAWN, Drawn, drawn_network


class Look(NamedTuple):
    """How a kind of entity is drawn: by its shape, and by its colour beside.

    Attributes
    ----------
    shape : str
        As vis-network names it.
    colour : str
        Of the colour-blind safe palette of Okabe and Ito (2008).
    sign : str
        The shape in the legend.
    words : str
        What the legend says.
    """

    shape: str
    colour: str
    sign: str
    words: str


CHILD: Final = Look("dot", "#E69F00", "●", "person under 18, or of unknown age")
LOOKS: Final = {
    "Person": Look("hexagon", "#56B4E9", "⬢", "adult"),
    "Group": Look("star", "#CC79A7", "★", "group"),
    "Location": Look("square", "#009E73", "■", "place"),
    "Event": Look("diamond", "#F0E442", "◆", "event"),
    "Object": Look("triangleDown", "#999999", "▼", "thing"),
    "Organisation": Look("triangle", "#0072B2", "▲", "organisation"),
    "Area": Look("ellipse", "#DDDDDD", "⬭", "area"),
    "Intervention": Look("box", "#D55E00", "▬", "order or other intervention"),
}

HOW_TO_READ: Final = (
    "Areas are in the tables only. A dashed link is disputed; an arrow points from the first end to the "
    "second. Who stands near whom measures nothing. Drag to move, turn the wheel to zoom; with the picture "
    "chosen by Tab, the arrow keys move it, and [ and ] zoom."
)

STYLE: Final = """
body { margin: 0; font: 16px/1.4 system-ui, "Segoe UI", Arial, sans-serif; color: #0b0c0c; background: #fff; }
.marking { background: #0b0c0c; color: #fff; padding: .5rem 1rem; font-weight: bold; text-align: center; }
main { padding: 0 1rem 1rem; }
h1 { font-size: 1.5rem; margin: .75rem 0 .25rem; }
h2 { font-size: 1.15rem; margin: 1rem 0 .25rem; }
.beside { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); gap: 1rem; }
td, th { min-width: 3.5rem; }
.scroll { max-height: 48rem; overflow: auto; }
#mynetwork { float: none; width: 100%; height: 44rem; border: 1px solid #505a5f; box-sizing: border-box; }
#mynetwork:focus-within, .scroll:focus { outline: 3px solid #1d70b8; }
.legend { list-style: none; padding: 0; margin: .5rem 0; display: flex; flex-wrap: wrap;
  gap: .25rem 1.25rem; }
.legend span { display: inline-block; width: 1.4em; font-size: 1.2em; text-align: center; color: var(--fill);
  -webkit-text-stroke: 1px #0b0c0c; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .2rem .5rem .2rem 0;
  border-bottom: 1px solid #b1b4b6; overflow-wrap: break-word; }
td:first-child { max-width: 14rem; }
@media (max-width: 60rem) { .beside { display: block; } }
@media print { .beside { display: block; } td, th { min-width: 3.5rem; }
.scroll { max-height: none; } }
"""


def page_html(contents: Contents, about: About) -> str:
    """Return a copy as a page.

    Parameters
    ----------
    contents : Contents
        What it holds.
    about : About
        Printed at the top and the bottom.

    Returns
    -------
    str
        HTML that asks for nothing outside itself, by its own policy; scripts that are not ours do not run.
    """
    looks = {entity.id: look_of(entity) for entity in contents.entities}
    drawn = drawn_network(contents, {e: (look.shape, look.colour) for e, look in looks.items()})
    title = f"{about.title} ({about.copy})"
    policy = _policy(drawn)
    styles = "".join(f"<style>{style}</style>" for style in (*drawn.styles, STYLE, _fills()))
    scripts = "".join(f"<script>{script}</script>" for script in drawn.scripts)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_text(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)}</title>{styles}</head>\n<body>{_marking('header', about)}"
        f"<main><h1>{_text(about.title)}</h1><p>For: {_text(about.purpose)}. Holds {holding(contents)}.</p>"
        f'<div class="beside"><section aria-label="Picture">{_picture(contents, looks)}</section>'
        f'<section class="scroll" tabindex="0" aria-label="The same as tables">{_tables(contents)}</section>'
        f"</div>{_about(about, contents)}</main>{_marking('footer', about)}{scripts}</body></html>\n"
    )


def look_of(entity: CopiedEntity) -> Look:
    """Return how an entity is drawn.

    Parameters
    ----------
    entity : CopiedEntity
        Of the copy.

    Returns
    -------
    Look
        Of its kind; whose age is not known is drawn as a child.
    """
    return CHILD if entity.kind == "Person" and entity.age != "adult" else LOOKS[entity.kind]


def _policy(drawn: Drawn) -> str:
    scripts = " ".join(f"'{digest}'" for digest in drawn.digests)
    return f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:"


def _fills() -> str:
    looks = [CHILD, *LOOKS.values()]
    return "".join(f".look{n} {{ --fill: {look.colour}; }}\n" for n, look in enumerate(looks))


def _marking(tag: str, about: About) -> str:
    return (
        f'<{tag} class="marking">{_text(MARKING)}<br>Copy {_text(about.copy)}. Stays inside '
        f"{_text(about.agency)}. Delete after {about.expires}.</{tag}>"
    )


def _about(about: About, contents: Contents) -> str:
    table = _table("", ("", ""), about_rows(about, contents), heads_down=True)
    return f"<h2>About this copy</h2>{table}"


def _picture(contents: Contents, looks: dict[str, Look]) -> str:
    counts = Counter(looks.values())
    order = [CHILD, *(look for kind, look in LOOKS.items() if kind not in NOT_DRAWN)]
    legend = "".join(
        f'<li><span class="look{n}" aria-hidden="true">{look.sign}</span> {look.words} ({counts[look]})</li>'
        for n, look in enumerate(order)
        if counts[look]
    )
    said = (
        f"Network of {len(contents.entities)} people, places, events and things and {len(contents.links)} "
        "links. The tables beside it say the same, and areas too."
    )
    return (
        f'<h2>Picture</h2><div id="mynetwork" role="img" aria-label="{_text(said)}"></div>'
        f'<ul class="legend">{legend}</ul><p>{HOW_TO_READ}</p>'
    )


def _tables(contents: Contents) -> str:
    shown = {entity.id: f"{entity.label} ({entity.id[-4:]})" for entity in contents.entities}
    people = [(entity.label, entity.id, entity.age) for entity in contents.people]
    things = [
        (e.label, e.id, " ".join((e.kind, e.sort, e.category)).replace("_", " "), _days(e.first, e.last))
        for e in contents.entities
        if e.kind != "Person"
    ]
    links = [_link(link, shown) for link in contents.links]
    heads = ("From", "To", "Kind", "Held", "Last confirmed", "Sources", "Grades", "Disputed")
    return (
        _table(f"People ({len(people)})", ("Shown as", "Id", "Age"), people)
        + _table(f"Links ({len(links)}), all as asserted by an agency", heads, links)
        + _table(f"Places, events and things ({len(things)})", ("Shown as", "Id", "Sort", "When"), things)
    )


def _link(link: CopiedLink, shown: dict[str, str]) -> tuple[str, ...]:
    kind = link.kind.replace("_", " ").lower() + (
        f" ({link.capacity})".replace("_", " ") * bool(link.capacity)
    )
    return (
        shown[link.start],
        shown[link.end],
        kind.replace("_", " "),
        _days(link.first, link.last),
        link.last_confirmed or "not known",
        str(link.sources),
        _grades(link),
        "disputed" if link.disputed else "",
    )


def _days(first: str | None, last: str | None) -> str:
    if not first and not last:
        return "not dated"
    return first or "" if first == last else f"{first or '?'} to {last or 'open'}"


def _grades(link: CopiedLink) -> str:
    source = _range(link.source_best, link.source_worst)
    if source == UNGRADED:
        return source
    return f"source {source}, information {_range(link.information_best, link.information_worst)}"


def _range(best: str, worst: str) -> str:
    return best if best == worst else f"{best} to {worst}"


def _table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, heads_down: bool = False
) -> str:
    first = '<th scope="row">{}</th>' if heads_down else "<td>{}</td>"
    body = "".join(
        f"<tr>{first.format(_text(row[0]))}{''.join(f'<td>{_text(cell)}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    named = f"<caption>{_text(caption)}</caption>" if caption else ""
    top = "".join(f'<th scope="col">{_text(head)}</th>' for head in heads)
    head = f"<thead><tr>{top}</tr></thead>" if any(heads) else ""
    return f"<table>{named}{head}<tbody>{body}</tbody></table>"


def _text(value: Any) -> str:
    return html.escape(str(value))
