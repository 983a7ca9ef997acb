"""The page, opened in Chromium."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.documents.page import POLICY, document_page
from tests.app.documents.reading import pages, squeezed, texts
from tests.app.documents.sample import MARKING, STATES, briefing
from tests.readers import chromium_page


class _Outline(HTMLParser):
    """Tags and attributes in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def _written(folder: Path, page: str) -> Path:
    path = folder / "briefing.html"
    path.write_text(page, encoding="utf-8")
    return path


def test_the_policy_forbids_everything_but_its_own_style_and_pictures() -> None:
    assert POLICY.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    tags = _Outline(document_page(briefing())).tags
    policies = [a for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    assert [policy["content"] for policy in policies] == [POLICY]
    position = [name for name, _ in tags].index
    assert position("meta") < position("style")
    assert not {"script", "link", "iframe", "object", "embed", "form", "base"} & {name for name, _ in tags}


def test_no_address_is_in_it() -> None:
    page = document_page(briefing())
    assert re.findall(r"(?:https?:|ftp:|//)[\w.]", re.sub(r"base64,[^\"]+", "", page)) == []
    assert [a["href"] for a in _Outline(page).named("a")] == ["#document"]


def test_headings_tables_and_pictures_are_marked_up() -> None:
    outline = _Outline(document_page(briefing()))
    assert outline.named("html") == [{"lang": "en-GB"}]
    headings = [name for name, _ in outline.tags if re.fullmatch(r"h\d", name)]
    assert headings == ["h1", *["h2"] * 6]
    assert [a["alt"] for a in outline.named("img")] == [
        figure.picture.alt for section in briefing().sections for figure in section.figures
    ]
    assert all(str(a["src"]).startswith("data:image/png;base64,") for a in outline.named("img"))
    assert len(outline.named("caption")) == len(outline.named("table")) == 3
    assert {a["scope"] for a in outline.named("th")} == {"col"}
    assert outline.tags.index(("p", {"class": "marking"})) < outline.tags.index(("h1", {}))


@pytest.mark.readers
def test_it_asks_for_nothing_runs_nothing_and_shows_every_text(tmp_path: Path) -> None:
    with chromium_page() as seen:
        seen.open(_written(tmp_path, document_page(briefing())))
        shown = squeezed(seen.page.evaluate("() => document.body.innerText"))
        loaded = seen.page.evaluate("() => [...document.images].every(i => i.complete && i.naturalWidth > 0)")
        faults = seen.faults()
    assert faults == []
    assert loaded
    alternatives = {figure.picture.alt for section in briefing().sections for figure in section.figures}
    assert [t for t in texts(briefing()) if squeezed(t) not in shown and t not in alternatives] == []
    assert shown.count(squeezed(MARKING)) == 3


@pytest.mark.readers
def test_it_is_read_by_keyboard_and_at_200_per_cent(tmp_path: Path) -> None:
    with chromium_page(width=640, height=450) as seen:
        seen.open(_written(tmp_path, document_page(briefing())))
        seen.page.keyboard.press("Tab")
        skip = seen.page.evaluate(
            "() => [document.activeElement.textContent, document.activeElement.getBoundingClientRect().left]"
        )
        seen.page.keyboard.press("Enter")
        reached = seen.page.evaluate("() => document.activeElement.id")
        width = seen.page.evaluate("() => document.documentElement.scrollWidth")
        seen.page.keyboard.press("Tab")
        table = seen.page.evaluate("() => document.activeElement.getAttribute('aria-labelledby')")
    assert (skip[0], skip[1] >= 0) == ("Skip to the document", True)
    assert reached == "document"
    assert width <= 640
    assert table == "table-1"


@pytest.mark.readers
def test_printed_it_carries_marking_and_states_on_every_page(tmp_path: Path) -> None:
    path = tmp_path / "printed.pdf"
    with chromium_page() as seen:
        seen.open(_written(tmp_path, document_page(briefing(60))))
        seen.page.pdf(path=path, prefer_css_page_size=True)
    read = pages(path)
    assert len(read) > 4
    for lines in read:
        assert lines[0] == MARKING
        assert MARKING in lines[-2:]
        assert all(state in lines[1] for state in STATES)
    assert sum(any(line.startswith("Ref Initials Age") for line in lines) for lines in read) > 2


def test_a_text_is_escaped_in_every_place() -> None:
    from app.documents.printable import rewritten

    hostile = rewritten(briefing(5), lambda text: f"\"'><b onx=1>&{text[:30]}")
    outline = _Outline(document_page(hostile))
    assert not any("onx" in attributes for _, attributes in outline.tags)
    # The bold heads of two captions of figures and three of tables are ours.
    assert len(outline.named("b")) == 5


def test_the_same_document_gives_the_same_page() -> None:
    assert document_page(briefing()) == document_page(briefing())
