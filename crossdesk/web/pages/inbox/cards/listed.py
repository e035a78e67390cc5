"""The queues at the left and the rows of the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdesk.web.pages.inbox.cards.words import Label


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
class Saved:
    """The kept filter that the list shows. Without addresses the reader may not change it."""

    name: str
    shared: str = ""
    rename_address: str = ""
    remove_address: str = ""
