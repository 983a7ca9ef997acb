"""The service describes itself whole: a form and an example for every operation, and both true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.serving.answer_forms import answer_forms, shipped
from tests.app.serving.callers import Open, opened

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the description as somebody who is signed in gets it."""
    with opened(tmp_path_factory.mktemp("forms")) as at:
        return _document(at)


def _document(at: Open) -> dict[str, Any]:
    caller = at.caller()
    assert caller.get("/openapi.json").status_code == 401
    caller.sign_in("ash")
    found: dict[str, Any] = caller.get("/openapi.json").json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def _check(document: dict[str, Any], form: dict[str, Any], example: Any) -> None:
    whole = {**form, "components": document["components"]}
    jsonschema.Draft202012Validator(whole).validate(example)


def test_every_operation_has_words_a_form_and_a_true_example_of_its_answer(document: dict[str, Any]) -> None:
    count = 0
    for name, operation in _operations(document):
        assert operation["description"] and operation["operationId"] and operation["tags"], name
        assert "default" in operation["responses"] and "422" not in operation["responses"], name
        told = {status: said for status, said in operation["responses"].items() if status != "default"}
        assert len(told) == 1, name
        for status, said in told.items():
            assert ("content" in said) is (status != "204"), name
            for kind, content in said.get("content", {}).items():
                assert "example" in content, (name, kind)
                _check(document, content["schema"], content["example"])
                count += 1
    assert count > 35


def test_every_operation_with_a_body_has_a_true_example_of_it(document: dict[str, Any]) -> None:
    count = 0
    for name, operation in _operations(document):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            form = content["schema"]
            if "$ref" not in form:
                assert kind == "application/octet-stream" and content["example"], name
                continue
            held = document["components"]["schemas"][form["$ref"].rpartition("/")[2]]
            assert held["additionalProperties"] is False and held["examples"], name
            _check(document, form, held["examples"][0])
            count += 1
    assert count == 17


def test_every_text_of_a_request_has_a_longest_length(document: dict[str, Any]) -> None:
    def _texts(form: Any) -> Iterator[dict[str, Any]]:
        if isinstance(form, dict):
            if form.get("type") == "string":
                yield form
            for part in form.values():
                yield from _texts(part)
        elif isinstance(form, list):
            for part in form:
                yield from _texts(part)

    forms: list[Any] = [p for _, op in _operations(document) for p in op.get("parameters", [])]
    schemas = document["components"]["schemas"]
    forms += [form for name, form in schemas.items() if name.endswith("Body")]
    texts = [text for form in forms for text in _texts(form)]
    assert len(texts) > 40
    for text in texts:
        assert {"maxLength", "pattern", "format", "enum", "const"} & set(text), text


def test_every_operation_says_who_may_use_it(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        unsafe = not name.startswith("GET")
        wanted: list[dict[str, list[str]]] = [{"session": [], "csrf": []} if unsafe else {"session": []}]
        if operation["x-kithmap-policy"] == "public":
            wanted = []
        assert operation["security"] == wanted, name
        assert operation["x-kithmap-audit"]


def test_the_forms_are_those_of_the_documentation(document: dict[str, Any]) -> None:
    assert {path.stem for path in (DOCS / "schemas").glob("*.json")} <= set(answer_forms())
    assert shipped("methods") == DOCS / "methods"
    for form in answer_forms().values():
        jsonschema.Draft202012Validator.check_schema(form)
    with pytest.raises(FileNotFoundError, match="not whole"):
        shipped("nothing")
    assert document["openapi"].startswith("3.1")
