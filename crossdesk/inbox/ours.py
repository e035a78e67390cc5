"""Taking in what we said: replies that left from here, and those that somebody sent outside of Crossdesk."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from crossdesk.inbox import events, owing, threads
from crossdesk.inbox.answers import left_from_here, published_moment
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import AnsweredBy, EntryKind
from crossdesk.inbox.folder import Folder, load, save
from crossdesk.inbox.lines import one_at_a_time
from crossdesk.inbox.models import Block, Conversation, Entry, Reply, Stray
from crossdesk.inbox.said import take_said
from crossdesk.kit.actor import Actor
from crossdesk.messages.models import Message


def take_our_posts(message_ids: Sequence[int], *, by: Actor, now: datetime) -> dict[int, int]:
    """Put messages of ours into their conversations; they end the open block and stop its clock.

    Returns message id → conversation id, without those that belong to none. See `said.take_said`.
    """
    return take_said([[(message_id, None) for message_id in message_ids]], by=by, now=now)


@transaction.atomic
def take_match(message_id: int, *, by: Actor, now: datetime) -> None:
    """A post of ours that the feed had brought turned out to be a reply that left from here. Safe to repeat."""
    one_at_a_time(by.workspace_id)
    post = Message.objects.get(pk=message_id)
    reply = threads.replies_of([post.outbox_id]).get(post.outbox_id) if post.outbox_id else None
    settled = Q(reply=reply) | Q(kind=EntryKind.PART)
    if reply is None or Entry.objects.filter(settled, message=post).exists():
        return
    Stray.objects.filter(message=post).delete()
    (folder,) = load(Conversation.objects.filter(pk=reply.conversation_id).select_for_update())
    if Entry.objects.filter(message=post, conversation=folder.conversation).exists():
        folder.conversation.answers_count -= 1
        folder.conversation.messages_count -= 1
        _was_ours(folder, post, reply)
    at = published_moment(reply, post.sent_at)
    left_from_here(folder, reply, post, at=at, calendars=Calendars(by.workspace_id), now=now)
    owing.refresh(folder, now=now)
    save([folder], by=by, now=now)


def _was_ours(folder: Folder, post: Message, reply: Reply) -> None:
    """The block that this post answered was answered by a person, from here."""
    for block in Block.objects.filter(answer=post):
        folder.keep(block)
        block.answered_kind, block.answered_by_id = AnsweredBy.PERSON, reply.by_id
        folder.tell(
            events.AnswerMatched, block_id=block.pk, answered_kind=str(AnsweredBy.PERSON), answered_by_id=reply.by_id
        )  # fmt: skip
