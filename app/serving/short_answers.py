"""Short answers of the service itself, those that no command prints."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.settings import MARKING


def _form(**example: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class Health(BaseModel):
    """Whether the service runs.

    Attributes
    ----------
    state : str
        ``up``.
    marking : str
        Of every page, the one before sign-in too; nothing else is told to whoever is not signed in.
    """

    model_config = _form(state="up", marking=MARKING)
    state: Literal["up"]
    marking: str


class Me(BaseModel):
    """Who is signed in, what for, and what they may do.

    Attributes
    ----------
    name, agency : str
        Of the account.
    roles, areas : list of str
        Of the account; no area for every area.
    may : list of str
        Acts that the roles allow; what is then seen is decided record by record.
    must_change_password : bool
        Whether nothing but a new password is accepted.
    signed_in : str
        When, UTC.
    recent : bool
        Whether acts that need a sign-in of the last ten minutes are accepted now.
    purpose, purpose_kind, reference : str
        What the session is for; nothing else is answered before a purpose is stated.
    csrf : str
        To be sent back in the header ``X-Kithmap-CSRF`` of every request that changes something.
    idle_s, absolute_s : int
        Seconds without a request that the session lasts at least, and after which it ends in any case.
    left_s : int
        Of the second, how many are left.
    """

    model_config = _form(
        name="robin", agency="Ashby Council", roles=["analyst"], areas=[], may=["clusters", "hotspots"],
        must_change_password=False, signed_in="2025-06-01T12:00:00+00:00", recent=True,
        purpose="prevention of the exploitation of children", purpose_kind="safeguarding", reference="",
        csrf="0f" * 32, idle_s=1_740, absolute_s=36_000, left_s=35_990,
    )  # fmt: skip
    name: str
    agency: str
    roles: list[str]
    areas: list[str]
    may: list[str]
    must_change_password: bool
    signed_in: str
    recent: bool
    purpose: str
    purpose_kind: str
    reference: str
    csrf: str
    idle_s: int
    absolute_s: int
    left_s: int


class GroupDone(BaseModel):
    """What was done to a peer group.

    Attributes
    ----------
    group : str
        Its id.
    members : int
        Members that whoever acted may see.
    review : str
        By when it is looked at again.
    """

    model_config = _form(group="0000000000abc", members=6, review="2025-12-01")
    group: str
    members: int
    review: str


class Approved(BaseModel):
    """A product that was approved.

    Attributes
    ----------
    product : str
        Its id.
    expires : str
        Last day on which it may be used.
    """

    model_config = _form(product="2n4q8r1t", expires="2025-07-01")
    product: str
    expires: str


class BriefingFile(BaseModel):
    """A file of a briefing.

    Attributes
    ----------
    name, media_type : str
        To save and to show it.
    base64 : str
        Its bytes.
    """

    model_config = ConfigDict(extra="forbid")
    name: str
    media_type: str
    base64: str


class BriefingMade(BaseModel):
    """A briefing that was registered, with its files.

    Attributes
    ----------
    product, state, title : str
        As registered: a draft until another person approves it.
    recipients : list of str
        Agencies; none for colleagues.
    expires : str
        Last day on which it may be used.
    left_out : dict of str to int
        How many people and ties the readers may not see: told to its maker, printed nowhere.
    unknown_recipients : list of str
        Recipients of whom the maker sees no record: perhaps misspelt.
    files : list of BriefingFile
        One for each form.
    """

    model_config = _form(
        product="2n4q8r1t", state="draft", title="Briefing: peer cluster", recipients=["Bramwell Police"],
        expires="2025-07-01", left_out={"people": 0, "ties": 1}, unknown_recipients=[],
        files=[{"name": "briefing-2n4q8r1t.html", "media_type": "text/html", "base64": "PCFkb2N0eXBl"}],
    )  # fmt: skip
    product: str
    state: str
    title: str
    recipients: list[str]
    expires: str
    left_out: dict[str, int]
    unknown_recipients: list[str]
    files: list[BriefingFile]


class MappingName(BaseModel):
    """A mapping that is shipped.

    Attributes
    ----------
    name : str
        For an import.
    """

    model_config = ConfigDict(extra="forbid")
    name: str


class MappingNames(BaseModel):
    """The mappings that are shipped.

    Attributes
    ----------
    rows : list of MappingName
        By name.
    """

    model_config = _form(rows=[{"name": "people"}, {"name": "police_uk"}])
    rows: list[MappingName]


class DraftFile(BaseModel):
    """A file that waits.

    Attributes
    ----------
    name : str
        As it was sent.
    bytes : int
        Its size.
    """

    model_config = ConfigDict(extra="forbid")
    name: str
    bytes: int


class ImportDraftTold(BaseModel):
    """Files that wait to be checked, and then loaded or discarded.

    Attributes
    ----------
    id : str
        Of the draft.
    mapping : str
        Through which they are read.
    encoding : str or None
        Of the files; UTF-8 where null.
    state : str
        ``open`` until the files as they are were checked, then ``checked``, then ``loaded``.
    files : list of DraftFile
        By name; deleted once they are loaded, or after a day.
    report : dict or None
        Of the check or the load: docs/schemas/import-report.json.
    """

    model_config = _form(
        id="00ff00ff00ff00ff", mapping="people", encoding=None, state="open",
        files=[{"name": "people.csv", "bytes": 1_200}], report=None,
    )  # fmt: skip
    id: str
    mapping: str
    encoding: str | None
    state: Literal["open", "checked", "loaded"]
    files: list[DraftFile]
    report: dict[str, Any] | None


class ImportDrafts(BaseModel):
    """The drafts of the account.

    Attributes
    ----------
    rows : list of ImportDraftTold
        By id.
    """

    model_config = _form(rows=[])
    rows: list[ImportDraftTold]


class JobTold(BaseModel):
    """Long work as it stands.

    Attributes
    ----------
    id : str
        Of the job.
    what : str
        What is done.
    state : str
        ``waiting``, ``running``, ``done`` or ``failed``.
    sentence : str
        The last that it told.
    result : str
        Where its result is found, once it is done.
    problem : dict or None
        Why it failed, as a problem.
    """

    model_config = _form(
        id="00ff00ff00ff00ff", what="check an import", state="running", sentence="people.csv: 20,000 rows",
        result="/api/imports/00ff00ff00ff00ff", problem=None,
    )  # fmt: skip
    id: str
    what: str
    state: Literal["waiting", "running", "done", "failed"]
    sentence: str
    result: str
    problem: dict[str, Any] | None


class MethodTitle(BaseModel):
    """A method.

    Attributes
    ----------
    name, title : str
        Of its page.
    """

    model_config = ConfigDict(extra="forbid")
    name: str
    title: str


class Methods(BaseModel):
    """The methods that answers are made by.

    Attributes
    ----------
    rows : list of MethodTitle
        By name.
    """

    model_config = _form(rows=[{"name": "hotspots", "title": "Hotspots"}])
    rows: list[MethodTitle]


class Method(BaseModel):
    """What a method does, and what its answers do not say.

    Attributes
    ----------
    name, title : str
        Of the page.
    text : str
        Markdown.
    """

    model_config = _form(name="hotspots", title="Hotspots", text="# Hotspots\n\nCells with more events ...")
    name: str
    title: str
    text: str


class LogChecked(BaseModel):
    """Whether the audit log is whole, as far as it was looked at.

    Attributes
    ----------
    sentence : str
        In words.
    events, looked_at, faults : int
        How many.
    go_on_after : int or None
        Number of the last event that was looked at, where there are more: the next question's ``after``.
    first_faults : list of str
        In words, by number of the event.
    """

    model_config = _form(
        sentence="12 events, nothing is wrong", events=12, looked_at=12, go_on_after=None, faults=0,
        first_faults=[],
    )  # fmt: skip
    sentence: str
    events: int
    looked_at: int
    go_on_after: int | None
    faults: int
    first_faults: list[str]
