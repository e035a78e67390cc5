"""What an answer of ours does in a folder: it stops clocks, does duties, and goes where the line of the reply stood."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from crossdesk.inbox import clocks, events, owing, threads
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.clocks import Written
from crossdesk.inbox.enums import AnsweredBy, BlockEnd, DutyState, EntryKind, ReplyState, Resolution, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.lines import show_newest
from crossdesk.inbox.models import Block, Entry, Reply
from crossdesk.inbox.verdict import Verdict
from crossdesk.journal import bulk
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message

Theirs = Callable[[], Sequence[Written]]  # what they wrote in the conversation since its open block began, oldest first


def elsewhere(folder: Folder, post: Message, *, theirs: Theirs, calendars: Calendars, now: datetime) -> None:
    """A post of ours that did not leave from here: it ends the open block, or answers late what had ended without."""
    row = folder.conversation
    folder.entries.append(
        bulk.made(Entry, conversation=row, kind=EntryKind.MESSAGE, at=post.sent_at, message_id=post.pk)
    )
    show_newest(row, post, Direction.OUT)
    row.answers_count += 1
    folder.tell(events.OurPostTaken, message_id=post.pk, elsewhere=True)
    waiting = [block for block in folder.on_their_way if post.sent_at >= block.started_at]
    for one in waiting:
        clocks.answer(folder, one, at=post.sent_at, kind=AnsweredBy.ELSEWHERE, calendars=calendars, message_id=post.pk)
    block = folder.block
    if block is not None and post.sent_at >= block.started_at:
        rest = cut_after(block, post.sent_at, theirs)
        clocks.answer(
            folder, block, at=post.sent_at, kind=AnsweredBy.ELSEWHERE, calendars=calendars, message_id=post.pk
        )
        go_on_with(folder, block, rest, calendars=calendars)
    if waiting or (block is not None and block.answered_at is not None):
        answered(folder, by_id=None, at=post.sent_at, now=now)
    elif block is None and not waiting:
        answer_late(folder, at=post.sent_at, kind=AnsweredBy.ELSEWHERE, message_id=post.pk, calendars=calendars)


def published(
    folder: Folder, reply: Reply, *, at: datetime, calendars: Calendars, now: datetime, message: Message | None = None
) -> None:
    """The network has a reply of ours: settle it and stop the clock of what it answers. Safe to repeat.

    message: ours as stored, where it is known; it takes the place of the reply's line.
    """
    row = folder.conversation
    message_id = message.pk if message else _message_of_line(reply)
    if reply.state != ReplyState.SENT:
        reply.state, reply.settled_at, reply.error = ReplyState.SENT, at, ""
        reply.save(update_fields=["state", "settled_at", "error"])
        row.answers_count += 1
        folder.tell(events.ReplySettled, reply_id=reply.pk, state=str(reply.state), error="")
        waiting = [block for block in folder.on_their_way if block.reply_id == reply.pk]
        for block in waiting:
            clocks.answer(
                folder, block, at=at, kind=AnsweredBy.PERSON, calendars=calendars, message_id=message_id,
                by_id=reply.by_id,
            )  # fmt: skip
        if not waiting and folder.block is None:
            answer_late(
                folder, at=at, kind=AnsweredBy.PERSON, message_id=message_id, by_id=reply.by_id, calendars=calendars
            )
        answered(folder, by_id=reply.by_id, at=at, now=now)
        _resolve_after(folder, reply, at=at, now=now)
    elif message_id is not None:
        Block.objects.filter(conversation=row, answered_at=reply.settled_at, answer=None).update(answer_id=message_id)
    if message is not None:
        _give_line(folder, reply, message)


def left_from_here(
    folder: Folder, reply: Reply, message: Message, *, at: datetime, calendars: Calendars, now: datetime
) -> None:
    """A post that carries out an answer of ours, as stored: all of it, or a part of its thread. Safe to repeat."""
    if message.outbox_id != reply.outbox_id:
        _take_part(folder, message)
    elif reply.state == ReplyState.SENT or threads.is_over(reply):
        published(folder, reply, at=at, calendars=calendars, now=now, message=message)
    else:
        _give_line(folder, reply, message)


def _take_part(folder: Folder, message: Message) -> None:
    """A further part stands in the line of its answer, and counts for nothing of its own."""
    row = folder.conversation
    held = Entry.objects.filter(message=message).first()
    if held is None:
        folder.entries.append(
            bulk.made(Entry, conversation=row, kind=EntryKind.PART, at=message.sent_at, message_id=message.pk)
        )
    else:
        Entry.objects.filter(pk=held.pk).update(kind=EntryKind.PART)
    row.last_at = max(row.last_at, message.sent_at)
    folder.tell(events.OurPostTaken, message_id=message.pk, elsewhere=False)


def _message_of_line(reply: Reply) -> int | None:
    """The first post of a thread may be stored before all of it is out."""
    if not threads.is_thread(reply):
        return None
    return Entry.objects.filter(reply=reply).values_list("message_id", flat=True).first()


def _give_line(folder: Folder, reply: Reply, message: Message) -> None:
    """The message takes the place of the reply's line, and of its own, where the feed had brought it before."""
    Entry.objects.filter(message=message).delete()
    Entry.objects.filter(reply=reply).update(kind=EntryKind.MESSAGE, message_id=message.pk, at=message.sent_at)
    show_newest(folder.conversation, message, Direction.OUT)
    folder.tell(events.OurPostTaken, message_id=message.pk, elsewhere=False)


def _resolve_after(folder: Folder, reply: Reply, *, at: datetime, now: datetime) -> None:
    row = folder.conversation
    if reply.resolve_after and row.state == State.WAITING and not folder.open_duties and folder.block is None:
        owing.settle_conversation(folder, resolution=Resolution.ANSWERED, note="", now=max(at, now), automatic=False)


def answered(folder: Folder, *, by_id: int | None, at: datetime, now: datetime) -> None:
    """After an answer: the pen's duty is done and it is their turn, unless they have written again meanwhile."""
    row = folder.conversation
    if folder.block is not None or folder.on_their_way:
        return
    if row.triage_since is not None:
        owing.leave_triage(folder, department_id=row.department_id, now=now)
    if folder.pen is not None:
        owing.settle_duty(
            folder, folder.pen, state=DutyState.DISCHARGED, now=max(at, folder.pen.opened_at), by_id=by_id
        )  # fmt: skip
    if row.state == State.OPEN:
        row.state = State.WAITING
    if row.snoozed_until is not None:
        row.snoozed_until = None
        folder.tell(events.SnoozeEnded, because="answered")


def answer_late(
    folder: Folder,
    *,
    at: datetime,
    kind: AnsweredBy,
    calendars: Calendars,
    message_id: int | None = None,
    by_id: int | None = None,
) -> None:
    """The last block had ended without a reply; now there is one."""
    block = _last_ended(folder, at=at)
    if block is not None and block.ended_because in {BlockEnd.RESOLVED, BlockEnd.NOTHING_OWED}:
        if block not in folder.rows:
            folder.keep(block)
        clocks.answer(folder, block, at=at, kind=kind, calendars=calendars, message_id=message_id, by_id=by_id)


def _last_ended(folder: Folder, *, at: datetime) -> Block | None:
    """The newest ended block that began by then, as it stands: in the folder, or else as it is stored."""
    held = [row for row in folder.rows if isinstance(row, Block)]
    over = [block for block in held if block.ended_at is not None and block.started_at <= at]
    newest = max(reversed(over), key=_place, default=None)  # of equals the one that was begun last
    if folder.conversation.pk is None:
        return newest
    ended = Block.objects.filter(
        conversation_id=folder.conversation.pk, ended_at__isnull=False, started_at__lte=at
    ).exclude(pk__in=[block.pk for block in held if block.pk is not None])
    stored = ended.order_by("-started_at", "-id").first()
    if newest is None or stored is None:
        return newest or stored
    return max(newest, stored, key=_place)


def _place(block: Block) -> tuple[datetime, float]:
    """Its place among the blocks of its conversation; what has no id yet comes last."""
    return block.started_at, block.pk or math.inf


def cut_after(block: Block, moment: datetime, theirs: Theirs) -> list[Written]:
    """Take out of an open block what they wrote after a moment, oldest first: a reply at that moment did not answer it."""
    if block.messages_count == 1:
        return []
    inbound = [message for message in theirs() if message.sent_at >= block.started_at]
    rest = [message for message in inbound if message.sent_at > moment]
    if rest and len(rest) < len(inbound):
        block.messages_count = max(1, block.messages_count - len(rest))
        block.last_message_id = inbound[-len(rest) - 1].pk
    return rest


def go_on_with(folder: Folder, before: Block, rest: Sequence[Written], *, calendars: Calendars) -> None:
    """What was cut off becomes the next block, with the verdict that stood for both."""
    if not rest:
        return
    block = clocks.open_block(folder, rest[0])
    for message in rest[1:]:
        clocks.extend(folder, block, message)
    clocks.decide(
        folder,
        block,
        Verdict(
            needs_reply=before.needs_reply, verdict_by=before.verdict_by, intent=before.intent,
            urgency=before.urgency, sentiment=before.sentiment, target_seconds=before.target_seconds,
            basis=before.basis or "calendar",
        ),
        calendars=calendars,
    )  # fmt: skip


def published_moment(reply: Reply, otherwise: datetime) -> datetime:
    """When the network published it, as the outbox knows."""
    return (reply.outbox.published_at if reply.outbox else None) or otherwise
