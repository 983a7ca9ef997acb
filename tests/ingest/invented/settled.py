"""An invented partnership in a workspace, and what its measures answer, by the keys of the right answers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from app.use_cases.drawing import current_store
from graph.model.entities import write_id
from ingest.invented import Invented, Noise, invent
from tests.app.desk import Desk

LAST_DAY: Final = "2026-10-31"
_AFTERWARDS: Final = int(datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp() * 1_000_000)


class Settled:
    """A partnership whose files were imported by the commands.

    Parameters
    ----------
    folder : Path
        To hold everything.
    noise : Noise
        How badly its agencies record.
    seed : int, optional
        Of the invention.
    """

    def __init__(self, folder: Path, noise: Noise, seed: int = 2026) -> None:
        self.invented: Invented = invent(folder / "invented", noise=noise, seed=seed)
        self.answers: dict[str, Any] = json.loads(self.invented.answers.read_text(encoding="utf-8"))
        self.desk = Desk(folder / "desk")
        self.desk.now_us = _AFTERWARDS
        self.desk.sit(agency="Example Partnership")
        for path, kind in self.invented.areas:
            assert self.desk.run("areas", "load", path, "--kind", kind).code == 0
        self.said = [self._imported(mapping, paths) for mapping, paths in self.invented.imports]

    def _imported(self, mapping: str, paths: tuple[Path, ...]) -> str:
        ran = self.desk.run("import", *paths, "--mapping", mapping, "--strict")
        assert ran.code == 0, ran.err
        return ran.out

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """The names of every person in the workspace, by id."""
        workspace = self.desk.workspace()
        store = current_store(workspace)
        with workspace.view("clusters", store) as view:
            people = view.store.entities(view.scope, "Person").tolist()
            named = view.names(people)
        store.close()
        return {write_id(person): named.get(person, []) for person in people}

    @cached_property
    def entities(self) -> dict[str, int]:
        """How many entities of some kinds the workspace holds."""
        workspace = self.desk.workspace()
        store = current_store(workspace)
        with workspace.view("clusters", store) as view:
            kinds = ("Person", "Event", "Group", "Intervention", "Organisation")
            counted = {kind: len(view.store.entities(view.scope, kind)) for kind in kinds}
        store.close()
        return counted

    @cached_property
    def keys(self) -> dict[str, list[str]]:
        """The keys of the people who bear a name."""
        found = defaultdict(list)
        for key, told in self.answers["people"].items():
            for name in told["names"]:
                found[name].append(key)
        return dict(found)

    def keys_of(self, person: str) -> list[str]:
        """Return who a person of the workspace may be: two people only where two have one name.

        Parameters
        ----------
        person : str
            Id.

        Returns
        -------
        list of str
            Keys of the answers.
        """
        borne = [self.keys[name] for name in self.names[person] if name in self.keys]
        assert borne, "nobody invented bears this name"
        return sorted(set(borne[0]).intersection(*borne))

    def key_of(self, person: str) -> str:
        """Return who a person of the workspace is.

        Parameters
        ----------
        person : str
            Id.

        Returns
        -------
        str
            Key of the answers.
        """
        (key,) = self.keys_of(person)
        return key

    def id_of(self, key: str) -> str:
        """Return the id of somebody who has no namesake.

        Parameters
        ----------
        key : str
            Of the answers.

        Returns
        -------
        str
            Id in the workspace.
        """
        wanted = set(self.answers["people"][key]["names"])
        (found,) = [person for person, names in self.names.items() if wanted & set(names)]
        return found

    def claims_of(self, key: str) -> list[dict[str, Any]]:
        """Return the claims of somebody, as ``--why`` prints them.

        Parameters
        ----------
        key : str
            Of the answers.

        Returns
        -------
        list of dict
            One row a claim; the value read from its JSON.
        """
        rows = self.desk.ask("clusters", "--why", self.id_of(key))["rows"]
        return [row | {"value": json.loads(row["value"]) if row["value"] else {}} for row in rows]

    @cached_property
    def clusters(self) -> list[set[str]]:
        """The members of each peer cluster that is published."""
        rows = self.desk.ask("clusters", "--as-of", LAST_DAY)["rows"]
        return [{self.key_of(member["id"]) for member in row["members"]} for row in rows]

    @cached_property
    def groups(self) -> dict[str, str]:
        """The planted peer group of each of its members."""
        return {key: group["name"] for group in self.answers["peer_groups"] for key in group["members"]}

    def agreement(self, *, planted_only: bool) -> float:
        """Return the adjusted Rand index of clusters and planted peer groups.

        Parameters
        ----------
        planted_only : bool
            Look at the members of planted groups alone, and not at everybody.

        Returns
        -------
        float
            Whoever is in no group, or in no published cluster, is alone there: putting somebody into a
            cluster who belongs in none costs as much as splitting a group.
        """
        found = {key: f"cluster {n}" for n, members in enumerate(self.clusters) for key in members}
        among = [key for key in self.answers["people"] if key in self.groups or not planted_only]
        return _adjusted_rand({k: self.groups.get(k, k) for k in among}, {k: found.get(k, k) for k in among})


def _adjusted_rand(planted: Mapping[str, str], found: Mapping[str, str]) -> float:
    """Return the index by its definition, pair by pair (Hubert and Arabie 1985)."""
    pairs = list(combinations(planted, 2))
    together = sum(planted[a] == planted[b] for a, b in pairs)
    clustered = sum(found[a] == found[b] for a, b in pairs)
    both = sum(planted[a] == planted[b] and found[a] == found[b] for a, b in pairs)
    by_chance = together * clustered / len(pairs)
    return (both - by_chance) / ((together + clustered) / 2 - by_chance)
