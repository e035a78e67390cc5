"""Facts of messages: what was said, changed, withdrawn, seen again, matched and corrected."""

from dataclasses import dataclass

from crossdesk.journal.events import FactBody


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStored(FactBody):
    """A message was stored for the first time. An inbound one has its reading already, stored in the same transaction.

    account_id: the account that saw or said it first. direction: "in" or "out". contact_id: who said it, or for an
    outbound one whom it answers, where that is known. outbox_id: our outbox row, for an outbound one that left from
    here. sent_at: ISO moment. late: it came in by filling a gap.
    """

    message_id: int
    direction: str
    kind: str
    visibility: str
    contact_id: int | None = None
    outbox_id: int | None = None
    sent_at: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMatched(FactBody):
    """An outbound message that the feed had brought turned out to be this outbox row."""

    message_id: int
    outbox_id: int
    contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSaidToUs(FactBody):
    """A message that a hashtag or word had brought turned out to be said to us. kind: what it is now."""

    message_id: int
    direction: str
    kind: str
    contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(FactBody):
    """The text was changed on the network. An inbound one has its new reading already. version: the new one."""

    message_id: int
    direction: str
    version: int
    contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(FactBody):
    """It no longer exists on the network; a tombstone stays."""

    message_id: int
    direction: str
    contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSighted(FactBody):
    """Another of our accounts (account_id) saw a message that was stored before."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCorrected(FactBody):
    """A person said what one head of a message's reading should have been; undone: they took that back."""

    message_id: int
    head: str
    correction_id: int
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsJoined(FactBody):
    """Identities moved from one contact to another, with all they said: two are one person, or two again.

    What hangs on an identity follows it; who reads this late finds where it is by now on the identity itself.
    """

    from_id: int
    to_id: int
    apart: bool = False
