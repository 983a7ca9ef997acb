"""Commands that take care of a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli_options import FILE, FOUND, here, show
from app.printing import json_text, progress_shown
from app.progress import Progress


@click.command()
@click.option("--store", type=click.Choice(["embedded", "neo4j"]), help="Draw there, and answer from there.")
@click.option("--uri", default="", help="Of Neo4j: neo4j://HOST:PORT; as the settings have it when left out.")
@click.option("--user", default="", help="The service's own account there.")
@click.option("--password-file", default="", metavar="FILE", help="Holds the password of that account.")
@click.option("--database", default="", help="The account's own when left out.")
def redraw(store: str | None, **stated: str) -> None:
    """Draw the graph anew from the ledger.

    With --store the settings name that store once all is drawn, and the old drawing is deleted.
    """
    from app.use_cases.care import redraw_all

    if store is None and any(stated.values()):
        raise click.UsageError("--uri, --user, --password-file and --database go with --store neo4j")
    with progress_shown() as progress:
        done = redraw_all(here(), progress) if store is None else _drawn_into(store, stated, progress)
    click.echo(f"drawn: {done}")


def _drawn_into(store: str, stated: dict[str, str], progress: Progress) -> str:
    from app.settings import chosen_graph
    from app.use_cases.choosing_store import draw_into

    workspace = here()
    return draw_into(workspace, chosen_graph(workspace.folder, store, **stated), progress)


@click.command()
def upgrade() -> None:
    """Bring a workspace of an older version to this one's schemas; back it up first."""
    from app.use_cases import care

    click.echo(f"upgraded: {care.upgrade(here())}")


@click.command()
@click.option("--to", "place", required=True, metavar="URL", help="postgresql://... or files")
@click.option("--password-file", default="", metavar="FILE", help="Holds the password of that account.")
def move(place: str, password_file: str) -> None:
    """Move the ledger to PostgreSQL, or back into files; stop the service and back up first."""
    from app.settings import Ledger
    from app.use_cases.moving import move_ledger

    target = None if place == "files" else Ledger(url=place, password_file=password_file)
    with progress_shown() as progress:
        found = move_ledger(here(), target, progress=progress)
    for table, copied in found.items():
        click.echo(f"{table}: {copied.rows:,} rows, {copied.digest[:16]}")
    click.echo("moved: every table arrived as it was sent, and the settings name the new place")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole workspace into FILE; keep it as safe as the workspace."""
    from app.use_cases.backing_up import back_up

    with progress_shown() as progress:
        found = back_up(here(), file, progress=progress)
    click.echo(f"backed up: {len(found['files'])} files, {len(found['tables'])} tables, into {file}")


@click.command()
@click.argument("file", type=FOUND)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--to", "place", metavar="URL", help="postgresql://...; else files of FOLDER.")
@click.option("--password-file", default="", metavar="FILE", help="Holds the password of that account.")
def restore(file: Path, folder: Path, place: str | None, password_file: str) -> None:
    """Make a workspace of the backup FILE in a new or empty FOLDER, and check all of it."""
    from app.settings import Ledger
    from app.use_cases import backing_up

    target = None if place is None else Ledger(url=place, password_file=password_file)
    with progress_shown() as progress:
        backing_up.restore(file, folder, place=target, progress=progress)
    click.echo(f"restored into {folder}: every file and every table is as it was backed up")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def doctor(as_json: bool) -> None:
    """Say what is wrong with the workspace and the installation, in words."""
    from app.use_cases.care import examine

    folder: Path = click.get_current_context().find_root().obj
    found = examine(folder)
    if as_json:
        click.echo(json_text(found), nl=False)
    else:
        for row in found["rows"]:
            click.echo(f"{'ok     ' if row['ok'] else 'PROBLEM'} {row['check']}: {row['says']}")
    if not found["well"]:
        click.get_current_context().exit(4)


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
def audit_verify() -> None:
    """Check every event's hash and every signed checkpoint."""
    from app.use_cases.care import verify_log

    events, faults = verify_log(here())
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{events:,} events, {'nothing is wrong' if not faults else f'{len(faults)} faults'}")
    if faults:
        click.get_current_context().exit(1)


@click.group("match")
def match() -> None:
    """Which records are one person: judgements, and undoing them."""


@match.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--csv", "csv_file", type=FILE, help="Write the rows to a CSV file.")
def match_list(as_json: bool, csv_file: Path | None) -> None:
    """List the judgements that hold."""
    from app.use_cases.matching import list_judgements

    found = list_judgements(here()).body
    columns = {"id": "judgement", "a": "record of", "b": "and of", "basis": "basis", "state": "state"}
    show(found, columns, as_json=as_json, csv_file=csv_file)


@match.command("undo")
@click.argument("judgement")
def match_undo(judgement: str) -> None:
    """Undo a JUDGEMENT: its records are different people again."""
    from app.use_cases.matching import undo

    undo(here(), judgement)
    click.echo("undone")
