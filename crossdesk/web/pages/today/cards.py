"""What the pages *Today* and a department's home draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdesk.web.pages.beginning.checklist import Checklist
from crossdesk.web.pages.inbox.cards.listed import Row
from crossdesk.web.pages.inbox.cards.words import Label
from crossdesk.web.pages.scoreboard.show import Figure


@dataclass(frozen=True, slots=True)
class Load:
    """Open work by when it is due. parts: (late, hour, today, later) with name and number, for the bar and its legend."""

    open: int
    late: int
    parts: Sequence[tuple[str, str, int]]
    oldest: datetime | None = None
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """One department in short. opening: whether it is open now, in words; closed tones it down."""

    key: str
    name: str
    icon: str
    address: str
    queue_address: str
    load: Load
    opening: str
    closed: bool
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work: the row, whose it is, and where it opens."""

    row: Row
    desk: str
    desk_icon: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What somebody did, in words, and to what."""

    text: str
    at: datetime
    icon: str
    who: str
    excerpt: str
    intent: Label | None
    address: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who sits in the department, with what stands in their name."""

    name: str
    title: str
    open: int
    late: int
    lead: bool


@dataclass(frozen=True, slots=True)
class Goal:
    """What a department wants to reach, and how far it is. share: of the way, 0 to 100, for the bar."""

    key: str
    label: str
    wanted: str
    value: str
    share: int
    reached: bool | None  # None: not enough data yet
    address: str


@dataclass(frozen=True, slots=True)
class Today:
    """The reader's day over all their departments."""

    greeting: str
    sentence: str
    tasks: Sequence[Task]
    desks: Sequence[Desk]
    others: Sequence[Desk]
    changes: Sequence[Changed]
    triage: int
    triage_oldest: datetime | None
    triage_address: str
    mine: int
    mine_address: str
    snoozed: Sequence[Row]
    missing: Sequence[str]
    checklist: Checklist | None
    figures: Sequence[Figure]
    address: str


@dataclass(frozen=True, slots=True)
class DeskHome:
    """One department's own page."""

    desk: Desk
    sentence: str
    tasks: Sequence[Task]
    changes: Sequence[Changed]
    people: Sequence[Colleague]
    figures: Sequence[tuple[Figure, Sequence[float | None]]]
    goals: Sequence[Goal]
    may_set_goals: bool
    address: str
