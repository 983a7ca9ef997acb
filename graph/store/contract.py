"""What every store of the drawn graph answers, and in what words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from graph.ledger.judgements import Judgement
from graph.model.links import Int32, Int64, LinkTable
from graph.model.scope import Filters, Scope
from graph.store.drawing import Drawing

Float64 = npt.NDArray[np.float64]


class Placed(NamedTuple):
    """Where a point lies.

    Attributes
    ----------
    easting_m, northing_m : float
        British National Grid.
    areas : tuple of int
        Ids of the areas that hold it, one for each set of areas loaded.
    """

    easting_m: float
    northing_m: float
    areas: tuple[int, ...]


Place = Callable[[Float64, Float64], Sequence[Placed]]
"""Takes longitudes and latitudes and places each point; handed in, so the graph knows no geography."""


class DrawnArea(NamedTuple):
    """An area as the drawn graph names it.

    Attributes
    ----------
    id : int
        The same in every workspace.
    kind, vintage, code, name : str
        For example ``lsoa``, ``2021``, ``E01018586``, ``Cheshire East 001B``.
    """

    id: int
    kind: str
    vintage: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do to a drawn graph.

    Attributes
    ----------
    version : int
        The ledger's version once they are done.
    added : Drawing or iterable of Drawing
        Rows to put in, at once or part by part.
    removed : Drawing
        Rows to take out.
    judgements : sequence of Judgement
        All that hold.
    areas : sequence of DrawnArea
        All areas loaded.
    touched : mapping of int to int
        How often the claims of each label changed.
    """

    version: int
    added: Drawing | Iterable[Drawing]
    removed: Drawing = field(default_factory=Drawing)
    judgements: Sequence[Judgement] = ()
    areas: Sequence[DrawnArea] = ()
    touched: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as one viewer sees it.

    Attributes
    ----------
    id : int
        Of the oldest record the viewer may see.
    kind : str
        Of the dictionary of kinds.
    sort, category : str
        Of its newest visible description; empty for none.
    members : tuple of int
        Every entity that visible judgements hold to be this one, itself too.
    """

    id: int
    kind: str
    sort: str
    category: str
    members: tuple[int, ...]


class Description(NamedTuple):
    """What an entity is.

    Attributes
    ----------
    kind : str
        Of the dictionary of kinds.
    sort, category : str
        Of its newest visible description; empty for none.
    """

    kind: str
    sort: str
    category: str


@dataclass(frozen=True, slots=True)
class DatedClaims:
    """Claims with the days they held; n rows, sorted by claim.

    Attributes
    ----------
    claim, entity : ndarray of int64, shape (n,)
        Number of the claim, and one of the entities asked for that it speaks of.
    from_day, to_day : ndarray of int32, shape (n,)
        Days since 1970-01-01, ``NO_DAY`` where unknown.
    """

    claim: Int64
    entity: Int64
    from_day: Int32
    to_day: Int32


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Links of one entity.

    Attributes
    ----------
    links : LinkTable
        Those shown.
    counts : dict of str to int
        Links by predicate, shown or not.
    not_shown : dict of str to int
        Links by predicate that the limit left out.
    """

    links: LinkTable
    counts: dict[str, int]
    not_shown: dict[str, int]


@dataclass(frozen=True, slots=True)
class Path:
    """A way from one entity to another.

    Attributes
    ----------
    entities : tuple of int
        From the first to the last.
    links : tuple of int
        One link between each two, the best graded.
    weakest_source, weakest_information : int
        Worst of the best grades on the way, apart; 0 where some link is ungraded.
    """

    entities: tuple[int, ...]
    links: tuple[int, ...]
    weakest_source: int
    weakest_information: int


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Events that have a position; n rows, sorted by event.

    Attributes
    ----------
    event, location : ndarray of int64, shape (n,)
        Ids.
    sort, category : ndarray of str, shape (n,)
        Of the event.
    from_day, to_day : ndarray of int32, shape (n,)
        When it occurred; ``NO_DAY`` where unknown.
    lon, lat, easting_m, northing_m : ndarray of float64, shape (n,)
        The newest position that the viewer may see.
    areas : list of tuple of int
        Areas that hold each position.
    reporter : ndarray of str, shape (n,)
        Agency of origin of the newest description.
    without_position : int
        Visible events that have none.
    """

    event: Int64
    location: Int64
    sort: npt.NDArray[np.str_]
    category: npt.NDArray[np.str_]
    from_day: Int32
    to_day: Int32
    lon: Float64
    lat: Float64
    easting_m: Float64
    northing_m: Float64
    reporter: npt.NDArray[np.str_]
    areas: list[tuple[int, ...]]
    without_position: int


@dataclass(frozen=True, slots=True)
class Locations:
    """Locations that have a position; n rows, sorted by id.

    Attributes
    ----------
    location : ndarray of int64, shape (n,)
        Ids.
    sort, category : ndarray of str, shape (n,)
        As last described.
    lon, lat, easting_m, northing_m : ndarray of float64, shape (n,)
        The newest position that the viewer may see.
    areas : list of tuple of int
        Areas that hold each.
    """

    location: Int64
    sort: npt.NDArray[np.str_]
    category: npt.NDArray[np.str_]
    lon: Float64
    lat: Float64
    easting_m: Float64
    northing_m: Float64
    areas: list[tuple[int, ...]]


class Store(Protocol):
    """A drawn graph; each read takes the scope it answers for.

    Notes
    -----
    A claim outside the scope is as if it had never been drawn: it adds no entity, link, count,
    grade, date or order, and joins no two records into one person.
    """

    def apply(self, changes: Changes, place: Place) -> None:
        """Put claims in and take claims out, all at once.

        Parameters
        ----------
        changes : Changes
            What to do; doing it twice is the same as once.
        place : Place
            Places new points.
        """

    def version(self) -> int:
        """Return the ledger's version that is drawn.

        Returns
        -------
        int
            0 before anything was drawn.
        """

    def touched(self) -> dict[int, int]:
        """Return how often the claims of each label had changed when they were drawn.

        Returns
        -------
        dict of int to int
            What data versions are made of, so that they fit what is drawn.
        """

    def areas(self) -> list[DrawnArea]:
        """Return the areas loaded.

        Returns
        -------
        list of DrawnArea
            Sorted by kind, vintage and code.
        """

    def area_codes(self) -> dict[int, str]:
        """Return the codes of areas by their ids.

        Returns
        -------
        dict of int to str
            Those loaded, and those that any claim names: only to be asked for ids that a visible
            link holds.
        """

    def counts(self, scope: Scope, filters: Filters = ...) -> dict[str, int]:
        """Return how many entities and links there are, by kind.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        dict of str to int
            Kinds of entity, then predicates.
        """

    def entity(self, scope: Scope, entity: int) -> Entity:
        """Return one entity.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entity : int
            Its id, or that of any record held to be the same.

        Returns
        -------
        Entity
            As the viewer sees it.

        Raises
        ------
        EntityNotFoundError
            No visible claim speaks of it.
        """

    def described(self, scope: Scope, entities: Collection[int]) -> dict[int, Description]:
        """Return what many entities are, as ``entity`` tells it of one.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Entities the viewer may see.

        Returns
        -------
        dict of int to Description
            By the id that the viewer sees.
        """

    def entities(self, scope: Scope, kind: str, filters: Filters = ...) -> Int64:
        """Return every entity of a kind that a visible claim speaks of.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        kind : str
            Of the dictionary of kinds.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        ndarray of int64
            Sorted ids.
        """

    def neighbours(
        self,
        scope: Scope,
        entity: int,
        *,
        kinds: Collection[str] = (),
        filters: Filters = ...,
        limit: int = 200,
    ) -> Neighbours:
        """Return the links of one entity.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entity : int
            Its id.
        kinds : collection of str, optional
            Only these predicates.
        filters : Filters, optional
            Which claims count.
        limit : int, optional
            Most links shown.

        Returns
        -------
        Neighbours
            With counts by kind of what is not shown.

        Raises
        ------
        EntityNotFoundError
            No visible claim speaks of it.
        """

    def neighbourhood(
        self,
        scope: Scope,
        entities: Collection[int],
        *,
        hops: int = 1,
        kinds: Collection[str] = (),
        filters: Filters = ...,
    ) -> LinkTable:
        """Return the links within some hops of some entities.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Where to begin.
        hops : int, optional
            How far.
        kinds : collection of str, optional
            Only over these predicates.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        LinkTable
            Every link between entities reached.
        """

    def links_between(self, scope: Scope, entities: Collection[int], *, filters: Filters = ...) -> LinkTable:
        """Return the links whose two ends are among some entities.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Both ends.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        LinkTable
            Sorted by id.
        """

    def link(self, scope: Scope, link: int, *, filters: Filters = ...) -> LinkTable:
        """Return one link.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        link : int
            Its id, as the viewer sees it.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        LinkTable
            One row; none where no visible claim draws a link of this id.
        """

    def paths(
        self,
        scope: Scope,
        start: int,
        end: int,
        *,
        max_hops: int = 4,
        k: int = 3,
        kinds: Collection[str] = (),
        filters: Filters = ...,
    ) -> list[Path]:
        """Return the shortest ways from one entity to another.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        start, end : int
            Ids.
        max_hops : int, optional
            Longest way.
        k : int, optional
            Most ways.
        kinds : collection of str, optional
            Only over these predicates.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        list of Path
            Shortest first, then by ids; empty for none.
        """

    def link_table(self, scope: Scope, *, kinds: Collection[str] = (), filters: Filters = ...) -> LinkTable:
        """Return every link of some kinds.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        kinds : collection of str, optional
            Only these predicates; all when empty.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        LinkTable
            Sorted by id.
        """

    def claims_of(self, scope: Scope, links: LinkTable, *, filters: Filters = ...) -> dict[int, list[int]]:
        """Return the numbers of the visible claims behind links.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        links : LinkTable
            As this store gave it.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        dict of int to list of int
            Link to claims.
        """

    def facts_of(
        self, scope: Scope, entities: Collection[int], predicate: str, *, filters: Filters = ...
    ) -> list[tuple[int, int]]:
        """Return the visible claims of one property.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Of these; of every entity when empty.
        predicate : str
            A property of the dictionary.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        list of (int, int)
            Entity (as the viewer sees it) and claim, in the order of claims.
        """

    def seen(self, scope: Scope, entity: int) -> int:
        """Return the entity that a viewer sees for one.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entity : int
            As a claim names it.

        Returns
        -------
        int
            Its own id, or that of the oldest record held to be the same.
        """

    def all_facts(self, scope: Scope, entities: Collection[int], *, filters: Filters = ...) -> list[int]:
        """Return the visible claims of every property of some entities.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            As the viewer sees them.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        list of int
            Numbers of claims, in their order.
        """

    def dated_claims(
        self, scope: Scope, entities: Collection[int], *, kinds: Collection[str], filters: Filters
    ) -> DatedClaims:
        """Return the visible claims that speak of some entities, with the days they held.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            As the viewer sees them.
        kinds : collection of str
            Only these links and properties; all when empty.
        filters : Filters
            Which claims count.

        Returns
        -------
        DatedClaims
            Each claim once.
        """

    def occurrences(
        self, scope: Scope, *, kinds: Collection[str] = (), filters: Filters = ...
    ) -> Occurrences:
        """Return events with their positions.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        kinds : collection of str, optional
            Only these sorts of event.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        Occurrences
            Sorted by event.
        """

    def locations(self, scope: Scope, *, kinds: Collection[str] = (), filters: Filters = ...) -> Locations:
        """Return locations with their positions.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        kinds : collection of str, optional
            Only these sorts.
        filters : Filters, optional
            Which claims count.

        Returns
        -------
        Locations
            Sorted by id.
        """

    def pointed(self, scope: Scope, entities: Collection[int]) -> list[tuple[int, int]]:
        """Return which entities have claims that the viewer may only be pointed to.

        Parameters
        ----------
        scope : Scope
            Whose answer.
        entities : collection of int
            Entities the viewer may see.

        Returns
        -------
        list of (int, int)
            Entity and label, each pair once.
        """

    def close(self) -> None:
        """Give back what is open."""
