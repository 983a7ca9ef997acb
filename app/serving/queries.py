"""What is asked in the query of a request, checked; a field that no route knows is refused."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.use_cases.asking import COUNTED_SORTS, Question

if TYPE_CHECKING:
    from app.use_cases.hotspots import Theme

EntityId = Annotated[str, Field(pattern=r"^[0-9a-hjkmnp-tv-z]{13}$", examples=["0000000000abc"])]
"""Of a person, place, thing, event or group."""

RowId = Annotated[str, Field(pattern=r"^[0-9a-z-]{1,40}$", examples=["2n4q8r1t-1"])]
"""Of a row of a saved run, a cell, or an entity."""

AreaCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,32}$")]
AreaKind = Literal["lad", "lsoa", "msoa", "ward", "force", "custom"]
Word = Annotated[str, Field(min_length=1, max_length=100)]


def _iso(value: Any) -> Any:
    # A bare number would be taken for seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("a day is written YYYY-MM-DD")
    return value


Day = Annotated[
    date, BeforeValidator(_iso), Field(ge=date(1900, 1, 1), le=date(2200, 1, 1), examples=["2025-06-01"])
]


class Asked(BaseModel):
    """Which claims an answer rests on.

    Attributes
    ----------
    window_from, window_to : date or None
        Only claims that held on some day from the first to the last.
    as_of : date or None
        Only claims their agency had reported by then.
    known_on : date or None
        Only what this workspace knew at the end of that day.
    doubtful : bool
        Whether disputed claims and those graded E count.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    window_from: Day | None = None
    window_to: Day | None = None
    as_of: Day | None = None
    known_on: Day | None = None
    doubtful: bool = False

    @model_validator(mode="after")
    def _whole_window(self) -> Asked:
        if (self.window_from is None) != (self.window_to is None):
            raise ValueError("a window has a first and a last day")
        if self.window_from and self.window_to and self.window_to < self.window_from:
            raise ValueError("the window ends before it begins")
        return self

    def question(self) -> Question:
        """Return it as use cases take it.

        Returns
        -------
        Question
            The same.
        """
        window = (self.window_from, self.window_to) if self.window_from and self.window_to else None
        return Question(window, self.as_of, self.known_on, self.doubtful)


class ClustersAsked(Asked):
    """How peer clusters are sought.

    Attributes
    ----------
    resolution : float or None
        In median ties a pair; found by a scan where left out.
    half_life_days : float
        Days in which a tie loses half its weight.
    names : bool
        Names instead of initials, by right.
    """

    resolution: float | None = Field(None, gt=0, le=1_000)
    half_life_days: float = Field(365.0, ge=1, le=36_500)
    names: bool = False


class FlowsAsked(Asked):
    """Between which areas.

    Attributes
    ----------
    kind : str
        Kind of area.
    """

    kind: AreaKind = "lad"


class CrossBorderAsked(FlowsAsked):
    """Between which areas, and how people are shown.

    Attributes
    ----------
    names : bool
        Names instead of initials, by right.
    """

    names: bool = False


class ThemeAsked(Asked):
    """What is tested for hotspots, in one layer.

    Attributes
    ----------
    sort : list of str
        Sorts of event; those that count as incidents where left out.
    category, area : list of str
        Categories, and codes of areas; all where left out.
    cell_size_m : float
        Side of a cell.
    q : float
        Largest corrected p of a hot cell.
    """

    sort: list[Word] = Field(list(COUNTED_SORTS), max_length=20)
    category: list[Word] = Field([], max_length=50)
    area: list[AreaCode] = Field([], max_length=100)
    cell_size_m: float = Field(300.0, ge=10, le=100_000)
    q: float = Field(0.05, gt=0, lt=1)

    def theme(self) -> Theme:
        """Return what is tested, as use cases take it.

        Returns
        -------
        Theme
            The same.
        """
        from app.use_cases.hotspots import Theme

        each = tuple(dict.fromkeys(getattr(self, "each", ())))
        sorts, categories, areas = (tuple(dict.fromkeys(x)) for x in (self.sort, self.category, self.area))
        return Theme(sorts, categories, each, areas, self.cell_size_m, self.q)


class HotspotsAsked(ThemeAsked):
    """What is tested for hotspots, in one layer or several.

    Attributes
    ----------
    each : list of str
        A layer for each ``type``, each ``month``, or both.
    """

    each: list[Literal["type", "month"]] = Field([], max_length=2)


class EntityAsked(Asked):
    """How one entity is shown.

    Attributes
    ----------
    names : bool
        Names instead of initials, by right.
    """

    names: bool = False


class NeighboursAsked(EntityAsked):
    """Which neighbours are shown.

    Attributes
    ----------
    kind : list of str
        Only links of these kinds are shown; all are counted.
    limit : int
        Most links shown; 0 counts only.
    """

    kind: list[Word] = Field([], max_length=50)
    limit: int = Field(200, ge=0, le=2_000)


class PathsAsked(EntityAsked):
    """Between which two ways are sought.

    Attributes
    ----------
    a, b : str
        Ids.
    max_hops, k : int
        Links of the longest way, and most ways.
    kind : list of str
        Only over these kinds of link.
    """

    a: EntityId
    b: EntityId
    max_hops: int = Field(4, ge=1, le=6)
    k: int = Field(3, ge=1, le=20)
    kind: list[Word] = Field([], max_length=50)


class Naming(BaseModel):
    """How people are shown.

    Attributes
    ----------
    names : bool
        Names instead of initials, by right.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    names: bool = False


class GroupsAsked(BaseModel):
    """How peer groups are shown.

    Attributes
    ----------
    known_on : date or None
        As this workspace knew them at the end of that day.
    names : bool
        Names instead of initials, by right.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    known_on: Day | None = None
    names: bool = False


class AreasAsked(BaseModel):
    """Which areas.

    Attributes
    ----------
    kind : str or None
        Kind of area; the one that studies are made of where left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: AreaKind | None = None


class LogAsked(BaseModel):
    """Which part of the audit log is looked at.

    Attributes
    ----------
    after : int
        Only events after this one.
    limit : int
        At most so many.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    after: int = Field(0, ge=0, lt=1 << 53)
    limit: int = Field(20_000, ge=1, le=20_000)
