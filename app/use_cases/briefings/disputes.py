"""What is disputed, beside what it disputes; and people's own words."""

from __future__ import annotations

from typing import Final

from app.documents.document import Section, Table
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.said import Said
from app.use_cases.briefings.wording import TIE_WORDS, counted, day_text, plain, spoken

_LINK_WORDS: Final = {
    "EXPLOITED_BY": "exploited by",
    "POSES_RISK_TO": "poses a risk to",
    "MEMBER_OF": "member of",
}


def disputes_section(material: Material) -> Section:
    """Return the section on disputes and statements.

    Parameters
    ----------
    material : Material
        What is known.

    Returns
    -------
    Section
        Disputed claims with who said them; claims suspected false, counted; words of people themselves.
    """
    disputed = [one for one in material.said if one.disputed]
    false = sum(one.suspected_false for one in material.said if not one.disputed)
    kept = (
        "They count in this briefing, because that was asked for."
        if material.question.doubtful
        else ("They are left out of everything else here.")
    )
    paragraphs = [
        f"{counted(len(disputed), 'claim is', 'claims are')} disputed. {kept}"
        if disputed
        else "No claim that may be printed here is disputed.",
    ]
    if false:
        paragraphs.append(f"{counted(false, 'claim is', 'claims are')} graded E, suspected false. {kept}")
    tables = []
    if disputed:
        columns: tuple[str, ...] = ("What is disputed", "Of whom", "Held", "Grade or basis", "Said by")
        rows = tuple(_disputed_row(material, one) for one in disputed)
        tables.append(Table("Disputed claims", columns, rows, (4, 4, 3, 2, 3)))
    words = [one for person in material.members for one in material.of(person, "STATEMENT")]
    if words:
        columns = ("Whose words", "Of whom", "In their words", "When")
        rows = tuple(_statement_row(material, one) for one in words)
        tables.append(Table("People's own words", columns, rows, (2, 3, 8, 2)))
    return Section("Disputes and people's own words", tuple(paragraphs), tables=tuple(tables))


def _disputed_row(material: Material, said: Said) -> tuple[str, ...]:
    return (_what(said), _of_whom(material, said), said.when, said.grade, said.source)


def _what(said: Said) -> str:
    if said.predicate in TIE_WORDS:
        return f"tie: {TIE_WORDS[said.predicate]}"
    if said.predicate in _LINK_WORDS:
        return _LINK_WORDS[said.predicate]
    if said.predicate == "INVOLVED_IN":
        return f"{spoken(said.capacity) or 'being'} in an event"
    if said.predicate == "ROLE":
        return f"role: {spoken(str(said.value.get('role', '')))}"
    if said.predicate == "RISK":
        return f"risk level: {plain(str(said.value.get('as_recorded', '')))}"
    return {"BORN": "birth date", "NAMED": "name", "IN": f"area ({said.capacity})"}.get(
        said.predicate, spoken(said.predicate.lower())
    )


def _of_whom(material: Material, said: Said) -> str:
    ends = [material.called[end] for end in (said.subject, said.other) if end in material.called and end]
    return " and ".join(ends) or "an event or place of a member"


def _statement_row(material: Material, said: Said) -> tuple[str, ...]:
    return (
        plain(str(said.value.get("whose") or "not stated")),
        material.called[said.subject],
        f"“{plain(str(said.value.get('about') or ''))}”",
        day_text(said.first or said.reported, said.precision),
    )
