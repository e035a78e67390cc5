"""What the demo is made of: frozen dataclasses of words, numbers and lengths of time. No moments, no ids, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Role = Literal["owner", "administrator", "lead", "member", "viewer"]
Side = Literal["customer", "brand"]
Visibility = Literal["public", "unlisted", "private", "direct"]
Mood = Literal["thanks", "further", "angry"]


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the company has on the sandbox network. key: brand, help or careers."""

    key: str
    handle: str  # without a leading @
    name: str
    bio: str
    avatar_hue: int
    departments: Sequence[str]  # who answers there


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works: ISO weekdays (1 is Monday) to (opens, closes) as "HH:MM" in their own time zone."""

    days: Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works at the demo company."""

    name: str
    email: str
    initials: str  # as signed: ^MK
    role: Role
    departments: Sequence[str]  # the first one is their home
    leads: Sequence[str]
    title: str
    time_zone: str
    hours: Hours
    languages: Sequence[str]
    avatar_hue: int


@dataclass(frozen=True, slots=True)
class Product:
    """Something the company sells."""

    key: str
    name: str
    line: str  # out, home or little
    kind: str  # jacket, tent, boots …
    price: int  # euros
    colours: Sequence[str]
    sizes: Sequence[str]
    names: Mapping[str, tuple[str, str]]  # language to (name, grammatical gender)


@dataclass(frozen=True, slots=True)
class SavedText:
    """A saved reply or note of a department."""

    title: str
    text: str
    department: str
    language: str


@dataclass(frozen=True, slots=True)
class Post:
    """Something the company published itself. day: days before the end of the demo's time."""

    key: str
    account_handle: str
    department: str
    text: str
    day: int
    image_alt: str
    favourites: int
    reposts: int


@dataclass(frozen=True, slots=True)
class Company:
    """The demo company."""

    name: str
    handle: str
    domain: str
    headquarters: str
    about: str
    time_zone: str
    accounts: Sequence[Account]
    members: Sequence[StaffMember]
    departments: Mapping[str, str]  # key to display name
    products: Sequence[Product]
    saved_texts: Sequence[SavedText]
    posts: Sequence[Post]

    def account(self, key: str) -> Account:
        """The account with this key."""
        return next(account for account in self.accounts if account.key == key)

    def members_of(self, department: str) -> list[StaffMember]:
        """Who answers for a department, leads first; viewers do not answer."""
        found = [m for m in self.members if department in m.departments and m.role != "viewer"]
        return sorted(found, key=lambda m: (department not in m.leads, m.departments[0] != department, m.email))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody outside. kind: customer, journalist, candidate, business, creator, activist, insider, crook, spammer or troll."""

    handle: str
    name: str
    bio: str
    followers: int
    language: str
    avatar_hue: int
    voice: str
    kind: str
    city: str


@dataclass(frozen=True, slots=True)
class Consult:
    """A question to a colleague. answer is empty while they have not answered."""

    department: str
    asked_by: str  # e-mail of the member
    question: str
    answered_by: str
    answer: str
    took: timedelta  # from question to answer


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or a film that hangs on a turn."""

    kind: Literal["image", "video"]
    alt: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a story, `after` so much time since the turn before it.

    What happens inside the company (note, consult, hand_over, snooze) happens before the text when `by` is brand,
    and after it when `by` is customer.
    """

    after: timedelta
    by: Side
    text: str
    visibility: Visibility = "public"
    member: str = ""  # e-mail of who writes for the brand, or who does what happens inside
    media: Media | None = None
    edited_to: str | None = None  # what the customer changed the text to, minutes later
    deleted: bool = False  # the customer took it back within a day
    note: str = ""
    consult: Consult | None = None
    hand_over: str = ""  # the department that the conversation moves to
    snooze: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the customer says when the brand answers live. The likeliest mood comes first."""

    mood: Mood
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation with one person, and what a careful reader would say about its first message."""

    person: Person
    account_handle: str
    topic: str
    intent: str
    urgency: str
    sentiment: str
    needs_reply: bool
    department: str  # responsible in the end
    safety: Sequence[str]
    complaint_reason: str
    language: str
    turns: Sequence[Turn]
    resolved_reason: str | None
    follow_ups: Sequence[FollowUp]
    csat: int | None = None
    incident: str = ""  # key of the incident it belongs to
    answers_post: str = ""  # key of the brand's own post that it is written under


@dataclass(frozen=True, slots=True)
class Beat:
    """One step of how the company dealt with an incident, `at` so long after its start."""

    at: timedelta
    by: str  # e-mail
    department: str
    text: str
    level: int | None = None  # the incident's level from here on
    public: bool = False  # a holding statement or update that was posted


@dataclass(frozen=True, slots=True)
class Incident:
    """A storyline that makes a burst. starts: before the end of the demo's time. stories: (after the start, story)."""

    key: str
    title: str
    summary: str
    owner: str  # e-mail
    department: str
    level: int
    starts: timedelta
    lasts: timedelta
    beats: Sequence[Beat]
    stories: Sequence[tuple[timedelta, Story]]
