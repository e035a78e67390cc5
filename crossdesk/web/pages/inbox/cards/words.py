"""Short pieces that stand everywhere: a word with its tone, a line of a menu, a button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Label:
    """A word with an icon and a tone."""

    text: str
    tone: str = "quiet"
    icon: str = ""
    title: str = ""


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
