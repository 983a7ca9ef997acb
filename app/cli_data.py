"""Commands that make a workspace and bring data in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from app.cli_options import FILE, FOUND, KINDS, here
from app.printing import json_text, progress_shown, write_file


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--agency", default="Example Partnership", show_default=True, help="Your agency, as your files name it."
)
@click.option("--ledger", metavar="URL", help="postgresql://ACCOUNT@HOST:PORT/DATABASE")
@click.option("--password-file", default="", metavar="FILE", help="Holds the password of that account.")
def init(folder: Path, agency: str, ledger: str | None, password_file: str) -> None:
    """Make a workspace in a new or empty FOLDER."""
    from app.settings import Ledger
    from app.use_cases.care import new_workspace

    held = None if ledger is None else Ledger(url=ledger, password_file=password_file)
    new_workspace(folder, agency=agency, ledger=held)
    click.echo(f"workspace made in {folder}: its settings are in {folder / 'settings.toml'}")


@click.group()
def areas() -> None:
    """Official areas."""


@areas.command("load")
@click.argument("file", type=FOUND)
@click.option("--kind", required=True, type=KINDS)
@click.option("--vintage", help="Year of the areas, where the file's fields do not say.")
@click.option("--code-field", help="Field that holds the code.")
@click.option("--name-field", help="Field that holds the name.")
def load_areas_command(
    file: Path, kind: str, vintage: str | None, code_field: str | None, name_field: str | None
) -> None:
    """Load a FILE of areas: GeoJSON, TopoJSON or GeoPackage, plain or gzipped."""
    from app.use_cases.areas import load_areas

    with progress_shown() as progress:
        done = load_areas(
            here(),
            file,
            kind=kind,
            vintage=vintage,
            code_field=code_field,
            name_field=name_field,
            progress=progress,
        )
    state = "loaded" if done["changed"] else "were there already"
    mended = f", {done['repaired']} shapes repaired" if done["repaired"] else ""
    click.echo(f"{done['areas']} {kind} areas of {done['vintage']} {state}{mended}")


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FOUND)
@click.option("--mapping", required=True, help="A shipped mapping, or a mapping file.")
@click.option("--encoding", help="Of the files; UTF-8 unless said.")
@click.option("--dry-run", is_flag=True, help="Read, map, check and compare, and keep nothing.")
@click.option("--strict", is_flag=True, help="Load nothing when a row is rejected (exit code 5).")
@click.option("--report", type=FILE, help="Write the report as JSON.")
def import_command(
    files: tuple[Path, ...],
    mapping: str,
    encoding: str | None,
    dry_run: bool,
    strict: bool,
    report: Path | None,
) -> None:
    """Import FILES (CSV, gzip or zip) through a mapping."""
    from app.use_cases.importing import StrictImportError, import_files

    with progress_shown() as progress:

        def rows(name: str, done: int) -> None:
            progress(f"{name}: {done:,} rows")

        try:
            found = import_files(
                here(),
                files,
                mapping,
                encoding=encoding,
                dry_run=dry_run,
                strict=strict,
                rows=rows,
                progress=progress,
            )
        except StrictImportError as error:
            _print_report(error.report, report)
            raise
    _print_report(found, report)


def _print_report(found: Mapping[str, Any], report: Path | None) -> None:
    if report:
        write_file(report, json_text(found))
    totals = found["totals"]
    for row in found["rejections"][:20]:
        click.echo(f"{row['file']}, row {row['row']}, column {row['column']}: {row['rule']}", err=True)
    if totals["rejected"] > 20:
        click.echo(f"... {totals['rejected'] - 20:,} more rejected rows (--report FILE has them)", err=True)
    for warning in found.get("warnings", []):
        click.echo(f"note: {Path(warning['file']).name}: {warning['warning']}", err=True)
    changed = f", {found['changed']:,} of them changed" if found.get("changed") else ""
    click.echo(
        f"{totals['rows']:,} rows: {totals['accepted']:,} accepted{changed}, "
        f"{totals['rejected']:,} rejected, "
        f"{totals['duplicate']:,} duplicate, {totals['set_aside']:,} set aside"
        + (" (dry run: nothing was kept)" if found.get("dry_run") else "")
    )
