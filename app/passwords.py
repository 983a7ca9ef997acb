"""Passwords as they are kept: normalised, hashed with argon2id, and made up when nobody has one yet."""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata
from typing import Final, NamedTuple

LONGEST: Final = 200
"""Characters of a password at most, once normalised."""

_MOST_TYPED: Final = 4 * LONGEST
_AT_ONCE: Final = threading.BoundedSemaphore(2)
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 5


class Strength(NamedTuple):
    """What one hash costs.

    Attributes
    ----------
    passes : int
        Over the memory.
    memory_kib : int
        Memory, in KiB.
    lanes : int
        Threads.
    """

    passes: int
    memory_kib: int
    lanes: int


STRENGTH: Strength = Strength(passes=3, memory_kib=65_536, lanes=4)
"""RFC 9106, second recommended option; salt of 16 bytes, hash of 32."""


def normalised(password: str) -> str:
    """Return a password in the one form that is measured and hashed.

    Parameters
    ----------
    password : str
        As typed.

    Returns
    -------
    str
        NFKC: the same whichever keyboard composed its letters.
    """
    return unicodedata.normalize("NFKC", password)


def is_too_long(password: str) -> bool:
    """Return whether a password is longer than any that is accepted.

    Parameters
    ----------
    password : str
        As typed.

    Returns
    -------
    bool
        Found without normalising text of any length.
    """
    return len(password) > _MOST_TYPED or len(normalised(password)) > LONGEST


def hash_password(password: str) -> str:
    """Return the hash that is stored.

    Parameters
    ----------
    password : str
        As typed; checked before.

    Returns
    -------
    str
        Argon2id with its parameters and salt, in the usual notation.

    Notes
    -----
    Two at once in one process, so that many sign-ins together need no more than twice the memory.

    References
    ----------
    RFC 9106, section 4.
    """
    from argon2 import PasswordHasher

    passes, memory_kib, lanes = STRENGTH
    hasher = PasswordHasher(passes, memory_kib, lanes, hash_len=32, salt_len=16)
    with _AT_ONCE:
        return hasher.hash(_bytes(password))


def password_fits(password: str, held: str | None) -> bool:
    """Return whether a password is the one that was hashed.

    Parameters
    ----------
    password : str
        As typed.
    held : str or None
        The stored hash; None where there is no account, which takes as long and is False.

    Returns
    -------
    bool
        False also for a stored hash that is damaged.

    Notes
    -----
    A hash stored with lower parameters than ``STRENGTH`` answers sooner until the first sign-in after
    the change makes it anew.
    """
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    given = b"" if is_too_long(password) else _bytes(password)
    with _AT_ONCE:
        try:
            PasswordHasher().verify(held or _nobodys_hash(), given)
        except (VerificationError, InvalidHashError):
            return False
    return held is not None and bool(given)


def needs_new_hash(held: str) -> bool:
    """Return whether a hash was made with lower parameters than those of today.

    Parameters
    ----------
    held : str
        The stored hash, which a password has just fitted.

    Returns
    -------
    bool
        Higher ones are left alone: two versions side by side do not undo each other's work.
    """
    from argon2 import extract_parameters

    then = extract_parameters(held)
    return any(
        old < new
        for old, new in zip((then.time_cost, then.memory_cost, then.parallelism), STRENGTH, strict=True)
    )


def temporary_password() -> str:
    """Return a random password to be used once.

    Returns
    -------
    str
        29 characters, 123 bits, no letter that looks like a digit.
    """
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(_GROUPS))
    return "-".join(groups)


def _bytes(password: str) -> bytes:
    # Half a surrogate pair comes from broken clients only; it must not break the answer.
    return normalised(password).encode("utf-8", "surrogatepass")


def _nobodys_hash() -> str:
    passes, memory_kib, lanes = STRENGTH
    salt, digest = (base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${digest}"
