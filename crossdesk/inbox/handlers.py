"""What the outbox tells, brought into the conversations. Each is safe to repeat."""

from collections.abc import Sequence

from crossdesk.channels.events import OutboxCancelled, OutboxDoubtful, OutboxPublished, OutboxRefused
from crossdesk.inbox import ours
from crossdesk.inbox.enums import ReplyState
from crossdesk.inbox.services import people, settling
from crossdesk.journal.facts import Told, follows
from crossdesk.kit import actor
from crossdesk.messages.events import ContactsJoined, MessageMatched

ENDS = {
    OutboxRefused: ReplyState.FAILED,
    OutboxDoubtful: ReplyState.DOUBTFUL,
    OutboxCancelled: ReplyState.DISCARDED,
}


@follows("inbox", OutboxPublished, OutboxRefused, OutboxDoubtful, OutboxCancelled, MessageMatched, from_the="beginning")
def settle(told: Sequence[Told]) -> None:
    """In order. What was said, edited and deleted is triage's to bring, in the order in which it was told."""
    for one in told:
        body, by = one.body, actor.system(one.workspace_id)
        if isinstance(body, OutboxPublished):
            settling.reply_published(item_id=body.item_id, by=by, now=one.at)
        elif isinstance(body, OutboxRefused | OutboxDoubtful | OutboxCancelled):
            error = "" if isinstance(body, OutboxCancelled) else body.reason
            settling.reply_ended(item_id=body.item_id, state=ENDS[type(body)], error=error, by=by, now=one.at)
        elif isinstance(body, MessageMatched):
            ours.take_match(body.message_id, by=by, now=one.at)


@follows("inbox.people", ContactsJoined, from_the="present")
def follow_people(told: Sequence[Told]) -> None:
    """Conversations go where their identities are by now, in the transaction of the position; repeated they stay there."""
    joined: dict[int, set[int]] = {}
    for one in told:
        if isinstance(one.body, ContactsJoined):
            joined.setdefault(one.workspace_id, set()).update({one.body.from_id, one.body.to_id})
    for workspace_id, contact_ids in joined.items():
        people.follow(workspace_id=workspace_id, contact_ids=contact_ids)
