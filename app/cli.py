"""The ``kithmap`` command and its commands; each calls one use case and prints its answer."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click

from app.cli_care import audit, doctor, match, redraw
from app.cli_data import areas, import_command, init
from app.cli_measures import clusters, cross_border, hotspots


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("kithmap"), prog_name="kithmap")
@click.option(
    "--workspace",
    envvar="KITHMAP_WORKSPACE",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The workspace folder; else KITHMAP_WORKSPACE, else this folder.",
)
@click.pass_context
def cli(context: click.Context, workspace: Path) -> None:
    """Map the people and places around a young person, to plan disruption of harm, never of children."""
    context.obj = workspace


for _command in (areas, import_command, init, clusters, cross_border, hotspots, audit, doctor, match, redraw):
    cli.add_command(_command)
