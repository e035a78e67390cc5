"""What became of a reply, once the network has it, refused it, or lost it."""

from datetime import datetime

from django.db import transaction

from crossdesk.inbox import answers, threads
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import ReplyState
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.models import Reply
from crossdesk.inbox.services.base import close_folder, open_folder
from crossdesk.inbox.services.replies import come_back, go_on
from crossdesk.kit.actor import Actor


@transaction.atomic
def reply_published(*, item_id: int, by: Actor, now: datetime) -> None:
    """The outbox row is out: the clock stops, for a thread once all of it is out, in the moment of its first part.

    Nothing happens where it is no reply, or settled before.
    """
    reply = threads.replies_of([item_id]).get(item_id)
    if reply is None or reply.state == ReplyState.SENT:
        return
    over = threads.is_over(reply)
    if not over and reply.state == ReplyState.QUEUED:
        return
    folder = open_folder(reply.conversation_id, by=by, closed_too=True)
    if over:
        settle(folder, reply, by=by, now=now)
    else:
        go_on(folder, reply)
    close_folder(folder, by=by, now=now)


@transaction.atomic
def reply_ended(*, item_id: int, state: ReplyState, error: str, by: Actor, now: datetime) -> None:
    """It was refused or cancelled, or nobody knows: back to the queue with the reason. Safe to repeat.

    Of a thread of which something is out: partly sent, or done where somebody took out the rest.
    """
    reply = threads.replies_of([item_id]).get(item_id)
    further = reply is not None and item_id != reply.outbox_id
    if further and state == ReplyState.FAILED:
        state = ReplyState.PARTLY
    if reply is None or reply.state in {ReplyState.SENT, ReplyState.TAKEN_BACK, state}:
        return
    folder = open_folder(reply.conversation_id, by=by, closed_too=True)
    if further and state == ReplyState.DISCARDED:
        settle(folder, reply, by=by, now=now)
    else:
        come_back(folder, reply, state=state, error=error, now=now)
    close_folder(folder, by=by, now=now)


def settle(folder: Folder, reply: Reply, *, by: Actor, now: datetime) -> None:
    """Everything of the reply is out that will be."""
    at = answers.published_moment(reply, now)
    answers.published(folder, reply, at=at, calendars=Calendars(by.workspace_id), now=now)
