"""What happens all the time: missing episodes, stops, arrests, and a few incidents at home or online."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from ingest.invented import council, police
from ingest.invented.book import Book, Person, Scene
from ingest.invented.days import LAST_DAY, any_day, at_some_hour
from ingest.invented.ground import COUNCILS, HOME_COUNCILS
from ingest.invented.incidents import scene_in

EPISODES: Final = 330
ENCOUNTERS: Final = 380
ARRESTS: Final = 140

_QUARTERS: Final = (date(2025, 11, 1), date(2026, 2, 1), date(2026, 5, 1), date(2026, 8, 1))
_DOUBT: Final = (
    "Burglary",
    "Robbery of personal property",
    "Possession with intent to supply",
    "Vehicle crime",
)


def go_missing(book: Book) -> None:
    """Write missing episodes, until there are as many as there should be.

    Parameters
    ----------
    book : Book
        To write to; those of others count.
    """
    rising, steady = book.take(2)
    for person, counts in ((rising, (1, 1, 1, 4)), (steady, (4, 4, 4, 4))):
        for start, count in zip(_QUARTERS, counts, strict=True):
            for n in range(count):
                at = at_some_hour(book.dice, start + timedelta(days=5 + 20 * n + book.dice.randrange(12)))
                council.missing(book, person, at, book.dice.randrange(5, 30))
    book.plants["missing"] = {
        "quarters_from": [day.isoformat() for day in _QUARTERS],
        "rising": {"person": rising.key, "episodes": [1, 1, 1, 4]},
        "sustained": {"person": steady.key, "episodes": [4, 4, 4, 4]},
    }
    among = [person for person in book.anybody(92, "young") if person not in (rising, steady)]
    while book.count("missing") < EPISODES:
        _episode(book, book.dice.choice(among))


def _episode(book: Book, person: Person) -> None:
    dice = book.dice
    at = at_some_hour(dice, any_day(dice, "missing", last=LAST_DAY - timedelta(days=4)))
    found = scene_in(dice, book.whereabouts(person, COUNCILS)) if dice.random() < 0.5 else None
    friends = [p for p in book.young if tuple(sorted((p.key, person.key))) in book.stated]
    friend = dice.choice(friends) if friends and dice.random() < 0.15 else None
    council.missing(book, person, at, dice.choice((6, 9, 14, 26, 50)), found=found, found_with=friend)


def stop_people(book: Book) -> None:
    """Write stops, until there are as many as there should be.

    Parameters
    ----------
    book : Book
        To write to; those of others count.
    """
    dice = book.dice
    while book.count("encounter") < ENCOUNTERS:
        where = dice.choice(HOME_COUNCILS)
        people = book.anybody(dice.choice((1, 1, 1, 1, 2, 3)), near=where.code)
        wanted = dice.choice(("Controlled drugs", "Controlled drugs", "Offensive weapons", "Stolen goods"))
        at = at_some_hour(dice, any_day(dice))
        scene = scene_in(dice, where)
        police.stop(
            book, scene, at, [(person, dice.choice(("", "", "found_with"))) for person in people], wanted
        )


def arrest_people(book: Book) -> None:
    """Write arrests, some with the crime they were for and some with a release to come.

    Parameters
    ----------
    book : Book
        To write to.
    """
    dice = book.dice
    adults, young = book.anybody(80, "adults"), book.anybody(25, "young")
    for n in range(ARRESTS):
        person = dice.choice(young if n % 6 == 0 else adults)
        scene = scene_in(dice, book.whereabouts(person, HOME_COUNCILS))
        at = at_some_hour(dice, any_day(dice, last=LAST_DAY - timedelta(days=2)))
        offence, cells = dice.choice(_DOUBT), {}
        if n % 3 == 0:
            cells["crime_ref"] = police.crime(book, scene, at, offence, [(person, "suspected")])
        if n < 4:
            release = LAST_DAY + timedelta(days=20 * (n + 1))
            cells |= {"release": release.isoformat(), "licence": "to its end", "mappa_level": "1"}
        police.arrest(book, scene, at, person, offence, **cells)


def at_home_and_online(book: Book) -> None:
    """Write crimes that the measures of incidents leave out: domestic abuse, and offences online.

    Parameters
    ----------
    book : Book
        To write to.
    """
    dice = book.dice
    for n in range(30):
        victim = book.anybody(1, "adults" if n < 18 else "young")
        at_home = book.whereabouts(victim[0], HOME_COUNCILS)
        scene = scene_in(dice, at_home) if n < 18 else Scene(None, "")
        offence, sort = ("Coercive control", "domestic_abuse") if n < 18 else ("Threats online", "online")
        at = at_some_hour(dice, any_day(dice))
        police.crime(book, scene, at, offence, [(person, "victim") for person in victim], sort=sort)
