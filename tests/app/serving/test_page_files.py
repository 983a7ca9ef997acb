"""The built pages as the service sends them: the same for everybody, whole, and nothing beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.routes import pages
from tests.app.serving.callers import Open, opened


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Return a service."""
    with opened(tmp_path_factory.mktemp("served")) as made:
        yield made


def test_the_page_and_all_that_it_names_are_sent_to_whoever_asks(at: Open) -> None:
    caller = at.caller()
    page = caller.get("/")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    named = re.findall(r'(?:src|href)="\./([^"]+)"', page.text)
    assert len(named) >= 3
    assert "<style" not in page.text and not re.search(r"<script(?![^>]*\ssrc=)", page.text)
    for name in named:
        answer = caller.get(f"/{name}")
        assert answer.status_code == 200, name
        if name.startswith("assets/"):
            assert "immutable" in answer.headers["cache-control"]


def test_every_script_and_style_has_its_type(at: Open) -> None:
    for path in (pages.STATIC / "assets").iterdir():
        answer = at.caller().get(f"/assets/{path.name}")
        kinds = {".js": "text/javascript", ".css": "text/css"}
        assert answer.headers["content-type"].partition(";")[0] == kinds[path.suffix]
        assert answer.content == path.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/assets/nothing.js", "/assets/..%2findex.html", "/assets/%2e%2e/index.html", "/assets/", "/assets",
        "/.built-from", "/index.html", "/assets/.hidden.js", "/assets/index.html", "/peer-groups",
    ],
)  # fmt: skip
def test_nothing_else_is_sent(at: Open, path: str) -> None:
    answer = at.caller().get(path)
    assert answer.status_code in (400, 404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_service_without_pages_says_so_and_answers_still(
    at: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    answer = at.caller().get("/")
    assert answer.status_code == 503
    assert "has no pages" in answer.json()["detail"]
    assert at.caller().get("/api/health").status_code == 200


def test_the_pages_are_small_and_name_no_other_machine() -> None:
    import gzip

    files = [path for path in pages.STATIC.rglob("*") if path.is_file()]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= 350_000
    known = ("http://www.w3.org/", "https://svelte.dev/")
    for path in files:
        if path.suffix in (".js", ".css", ".html", ".svg"):
            named = re.findall(r"https?://[\w./-]+", path.read_text("utf-8"))
            assert all(address.startswith(known) for address in named), (path.name, named)
