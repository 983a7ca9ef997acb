from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.copies.contents import MARKING, Contents
from app.copies.page import page_html
from tests.app.copies.sample import about, contents, hostile_names
from tests.readers import Watched, chromium_page

KINDS = ("Person", "Group", "Location", "Event", "Object", "Organisation", "Area", "Intervention")
_INK = """() => {
  const one = document.querySelector('#mynetwork canvas');
  const dots = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;
  let ink = 0;
  for (let n = 3; n < dots.length; n += 4) if (dots[n]) ink++;
  return ink;
}"""


def _write(folder: Path, held: Contents, text: str = "support") -> Path:
    path = folder / "copy.html"
    path.write_text(page_html(held, about(text)), encoding="utf-8")
    return path


def _ready(watched: Watched, path: Path) -> None:
    watched.open(path)
    watched.page.wait_for_function("() => window.network && document.querySelector('#mynetwork canvas')")
    watched.page.wait_for_timeout(300)


@pytest.mark.readers
def test_chromium_draws_the_page_and_nothing_leaves_it(tmp_path: Path) -> None:
    held = contents([f"P.{n}." for n in range(25)], kinds=KINDS)
    with chromium_page() as watched:
        _ready(watched, _write(tmp_path, held))
        page = watched.page
        drawn = [entity for entity in held.entities if entity.kind != "Area"]
        assert page.evaluate("() => nodes.length") == len(drawn)
        assert page.evaluate(_INK) > 2_000
        assert page.evaluate("() => network.physics.physicsEnabled") is False
        assert page.title().startswith("Work copy") and page.locator("html").get_attribute("lang") == "en-GB"
        rows = [
            page.locator(f"table:has(caption:has-text('{name}')) tbody tr").count()
            for name in ("People", "Links")
        ]
        assert rows == [len(held.people), len(held.links)]
        for tag in ("header", "footer"):
            assert MARKING in page.locator(tag).inner_text() and "ab12cd34" in page.locator(tag).inner_text()
        assert watched.faults() == []


@pytest.mark.readers
def test_200_hostile_names_run_nothing_in_any_field(tmp_path: Path) -> None:
    names = hostile_names()
    for start in range(0, 200, 100):
        held = contents(names[start : start + 100], kinds=KINDS)
        with chromium_page() as watched:
            _ready(watched, _write(tmp_path, held, names[start]))
            page = watched.page
            # Whoever the mouse rests on says who they are, and that is text, too.
            for entity in [e for e in held.entities if e.kind != "Area"][:12]:
                at = page.evaluate(
                    "id => { const p = network.canvasToDOM(network.getPosition(id));"
                    " const r = document.querySelector('#mynetwork').getBoundingClientRect();"
                    " return [p.x + r.left, p.y + r.top]; }",
                    entity.id,
                )
                page.mouse.move(*at)
                page.wait_for_timeout(220)
            assert page.locator(".vis-tooltip").count() == 1
            assert page.locator(".vis-tooltip *, td *, #mynetwork a, caption *").count() == 0
            assert page.locator("td").filter(has_text="onerror").count() > 0 or start
            assert watched.faults() == []


@pytest.mark.readers
def test_a_script_that_got_in_would_not_run(tmp_path: Path) -> None:
    path = _write(tmp_path, contents())
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<main>", "<main><script>window.__pwned=1</script>"), encoding="utf-8")
    with chromium_page() as watched:
        _ready(watched, path)
        assert "a name ran" not in watched.faults()
        assert any("script-src" in fault for fault in watched.faults())


def test_no_address_and_no_library_but_our_own_is_named() -> None:
    text = page_html(contents(), about())
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", text)
    assert "<link" not in text and "bootstrap" not in text and "cdnjs" not in text.split("<script>")[0]


def test_a_picture_of_nobody_is_made_too() -> None:
    assert "People (0)" in page_html(Contents(about().on_day, {}, False, False, (), ()), about())
