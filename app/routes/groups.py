"""Peer groups: listed, shown, confirmed, changed, dissolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.bodies import ChangeBody, ConfirmBody, DissolveBody
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import EntityAsked, EntityId, GroupsAsked
from app.serving.short_answers import GroupDone
from app.use_cases.asking import Question

if TYPE_CHECKING:
    from app.use_cases.confirming.writing import Done

router = APIRouter(prefix="/api/groups", route_class=Door, tags=["peer groups"])


@router.get("", **answers("groups"))
@policy("groups", "consultation")
def groups(asked: Annotated[GroupsAsked, Query()], here: Here) -> JSONResponse:
    """List the peer groups, those to be reviewed first at the top."""
    from app.use_cases.group_answers import list_groups

    return JSONResponse(list_groups(here, Question(known_on=asked.known_on), names=asked.names).body)


@router.get("/{group}", **answers("groups"))
@policy("groups", "consultation")
def group_shown(group: EntityId, asked: Annotated[GroupsAsked, Query()], here: Here) -> JSONResponse:
    """Show one peer group: members, ties, and what was done to it."""
    from app.use_cases.group_answers import show_group

    found = show_group(here, group, Question(known_on=asked.known_on), names=asked.names)
    return JSONResponse(found.body)


@router.get("/{group}/ties", **answers("ties"))
@policy("groups", "consultation")
def group_ties(group: EntityId, asked: Annotated[EntityAsked, Query()], here: Here) -> JSONResponse:
    """Tell the ties of a peer group pair by pair, in words."""
    from app.use_cases.pair_ties import ties_of_group

    return JSONResponse(ties_of_group(here, group, asked.question(), names=asked.names).body)


@router.post("", **answers(GroupDone, status=201))
@policy("groups", "alteration", recent=True)
def group_confirmed(body: ConfirmBody, here: Here) -> GroupDone:
    """Confirm a peer group, beginning with a row of a run of clusters, or with named people alone."""
    from app.use_cases.confirming.acts import confirm

    return _told(confirm(here, **body.model_dump()))


@router.patch("/{group}", **answers(GroupDone))
@policy("groups", "alteration", recent=True)
def group_changed(group: EntityId, body: ChangeBody, here: Here) -> GroupDone:
    """Change a peer group; what it was is kept."""
    from app.use_cases.confirming.acts import change

    return _told(change(here, group, **body.model_dump()))


@router.post("/{group}/dissolve", **answers(GroupDone))
@policy("groups", "alteration", recent=True)
def group_dissolved(group: EntityId, body: DissolveBody, here: Here) -> GroupDone:
    """Dissolve a peer group: nobody is a member any more, and it is kept with its history."""
    from app.use_cases.confirming.acts import dissolve

    return _told(dissolve(here, group, reason=body.reason))


def _told(done: Done) -> GroupDone:
    return GroupDone(group=done.group, members=done.members, review=done.review.isoformat())
