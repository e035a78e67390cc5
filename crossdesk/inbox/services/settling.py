"""What became of a reply, once the network has it, refused it, or lost it."""

from datetime import datetime

from django.db import transaction

from crossdesk.inbox import answers
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import ReplyState
from crossdesk.inbox.models import Reply
from crossdesk.inbox.services.base import close_folder, open_folder
from crossdesk.inbox.services.replies import come_back
from crossdesk.kit.actor import Actor


@transaction.atomic
def reply_published(*, item_id: int, by: Actor, now: datetime) -> None:
    """The outbox row is out: the clock stops. Nothing happens where it is no reply, or settled before."""
    reply = _reply_of(item_id)
    if reply is None or reply.state == ReplyState.SENT:
        return
    folder = open_folder(reply.conversation_id, by=by, closed_too=True)
    at = answers.published_moment(reply, now)
    answers.published(folder, reply, at=at, calendars=Calendars(by.workspace_id), now=now)
    close_folder(folder, by=by, now=now)


@transaction.atomic
def reply_ended(*, item_id: int, state: ReplyState, error: str, by: Actor, now: datetime) -> None:
    """It was refused or cancelled, or nobody knows: back to the queue with the reason. Safe to repeat."""
    reply = _reply_of(item_id)
    if reply is None or reply.state in {ReplyState.SENT, ReplyState.TAKEN_BACK, state}:
        return
    folder = open_folder(reply.conversation_id, by=by, closed_too=True)
    come_back(folder, reply, state=state, error=error, now=now)
    close_folder(folder, by=by, now=now)


def _reply_of(item_id: int) -> Reply | None:
    return Reply.objects.filter(outbox_id=item_id).select_related("outbox").first()
