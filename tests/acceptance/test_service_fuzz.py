"""Whatever is sent to any operation, in any role: no fault, and an answer of the form that is described."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.application import create_service
from app.serving.door import CSRF_HEADER
from app.sessions import Working
from app.use_cases.signing_in import begin_work, open_entrance, sign_in
from tests.app.front_door import PASSWORD, quick_hashes
from tests.app.serving.callers import ORIGIN, account, opened
from tests.app.serving.tour import Ids, gone, peopled, prepared

EXAMPLES = int(os.environ.get("KITHMAP_FUZZ_EXAMPLES", "10"))
"""Of each operation, role and mode; 200 is what a release is held to."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDS_THE_SESSION = ("/api/sign-in", "/api/sign-out", "/api/password")
ROLES = ("analyst", "op_group", "ig_auditor")


class Fuzzed:
    """A service, its description, and a session of a role."""

    def __init__(self, service: Any, ids: Ids) -> None:
        document = service.openapi()
        self.schema = schemathesis.openapi.from_dict(document)
        self.schema.app = service
        self.schema.config.update(base_url=ORIGIN)
        self.ids = ids
        self.sessions: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        self.statuses: Counter[int] = Counter()

    def operations(self) -> Iterator[Any]:
        """Return every operation."""
        for found in self.schema.get_all_operations():
            assert isinstance(found, Ok), found
            yield found.ok()


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Fuzzed]:
    """Return a service in which there is something of each sort."""
    desk = peopled()
    with quick_hashes():
        with opened(desk) as at:
            ids = prepared(at, at.enter("ash"))
        for role in ROLES:
            account(desk, f"a.{role}", [role])
        service = create_service(desk.folder, clock=desk.clock)
        made = Fuzzed(service, ids)
        with open_entrance(desk.folder, desk.clock) as entrance:
            for role in ROLES:
                entered = sign_in(entrance, f"a.{role}", PASSWORD)
                begin_work(entrance, entered.token, Working("review", "law_enforcement", ""))
                made.sessions[role] = ({CSRF_HEADER: entered.csrf}, {"kithmap-dev": entered.token})
        yield made
    gone(desk)


def _with_real_ids(case: Any, ids: Ids) -> None:
    """Put ids that are there where made-up ones stand."""
    known = ids._asdict()
    for name in case.path_parameters or ():
        if name in known:
            case.path_parameters[name] = known[name]
        if name == "entity":
            case.path_parameters[name] = ids.person
    if case.path == "/api/paths" and case.query:
        case.query = {**case.query, "a": ids.person, "b": ids.other}
    if isinstance(case.body, dict):
        for name in ("row", "subject"):
            if name in case.body:
                case.body[name] = ids.row
        if "entities" in case.body:
            case.body["entities"] = [ids.person, ids.other]
        if "around" in case.body:
            case.body["around"] = ids.person


def _sent(fuzzed: Fuzzed, cases: Any, headers: dict[str, str], cookies: dict[str, str]) -> None:
    @seed(1)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases, real=st.booleans())
    def _one(case: Any, real: bool) -> None:
        if real:
            _with_real_ids(case, fuzzed.ids)
        answer = case.call(headers=headers, cookies=cookies)
        fuzzed.statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    _one()


@pytest.mark.slow
@pytest.mark.timeout(300 + 15 * EXAMPLES)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("role", ROLES)
def test_no_request_breaks_the_service(fuzzed: Fuzzed, role: str, mode: GenerationMode) -> None:
    for operation in fuzzed.operations():
        if mode == GenerationMode.NEGATIVE and not _can_be_wrong(operation):
            continue
        session = ({}, {}) if operation.path in ENDS_THE_SESSION else fuzzed.sessions[role]
        _sent(fuzzed, operation.as_strategy(generation_mode=mode), *session)


def _can_be_wrong(operation: Any) -> bool:
    return bool(operation.path_parameters or operation.query or operation.body)


@pytest.mark.slow
def test_requests_got_as_far_as_answers_and_refusals(fuzzed: Fuzzed) -> None:
    assert {200, 403, 404, 422} <= set(fuzzed.statuses), fuzzed.statuses
    assert fuzzed.statuses[200] > 50 and sum(fuzzed.statuses.values()) > 500
