"""Invented documents to print, and pictures to put into them."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from app.documents.document import Document, Figure, Section, Table
from geo.picture import Picture

MARKING = "OFFICIAL-SENSITIVE: SAFEGUARDING"
STATES = ("DRAFT", "UNCONFIRMED PEER CLUSTER")


@cache
def ring(people: int = 25) -> Picture:
    """Return a picture of people in a ring.

    Parameters
    ----------
    people : int, optional
        How many.

    Returns
    -------
    Picture
        The same bytes each time.
    """
    from math import cos, pi, sin

    import matplotlib as mpl
    from matplotlib.figure import Figure as Drawing

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ring", "font.family": "DejaVu Sans"}):
        drawing = Drawing(figsize=(7, 4.2))
        axes = drawing.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set(aspect="equal", xlim=(-2, 2), ylim=(-1.2, 1.2))
        spots = [(cos(2 * pi * n / people) * 1.6, sin(2 * pi * n / people)) for n in range(people)]
        for n, (x, y) in enumerate(spots):
            to_x, to_y = spots[(n * 7 + 3) % people]
            axes.plot([x, to_x], [y, to_y], color="#777777", linewidth=0.8, zorder=1)
            axes.text(x * 1.08, y * 1.09, f"S{n + 1}", fontsize=8, ha="center", va="center")
        axes.scatter(
            [x for x, _ in spots], [y for _, y in spots], s=60, marker="s", color="#1d4f91", zorder=2
        )
        png, svg = BytesIO(), BytesIO()
        drawing.savefig(png, format="png", dpi=160)
        drawing.savefig(svg, format="svg", metadata={"Date": None})
    return Picture(png.getvalue(), svg.getvalue().decode(), f"{people} people in a ring, joined by lines.")


def strip() -> Picture:
    """Return a picture so low that hundreds go into one document.

    Returns
    -------
    Picture
        Of a single colour.
    """
    from matplotlib.image import imsave

    png = BytesIO()
    imsave(png, [[0.5] * 60], format="png", cmap="gray", vmin=0, vmax=1)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="1"><rect width="60" height="1"/></svg>'
    return Picture(png.getvalue(), svg, "A strip.")


def people_table(people: int) -> Table:
    """Return a table with a row for each invented person.

    Parameters
    ----------
    people : int
        How many rows.

    Returns
    -------
    Table
        Of six columns.
    """
    areas = ("Ashford Vale", "Brinmouth", "Caldermoor and Fell", "outside both councils")
    rows = tuple(
        (
            f"S{n}",
            f"{'KLMNOPRST'[n % 9]}. {'ABCDEFGH'[n % 8]}.",
            str(13 + n % 5),
            areas[n % 4],
            f"B2, {1 + n % 3} independent sources; school basis",
            "Disputed by the young person: was at college that day (see the dispute of 3 March)"
            if n % 6 == 0
            else "Nothing is disputed",
        )
        for n in range(1, people + 1)
    )
    return Table(
        "Members, by initials, with what each membership rests on",
        ("Ref", "Initials", "Age", "Lives in", "Grade or basis", "Disputes"),
        rows,
        (1, 1.4, 0.9, 3, 4, 5),
    )


def briefing(people: int = 25) -> Document:
    """Return a briefing of an invented peer cluster.

    Parameters
    ----------
    people : int, optional
        Members.

    Returns
    -------
    Document
        With two pictures and three tables.
    """
    links = Table(
        "Links across borders",
        ("From", "To", "Links", "People", "First seen", "Last seen"),
        tuple(
            ("Ashford Vale", "Brinmouth", str(n), str(n + 1), "2026-01-03", "2026-09-28") for n in range(1, 7)
        ),
        (3, 3, 1, 1, 2, 2),
    )
    ties = Table(
        "Ties with grade or basis and the number of independent sources",
        ("Between", "Strength", "Kinds", "Grade or basis", "Sources"),
        tuple(
            (
                f"S{n} and S{n + 3}",
                f"{0.4 + n / 100:.2f}",
                "seen together 4 times; same school",
                "B2; school",
                "3",
            )
            for n in range(1, people + 15)
        ),
        (2, 1.2, 4, 3, 1),
    )
    sections = (
        Section(
            "What this says",
            (
                f"{people} young people appear together in the records of four agencies more often than "
                "chance would put them there. A computation found the cluster; nobody has confirmed it.",
            ),
            (
                "Nine live in Ashford Vale, eight in Brinmouth; six links cross the border between them.",
                "Four share a school. One of them is open to social care and has never been screened.",
                "Two ties rest on one source only; without them the cluster falls into two.",
            ),
        ),
        Section("Members", tables=(people_table(people),)),
        Section(
            "Network",
            ("The lines are ties between members; a thicker line is a stronger tie.",),
            figures=(
                Figure(ring(people), "Members and the ties between them, 24 months to 30 September 2026"),
            ),
            tables=(ties,),
        ),
        Section(
            "Across borders",
            figures=(Figure(ring(12), "Where members live, and where they were seen together"),),
            tables=(links,),
        ),
        Section(
            "What is missing",
            points=(
                "No feed of youth justice after May 2026.",
                "Health has shared nothing on nine of the members.",
            ),
        ),
        Section(
            "What this does not say",
            (
                "Being seen together is not taking part in anything. The cluster is not a finding about any "
                "child, and no decision about a child may rest on it alone.",
            ),
        ),
    )
    return Document(
        "Briefing on peer cluster PC-7",
        MARKING,
        STATES,
        "KM-2026-0042",
        (
            ("Purpose", "Safeguarding: to agree who visits whom before the half-term holiday"),
            ("For", "Chair of the Ashford Vale and Brinmouth operational group"),
            ("Written by", "Analyst, community safety partnership, 2 October 2026"),
            ("Review by", "1 November 2026. After that day this document may not be used."),
        ),
        sections,
    )
