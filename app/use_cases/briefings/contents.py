"""A whole briefing as data: built once, registered by its digest, then drawn and printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

from app.documents.document import Document, Figure, Section
from app.use_cases.briefings.borders import borders_section, find_areas
from app.use_cases.briefings.concern import Concern, concerns_section, find_concerns
from app.use_cases.briefings.disputes import disputes_section
from app.use_cases.briefings.gaps import find_gaps, gaps_section
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.method import READING, method_section
from app.use_cases.briefings.people import members_section
from app.use_cases.briefings.places import Spot, find_spots, places_section, read_positions
from app.use_cases.briefings.short import short_section
from app.use_cases.briefings.sources import marking_of, sources_section
from app.use_cases.briefings.subject import Subject
from app.use_cases.briefings.ties import Tie, find_ties, network_section, ties_section
from app.use_cases.briefings.wording import day_text, shortened
from app.use_cases.products import Product
from graph.model.spans import day_number

DRAFT: Final = "DRAFT: not approved"
NETWORK, PLACES = "The network", "Places"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a briefing is for, and who made it.

    Attributes
    ----------
    purpose, reference : str
        As the maker states them.
    readers : str
        For whom, in words.
    maker, agency : str
        Who made it.
    made, expires : date
        When, and until when it may be used.
    """

    purpose: str
    reference: str
    readers: str
    maker: str
    agency: str
    made: date
    expires: date


@dataclass(frozen=True, slots=True)
class Contents:
    """A briefing before it has a number.

    Attributes
    ----------
    subject : Subject
        What it is about, as its readers see it.
    heading : Heading
        What for, for whom, by whom.
    material : Material
        What it was made from.
    marking : str
        Handling.
    about : tuple of (str, str)
        Printed first.
    sections : tuple of Section
        Without pictures.
    ties : tuple of Tie
        To be drawn.
    concerns : tuple of Concern
        To be drawn.
    spots : tuple of Spot
        To be drawn.
    """

    subject: Subject
    heading: Heading
    material: Material
    marking: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    ties: tuple[Tie, ...]
    concerns: tuple[Concern, ...]
    spots: tuple[Spot, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of every word, which its number and its approval do not change."""
        words = [
            self.subject.title,
            self.subject.states(self.heading.made),
            self.marking,
            self.about,
            [asdict(section) for section in self.sections],
        ]
        text = json.dumps(words, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_contents(material: Material, subject: Subject, heading: Heading) -> Contents:
    """Write every section.

    Parameters
    ----------
    material : Material
        What is known.
    subject : Subject
        What the briefing is about.
    heading : Heading
        What for, for whom, by whom.

    Returns
    -------
    Contents
        The same words for the same data, question, readers and day.
    """
    positions = read_positions(material)
    areas = find_areas(material, positions)
    ties, concerns = find_ties(material), find_concerns(material)
    spots = find_spots(material, positions)
    gaps = find_gaps(material, ties, areas)
    sections = (
        short_section(material, ties, areas, concerns, gaps=gaps),
        members_section(material, areas),
        network_section(material, ties),
        places_section(material, spots),
        concerns_section(material, concerns),
        borders_section(material, areas),
        gaps_section(material, ties, areas),
        disputes_section(material),
        ties_section(material, ties),
        method_section(material, confirmed=subject.group is not None),
        sources_section(material),
    )
    marking = marking_of(material.said)
    about = _about(material, subject, heading)
    return Contents(
        subject, heading, material, marking, about, sections, tuple(ties), tuple(concerns), tuple(spots)
    )


def _about(material: Material, subject: Subject, heading: Heading) -> tuple[tuple[str, str], ...]:
    made, expires = (day_text(day_number(day)) for day in (heading.made, heading.expires))
    rows = [("Purpose", heading.purpose), ("Reference", heading.reference or "none given")]
    rows += [("For", heading.readers), ("Made by", f"{heading.maker}, {heading.agency}, on {made}")]
    if subject.group is not None:
        rows.append(("Confirmed for", subject.group.purpose))
    rows += [("Contents as of", day_text(material.day)), ("Expires", f"{expires}: destroy it then")]
    return (*rows, ("Reading grades", READING))


def as_document(contents: Contents, product: Product, maps: Mapping[str, Figure]) -> Document:
    """Return the document to print.

    Parameters
    ----------
    contents : Contents
        What it says.
    product : Product
        As registered, or as approved.
    maps : mapping of str to Figure
        Pictures by the heading of their section.

    Returns
    -------
    Document
        A draft says so on each page.
    """
    approved = "not yet: a draft, not to be used"
    if product.approved is not None:
        approved = f"by {product.approver} on {day_text(day_number(product.approved))}"
    sections = tuple(
        replace(section, figures=(maps[section.heading],)) if section.heading in maps else section
        for section in contents.sections
    )
    about = (*contents.about[:-1], ("Approved", approved), ("Product", product.id), contents.about[-1])
    return Document(
        contents.subject.title, contents.marking, states_of(contents, product), product.id, about, sections
    )


def states_of(contents: Contents, product: Product) -> tuple[str, ...]:
    """Return what stands on each page.

    Parameters
    ----------
    contents : Contents
        What it says.
    product : Product
        As registered, or as approved.

    Returns
    -------
    tuple of str
        First whether it is a draft.
    """
    stated = contents.subject.states(contents.heading.made)
    if product.approved is None:
        return (DRAFT, *stated)
    return (f"APPROVED by {shortened(product.approver)} on {day_text(day_number(product.approved))}", *stated)
