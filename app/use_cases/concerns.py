"""What practitioners named places of concern for: a property of the place, which is no hotspot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from app.copies.kept_out import value_of
from graph.model.scope import Filters
from graph.view import Evidence, View


def declarations(view: View, places: Collection[int], filters: Filters) -> dict[int, list[Evidence]]:
    """Return the descriptions that name a concern.

    Parameters
    ----------
    view : View
        The viewer's.
    places : collection of int
        Locations.
    filters : Filters
        Which claims count.

    Returns
    -------
    dict of int to list of Evidence
        By place, in the order of claims; places that nobody named are left out.
    """
    if not places:
        return {}
    facts = view.store.facts_of(view.scope, places, "IS", filters=filters)
    owner = {claim: place for place, claim in facts}
    found: dict[int, list[Evidence]] = defaultdict(list)
    for item in view.why(list(owner)):
        if value_of(item).get("concern"):
            found[owner[item.claim.seq]].append(item)
    return dict(found)


def newest_concern(declared: Collection[Evidence]) -> str:
    """Return what a place was last named for.

    Parameters
    ----------
    declared : collection of Evidence
        Descriptions of one place that name a concern.

    Returns
    -------
    str
        As whoever named it wrote.
    """
    newest = max(declared, key=lambda item: (item.claim.reported_day or 0, item.claim.seq))
    return str(value_of(newest)["concern"])


def named_concerns(view: View, places: Collection[int], filters: Filters) -> dict[int, str]:
    """Return what places were last named for.

    Parameters
    ----------
    view : View
        The viewer's.
    places : collection of int
        Locations.
    filters : Filters
        Which claims count.

    Returns
    -------
    dict of int to str
        Places that nobody named are left out.
    """
    return {place: newest_concern(said) for place, said in declarations(view, places, filters).items()}
