"""Peer clusters as pictures: who is tied to whom, and how sure the clusters are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from app.use_cases.clusters import Drawable

if TYPE_CHECKING:
    from app.pictures.clustered import Network
    from geo.picture import Picture

MARKING: Final = "OFFICIAL-SENSITIVE: working picture, not for publication"
UNCONFIRMED: Final = "UNCONFIRMED: found by an algorithm"


def drawn_network(drawn: Drawable) -> Network:
    """Return everybody in a peer cluster, with the ties between them, in their places.

    Parameters
    ----------
    drawn : Drawable
        As ``find_clusters`` gives it.

    Returns
    -------
    Network
        The same places in every picture of the run.
    """
    from app.pictures.clustered import all_clusters_network

    return all_clusters_network(
        drawn.found,
        drawn.ties,
        shown=drawn.shown,
        adults=drawn.adults,
        disputed_links=drawn.disputed,
    )


def clusters_picture(body: Mapping[str, Any], drawn: Drawable) -> Picture:
    """Draw the network of a run.

    Parameters
    ----------
    body : mapping
        The answer.
    drawn : Drawable
        As ``find_clusters`` gives it.

    Returns
    -------
    Picture
        People in peer clusters by initials; it says who is not in it.
    """
    from app.pictures.network import network_picture

    network = drawn_network(drawn)
    return network_picture(
        network.marks,
        network.lines,
        network.places,
        title=f"Peer clusters, ties as recorded to {body['parameters']['on_day']}",
        marking=MARKING,
        states=(UNCONFIRMED,),
        notes=network.left_out,
    )


def stability_picture(body: Mapping[str, Any], drawn: Drawable) -> Picture:
    """Draw how sure the clusters of a run are.

    Parameters
    ----------
    body : mapping
        The answer.
    drawn : Drawable
        As ``find_clusters`` gives it.

    Returns
    -------
    Picture
        The resolutions tried, and the stability of each cluster.
    """
    from app.pictures.stability import stability_plot

    title = f"How stable the peer clusters are, {body['parameters']['on_day']}"
    return stability_plot(drawn.found, title=title, marking=MARKING, states=(UNCONFIRMED,))
