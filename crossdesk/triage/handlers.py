"""What triage does when something happens to a message."""

from collections.abc import Sequence

from crossdesk.journal.facts import Told, follows
from crossdesk.messages.events import (
    MessageDeleted,
    MessageEdited,
    MessageMatched,
    MessageStored,
    ReadingCorrected,
)
from crossdesk.triage import services


@follows("triage", MessageStored, MessageMatched, MessageEdited, MessageDeleted, ReadingCorrected)
def decide(told: Sequence[Told]) -> None:
    """Each fact takes effect in the transaction of the position: once. Only what failed becomes a job."""
    services.follow(told)
