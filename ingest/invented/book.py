"""The book of one invention: rows of files, people, and what is so, whatever a measure finds."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, Final, NamedTuple

from ingest.invented.agencies import person_ref
from ingest.invented.ground import Council
from ingest.invented.mesh import Point
from ingest.invented.noise import Noise

AT_HOME: Final = 0.85
"""How often somebody is met in the area they live in."""

Row = dict[str, str]
Pair = tuple[str, str]


@dataclass(eq=False)
class Person:
    """Somebody invented.

    Attributes
    ----------
    key : str
        In the answers: ``y001`` and so on for young people, ``a001`` for adults.
    name : tuple of str
        Given and family name.
    born : date
        Birth date, whether or not anybody recorded it.
    home, responsible : str
        Codes of the area they live in, and of the authority responsible for a child; the second empty
        for adults.
    sex, ethnicity : str
        As recorded.
    precision : str
        ``day`` or ``year``; empty where the birth date is not recorded.
    also_known_as : str
        Other names, with semicolons.
    refs : dict of str to str
        Reference at each agency that knows them.
    ids : dict of str to str
        Identifiers that agencies share, by scheme.
    told : dict of str to Row
        Further cells of the row of each agency.
    """

    key: str
    name: tuple[str, str]
    born: date
    home: str
    responsible: str
    sex: str = ""
    ethnicity: str = ""
    precision: str = "day"
    also_known_as: str = ""
    refs: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    told: dict[str, Row] = field(default_factory=dict)


class Scene(NamedTuple):
    """Where something happens.

    Attributes
    ----------
    point : tuple of float or None
        Metres; None where the place is named and has its own position, or where there is none.
    council : str
        Code of the area; empty outside all of them.
    place : str
        The force's reference of a named place; empty for none.
    """

    point: Point | None
    council: str
    place: str = ""


class Book:
    """Everything invented so far.

    Parameters
    ----------
    seed : int
        Of everything drawn by chance.
    noise : Noise
        How badly it is recorded.

    Attributes
    ----------
    dice : random.Random
        To draw with.
    noise : Noise
        As given.
    young, adults : list of Person
        In order of their keys.
    uncast : dict of str to list of Person
        Who has no part yet: ``young`` and ``adults``.
    alone : set of str
        Keys of people whom nothing may tie to anybody by chance.
    files : dict of str to list of Row
        Rows by name of file.
    stated : set of Pair
        Pairs that an agency said are tied, in a claim that counts.
    together : dict of Pair to set of date
        Days on which two people were companions at an event, or seen together.
    seen, homes, responsible : dict of str to set of str
        Codes of the areas where each person was at an event, of their recorded homes, and of the
        authorities recorded as responsible for them.
    occurred : Counter
        Incidents by reporting agency and code of the area.
    plants : dict
        Parts of the answers, as their makers note them.
    """

    def __init__(self, seed: int, noise: Noise) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - an invention, not a secret
        self.noise = noise
        self.young: list[Person] = []
        self.adults: list[Person] = []
        self.uncast: dict[str, list[Person]] = {"young": [], "adults": []}
        self.alone: set[str] = set()
        self.files: dict[str, list[Row]] = defaultdict(list)
        self.stated: set[Pair] = set()
        self.together: dict[Pair, set[date]] = defaultdict(set)
        self.seen: dict[str, set[str]] = defaultdict(set)
        self.homes: dict[str, set[str]] = defaultdict(set)
        self.responsible: dict[str, set[str]] = defaultdict(set)
        self.occurred: Counter[Pair] = Counter()
        self.plants: dict[str, Any] = {}
        self._numbers: Counter[str] = Counter()

    @property
    def people(self) -> list[Person]:
        """All people, young ones first."""
        return [*self.young, *self.adults]

    def number(self, of: str) -> int:
        """Return the next number of a series.

        Parameters
        ----------
        of : str
            Name of the series.

        Returns
        -------
        int
            From 1.
        """
        self._numbers[of] += 1
        return self._numbers[of]

    def count(self, of: str) -> int:
        """Return how far a series has come.

        Parameters
        ----------
        of : str
            Name of the series.

        Returns
        -------
        int
            0 before the first.
        """
        return self._numbers[of]

    def take(self, count: int, whom: str = "young") -> list[Person]:
        """Give people a part.

        Parameters
        ----------
        count : int
            How many.
        whom : str, optional
            ``young`` or ``adults``.

        Returns
        -------
        list of Person
            Nobody who has one already.
        """
        return [self.uncast[whom].pop(0) for _ in range(count)]

    def anybody(self, count: int, whom: str = "", *, near: str = "") -> list[Person]:
        """Draw people by chance.

        Parameters
        ----------
        count : int
            How many.
        whom : str, optional
            ``young`` or ``adults``; both when left out.
        near : str, optional
            Code of an area: as a rule those who live there.

        Returns
        -------
        list of Person
            Different ones, whether or not they have a part.
        """
        among = {"young": self.young, "adults": self.adults}.get(whom) or self.people
        among = [person for person in among if person.key not in self.alone]
        if near and self.dice.random() < AT_HOME:
            among = [person for person in among if person.home == near]
        return self.dice.sample(among, count)

    def whereabouts(self, person: Person, councils: Sequence[Council]) -> Council:
        """Draw the area where somebody is met: as a rule the one they live in.

        Parameters
        ----------
        person : Person
            Who.
        councils : sequence of Council
            The areas it may be.

        Returns
        -------
        Council
            One of them.
        """
        home = [council for council in councils if council.code == person.home]
        return home[0] if home and self.dice.random() < AT_HOME else self.dice.choice(list(councils))

    def ref(self, person: Person, agency: str) -> str:
        """Return an agency's reference of a person, who is known to it from then on.

        Parameters
        ----------
        person : Person
            Whom.
        agency : str
            Name of the agency.

        Returns
        -------
        str
            The same each time.
        """
        if agency not in person.refs:
            person.refs[agency] = person_ref(agency, self.number(agency))
        return person.refs[agency]

    def write(self, file: str, *rows: Row, **cells: str) -> None:
        """Write a row.

        Parameters
        ----------
        file : str
            Name of the file.
        *rows : Row
            Cells, the last one's first.
        **cells : str
            More cells.
        """
        row: Row = {}
        for part in rows:
            row |= part
        self.files[file].append(row | cells)

    def tied(self, a: Person, b: Person) -> None:
        """Note that an agency said, in a claim that counts, that two people are tied.

        Parameters
        ----------
        a, b : Person
            The two.
        """
        self.stated.add(pair(a, b))

    def met(self, people: Iterable[Person], day: date) -> None:
        """Note that people were companions on a day.

        Parameters
        ----------
        people : iterable of Person
            Each with each.
        day : date
            When.
        """
        for a, b in combinations(people, 2):
            self.together[pair(a, b)].add(day)

    def were_at(self, people: Sequence[Person], scene: Scene) -> None:
        """Note that people were somewhere.

        Parameters
        ----------
        people : sequence of Person
            In whatever capacity.
        scene : Scene
            Where.
        """
        for person in people:
            if scene.council:
                self.seen[person.key].add(scene.council)


def pair(a: Person, b: Person) -> Pair:
    """Return the keys of two people in order.

    Parameters
    ----------
    a, b : Person
        The two.

    Returns
    -------
    tuple of str
        The same for both orders.
    """
    low, high = sorted((a.key, b.key))
    return low, high
