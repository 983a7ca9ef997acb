"""Who may see what: one pure decision, from which every scope is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.settings import Settings
from graph.errors import NotPermittedError, PurposeMissingError
from graph.model.claims import PolicyLabel
from graph.model.scope import Scope

Answer = Literal["allow", "pointer", "deny"]

_LOOK: Final = ("clusters", "cross_border", "hotspots", "why", "names", "search", "explore")
_WORK: Final = (*_LOOK, "import", "areas", "redraw", "match")

ACTIONS: Final[Mapping[str, frozenset[str]]] = {
    "op_group": frozenset({"hotspots", "why", "receive"}),
    "coordinator": frozenset({"products", "approve"}),
    "analyst": frozenset({*_WORK, "groups", "brief", "export", "products"}),
    "intel_officer": frozenset({*_WORK, "brief", "products", "approve"}),
    "ig_auditor": frozenset({"audit", "products"}),
    "admin": frozenset({"areas", "redraw", "audit", "accounts"}),
}
"""What each role may do at all; what it then sees is decided label by label."""

REVIEWERS: Final = frozenset({"analyst", "intel_officer"})
"""Roles that work with content nobody has reviewed yet."""

HIDING_CONDITIONS: Final = frozenset({"A1", "S2"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks.

    Attributes
    ----------
    name, agency : str
        Account and agency.
    roles : frozenset of str
        Every role they hold.
    areas : frozenset of str
        Codes of their areas; empty for every area.
    """

    name: str
    agency: str
    roles: frozenset[str]
    areas: frozenset[str]


@dataclass(frozen=True, slots=True)
class Context:
    """What they ask it for.

    Attributes
    ----------
    day : date
        Today: agreements expire.
    purpose, purpose_kind, reference : str
        As the settings state them.
    gateways : frozenset of str
        Recorded gateways for Part 3 content.
    """

    day: date
    purpose: str
    purpose_kind: str
    reference: str
    gateways: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the viewer gets of claims with one label.

    Attributes
    ----------
    answer : str
        ``allow``, ``pointer`` (that something exists, and whom to ask) or ``deny`` (as if absent).
    rules : tuple of str
        Rules that led to it.
    """

    answer: Answer
    rules: tuple[str, ...]


def viewer_of(settings: Settings) -> Viewer:
    """Return the command line's viewer.

    Parameters
    ----------
    settings : Settings
        Of the workspace.

    Returns
    -------
    Viewer
        A viewer like any other.
    """
    operator = settings.operator
    return Viewer(operator.name, operator.agency, frozenset(operator.roles), frozenset(operator.areas))


def context_of(settings: Settings, day: date) -> Context:
    """Return what the work is for.

    Parameters
    ----------
    settings : Settings
        Of the workspace.
    day : date
        Today.

    Returns
    -------
    Context
        As stated in the settings.
    """
    stated = settings.context
    return Context(day, stated.purpose, stated.purpose_kind, stated.reference, frozenset(stated.gateways))


def check_action(viewer: Viewer, action: str, context: Context) -> None:
    """Refuse an act that none of the viewer's roles allows.

    Parameters
    ----------
    viewer : Viewer
        Who asks.
    action : str
        For example ``clusters``.
    context : Context
        What for.

    Raises
    ------
    NotPermittedError
        No role allows it.
    PurposeMissingError
        No purpose is stated.
    """
    if not any(action in ACTIONS[role] for role in viewer.roles):
        raise NotPermittedError(f"the role {', '.join(sorted(viewer.roles))} does not allow {action}")
    if not context.purpose.strip():
        raise PurposeMissingError("state a purpose in settings.toml, under [context]")


def decide(viewer: Viewer, action: str, label: PolicyLabel, context: Context) -> Decision:
    """Decide what a viewer gets of claims with one label.

    Parameters
    ----------
    viewer : Viewer
        Who asks.
    action : str
        What they do.
    label : PolicyLabel
        Of the claims.
    context : Context
        When and what for.

    Returns
    -------
    Decision
        ``deny`` unless every rule lets it through.

    Notes
    -----
    Sealed content, and handling C with conditions that no rule here checks, show a pointer to all
    but the agency that owns it; hidden content, and conditions A1 and S2, show nothing to all but
    that agency's intelligence officers.
    """
    if not any(action in ACTIONS.get(role, ()) for role in viewer.roles):
        return Decision("deny", ("role",))
    owner = viewer.agency == label.controller
    hidden = _is_hidden(label)
    if hidden and not (owner and "intel_officer" in viewer.roles):
        return Decision("deny", ("hidden",))
    rule = _shut(viewer, label, context)
    if rule:
        return Decision("deny", (rule,))
    if owner:
        return Decision("allow", ("hidden" if hidden else "owner",))
    if label.tier == "sealed" or label.handling != "P":
        return Decision("pointer", ("sealed" if label.tier == "sealed" else "handling-c",))
    return Decision("allow", ("shared",))


def _is_hidden(label: PolicyLabel) -> bool:
    """A tier that these rules do not know counts as hidden."""
    conditions = re.findall(r"[A-Z0-9]+", label.conditions.upper())
    return label.tier not in ("open", "sealed") or not HIDING_CONDITIONS.isdisjoint(conditions)


def _shut(viewer: Viewer, label: PolicyLabel, context: Context) -> str:
    """Return the first rule that shuts the content out, or nothing."""
    if label.agreement_expires != "none" and label.agreement_expires < context.day.isoformat():
        return "agreement-expired"
    if label.areas and viewer.areas and not viewer.areas & set(label.areas):
        return "outside-areas"
    if label.regime == "DPA Part 3" and context.purpose_kind != "law_enforcement" and not context.gateways:
        return "part-3-gateway"
    if label.review_state != "reviewed" and not viewer.roles & REVIEWERS:
        return "unreviewed"
    return ""


def scope_of(viewer: Viewer, action: str, labels: Mapping[int, PolicyLabel], context: Context) -> Scope:
    """Return what a viewer may see, one decision for each distinct label.

    Parameters
    ----------
    viewer : Viewer
        Who asks.
    action : str
        What they do.
    labels : mapping of int to PolicyLabel
        Every label of the ledger.
    context : Context
        When and what for.

    Returns
    -------
    Scope
        The same for every read of this act.
    """
    answers = {number: decide(viewer, action, label, context).answer for number, label in labels.items()}
    return Scope(
        frozenset(number for number, answer in answers.items() if answer == "allow"),
        frozenset(number for number, answer in answers.items() if answer == "pointer"),
    )
