"""Exploring: search, one entity, its neighbours, what lies around, ways between two, when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.bodies import NeighbourhoodBody, SearchBody, TimelineBody
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import EntityAsked, EntityId, NeighboursAsked, PathsAsked

router = APIRouter(prefix="/api", route_class=Door, tags=["explore"])


@router.post("/search", **answers("search"))
@policy("search", "consultation")
def search(body: SearchBody, here: Here) -> JSONResponse:
    """Find people, places, groups and things by name, alias, number, reference or id."""
    from app.use_cases.exploring.searching import search as find

    return JSONResponse(find(here, body.text, kinds=body.kinds, limit=body.limit, names=body.names).body)


@router.get("/entities/{entity}", **answers("entity"))
@policy("explore", "consultation")
def entity_shown(entity: EntityId, asked: Annotated[EntityAsked, Query()], here: Here) -> JSONResponse:
    """Show what agencies say of one person, place, group, event or thing."""
    from app.use_cases.exploring.card import entity_card

    return JSONResponse(entity_card(here, entity, asked.question(), names=asked.names).body)


@router.get("/entities/{entity}/neighbours", **answers("neighbours"))
@policy("explore", "consultation")
def neighbours(entity: EntityId, asked: Annotated[NeighboursAsked, Query()], here: Here) -> JSONResponse:
    """Count the links of an entity by kind, and show some of them."""
    from app.use_cases.exploring.neighbours import neighbours as find

    kinds = tuple(dict.fromkeys(asked.kind))
    found = find(here, entity, asked.question(), kinds=kinds, limit=asked.limit, names=asked.names)
    return JSONResponse(found.body)


@router.post("/neighbourhood", **answers("neighbourhood"))
@policy("explore", "consultation")
def neighbourhood(body: NeighbourhoodBody, here: Here) -> JSONResponse:
    """Return what lies within some hops of entities, and every link between."""
    from app.use_cases.exploring.neighbourhood import neighbourhood as find

    found = find(
        here,
        body.entities,
        body.question(),
        hops=body.hops,
        kinds=tuple(dict.fromkeys(body.kinds)),
        limit=body.limit,
        places=body.places,
        names=body.names,
    )
    return JSONResponse(found.body)


@router.get("/paths", **answers("paths"))
@policy("explore", "consultation")
def paths(asked: Annotated[PathsAsked, Query()], here: Here) -> JSONResponse:
    """Return the shortest ways from one entity to another."""
    from app.use_cases.exploring.paths import paths as find

    found = find(
        here,
        asked.a,
        asked.b,
        asked.question(),
        max_hops=asked.max_hops,
        k=asked.k,
        kinds=tuple(dict.fromkeys(asked.kind)),
        names=asked.names,
    )
    return JSONResponse(found.body)


@router.post("/timeline", **answers("timeline"))
@policy("explore", "consultation")
def timeline(body: TimelineBody, here: Here) -> JSONResponse:
    """Count claims and events of entities by month."""
    from app.use_cases.exploring.timeline import timeline as find

    return JSONResponse(find(here, body.entities, body.question()).body)
