"""A whole partnership, invented: who is asked for what, in which order, and the files that come of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.invented.answers import count_events, right_answers
from ingest.invented.book import Book, Row
from ingest.invented.boundaries import write_boundaries
from ingest.invented.cohort import plant_cohort
from ingest.invented.ground import HOME_COUNCILS
from ingest.invented.incidents import EVENTS, gather, publish, scatter, scene_in
from ingest.invented.lines import plant_lines, plant_tenants
from ingest.invented.noise import STRONG, Noise
from ingest.invented.orders import write_orders
from ingest.invented.peer_groups import (
    PeerGroup,
    make_families,
    plant,
    plant_namesakes,
    plant_single_event,
    tie_by_chance,
)
from ingest.invented.people import populate, write_people
from ingest.invented.places import name_places
from ingest.invented.routine import arrest_people, at_home_and_online, go_missing, stop_people
from ingest.invented.schooling import enrol
from ingest.invented.standing import forget_hidden_refs, give_roles, restrict, shorten_names

_FEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("-people.csv",),
    "school": ("-pupils.csv",),
    "locations_of_concern": ("-places.csv",),
    "groups": ("-groups.csv", "-members.csv"),
    "associations": ("-ties.csv",),
    "recorded_crime": ("-crimes.csv", "-crimes-involved.csv"),
    "asb": ("-asb.csv", "-asb-involved.csv"),
    "stop_search": ("-stops.csv",),
    "custody": ("-custody.csv",),
    "missing_episodes": ("-missing.csv",),
    "intelligence": ("-logs.csv",),
    "interventions": ("-orders.csv",),
    "police_uk": ("-street.csv",),
}
_CORRECTIONS: Final = {
    "recorded_crime": ("-crimes-involved-corrected.csv",),
    "associations": ("-ties-corrected.csv",),
}


@dataclass(frozen=True)
class Invented:
    """What was written.

    Attributes
    ----------
    folder : Path
        Where everything lies.
    areas : tuple of (Path, str)
        Boundary files with their kind of area, in the order to load them.
    imports : tuple of (str, tuple of Path)
        Mapping and files of each import, in the order to make them. The last ones correct earlier rows.
    answers : Path
        The right answers, JSON.
    """

    folder: Path
    areas: tuple[tuple[Path, str], ...]
    imports: tuple[tuple[str, tuple[Path, ...]], ...]
    answers: Path


def invent(folder: Path, *, seed: int = 2026, noise: Noise = STRONG) -> Invented:
    """Invent a partnership and write its files.

    Parameters
    ----------
    folder : Path
        Where to; made if it is not there.
    seed : int, optional
        The same one gives the same bytes. The ground does not hang on it.
    noise : Noise, optional
        How badly the agencies record what is so.

    Returns
    -------
    Invented
        What was written, in the order to load it.

    Notes
    -----
    No person, place or event in the files is real, and no figure found in them says anything about
    young people anywhere. The areas lie in the North Sea.
    """
    book = Book(seed, noise)
    groups = _story(book)
    areas_folder, feeds_folder = folder / "areas", folder / "feeds"
    for made in (areas_folder, feeds_folder):
        made.mkdir(parents=True, exist_ok=True)
    for name, rows in book.files.items():
        _write_csv(feeds_folder / name, rows)
    answers = folder / "answers.json"
    text = json.dumps(right_answers(book, groups, seed), indent=1, ensure_ascii=False)
    answers.write_text(text + "\n", encoding="utf-8", newline="\n")
    return Invented(folder, write_boundaries(areas_folder), _imports(book, feeds_folder), answers)


def _story(book: Book) -> list[PeerGroup]:
    """Tell the whole story; each step knows only what came before it."""
    populate(book)
    places = name_places(book)
    plant_namesakes(book)
    anywhere = [scene_in(book.dice, council) for council in HOME_COUNCILS for _ in range(60)]
    plant_single_event(book, anywhere[0])
    plant_lines(book, places)
    groups = [*plant(book, places), plant_cohort(book, places)]
    plant_tenants(book, places)
    make_families(book)
    give_roles(book)
    tie_by_chance(book, groups, anywhere)
    restrict(book)
    write_orders(book, places)
    go_missing(book)
    arrest_people(book)
    at_home_and_online(book)
    gather(book)
    publish(book)
    stop_people(book)
    enrol(book, places)
    scatter(book, EVENTS - count_events(book))
    forget_hidden_refs(book)
    shorten_names(book)
    write_people(book)
    return groups


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def _imports(book: Book, folder: Path) -> tuple[tuple[str, tuple[Path, ...]], ...]:
    steps = [*_FEEDS.items(), *_CORRECTIONS.items()]
    found = [
        (mapping, tuple(folder / name for name in sorted(book.files) if name.endswith(ends)))
        for mapping, ends in steps
    ]
    return tuple((mapping, paths) for mapping, paths in found if paths)
