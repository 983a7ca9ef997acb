"""The command that shows what Kithmap does, on an invented partnership."""

from __future__ import annotations

from pathlib import Path

import click

from app.printing import progress_shown


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("kithmap-demo"),
    show_default=True,
    help="A new or empty folder, or one that an earlier demo left.",
)
@click.option("--seed", type=int, default=2026, show_default=True, help="Another seed, another partnership.")
@click.option(
    "--serve/--no-serve", "serving", default=True, help="Serve it on this machine when all is made."
)
def demo(folder: Path, seed: int, serving: bool) -> None:
    """Invent a partnership, import its files, leave a folder of results, and serve it in the browser.

    The results are a summary to open in a browser, tables, pictures and a briefing. The workspace beside
    them can be asked like any other, by commands and in the pages, until you press Ctrl+C. No person, place
    or event in it is real.
    """
    from app.use_cases.demo import make_demo
    from app.use_cases.demo_accounts import FILE, add_demo_accounts
    from app.use_cases.demo_results import write_results

    with progress_shown() as progress:
        made = make_demo(folder, seed=seed, progress=progress)
        found = write_results(made, folder / "results", progress=progress)
        progress("making accounts")
        accounts = add_demo_accounts(folder)
    for sentence in found["sentences"]:
        click.echo(sentence)
    click.echo(f"{len(found['files'])} files in {folder / 'results'}: open summary.html first")
    click.echo(f"to ask it yourself: export KITHMAP_WORKSPACE={folder / 'workspace'}, then kithmap clusters")
    click.echo(f"sign-ins, one for each role ({folder / FILE}):")
    for name, password in accounts:
        click.echo(f"    {name:<14} {password}")
    if not serving:
        click.echo(f"to open its pages: kithmap --workspace {folder / 'workspace'} serve")
        return
    from app.listening import free_port, listen

    listen(folder / "workspace", port=free_port())
