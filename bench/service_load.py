"""People who explore at a steady rate, over kept connections: the load of ``bench.service``."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

TYPED = ("jo", "smith", "mary", "an", "williams", "phillip a", "p0000", "nobody")
MIX = (
    ("search", 15),
    ("entity", 20),
    ("neighbours", 25),
    ("one hop", 8),
    ("two hops", 7),
    ("paths", 10),
    ("why", 10),
    ("timeline", 5),
)
"""Kinds of request, and how many of a hundred each is."""

PATIENCE_S = 20.0


class Person(NamedTuple):
    """Somebody who is signed in.

    Attributes
    ----------
    token, csrf : str
        Of the session.
    """

    token: str
    csrf: str


class Ground(NamedTuple):
    """What they look at.

    Attributes
    ----------
    people, links : list of str
        Ids, drawn by a seed.
    busiest : str
        The entity with the most links.
    most : int
        How many it has.
    """

    people: list[str]
    links: list[str]
    busiest: str
    most: int


class Asked(NamedTuple):
    """One answer.

    Attributes
    ----------
    kind : str
        Of the request.
    status : int
        0 where there was none.
    seconds : float
        From the moment at which it was due.
    late : float
        Seconds between that moment and the request: the load's own delay.
    """

    kind: str
    status: int
    seconds: float
    late: float


def request_of(kind: str, ground: Ground, dice: random.Random) -> tuple[str, str, dict[str, Any] | None]:
    """Return a request.

    Parameters
    ----------
    kind : str
        Of ``MIX``, or ``busiest``.
    ground : Ground
        What is looked at.
    dice : random.Random
        With a seed.

    Returns
    -------
    tuple of (str, str, dict or None)
        Method, path, body.
    """
    one, other = dice.choice(ground.people), dice.choice(ground.people)
    around: dict[str, Any] = {"entities": [one], "limit": 300}
    made: dict[str, Callable[[], tuple[str, str, dict[str, Any] | None]]] = {
        "search": lambda: ("POST", "/api/search", {"text": dice.choice(TYPED)}),
        "entity": lambda: ("GET", f"/api/entities/{one}", None),
        "neighbours": lambda: ("GET", f"/api/entities/{one}/neighbours", None),
        "busiest": lambda: ("GET", f"/api/entities/{ground.busiest}/neighbours", None),
        "one hop": lambda: ("POST", "/api/neighbourhood", {**around, "hops": 1, "places": True}),
        "two hops": lambda: ("POST", "/api/neighbourhood", {**around, "hops": 2}),
        "paths": lambda: ("GET", f"/api/paths?a={one}&b={other}", None),
        "why": lambda: ("GET", f"/api/why/{dice.choice(ground.links)}", None),
        "timeline": lambda: ("POST", "/api/timeline", {"entities": dice.sample(ground.people, 20)}),
        "bare": lambda: ("POST", "/row", {"text": one}),
    }
    return made[kind]()


class Line:
    """One connection of one person, which is kept.

    Parameters
    ----------
    port : int
        Of the service on this machine.
    person : Person
        Whose.
    """

    def __init__(self, port: int, person: Person) -> None:
        self._port, self._person = port, person
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._free = asyncio.Lock()

    async def ask(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, bytes]:
        """Send a request and wait for its answer.

        Parameters
        ----------
        method, path : str
            Of the request.
        body : dict or None
            Sent as JSON.

        Returns
        -------
        tuple of (int, bytes)
            Status and body.
        """
        sent = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Cookie: kithmap-dev={self._person.token}\r\nX-Kithmap-CSRF: {self._person.csrf}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
        )
        async with self._free:
            if self._ends is None:
                self._ends = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
            ear, mouth = self._ends
            mouth.write(head.encode() + sent)
            told = await ear.readuntil(b"\r\n\r\n")
            length = int(told.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            return int(told[9:12]), await ear.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._ends is not None:
            self._ends[1].close()
            self._ends = None


async def explore(
    port: int,
    people: Sequence[Person],
    ground: Ground,
    *,
    rate: float,
    seconds: float,
    mix: Sequence[tuple[str, int]] = MIX,
    seed: int = 1,
) -> list[Asked]:
    """Let people ask at a steady rate, whether or not answers come.

    Parameters
    ----------
    port : int
        Of the service.
    people : sequence of Person
        Who ask, in turn.
    ground : Ground
        What they look at.
    rate : float
        Requests a second, of all of them.
    seconds : float
        For so long.
    mix : sequence of (str, int), optional
        Kinds of request and their shares.
    seed : int, optional
        Of the choice.

    Returns
    -------
    list of Asked
        One for each request, answered or not.
    """
    dice = random.Random(seed)
    kinds = dice.choices([kind for kind, _ in mix], [share for _, share in mix], k=int(rate * seconds))
    lines = [Line(port, person) for person in people]
    begun = time.perf_counter()
    under_way = []
    for n, kind in enumerate(kinds):
        due = begun + n / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        request = request_of(kind, ground, dice)
        under_way.append(asyncio.create_task(_asked(lines[n % len(lines)], kind, request, due)))
    told = await asyncio.gather(*under_way)
    for line in lines:
        line.close()
    return told


async def _asked(line: Line, kind: str, request: tuple[str, str, dict[str, Any] | None], due: float) -> Asked:
    late = time.perf_counter() - due
    try:
        async with asyncio.timeout(PATIENCE_S):
            status, _ = await line.ask(*request)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        line.close()
        status = 0
    return Asked(kind, status, time.perf_counter() - due, late)


async def in_turn(port: int, person: Person, ground: Ground, kind: str, times: int) -> list[Asked]:
    """Let one person ask one thing after another.

    Parameters
    ----------
    port : int
        Of the service.
    person : Person
        Who asks.
    ground : Ground
        What they look at.
    kind : str
        Of the requests.
    times : int
        How many.

    Returns
    -------
    list of Asked
        One for each.
    """
    dice, line = random.Random(2), Line(port, person)
    told = [
        await _asked(line, kind, request_of(kind, ground, dice), time.perf_counter()) for _ in range(times)
    ]
    line.close()
    return told
