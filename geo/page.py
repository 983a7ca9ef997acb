"""The page every picture is drawn on: marking, title, words, key, and the files made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from geo.lettering import FONT, drawable, readable, width_pt, wrapped
from geo.picture import Picture

INK: Final = "#1a1a1a"
SOFT: Final = "#555555"
FAINT: Final = "#b5b5b5"
ALARM: Final = "#8f1d00"
PIXELS_PER_INCH: Final = 160
WIDTH_INCHES: Final = 10.0
MARGIN_INCHES: Final = 0.3

_STYLE: Final[dict[Any, Any]] = {
    "font.family": FONT,
    "font.size": 9,
    "text.color": INK,
    # A dollar in a name is a dollar.
    "text.parse_math": False,
    # Text stays text, and the same picture gives the same bytes.
    "svg.fonttype": "none",
    "svg.hashsalt": "kithmap",
    "path.simplify": True,
}
_LEADING: Final = 1.35
_POINT: Final = 1 / 72


class Page:
    """A sheet that fills from the top and from the bottom; the frame takes what is left.

    Parameters
    ----------
    title : str
        In the largest letters; shortened to two lines.
    marking : str
        Handling, printed at the top and at the bottom.
    states : sequence of str, optional
        What the reader must know first, such as ``UNCONFIRMED``.
    height_inches : float, optional
        Height of the sheet; it is 10 inches wide.

    Notes
    -----
    Use it inside ``lettered``: sizes are measured with the letters that are drawn.
    """

    def __init__(
        self, title: str, marking: str, *, states: Sequence[str] = (), height_inches: float = 10.0
    ) -> None:
        self.figure = Figure(figsize=(WIDTH_INCHES, height_inches), dpi=PIXELS_PER_INCH, facecolor="white")
        FigureCanvasAgg(self.figure)
        self._height = height_inches
        self._top = height_inches - 0.08
        self._low = 0.07
        self._title = readable(title)
        self._middle(marking, INK)
        self._foot_marking(marking)
        if states:
            self._middle(" · ".join(states), ALARM)
        self._top -= 0.06
        size = 17.0 if width_pt(drawable(title), 17, bold=True) <= self.width_pt else 13.0
        self.say(title, size_pt=size, bold=True, most=2)

    @property
    def width_pt(self) -> float:
        """The width that text may take, in points."""
        return (WIDTH_INCHES - 2 * MARGIN_INCHES) / _POINT

    def say(
        self, text: str, *, size_pt: float = 9.0, colour: str = INK, bold: bool = False, most: int = 6
    ) -> None:
        """Print a paragraph below what stands at the top.

        Parameters
        ----------
        text : str
            Nothing is printed for an empty one.
        size_pt : float, optional
            Size of the letters, in points.
        colour : str, optional
            Of the letters.
        bold : bool, optional
            In bold letters.
        most : int, optional
            Lines after which it is cut, with an ellipsis.
        """
        lines = wrapped(drawable(text), size_pt, self.width_pt, bold=bold, most=most)
        for line in lines:
            self._top -= _LEADING * size_pt * _POINT
            self._write(line, self._top, size_pt, colour, bold)
        self._top -= 0.35 * size_pt * _POINT

    def note(self, text: str, *, size_pt: float = 8.0, colour: str = SOFT, most: int = 6) -> None:
        """Print a paragraph above what stands at the bottom: the last one first.

        Parameters
        ----------
        text : str
            Nothing is printed for an empty one.
        size_pt : float, optional
            Size of the letters, in points.
        colour : str, optional
            Of the letters.
        most : int, optional
            Lines after which it is cut, with an ellipsis.
        """
        lines = wrapped(drawable(text), size_pt, self.width_pt, most=most)
        step = _LEADING * size_pt * _POINT
        for row, line in enumerate(lines):
            height = self._low + 0.3 * size_pt * _POINT + (len(lines) - 1 - row) * step
            self._write(line, height, size_pt, colour, False)
        self._low += len(lines) * step + 0.35 * size_pt * _POINT * bool(lines)

    def key(self, entries: Sequence[Any], *, size_pt: float = 9.0) -> None:
        """Print a key above what stands at the bottom, in as many columns as fit.

        Parameters
        ----------
        entries : sequence of matplotlib artists
            Each with its label.
        size_pt : float, optional
            Size of the letters, in points.
        """
        if not entries:
            return
        widest = max(width_pt(entry.get_label(), size_pt) for entry in entries) + 5.4 * size_pt
        columns = max(1, min(len(entries), int(self.width_pt // widest)))
        rows = -(-len(entries) // columns)
        key = self.figure.legend(
            handles=list(entries),
            loc="lower left",
            bbox_to_anchor=(MARGIN_INCHES / WIDTH_INCHES, self._low / self._height),
            ncols=columns,
            fontsize=size_pt,
            frameon=False,
            borderpad=0.1,
            borderaxespad=0.0,
            labelspacing=0.55,
            handlelength=2.6,
            columnspacing=1.6,
        )
        key.set_in_layout(False)
        self._low += rows * 1.6 * size_pt * _POINT + 0.08

    def slot(self, *, size_pt: float = 9.0) -> Text:
        """Keep a line above what stands at the bottom for words that are known later.

        Parameters
        ----------
        size_pt : float, optional
            Size of the letters, in points.

        Returns
        -------
        Text
            Empty; give it its words with ``set_text``.
        """
        line = self._write(" ", self._low + 0.3 * size_pt * _POINT, size_pt, INK, True)
        self._low += 1.6 * size_pt * _POINT
        return line

    def frame(self, *, share: float = 1.0) -> Axes:
        """Return what is left between top and bottom, with a thin line round it and no ticks.

        Parameters
        ----------
        share : float, optional
            Share of the width that it takes, from the left.

        Returns
        -------
        Axes
            One unit of x is as long as one unit of y once its limits are set by ``fitted``.
        """
        left, low, width, height = self.left_over()
        axes = self.figure.add_axes((left, low, share * width, height))
        axes.set_xticks([])
        axes.set_yticks([])
        for side in axes.spines.values():
            side.set_color(FAINT)
        return axes

    def left_over(self) -> tuple[float, float, float, float]:
        """Return what is left between top and bottom.

        Returns
        -------
        tuple of float
            Left, bottom, width and height as shares of the page.
        """
        left, low = MARGIN_INCHES / WIDTH_INCHES, (self._low + 0.08) / self._height
        return left, low, 1 - 2 * left, (self._top - 0.06) / self._height - low

    def png(self, alt: str) -> bytes:
        """Return the page as PNG.

        Parameters
        ----------
        alt : str
            What it shows in words; kept in the file.

        Returns
        -------
        bytes
            1,600 pixels wide; the same each time.
        """
        out = BytesIO()
        said = {"Title": self._title, "Description": readable(alt), "Software": "Kithmap"}
        self.figure.savefig(out, format="png", dpi=PIXELS_PER_INCH, metadata=said)
        return out.getvalue()

    def picture(self, alt: str) -> Picture:
        """Return the page in both forms.

        Parameters
        ----------
        alt : str
            What it shows in words.

        Returns
        -------
        Picture
            PNG and SVG, the same each time.
        """
        out = BytesIO()
        said = {"Date": None, "Title": self._title, "Description": readable(alt), "Creator": "Kithmap"}
        self.figure.savefig(out, format="svg", dpi=PIXELS_PER_INCH, metadata=said)
        return Picture(self.png(alt), _with_other_fonts(out.getvalue().decode("utf-8")), readable(alt))

    def _middle(self, text: str, colour: str) -> None:
        for line in wrapped(drawable(text), 10, self.width_pt, bold=True, most=2):
            self._top -= 0.16
            self._centred(line, self._top + 0.06, colour)

    def _foot_marking(self, marking: str) -> None:
        for line in reversed(wrapped(drawable(marking), 10, self.width_pt, bold=True, most=2)):
            self._centred(line, self._low + 0.07, INK)
            self._low += 0.17
        self._low += 0.03

    def _centred(self, line: str, height: float, colour: str) -> None:
        self.figure.text(
            0.5, height / self._height, line, ha="center", va="center", weight="bold", fontsize=10,
            color=colour,
        )  # fmt: skip

    def _write(self, line: str, height: float, size_pt: float, colour: str, bold: bool) -> Text:
        left, weight = MARGIN_INCHES / WIDTH_INCHES, "bold" if bold else "normal"
        return self.figure.text(
            left, height / self._height, line, ha="left", va="baseline", weight=weight, fontsize=size_pt,
            color=colour,
        )  # fmt: skip


@contextmanager
def lettered() -> Iterator[None]:
    """Draw with our letters, inside a ``with``.

    Yields
    ------
    None
        The settings hold until the end of the block, and nowhere else.
    """
    with rc_context(_STYLE):
        yield


def fitted(axes: Axes, west: float, south: float, east: float, north: float) -> None:
    """Set the limits of a frame so that a rectangle fits in it, as long one way as the other.

    Parameters
    ----------
    axes : Axes
        The frame.
    west, south, east, north : float
        Sides of the rectangle.
    """
    box = axes.get_window_extent()
    height = max(north - south, (east - west) * box.height / box.width)
    width = height * box.width / box.height
    x, y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(x - width / 2, x + width / 2)
    axes.set_ylim(y - height / 2, y + height / 2)


def _with_other_fonts(svg: str) -> str:
    # Where the font is missing, one of about its width; text nodes cannot hold the opening bracket.
    return re.sub(r"(<text style=\"[^\"]*'DejaVu Sans')", r"\1, Verdana, sans-serif", svg)
