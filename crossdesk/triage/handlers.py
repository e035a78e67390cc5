"""What triage does when something happens to a message."""

from collections.abc import Sequence

from crossdesk.channels.events import AccountConnected
from crossdesk.inbox.events import ConversationEnclosed, OwnershipChanged, TriageSettled
from crossdesk.journal import jobs
from crossdesk.journal.facts import Told, follows
from crossdesk.messages.events import (
    MessageDeleted,
    MessageEdited,
    MessageMatched,
    MessageSaidToUs,
    MessageStored,
    ReadingCorrected,
)
from crossdesk.triage import services


@follows(
    "triage", MessageStored, MessageMatched, MessageEdited, MessageDeleted, MessageSaidToUs, ReadingCorrected,
    from_the="beginning",
)  # fmt: skip
def decide(told: Sequence[Told]) -> None:
    """Each fact takes effect in the transaction of the position: once. Only what failed becomes a job."""
    services.follow(told)


@follows("triage.watching", OwnershipChanged, TriageSettled, from_the="present")
def watch(told: Sequence[Told]) -> None:
    """What people do with decisions, in the transaction of the position: each once."""
    services.watch(told)


@follows("triage.weekly", AccountConnected, from_the="present")
def ask_to_draw(told: Sequence[Told]) -> None:
    """A workspace with an account has messages to label, ten a week. Asked for twice it stays one row."""
    for workspace_id, at in {one.workspace_id: one.at for one in told}.items():
        jobs.enqueue(services.DRAW, key=str(workspace_id), due_at=at, workspace_id=workspace_id, of=workspace_id)


@follows("triage.learning", ReadingCorrected, ConversationEnclosed, from_the="present")
def ask_to_learn(told: Sequence[Told]) -> None:
    """A correction teaches; what goes behind a wall is forgotten. Asked for often it stays one row an hour."""
    for workspace_id, at in {one.workspace_id: one.at for one in told}.items():
        services.ask_to_learn(workspace_id=workspace_id, now=at)
