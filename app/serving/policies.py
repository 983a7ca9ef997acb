"""Policies of routes: who may use one, and what kind of audit event it leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, get_args

from app.access import ACTIONS
from app.audit import Kind

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
NOTHING: Final = "nothing"
"""Stands for the kind of event where a route tells nothing of anybody: health, help, one's own session."""

MOST_BYTES: Final = 1_000_000
"""Of a request's body, unless its route says otherwise."""

_WORDS: Final = frozenset({PUBLIC, SIGNED_IN}).union(*ACTIONS.values())
_KINDS: Final = frozenset({NOTHING, *get_args(Kind)})
_MARK: Final = "__kithmap_policy__"

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])


class Policy(NamedTuple):
    """Who may use a route, and what it leaves on the audit log.

    Attributes
    ----------
    action : str
        An act that a role of the viewer must allow, ``signed_in`` or ``public``.
    records : str
        Kind of the audit event that stands on the log before the answer leaves; ``nothing`` for none.
    recent : bool
        Whether it needs a sign-in of the last ten minutes.
    temporary : bool
        Whether somebody whose password must be changed may use it.
    heavy : bool
        Whether only a few are answered at once.
    most_bytes : int
        Of the body.
    """

    action: str
    records: str
    recent: bool = False
    temporary: bool = False
    heavy: bool = False
    most_bytes: int = MOST_BYTES


def policy(action: str, records: str, **more: Any) -> Callable[[_Endpoint], _Endpoint]:
    """Declare the policy of a route.

    Parameters
    ----------
    action : str
        An act of ``app.access.ACTIONS``, ``signed_in`` or ``public``.
    records : str
        One of the six kinds of audit event, or ``nothing``.
    **more : Any
        Other fields of ``Policy``.

    Returns
    -------
    callable
        Marks the function that answers.

    Raises
    ------
    TypeError
        A word that no role, and no kind of event, goes by.
    """
    stated = Policy(action, records, **more)
    if action not in _WORDS or records not in _KINDS:
        raise TypeError(f"no such policy: {action}, {records}")

    def _marked(endpoint: _Endpoint) -> _Endpoint:
        endpoint.__dict__[_MARK] = stated
        return endpoint

    return _marked


def policy_of(endpoint: Callable[..., Any], path: str) -> Policy:
    """Return the policy that a function declares.

    Parameters
    ----------
    endpoint : callable
        Answers a route.
    path : str
        Of the route, for the message.

    Returns
    -------
    Policy
        As declared.

    Raises
    ------
    TypeError
        It declares none: the application does not start.
    """
    stated = vars(endpoint).get(_MARK)
    if not isinstance(stated, Policy):
        raise TypeError(f"{path} declares no policy and no kind of audit event")
    return stated
