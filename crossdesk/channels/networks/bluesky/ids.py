"""Addresses of records, and record keys of our own: the same message has the same key at every attempt."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

POST = "app.bsky.feed.post"
APP = "https://bsky.app"
_ADDRESS = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/([A-Za-z0-9.-]+)/([A-Za-z0-9._:~-]+)")
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"  # in the order of their values
_TID = re.compile(f"[{_LETTERS[:16]}][{_LETTERS}]{{12}}")
_RANDOM_BITS = 30  # of 63: the last second and the clock's number come from the key
_MICROS = 10**6


@dataclass(frozen=True, slots=True)
class Address:
    """Whose repository, which collection, which record."""

    did: str
    collection: str
    key: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.key}"


def address(uri: str) -> Address | None:
    """The parts of `at://did/collection/key`; None for anything else."""
    found = _ADDRESS.fullmatch(uri)
    return Address(*found.groups()) if found else None


def page_of(uri: str) -> str:
    """Where people open a post. It names the account by its id, which stays when the handle changes."""
    found = address(uri)
    return f"{APP}/profile/{found.did}/post/{found.key}" if found else ""


def key_for(words: str, *, near: datetime) -> str:
    """A record key (a TID) for what is called so, always the same; it sorts by the moment, to about a second."""
    micros = int(near.astimezone(UTC).timestamp() * _MICROS)
    digest = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8])
    value = (micros << 10 >> _RANDOM_BITS << _RANDOM_BITS) | digest & ((1 << _RANDOM_BITS) - 1)
    return "".join(_LETTERS[value >> shift & 31] for shift in range(60, -1, -5))


def moment_of(key: str) -> datetime | None:
    """The moment in a TID; None where the key is none, or its moment is nonsense."""
    if not _TID.fullmatch(key):
        return None
    value = 0
    for letter in key:
        value = value << 5 | _LETTERS.index(letter)
    try:
        return datetime.fromtimestamp((value >> 10) / _MICROS, UTC)
    except (ValueError, OverflowError, OSError):
        return None
