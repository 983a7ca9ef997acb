"""Peer clusters: found by an algorithm, unconfirmed, gone at the next run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from app.progress import Progress
from app.runs import Run, run_id, save_run
from app.use_cases.asking import Question, ask
from app.use_cases.naming import shown_people
from app.workspace import Answer, Workspace
from graph.measures.peer_clusters import PeerClusters, peer_clusters
from graph.measures.projection import project_ties
from graph.measures.resolution import ScanRow
from graph.measures.ties import TieGraph
from graph.model.entities import write_id
from graph.model.kinds import TIES
from graph.model.spans import day_of
from graph.view import View


class Drawable(NamedTuple):
    """What pictures of the answer are drawn from.

    Attributes
    ----------
    found : PeerClusters
        The clusters.
    ties : TieGraph
        What they were found in.
    shown : dict of int to str
        How each clustered person is shown.
    adults : frozenset of int
        Clustered people who are known to be adults.
    disputed : frozenset of int
        Links that somebody disputes.
    """

    found: PeerClusters
    ties: TieGraph
    shown: dict[int, str]
    adults: frozenset[int]
    disputed: frozenset[int]


SCHEMA: Final = "kithmap.clusters/1"
CAVEAT: Final = (
    "UNCONFIRMED. Found by an algorithm in what agencies recorded; a cluster is no peer group until a "
    "practitioner confirms one, and says nothing of what its members did or will do."
)


def find_clusters(
    workspace: Workspace,
    question: Question,
    *,
    resolution: float | None = None,
    half_life_days: float = 365.0,
    names: bool = False,
    progress: Progress = lambda _: None,
) -> Answer:
    """Find peer clusters among the people a viewer may see.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Which claims count.
    resolution : float, optional
        In median ties a pair; found by a scan when left out.
    half_life_days : float, optional
        Days in which a tie loses half its weight.
    names : bool, optional
        Names instead of initials, by right.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        Clusters with members, ties, stability; the scan of resolutions; the caveat.
    """
    if names:
        workspace.permit("names")

    def _find(view: View) -> Answer:
        progress("finding peer clusters")
        on_day = question.day(workspace)
        filters = question.filters
        people = view.store.entities(view.scope, "Person", filters)
        links = view.store.link_table(view.scope, kinds=(*TIES, "INVOLVED_IN"), filters=filters)
        ties = project_ties(
            links, people=people, on_day=on_day, half_life_days=half_life_days, sighting_is_tie=False
        )
        minors = view.minors_on(day_of(on_day), ties.people)
        found = peer_clusters(ties, resolution=resolution, minors=minors)
        parameters = {
            **question.described(),
            "on_day": day_of(on_day).isoformat(),
            "half_life_days": half_life_days,
            "resolution_asked": resolution,
        }
        run = run_id(view, "clusters", parameters)
        evidence, held = _evidence(found, ties), sorted(view.rights_held)
        save_run(workspace.folder, Run(run, "clusters", view.rights, question.described(), evidence, held))
        clustered = found.people[found.cluster >= 0].tolist()
        shown = shown_people(view, clustered, names=names)
        body = _body(view, found, run, parameters, shown)
        drawn = Drawable(
            found,
            ties,
            shown,
            frozenset(ties.people[~minors].tolist()) & frozenset(clustered),
            frozenset(links.link_id[links.disputed].tolist()),
        )
        return Answer(body, clustered, {"clusters": len(found), "data_version": view.data_version}, drawn)

    return ask(workspace, "clusters", question, find=_find, progress=progress)


def _evidence(found: PeerClusters, ties: TieGraph) -> list[dict[str, Any]]:
    inside = found.cluster[ties.i]
    same = np.flatnonzero((inside >= 0) & (inside == found.cluster[ties.j]))
    rows: list[dict[str, Any]] = [
        {"entities": found.members(n).tolist(), "links": []} for n in range(len(found))
    ]
    for tie in same.tolist():
        held = slice(ties.evidence_from[tie], ties.evidence_from[tie + 1])
        links = {*ties.evidence_a[held].tolist(), *ties.evidence_b[held].tolist()}
        rows[inside[tie]]["links"].extend(links)
    for row in rows:
        row["links"] = sorted(set(row["links"]))
    return rows


def _rows(view: View, found: PeerClusters, run: str, shown: Mapping[int, str]) -> list[dict[str, Any]]:
    pointed = view.pointers(found.people[found.cluster >= 0].tolist())
    rows = []
    for n in range(len(found)):
        members = found.members(n).tolist()
        rows.append(
            {
                "id": f"{run}-{n + 1}",
                "people": int(found.size[n]),
                "children_or_age_unknown": int(found.n_minors[n]),
                "ties": int(found.n_ties[n]),
                "undated_ties": int(found.undated_ties[n]),
                "copresence_ties": int(found.copresence_ties[n]),
                "density": round(float(found.density[n]), 4),
                "stability": round(float(found.stability[n]), 4),
                "members": [{"id": write_id(person), "shown_as": shown[person]} for person in members],
                "restricted": [
                    {"person": write_id(p.entity), "contact": p.owner, "reference": p.reference}
                    for p in pointed
                    if p.entity in set(members)
                ],
            }
        )
    return rows


def _body(
    view: View, found: PeerClusters, run: str, parameters: dict[str, Any], shown: Mapping[int, str]
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "data_version": view.data_version,
        "sentence": f"{_sentence(len(found))}; {len(found.people):,} people looked at",
        "caveat": CAVEAT,
        "parameters": {**parameters, "resolution": _number(found.resolution), "seeds": list(found.seeds)},
        "left_out": {"unstable": found.unstable, "as_by_chance": found.by_chance},
        "scan": [_scanned(row) for row in found.scan],
        "notes": list(found.notes),
        "rows": _rows(view, found, run, shown),
    }


def _sentence(count: int) -> str:
    if not count:
        return "no peer cluster stands out"
    return f"{count} peer cluster{'s' * (count > 1)}, unconfirmed"


def _scanned(row: ScanRow) -> dict[str, Any]:
    return {
        "resolution": round(row.resolution, 6),
        "clusters": row.clusters,
        "share_of_people": round(row.clustered_share, 4),
        "agreement": _number(row.agreement),
        "significance": _number(row.significance),
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
