"""The right answers: what was planted, from what the inventor knows and not from what a measure finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Final

from ingest.invented.book import Book, Pair, Person
from ingest.invented.days import FIRST_DAY, LAST_DAY
from ingest.invented.peer_groups import PeerGroup

SCHEMA: Final = "kithmap.invented/1"
_MIN_DAYS: Final = 2


def right_answers(book: Book, groups: Sequence[PeerGroup], seed: int) -> dict[str, object]:
    """Return everything that was planted.

    Parameters
    ----------
    book : Book
        With everything written.
    groups : sequence of PeerGroup
        As planted.
    seed : int
        As given.

    Returns
    -------
    dict
        Ready for JSON; its keys are told in ``docs/demo.md``.
    """
    return {
        "schema": SCHEMA,
        "seed": seed,
        "noise": asdict(book.noise),
        "first_day": FIRST_DAY.isoformat(),
        "last_day": LAST_DAY.isoformat(),
        "counts": _counts(book),
        "people": {p.key: _told(p) for p in book.people},
        "peer_groups": [_group(group) for group in groups],
        "cross_border": _cross_border(book),
        **book.plants,
    }


def _counts(book: Book) -> dict[str, int]:
    rows = {name: len(found) for name, found in book.files.items()}
    places = sum(count for name, count in rows.items() if name.endswith("-places.csv"))
    return {
        "young_people": len(book.young), "adults": len(book.adults), "groups": rows["tidewater-groups.csv"],
        "places": places, "events": count_events(book),
        "intelligence_logs": sum(count for name, count in rows.items() if name.endswith("-logs.csv")),
        "rows": sum(rows.values()),
    }  # fmt: skip


def count_events(book: Book) -> int:
    """Return how many events the files speak of.

    Parameters
    ----------
    book : Book
        As far as it is written.

    Returns
    -------
    int
        An arrest and the detention that follows are two.
    """
    series = ("crime", "asb", "encounter", "custody", "custody", "missing", "council event", "published")
    return sum(book.count(name) for name in series)


def _told(person: Person) -> dict[str, object]:
    names = {" ".join(person.name)}
    names |= {
        f"{told['given_name']} {person.name[1]}" for told in person.told.values() if "given_name" in told
    }
    return {"names": sorted(names, key=len, reverse=True), "refs": dict(sorted(person.refs.items()))}


def _group(group: PeerGroup) -> dict[str, object]:
    return {
        "name": group.name,
        "members": [person.key for person in group.members],
        "councils": list(group.councils),
        "crosses": len(group.councils) > 1,
        "exploiter": group.exploiter.key if group.exploiter else None,
    }


def _cross_border(book: Book) -> dict[str, object]:
    people = {person.key: _areas(book, person) for person in book.people}
    across = {
        key: areas
        for key, areas in people.items()
        if len({code for codes in areas.values() for code in codes}) > 1
    }
    ties = sorted(pair for pair in tied_pairs(book) if _crosses(book, pair))
    shared: Counter[Pair] = Counter()
    for areas in across.values():
        shared.update(combinations(sorted({code for codes in areas.values() for code in codes}), 2))
    crossing: Counter[Pair] = Counter()
    for a, b in ties:
        crossing.update({_in_order(x, y) for x in book.homes[a] for y in book.homes[b]})
    pairs = [
        {"area_a": pair[0], "area_b": pair[1], "people": shared[pair], "ties": crossing[pair]}
        for pair in sorted({*shared, *crossing})
    ]
    incidents: dict[str, dict[str, int]] = {}
    for (agency, code), count in sorted(book.occurred.items()):
        incidents.setdefault(agency, {})[code or "outside"] = count
    return {"people": across, "ties": [list(pair) for pair in ties], "pairs": pairs, "incidents": incidents}


def _areas(book: Book, person: Person) -> dict[str, list[str]]:
    kept = {"home": book.homes, "seen": book.seen, "responsible": book.responsible}
    return {basis: sorted(areas[person.key]) for basis, areas in kept.items()}


def tied_pairs(book: Book) -> set[Pair]:
    """Return who is tied to whom, by the rule in ``docs/methods/peer-clusters.md``.

    Parameters
    ----------
    book : Book
        With everything written.

    Returns
    -------
    set of Pair
        Those whom an agency said to be tied, and those who were together on two days or more.
    """
    return book.stated | {pair for pair, days in book.together.items() if len(days) >= _MIN_DAYS}


def _crosses(book: Book, pair: Pair) -> bool:
    a, b = (book.homes[key] for key in pair)
    return bool(a) and bool(b) and not a & b


def _in_order(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)
