"""What a briefing is made from: every claim about its people that all of its readers may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from app.use_cases.asking import Question
from app.use_cases.briefings.ages import Age, ages_on
from app.use_cases.briefings.pairs import Pairs
from app.use_cases.briefings.said import Said, read_said
from app.use_cases.briefings.wording import plain
from app.use_cases.naming import shown_people
from graph.model.entities import write_id
from graph.model.kinds import LINKS, TIES
from graph.model.links import Bool, Int64, LinkTable
from graph.model.scope import Filters
from graph.view import View

CONCERN: Final = ("EXPLOITED_BY", "POSES_RISK_TO", "MEMBER_OF")
_MEMBERS: Final = (
    *TIES, *CONCERN, "INVOLVED_IN", "IN", "LIVES_AT", "PLACED_AT", "ATTENDS", "EXCLUDED_FROM", "FREQUENTS",
    "HARMED_AT",
)  # fmt: skip
_HOMES: Final = ("LIVES_AT", "PLACED_AT", "SAFE_AT")
_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of some people, by every reader's rights.

    Attributes
    ----------
    view : View
        Of what every reader may see.
    question : Question
        Which claims count.
    day : int
        The day the contents are for.
    members : tuple of int
        In the order of print: by how they are shown, then by id.
    pairs : Pairs
        Ties among them.
    called : dict of int to str
        How each person and group is called.
    ages : dict of int to str
        Of each person.
    said : tuple of Said
        Every claim about them, doubtful ones too.
    of_link : dict of int to tuple of Said
        The claims behind each link of a tie.
    homes : frozenset of int
        Locations that somebody lives, is placed or is safe at.
    """

    view: View
    question: Question
    day: int
    members: tuple[int, ...]
    pairs: Pairs
    called: dict[int, str]
    ages: dict[int, Age]
    said: tuple[Said, ...]
    of_link: dict[int, tuple[Said, ...]]
    homes: frozenset[int]
    _by_end: dict[int, list[Said]] = field(default_factory=dict, repr=False)

    def of(self, entity: int, *predicates: str, capacity: str = "") -> list[Said]:
        """Return the claims that count of which an entity is the subject.

        Parameters
        ----------
        entity : int
            Its id.
        *predicates : str
            Of these kinds.
        capacity : str, optional
            Only in this capacity.

        Returns
        -------
        list of Said
            In the order of the ledger, without doubtful ones unless they were asked for.
        """
        return [
            one
            for one in self._by_end.get(entity, ())
            if one.subject == entity
            and one.predicate in predicates
            and self.counts(one)
            and (not capacity or one.capacity == capacity)
        ]

    def to(self, entity: int, *predicates: str) -> list[Said]:
        """Return the links that count of which an entity is the other end.

        Parameters
        ----------
        entity : int
            Its id.
        *predicates : str
            Of these kinds.

        Returns
        -------
        list of Said
            As ``of``.
        """
        held = self._by_end.get(entity, ())
        return [s for s in held if s.other == entity and s.predicate in predicates and self.counts(s)]

    def about(self, entity: int) -> list[Said]:
        """Return every claim that counts and that names an entity.

        Parameters
        ----------
        entity : int
            Its id.

        Returns
        -------
        list of Said
            At either end, in the order of the ledger.
        """
        return [one for one in self._by_end.get(entity, ()) if self.counts(one)]

    def counts(self, said: Said) -> bool:
        """Return whether a claim counts in this briefing.

        Parameters
        ----------
        said : Said
            A claim.

        Returns
        -------
        bool
            False for a disputed one and one graded E, unless they were asked for.
        """
        return self.question.doubtful or not said.doubtful

    @property
    def standing(self) -> Filters:
        """The claims about people and places that count: as those of ties, without the window."""
        return replace(self.question.filters, window=None)


def read_material(
    view: View,
    members: Collection[int],
    pairs: Pairs,
    *,
    question: Question,
    day: int,
    readers: frozenset[str],
    names: bool,
) -> Material:
    """Read everything about some people at once.

    Parameters
    ----------
    view : View
        Of what every reader may see.
    members : collection of int
        Ids, as that view sees them.
    pairs : Pairs
        Ties among them.
    question : Question
        Which claims count.
    day : int
        The day the contents are for.
    readers : frozenset of str
        Agencies that will read it.
    names : bool
        Names instead of initials.

    Returns
    -------
    Material
        Ready for every section.
    """
    everything = Filters(None, question.filters.as_of, doubtful=True)
    links = _links(view, members, everything)
    tied = np.array(sorted({link for pair in pairs.held for link in pair.links}), dtype=np.int64)
    behind = view.store.claims_of(
        view.scope, pairs.table.take(np.isin(pairs.table.link_id, tied)), filters=question.filters
    )
    claims = {claim for held in behind.values() for claim in held}
    for table in links:
        held = view.store.claims_of(view.scope, table, filters=everything).values()
        claims |= {claim for numbers in held for claim in numbers}
    claims |= _facts(view, members, links, everything)
    said = tuple(read_said(view, claims, readers))
    by_number = {one.number: one for one in said}
    people, groups = _concerned(said, members)
    called = _called(view, people, groups, names=names)
    return Material(
        view,
        question,
        day,
        tuple(sorted(members, key=lambda person: (called[person].casefold(), person))),
        pairs,
        called,
        ages_on(view, people, day),
        said,
        {link: tuple(by_number[c] for c in held if c in by_number) for link, held in behind.items()},
        _homes(view, said, everything),
        _by_end(said),
    )


def _links(view: View, members: Collection[int], filters: Filters) -> list[LinkTable]:
    """Return the links of members, of the events they were at, and of those who concern them."""

    def _near(entities: Int64, kinds: Collection[str]) -> LinkTable:
        return view.store.neighbourhood(view.scope, entities.tolist(), hops=1, kinds=kinds, filters=filters)

    ids = np.array(sorted(members), dtype=np.int64)
    mine = _near(ids, _MEMBERS)
    a, b = np.isin(mine.a, ids), np.isin(mine.b, ids)
    mine = mine.take(np.where(_is(mine, TIES), a & b, a | b & _is(mine, CONCERN)))
    found = [mine]
    events = np.unique(mine.b[_is(mine, ("INVOLVED_IN",))])
    if len(events):
        where = _near(events, ("OCCURRED_AT", "IN"))
        found.append(where.take(np.isin(where.a, events)))
    concern = mine.take(_is(mine, CONCERN))
    others = np.setdiff1d(np.concatenate((concern.a, concern.b)), ids)
    if len(others):
        theirs = _near(others, ("MEMBER_OF", "ORIGINATES_FROM", "OPERATES_IN"))
        found.append(theirs.take(np.isin(theirs.a, others)))
    return found


def _is(links: LinkTable, kinds: Iterable[str]) -> Bool:
    return np.isin(links.predicate, [LINKS[kind].code for kind in kinds])


def _facts(view: View, members: Collection[int], links: list[LinkTable], filters: Filters) -> set[int]:
    """Return the claims of every property of members, and what the events, places and groups near are."""
    near = {int(end) for table in links for end in np.concatenate((table.a, table.b))} - set(members)
    found = set(view.store.all_facts(view.scope, members, filters=filters))
    for predicate in ("IS", "MISSING_EPISODE") if near else ():
        found |= {c for _, c in view.store.facts_of(view.scope, near, predicate, filters=filters)}
    return found


def _concerned(said: Iterable[Said], members: Collection[int]) -> tuple[set[int], set[int]]:
    """Return the people and the groups that are named in print."""
    people, groups = set(members), set[int]()
    for one in said:
        if one.predicate in CONCERN:
            for end, kind in ((one.subject, one.subject_kind), (one.other, one.other_kind)):
                if end is not None:
                    (people if kind == "Person" else groups).add(end)
    return people, groups


def _called(view: View, people: Collection[int], groups: Collection[int], *, names: bool) -> dict[int, str]:
    shown = shown_people(view, people, names=names)
    titles = view.names(groups)
    letters = {entity: write_id(entity) for entity in {*people, *groups}}
    length = _SHORTEST
    while len({text[-length:] for text in letters.values()}) < len(letters):
        length += 1
    called = {person: shown[person] or "no name recorded" for person in people}
    called |= {group: titles.get(group, ["no name recorded"])[0] for group in groups}
    return {entity: f"{plain(text)} ({letters[entity][-length:]})" for entity, text in called.items()}


def _homes(view: View, said: Iterable[Said], filters: Filters) -> frozenset[int]:
    places = {one.other for one in said if one.other_kind in ("Location", "Organisation") and one.other}
    if not places:
        return frozenset()
    links = view.store.neighbourhood(view.scope, sorted(places), hops=1, kinds=_HOMES, filters=filters)
    return frozenset(np.unique(links.b).tolist())


def _by_end(said: Iterable[Said]) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = defaultdict(list)
    for one in said:
        for end in {one.subject, one.other} - {None}:
            found[int(end or 0)].append(one)
    return dict(found)
