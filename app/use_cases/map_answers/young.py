"""Who is a young person on a day: a child, of no known age, or under 25 and recorded as harmed."""

from __future__ import annotations

from collections.abc import Collection

from app.copies.kept_out import value_of
from app.use_cases.asking import Question
from app.use_cases.briefings.ages import ages_on
from app.use_cases.briefings.people import VICTIM_ROLES
from graph.view import Evidence, View


def young_people(view: View, people: Collection[int], question: Question, day: int) -> frozenset[int]:
    """Return which people are young people on a day.

    Parameters
    ----------
    view : View
        The viewer's.
    people : collection of int
        As the viewer sees them.
    question : Question
        Which claims count.
    day : int
        Days since 1970-01-01.

    Returns
    -------
    frozenset of int
        Under 18; of an age that is not known; and from 18 to 24 where a role on that day, or a link, says
        that somebody harmed or exploited them.
    """
    if not people:
        return frozenset()
    ages = ages_on(view, people, day)
    children = {person for person, age in ages.items() if age in ("under 18", "age not known")}
    older = [person for person, age in ages.items() if age == "18 to 24"]
    return frozenset(children | _harmed(view, older, question, day))


def _harmed(view: View, people: Collection[int], question: Question, day: int) -> set[int]:
    if not people:
        return set()
    filters = question.filters
    roles = view.store.facts_of(view.scope, people, "ROLE", filters=filters)
    found = {
        view.seen(item.claim.subject)
        for item in view.why([claim for _, claim in roles])
        if value_of(item).get("role") in VICTIM_ROLES and _holds(item, day)
    }
    links = view.store.link_table(view.scope, kinds=("EXPLOITED_BY",), filters=filters)
    return found | (set(links.a.tolist()) & set(people))


def _holds(item: Evidence, day: int) -> bool:
    first, last = item.claim.from_day, item.claim.to_day
    return (first is None or first <= day) and (last is None or day <= last)
