"""Signing in and out, and what a session is for."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.access import ACTIONS
from app.serving.answer_forms import answers
from app.serving.bodies import ContextBody, PasswordBody, SignInBody, SignOutBody
from app.serving.door import Door, House, Seated, house_of
from app.serving.policies import NOTHING, PUBLIC, SIGNED_IN, policy
from app.serving.short_answers import Me
from app.serving.slots import Slots
from app.sessions import Session, Working, check_recent, csrf_of, lasts
from app.use_cases.signing_in import SignedIn, begin_work, change_password, sign_in, sign_out
from graph.errors import SignInTooOldError

router = APIRouter(prefix="/api", route_class=Door, tags=["session"])

AT_ONCE: Final = 2
"""Passwords that are looked at together: each takes 64 MiB (app/passwords.py)."""

WAITING: Final = 200


@router.post("/sign-in", **answers(Me))
@policy(PUBLIC, "consultation")
async def begin(body: SignInBody, request: Request, response: Response) -> Me:
    """Sign in; doing so again with a session renews it, and keeps what it was for."""
    house = house_of(request)
    ways = {"client": _client(request), "replacing": request.cookies.get(house.cookie, "")}
    async with _turn(request):
        entered = await run_in_threadpool(sign_in, house.entrance, body.name, body.password, **ways)
    return _seated(house, entered, response)


@router.post("/sign-out", status_code=204)
@policy(SIGNED_IN, "consultation", temporary=True)
def end(body: SignOutBody, request: Request, seat: Seated) -> Response:
    """Sign out, here or everywhere."""
    house = house_of(request)
    sign_out(house.entrance, seat.token, everywhere=body.everywhere)
    left = Response(status_code=204)
    left.delete_cookie(house.cookie, secure=house.https, httponly=True, samesite="strict")
    return left


@router.get("/me", **answers(Me))
@policy(SIGNED_IN, NOTHING, temporary=True)
def me(request: Request, seat: Seated) -> Me:
    """Tell who is signed in, what for, and what they may do."""
    return _me(house_of(request), seat.session, csrf_of(seat.token))


@router.put("/context", **answers(Me))
@policy(SIGNED_IN, "consultation")
def context(body: ContextBody, request: Request, seat: Seated) -> Me:
    """State what the work is for; every read from now on inherits it."""
    house = house_of(request)
    working = Working(body.purpose, body.purpose_kind, body.reference)
    return _me(house, begin_work(house.entrance, seat.token, working), csrf_of(seat.token))


@router.post("/password", **answers(Me))
@policy(SIGNED_IN, "alteration", temporary=True)
async def password(body: PasswordBody, request: Request, response: Response, seat: Seated) -> Me:
    """Change the password; every session of the account ends, and a new one begins."""
    house, old_and_new = house_of(request), (body.old, body.new)
    async with _turn(request):
        entered = await run_in_threadpool(
            change_password, house.entrance, seat.token, *old_and_new, client=_client(request)
        )
    return _seated(house, entered, response)


def _turn(request: Request) -> AbstractAsyncContextManager[None]:
    """Wait for a turn without a thread: as many as look at passwords would be missing for answers."""
    sign_ins: Slots = request.app.state.sign_ins
    return sign_ins.held()


def _seated(house: House, entered: SignedIn, response: Response) -> Me:
    response.set_cookie(
        house.cookie, entered.token, path="/", secure=house.https, httponly=True, samesite="strict"
    )
    return _me(house, entered.session, entered.csrf)


def _me(house: House, session: Session, csrf: str) -> Me:
    account, working = session.account, session.working
    recent = False
    with suppress(SignInTooOldError):
        check_recent(session, house.entrance.clock())
        recent = True
    return Me(
        name=account.name,
        agency=account.agency,
        roles=list(account.roles),
        areas=list(account.areas),
        may=sorted({action for role in account.roles for action in ACTIONS[role]}),
        must_change_password=account.must_change,
        signed_in=datetime.fromtimestamp(session.signed_in_us // 1_000_000, tz=UTC).isoformat(),
        recent=recent,
        purpose=working.purpose,
        purpose_kind=working.purpose_kind,
        reference=working.reference,
        csrf=csrf,
        **lasts(session, house.entrance.clock())._asdict(),
    )


def _client(request: Request) -> str:
    return request.client.host if request.client else ""
