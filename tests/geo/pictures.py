"""What must hold of any picture, and how its parts are read back."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from xml.etree import ElementTree

import shapely
from matplotlib.axes import Axes
from PIL import Image

from geo.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"
AREAS = [
    ("E01", "Eastham", shapely.box(300_000, 300_000, 310_000, 310_000)),
    ("E02", "Mill Cross", shapely.box(310_000, 300_000, 320_000, 310_000)),
    ("E03", "Oakmere", shapely.box(300_000, 310_000, 320_000, 320_000)),
]
"""Three invented areas that touch."""


def words_in(picture: Picture) -> list[str]:
    """Return every text of the SVG; raises where it is no XML.

    Parameters
    ----------
    picture : Picture
        Any.

    Returns
    -------
    list of str
        In the order of drawing.
    """
    root = ElementTree.fromstring(picture.svg)
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def check_sound(picture: Picture, marking: str) -> None:
    """Check what holds of every picture.

    Parameters
    ----------
    picture : Picture
        Any.
    marking : str
        What it was given.
    """
    words = words_in(picture)
    assert words.count(marking) == 2
    root = ElementTree.fromstring(picture.svg)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"script", "foreignObject", "a"}
    links = [value for element in root.iter() for name, value in element.items() if name.endswith("href")]
    assert all(link.startswith(("#", "data:image/png")) for link in links)
    opened = Image.open(BytesIO(picture.png))
    opened.load()
    assert opened.width == 1600
    assert opened.info["Description"] == picture.alt
    margin = opened.convert("L").crop((0, 0, 12, opened.height))
    assert margin.getextrema() == (255, 255)
    assert opened.convert("L").crop((1588, 0, 1600, opened.height)).getextrema() == (255, 255)


def overlapping(axes: Axes, texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of texts that lie over each other in a frame.

    Parameters
    ----------
    axes : Axes
        A frame with something drawn in it.
    texts : sequence of str
        Which texts to look at.

    Returns
    -------
    list of (str, str)
        Pairs.
    """
    wanted = [text for text in axes.texts if text.get_text() in texts]
    boxes = [text.get_window_extent() for text in wanted]
    return [
        (wanted[a].get_text(), wanted[b].get_text())
        for a in range(len(boxes))
        for b in range(a + 1, len(boxes))
        if boxes[a].x0 < boxes[b].x1
        and boxes[b].x0 < boxes[a].x1
        and boxes[a].y0 + 2 < boxes[b].y1
        and boxes[b].y0 + 2 < boxes[a].y1
    ]
