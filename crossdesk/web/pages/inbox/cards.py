"""What the inbox's templates draw: plain, frozen, complete. `show` makes them from what the rooms return.

Addresses come along ready made, so that the same templates draw the real inbox and the gallery.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from crossdesk.channels.ports import Counting
from crossdesk.web.formats import percent

PLAIN: Final = Counting("characters")


@dataclass(frozen=True, slots=True)
class Queue:
    """One line at the left: how many are open, how many of those are late."""

    key: str
    name: str
    icon: str
    address: str
    open: int = 0
    overdue: int = 0
    current: bool = False
    hotkey: str = ""
    more: bool = False
    department_id: int = 0


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """Queues under one heading; the first group has none."""

    title: str
    queues: Sequence[Queue]


@dataclass(frozen=True, slots=True)
class Label:
    """A word with an icon and a tone."""

    text: str
    tone: str = "quiet"
    icon: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list. `last_from_us`: the last word was ours. `fresh`: nobody has touched it yet.

    draft: the reader has begun to write in it.
    """

    id: int
    address: str
    name: str
    handle: str
    network: str
    network_icon: str
    account: str
    excerpt: str
    last_at: datetime
    state: str = "open"
    intent: Label | None = None
    urgent: bool = False
    due_at: datetime | None = None
    assignee: str = ""
    tags: Sequence[str] = ()
    private: bool = False
    last_from_us: bool = False
    fresh: bool = False
    snoozed_until: datetime | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu that posts a value."""

    value: str
    label: str
    note: str = ""
    icon: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """Something the reader may do to the conversation: a button, or a menu when there are choices.

    asks: what must be said along with the choice, sent as `asks_name`.
    """

    key: str
    label: str
    icon: str
    address: str
    hotkey: str
    field: str = "value"
    choices: Sequence[Choice] = ()
    custom: Literal["", "moment", "text"] = ""
    prime: bool = False
    small: bool = False
    asks: str = ""
    asks_name: str = "reason"


@dataclass(frozen=True, slots=True)
class Duty:
    """What one department owes, until when. `done`: discharged or waived."""

    department: str
    icon: str
    kind: str
    due_at: datetime | None
    done: bool = False
    note: str = ""
    done_address: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """One value of a reading, with what it may be corrected to. hotkey: opens its choices from anywhere on the page."""

    key: str
    name: str
    text: str
    p: float
    tone: str = "quiet"
    icon: str = ""
    unsure: bool = False
    corrected_by: str = ""
    choices: Sequence[Choice] = ()
    hotkey: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence that says why, and the words of the message that it points at."""

    text: str
    icon: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading and the route of one message. why_address: where the words that carried it are found, if they are not yet."""

    heads: Sequence[Head]
    reasons: Sequence[Reason]
    route: Sequence[Reason]
    model: str
    correct_address: str
    safety: Sequence[Label] = ()
    why_address: str = ""
    by_rules_alone: bool = False  # no model could be loaded

    @property
    def chips(self) -> Sequence[Label]:
        """The line above the thread: findings, then what stands out, then what is in doubt."""
        told = [
            Label(head.text, head.tone, head.icon, head.name)
            for head in self.heads
            if head.key in ("intents", "sentiment", "urgency")
            and head.text
            and head.tone != "quiet"
            and not head.unsure
        ]
        doubts = [head.name for head in self.heads if head.unsure and head.key in ("needs_reply", "intents")]
        unsure = [Label(f"{name}?", "warn", "triage", head_words(self.heads, name)) for name in doubts]
        return (*self.safety, *told, *unsure)


def head_words(heads: Sequence[Head], name: str) -> str:
    """What the reader would say, unsure as it is."""
    return next((f"{head.text} ({percent(head.p)})" for head in heads if head.name == name), "")


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
    leaving: "Leaving | None" = None
    automatic: bool = False
    private: bool = False
    late_at: datetime | None = None  # a gap was filled: when it reached us
    warning: str = ""  # everything is folded behind these words
    sensitive: bool = False  # the media are
    poll: Poll | None = None
    found_by: str = ""  # the hashtags and words that brought it
    imported: "Imported | None" = None
    parts: Sequence["Part"] = ()  # of an answer that left as several posts
    partly: "Partly | None" = None


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
class Leaving:
    """An answer that can still be taken back. seconds: until it leaves."""

    seconds: float
    undo_address: str


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


@dataclass(frozen=True, slots=True)
class Conversation:
    """An open conversation in the middle pane."""

    id: int
    address: str
    main_address: str
    name: str
    handle: str
    network: str
    network_icon: str
    account: str
    state: Label
    acts: Sequence[Act]
    more: Sequence[Act]
    duties: Sequence[Duty]
    entries: Sequence[Entry]
    composer: Composer
    back_address: str
    seen: int = 0
    private: bool = False
    assignee: str = ""
    tags: Sequence[str] = ()
    reading: Reading | None = None
    older_address: str = ""
    newer_address: str = ""
    last_said_id: int = 0  # the newest line that was said, and is no note and no event
    at: int = 0  # the line to begin with
    walled: str = ""
    blind_address: str = ""  # where to say what it is, before the reading is shown
    scheduled: Sequence[Scheduled] = ()
    writing: str = ""


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


@dataclass(frozen=True, slots=True)
class Saved:
    """The kept filter that the list shows. Without addresses the reader may not change it."""

    name: str
    shared: str = ""
    rename_address: str = ""
    remove_address: str = ""


@dataclass(frozen=True, slots=True)
class Inbox:
    """The whole page."""

    groups: Sequence[QueueGroup]
    queue: Queue
    rows: Sequence[Row]
    queues_address: str
    rows_address: str
    search_address: str
    many_address: str
    hand_over_address: str
    base_address: str
    conversation: Conversation | None = None
    contact: Contact | None = None
    search: str = ""
    more_address: str = ""
    continued: bool = False
    status: str = "open"
    statuses: Sequence[Choice] = field(default_factory=tuple)
    filter_address: str = ""
    chips: Sequence[Choice] = ()
    saved: Saved | None = None
