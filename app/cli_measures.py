"""Commands that ask: peer clusters, cross-border, hotspots, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from app.cli_options import FILE, KINDS, asking, here, printed, show
from app.printing import console, print_rows, progress_shown, write_file
from app.use_cases.asking import COUNTED_SORTS, Question

if TYPE_CHECKING:
    from app.workspace import Answer

AREAS_PRINTED: Final = 15


@click.command()
@asking
@printed
@click.option("--resolution", type=float, help="In median ties a pair; found by a scan unless given.")
@click.option(
    "--half-life", "half_life_days", type=float, default=365.0, show_default=True, help="Of a tie, in days."
)
@click.option("--names", is_flag=True, help="Names instead of initials.")
@click.option("--png", type=FILE, help="Draw the network of those in a cluster.")
@click.option("--stability-png", type=FILE, help="Draw how stable the clusters are.")
@click.option("--why", metavar="ID", help="The claims behind one row.")
def clusters(
    question: Question,
    names: bool,
    png: Path | None,
    stability_png: Path | None,
    why: str | None,
    as_json: bool,
    csv_file: Path | None,
    **asked: Any,
) -> None:
    """Peer clusters: found by an algorithm, unconfirmed."""
    from app.use_cases.clusters import find_clusters

    if why:
        _explain(why, question, as_json=as_json, csv_file=csv_file)
        return
    with progress_shown() as progress:
        found = find_clusters(
            here(),
            question,
            names=names,
            progress=progress,
            **asked,
        )
        _draw_clusters(found, png, stability_png)
    columns = {
        "id": "cluster",
        "people": "people",
        "children_or_age_unknown": "under 18 or unknown",
        "ties": "ties",
        "density": "density",
        "stability": "stability",
        "members": "members",
    }
    show(found.body, columns, as_json=as_json, csv_file=csv_file)


def _draw_clusters(found: Answer, png: Path | None, stability_png: Path | None) -> None:
    if png or stability_png:
        from app.use_cases.cluster_files import clusters_picture, stability_picture

        for path, draw in ((png, clusters_picture), (stability_png, stability_picture)):
            if path:
                write_file(path, draw(found.body, found.extra).png)


@click.command("cross-border")
@asking
@printed
@click.option(
    "--kind",
    default="lad",
    show_default=True,
    type=KINDS,
)
@click.option("--names", is_flag=True, help="Names instead of initials.")
@click.option("--png", type=FILE, help="Draw the flows from home to where people are seen.")
@click.option("--why", metavar="ID", help="The claims behind one row.")
def cross_border(
    question: Question,
    kind: str,
    names: bool,
    png: Path | None,
    why: str | None,
    as_json: bool,
    csv_file: Path | None,
) -> None:
    """What pairs of areas share: people, ties, incidents over the border."""
    from app.use_cases.cross_border import find_cross_border

    if why:
        _explain(why, question, as_json=as_json, csv_file=csv_file)
        return
    with progress_shown() as progress:
        workspace = here()
        answer = find_cross_border(workspace, question, kind=kind, names=names, progress=progress)
        found = answer.body
        if png:
            from app.use_cases.cross_border_files import flows_picture

            write_file(png, flows_picture(workspace, found, answer.extra).png)
    columns = {
        "id": "row",
        "area_a": "area",
        "name_a": "name",
        "area_b": "and area",
        "name_b": "name",
        "people": "people",
        "ties": "ties",
    }
    show(found, columns, as_json=as_json, csv_file=csv_file)
    if not as_json and not csv_file:
        _print_incidents(found["incidents"])


def _print_incidents(incidents: Mapping[str, Any]) -> None:
    if not incidents["reported_by"]:
        return
    totals = [sum(column) for column in zip(*incidents["counts"], strict=True)]
    busiest = sorted(range(len(totals)), key=lambda n: (-totals[n], n))[:AREAS_PRINTED]
    rows = [
        {"area": incidents["names"][n], **{str(k): row[n] for k, row in enumerate(incidents["counts"])}}
        for n in busiest
    ]
    console().print("\nIncidents: where they occurred (down), who reported them (across)")
    print_rows(rows, {"area": "", **{str(k): name for k, name in enumerate(incidents["reported_by"])}})
    if len(totals) > len(busiest):
        console().print(f"{len(totals) - len(busiest)} more areas are in --json")
    borders = incidents["over_force_borders"]
    console().print(borders["sentence"])
    if borders["flows"]:
        columns = {"from": "reported by", "to": "occurred in", "incidents": "incidents"}
        print_rows(borders["flows"][:AREAS_PRINTED], columns)


@click.command()
@asking
@printed
@click.option(
    "--type", "categories", multiple=True, help="Only this category (a force's crime type); again for more."
)
@click.option("--sort", "sorts", multiple=True, default=COUNTED_SORTS, show_default=True, help="Of event.")
@click.option("--each", multiple=True, type=click.Choice(["type", "month"]), help="A layer for each.")
@click.option("--area", "areas", multiple=True, help="Study only these areas (codes).")
@click.option(
    "--cell", "cell_size_m", type=float, default=300.0, show_default=True, help="Side of a cell, metres."
)
@click.option("--q", type=float, default=0.05, show_default=True, help="Largest corrected p of a hot cell.")
@click.option("--geojson", type=FILE, help="Write the hot cells as GeoJSON.")
@click.option("--png", type=FILE, help="Draw the map (one layer).")
@click.option("--why", metavar="CELL", help="The claims behind one cell.")
def hotspots(
    question: Question,
    as_json: bool,
    csv_file: Path | None,
    geojson: Path | None,
    png: Path | None,
    why: str | None,
    **asked: Any,
) -> None:
    """Cells with more recorded events than chance would put there."""
    from app.use_cases.hotspots import Theme, find_hotspots

    theme = Theme(**asked)
    if why:
        _explain(why, question, as_json=as_json, csv_file=csv_file, theme=theme)
        return
    if (geojson or png) and theme.each:
        raise click.UsageError("--geojson and --png take one layer: leave out --each")
    with progress_shown() as progress:
        found = find_hotspots(here(), question, theme, progress)
    _draw(found.body, found.extra, geojson=geojson, png=png)
    rows = [{"layer": layer["layer"], **row} for layer in found.body["layers"] for row in layer["rows"]]
    layer = {"layer": "layer"} if theme.each else {}
    columns = {
        **layer,
        "id": "cell",
        "events": "events",
        "places": "places",
        "window_events": "in window",
        "z": "z",
        "p_corrected": "p",
        "cluster": "cluster",
    }
    if not ((geojson or png) and not as_json and not csv_file):
        show(found.body, columns, as_json=as_json, csv_file=csv_file, rows=rows)
    if not as_json:
        _print_layers(found.body)


def _print_layers(body: Mapping[str, Any]) -> None:
    for layer in body["layers"]:
        name = "" if layer["layer"] == "all" else f"{layer['layer']}: "
        console().print(f"{name}{layer['sentence']}")
    console().print(f"Study area: {body['study']['sentence']}.")
    if body["without_position"]:
        console().print(f"{body['without_position']:,} events have no position.")
    if body["locations_of_concern"]:
        console().print("Locations of concern:")
        print_rows(
            body["locations_of_concern"],
            {"id": "location", "sort": "sort", "concern": "concern", "people": "people"},
        )


def _draw(body: Mapping[str, Any], extra: Any, *, geojson: Path | None, png: Path | None) -> None:
    from app.use_cases.hotspot_files import layer_geojson, layer_png

    if geojson:
        write_file(geojson, layer_geojson(body, extra))
        click.echo(f"{geojson.name} written", err=True)
    if png:
        write_file(png, layer_png(body, extra))
        click.echo(f"{png.name} written", err=True)


def _explain(
    row: str, question: Question, *, as_json: bool, csv_file: Path | None, theme: Any = None
) -> None:
    from app.use_cases.why import explain

    with progress_shown() as progress:
        found = explain(here(), row, question, theme, progress).body
    columns = {
        "claim": "claim",
        "predicate": "says",
        "capacity": "as",
        "subject": "of",
        "object": "with",
        "value": "value",
        "grade": "grade",
        "basis": "basis",
        "status": "status",
        "agency": "agency",
        "from": "from",
        "to": "to",
        "reported": "reported",
        "recorded": "recorded",
    }
    show(found, columns, as_json=as_json, csv_file=csv_file)
    if not as_json:
        console().print(f"{found['claims']} claims of {found['agencies']} agencies: {found['about']}")
        for pointer in found["restricted"]:
            console().print(
                f"restricted link exists, contact {pointer['contact']}, ref {pointer['reference']}"
            )
