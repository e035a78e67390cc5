"""Who writes, at the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """The contact on one network."""

    network: str
    network_icon: str
    handle: str
    address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the contact said, or we said to them, on any network."""

    at: datetime
    network: str
    network_icon: str
    text: str
    address: str = ""
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another contact who may be the same person, with why. tone: of how much it says."""

    name: str
    identities: Sequence[Identity]
    reason: str
    strength: str
    tone: str
    join_address: str
    apart_address: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Who they are, and all they ever said."""

    id: int
    name: str
    handle: str
    bio: str
    identities: Sequence[Identity]
    facts: Sequence[tuple[str, str]]
    said: Sequence[Said]
    address: str
    tags: Sequence[str] = ()
    older_address: str = ""
    suggestions: Sequence[Suggestion] = ()
    back: str = ""  # the page on which it stands
    focused: bool = False  # drawn anew after an act in it: the keyboard goes on here
