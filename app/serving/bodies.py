"""Bodies of requests, checked before anything is done: no other fields, no text of any length."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.serving.queries import Asked, Day, EntityId, RowId, Word

Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=1_000)]


def _body(**example: Any) -> ConfigDict:
    return ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, json_schema_extra={"examples": [example]}
    )


class SignInBody(BaseModel):
    """Who signs in.

    Attributes
    ----------
    name, password : str
        As typed.
    """

    model_config = _body(name="robin", password="(as you chose it)")  # noqa: S106 - an example
    name: Line
    password: str = Field(max_length=1_000, repr=False)


class PasswordBody(BaseModel):
    """A change of password.

    Attributes
    ----------
    old, new : str
        As typed.
    """

    model_config = _body(old="(as you chose it)", new="(15 characters or more)")
    old: str = Field(max_length=1_000, repr=False)
    new: str = Field(max_length=1_000, repr=False)


class SignOutBody(BaseModel):
    """How far one signs out.

    Attributes
    ----------
    everywhere : bool
        Whether the account's other sessions end, too.
    """

    model_config = _body(everywhere=False)
    everywhere: bool = False


class ContextBody(BaseModel):
    """What the work is for, from now on.

    Attributes
    ----------
    purpose : str
        As the audit log shows it.
    purpose_kind : str
        ``law_enforcement`` or ``safeguarding``.
    reference : str
        Case or meeting.
    """

    model_config = _body(
        purpose="prevention of the exploitation of children",
        purpose_kind="safeguarding",
        reference="panel of 3 June",
    )
    purpose: str = Field(min_length=1, max_length=200)
    purpose_kind: Literal["law_enforcement", "safeguarding"]
    reference: Line = ""


class SearchBody(BaseModel):
    """What is sought; in a body, for addresses are kept in histories and logs.

    Attributes
    ----------
    text : str
        Words in any order, each the beginning of one; or a number, a reference or an id.
    kinds : list of str
        Only these kinds of entity.
    limit : int
        Most rows.
    names : bool
        Names instead of initials, by right.
    """

    model_config = _body(text="north quay", kinds=["Location"], limit=20)
    text: Line
    kinds: list[Word] = Field([], max_length=50)
    limit: int = Field(20, ge=0, le=1_000)
    names: bool = False


class NeighbourhoodBody(Asked):
    """What lies around entities, and between them.

    Attributes
    ----------
    entities : list of str
        Ids.
    hops : int
        How far; 0 for links between these alone.
    kinds : list of str
        Only over these kinds of link.
    limit : int
        Most entities.
    places, names : bool
        Say where to draw each; names instead of initials, by right.
    """

    model_config = _body(entities=["0000000000abc"], hops=1, limit=300, places=True)
    entities: list[EntityId] = Field(min_length=1, max_length=2_000)
    hops: int = Field(1, ge=0, le=3)
    kinds: list[Word] = Field([], max_length=50)
    limit: int = Field(300, ge=1, le=2_000)
    places: bool = False
    names: bool = False


class TimelineBody(Asked):
    """Of which entities claims and events are counted by month.

    Attributes
    ----------
    entities : list of str
        Ids.
    """

    model_config = _body(entities=["0000000000abc"])
    entities: list[EntityId] = Field(min_length=1, max_length=2_000)


class PlacesBody(Asked):
    """Of which entities the places are told.

    Attributes
    ----------
    entities : list of str
        Ids.
    """

    model_config = _body(entities=["0000000000abc"])
    entities: list[EntityId] = Field(min_length=1, max_length=2_000)


class ConfirmBody(BaseModel):
    """Who is confirmed as a peer group, and what for.

    Attributes
    ----------
    row : str or None
        Row of a run of clusters, where one begins; none to name everybody.
    purpose : str
        Read by all who see the group.
    review : date
        By when it is looked at again.
    name : str
        A name for it, which names nobody in it.
    without, add : list of str
        People of the row who are no members, and others who are.
    """

    model_config = _body(row="2n4q8r1t-1", purpose="support plan", review="2025-12-01", name="north quay")
    row: RowId | None = None
    purpose: Text
    review: Day
    name: Text = ""
    without: list[EntityId] = Field([], max_length=1_000)
    add: list[EntityId] = Field([], max_length=1_000)


class ChangeBody(BaseModel):
    """What changes about a peer group.

    Attributes
    ----------
    reason : str
        Read by all who see anybody whom the change concerns.
    add, drop : list of str
        People.
    purpose, name : str or None
        Anew.
    review : date or None
        Anew.
    """

    model_config = _body(reason="moved away", drop=["0000000000abc"])
    reason: Text
    add: list[EntityId] = Field([], max_length=1_000)
    drop: list[EntityId] = Field([], max_length=1_000)
    purpose: Text | None = None
    review: Day | None = None
    name: Text | None = None


class DissolveBody(BaseModel):
    """Why a peer group is dissolved.

    Attributes
    ----------
    reason : str
        Read by all who see the group.
    """

    model_config = _body(reason="no ties are left")
    reason: Text


class _Briefing(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    subject: RowId
    purpose: Text = ""
    recipients: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field([], max_length=20)
    reference: Line = ""
    names: bool = False
    issue: str = Field("", pattern=r"^[0-9a-z]{0,8}$")

    def asked(self) -> dict[str, Any]:
        """Return what is asked for, without the form of the file."""
        said = self.model_dump(exclude={"form", "forms"})
        return {**said, "recipients": tuple(dict.fromkeys(self.recipients))}


class BriefingBody(_Briefing):
    """What briefing is wanted, in several forms.

    Attributes
    ----------
    subject : str
        A row of a run of clusters, or a peer group.
    purpose, reference : str
        What for, and the case or meeting.
    recipients : list of str
        Agencies; none for colleagues.
    names : bool
        Names instead of initials, by right.
    issue : str
        An approved briefing to be printed without DRAFT.
    forms : list of str
        Of the file.
    """

    model_config = _body(
        subject="2n4q8r1t-1", purpose="panel of 3 June", recipients=["Bramwell Police"], forms=["html", "pdf"]
    )
    forms: list[Literal["docx", "pdf", "html"]] = Field(min_length=1, max_length=3)


class BriefingFileBody(_Briefing):
    """What briefing is wanted, as one file.

    Attributes
    ----------
    subject, purpose, recipients, reference, names, issue : str, list or bool
        As of a briefing in several forms.
    form : str
        Of the file.
    """

    model_config = _body(
        subject="2n4q8r1t-1", purpose="panel of 3 June", recipients=["Bramwell Police"], form="pdf"
    )
    form: Literal["docx", "pdf", "html"]


class ExportBody(Asked):
    """What work copy is wanted.

    Attributes
    ----------
    form : str
        Of the file.
    purpose : str
        What for; printed in it.
    expires_in_days : int
        Until it is to be deleted.
    row : str
        Only a saved run, or a row of it.
    around : str
        Only what lies around a person, place or thing.
    hops : int
        How far around it.
    entities : list of str
        Only these ids, and links between them.
    names, disruption : bool
        Names instead of initials; for planning disruption.
    approval : str
        A draft that another person approved, to be written now.
    """

    model_config = _body(form="graphml", purpose="chart for the panel of 3 June", row="2n4q8r1t-1")
    form: Literal["graphml", "csv", "geojson", "html", "neo4j"]
    purpose: Text = ""
    expires_in_days: int = Field(30, ge=1, le=30)
    row: str = Field("", pattern=r"^[0-9a-z-]{0,40}$")
    around: str = Field("", pattern=r"^([0-9a-hjkmnp-tv-z]{13})?$")
    hops: int = Field(1, ge=1, le=2)
    entities: list[EntityId] = Field([], max_length=2_000)
    names: bool = False
    disruption: bool = False
    approval: str = Field("", pattern=r"^[0-9a-z]{0,8}$")

    @model_validator(mode="after")
    def _one_choice(self) -> ExportBody:
        if not self.purpose.strip() and not self.approval:
            raise ValueError("say what the copy is for")
        if bool(self.row) + bool(self.around) + bool(self.entities) > 1:
            raise ValueError("a row, what lies around something, or a selection: one of them")
        if self.row and self.model_fields_set & set(Asked.model_fields):
            raise ValueError("a row brings the question of its run: leave out window, as_of and others")
        return self


class ImportBody(BaseModel):
    """What files are about to be sent.

    Attributes
    ----------
    mapping : str
        Name of a shipped mapping.
    encoding : str or None
        Of the files; UTF-8 where left out.
    """

    model_config = _body(mapping="people")
    mapping: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1", "iso-8859-15"] | None = None
