"""Verifies an audit log; imports nothing of the application, so that it can be run apart from it.

``python audit_verifier.py WORKSPACE`` needs Python and ``cryptography`` only.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def verify_audit(folder: Path) -> tuple[int, list[str]]:
    """Check every event's hash, their order, and every signed checkpoint.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    tuple of (int, list of str)
        Number of events, and what is wrong; nothing is wrong when the list is empty.

    Notes
    -----
    A change, an insertion or a removal inside the log is found, unless its author holds the signing
    key and writes the checkpoints anew. The last events, cut off together with their checkpoints,
    are missed only by a copy of the checkpoints that is kept elsewhere: keep one.
    """
    faults: list[str] = []
    hashes = _chain(folder / "audit.db", faults)
    try:
        key = Ed25519PublicKey.from_public_bytes(
            bytes.fromhex((folder / "audit.pub").read_text("ascii").strip())
        )
    except (OSError, ValueError) as error:
        return len(hashes), [*faults, f"audit.pub cannot be read: {error}"]
    last = 0
    for number, line in enumerate(_lines(folder / "audit-checkpoints.jsonl", faults), 1):
        last = max(last, _checkpoint(line, number, hashes, key, faults))
    if last < len(hashes):
        faults.append(f"events after {last} have no signed checkpoint")
    return len(hashes), faults


def _chain(path: Path, faults: list[str]) -> dict[int, str]:
    hashes: dict[int, str] = {}
    before = ""
    log = None
    try:
        log = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        for seq, body, digest in log.execute("SELECT seq, body, hash FROM event ORDER BY seq"):
            if seq != len(hashes) + 1:
                faults.append(f"event {len(hashes) + 1} is missing")
                return hashes
            expected = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
            if expected != digest or json.loads(body).get("seq") != seq:
                faults.append(f"event {seq} was changed")
            hashes[seq] = before = digest
    except (sqlite3.Error, ValueError) as error:
        faults.append(f"the log cannot be read: {error}")
    finally:
        if log is not None:
            log.close()
    return hashes


def _lines(path: Path, faults: list[str]) -> list[str]:
    try:
        return path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"the checkpoints cannot be read: {error}")
        return []


def _checkpoint(
    line: str, number: int, hashes: dict[int, str], key: Ed25519PublicKey, faults: list[str]
) -> int:
    try:
        point = json.loads(line)
        seq, digest = int(point["seq"]), str(point["hash"])
        key.verify(bytes.fromhex(point["signature"]), f"{seq} {digest}".encode())
    except (ValueError, KeyError, TypeError, InvalidSignature):
        faults.append(f"checkpoint {number} was changed")
        return 0
    if hashes.get(seq) != digest:
        faults.append(f"event {seq} is not the one that was signed")
    return seq


def main() -> int:
    """Verify the workspace named on the command line.

    Returns
    -------
    int
        0 when nothing is wrong, 1 otherwise.
    """
    events, faults = verify_audit(Path(sys.argv[1]))
    sys.stdout.write("\n".join([f"{events} events", *faults, "" if faults else "nothing is wrong"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
