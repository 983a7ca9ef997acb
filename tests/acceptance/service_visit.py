"""All that one viewer asks of a service, in an order of its own, and all that is answered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple
from unittest.mock import patch

import httpx

from graph.model.entities import write_id
from tests.app.briefs import ref
from tests.app.desk import COUNCIL, POLICE
from tests.app.front_door import OTHER, PASSWORD
from tests.app.serving.callers import PURPOSE, Open
from tests.app.serving.tour import PEOPLE

NOBODY = "0" * 13
NO_ROW = "00000000-1"


class Said(NamedTuple):
    """One answer: of which operation, and to what."""

    operation: str
    path: str
    answer: httpx.Response


class Visit:
    """A viewer who asks everything that there is to ask.

    Parameters
    ----------
    at : Open
        The service.
    name : str
        Of the account.
    dice : Dice
        What chance there is.
    loads : bool, optional
        Whether the jobs of an import are begun: each starts a process, which takes seconds.
    """

    def __init__(self, at: Open, name: str, dice: Dice, *, loads: bool = False) -> None:
        dice.begin()
        caller = at.enter(name)
        self._dice = dice
        self.said: list[Said] = []
        self._at, self._caller, self._name, self._loads = at, caller, name, loads

    def ask(self, operation: str, path: str = "", **more: Any) -> Any:
        """Send a request, keep the answer, and return what it holds where that is JSON."""
        method, template = operation.split(" ")
        self._dice.begin()
        answer = self._caller.call(method, path or template, **more)
        self.said.append(Said(operation, path or template, answer))
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.json() if is_json else {}

    def first(self, told: Any, *keys: Any, other: str = NO_ROW) -> str:
        """Return a part of an answer, or an id of nothing where there is none."""
        try:
            for key in keys:
                told = told[key]
        except (IndexError, KeyError):
            return other
        return str(told)

    def everything(self) -> list[Said]:
        """Ask everything."""
        rows, people = self._measured()
        self._looked_up(rows, people)
        self._explored(people)
        self._kept(people)
        self._worked(rows[0], people)
        self._imported()
        self._left()
        return self.said

    def _measured(self) -> tuple[list[str], list[str]]:
        clusters = self.ask("GET /api/clusters", "/api/clusters?resolution=0.4&names=true")
        for more in (
            "as_of=2025-06-03&window_from=2025-01-01&window_to=2025-06-30",
            "known_on=2025-06-02&doubtful=true",
        ):  # fmt: skip
            self.ask("GET /api/clusters", f"/api/clusters?resolution=0.4&{more}")
        pairs = self.ask("GET /api/cross-border", "/api/cross-border?names=true")
        self.ask("GET /api/cross-border", "/api/cross-border?kind=ward")
        cells = self.ask("GET /api/hotspots")
        for more in ("each=type&each=month", "sort=asb&sort=missing_episode", "category=none"):
            self.ask("GET /api/hotspots", f"/api/hotspots?{more}")
        self.ask("GET /api/hotspots.geojson")
        for path in ("/api/hotspots/themes", "/api/concern", "/api/flows"):
            for more in ("", "?doubtful=true", "?known_on=2025-06-03", "?as_of=2025-06-03"):
                self.ask(f"GET {path}", path + more)
            self.ask(f"GET {path}", f"{path}?window_from=2025-03-01&window_to=2025-05-31")
        members = [self.first(clusters, "rows", 0, "members", n, "id", other=NOBODY) for n in (0, 1, 3)]
        rows = [
            self.first(clusters, "rows", 0, "id"),
            self.first(pairs, "rows", 0, "id"),
            self.first(cells, "layers", 0, "rows", 0, "id"),
        ]
        return rows, members

    def _looked_up(self, rows: Sequence[str], people: Sequence[str]) -> None:
        for row in (*rows, *people[:1], NOBODY, write_id(ref("B77", POLICE))):
            self.ask("GET /api/why/{row}", f"/api/why/{row}")
        for names in ("", "?names=true"):
            self.ask("GET /api/clusters/{row}/ties", f"/api/clusters/{rows[0]}/ties{names}")
            self.ask("GET /api/cross-border/{row}/shared", f"/api/cross-border/{rows[1]}/shared{names}")
        for path in (
            "/api/audit/verify", "/api/health", "/api/me", "/openapi.json", "/api/areas", "/api/mappings",
            "/api/methods",
        ):  # fmt: skip
            self.ask(f"GET {path}")
        self.ask("GET /api/methods/{name}", "/api/methods/hotspots")

    def _explored(self, people: Sequence[str]) -> None:
        for text in ("am", "hid", "birch", "B77", "C1", people[0]):
            self.ask("POST /api/search", json={"text": text, "names": True})
        # Whoever is hidden in one world is asked for, too.
        known = [write_id(ref(name, agency)) for name, agency in (("B77", POLICE), ("C0", COUNCIL))]
        for who in (people[0], *known, NOBODY):
            self.ask("GET /api/entities/{entity}", f"/api/entities/{who}?names=true")
            self.ask("GET /api/entities/{entity}/neighbours", f"/api/entities/{who}/neighbours?limit=50")
        self.ask("GET /api/paths", f"/api/paths?a={people[0]}&b={people[2]}")
        chosen = sorted({*people, *known} - {NOBODY})
        for among in (people[:1], chosen):
            for hops, places in ((2, True), (0, False)):
                body = {"entities": among, "hops": hops, "places": places, "names": True}
                self.ask("POST /api/neighbourhood", json=body)
            self.ask("POST /api/timeline", json={"entities": among})
            self.ask("POST /api/places", json={"entities": among})

    def _kept(self, people: Sequence[str]) -> None:
        at = [{"id": who, "x": n, "y": -n} for n, who in enumerate(dict.fromkeys(people))]
        body = {"title": "north quay", "view": {"entities": at}}
        view = self.ask("POST /api/views", json=body).get("id", "0" * 16)
        self.ask("GET /api/views")
        self.ask("GET /api/views/{view}", f"/api/views/{view}")
        self.ask("PUT /api/views/{view}", f"/api/views/{view}", json={**body, "title": "south quay"})
        self.ask("DELETE /api/views/{view}", f"/api/views/{view}")

    def _worked(self, row: str, people: Sequence[str]) -> None:
        known = write_id(ref("B77", POLICE))
        for more in ({}, {"entities": [*people[:2], known]}, {"around": people[0], "hops": 2}):
            body = {"form": "graphml", "purpose": "panel", **more}
            self.ask("POST /api/exports", json=body)
        stated = {"row": row, "purpose": "support", "review": "2025-12-01"}
        group = self.ask("POST /api/groups", json=stated).get("group", NOBODY)
        self.ask("GET /api/groups", "/api/groups?names=true")
        self.ask("GET /api/groups/{group}", f"/api/groups/{group}")
        self.ask("GET /api/groups/{group}/ties", f"/api/groups/{group}/ties")
        brief = {"subject": group, "purpose": "panel", "recipients": [POLICE]}
        product = self.ask("POST /api/briefings", json={**brief, "forms": ["html"]}).get("product", "0" * 8)
        self.ask("POST /api/briefings/file", json={**brief, "subject": row, "form": "html"})
        change = {"reason": "looked at", "review": "2025-10-01"}
        self.ask("PATCH /api/groups/{group}", f"/api/groups/{group}", json=change)
        self.ask("POST /api/groups/{group}/dissolve", f"/api/groups/{group}/dissolve", json={"reason": "x"})
        self.ask("GET /api/products")
        self.ask("POST /api/products/{product}/approve", f"/api/products/{product}/approve")

    def _imported(self) -> None:
        draft = self.ask("POST /api/imports", json={"mapping": "people"}).get("id", "0" * 16)
        path = f"/api/imports/{draft}"
        sent = f"{path}/files/people.csv"
        self.ask("PUT /api/imports/{draft}/files/{name}", sent, content=PEOPLE)
        self.ask("GET /api/imports/{draft}", path)
        for act in ("check", "load") if self._loads else ():
            self._dice.begin()
            answer = self._caller.call("POST", f"{path}/{act}")
            job = answer.json().get("id", "0" * 16)
            if answer.status_code == 202:
                # How far a job has come when it is first asked about is a matter of chance.
                self._at.ended(self._caller, job)
            else:
                self.said.append(Said(f"POST /api/imports/{{draft}}/{act}", path, answer))
            self.ask("GET /api/jobs/{job}", f"/api/jobs/{job}")
            self.ask("GET /api/imports/{draft}", path)
        self.ask("GET /api/jobs/{job}", f"/api/jobs/{'0' * 16}")
        self.ask("GET /api/imports")
        self.ask("DELETE /api/imports/{draft}", path)

    def _left(self) -> None:
        self.ask("PUT /api/context", json=PURPOSE)
        told = self.ask("POST /api/password", json={"old": PASSWORD, "new": OTHER})
        self._caller.csrf = told.get("csrf", self._caller.csrf)
        told = self.ask("POST /api/sign-in", json={"name": self._name, "password": OTHER})
        self._caller.csrf = told.get("csrf", self._caller.csrf)
        self.ask("POST /api/sign-out", json={})


class Dice:
    """Random letters that are the same in every world: those of one request do not shift the next one's."""

    def __init__(self) -> None:
        self._drawn = count()
        self._requests = count()
        self._request = 0

    def begin(self) -> None:
        """Begin another request."""
        self._request, self._drawn = next(self._requests), count()

    def draw(self, length: int | None = None) -> bytes:
        """Draw some bytes."""
        seed = f"{self._request} {next(self._drawn)}".encode()
        return hashlib.shake_256(seed).digest(32 if length is None else length)

    def letters(self, length: int | None = None) -> str:
        """Draw some letters."""
        return self.draw(length).hex()


@contextmanager
def no_chance() -> Iterator[Dice]:
    """Draw the same random letters in every world."""
    dice = Dice()
    with (
        patch("secrets.token_bytes", dice.draw),
        patch("secrets.token_hex", dice.letters),
        patch("secrets.token_urlsafe", dice.letters),
    ):
        yield dice
