"""Peer clusters: found by an algorithm, unconfirmed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import ClustersAsked, Naming, RowId

router = APIRouter(prefix="/api", route_class=Door, tags=["measures"])


@router.get("/clusters", **answers("clusters"))
@policy("clusters", "consultation", heavy=True)
def clusters(asked: Annotated[ClustersAsked, Query()], here: Here) -> JSONResponse:
    """Find peer clusters among the people the viewer may see."""
    from app.use_cases.clusters import find_clusters

    found = find_clusters(
        here,
        asked.question(),
        resolution=asked.resolution,
        half_life_days=asked.half_life_days,
        names=asked.names,
    )
    return JSONResponse(found.body)


@router.get("/clusters/{row}/ties", **answers("ties"))
@policy("clusters", "consultation")
def cluster_ties(row: RowId, asked: Annotated[Naming, Query()], here: Here) -> JSONResponse:
    """Tell the ties of a peer cluster pair by pair, in words."""
    from app.use_cases.pair_ties import ties_of_cluster

    return JSONResponse(ties_of_cluster(here, row, names=asked.names).body)
