"""Cross-border: what pairs of areas share, so that the right people talk to each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.progress import Progress
from app.runs import Run, run_id, save_run
from app.use_cases.asking import COUNTED_SORTS, Question, ask
from app.use_cases.naming import shown_people
from app.workspace import Answer, Workspace
from graph.errors import EntityNotFoundError, OutsideAreaError
from graph.measures.area_matrix import UNKNOWN_AREA, AreaMatrix, area_matrix
from graph.measures.area_matrix import flows as flows_of
from graph.measures.cross_border import (
    BASES,
    AreaTies,
    border_ties,
    people_across,
    people_matrix,
    shared_things,
    tie_matrix,
)
from graph.measures.projection import project_ties
from graph.measures.ties import TieGraph
from graph.model.entities import write_id
from graph.model.kinds import CAPACITY_CODES, LINKS, TIES
from graph.model.links import Int64, LinkTable
from graph.store.contract import DrawnArea, Occurrences
from graph.view import View

SCHEMA: Final = "kithmap.cross-border/1"
UNKNOWN: Final = "unknown"
OUTSIDE: Final = "outside the areas loaded"
CAVEAT: Final = (
    "Counts of what agencies recorded: an area that records more shows more. An unknown area is not an "
    "area without anybody."
)
_STATED: Final = {"home": "home", "responsible": "responsible", "stated": "seen", "found": "seen"}
_PLACES: Final = {"LIVES_AT": "home", "FREQUENTS": "seen", "HARMED_AT": "seen"}
_NOT_NAMES: Final = frozenset({"police", "constabulary", "service", "force", "of", "and", "the"})


@dataclass(frozen=True, slots=True)
class Ground:
    """What the measures take: people, ties and areas of one kind."""

    labels: tuple[str, ...]
    loaded: tuple[DrawnArea, ...]
    people: Int64
    ties: TieGraph
    areas: AreaTies
    occurrences: Occurrences
    occurred: Int64


def find_cross_border(
    workspace: Workspace,
    question: Question,
    *,
    kind: str = "lad",
    names: bool = False,
    progress: Progress = lambda _: None,
) -> Answer:
    """Find what pairs of areas share: people, ties, and incidents over the border.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Which claims count.
    kind : str, optional
        Kind of area.
    names : bool, optional
        Names instead of initials, by right.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        Pairs of areas; people with areas on home, seen and responsible apart; matrices and flows.

    Raises
    ------
    OutsideAreaError
        No areas of this kind are loaded.
    """
    if names:
        workspace.permit("names")

    def _find(view: View) -> Answer:
        progress("looking across borders")
        ground = ground_of(workspace, view, question, kind)
        parameters = {**question.described(), "kind": kind}
        run, pairs = saved_pairs(workspace, view, question, kind, ground)
        across = people_across(ground.people, ground.areas)
        people = np.unique(across.subject).tolist()
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": _sentence(len(people), _crossing(ground), len(pairs)),
            "caveat": CAVEAT,
            "parameters": parameters,
            "rows": _rows(view, ground, run, pairs),
            "people": _people(view, ground, across, names),
            "home_by_seen": _table(ground, people_matrix(ground.people, ground.areas)),
            "home_by_responsible": _table(
                ground, people_matrix(ground.people, ground.areas, column_basis="responsible")
            ),
            "ties_by_home": _table(ground, tie_matrix(ground.ties, ground.areas)),
            "incidents": _incidents(view, ground),
        }
        detail = {"pairs": len(pairs), "people": len(people), "data_version": view.data_version}
        return Answer(body, people, detail, ground)

    return ask(workspace, "cross_border", question, find=_find, progress=progress)


def _rows(
    view: View, ground: Ground, run: str, pairs: Sequence[tuple[int, int, int, int]]
) -> list[dict[str, Any]]:
    rows = []
    for n, (a, b, people, ties) in enumerate(pairs, 1):
        codes = {"area_a": code_of(ground, a), "area_b": code_of(ground, b)}
        names = {f"name_{side[-1]}": area_name(view, code) for side, code in codes.items()}
        rows.append({"id": f"{run}-{n}", **codes, **names, "people": people, "ties": ties})
    return rows


def _sentence(people: int, ties: int, pairs: int) -> str:
    return f"{people:,} people and {ties:,} ties across borders; {pairs:,} pairs of areas share something"


def ground_of(workspace: Workspace, view: View, question: Question, kind: str) -> Ground:
    """Return people, ties and areas as the measures take them.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    view : View
        The viewer's.
    question : Question
        Which claims count.
    kind : str
        Kind of area.

    Returns
    -------
    Ground
        Codes of areas are positions in ``labels``.

    Raises
    ------
    OutsideAreaError
        Nothing says where anybody or anything is.
    """
    filters = question.filters
    people = view.store.entities(view.scope, "Person", filters)
    kinds = (*TIES, "INVOLVED_IN", "IN", *_PLACES)
    links = view.store.link_table(view.scope, kinds=kinds, filters=filters)
    loaded = [area for area in view.areas if area.kind == kind]
    latest = max((area.vintage for area in loaded), default="")
    loaded = [area for area in loaded if area.vintage == latest]
    newest = {area.id: area.code for area in loaded}
    stated = view.store.area_codes()
    named = {int(end): stated[int(end)] for end in np.unique(links.b[links.predicate == LINKS["IN"].code])}
    labels = tuple(sorted({*newest.values(), *named.values()}))
    if not labels:
        raise OutsideAreaError(
            f"no {kind} areas are loaded and no record names one: kithmap areas load FILE --kind {kind}"
        )
    at = {code: number for number, code in enumerate(labels)}
    occurrences = view.store.occurrences(view.scope, filters=filters)
    occurred = np.array([_first(held, newest, at) for held in occurrences.areas], dtype=np.int64)
    ties = project_ties(links, people=people, on_day=question.day(workspace), sighting_is_tie=False)
    rows = _stated(links, {end: at[code] for end, code in named.items()}, people)
    rows += _met(links, occurrences, occurred, people)
    rows += _lived(view, question, links, newest, at)
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 5)
    areas = AreaTies(
        table[:, 0], table[:, 1], table[:, 2].astype(np.int16), table[:, 3].astype(np.int32), table[:, 4]
    )
    return Ground(labels, tuple(loaded), people, ties, areas, occurrences, occurred)


def _first(held: tuple[int, ...], newest: dict[int, str], at: dict[str, int]) -> int:
    return next((at[newest[area]] for area in held if area in newest), UNKNOWN_AREA)


Rows = list[tuple[int, int, int, int, int]]


def _stated(links: LinkTable, areas: dict[int, int], people: Int64) -> Rows:
    bases = {CAPACITY_CODES[word]: BASES.index(basis) for word, basis in _STATED.items()}
    rows = np.flatnonzero((links.predicate == LINKS["IN"].code) & np.isin(links.a, people))
    return [
        _row(links, r, areas[int(links.b[r])], bases[int(links.capacity[r])])
        for r in rows.tolist()
        if int(links.capacity[r]) in bases
    ]


def _row(links: LinkTable, r: int, area: int, basis: int) -> tuple[int, int, int, int, int]:
    return (int(links.a[r]), area, basis, int(links.last_confirmed[r]), int(links.link_id[r]))


def _met(links: LinkTable, occurrences: Occurrences, occurred: Int64, people: Int64) -> Rows:
    where = {int(event): int(area) for event, area in zip(occurrences.event, occurred, strict=True)}
    rows = np.flatnonzero((links.predicate == LINKS["INVOLVED_IN"].code) & np.isin(links.a, people))
    seen = BASES.index("seen")
    return [
        _row(links, r, where[int(links.b[r])], seen)
        for r in rows.tolist()
        if where.get(int(links.b[r]), UNKNOWN_AREA) != UNKNOWN_AREA
    ]


def _lived(
    view: View, question: Question, links: LinkTable, newest: dict[int, str], at: dict[str, int]
) -> Rows:
    codes = {LINKS[name].code: BASES.index(basis) for name, basis in _PLACES.items()}
    rows = np.flatnonzero(np.isin(links.predicate, list(codes)))
    if not len(rows):
        return []
    places = view.store.locations(view.scope, filters=question.filters)
    where = {int(p): _first(held, newest, at) for p, held in zip(places.location, places.areas, strict=True)}
    return [
        _row(links, r, where[int(links.b[r])], codes[int(links.predicate[r])])
        for r in rows.tolist()
        if where.get(int(links.b[r]), UNKNOWN_AREA) != UNKNOWN_AREA
    ]


def saved_pairs(
    workspace: Workspace, view: View, question: Question, kind: str, ground: Ground
) -> tuple[str, list[tuple[int, int, int, int]]]:
    """Return the pairs of areas that share something, kept as a run whose rows can be asked about.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    view : View
        The viewer's.
    question : Question
        Which claims count.
    kind : str
        Kind of area.
    ground : Ground
        As ``ground_of`` gives it for the same question.

    Returns
    -------
    tuple of (str, list of tuple)
        Id of the run; and the two areas (positions in ``labels``), people and ties of each pair, most first.
    """
    pairs = _pairs(ground)
    run = run_id(view, "cross-border", {**question.described(), "kind": kind})
    kept = [{"areas": [code_of(ground, a), code_of(ground, b)], "kind": kind} for a, b, *_ in pairs]
    held = sorted(view.rights_held)
    save_run(workspace.folder, Run(run, "cross-border", view.rights, question.described(), kept, held))
    return run, pairs


def _pairs(ground: Ground) -> list[tuple[int, int, int, int]]:
    """Return pairs of areas that share something: the two, people, ties; most first."""
    people: dict[tuple[int, int], set[int]] = {}
    across = people_across(ground.people, ground.areas)
    for person in np.unique(across.subject).tolist():
        areas = np.unique(across.area[across.subject == person]).tolist()
        for n, a in enumerate(areas):
            for b in areas[n + 1 :]:
                people.setdefault((a, b), set()).add(person)
    border = border_ties(ground.ties, ground.areas)
    ties: dict[tuple[int, int], set[int]] = {}
    for row in np.flatnonzero(border.crosses).tolist():
        low, high = sorted((int(border.area_a[row]), int(border.area_b[row])))
        ties.setdefault((low, high), set()).add(int(border.tie[row]))
    found = [(*pair, len(people.get(pair, ())), len(ties.get(pair, ()))) for pair in sorted({*people, *ties})]
    return sorted(found, key=lambda row: (-row[2] - row[3], row[0], row[1]))


def _crossing(ground: Ground) -> int:
    border = border_ties(ground.ties, ground.areas)
    return len(np.unique(border.tie[border.crosses]))


def _people(view: View, ground: Ground, across: AreaTies, names: bool) -> list[dict[str, Any]]:
    people = np.unique(across.subject).tolist()
    shown = shown_people(view, people, names=names)
    rows = []
    for person in people:
        mine = across.take(np.flatnonzero(across.subject == person))
        bases = {
            basis: sorted(
                {code_of(ground, int(area)) for area in mine.area[mine.basis == BASES.index(basis)]}
            )
            for basis in ("home", "seen", "responsible")
        }
        rows.append({"id": write_id(person), "shown_as": shown[person], **bases})
    return rows


def _incidents(view: View, ground: Ground) -> dict[str, Any]:
    """Who reported incidents where, and flows over the borders of forces that are loaded."""
    counted = np.flatnonzero(np.isin(ground.occurrences.sort, COUNTED_SORTS))
    reporters, row = np.unique(ground.occurrences.reporter[counted], return_inverse=True)
    counts = np.zeros((len(reporters), len(ground.labels) + 1), dtype=np.int64)
    np.add.at(counts, (row, ground.occurred[counted]), 1)
    held = np.flatnonzero(counts.any(axis=0))
    columns = [*ground.labels, OUTSIDE]
    return {
        "reported_by": [str(name) for name in reporters],
        "occurred_in": [columns[n] for n in held],
        "names": [area_name(view, columns[n]) or columns[n] for n in held],
        "counts": counts[:, held].tolist(),
        "over_force_borders": _over_borders(view, ground, counted, [str(name) for name in reporters], row),
    }


def _over_borders(
    view: View, ground: Ground, counted: Int64, reporters: list[str], row: Int64
) -> dict[str, Any]:
    forces = {area.id: area for area in view.areas if area.kind == "force"}
    if not forces:
        return {"sentence": "load force areas to see incidents over force borders", "flows": []}
    by_words = {_words(area.name): number for number, area in enumerate(forces.values())}
    names = [area.name for area in forces.values()]
    number = {identifier: n for n, identifier in enumerate(forces)}
    own = np.array([by_words.get(_words(name), UNKNOWN_AREA) for name in reporters], dtype=np.int64)
    areas = [ground.occurrences.areas[n] for n in counted.tolist()]
    at = [next((number[a] for a in held if a in number), UNKNOWN_AREA) for held in areas]
    occurred = np.array(at, dtype=np.int64)
    matrix = area_matrix(np.arange(len(row)), own[row] if len(row) else occurred, occurred)
    flows: list[dict[str, Any]] = [
        {
            "from": UNKNOWN if flow.from_area == UNKNOWN_AREA else names[flow.from_area],
            "to": OUTSIDE if flow.to_area == UNKNOWN_AREA else names[flow.to_area],
            "incidents": flow.count,
        }
        for flow in flows_of(matrix)
    ]
    unmatched = [name for name, force in zip(reporters, own, strict=True) if force == UNKNOWN_AREA]
    sentence = f"{sum(f['incidents'] for f in flows):,} incidents lie outside the reporting force's area"
    if unmatched:
        sentence += f"; no force area is named like {', '.join(unmatched)}"
    return {"sentence": sentence, "flows": flows}


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", name.lower())) - _NOT_NAMES


def _table(ground: Ground, matrix: AreaMatrix) -> dict[str, Any]:
    codes = [code_of(ground, int(area)) for area in matrix.areas]
    return {
        "areas": codes,
        "counts": matrix.counts.tolist(),
        "flows": [
            {"from": code_of(ground, f.from_area), "to": code_of(ground, f.to_area), "count": f.count}
            for f in flows_of(matrix)
        ],
    }


def code_of(ground: Ground, area: int) -> str:
    """Return the code of an area of the measures.

    Parameters
    ----------
    ground : Ground
        What they took.
    area : int
        Position in its ``labels``.

    Returns
    -------
    str
        ``unknown`` where no record says.
    """
    return UNKNOWN if area == UNKNOWN_AREA else ground.labels[area]


def area_name(view: View, code: str) -> str:
    """Return the name of an area.

    Parameters
    ----------
    view : View
        The viewer's.
    code : str
        Of the area.

    Returns
    -------
    str
        Empty where no area loaded has the code.
    """
    return next((area.name for area in view.areas if area.code == code and area.name), "")


def links_of_pair(
    workspace: Workspace, view: View, question: Question, kind: str, pair: tuple[str, str]
) -> tuple[list[int], list[int]]:
    """Return the links and people behind one pair of areas.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    view : View
        The viewer's.
    question : Question
        Which claims count.
    kind : str
        Kind of area.
    pair : tuple of str
        Codes of the two areas.

    Returns
    -------
    tuple of two lists of int
        Links; people, and people at the ends of ties.

    Raises
    ------
    EntityNotFoundError
        One of the two is no longer an area that anything is in.
    """
    ground = ground_of(workspace, view, question, kind)
    if not set(pair) <= set(ground.labels):
        raise EntityNotFoundError("no row with this id: run the measure again")
    a, b = (ground.labels.index(code) for code in pair)
    shared = shared_things(a, b, ties=ground.ties, areas=ground.areas)
    ends = np.concatenate((ground.ties.i[shared.ties], ground.ties.j[shared.ties]))
    people = np.union1d(shared.people, ground.ties.people[ends])
    return shared.link_id.tolist(), people.tolist()
