"""The middle pane and the whole page, out of the other parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crossdesk.web.pages.inbox.cards.composer import Composer
from crossdesk.web.pages.inbox.cards.listed import Queue, QueueGroup, Row, Saved
from crossdesk.web.pages.inbox.cards.person import Contact
from crossdesk.web.pages.inbox.cards.reading import Reading
from crossdesk.web.pages.inbox.cards.thread import Entry, Scheduled
from crossdesk.web.pages.inbox.cards.words import Act, Choice, Duty, Label


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
