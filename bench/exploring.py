"""The answers of the Explore page on one workspace, each with its opening, its scope and its audit event.

``python -m bench.exploring WORKSPACE [REPEATS]`` prints a table, for example of a workspace into which the
28 POLE files were imported. It looks at the busiest entity and at pairs of people drawn by a seed.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from app.use_cases.asking import Question, ask
from app.use_cases.exploring.card import entity_card
from app.use_cases.exploring.neighbourhood import neighbourhood
from app.use_cases.exploring.neighbours import neighbours
from app.use_cases.exploring.paths import paths
from app.use_cases.exploring.searching import search
from app.use_cases.exploring.timeline import timeline
from app.use_cases.why import explain
from app.workspace import Answer, Workspace, open_workspace
from graph.model.entities import write_id
from graph.view import View

TYPED = ("jo", "smith", "mary", "an", "07", "williams", "com", "phillip a", "oe62", "nobody")


class Ground(NamedTuple):
    """Whom to ask about.

    Attributes
    ----------
    busiest : str
        The entity with the most links.
    links : int
        How many.
    people : list of str
        Everybody.
    link : str
        Some link.
    """

    busiest: str
    links: int
    people: list[str]
    link: str


def ground_of(workspace: Workspace) -> Ground:
    """Find whom to ask about.

    Parameters
    ----------
    workspace : Workspace
        To be measured.

    Returns
    -------
    Ground
        Ids.
    """

    def _find(view: View) -> Answer:
        links = view.store.link_table(view.scope)
        (busiest, count), *_ = Counter([*links.a.tolist(), *links.b.tolist()]).most_common(1)
        people = [write_id(person) for person in view.store.entities(view.scope, "Person").tolist()]
        return Answer({}, extra=Ground(write_id(busiest), count, people, write_id(int(links.link_id[0]))))

    found: Ground = ask(workspace, "explore", Question(), find=_find).extra
    return found


def jobs_of(workspace: Workspace, at: Ground) -> dict[str, Callable[[int], Any]]:
    """Return what is measured.

    Parameters
    ----------
    workspace : Workspace
        To be measured.
    at : Ground
        Whom to ask about.

    Returns
    -------
    dict of str to callable
        Each takes the number of the repetition.
    """
    q, dice = Question(), random.Random(1)
    few = at.people[:100]
    return {
        "open, scope and audit event alone": lambda _: ask(
            workspace, "explore", q, find=lambda _: Answer({})
        ),
        "search": lambda n: search(workspace, TYPED[n % len(TYPED)], names=True),
        "card of a person": lambda n: entity_card(workspace, few[n % len(few)], q),
        f"expand the busiest ({at.links:,} links)": lambda _: neighbours(workspace, at.busiest, q),
        "two hops around the busiest, 300 shown": lambda _: neighbourhood(workspace, [at.busiest], q, hops=2),
        "two hops around a person, with places": lambda n: neighbourhood(
            workspace, [few[n % len(few)]], q, hops=2, places=True
        ),
        "a path between two people": lambda _: paths(workspace, dice.choice(few), dice.choice(at.people), q),
        "timeline of 100 people": lambda _: timeline(workspace, few, q),
        "why a link is here": lambda _: explain(workspace, at.link, q),
    }


def main() -> None:
    """Measure, and print the table."""
    workspace, repeats = open_workspace(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 40
    jobs = jobs_of(workspace, ground_of(workspace))
    took: dict[str, list[float]] = {name: [] for name in jobs}
    for n in range(repeats + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            job(n)
            # The first time modules are imported, too.
            took[name] += [time.perf_counter() - start] * (n > 0)
    sys.stdout.write("| answer | p50, ms | p95, ms |\n|---|---|---|\n")
    for name, seconds in took.items():
        middle, late = np.percentile(seconds, (50, 95)) * 1000
        sys.stdout.write(f"| {name} | {middle:.0f} | {late:.0f} |\n")


if __name__ == "__main__":
    main()
