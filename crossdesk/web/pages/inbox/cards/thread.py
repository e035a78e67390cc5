"""What was said and what happened, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crossdesk.web.pages.inbox.cards.words import Choice, Label


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or file that came along. Without an address it is not kept (yet) and shown by its words."""

    alt: str
    address: str = ""
    kind: str = "image"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Choosable:
    """One choice of a poll, for the eye: its count in words, and how much of all it is, where that is known."""

    text: str
    count: str
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """What somebody put to the vote, read only. note: how many chose, and whether several choices are allowed."""

    choices: Sequence[Choosable]
    note: str = ""
    ends_at: datetime | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """It came in by an import. address: where that stands, for who may look."""

    title: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One post of a thread of ours. mark: "2/3"; "" where its text says so."""

    text: str
    mark: str
    gone: bool = False
    remote_address: str = ""
    sending: Label | None = None


@dataclass(frozen=True, slots=True)
class Partly:
    """Some of it is out, and the next was refused: whoever may answer decides."""

    sentence: str
    again_address: str
    leave_address: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """An answer that can still be taken back. seconds: until it leaves."""

    seconds: float
    undo_address: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the thread. in and out: said in public or private; note: ours alone; event: what happened."""

    id: int
    kind: Literal["in", "out", "note", "event"]
    at: datetime
    text: str
    author: str = ""
    icon: str = ""
    remote_address: str = ""
    edited: bool = False
    gone: bool = False
    quote: str = ""
    media: Sequence[Media] = ()
    sending: Label | None = None
    leaving: Leaving | None = None
    automatic: bool = False
    private: bool = False
    late_at: datetime | None = None  # a gap was filled: when it reached us
    warning: str = ""  # everything is folded behind these words
    sensitive: bool = False  # the media are
    poll: Poll | None = None
    found_by: str = ""  # the hashtags and words that brought it
    imported: Imported | None = None
    parts: Sequence[Part] = ()  # of an answer that left as several posts
    partly: Partly | None = None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An answer that leaves later. Without addresses the reader may only look."""

    id: int
    text: str
    author: str
    at: datetime
    audience: Label
    media: Sequence[Media] = ()
    resolves: bool = False
    in_parts: bool = False
    edit_address: str = ""
    move_address: str = ""
    cancel_address: str = ""
    times: Sequence[Choice] = ()
