"""Commands about peer groups: confirmed, changed and dissolved by a practitioner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from app.cli_options import DAY, FILE, here, show
from app.printing import console, json_text, print_rows, progress_shown
from app.use_cases.asking import Question

COLUMNS: Final = {
    "id": "group",
    "name": "name",
    "state": "state",
    "people": "people",
    "children_or_age_unknown": "under 18 or unknown",
    "purpose": "purpose",
    "by": "confirmed by",
    "confirmed": "on",
    "review": "review by",
    "overdue": "overdue",
}


@click.group("groups")
def groups() -> None:
    """Peer groups: confirmed by a practitioner, with a purpose and a review date."""


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the question and how people are shown."""

    @click.option("--known-on", type=DAY, help="Only what this workspace knew at the end of this day.")
    @click.option("--names", is_flag=True, help="Names instead of initials.")
    @click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
    @wraps(command)
    def _with(known_on: datetime | None, **options: Any) -> None:
        command(question=Question(known_on=known_on and known_on.date()), **options)

    return _with


@groups.command("list")
@_asked
@click.option("--csv", "csv_file", type=FILE, help="Write the rows to a CSV file.")
def groups_list(question: Question, names: bool, as_json: bool, csv_file: Path | None) -> None:
    """List the peer groups, those to be reviewed first at the top."""
    from app.use_cases.group_answers import list_groups

    with progress_shown() as progress:
        found = list_groups(here(), question, names=names, progress=progress)
    show(found.body, COLUMNS, as_json=as_json, csv_file=csv_file, rows=_plain(found.body["rows"]))


@groups.command("show")
@_asked
@click.argument("group")
def groups_show(group: str, question: Question, names: bool, as_json: bool) -> None:
    """Show the peer GROUP: members, ties, and what was done to it. Claims: kithmap clusters --why GROUP."""
    from app.use_cases.group_answers import show_group

    with progress_shown() as progress:
        found = show_group(here(), group, question, names=names, progress=progress)
    if as_json:
        click.echo(json_text(found.body), nl=False)
        return
    _print_group(found.body["rows"][0])
    console().print(found.body["caveat"])


@groups.command("confirm")
@click.argument("row", required=False)
@click.option("--purpose", required=True, help="What for; read by all who see the group.")
@click.option(
    "--review", type=DAY, required=True, help="By when it is looked at again: within twelve months."
)
@click.option("--name", default="", help="A name for the group; name nobody in it.")
@click.option("--without", multiple=True, metavar="PERSON", help="Leave this person out; again for more.")
@click.option("--add", multiple=True, metavar="PERSON", help="Take this person in; again for more.")
def groups_confirm(row: str | None, review: datetime, **asked: Any) -> None:
    """Confirm a peer group, beginning with ROW of kithmap clusters, or with the people of --add alone."""
    from app.use_cases.confirming.acts import confirm

    done = confirm(here(), row, review=review.date(), **asked)
    click.echo(f"confirmed {done.group}: {done.members} members, review by {done.review}")


@groups.command("change")
@click.argument("group")
@click.option("--add", multiple=True, metavar="PERSON", help="Take this person in; again for more.")
@click.option("--drop", multiple=True, metavar="PERSON", help="Take this person out; again for more.")
@click.option("--purpose", help="What for, anew.")
@click.option("--review", type=DAY, help="By when it is looked at again, anew.")
@click.option("--name", help="Its name, anew; empty for none.")
@click.option(
    "--reason", required=True, help="Why; read by all who see anybody whom the change concerns: name nobody."
)
def groups_change(group: str, review: datetime | None, **asked: Any) -> None:
    """Change a peer GROUP. What it was is kept, and told by --known-on."""
    from app.use_cases.confirming.acts import change

    done = change(here(), group, review=None if review is None else review.date(), **asked)
    click.echo(f"changed {done.group}: {done.members} members, review by {done.review}")


@groups.command("dissolve")
@click.argument("group")
@click.option("--reason", required=True, help="Why; read by all who see the group.")
def groups_dissolve(group: str, reason: str) -> None:
    """Dissolve a peer GROUP: it has no members any more, and is kept with its history."""
    from app.use_cases.confirming.acts import dissolve

    done = dissolve(here(), group, reason=reason)
    click.echo(f"dissolved {done.group}")


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "overdue": "overdue" if row["overdue"] else ""} for row in rows]


def _print_group(row: Mapping[str, Any]) -> None:
    late = ", OVERDUE" if row["overdue"] else ""
    told = {
        "name": row["name"],
        "state": row["state"],
        "confirmed": f"on {row['confirmed']} by {row['by']}, {row['agency']}",
        "purpose": " ".join(filter(None, (row["purpose"], row["reference"] and f"({row['reference']})"))),
        "review by": row["review"] + late,
        "members": f"{row['people']}, of them {row['children_or_age_unknown']} under 18 or of unknown age",
    }
    print_rows(
        [{"what": what, "is": text} for what, text in told.items()], {"what": "peer group", "is": row["id"]}
    )
    print_rows(row["members"], {"id": "member", "shown_as": "shown as"})
    if row["ties"]:
        called = {who["id"]: f"{who['shown_as']} ({who['id'][-4:]})".lstrip() for who in row["members"]}
        ties = [{**tie, "a": called[tie["a"]], "b": called[tie["b"]]} for tie in row["ties"]]
        columns = {"a": "of", "says": "says", "b": "with", "sources": "agencies", "claims": "claims"}
        print_rows(ties, {**columns, "last_confirmed": "last confirmed"})
    print_rows(row["history"], {"day": "on", "act": "was", "by": "by", "reason": "because"})
    for pointer in row["restricted"]:
        console().print(f"restricted link exists, contact {pointer['contact']}, ref {pointer['reference']}")
