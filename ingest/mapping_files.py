"""What a mapping file may say: the parts of the YAML document, each with its own rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingest.sheet_documents import spread

Scalar = bool | int | float | str
ColumnType = Literal[
    "text", "word", "date", "month", "instant", "longitude", "latitude", "integer", "number", "yes_no",
    "area_code", "area_codes", "expiry", "nhs_number", "upn", "pnc_id",
]  # fmt: skip
RuleKind = Literal[
    "required", "differ", "in_order", "together", "great_britain", "child_first", "adult_or_stated"
]  # fmt: skip


def _listed(value: Any) -> Any:
    if value == "none":
        return ()
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def _written(value: Any) -> Any:
    # YAML reads 2027-03-31 as a date; the model's dates are ISO text.
    return value.isoformat() if isinstance(value, date) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Condition = Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_listed)]


class Part(BaseModel):
    """A part of a mapping file; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Part):
    """Where a value comes from: a constant, or a column.

    Attributes
    ----------
    constant : str, int, float, bool or None
        The value itself; ``{agency}`` in it stands for the record's agency.
    column : str
        The column to read; empty for a constant.
    if_blank : str, int, float, bool or None
        What a blank cell stands for; None where it stands for nothing.
    table : dict of str to str
        Other words for the column's values.
    otherwise : str
        The word for a value that the table does not hold; empty to keep it as it is.
    """

    constant: Scalar | None = None
    column: str = ""
    if_blank: Scalar | None = None
    table: dict[str, str] = {}
    otherwise: str = ""

    @model_validator(mode="before")
    @classmethod
    def _constant(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: _written(part) for key, part in value.items()}
        return {"constant": _written(value)}

    @model_validator(mode="after")
    def _one(self) -> Source:
        if (self.constant is None) == (not self.column):
            raise ValueError("a constant or a column, and not both")
        return self

    def words(self) -> tuple[str, ...]:
        """Return the words that it may give besides those of its column.

        Returns
        -------
        tuple of str
            The constant, what a blank stands for, and the words of the table.
        """
        found = [self.constant, self.if_blank, self.otherwise or None, *self.table.values()]
        return tuple(str(word) for word in found if word is not None)


class Policy(Part):
    """Who may see what the rows say; every part is stated, none is assumed.

    Attributes
    ----------
    controller, regime, purpose, lawful_basis : Source
        Who answers for the data, and on what ground.
    agreement, agreement_expires : Source
        The sharing agreement and its last day, ISO, or ``none``.
    handling, conditions, tier, category, areas, review_state : Source
        How it may be handled and by whom.
    """

    controller: Source
    regime: Source
    purpose: Source
    lawful_basis: Source
    agreement: Source
    agreement_expires: Source
    handling: Source
    conditions: Source
    tier: Source
    category: Source
    areas: Source
    review_state: Source


class Column(Part):
    """One column of the file.

    Attributes
    ----------
    type : str
        How its text is read.
    required : str
        ``row``: in the header and in every row; ``header``: in the header; empty: may be absent.
    format : str
        ``iso`` (yyyy-mm-dd) or ``uk`` (dd/mm/yyyy), for dates.
    words : str
        For ``word``: a vocabulary, ``sorts of KIND``, ``capacities of LINK`` or ``ties``.
    allowed : tuple of str
        For ``word``: the words themselves, beside or instead of a vocabulary.
    translate : dict of str to str
        For ``word``: the file's own words and what they mean.
    max_length : int
        Characters that it may hold.
    many : bool
        Holds several values with semicolons between them.
    may_be_future : bool
        A date after the day of import is right here, for example a review.
    from_file_name : str
        A pattern with one group: what it finds in the name of the file is the text of every row.
    """

    type: ColumnType
    required: Literal["row", "header", ""] = ""
    format: Literal["iso", "uk"] = "iso"
    words: str = ""
    allowed: Names = ()
    translate: dict[str, str] = {}
    max_length: int = Field(default=4_000, ge=1)
    many: bool = False
    may_be_future: bool = False
    from_file_name: str = ""


class RecordKey(Part):
    """What makes a row the same record when it comes again.

    Attributes
    ----------
    source_id : tuple of str
        Columns that hold the source's own id; ``none`` where it has none.
    period : tuple of str
        The column of the month or day that the file's rows belong to; ``none`` where there is none.
    """

    source_id: Names
    period: Annotated[Names, Field(max_length=1)]


class Reference(Part):
    """One way to name an entity.

    Attributes
    ----------
    scheme : str
        Who hands out the reference; ``{agency}`` in it stands for the record's agency.
    ref : tuple of str
        The columns of the reference, joined by a comma; ``none`` where the record itself is the reference.
    """

    scheme: str = Field(min_length=1)
    ref: Names


class Mentioned(Part):
    """An entity that a row speaks of.

    Attributes
    ----------
    kind : str
        Of the dictionary of kinds.
    by : tuple of Reference
        Ways to name it; the first whose columns all hold something is used.
    """

    kind: str
    by: Annotated[tuple[Reference, ...], Field(min_length=1)]


class Times(Part):
    """Which columns say when.

    Attributes
    ----------
    at : str
        The day, month or instant; without ``to`` it ends when this ends.
    since : str
        The first day; without ``to`` it still holds.
    to : str
        The last day.
    """

    at: str = ""
    since: str = Field(default="", alias="from")
    to: str = ""

    @model_validator(mode="after")
    def _one(self) -> Times:
        if bool(self.at) == bool(self.since):
            raise ValueError("either at or from")
        return self

    def columns(self) -> tuple[str, ...]:
        """Return the columns it names.

        Returns
        -------
        tuple of str
            One or two.
        """
        return tuple(name for name in (self.at or self.since, self.to) if name)


class Standing(Part):
    """What claims stand on, for every claim of the mapping or for one.

    Attributes
    ----------
    nature, source_grade, information_grade, basis, legacy_grade, status : Source or None
        As in the model; None to leave it to the mapping's ``every_claim``.
    origin_agency, origin_reference : Source or None
        Who first said it, and under which reference.
    valid, reported : Times or None
        When it held, and when the agency knew.
    """

    nature: Source | None = None
    source_grade: Source | None = None
    information_grade: Source | None = None
    basis: Source | None = None
    legacy_grade: Source | None = None
    status: Source | None = None
    origin_agency: Source | None = None
    origin_reference: Source | None = None
    valid: Times | None = None
    reported: Times | None = None


class ClaimRule(Standing):
    """One claim that a row may make.

    Attributes
    ----------
    rule : str
        Its name, part of the claim's key: never given to another claim.
    subject, object : str
        Names of mentions; no claim is made where one of them has no reference.
    predicate, capacity : Source
        A link or a property of the dictionary, and how the subject stands in the link.
    value : dict of str to Source
        Attributes of a property.
    particular : tuple of str
        Columns of the identifying value, joined by a space; no claim is made where they are all blank.
    each : str
        A column that holds several values: one claim for each.
    when : dict of str to tuple of str
        Columns that must be ``present``, ``blank``, or hold one of some words.
    """

    rule: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    subject: str
    predicate: Source
    object: str = ""
    capacity: Source = Source(constant="")
    value: dict[str, Source] = {}
    particular: Names = ()
    each: str = ""
    when: dict[str, Condition] = {}


class RowRule(Part):
    """A rule over several columns; a row that breaks it is rejected.

    Attributes
    ----------
    rule : str
        What is asked for, in words for the report.
    check : str
        Which check.
    columns : tuple of str
        What it looks at, in the order that docs/mappings.md gives.
    when : dict of str to tuple of str
        Rows it is for; all of them when empty.
    """

    rule: str
    check: RuleKind
    columns: Names
    when: dict[str, Condition] = {}


class SetAside(Part):
    """Valid rows that are left out on purpose.

    Attributes
    ----------
    rule : str
        Why, in words for the report.
    when : dict of str to tuple of str
        Rows it is for.
    """

    rule: str
    when: Annotated[dict[str, Condition], Field(min_length=1)]


class Mapping(Part):
    """A whole mapping file, or one sheet of it.

    Attributes
    ----------
    name, title, feed : str
        Its name, what it is, and the name of the feed.
    version : int
        Raised with every change.
    agency : Source
        Who submits the rows.
    policy : Policy
        Who may see them.
    record : RecordKey
        What makes a row the same record again.
    columns : dict of str to Column
        Columns that it reads.
    checks : tuple of RowRule
        Rules over several columns.
    set_aside : tuple of SetAside
        Valid rows that are left out.
    mentions : dict of str to Mentioned
        Entities that a row speaks of.
    every_claim : Standing
        What holds for each claim that does not say otherwise.
    claims : tuple of ClaimRule
        What a row claims; none where all rows of a sheet are set aside.
    files : tuple of str
        Patterns of the names of the files that a sheet is for; any name when empty.
    having : tuple of str
        Columns that a file must have for a sheet to be for it.
    sheets : dict of str to Mapping
        Files of other shapes in the same feed; the rest of the document is then what they share.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1, strict=True)
    title: str
    feed: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    agency: Source
    policy: Policy
    record: RecordKey
    columns: dict[str, Column] = {}
    checks: tuple[RowRule, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    mentions: dict[str, Mentioned] = {}
    every_claim: Standing
    claims: tuple[ClaimRule, ...] = ()
    files: Names = ()
    having: Names = ()
    sheets: dict[str, Mapping] = {}

    @model_validator(mode="before")
    @classmethod
    def _sheets(cls, value: Any) -> Any:
        return spread(value)

    def standing(self, claim: ClaimRule) -> Standing:
        """Return what a claim stands on, with what holds for every claim filled in.

        Parameters
        ----------
        claim : ClaimRule
            One of the claims.

        Returns
        -------
        Standing
            The claim's own where it says so, else the mapping's.
        """
        own = {name: part for name in Standing.model_fields if (part := getattr(claim, name)) is not None}
        return self.every_claim.model_copy(update=own)
