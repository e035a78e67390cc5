"""How a message was read, and why it came here."""

from collections.abc import Sequence
from dataclasses import dataclass

from crossdesk.web.formats import percent
from crossdesk.web.pages.inbox.cards.words import Choice, Label


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
