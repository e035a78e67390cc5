"""The field in which an answer is written, and all around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from crossdesk.channels.ports import Counting
from crossdesk.web.pages.inbox.cards.words import Choice, Label

PLAIN: Final = Counting("characters")


@dataclass(frozen=True, slots=True)
class Piece:
    """One post of a thread that is being written. length: as the network counts."""

    text: str
    length: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A text that may leave as several posts. why_not: no post breaks where it could; then there are no pieces."""

    sentence: str
    offer: str
    limit: int
    pieces: Sequence[Piece] = ()
    chosen: bool = False
    numbered: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture in the composer, with the words for those who cannot see it."""

    id: int
    address: str
    name: str
    alt: str
    remove_address: str
    describe_address: str


@dataclass(frozen=True, slots=True)
class Held:
    """Something newer came in while a reply was written: the writer chooses."""

    sentence: str
    newer: Sequence[str]
    send_anyway_seen: int
    discard_address: str = ""


@dataclass(frozen=True, slots=True)
class Composer:
    """Where the answer is written. limit 0: the network has none. counts: the network's way of counting.

    addressee: who is named first in what leaves, when the text does not name them. audience: who can read it, the
    widest first. stamp: milliseconds of the last change of the draft. times: when it may leave later.
    """

    reply_address: str
    note_address: str
    notice: Label
    limit: int
    unit: str
    counts: Counting = PLAIN
    addressee: str = ""
    seen: int = 0
    text: str = ""
    kind: Literal["reply", "note"] = "reply"
    may_reply: bool = True
    why_not: str = ""
    held: Held | None = None
    audience: Sequence[Choice] = ()
    stamp: int = 0
    draft_address: str = ""
    help_address: str = ""
    emoji_address: str = ""
    times: Sequence[Choice] = ()
    resolves: bool = False
    attached: Sequence[Attached] = ()
    attach_address: str = ""
    attach_types: str = ""
    attach_words: str = ""
    must_describe: bool = False
    parts_address: str = ""
    parts: Parts | None = None
