"""Commands that keep the accounts of a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli_options import FILE, here, show
from app.settings import ROLES


@click.group()
def user() -> None:
    """Who may sign in to the service."""


_PROMPT = click.option(
    "--prompt", is_flag=True, help="Ask for the password instead of making one up; it is not shown."
)


@user.command("add")
@click.argument("name")
@click.option("--agency", help="Their agency, as the files name it; else the operator's.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option(
    "--area", "areas", multiple=True, metavar="CODE", help="One of their areas; none for every area."
)
@_PROMPT
def user_add(
    name: str, agency: str | None, roles: tuple[str, ...], areas: tuple[str, ...], prompt: bool
) -> None:
    """Add an account called NAME; its password is printed once and changed at the first sign-in."""
    from app.accounts import NewAccount
    from app.use_cases.accounts import add

    workspace = here()
    new = NewAccount(name, workspace.viewer.agency if agency is None else agency, roles, areas)
    _hand_over("added", add(workspace, new, _typed(prompt)))


@user.command("reset")
@click.argument("name")
@_PROMPT
def user_reset(name: str, prompt: bool) -> None:
    """Give NAME a new password, printed once; sign-ins end and failures are forgotten."""
    from app.use_cases.accounts import reset

    _hand_over("reset", reset(here(), name, _typed(prompt)))


@user.command("change")
@click.argument("name")
@click.option("--agency", help="Their agency from now on.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="All their roles from now on.")
@click.option("--area", "areas", multiple=True, metavar="CODE", help="All their areas from now on.")
@click.option("--every-area", is_flag=True, help="Every area from now on.")
def user_change(
    name: str, agency: str | None, roles: tuple[str, ...], areas: tuple[str, ...], every_area: bool
) -> None:
    """State NAME's agency, roles or areas anew; their sign-ins end at once."""
    from app.use_cases.accounts import Changes, change

    if areas and every_area:
        raise click.UsageError("--area and --every-area exclude each other")
    if agency is None and not roles and not areas and not every_area:
        raise click.UsageError("say what changes: --agency, --role, --area or --every-area")
    now = change(here(), name, Changes(agency, roles or None, areas if areas or every_area else None))
    click.echo(f"changed: {now.agency}; {', '.join(now.roles)}; {', '.join(now.areas) or 'every area'}")


@user.command("disable")
@click.argument("name")
def user_disable(name: str) -> None:
    """Let NAME sign in no more; their sign-ins end at once."""
    from app.use_cases.accounts import disable

    disable(here(), name)
    click.echo("disabled")


@user.command("enable")
@click.argument("name")
def user_enable(name: str) -> None:
    """Let NAME sign in again; failures are forgotten."""
    from app.use_cases.accounts import enable

    enable(here(), name)
    click.echo("enabled")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--csv", "csv_file", type=FILE, help="Write the rows to a CSV file.")
def user_list(as_json: bool, csv_file: Path | None) -> None:
    """List the accounts."""
    from app.use_cases.accounts import list_accounts

    columns = {
        "name": "name",
        "agency": "agency",
        "roles": "roles",
        "areas": "areas",
        "state": "state",
        "must_change": "must change password",
        "failures": "failures",
        "locked_until": "locked until",
        "signed_in": "last sign-in",
    }
    show(list_accounts(here()).body, columns, as_json=as_json, csv_file=csv_file)


def _typed(prompt: bool) -> str | None:
    if not prompt:
        return None
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def _hand_over(done: str, password: str) -> None:
    if password:
        click.echo(
            f"{done}; temporary password, shown this once, to be changed at sign-in within 7 days:", err=True
        )
        click.echo(password)
    else:
        click.echo(f"{done}; the password is to be changed at sign-in within 7 days", err=True)
