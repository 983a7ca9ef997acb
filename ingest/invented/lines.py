"""Twelve organised crime groups and county lines, their bases apart; one moves when a flat is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ingest.invented import council, police
from ingest.invented.agencies import EAST_COUNCIL, FORCE, WEST_COUNCIL, held
from ingest.invented.book import Book, Person, Scene
from ingest.invented.days import LAST_DAY, REVIEW, any_day, at_some_hour, soon_after
from ingest.invented.gatherings import AFTER, BEFORE, CELL_M, CLOSED, MOVED, Gathering
from ingest.invented.ground import EAST, HARBOURGATE, MILLHYTHE, NORTH, SOUTH, WEST
from ingest.invented.intelligence import grade, says
from ingest.invented.places import Place

W, E, N, S = WEST.code, EAST.code, NORTH.code, SOUTH.code
H, M = HARBOURGATE, MILLHYTHE


@dataclass(frozen=True)
class Bases:
    """Where a group comes from, is, and does harm.

    Attributes
    ----------
    name, sort : str
        As the force records it.
    origin, operates, managed, members_live, business, impact : str
        Area codes with semicolons between them.
    unconfirmed_days : int
        Days since it was last confirmed, on the last day.
    status : str
        Active, inactive or unknown.
    """

    name: str
    sort: str
    origin: str
    operates: str
    managed: str
    members_live: str
    business: str
    impact: str
    unconfirmed_days: int
    status: str = "active"


_LINE: Final = "county_lines_team"
GROUPS: Final = (
    Bases("The Tansy line", _LINE, H, f"{W};{E}", H, f"{H};{W}", "", f"{W};{E}", 12),
    Bases("The Copper line", _LINE, H, W, H, H, "", W, 20),
    Bases("The Marram line", _LINE, M, f"{E};{S}", M, M, "", E, 31),
    Bases("The Dogger line", _LINE, N, E, N, f"{N};{E}", N, E, 8),
    Bases("The Wick line", _LINE, N, W, N, N, "", W, 95),
    Bases("The Sandling line", _LINE, S, f"{E};{W}", S, S, S, f"{W};{E}", 44),
    Bases("The Ravel line", _LINE, M, S, S, M, "", S, 150, "unknown"),
    Bases("The Orlop line", _LINE, W, N, N, W, "", N, 27),
    Bases("Tallowfield", "ocg", W, W, W, W, f"{W};{N}", W, 60),
    Bases("Brasswater", "ocg", N, f"{N};{E}", N, f"{N};{E}", E, E, 110),
    Bases("Longshore", "ocg", E, E, E, f"{E};{W}", E, E, 75),
    Bases("Gantry", "ocg", H, f"{H};{W}", H, W, W, "", 240, "unknown"),
)
_CRIMES: Final = {_LINE: "drugs;exploitation", "ocg": "drugs;fraud"}


def plant_lines(book: Book, places: Sequence[Place]) -> None:
    """Invent the groups, their members and what the logs say of them.

    Parameters
    ----------
    book : Book
        To write to.
    places : sequence of Place
        Where they are.
    """
    homes = [place for place in places if place.sort == "cuckooed_home"]
    told = []
    for n, bases in enumerate(GROUPS):
        ref = f"G{n + 1:02}"
        _write_group(book, ref, bases)
        members = _members(book, ref, bases)
        home = homes[n % len(homes)]
        if n:
            _write_logs(book, ref, bases, members, home)
        told.append(_told(ref, bases, members))
    book.plants["groups"] = told
    book.plants["displacement"] = _displace(book, "G01", homes)


def _told(ref: str, bases: Bases, members: Sequence[Person]) -> dict[str, object]:
    areas = {
        name: getattr(bases, name).split(";") if getattr(bases, name) else []
        for name in ("origin", "operates", "managed", "members_live", "business", "impact")
    }
    return {
        "ref": ref, "agency": FORCE, "name": bases.name, "sort": bases.sort, **areas,
        "last_confirmed": _confirmed(bases).isoformat(), "members": [person.key for person in members],
    }  # fmt: skip


def _confirmed(bases: Bases) -> date:
    return LAST_DAY - timedelta(days=bases.unconfirmed_days)


def _write_group(book: Book, ref: str, bases: Bases) -> None:
    source, letter = grade(book)
    known = _confirmed(bases)
    row = {
        "group_ref": ref,
        "sort": bases.sort,
        "name": bases.name,
        "ocg_reference": f"INV/{int(ref[1:]):03}",
        "crime_types": _CRIMES[bases.sort],
        "group_status": bases.status,
        "last_confirmed": known.isoformat(),
        "origin_areas": bases.origin,
        "operates_areas": bases.operates,
        "managed_areas": bases.managed,
        "members_live_areas": bases.members_live,
        "business_areas": bases.business,
        "impact_areas": bases.impact,
        "reported": known.isoformat(),
        "source_grade": source,
        "information_grade": min(letter, "D"),
    }
    book.write("tidewater-groups.csv", held(FORCE), row)


def _members(book: Book, ref: str, bases: Bases) -> list[Person]:
    """Record three adults as members, each tied to the first alone, who keeps the others apart."""
    first, *others = members = book.take(3, "adults")
    lives = [code for code in bases.members_live.split(";") if code in (W, E, N, S)]
    for n, person in enumerate(members):
        person.home = lives[n % len(lives)] if lives else N
        person.precision = "day"
        since = any_day(book.dice)
        person.told[FORCE] = {
            "role": "person_of_interest",
            "harm": "county_lines",
            "officer": f"DC {4400 + book.number('officer')}",
            "valid_from": since.isoformat(),
            "review": REVIEW.isoformat(),
        }
        source, letter = grade(book)
        book.write(
            "tidewater-members.csv",
            held(FORCE),
            group_ref=ref,
            person_ref=book.ref(person, FORCE),
            membership="assessed" if n else "asserted",
            source_grade=source,
            information_grade=min(letter, "D"),
            reported=soon_after(book.dice, since).isoformat(),
        )
    for person in others:
        says(book, "ASSOCIATE_OF", any_day(book.dice), person=first, other=person)
    return members


def _write_logs(book: Book, ref: str, bases: Bases, members: Sequence[Person], home: Place) -> None:
    dice = book.dice
    says(
        book,
        "USES",
        any_day(dice),
        group_ref=ref,
        object_ref=f"{ref}-line",
        object_sort="deal_line",
        handling="C",
        conditions="lawful sharing permitted with the written agreement of the owner",
    )
    says(book, "CONTROLS", any_day(dice), person=members[0], object_ref=f"{ref}-phone", object_sort="phone")
    says(book, "USES", any_day(dice), group_ref=ref, object_ref=f"{ref}-drugs", object_sort="drug")
    if home.scene.council in bases.operates:
        says(book, "FREQUENTS", any_day(dice), group_ref=ref, at=home.scene)
    says(book, "OPERATES_IN", any_day(dice), group_ref=ref, area=bases.operates.split(";")[0])
    for child in book.anybody(2, "young"):
        says(book, "EXPLOITED_BY", any_day(dice), person=child, other_group_ref=ref)
        says(book, "POSES_RISK_TO", any_day(dice), person=members[0], other=child)
        says(book, "HARMED_AT", any_day(dice), person=child, at=home.scene)
    says(book, "FREQUENTS", any_day(dice), person=members[0], at=home.scene)


def _displace(book: Book, ref: str, homes: Sequence[Place]) -> dict[str, object]:
    """Let a line sell from a flat in one town until it is closed, and then from one in another town."""
    group = next(row for row in book.plants["groups"] if row["ref"] == ref)
    adults = [person for person in book.adults if person.key in group["members"]]
    children = book.take(3)
    old = next(place for place in homes if place.name.startswith(BEFORE.town))
    new = next(place for place in homes if place.name.startswith(AFTER.town))
    dice = book.dice
    for home, first, last in ((old, any_day(dice, last=date(2025, 1, 31)), CLOSED), (new, MOVED, LAST_DAY)):
        until = last.isoformat() if last == CLOSED else ""
        says(book, "FREQUENTS", first, group_ref=ref, at=home.scene, to=until)
        says(book, "OPERATES_IN", first, group_ref=ref, area=home.area, to=until)
    says(book, "USES", any_day(dice), group_ref=ref, object_ref=f"{ref}-line", object_sort="deal_line")
    for person in [*adults, *children]:
        _seen_in(book, person, BEFORE, any_day(dice, first=date(2025, 9, 1), last=CLOSED))
        _seen_in(book, person, AFTER, any_day(dice, first=MOVED))
    for child in children:
        says(book, "EXPLOITED_BY", any_day(dice), person=child, other_group_ref=ref)
        council.missing(
            book,
            child,
            at_some_hour(dice, any_day(dice, first=MOVED, last=LAST_DAY - timedelta(days=4))),
            30,
            found=_spot(book, AFTER),
            found_with=adults[1],
            found_where="estate",
        )
    return {
        "group": ref, "order": "OR01", "agency": FORCE, "granted": CLOSED.isoformat(),
        "seen_again_from": MOVED.isoformat(), "from_town": BEFORE.town, "to_town": AFTER.town,
        "from_area": old.area, "to_area": new.area, "from_place": old.ref, "to_place": new.ref,
        "people": [person.key for person in [*adults, *children]],
    }  # fmt: skip


def _spot(book: Book, gathering: Gathering) -> Scene:
    east, north = book.dice.choice(gathering.corners)
    point = (east + book.dice.uniform(5, CELL_M - 5), north + book.dice.uniform(5, CELL_M - 5))
    return Scene(point, gathering.council.code)


def _seen_in(book: Book, person: Person, gathering: Gathering, day: date) -> None:
    at = at_some_hour(book.dice, day)
    police.stop(book, _spot(book, gathering), at, [(person, "found_with")])


def plant_tenants(book: Book, places: Sequence[Place]) -> None:
    """Record the tenants of cuckooed homes as adults at risk, harmed at home.

    Parameters
    ----------
    book : Book
        To write to.
    places : sequence of Place
        Their homes among them.
    """
    homes = [place for place in places if place.sort == "cuckooed_home"]
    tenants = {}
    for n in range(24):
        (tenant,) = book.take(1, "adults")
        home = homes[n % len(homes)]
        tenant.home = home.scene.council
        since = any_day(book.dice)
        agency = WEST_COUNCIL if tenant.home == W else EAST_COUNCIL
        tenant.told[agency] = {"role": "adult_at_risk", "harm": "cuckooing", "valid_from": since.isoformat()}
        book.ref(tenant, agency)
        if n < 2 * len(homes):
            says(book, "HARMED_AT", since, person=tenant, at=home.scene)
            tenants[tenant.key] = home.ref
    book.plants["tenants"] = tenants
