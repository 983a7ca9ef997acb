"""Records and claims: who said what, when it held, when we knew, how sure."""

from __future__ import annotations

from typing import Final, NamedTuple

from graph.errors import UngradedClaimError
from graph.model.kinds import WORDS, check_link, check_property, check_word
from graph.model.spans import UNDATED, Span


class PolicyLabel(NamedTuple):
    """What decides who may see a claim; each distinct tuple is one label.

    Attributes
    ----------
    controller : str
        The agency that answers for the data.
    regime : str
        ``DPA Part 3`` or ``UK GDPR``.
    purpose : str
        Purpose of collection.
    lawful_basis : str
        As the controller states it.
    agreement : str
        Reference of the sharing agreement.
    agreement_expires : str
        ISO date, or ``none`` where the agreement says it has no end.
    handling : str
        ``P`` or ``C``.
    conditions : str
        Conditions of handling, as data; empty for none.
    tier : str
        ``open``, ``sealed`` or ``hidden``.
    category : str
        Category of content, for example ``general``.
    areas : tuple of str
        Codes of the areas whose partners may see it; empty for every area.
    review_state : str
        ``reviewed`` or ``unreviewed``.
    """

    controller: str
    regime: str
    purpose: str
    lawful_basis: str
    agreement: str
    agreement_expires: str
    handling: str
    conditions: str
    tier: str
    category: str
    areas: tuple[str, ...]
    review_state: str


class Terms(NamedTuple):
    """What a claim stands on; many claims share one.

    Attributes
    ----------
    rule : str
        The mapping's rule that made it.
    predicate : str
        A link or a property of the dictionary of kinds.
    capacity : str
        How the subject stands in the link; empty for none.
    nature : str
        ``fact``, ``reported``, ``professional_concern`` or ``opinion``.
    source_grade, information_grade : str
        3x5x2 grades of police intelligence; empty for ungraded.
    basis : str
        Another agency's basis; empty for police intelligence or ungraded.
    legacy_grade : str
        An older grade, verbatim, never converted.
    status : str
        ``live``, ``disputed``, ``corrected``, ``restricted`` or ``withdrawn``.
    origin_agency : str
        Who first said it; independence counts distinct origins.
    label : PolicyLabel
        Who may see it.
    """

    rule: str
    predicate: str
    capacity: str
    nature: str
    source_grade: str
    information_grade: str
    basis: str
    legacy_grade: str
    status: str
    origin_agency: str
    label: PolicyLabel


class Mention(NamedTuple):
    """The person or thing a record speaks of, in that agency's own words.

    Attributes
    ----------
    kind : str
        An entity of the dictionary of kinds.
    scheme : str
        Who hands out the reference, for example ``Example Council/person_ref``.
    ref : str
        The reference itself.

    Notes
    -----
    Two mentions with one kind, scheme and reference are the same entity. Mentions of different
    schemes are one person only where a judgement says so.
    """

    kind: str
    scheme: str
    ref: str


class Claim(NamedTuple):
    """One claim of a record.

    Attributes
    ----------
    terms : Terms
        What it stands on.
    ordinal : int
        Its number among the claims of the same rule and record.
    subject : Mention
        Of whom or what.
    object : Mention or None
        The other end of a link; None for a property.
    value : str
        JSON object of a property's attributes, keys sorted; empty for a link.
    particular : str
        The identifying value (a name, a birth date, an identifier), kept apart from the ledger;
        empty for none.
    span : Span
        When it holds.
    reported : Span
        When the agency knew: ``to_day`` is what ``--as-of`` compares.
    origin_reference : str
        The origin's own reference; empty for none.
    """

    terms: Terms
    ordinal: int
    subject: Mention
    object: Mention | None = None
    value: str = ""
    particular: str = ""
    span: Span = UNDATED
    reported: Span = UNDATED
    origin_reference: str = ""


class Record(NamedTuple):
    """One row of a source, with the claims it makes.

    Attributes
    ----------
    agency : str
        The submitting agency.
    feed : str
        The feed, one name for all its files.
    source_id : str
        The source's own id, or a hash of the row and its occurrence in the period's file.
    content : bytes, 16
        Digest of the row as read.
    payload : str
        The row as read, JSON.
    file : int
        Position of the file in the import.
    row : int
        Line in the file, counted from 1 with the header.
    claims : tuple of Claim
        What the row says.
    """

    agency: str
    feed: str
    source_id: str
    content: bytes
    payload: str
    file: int
    row: int
    claims: tuple[Claim, ...]


class StoredClaim(NamedTuple):
    """A claim as the ledger holds it.

    Attributes
    ----------
    seq : int
        Its number, for the ledger's own use.
    age : int
        Number of the first version of its record: who was known first.
    rule, predicate, capacity, nature, source_grade, information_grade, basis, status : str
        As in ``Terms``.
    origin_agency, legacy_grade : str
        As in ``Terms``.
    label : int
        Its policy label.
    ordinal : int
        Its number among the claims of its rule and record.
    subject, subject_kind : int
        Entity and code of its kind.
    object, object_kind : int or None
        The other end of a link.
    value : str or None
        JSON of a property.
    from_day, to_day, reported_day : int or None
        Days since 1970-01-01.
    precision : str
        Of the dates.
    origin_reference : str or None
        The origin's own reference.
    recorded_us : int
        When this workspace knew.
    """

    seq: int
    age: int
    rule: str
    predicate: str
    capacity: str
    nature: str
    source_grade: str
    information_grade: str
    basis: str
    status: str
    origin_agency: str
    legacy_grade: str
    label: int
    ordinal: int
    subject: int
    subject_kind: int
    object: int | None
    object_kind: int | None
    value: str | None
    from_day: int | None
    to_day: int | None
    precision: str
    reported_day: int | None
    origin_reference: str | None
    recorded_us: int


GRADE_NUMBERS: Final = {"": 0, **{g: int(g) for g in WORDS["source_grade"]}}
INFORMATION_NUMBERS: Final = {"": 0, **{g: n for n, g in enumerate(WORDS["information_grade"], 1)}}


def check_ends(terms: Terms, subject: str, other: str | None) -> Terms:
    """Return terms that the dictionary of kinds allows of these ends.

    Parameters
    ----------
    terms : Terms
        What a claim stands on.
    subject : str
        Kind of its subject.
    other : str or None
        Kind of the other end of a link; None for a property.

    Returns
    -------
    Terms
        The same terms.

    Raises
    ------
    UnknownKindError
        No such predicate, no such capacity for it, or an unknown nature or status.
    LinkEndsError
        The predicate does not join these kinds.
    """
    check_word("nature", terms.nature)
    check_word("status", terms.status)
    if other is None:
        check_property(terms.predicate, subject, ())
    else:
        check_link(terms.predicate, subject, other, terms.capacity)
    return terms


def check_grading(terms: Terms) -> Terms:
    """Return terms whose grading the model allows.

    Parameters
    ----------
    terms : Terms
        What a claim stands on.

    Returns
    -------
    Terms
        The same terms.

    Raises
    ------
    UngradedClaimError
        A police grade and another agency's basis on one claim, half a grade, or an unknown word.
    """
    grades = (terms.source_grade, terms.information_grade)
    if any(grades) and terms.basis:
        raise UngradedClaimError("a claim carries a 3x5x2 grade or another agency's basis, not both")
    if any(grades) and not all(grades):
        raise UngradedClaimError("a 3x5x2 grade has a source grade and an information grade")
    for vocabulary in ("source_grade", "information_grade", "basis"):
        word = getattr(terms, vocabulary)
        if word and word not in WORDS[vocabulary]:
            raise UngradedClaimError(f"{vocabulary}: not one of {', '.join(WORDS[vocabulary])}")
    return terms
