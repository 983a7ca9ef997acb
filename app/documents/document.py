"""A document as data: what every form of it (Word, PDF, page) says in the same order."""

from __future__ import annotations

from dataclasses import dataclass

from geo.picture import Picture


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading row.

    Attributes
    ----------
    caption : str
        What it holds.
    columns : tuple of str
        Headings.
    rows : tuple of tuple of str
        Cells, one for each column.
    widths : tuple of float
        Shares of the width, one for each column.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its words.

    Attributes
    ----------
    picture : Picture
        PNG and SVG, and what it shows in words.
    caption : str
        Printed under it.
    """

    picture: Picture
    caption: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading.

    Attributes
    ----------
    heading : str
        Of the second level.
    paragraphs : tuple of str
        Plain text, before everything else.
    points : tuple of str
        A list, after the paragraphs.
    figures : tuple of Figure
        After the list.
    tables : tuple of Table
        Last; one without rows is left out by the one who makes the section.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document.

    Attributes
    ----------
    title : str
        Of the first level, and in the file's properties.
    marking : str
        Printed at the top and the bottom of each page.
    states : tuple of str
        Printed on each page under the marking, for example ``DRAFT`` and ``UNCONFIRMED``.
    reference : str
        Id of the product, in each page's foot and in the file's properties.
    about : tuple of (str, str)
        What it is for, for whom, by whom: heading and text, printed first.
    sections : tuple of Section
        In this order.
    """

    title: str
    marking: str
    states: tuple[str, ...]
    reference: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
