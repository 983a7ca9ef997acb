"""Commands that explore: find by name, number or reference, and show one entity."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli_options import asking, here, printed, show
from app.printing import console, print_rows, progress_shown
from graph.model.kinds import ENTITIES

if TYPE_CHECKING:
    from app.use_cases.asking import Question


@click.command()
@printed
@click.argument("text")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(list(ENTITIES), case_sensitive=False),
    help="Only these.",
)
@click.option("--limit", type=int, default=20, show_default=True, help="Most rows.")
@click.option("--names", is_flag=True, help="Names instead of initials.")
def find(text: str, kinds: tuple[str, ...], as_json: bool, csv_file: Path | None, **asked: Any) -> None:
    """Find people, places, groups and things whose names, numbers or references begin like TEXT."""
    from app.use_cases.exploring.searching import search

    with progress_shown() as progress:
        found = search(here(), text, kinds=kinds, progress=progress, **asked)
    columns = {
        "id": "id",
        "kind": "kind",
        "sort": "sort",
        "shown_as": "shown as",
        "age": "age",
        "exact": "exact",
        "found_by": "found by",
    }
    show(found.body, columns, as_json=as_json, csv_file=csv_file)
    if not as_json:
        _print_pointers(found.body)


@click.command("show")
@asking
@printed
@click.argument("entity", metavar="ID")
@click.option("--names", is_flag=True, help="Names instead of initials.")
def show_entity(question: Question, entity: str, as_json: bool, csv_file: Path | None, names: bool) -> None:
    """Show what agencies say of one person, place, group, event or thing."""
    from app.use_cases.exploring.card import entity_card

    with progress_shown() as progress:
        found = entity_card(here(), entity, question, names=names, progress=progress)
    body = found.body
    columns = {"says": "links", "links": "number"}
    if not as_json:
        _print_card(body)
    show(body, columns, as_json=as_json, csv_file=csv_file, rows=body["counts"])
    if not as_json:
        _print_pointers(body)


def _print_card(body: Mapping[str, Any]) -> None:
    said = (
        body["kind"],
        body["sort"],
        body["category"],
        body["shown_as"],
        body["age"] and f"age: {body['age']}",
    )
    print_rows(
        [{"id": body["id"], "said": ", ".join(filter(None, said))}], {"id": "id", "said": "what it is"}
    )
    tables = {
        "areas": {
            "says": "area",
            "basis": "basis",
            "code": "code",
            "name": "name",
            "last_confirmed": "confirmed",
        },
        "roles": {
            "role": "role",
            "harm": "harm",
            "victim_consideration": "as a victim",
            "agency": "agency",
            "from": "from",
            "to": "to",
        },
        "risk": {"as_recorded": "risk", "agency": "agency", "from": "from", "to": "to"},
        "groups": {"id": "group", "sort": "sort", "shown_as": "shown as", "as": "as", "state": "state"},
        "clusters": {"id": "cluster", "people": "people", "state": "state"},
    }
    for name, columns in tables.items():
        if body[name]:
            print_rows(body[name], columns)
    console().print(body["note"])


def _print_pointers(body: Mapping[str, Any]) -> None:
    for pointer in body["restricted"]:
        console().print(f"restricted link exists, contact {pointer['contact']}, ref {pointer['reference']}")
