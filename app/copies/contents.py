"""What goes into a work copy, as data: the same for every format."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

MARKING: Final = "OFFICIAL-SENSITIVE: work copy, not for publication"
UNGRADED: Final = "ungraded"
CHILDREN: Final = ("child", "not known")
"""Ages that count as a child's."""


@dataclass(frozen=True, slots=True)
class CopiedEntity:
    """A person, place, event or thing.

    Attributes
    ----------
    id : str
        As answers write it.
    kind, sort, category : str
        As last described; empty for none.
    shown_as : str
        A person's initials, or names by right; another thing's name where it is no personal one.
    age : str
        Of a person: ``child``, ``adult`` or ``not known`` on the day of the copy; empty for others.
    first, last : str or None
        Of an event: days between which it occurred; only the month where the source is protected.
    lon, lat : float or None
        WGS 84, degrees; never of a home, a placement or a protected place.
    precision_m : float or None
        How far off the position may be, where it was stated.
    of_interest : bool or None
        Of a person: whether they are an adult whom an agency recorded as a person of interest, with an
        officer and a review date, and that held on the day of the copy.
    """

    id: str
    kind: str
    sort: str = ""
    category: str = ""
    shown_as: str = ""
    age: str = ""
    first: str | None = None
    last: str | None = None
    lon: float | None = None
    lat: float | None = None
    precision_m: float | None = None
    of_interest: bool | None = None

    @property
    def label(self) -> str:
        """The words that stand for it in a picture or a table."""
        return self.shown_as or (self.category or self.sort or self.kind).replace("_", " ")


@dataclass(frozen=True, slots=True)
class CopiedLink:
    """A link, drawn from the claims that the maker may see.

    Attributes
    ----------
    id, start, end : str
        Of the link, and of the entities it joins.
    kind, capacity : str
        Predicate, and how the first end stands in it.
    symmetric : bool
        Whether the order of the ends says nothing.
    first, last, last_confirmed : str or None
        First and last day it held, and the last day it was known to; only the month where the source
        is protected.
    sources : int
        Independent agencies of origin.
    claims : int
        How many claims it is drawn from.
    source_best, source_worst, information_best, information_worst : str
        Police grades, each for itself; ``ungraded`` where no claim has one.
    disputed : bool
        Whether some claim behind it is disputed.
    standing : str
        ``asserted``: somebody said so. Nothing that a rule or a measure derived is in a copy.
    """

    id: str
    start: str
    end: str
    kind: str
    capacity: str
    symmetric: bool
    first: str | None
    last: str | None
    last_confirmed: str | None
    sources: int
    claims: int
    source_best: str
    source_worst: str
    information_best: str
    information_worst: str
    disputed: bool
    standing: str = "asserted"


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything a copy holds.

    Attributes
    ----------
    on_day : date
        The day that ages are for.
    question : dict
        Which claims count, and how the entities were chosen.
    names : bool
        Whether people are named in full.
    disruption : bool
        Whether it is for planning disruption.
    entities : tuple of CopiedEntity
        Sorted by id.
    links : tuple of CopiedLink
        Sorted by id.
    """

    on_day: date
    question: dict[str, Any]
    names: bool
    disruption: bool
    entities: tuple[CopiedEntity, ...]
    links: tuple[CopiedLink, ...]

    @property
    def people(self) -> tuple[CopiedEntity, ...]:
        """The people in it."""
        return tuple(entity for entity in self.entities if entity.kind == "Person")

    @property
    def unconfirmed(self) -> bool:
        """Whether it is made from a peer cluster that an algorithm found."""
        return self.question.get("of") == "clusters"

    @property
    def placed(self) -> Contents:
        """The places and events with a position, and no people or links."""
        held = tuple(entity for entity in self.entities if entity.lon is not None and entity.lat is not None)
        return replace(self, entities=held, links=())

    def digest(self, form: str) -> str:
        """Return a digest of the contents in one format.

        Parameters
        ----------
        form : str
            The format.

        Returns
        -------
        str
            SHA-256, hexadecimal, of its canonical JSON.
        """
        held = {**asdict(self), "on_day": self.on_day.isoformat(), "form": form}
        text = json.dumps(held, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class About:
    """What is printed inside every copy.

    Attributes
    ----------
    copy : str
        Its id in the register of products.
    title, purpose : str
        What it is and what for.
    agency : str
        Its maker's agency, inside which it stays.
    made, expires, on_day : date
        When it was made, until when it may be used, the day it tells of.
    data_version : str
        Of the view it was made from.
    approver : str
        Who approved it; empty where it needs no approval.
    maker : str
        Who made it; empty where that is not known.
    """

    copy: str
    title: str
    purpose: str
    agency: str
    made: date
    expires: date
    on_day: date
    data_version: str
    approver: str = ""
    maker: str = ""

    @property
    def line(self) -> str:
        """The one line that stands where there is room for no more."""
        return f"{MARKING}; copy {self.copy}; stays inside {self.agency}; delete after {self.expires}"


def about_rows(about: About, contents: Contents) -> list[tuple[str, str]]:
    """Return what is printed inside a copy, in its order.

    Parameters
    ----------
    about : About
        Of the copy.
    contents : Contents
        What it holds.

    Returns
    -------
    list of (str, str)
        Heading and text.
    """
    approved = [("approved by", about.approver)] if about.approver else []
    maker = [("made by", about.maker)] if about.maker else []
    asked = {name: value for name, value in contents.question.items() if value not in (None, False)}
    return [
        ("marking", MARKING),
        ("copy", about.copy),
        ("title", about.title),
        ("purpose", about.purpose),
        ("stays inside", about.agency),
        ("made", about.made.isoformat()),
        *maker,
        ("expires", f"{about.expires.isoformat()}: delete it after this day"),
        *approved,
        ("tells of", about.on_day.isoformat()),
        ("asked", ", ".join(f"{name} {_plain(value)}" for name, value in asked.items()) or "everything"),
        ("data version", about.data_version),
        ("holds", holding(contents)),
        *(("left out" if n == 0 else "note", text) for n, text in enumerate(notes(contents))),
    ]


def about_fields(about: About, contents: Contents) -> dict[str, str]:
    """Return the same as attributes, for formats that have no rows.

    Parameters
    ----------
    about : About
        Of the copy.
    contents : Contents
        What it holds.

    Returns
    -------
    dict of str to str
        Texts under one heading run together.
    """
    said: dict[str, str] = {}
    for heading, text in about_rows(about, contents):
        name = heading.replace(" ", "_")
        said[name] = f"{said[name]} {text}" if name in said else text
    return said


def notes(contents: Contents) -> list[str]:
    """Return what a reader of a copy must know, first what it never holds.

    Parameters
    ----------
    contents : Contents
        What it holds.

    Returns
    -------
    list of str
        Sentences: the rules of the copy, the same whatever they left out.
    """
    said = [
        "Protected places, safe places, protective people and links, identifiers, birth dates, addresses, "
        "and positions of homes and placements are never in a work copy."
    ]
    if contents.unconfirmed:
        said.append(
            "UNCONFIRMED. Found by an algorithm in what agencies recorded; a cluster is no peer group until "
            "a practitioner confirms one, and says nothing of what its members did or will do."
        )
    if contents.disruption:
        said.append(
            "For planning disruption: ties between children, homes and placements of children, and their "
            "membership of families and peer groups are left out. Children are in it as people to protect. "
            "Whose age is not known counts as a child."
        )
    said.append("People are named in full, by right." if contents.names else "People are shown by initials.")
    said.append(
        "A link says what agencies recorded and no more; to have been at the same event or place is no "
        "friendship. What is not in the copy may be unknown to its maker: absence is not safety."
    )
    return said


def holding(contents: Contents) -> str:
    """Return how much a copy holds, in words.

    Parameters
    ----------
    contents : Contents
        Of the copy.

    Returns
    -------
    str
        People and how many of them are children, other things, links.
    """
    people = contents.people
    children = sum(person.age in CHILDREN for person in people)
    parts = [
        f"{len(people)} people ({children} under 18 or of unknown age)",
        f"{len(contents.entities) - len(people)} places, events and other things",
        f"{len(contents.links)} links",
    ]
    return ", ".join(parts)


def _plain(value: Any) -> str:
    return " to ".join(value) if isinstance(value, list) else str(value).replace("True", "yes")
