"""The planted peer groups, ties by chance, families, and five people who were once at one incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from ingest.invented import council, police
from ingest.invented.agencies import FORCE
from ingest.invented.book import Book, Person, Scene, pair
from ingest.invented.days import LAST_DAY, REVIEW, any_day, at_some_hour, years_before
from ingest.invented.evidence import meet, record_tie
from ingest.invented.ground import EAST, HOME_COUNCILS, NORTH, SOUTH, WEST, Council
from ingest.invented.incidents import scene_in
from ingest.invented.intelligence import says
from ingest.invented.names import of_family
from ingest.invented.people import council_of
from ingest.invented.places import Place

_LATEST_START: Final = date(2026, 1, 31)
_OUTINGS: Final = 4
_OF_AN_AGE_DAYS: Final = 500


@dataclass(frozen=True)
class PeerGroup:
    """A planted peer group.

    Attributes
    ----------
    name : str
        In the answers.
    members : tuple of Person
        The exploiter among them, if there is one.
    councils : tuple of str
        Codes of the areas its members live in.
    exploiter : Person or None
        An adult.
    """

    name: str
    members: tuple[Person, ...]
    councils: tuple[str, ...]
    exploiter: Person | None = None


@dataclass(frozen=True)
class Plan:
    """What a peer group is to be.

    Attributes
    ----------
    size : int
        Members, an exploiter included.
    councils : tuple of Council
        Where they live, in turn.
    exploited : bool
        Whether an adult is among them.
    """

    size: int
    councils: tuple[Council, ...]
    exploited: bool = False


PLANS: Final = (
    Plan(8, (WEST,)),
    Plan(6, (WEST, EAST)),
    Plan(7, (EAST,)),
    Plan(5, (EAST,)),
    Plan(9, (WEST, EAST), True),
    Plan(6, (WEST,), True),
    Plan(7, (EAST, NORTH)),
    Plan(8, (EAST,)),
    Plan(5, (WEST,)),
    Plan(6, (EAST, WEST), True),
    Plan(7, (EAST,)),
    Plan(9, (WEST,)),
    Plan(6, (WEST, SOUTH)),
)
"""The five of the cohort are one more."""


def plant(book: Book, places: Sequence[Place]) -> list[PeerGroup]:
    """Invent the peer groups and what is recorded of them.

    Parameters
    ----------
    book : Book
        To write to.
    places : sequence of Place
        Where they may be met.

    Returns
    -------
    list of PeerGroup
        As planted, whatever was recorded.
    """
    return [_grown(book, f"g{n:02}", plan, places) for n, plan in enumerate(PLANS, 1)]


def _grown(book: Book, name: str, plan: Plan, places: Sequence[Place]) -> PeerGroup:
    members = book.take(plan.size - plan.exploited)
    age = book.dice.randrange(13, 17)
    for n, person in enumerate(members):
        person.home = person.responsible = plan.councils[n % len(plan.councils)].code
        person.born = years_before(LAST_DAY, age) - timedelta(days=book.dice.randrange(_OF_AN_AGE_DAYS))
    first = any_day(book.dice, last=_LATEST_START)
    scenes = haunts(book, places, plan.councils[0].code)
    exploiter = _exploiter(book, members, first) if plan.exploited else None
    everybody = [*members, *([exploiter] if exploiter else [])]
    record_ties(book, everybody, scenes, first)
    for _ in range(_OUTINGS):
        meet(book, book.dice.sample(members, book.dice.choice((3, 4))), scenes, first)
    return PeerGroup(name, tuple(everybody), tuple(c.code for c in plan.councils), exploiter)


def haunts(book: Book, places: Sequence[Place], council_code: str) -> list[Scene]:
    """Draw where people may be met: three named places and six others.

    Parameters
    ----------
    book : Book
        To draw with.
    places : sequence of Place
        Among them.
    council_code : str
        Of the area; one of the two home councils.

    Returns
    -------
    list of Scene
        The named ones, out of doors or open to all, come first.
    """
    sorts = ("park", "shop", "takeaway", "transport", "estate")
    near = [
        p.scene for p in places if p.sort in sorts and p.agency == FORCE and p.scene.council == council_code
    ]
    council = next(council for council in HOME_COUNCILS if council.code == council_code)
    return [*book.dice.sample(near, 3), *(scene_in(book.dice, council) for _ in range(6))]


def record_ties(book: Book, members: Sequence[Person], scenes: Sequence[Scene], first: date) -> None:
    """Record the share of the pairs of a peer group that the noise leaves.

    Parameters
    ----------
    book : Book
        To write to.
    members : sequence of Person
        Everybody in it.
    scenes : sequence of Scene
        Where they may be met.
    first : date
        Since when at the earliest.
    """
    for a, b in combinations(members, 2):
        if book.dice.random() < book.noise.ties_recorded:
            record_tie(book, a, b, scenes, first)
            if book.dice.random() < book.noise.said_again:
                record_tie(book, a, b, scenes, first)


def _exploiter(book: Book, members: Sequence[Person], first: date) -> Person:
    (adult,) = book.take(1, "adults")
    adult.home, adult.precision = members[0].home, "day"
    adult.told[FORCE] = {
        "role": "person_of_interest", "harm": "cce", "officer": f"DC {4400 + book.number('officer')}",
        "valid_from": first.isoformat(), "review": REVIEW.isoformat(),
    }  # fmt: skip
    for child in book.dice.sample(list(members), 3):
        says(book, "EXPLOITED_BY", any_day(book.dice, first=first), person=child, other=adult)
    return adult


def tie_by_chance(book: Book, groups: Sequence[PeerGroup], scenes: Sequence[Scene]) -> None:
    """Record ties between people drawn by chance.

    Parameters
    ----------
    book : Book
        Its noise says how many.
    groups : sequence of PeerGroup
        Two of one group are not drawn.
    scenes : sequence of Scene
        Where they may be met.
    """
    group_of = {person.key: group.name for group in groups for person in group.members}
    wanted = round(book.noise.chance_ties * len(book.people) / 2)
    drawn: set[tuple[str, str]] = set()
    while len(drawn) < wanted:
        a, b = book.anybody(2)
        same = group_of.get(a.key, a.key) == group_of.get(b.key, b.key)
        if not same and pair(a, b) not in drawn:
            drawn.add(pair(a, b))
            council = book.whereabouts(a, HOME_COUNCILS)
            record_tie(book, a, b, [scene for scene in scenes if scene.council == council.code])


def make_families(book: Book) -> None:
    """Let brothers, sisters, twins, parents and carers be recorded as family, always two and two.

    Parameters
    ----------
    book : Book
        To write to.
    """
    twins = []
    for n in range(30):
        a, b = book.take(2)
        _join_family(book, b, a)
        b.responsible = a.responsible
        if n < 3:
            b.born, b.precision = a.born, a.precision
            twins.append([a.key, b.key])
        _family(book, a, b)
    for child in book.anybody(70, "young"):
        _parent(book, child)
    for child in book.anybody(20, "young"):
        (adult,) = book.take(1, "adults")
        adult.told[council_of(child)] = {"role": "protective_adult"}
        _family(book, child, adult)
    book.plants["twins"] = twins


def _parent(book: Book, child: Person) -> None:
    (adult,) = book.take(1, "adults")
    _join_family(book, adult, child)
    adult.told[council_of(child)] = {"role": "parent_or_carer"}
    _family(book, child, adult)


def _join_family(book: Book, person: Person, other: Person) -> None:
    taken = {somebody.name for somebody in book.people}
    person.name, person.home = of_family(book.dice, other.name[1], taken), other.home


def _family(book: Book, a: Person, b: Person) -> None:
    council.tie(book, council_of(a), a, b, any_day(book.dice, last=date(2025, 6, 30)), "FAMILY_OF")


def plant_single_event(book: Book, scene: Scene) -> None:
    """Let five people be present at one incident who have no other tie.

    Parameters
    ----------
    book : Book
        To write to; nothing else will tie them.
    scene : Scene
        Where.
    """
    five = book.take(5)
    book.alone |= {person.key for person in five}
    at = at_some_hour(book.dice, date(2026, 5, 16))
    ref = police.asb(book, scene, at, "Rowdy behaviour", [(person, "present") for person in five])
    book.plants["single_event_five"] = {
        "people": [person.key for person in five], "event_ref": ref, "agency": FORCE,
        "day": at.date().isoformat(),
    }  # fmt: skip


def plant_namesakes(book: Book) -> None:
    """Give two pairs of different people the same name and birth date.

    Parameters
    ----------
    book : Book
        To write to.
    """
    pairs = [book.take(2), book.take(2, "adults")]
    for n, (a, b) in enumerate(pairs):
        a.home, b.home = WEST.code, EAST.code
        if not n:
            a.responsible, b.responsible = a.home, b.home
        b.name, b.born = a.name, a.born
        a.precision = b.precision = "day"
    book.ref(pairs[1][0], FORCE)
    book.plants["same_name_pairs"] = [[a.key, b.key] for a, b in pairs]
