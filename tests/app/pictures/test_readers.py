"""Programs that are not ours open the SVG of a picture, and read its words."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
import typst

from app.pictures.network import network_picture
from tests.app.documents.hostile import NAMES
from tests.app.pictures.invented import network
from tests.readers import chromium_page, program, run

pytestmark = pytest.mark.readers

_PAGE = (
    b'#set page(width: 21cm, height: 23cm, margin: 1cm)\n#set document(title: "T")\n'
    b'#image(bytes(sys.inputs.at("svg")), format: "svg", width: 17cm, alt: "A network")'
)


def test_the_words_of_a_picture_can_be_read_in_a_tagged_pdf(tmp_path: Path) -> None:
    what = network(25)
    picture = network_picture(*what, title="Invented people", marking="OFFICIAL")
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
    pdf = typst.compile(
        _PAGE,
        sys_inputs={"svg": picture.svg},
        font_paths=fonts,
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
    (tmp_path / "picture.pdf").write_bytes(pdf)
    read = run(program("pdftotext"), "-layout", tmp_path / "picture.pdf", "-")
    assert read.count("OFFICIAL") == 2
    assert "Invented people" in read
    assert sum(mark.label in read for mark in what.marks) == 25


def test_a_browser_opens_hostile_names_and_runs_none(tmp_path: Path) -> None:
    what = network(300, labels=NAMES)
    picture = network_picture(*what, title=NAMES[0], marking="OFFICIAL", notes=NAMES[1:4])
    (tmp_path / "picture.svg").write_text(picture.svg, encoding="utf-8")
    with chromium_page() as watched:
        watched.open(tmp_path / "picture.svg")
        assert watched.page.locator("text", has_text="OFFICIAL").count() == 2
        assert watched.faults() == []
