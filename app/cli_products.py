"""Commands on what leaves the workspace: work copies, and the register of products."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli_options import FILE, asking, here, printed, show
from app.printing import progress_shown
from app.use_cases.asking import Question

if TYPE_CHECKING:
    from app.use_cases.exporting import Asked


@click.group()
def products() -> None:
    """Briefings and work copies: the register, and approval by another person."""


@products.command("list")
@printed
def products_list(as_json: bool, csv_file: Path | None) -> None:
    """List the products of your agency, never their content."""
    from app.use_cases.products import list_products

    columns = {
        "id": "product",
        "kind": "kind",
        "title": "title",
        "purpose": "purpose",
        "recipients": "for",
        "maker": "made by",
        "made": "on",
        "expires": "expires",
        "expired": "expired",
        "state": "state",
        "approver": "approved by",
    }
    show(list_products(here()).body, columns, as_json=as_json, csv_file=csv_file)


@products.command("approve")
@click.argument("product", metavar="ID")
def products_approve(product: str) -> None:
    """Approve product ID, which another person made."""
    from app.use_cases.products import approve

    done = approve(here(), product)
    click.echo(f"approved: {done.id}, until {done.expires}")


@click.command()
@asking
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice(["graphml", "csv", "geojson", "html", "neo4j"]),
    help="GraphML; CSV tables in a zip; places and events as GeoJSON; a page that needs no network; "
    "a zip that loads into a Neo4j of yours.",
)
@click.option("--out", required=True, type=FILE, help="The file to write.")
@click.option("--purpose", default="", help="What the copy is for; printed in it and in the audit log.")
@click.option(
    "--expires-in",
    "expires_in_days",
    metavar="DAYS",
    type=click.IntRange(1, 30),
    default=30,
    show_default=True,
    help="Days until it is to be deleted.",
)
@click.option("--row", default="", metavar="RUN[-ROW]", help="Only a saved run, or a row of it.")
@click.option("--around", default="", metavar="ID", help="Only what lies around a person, place or thing.")
@click.option("--hops", type=click.IntRange(1, 2), default=1, show_default=True, help="How far around it.")
@click.option(
    "--entity",
    "entities",
    metavar="ID",
    multiple=True,
    help="Only this person, place or thing, and links between those given; to be repeated.",
)
@click.option("--names", is_flag=True, help="Names instead of initials, by right.")
@click.option("--disruption", is_flag=True, help="For planning disruption: no ties or homes of children.")
@click.option("--approval", default="", metavar="ID", help="Write the draft that another person approved.")
def export(question: Question, out: Path, **options: Any) -> None:
    """Write a work copy of what you may see, for another tool: marked, registered, and soon to expire."""
    from app.use_cases.exporting import Asked
    from app.use_cases.exporting import export as write_copy

    options["purpose"] = options["purpose"].encode("utf-8", "replace").decode("utf-8").strip()
    asked = Asked(**options)
    _check(question, asked, out)
    with progress_shown() as progress:
        done = write_copy(here(), question, asked, out, progress)
    click.echo(done.body["sentence"])


def _check(question: Question, asked: Asked, out: Path) -> None:
    if not asked.purpose and not asked.approval:
        raise click.UsageError("--purpose says what the copy is for")
    if bool(asked.row) + bool(asked.around) + bool(asked.entities) > 1:
        raise click.UsageError("one of --row, --around and --entity")
    if asked.row and question != Question():
        raise click.UsageError("--row brings the question of its run: leave out --window, --as-of and others")
    if out.is_dir() or not out.resolve().parent.is_dir():
        raise click.UsageError("--out names a file in a folder that is there")
    if asked.form in ("csv", "neo4j") and out.suffix.lower() != ".zip":
        raise click.UsageError(f"{asked.form} is several files in one: give --out a name that ends in .zip")
