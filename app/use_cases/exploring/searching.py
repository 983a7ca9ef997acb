"""Search: people, places, groups and things by what agencies call them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.progress import Progress
from app.use_cases.asking import Question, ask
from app.use_cases.exploring.shown import Showing, check_number, entity_rows, pointer_rows, showing
from app.workspace import Answer, Workspace
from graph.errors import EntityNotFoundError, UnknownKindError
from graph.model.entities import read_id
from graph.model.kinds import ENTITIES
from graph.model.spans import day_of
from graph.model.words import words_of
from graph.store.contract import Description
from graph.view import View
from ingest.references import mentions_of

SCHEMA: Final = "kithmap.search/1"
MOST_LETTERS: Final = 200
"""Letters of a search; nothing that is found by its words has more."""
MOST_LISTED: Final = 1_000
"""Above so many, only what fits exactly is listed: a list that long is read by nobody."""
FEWEST_LETTERS: Final = 2
_NONE: Final = "nothing that you may see begins like this"


@dataclass(slots=True)
class _Found:
    """Why one entity was found."""

    exact: bool = False
    by: set[str] = field(default_factory=set)
    claims: list[int] = field(default_factory=list)


def search(
    workspace: Workspace,
    text: str,
    *,
    kinds: Collection[str] = (),
    limit: int = 20,
    names: bool = False,
    progress: Progress = lambda _: None,
) -> Answer:
    """Find entities by name, alias, number, reference or id.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    text : str
        Words in any order, each the beginning of one; case, accents and the marks inside words do not
        matter. An agency's own reference and an id are found whole.
    kinds : collection of str, optional
        Only these kinds of entity.
    limit : int, optional
        Most rows.
    names : bool, optional
        Names instead of initials, by right.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        What fits exactly first, then by what is shown. The audit log holds a keyed hash of the text.

    Raises
    ------
    UnknownKindError
        A kind that the dictionary lacks.
    ModelError
        A limit below 0 or above 1,000.

    Notes
    -----
    Only values that the viewer may see are looked at. That nothing is found does not mean that nobody
    holds anything.
    """
    check_number("limit", limit, MOST_LISTED)
    unknown = sorted(set(kinds) - set(ENTITIES))
    if unknown:
        raise UnknownKindError(f"{', '.join(unknown)}: no kind of the dictionary")
    how = showing(workspace, Question(), names=names)

    def _find(view: View) -> Answer:
        words = words_of(text[:MOST_LETTERS])
        wrong = _wrong(text, "".join(words.whole))
        found = {} if wrong else _found(view, text)
        what = view.store.described(view.scope, found)
        wanted = {e: why for e, why in found.items() if not kinds or what[e].kind in kinds}
        rows = _rows(view, _listed(wanted), how)
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": wrong or _sentence(wanted, rows[:limit]),
            "on_day": day_of(how.day).isoformat(),
            "parameters": {"kinds": sorted(kinds), "limit": limit},
            "found": len(wanted),
            "counts": _counts(what, wanted),
            "rows": rows[:limit],
            "restricted": pointer_rows(view, [read_id(row["id"]) for row in rows[:limit]]),
        }
        asked = view.keyed("search", *sorted(words.whole))
        detail: dict[str, object] = {
            "text": asked,
            "letters": len(text),
            "found": len(wanted),
            "kinds": sorted(kinds),
        }
        return Answer(body, [read_id(row["id"]) for row in rows[:limit]], detail)

    return ask(workspace, "search", Question(), find=_find, progress=progress)


def _wrong(text: str, letters: str) -> str:
    if len(text) > MOST_LETTERS:
        return f"a search has at most {MOST_LETTERS} letters"
    if len(letters) < FEWEST_LETTERS and letters.isascii():
        return f"a search needs at least {FEWEST_LETTERS} letters or digits"
    return ""


def _found(view: View, text: str) -> dict[int, _Found]:
    found: dict[int, _Found] = {}
    for match in view.found(text):
        why = found.setdefault(match.entity, _Found())
        why.exact |= match.exact
        why.claims.append(match.claim)
    for entity in view.mentioned(mentions_of(text, view.controllers)):
        why = found.setdefault(entity, _Found())
        why.exact = True
        why.by.add("reference")
    for entity in _with_id(view, text):
        why = found.setdefault(entity, _Found())
        why.exact = True
        why.by.add("id")
    return found


def _with_id(view: View, text: str) -> list[int]:
    try:
        return [view.store.entity(view.scope, read_id(text.strip().lower())).id]
    except EntityNotFoundError:
        return []


def _listed(wanted: Mapping[int, _Found]) -> dict[int, _Found]:
    many = len(wanted) > MOST_LISTED
    return {entity: why for entity, why in wanted.items() if why.exact or not many}


def _rows(view: View, wanted: Mapping[int, _Found], how: Showing) -> list[dict[str, Any]]:
    claims = sorted({claim for why in wanted.values() for claim in why.claims})
    said = {
        item.claim.seq: (item.name, _as(item.claim.predicate, item.claim.value)) for item in view.why(claims)
    }
    rows = []
    for row in entity_rows(view, wanted, how):
        why = wanted[read_id(row["id"])]
        told = [said[claim] for claim in why.claims if claim in said]
        by = {kind for _, kind in told} | why.by
        found = {"exact": why.exact, "found_by": sorted(by), "claims": [name for name, _ in told]}
        rows.append({**row, **found})
    return sorted(rows, key=lambda row: (not row["exact"], row["shown_as"].casefold(), row["id"]))


def _as(predicate: str, value: str | None) -> str:
    held = json.loads(value or "{}")
    if predicate == "IDENTIFIER":
        return str(held.get("scheme", "identifier"))
    return str(held.get("name_kind", "name")) if predicate == "NAMED" else "description"


def _counts(what: Mapping[int, Description], wanted: Iterable[int]) -> list[dict[str, Any]]:
    counts = Counter(what[entity].kind for entity in wanted)
    return [{"kind": kind, "found": number} for kind, number in sorted(counts.items())]


def _sentence(wanted: Mapping[int, _Found], rows: Sequence[Mapping[str, Any]]) -> str:
    if not wanted:
        return _NONE
    exact = sum(why.exact for why in wanted.values())
    head = f"{len(wanted):,} found" + (f", {exact:,} exactly" if exact else "")
    if len(wanted) > MOST_LISTED:
        return f"{head}; more than {MOST_LISTED:,} begin like this: type more"
    return head + (f"; the first {len(rows)} are shown" if len(rows) < len(wanted) else "")
