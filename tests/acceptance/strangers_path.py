"""What a stranger does: the README's commands in a fresh clone, the pages, files of their own, a briefing."""

from __future__ import annotations

import csv
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = (
    "summary.html", "clusters.csv", "cross-border.csv", "hotspots.csv", "hotspots.geojson", "hotspots.png",
    "hotspots.html", "network.png", "network.html", "flows.png", "stability.png", "briefing.docx",
    "briefing.pdf",
)  # fmt: skip
SAID = {"agency": "Stranger Council", "agreement": "ISA-9", "agreement_expires": "none"}


def shell_blocks(text: str) -> list[str]:
    """Return the README's shell blocks.

    Parameters
    ----------
    text : str
        The README.

    Returns
    -------
    list of str
        Blocks marked ``sh``, in their order.
    """
    return re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)


def run(script: str, folder: Path) -> str:
    """Run shell commands as a user types them, and stop at the first that fails.

    Parameters
    ----------
    script : str
        The commands.
    folder : Path
        Where.

    Returns
    -------
    str
        What they printed.
    """
    bash = shutil.which("bash") or "bash"
    began = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "KITHMAP_WORKSPACE"}
    done = subprocess.run(
        [bash, "-e", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    sys.stdout.write(f"$ {script.strip()}\n{done.stdout}{done.stderr}")
    sys.stdout.write(f"({time.perf_counter() - began:.1f} s)\n\n")
    if done.returncode:
        raise SystemExit(f"a stranger is stuck: exit code {done.returncode}")
    return done.stdout + done.stderr


def expect(said: str, *wanted: str) -> None:
    """Stop where something a stranger was promised is not there.

    Parameters
    ----------
    said : str
        What was printed.
    *wanted : str
        What must be in it.
    """
    missing = [words for words in wanted if words not in said]
    if missing:
        raise SystemExit(f"not said: {missing}")


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write a file of the stranger's own.

    Parameters
    ----------
    path : Path
        Where.
    rows : iterable of mapping
        Cells by column, the same columns in each.
    """
    held = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(held[0]))
        out.writeheader()
        out.writerows(held)


def own_files(folder: Path) -> None:
    """Write invented people and ties: two sets of six who know each other, and one tie between the sets.

    Parameters
    ----------
    folder : Path
        Where.
    """
    people = [f"P{n:02}" for n in range(1, 13)]
    write(
        folder / "my-people.csv",
        [
            {**SAID, "person_ref": ref, "given_name": f"Given{n}", "family_name": f"Family{n}",
             "date_of_birth": f"2010-0{n % 9 + 1}-11", "reported": "2026-10-01"}
            for n, ref in enumerate(people)
        ],
    )  # fmt: skip
    stated = {"kind": "FRIEND_OF", "date": "2026-09-01", "basis": "recorded"}
    pairs = [(a, b) for half in (people[:6], people[6:]) for n, a in enumerate(half) for b in half[n + 1 :]]
    write(
        folder / "my-ties.csv",
        [{**SAID, **stated, "person_a": a, "person_b": b} for a, b in [*pairs, (people[0], people[6])]],
    )


def briefed(folder: Path) -> None:
    """Go from the stranger's own files to a briefing.

    Parameters
    ----------
    folder : Path
        The clone.
    """
    own_files(folder)
    path = 'export PATH="$PWD/.venv/bin:$PATH" KITHMAP_WORKSPACE=mine\n'
    run(f"{path}kithmap init mine --agency 'Stranger Council'", folder)
    expect(run(f"{path}kithmap import my-people.csv --mapping people", folder), "12 rows: 12 accepted")
    expect(run(f"{path}kithmap import my-ties.csv --mapping associations", folder), "31 rows: 31 accepted")
    found = json.loads(run(f"{path}kithmap clusters --json > clusters.json; cat clusters.json", folder))
    if [row["people"] for row in found["rows"]] != [6, 6]:
        raise SystemExit("the two sets of six were not found")
    row = found["rows"][0]["id"]
    run(f"{path}kithmap brief {row} --purpose 'strategy meeting' --out mine-briefing", folder)
    kinds = {"docx": b"PK", "pdf": b"%PDF"}
    for kind, head in kinds.items():
        (made,) = (folder / "mine-briefing").glob(f"*.{kind}")
        if not made.read_bytes().startswith(head):
            raise SystemExit(f"{made.name} is no {kind} file")


@contextmanager
def serving(command: list[str], folder: Path, path: str | None = None) -> Iterator[tuple[str, str]]:
    """Run a command that ends by serving, until the block ends; then press Ctrl+C.

    Parameters
    ----------
    command : list of str
        What to run.
    folder : Path
        Where.
    path : str, optional
        Where programs are sought; as here when left out.

    Yields
    ------
    tuple of (str, str)
        Host and port where it serves, and all that it printed until then.
    """
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    environment.pop("KITHMAP_WORKSPACE", None)
    log = folder / "printed.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=out, stderr=out, start_new_session=True
        )
        try:
            yield _until_serving(process, log)
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if "Traceback" in log.read_text(encoding="utf-8"):
        raise SystemExit(f"Ctrl+C ends in a traceback:\n{log.read_text(encoding='utf-8')}")


def _until_serving(process: subprocess.Popen[bytes], log: Path) -> tuple[str, str]:
    end = time.monotonic() + 600
    while time.monotonic() < end and process.poll() is None:
        said = log.read_text(encoding="utf-8")
        found = re.search(r"serving on http://([\d.]+:\d+)", said)
        if found and _answers(found[1]):
            sys.stdout.write(said)
            return found[1], said
        time.sleep(0.2)
    raise SystemExit(f"it does not serve:\n{log.read_text(encoding='utf-8')}")


def _answers(host: str) -> bool:
    try:
        return ask(host, "GET", "/api/health")[0] == 200
    except OSError:
        return False


def ask(
    host: str, method: str, path: str, body: object = None, cookie: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """Send one request.

    Parameters
    ----------
    host : str
        Host and port.
    method, path : str
        What is asked.
    body : object, optional
        Sent as JSON.
    cookie : str, optional
        Of the session.

    Returns
    -------
    tuple of (int, dict, bytes)
        Status, headers by small letters, and the answer.
    """
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        headers = {"Content-Type": "application/json", "Cookie": cookie}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def looked_at(host: str, said: str) -> None:
    """Open the page and all that it names, and sign in as each role.

    Parameters
    ----------
    host : str
        Host and port.
    said : str
        What was printed, sign-ins among it.
    """
    status, headers, page = ask(host, "GET", "/")
    named = re.findall(rb'(?:src|href)="\./([^"]+)"', page)
    if status != 200 or "content-security-policy" not in headers or len(named) < 3:
        raise SystemExit("the first page is not whole")
    for name in named:
        if ask(host, "GET", f"/{name.decode()}")[0] != 200:
            raise SystemExit(f"the page names {name.decode()}, which is not there")
    accounts = re.findall(r"^ {4}([a-z-]+) +(\S+)$", said, flags=re.MULTILINE)
    if len(accounts) != 6:
        raise SystemExit(f"{len(accounts)} sign-ins were printed")
    for name, password in accounts:
        status, headers, answer = ask(host, "POST", "/api/sign-in", {"name": name, "password": password})
        if status != 200 or ask(host, "GET", "/api/me", cookie=headers["set-cookie"].split(";")[0])[0] != 200:
            raise SystemExit(f"{name} cannot sign in: {answer.decode()}")


def wheel_alone(clone: Path, said: str) -> None:
    """Serve the demo from the built wheel, in an empty folder, where no Node is.

    Parameters
    ----------
    clone : Path
        The clone, with the demo.
    said : str
        What the demo printed.
    """
    run(".venv/bin/python -m pip wheel --quiet --no-deps --wheel-dir wheels .", clone)
    (wheel,) = (clone / "wheels").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    if "app/web/static/index.html" not in names or any("web/ui" in name for name in names):
        raise SystemExit("the wheel does not hold the built pages and nothing else of them")
    run(f".venv/bin/python -m pip install --quiet --no-deps --force-reinstall wheels/{wheel.name}", clone)
    empty = clone.parent / "empty"
    empty.mkdir()
    programs = clone / ".venv" / "bin"
    command = [str(programs / "kithmap"), "--workspace", str(clone / "kithmap-demo" / "workspace"), "serve"]
    with serving([*command, "--port", "8761"], empty, path=str(programs)) as (host, _):
        looked_at(host, said)


def main() -> None:
    """Walk the stranger's path in a fresh clone."""
    demo, _, *trying = shell_blocks((ROOT / "README.md").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as held:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), "kithmap"], cwd=held, check=True)
        clone = Path(held) / "kithmap"
        run("make install && .venv/bin/python -m pip check", clone)
        with serving(["bash", "-e", "-c", demo], clone) as (host, said):
            looked_at(host, said)
        results = clone / "kithmap-demo" / "results"
        missing = [name for name in RESULTS if not (results / name).is_file()]
        if missing:
            raise SystemExit(f"the demo left no {', '.join(missing)}")
        wheel_alone(clone, said)
        said = run("\n".join(trying), clone)
        expect(said, "1,800 rows: 1,800 accepted", "peer cluster", "pairs of areas share something")
        expect(said, "cells stand out")
        for name in ("hotspots.png", "hotspots.geojson", "network.png", "flows.png", "stability.png"):
            if not (clone / name).is_file():
                raise SystemExit(f"no {name}")
        briefed(clone)
    sys.stdout.write("a stranger's path ends at a briefing\n")


if __name__ == "__main__":
    main()
