"""The command that makes a briefing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from app.cli_options import FILE, here
from app.printing import json_text, progress_shown, write_file

FORMS: Final = ("docx", "pdf", "html")


@click.command()
@click.argument("subject", metavar="RUN-ROW|GROUP-ID")
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(FORMS),
    default=("docx", "pdf"),
    show_default=True,
    help="Form of the file; again for more.",
)
@click.option("--out", required=True, type=FILE, help="A folder; or, with one format, the file.")
@click.option("--purpose", default="", help="What the briefing is for.")
@click.option("--recipient", "recipients", multiple=True, metavar="AGENCY", help="A reader; again for more.")
@click.option("--reference", default="", help="Case or meeting; else that of settings.toml.")
@click.option("--names", is_flag=True, help="Names instead of initials, by right.")
@click.option("--issue", default="", metavar="PRODUCT-ID", help="Print an approved briefing, no draft.")
@click.option("--json", "as_json", is_flag=True, help="Say what was made as JSON.")
def brief(
    subject: str, forms: tuple[str, ...], out: Path, purpose: str, recipients: tuple[str, ...], as_json: bool,
    **asked: Any,
) -> None:  # fmt: skip
    """Brief named readers on a peer cluster (a row of a run) or a peer group.

    It holds only what its maker and every recipient may see; without a recipient it is for the maker's
    own agency. It is a draft until another person approves it (kithmap products approve); the same
    command with --issue then prints it, as long as the data still say the same.
    """
    from app.use_cases.briefing import Asked, make_briefing, rendered

    wanted = tuple(dict.fromkeys(forms))
    _check_out(out, wanted)
    with progress_shown() as progress:
        request = Asked(subject, purpose, tuple(dict.fromkeys(recipients)), **asked)
        made = make_briefing(here(), request, progress)
        progress("drawing")
        document = made.document()
        progress("writing")
        files = {_path(out, form, made.product.id, wanted): rendered(document, form) for form in wanted}
        for path, content in files.items():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_file(path, content)
    for agency in made.unknown:
        click.echo(f"no record of these people that you may see is {agency}'s: is the name right?", err=True)
    if made.left_out.sentence:
        click.echo(made.left_out.sentence, err=True)
    if as_json:
        click.echo(json_text(made.answer(list(files))), nl=False)
        return
    for path in files:
        click.echo(f"{path} written")
    state = "approved" if made.product.approved else "a draft, to be approved by another person"
    click.echo(f"product {made.product.id}: {state}; expires on {made.product.expires}")


def _check_out(out: Path, forms: tuple[str, ...]) -> None:
    """Refuse a place that cannot be written to before anything is registered."""
    if out.suffix and len(forms) > 1 and not out.is_dir():
        raise click.UsageError("--out takes a folder where there is more than one format")
    if not out.absolute().parent.is_dir():
        raise click.UsageError("--out: there is no such folder")


def _path(out: Path, form: str, product: str, forms: tuple[str, ...]) -> Path:
    if len(forms) == 1 and out.suffix.lower() == f".{form}":
        return out
    return out / f"briefing-{product}.{form}"
