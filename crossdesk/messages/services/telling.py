"""What happened to messages, as facts."""

from crossdesk.journal.events import FactBody
from crossdesk.messages.events import (
    MessageDeleted,
    MessageEdited,
    MessageMatched,
    MessageSaidToUs,
    MessageSighted,
    MessageStored,
)
from crossdesk.messages.models import Message


def fact_of(kind: type[FactBody], message: Message, version: int, account_id: int) -> FactBody:
    """One fact about a message that has its id. account_id: who saw it, for a sighting."""
    here = {"account_id": message.account_id, "wall_id": message.wall_id}
    if kind is MessageStored:
        return MessageStored(
            message_id=message.pk,
            direction=message.direction,
            kind=message.kind,
            visibility=message.visibility,
            contact_id=message.contact_id,
            outbox_id=message.outbox_id,
            sent_at=message.sent_at.isoformat(),
            late=message.late,
            **here,
        )
    if kind is MessageEdited:
        return MessageEdited(
            message_id=message.pk, direction=message.direction, version=version, contact_id=message.contact_id, **here
        )
    if kind is MessageDeleted:
        return MessageDeleted(message_id=message.pk, direction=message.direction, contact_id=message.contact_id, **here)
    if kind is MessageSaidToUs:
        return MessageSaidToUs(
            message_id=message.pk, direction=message.direction, kind=message.kind, contact_id=message.contact_id, **here
        )
    if kind is MessageMatched:
        assert message.outbox_id is not None
        return MessageMatched(message_id=message.pk, outbox_id=message.outbox_id, contact_id=message.contact_id, **here)
    return MessageSighted(message_id=message.pk, account_id=account_id, wall_id=message.wall_id)
