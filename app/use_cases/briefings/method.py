"""How a briefing is made, how to read it, what not to do with it."""

from __future__ import annotations

from typing import Final

from app.documents.document import Section
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.wording import day_text

READING: Final = (
    "2B is police intelligence: the source (1 reliable, 2 untested, 3 not reliable), then the "
    "information (A known directly, B known indirectly but corroborated, C known indirectly, D not "
    "known, E suspected false). "
    "Other agencies say on what basis instead: recorded, child said, parent said, third party said, concern. "
    "A grade is of one claim, never of a person."
)
_CLUSTER: Final = (
    "These people are a peer cluster: an algorithm found that more ties are recorded among them than chance "
    "would put there, and found them again with other random starts (no set of a stability below 0.75 is "
    "ever shown). It looked at what the maker may see, which may be more than is printed here. Nobody has "
    "confirmed them. It is no peer group, no organised crime group and no gang, and another run may find "
    "others."
)
_GROUP: Final = (
    "These people are a peer group because a named practitioner confirmed it, for the purpose and until the "
    "review stated above. That says nothing of what any of them did or will do."
)
_POINTS: Final = (
    "No score: nothing here is added up, averaged, ranked or predicted for a person.",
    "Co-presence is not friendship, and being recorded more often may only mean being watched more.",
    "What is not recorded is not known; it is never evidence that somebody is safe.",
    "Do not use it to target a child, as evidence, or for another purpose than the one stated.",
    "Do not copy, forward or add to it. Whoever is not named as a recipient asks the maker.",
    "To dispute or correct anything tell the agency that said it, which the tables name: the dispute is then "
    "printed beside the claim.",
    "Destroy it when it expires, and ask for a new one.",
)


def method_section(material: Material, *, confirmed: bool) -> Section:
    """Return the section on caveats and method.

    Parameters
    ----------
    material : Material
        What is known.
    confirmed : bool
        Of a peer group, not of a peer cluster.

    Returns
    -------
    Section
        The same words each time, but for the question asked.
    """
    window = material.question.filters.window
    asked = [f"Contents as known on {day_text(material.day)}."]
    if window is not None:
        asked.append(
            f"Ties and places rest on claims that held on some day from {day_text(window[0])} to "
            f"{day_text(window[1])}; everything else on all days."
        )
    if material.question.as_of is not None:
        asked.append("Only what agencies had reported by that day counts.")
    if material.question.doubtful:
        asked.append("DISPUTED CLAIMS AND CLAIMS GRADED E COUNT HERE, because that was asked for.")
    kind = _GROUP if confirmed else _CLUSTER
    return Section("Caveats and method", (kind, " ".join(asked)), _POINTS)
