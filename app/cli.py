"""The ``kithmap`` command and its commands; each calls one use case and prints its answer."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple, cast

import click


class Home(NamedTuple):
    """Where a command is, and what it is for.

    Attributes
    ----------
    module, name : str
        What to import.
    help : str
        Its line in the list of commands: the list is printed without importing any of them.
    """

    module: str
    name: str
    help: str


COMMANDS: Final = {
    "areas": Home("app.cli_data", "areas", "Official areas."),
    "audit": Home("app.cli_care", "audit", "The audit log."),
    "backup": Home(
        "app.cli_care", "backup", "Write the whole workspace into FILE; keep it as safe as the workspace."
    ),
    "brief": Home(
        "app.cli_brief",
        "brief",
        "Brief named readers on a peer cluster (a row of a run) or a peer group.",
    ),
    "clusters": Home("app.cli_measures", "clusters", "Peer clusters: found by an algorithm, unconfirmed."),
    "cross-border": Home(
        "app.cli_measures",
        "cross_border",
        "What pairs of areas share: people, ties, incidents over the border.",
    ),
    "demo": Home(
        "app.cli_demo",
        "demo",
        "Invent a partnership, import its files, leave a folder of results, and serve it in the browser.",
    ),
    "doctor": Home(
        "app.cli_care",
        "doctor",
        "Say what is wrong with the workspace and the installation, in words.",
    ),
    "export": Home(
        "app.cli_products",
        "export",
        "Write a work copy of what you may see, for another tool: marked, registered, and soon to expire.",
    ),
    "find": Home(
        "app.cli_explore",
        "find",
        "Find people, places, groups and things whose names, numbers or references begin like TEXT.",
    ),
    "groups": Home(
        "app.cli_groups",
        "groups",
        "Peer groups: confirmed by a practitioner, with a purpose and a review date.",
    ),
    "hotspots": Home(
        "app.cli_measures", "hotspots", "Cells with more recorded events than chance would put there."
    ),
    "import": Home("app.cli_data", "import_command", "Import FILES (CSV, gzip or zip) through a mapping."),
    "init": Home("app.cli_data", "init", "Make a workspace in a new or empty FOLDER."),
    "match": Home("app.cli_care", "match", "Which records are one person: judgements, and undoing them."),
    "move": Home(
        "app.cli_care",
        "move",
        "Move the ledger to PostgreSQL, or back into files; stop the service and back up first.",
    ),
    "products": Home(
        "app.cli_products",
        "products",
        "Briefings and work copies: the register, and approval by another person.",
    ),
    "redraw": Home("app.cli_care", "redraw", "Draw the graph anew from the ledger."),
    "restore": Home(
        "app.cli_care",
        "restore",
        "Make a workspace of the backup FILE in a new or empty FOLDER, and check all of it.",
    ),
    "serve": Home(
        "app.cli_serve", "serve", "Serve the workspace on this machine, or behind a proxy that speaks HTTPS."
    ),
    "show": Home(
        "app.cli_explore",
        "show_entity",
        "Show what agencies say of one person, place, group, event or thing.",
    ),
    "upgrade": Home(
        "app.cli_care",
        "upgrade",
        "Bring a workspace of an older version to this one's schemas; back it up first.",
    ),
    "user": Home("app.cli_users", "user", "Who may sign in to the service."),
}
"""Every command by its name."""


class Commands(click.Group):
    """A group that imports a command when it is asked for, and no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands.

        Parameters
        ----------
        ctx : click.Context
            Of the command line.

        Returns
        -------
        list of str
            Sorted.
        """
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command.

        Parameters
        ----------
        ctx : click.Context
            Of the command line.
        cmd_name : str
            Its name.

        Returns
        -------
        click.Command or None
            None where there is none of this name.
        """
        home = COMMANDS.get(cmd_name)
        if home is None:
            return super().get_command(ctx, cmd_name)
        return cast(click.Command, getattr(import_module(home.module), home.name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands.

        Parameters
        ----------
        ctx : click.Context
            Of the command line.
        formatter : click.HelpFormatter
            Where it is written.
        """
        with formatter.section("Commands"):
            formatter.write_dl([(name, home.help) for name, home in sorted(COMMANDS.items())])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="kithmap", prog_name="kithmap")
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
