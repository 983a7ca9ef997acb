"""The package that a Word file is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_PARTS: Final = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "docProps/core.xml": "core.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
}
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP can say."""


@cache
def blank_package() -> bytes:
    """Return an empty document with our styles.

    Returns
    -------
    bytes
        Nothing but the parts in ``word_parts``. The template of python-docx would bring a preview picture,
        a program's name and two hundred styles along.
    """
    folder = resources.files(__package__).joinpath("word_parts")
    return _zipped((name, folder.joinpath(file).read_bytes()) for name, file in _PARTS.items())


def without_clock(package: bytes) -> bytes:
    """Return the package with no time of writing in it.

    Parameters
    ----------
    package : bytes
        As it was saved.

    Returns
    -------
    bytes
        The same parts in the same order.
    """
    with ZipFile(BytesIO(package)) as saved:
        return _zipped((name, saved.read(name)) for name in saved.namelist())


def _zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as package:
        for name, content in parts:
            info = ZipInfo(name, _NO_TIME)
            # What a ZIP says of the system it was made on would differ between systems.
            info.create_system = 0
            info.compress_type = ZIP_DEFLATED
            package.writestr(info, content)
    return written.getvalue()
