"""What a decision looks at: one message with its author and its reading. Plain Python, no tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crossdesk.kit import words

URGENCIES = ("low", "normal", "high", "p1")


@dataclass(frozen=True)
class Said:
    """The reading of a message as it stands: the reader's values with people's corrections in their place.

    values: as `reading.ports.Reading.values()` gives them; empty when it could not be read. corrected: heads that a
    person has set; those are certain.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    corrected: frozenset[str] = frozenset()

    @cached_property
    def intents(self) -> tuple[str, ...]:
        """Most likely first."""
        return tuple(verdict["value"] for verdict in self.values.get("intents") or ())

    @cached_property
    def unsure(self) -> frozenset[str]:
        """Heads that nobody may act on: the reader was not sure and no person has spoken."""
        if not self.values:
            return frozenset({"needs_reply", "intents"}) - self.corrected
        return frozenset(self.values.get("abstained") or ()) - self.corrected

    @property
    def needs_reply(self) -> bool:
        """The verdict, sure or not. Without a reading we owe an answer until somebody says otherwise."""
        verdict = self.values.get("needs_reply")
        return True if verdict is None else bool(verdict["value"])

    @property
    def urgency(self) -> str:
        return self.one("urgency") or "normal"

    @property
    def sentiment(self) -> str:
        return self.one("sentiment")

    @property
    def language(self) -> str:
        return self.one("language")

    @property
    def safety(self) -> tuple[str, ...]:
        return tuple(verdict["value"] for verdict in self.values.get("safety") or ())

    @property
    def department(self) -> str:
        """Whose it is by what was learned from people here: an id, "none"; "" where nothing sure was learned."""
        verdicts = self.values.get("departments") or ()
        return str(verdicts[0]["value"]) if verdicts else ""

    def one(self, head: str) -> str:
        """The value of a head that has one value; "" where there is none."""
        verdict = self.values.get(head)
        return "" if verdict is None else str(verdict["value"])

    def reasons(self, head: str) -> Sequence[Mapping[str, str]]:
        """The reader's reasons for a head."""
        return [reason for reason in self.values.get("reasons") or () if reason["head"] == head]


@dataclass(frozen=True)
class Subject:
    """A message to decide. followers: None where the network does not say."""

    text: str
    said: Said
    message_id: int = 0
    version: int = 1
    kind: str = "mention"
    visibility: str = "public"
    language: str = ""
    has_media: bool = False
    account_id: int = 0
    handle: str = ""
    followers: int | None = None
    bio: str = ""
    found_by: tuple[str, ...] = ()

    @cached_property
    def plain_text(self) -> str:
        return words.plain(self.text)

    @cached_property
    def plain_bio(self) -> str:
        return words.plain(self.bio)
