"""Every tampering with the audit log is found, by a file that knows nothing of the application."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import app.audit_verifier
from app.audit import Event
from app.audit_verifier import verify_audit, verify_part
from tests.app.desk import Desk, quick_folder

TAMPERS_OF_EACH = 20
Log = sqlite3.Connection


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.audit_verifier, "MOMENT_S", 0.0)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an audit log of some length."""
    desk = Desk(quick_folder())
    audit = desk.workspace().audit
    for n in range(30):
        audit.write(Event("consultation", "clusters", [f"{n:013d}"], {"clusters": n}))
    folder = tmp_path_factory.mktemp("log")
    for name in ("audit.db", "audit.pub", "audit-checkpoints.jsonl"):
        shutil.copy(desk.folder / name, folder)
    shutil.rmtree(desk.files)
    return folder


def _rows(log: Log) -> list[tuple[int, str, str]]:
    return log.execute("SELECT seq, body, hash FROM event ORDER BY seq").fetchall()


def _digest(before: str, body: str) -> str:
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()


def _write_chain(log: Log, bodies: list[str]) -> None:
    """Write a history whose numbers and hashes all fit."""
    log.execute("DELETE FROM event")
    before = ""
    for seq, body in enumerate(bodies, 1):
        numbered = json.dumps({**json.loads(body), "seq": seq}, sort_keys=True)
        before = _digest(before, numbered)
        log.execute("INSERT INTO event VALUES (?, ?, ?)", (seq, numbered, before))


def change_a_word(log: Log, points: Path, dice: random.Random) -> None:
    seq, body, _ = dice.choice(_rows(log))
    field = dice.choice(["actor", "agency", "purpose", "decision", "action", "at_us", "kind"])
    log.execute(
        "UPDATE event SET body = ? WHERE seq = ?", (json.dumps({**json.loads(body), field: "other"}), seq)
    )


def change_a_letter(log: Log, points: Path, dice: random.Random) -> None:
    seq, body, _ = dice.choice(_rows(log))
    at = dice.randrange(len(body))
    other = body[:at] + ("x" if body[at] != "x" else "y") + body[at + 1 :]
    log.execute("UPDATE event SET body = ? WHERE seq = ?", (other, seq))


def change_a_body_and_its_hash(log: Log, points: Path, dice: random.Random) -> None:
    rows = _rows(log)
    at = dice.randrange(len(rows))
    body = json.dumps({**json.loads(rows[at][1]), "actor": "nobody"}, sort_keys=True)
    before = rows[at - 1][2] if at else ""
    log.execute("UPDATE event SET body = ?, hash = ? WHERE seq = ?", (body, _digest(before, body), at + 1))


def change_a_hash(log: Log, points: Path, dice: random.Random) -> None:
    seq, _, digest = dice.choice(_rows(log))
    log.execute("UPDATE event SET hash = ? WHERE seq = ?", (digest[::-1], seq))


def change_a_number(log: Log, points: Path, dice: random.Random) -> None:
    seq = dice.choice(_rows(log))[0]
    log.execute("UPDATE event SET seq = ? WHERE seq = ?", (seq + dice.choice([100, 1000]), seq))


def rewrite_the_whole_chain(log: Log, points: Path, dice: random.Random) -> None:
    bodies = [body for _, body, _ in _rows(log)]
    at = dice.randrange(len(bodies))
    bodies[at] = json.dumps({**json.loads(bodies[at]), "subjects": []}, sort_keys=True) + " "
    _write_chain(log, bodies)
    if not dice.randrange(2):
        log.execute("DELETE FROM event WHERE seq = (SELECT MAX(seq) FROM event)")


def delete_an_event(log: Log, points: Path, dice: random.Random) -> None:
    log.execute("DELETE FROM event WHERE seq = ?", (dice.choice(_rows(log))[0],))


def delete_an_event_and_mend_the_chain(log: Log, points: Path, dice: random.Random) -> None:
    bodies = [body for _, body, _ in _rows(log)]
    del bodies[dice.randrange(len(bodies))]
    _write_chain(log, bodies)


def insert_an_event(log: Log, points: Path, dice: random.Random) -> None:
    bodies = [body for _, body, _ in _rows(log)]
    bodies.insert(dice.randrange(len(bodies) + 1), dice.choice(bodies))
    _write_chain(log, bodies)


def add_an_event_at_the_end(log: Log, points: Path, dice: random.Random) -> None:
    rows = _rows(log)
    body = json.dumps({**json.loads(dice.choice(rows)[1]), "seq": len(rows) + 1})
    log.execute("INSERT INTO event VALUES (?, ?, ?)", (len(rows) + 1, body, _digest(rows[-1][2], body)))


def swap_two_events(log: Log, points: Path, dice: random.Random) -> None:
    (a, body_a, hash_a), (b, body_b, hash_b) = dice.sample(_rows(log), 2)
    statement = "UPDATE event SET body = ?, hash = ? WHERE seq = ?"
    log.executemany(statement, [(body_b, hash_b, a), (body_a, hash_a, b)])


def swap_two_events_and_mend_the_chain(log: Log, points: Path, dice: random.Random) -> None:
    bodies = [body for _, body, _ in _rows(log)]
    a, b = dice.sample(range(len(bodies)), 2)
    bodies[a], bodies[b] = bodies[b], bodies[a]
    _write_chain(log, bodies)


def cut_the_end_off(log: Log, points: Path, dice: random.Random) -> None:
    log.execute("DELETE FROM event WHERE seq > ?", (dice.randrange(len(_rows(log))),))


def cut_the_checkpoints(log: Log, points: Path, dice: random.Random) -> None:
    lines = points.read_text("ascii").splitlines(keepends=True)
    points.write_text("".join(lines[: dice.randrange(len(lines))]), "ascii")


def edit_a_checkpoint(log: Log, points: Path, dice: random.Random) -> None:
    lines = points.read_text("ascii").splitlines()
    at = dice.randrange(len(lines))
    point = json.loads(lines[at])
    field = dice.choice(["seq", "hash", "signature"])
    point[field] = point[field] + 1 if field == "seq" else point[field][::-1]
    lines[at] = json.dumps(point)
    points.write_text("\n".join(lines) + "\n", "ascii")


def garble_a_checkpoint(log: Log, points: Path, dice: random.Random) -> None:
    lines = points.read_text("ascii").splitlines()
    garbled = ["", "{}", "[]", "null", "7", "{", '{"seq": {}, "hash": 1, "signature": "zz"}', lines[0][:-9]]
    lines[dice.randrange(len(lines))] = dice.choice(garbled)
    points.write_text("\n".join(lines) + "\n", "ascii")


def sign_with_another_key(log: Log, points: Path, dice: random.Random) -> None:
    bodies = [body for _, body, _ in _rows(log)]
    bodies[dice.randrange(len(bodies))] = bodies[0]
    _write_chain(log, bodies)
    key = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
    lines = [
        json.dumps({"seq": seq, "hash": digest, "signature": key.sign(f"{seq} {digest}".encode()).hex()})
        for seq, _, digest in _rows(log)
    ]
    points.write_text("\n".join(lines) + "\n", "ascii")


TAMPERS: list[Callable[[Log, Path, random.Random], None]] = [
    change_a_word,
    change_a_letter,
    change_a_body_and_its_hash,
    change_a_hash,
    change_a_number,
    rewrite_the_whole_chain,
    delete_an_event,
    delete_an_event_and_mend_the_chain,
    insert_an_event,
    add_an_event_at_the_end,
    swap_two_events,
    swap_two_events_and_mend_the_chain,
    cut_the_end_off,
    cut_the_checkpoints,
    edit_a_checkpoint,
    garble_a_checkpoint,
    sign_with_another_key,
]


def _tampered(
    logged: Path, folder: Path, tamper: Callable[[Log, Path, random.Random], None], seed: int
) -> Path:
    shutil.copytree(logged, folder)
    with closing(sqlite3.connect(folder / "audit.db")) as log:
        log.execute("PRAGMA synchronous=OFF")
        with log:
            for trigger in ("event_never_update", "event_never_delete"):
                log.execute(f"DROP TRIGGER {trigger}")
            tamper(log, folder / "audit-checkpoints.jsonl", random.Random(seed))
    return folder


def test_an_untouched_log_has_nothing_wrong(logged: Path) -> None:
    assert verify_audit(logged) == (31, [])


@pytest.mark.parametrize("tamper", TAMPERS)
def test_every_tampering_is_found(
    tmp_path: Path, logged: Path, tamper: Callable[[Log, Path, random.Random], None]
) -> None:
    missed = []
    for seed in range(TAMPERS_OF_EACH):
        folder = _tampered(logged, tmp_path / str(seed), tamper, seed)
        if not verify_audit(folder)[1]:
            missed.append(seed)
        shutil.rmtree(folder)
    assert missed == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("audit.pub", None),
        ("audit.pub", b""),
        ("audit.pub", b"zz"),
        ("audit.pub", b"\xff\xfe"),
        ("audit.db", None),
        ("audit.db", b"x" * 5_000),
        ("audit-checkpoints.jsonl", None),
        ("audit-checkpoints.jsonl", b"\xff"),
    ],
)
def test_a_missing_or_broken_file_is_a_fault_in_words(
    tmp_path: Path, logged: Path, name: str, content: bytes | None
) -> None:
    folder = shutil.copytree(logged, tmp_path / "log")
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    assert verify_audit(folder)[1]


def test_the_verifier_runs_apart_from_the_application(tmp_path: Path, logged: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(app.audit_verifier.__file__, elsewhere / "verify.py")

    def verified(folder: Path) -> tuple[int, str]:
        # -I and -S leave out this checkout; only the folder of the cryptography package comes back.
        packages = Path(sys.modules["cryptography"].__path__[0]).parent
        code = (
            f"import sys; sys.path.append({str(packages)!r}); sys.argv = ['verify.py', {str(folder)!r}]; "
            f"import runpy; refused = {{'app', 'graph', 'geo', 'ingest'}}; "
            f"sys.meta_path.insert(0, type('No', (), {{'find_spec': staticmethod(lambda name, *_: "
            f"(_ for _ in ()).throw(ImportError(name)) if name.split('.')[0] in refused else None)}})); "
            f"runpy.run_path({str(elsewhere / 'verify.py')!r}, run_name='__main__')"
        )
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code],
            capture_output=True,
            text=True,
            cwd=elsewhere,
            check=False,
        )
        return ran.returncode, ran.stdout + ran.stderr

    assert verified(logged) == (0, "31 events\nnothing is wrong\n")
    code, said = verified(_tampered(logged, tmp_path / "log", change_a_word, 5))
    assert code == 1 and "was changed" in said
    code, said = verified(tmp_path)
    assert code == 1 and "Traceback" not in said


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.run("match", "list").code == 0
    assert desk.run("audit", "verify")[:2] == (0, "2 events, nothing is wrong\n")
    with closing(sqlite3.connect(desk.folder / "audit.db")) as log, log:
        log.execute("DROP TRIGGER event_never_update")
        log.execute("UPDATE event SET body = REPLACE(body, 'init', 'none')")
    ran = desk.run("audit", "verify")
    assert (ran.code, ran.out) == (1, "2 events, 1 faults\n") and ran.err == "event 1 was changed\n"
    assert "event 1 was changed" in desk.run("doctor").out
    (desk.folder / "audit.pub").unlink()
    ran = desk.run("audit", "verify")
    assert ran.code == 1 and "audit.pub" in ran.err


@pytest.mark.parametrize("most", [1, 7, 31, 100])
@pytest.mark.parametrize("tamper", [None, *TAMPERS])
def test_parts_say_together_what_the_whole_says(
    tmp_path: Path, logged: Path, tamper: Callable[[Log, Path, random.Random], None] | None, most: int
) -> None:
    folder = _tampered(logged, tmp_path / "log", tamper, most % TAMPERS_OF_EACH) if tamper else logged
    faults, after = set[str](), 0
    while True:
        part = verify_part(folder, after, most)
        assert part.last - after <= most
        faults |= set(part.faults)
        if part.last >= part.events:
            break
        after = part.last
    # Of what is not signed a part knows where it begins itself.
    whole, told = (
        {re.sub(r"after \d+ have", "have", fault) for fault in found}
        for found in (verify_audit(folder)[1], faults)
    )
    assert told == whole and bool(told) == bool(tamper)


def test_an_event_whose_checkpoint_comes_a_moment_later_is_no_fault(
    tmp_path: Path, logged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(logged, tmp_path / "log")
    points = folder / "audit-checkpoints.jsonl"
    lines = points.read_text("ascii").splitlines(keepends=True)
    points.write_text("".join(lines[:-1]), encoding="ascii")
    monkeypatch.setattr("time.sleep", lambda _: points.write_text("".join(lines), encoding="ascii"))
    assert verify_audit(folder) == (31, [])
    points.write_text("".join(lines[:-1]), encoding="ascii")
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert verify_audit(folder) == (31, ["events after 30 have no signed checkpoint"])
