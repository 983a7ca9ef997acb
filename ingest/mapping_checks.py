"""What a mapping may claim, held against the dictionary of kinds; every fault is found at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from graph.errors import ModelError
from graph.model.kinds import ENTITIES, LINKS, TIES, WORDS, check_link, check_property
from ingest.mapping_files import ClaimRule, Column, Mapping, Source, Standing

Found = Iterator[tuple[str, str]]

_DATES: Final = ("date", "month", "instant")
#: The vocabulary of what a policy label or a claim stands on, where the model has one.
_TERM_WORDS: Final = {
    "regime": "regime", "handling": "handling", "tier": "tier", "review_state": "review_state",
    "nature": "nature", "source_grade": "source_grade", "information_grade": "information_grade",
    "basis": "basis", "status": "status",
}  # fmt: skip
#: The vocabulary of an attribute of a property, where the model has one.
_ATTRIBUTE_WORDS: Final = {
    ("ROLE", "role"): "role", ("ROLE", "harm"): "harm", ("RISK", "harm"): "harm",
    ("ROLE", "victim_consideration"): "victim_consideration", ("RISK", "shared_scale"): "shared_risk_scale",
    ("BORN", "dob_precision"): "precision", ("MISSING_EPISODE", "from"): "missing_from",
    ("IDENTIFIER", "scheme"): "identifier_scheme", ("INDICATOR", "state"): "indicator_state",
    ("EDUCATION", "state"): "education_state", ("NRM", "stage"): "nrm_stage",
    ("SERVICE_OFFER", "outcome"): "offer_outcome",
}  # fmt: skip
_AGE: Final = (("date",), ("word",), _DATES, _DATES)
_CHECK_TYPES: Final = {
    "in_order": (_DATES, _DATES),
    "great_britain": (("longitude",), ("latitude",)),
    "child_first": (("word",), ("word",), *_AGE),
    "adult_or_stated": _AGE,
}
_STATES: Final = (("present",), ("blank",))
_MAY_BE_BLANK: Final = ("source_grade", "information_grade", "basis")
_ANY_TEXT: Final = "any text"
_POLICY_SHAPES: Final = (
    (
        "agreement_expires",
        re.compile(r"none|[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        "none, or a day written yyyy-mm-dd",
    ),
    ("areas", re.compile(r"([EWSNK][0-9]{8}(;(?!$)|$))*"), "area codes with semicolons between them"),
)
_BRACES: Final = re.compile(r"\{(?!agency\})")
_FORBIDDEN: Final = re.compile(
    r"\b(diagnos[ei]s|diagnosed|diagnosis|medications?|medicines?|prescriptions?)\b"
)


def is_forbidden(name: str) -> bool:
    """Whether a column may not be imported at all: diagnoses and medication.

    Parameters
    ----------
    name : str
        Name of the column.

    Returns
    -------
    bool
        Decided by the words of the name, not by what the cells hold.
    """
    return bool(_FORBIDDEN.search(re.sub(r"[\W_]+", " ", name.casefold())))


def vocabulary(column: Column) -> tuple[str, ...]:
    """Return the words that a column of type ``word`` may hold, once translated.

    Parameters
    ----------
    column : Column
        One column of a mapping.

    Returns
    -------
    tuple of str
        In the order of the dictionary of kinds.

    Raises
    ------
    KeyError
        No such vocabulary.
    """
    if not column.words:
        return column.allowed
    if column.words == "ties":
        return (*TIES, *column.allowed)
    what, _, name = column.words.rpartition(" of ")
    tables: dict[str, Callable[[str], tuple[str, ...]]] = {
        "": WORDS.__getitem__,
        "sorts": lambda kind: ENTITIES[kind].sorts,
        "capacities": lambda link: LINKS[link].capacities,
    }
    return (*tables[what](name), *column.allowed)


def mapping_faults(mapping: Mapping) -> list[tuple[str, str]]:
    """Find all that the dictionary of kinds, or the mapping's own columns, do not allow.

    Parameters
    ----------
    mapping : Mapping
        A document whose parts are sound.

    Returns
    -------
    list of (str, str)
        Path in the document, and rule.
    """
    if mapping.sheets:
        return [*_sheet_faults(mapping)]
    columns = [*_column_faults(mapping)]
    if columns:
        return columns
    return [
        *_policy_faults(mapping),
        *_record_faults(mapping),
        *_check_faults(mapping),
        *_claims_faults(mapping),
    ]


def _sheet_faults(mapping: Mapping) -> Found:
    for part in ("checks", "set_aside", "claims"):
        if getattr(mapping, part):
            yield part, "stands in each sheet, not beside the sheets"
    for name, sheet in mapping.sheets.items():
        path = f"sheets.{name}"
        if sheet.sheets:
            yield f"{path}.sheets", "a sheet has no sheets of its own"
        elif not (sheet.files or sheet.having):
            yield path, "says by files or having which files it is for"
        else:
            yield from ((f"{path}.{place}", rule) for place, rule in mapping_faults(sheet))


def _column_faults(mapping: Mapping) -> Found:
    if not mapping.columns:
        yield "columns", "at least one column"
    if not (mapping.claims or mapping.set_aside):
        yield "claims", "at least one claim, or a set_aside for every row"
    for name, column in mapping.columns.items():
        path = f"columns.{name}"
        if is_forbidden(name):
            yield path, "diagnoses and medication are not imported"
        try:
            words = vocabulary(column)
        except KeyError:
            yield path, "no such vocabulary in the dictionary of kinds"
            continue
        if (column.type == "word") != bool(words):
            yield path, "a column of type word, and no other, has a vocabulary"
        if any(word not in words for word in column.translate.values()):
            yield path, "translates to a word that its vocabulary does not hold"
        if column.many and column.type != "text":
            yield path, "only a column of type text holds several values"
        if column.from_file_name and not _finds_one(column):
            yield path, "from_file_name is a pattern with one group, for a column of type text"


def _finds_one(column: Column) -> bool:
    try:
        groups = re.compile(column.from_file_name).groups
    except re.error:
        return False
    return groups == 1 and column.type == "text" and not column.many


def _source_faults(
    mapping: Mapping, path: str, source: Source, words: str = "", *, stated: bool = False
) -> Found:
    if source.column and source.column not in mapping.columns:
        yield path, f"no column {source.column}"
        return
    if any(isinstance(word, str) and _BRACES.search(word) for word in (source.constant, source.if_blank)):
        yield path, "only {agency} may stand in braces"
    column = mapping.columns.get(source.column)
    if stated and column and column.required != "row" and source.if_blank is None:
        yield path, "a column that may be blank needs if_blank: nothing is assumed"
    # Only a grade or a basis may be left out of a claim.
    known = (*WORDS[words], *(("",) if words in _MAY_BE_BLANK else ())) if words else ()
    if words and any(word not in known for word in _words_given(mapping, source)):
        yield path, f"may give a word that is not in {words}: {', '.join(WORDS[words])}"


def _words_given(mapping: Mapping, source: Source, narrowed: tuple[str, ...] = ()) -> tuple[str, ...]:
    if not source.column:
        return source.words()
    column = mapping.columns[source.column]
    raw = vocabulary(column) if narrowed in ((), *_STATES) else narrowed
    blank = () if source.if_blank is None else (str(source.if_blank),)
    if source.otherwise:
        return (*source.table.values(), source.otherwise, *blank)
    return (*(source.table.get(word, word) for word in raw or (_ANY_TEXT,)), *blank)


def _policy_faults(mapping: Mapping) -> Found:
    yield from _source_faults(mapping, "agency", mapping.agency, stated=True)
    for name in type(mapping.policy).model_fields:
        source: Source = getattr(mapping.policy, name)
        yield from _source_faults(mapping, f"policy.{name}", source, _TERM_WORDS.get(name, ""), stated=True)
    for name, kind in (("agreement_expires", "expiry"), ("areas", "area_codes")):
        column = mapping.columns.get(getattr(mapping.policy, name).column)
        if column and column.type != kind:
            yield f"policy.{name}", f"its column is of type {kind}"
    for name, shape, rule in _POLICY_SHAPES:
        if not all(shape.fullmatch(word) for word in getattr(mapping.policy, name).words()):
            yield f"policy.{name}", rule


def _record_faults(mapping: Mapping) -> Found:
    yield from _missing(mapping, "record.source_id", mapping.record.source_id)
    yield from _missing(mapping, "record.period", mapping.record.period)
    for name in mapping.record.period:
        if name in mapping.columns and mapping.columns[name].type not in ("month", "date"):
            yield "record.period", "a column of type month or date"
    for name, mention in mapping.mentions.items():
        if mention.kind not in ENTITIES:
            yield f"mentions.{name}.kind", f"not one of {', '.join(ENTITIES)}"
        for number, way in enumerate(mention.by):
            yield from _missing(mapping, f"mentions.{name}.by.{number}.ref", way.ref)
            yield from _source_faults(mapping, f"mentions.{name}.by.{number}", Source(constant=way.scheme))


def _when_faults(mapping: Mapping, path: str, when: dict[str, tuple[str, ...]]) -> Found:
    yield from _missing(mapping, path, tuple(when))
    for name, words in when.items():
        column = mapping.columns.get(name)
        known = vocabulary(column) if column and column.type == "word" else ()
        # A word that cannot come would make a condition that never holds, unseen.
        if known and words not in _STATES and any(word not in known for word in words):
            yield f"{path}.when.{name}", "asks for a word that the column cannot hold"


def _missing(mapping: Mapping, path: str, names: tuple[str, ...]) -> Found:
    for name in names:
        if name not in mapping.columns:
            yield path, f"no column {name}"


def _check_faults(mapping: Mapping) -> Found:
    placed: set[str] = set()
    for number, check in enumerate(mapping.checks):
        path = f"checks.{number}"
        yield from _missing(mapping, path, check.columns)
        yield from _when_faults(mapping, path, check.when)
        kinds = _CHECK_TYPES.get(check.check)
        more = len(check.columns) - len(kinds or check.columns)
        if more < 0 or (more and check.check != "adult_or_stated"):
            yield path, f"{check.check} looks at {len(kinds or ())} columns"
        for name, allowed in zip(check.columns, kinds or (), strict=False):
            if name in mapping.columns and mapping.columns[name].type not in allowed:
                yield path, f"column {name} is of type {' or '.join(allowed)} for {check.check}"
        if check.check == "great_britain":
            placed.update(check.columns)
    for number, aside in enumerate(mapping.set_aside):
        yield from _when_faults(mapping, f"set_aside.{number}", aside.when)
    for name, column in mapping.columns.items():
        if column.type in ("longitude", "latitude") and name not in placed:
            yield f"columns.{name}", "no great_britain check looks at it"


def _claims_faults(mapping: Mapping) -> Found:
    if mapping.every_claim.nature is None or mapping.every_claim.status is None:
        yield "every_claim", "states nature and status"
    seen: set[str] = set()
    for number, claim in enumerate(mapping.claims):
        path = f"claims.{number} ({claim.rule})"
        if claim.rule in seen:
            yield path, "the name of another claim"
        seen.add(claim.rule)
        faults = [*_standing_faults(mapping, path, claim), *_reference_faults(mapping, path, claim)]
        yield from faults or _kind_faults(mapping, path, claim)


def _standing_faults(mapping: Mapping, path: str, claim: ClaimRule) -> Found:
    standing = mapping.standing(claim)
    yield from _grading_faults(path, standing)
    for name in type(standing).model_fields:
        part = getattr(standing, name)
        if isinstance(part, Source):
            stated = name in ("nature", "status")
            yield from _source_faults(
                mapping, f"{path}.{name}", part, _TERM_WORDS.get(name, ""), stated=stated
            )
        elif part is not None:
            yield from _missing(mapping, f"{path}.{name}", part.columns())
            if any(n in mapping.columns and mapping.columns[n].type not in _DATES for n in part.columns()):
                yield f"{path}.{name}", f"its columns are of type {', '.join(_DATES)}"


def _grading_faults(path: str, standing: Standing) -> Found:
    parts = (standing.source_grade, standing.information_grade, standing.basis)
    source, information, basis = (part.constant if part else "" for part in parts)
    if basis and (source or information):
        yield path, "a grade or another agency's basis, not both"
    if None not in (source, information) and bool(source) != bool(information):
        yield path, "a source grade and an information grade, or neither"


def _reference_faults(mapping: Mapping, path: str, claim: ClaimRule) -> Found:
    for name in (claim.subject, *((claim.object,) if claim.object else ())):
        if name not in mapping.mentions:
            yield path, f"no mention {name}"
        elif mapping.mentions[name].kind not in ENTITIES:
            yield path, f"the kind of mention {name} is unknown"
    yield from _missing(mapping, path, (*claim.particular, *((claim.each,) if claim.each else ())))
    yield from _when_faults(mapping, path, claim.when)
    for name, source in (("predicate", claim.predicate), ("capacity", claim.capacity), *claim.value.items()):
        yield from _source_faults(mapping, f"{path}.{name}", source)
    each = mapping.columns.get(claim.each)
    if each and not each.many and each.type != "area_codes":
        yield f"{path}.each", "names a column that holds several values"


def _kind_faults(mapping: Mapping, path: str, claim: ClaimRule) -> Found:
    subject = mapping.mentions[claim.subject].kind
    for predicate in _words_given(mapping, claim.predicate, claim.when.get(claim.predicate.column, ())):
        try:
            if claim.object:
                for capacity in _words_given(
                    mapping, claim.capacity, claim.when.get(claim.capacity.column, ())
                ):
                    check_link(predicate, subject, mapping.mentions[claim.object].kind, capacity)
            else:
                check_property(predicate, subject, tuple(claim.value))
        except ModelError as error:
            yield path, str(error)
    if claim.object and (claim.value or claim.particular):
        yield path, "a link has no value"
    if not claim.object and claim.capacity.words() != ("",):
        yield path, "a property has no capacity"
    for name, source in claim.value.items():
        words = _ATTRIBUTE_WORDS.get((str(claim.predicate.constant), name), "")
        yield from _source_faults(mapping, f"{path}.value.{name}", source, words)
        if name == "sort" and claim.predicate.constant == "IS":
            known = ENTITIES[subject].sorts
            if any(word not in known for word in _words_given(mapping, source) if word):
                yield f"{path}.value.sort", f"may give a word that is no sort of {subject}"
