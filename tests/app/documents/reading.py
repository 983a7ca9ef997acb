"""What programs that are not ours read in a document."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from app.documents.document import Document
from app.documents.printable import rewritten
from tests.readers import program, run

_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.-]+" xMax="([\d.]+)"')
_PILE = re.compile("[\u0300-\u036f]{3}")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


class Facts(NamedTuple):
    """What ``pdfinfo`` says of a PDF.

    Attributes
    ----------
    info : dict of str
        Its lines, by their heads.
    urls : str
        Addresses that the file links to; its heading only, when there are none.
    scripts : str
        Scripts in the file.
    """

    info: dict[str, str]
    urls: str
    scripts: str


def facts(path: Path) -> Facts:
    """Ask ``pdfinfo``.

    Parameters
    ----------
    path : Path
        A PDF.

    Returns
    -------
    Facts
        All it says.
    """
    pdfinfo = program("pdfinfo")
    lines = (line.partition(":") for line in run(pdfinfo, path).splitlines())
    info = {head: text.strip() for head, _, text in lines}
    return Facts(info, run(pdfinfo, "-url", path), run(pdfinfo, "-js", path))


def structure(path: Path) -> str:
    """Return the tags of a PDF and the text in each.

    Parameters
    ----------
    path : Path
        A PDF.

    Returns
    -------
    str
        A tree, as ``pdfinfo`` prints it.
    """
    return run(program("pdfinfo"), "-struct-text", path)


def pages(path: Path) -> list[list[str]]:
    """Return the lines of each page, from top to bottom.

    Parameters
    ----------
    path : Path
        A PDF.

    Returns
    -------
    list of list of str
        Without blank lines.
    """
    # Where a page is mostly right to left, pdftotext says so by marks of its own.
    text = re.sub("[\u202a-\u202c]", "", run(program("pdftotext"), "-layout", path, "-"))
    return [
        [" ".join(line.split()) for line in page.splitlines() if line.strip()]
        for page in text.split("\f")[:-1]
    ]


def in_order(path: Path) -> str:
    """Return the text in the order in which it was written, squeezed.

    Parameters
    ----------
    path : Path
        A PDF.

    Returns
    -------
    str
        So that a cell of several lines is in one piece.
    """
    return squeezed(run(program("pdftotext"), "-raw", path, "-"))


def sides_pt(path: Path) -> tuple[float, float]:
    """Return how far text reaches to the left and to the right.

    Parameters
    ----------
    path : Path
        A PDF.

    Returns
    -------
    tuple of float
        The least and the greatest place of a word, in points from the left edge of its page.
    """
    words = _WORD.findall(run(program("pdftotext"), "-bbox", path, "-"))
    return min(float(left) for left, _ in words), max(float(right) for _, right in words)


def squeezed(text: str) -> str:
    """Return a text without what a line break may change.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        Without white space; a ligature is its letters.
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def texts(document: Document) -> list[str]:
    """Return every text of a document.

    Parameters
    ----------
    document : Document
        Any.

    Returns
    -------
    list of str
        Alternative texts among them.
    """
    found: list[str] = []

    def _note(text: str) -> str:
        found.append(text)
        return text

    rewritten(document, _note)
    return found


def is_told_in_another_order(text: str) -> bool:
    """Return whether ``pdftotext`` gives a text's letters in another order than they were written in.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    bool
        True for Hebrew, Arabic and a right-to-left mark, and where marks are piled on a letter.
    """
    return bool(_PILE.search(text)) or any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)
