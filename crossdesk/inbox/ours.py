"""Taking in what we said: replies that left from here, and those that somebody sent outside of Crossdesk."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from crossdesk.inbox import clocks, events, owing
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import AnsweredBy, BlockEnd, DutyState, EntryKind, ReplyState, Resolution, State
from crossdesk.inbox.folder import Folder, load, save
from crossdesk.inbox.lines import one_at_a_time, show_newest
from crossdesk.inbox.models import Block, Conversation, Entry, Reply, Stray
from crossdesk.inbox.verdict import Verdict
from crossdesk.kit.actor import Actor
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message


@transaction.atomic
def take_our_posts(message_ids: Sequence[int], *, by: Actor, now: datetime) -> dict[int, int]:
    """Put messages of ours into their conversations; they end the open block and stop its clock.

    Returns message id → conversation id, without those that belong to none. A reply that left from here settles its
    `Reply`; another is found by the message it answers, and waits for that one when it has not come in yet. Safe to
    repeat.
    """
    one_at_a_time(by.workspace_id)
    known = dict(Entry.objects.filter(message_id__in=message_ids).values_list("message_id", "conversation_id"))
    posts = list(
        Message.objects.filter(
            workspace_id=by.workspace_id, pk__in=set(message_ids) - known.keys(), direction=Direction.OUT
        ).order_by("sent_at", "id")
    )
    replies = {
        reply.outbox_id: reply
        for reply in Reply.objects.filter(outbox_id__in=[p.outbox_id for p in posts if p.outbox_id is not None])
    }
    places = _parents(posts, by=by)
    placed = {
        post.pk: replies[post.outbox_id].conversation_id if post.outbox_id in replies else places.get(post.pk)
        for post in posts
    }
    strays = [post for post in posts if placed[post.pk] is None and post.parent_external_id]
    Stray.objects.bulk_create(
        [Stray(workspace_id=by.workspace_id, message=p, parent_external_id=p.parent_external_id) for p in strays],
        ignore_conflicts=True,
    )
    found = {pk: conversation_id for pk, conversation_id in placed.items() if conversation_id is not None}
    _place([post for post in posts if post.pk in found], found, replies, by=by, now=now)
    return known | found


def take_strays(theirs: Iterable[Message], *, by: Actor, now: datetime) -> None:
    """Take in posts of ours that came before the messages they answer. One query when there are none."""
    external_ids = [message.external_id for message in theirs]
    waiting = Stray.objects.filter(workspace_id=by.workspace_id, parent_external_id__in=external_ids)
    if message_ids := list(waiting.values_list("message_id", flat=True)):
        waiting.delete()
        take_our_posts(message_ids, by=by, now=now)


@transaction.atomic
def take_match(message_id: int, *, by: Actor, now: datetime) -> None:
    """A post of ours that the feed had brought turned out to be a reply that left from here. Safe to repeat."""
    one_at_a_time(by.workspace_id)
    post = Message.objects.get(pk=message_id)
    reply = Reply.objects.filter(outbox_id=post.outbox_id).select_related("outbox").first() if post.outbox_id else None
    if reply is None or Entry.objects.filter(message=post, reply=reply).exists():
        return
    Stray.objects.filter(message=post).delete()
    (folder,) = load(Conversation.objects.filter(pk=reply.conversation_id).select_for_update())
    if Entry.objects.filter(message=post, conversation=folder.conversation).exists():
        folder.conversation.answers_count -= 1
        folder.conversation.messages_count -= 1
        _was_ours(folder, post, reply)
    at = published_moment(reply, post.sent_at)
    published(folder, reply, at=at, calendars=Calendars(by.workspace_id), now=now, message=post)
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


def _parents(posts: Sequence[Message], *, by: Actor) -> dict[int, int]:
    """message id → conversation of the message that it answers."""
    wanted = {post.parent_external_id for post in posts if post.parent_external_id}
    if not wanted:
        return {}
    rows = Entry.objects.filter(
        message__workspace_id=by.workspace_id,
        message__network__in={post.network for post in posts},
        message__host__in={post.host for post in posts},
        message__external_id__in=wanted,
    ).values_list("message__network", "message__host", "message__external_id", "conversation_id")
    at = {(network, host, external_id): conversation_id for network, host, external_id, conversation_id in rows}
    places = {post.pk: at.get((post.network, post.host, post.parent_external_id)) for post in posts}
    return {pk: conversation_id for pk, conversation_id in places.items() if conversation_id is not None}


def _place(
    posts: Sequence[Message],
    found: dict[int, int],
    replies: dict[int | None, Reply],
    *,
    by: Actor,
    now: datetime,
) -> None:
    rows = Conversation.objects.filter(pk__in=set(found.values())).select_for_update().order_by("id")
    folders = {folder.conversation.pk: folder for folder in load(rows)}
    calendars, theirs = Calendars(by.workspace_id), _of_open_blocks(folders.values())
    for post in posts:
        folder = folders[found[post.pk]]
        reply = replies.get(post.outbox_id)
        if reply is None:
            _elsewhere(folder, post, theirs=theirs[folder.conversation.pk], calendars=calendars, now=now)
        else:
            at = published_moment(reply, post.sent_at)
            published(folder, reply, at=at, calendars=calendars, now=now, message=post)
        owing.refresh(folder, now=now)
    save(list(folders.values()), by=by, now=now)


def _of_open_blocks(folders: Iterable[Folder]) -> dict[int, list[Message]]:
    """What they wrote in open blocks of several messages, by conversation, oldest first. One query, none for none."""
    found: dict[int, list[Message]] = {folder.conversation.pk: [] for folder in folders}
    several = {f.conversation.pk: f.block.started_at for f in folders if f.block and f.block.messages_count > 1}
    if several:
        rows = Message.objects.filter(
            entry__conversation_id__in=several, direction=Direction.IN, sent_at__gte=min(several.values())
        ).annotate(place=F("entry__conversation_id"))
        for message in rows.order_by("sent_at", "id"):
            found[message.place].append(message)
    return found


def _elsewhere(
    folder: Folder, post: Message, *, theirs: Sequence[Message], calendars: Calendars, now: datetime
) -> None:
    row = folder.conversation
    folder.entries.append(Entry(conversation=row, kind=EntryKind.MESSAGE, at=post.sent_at, message_id=post.pk))
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
    message_id = message.pk if message else None
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
    block = (
        Block.objects.filter(
            conversation_id=folder.conversation.pk, ended_at__isnull=False, started_at__lte=at
        )
        .order_by("-started_at", "-id")
        .first()
    )  # fmt: skip
    if block is not None and block.ended_because in {BlockEnd.RESOLVED, BlockEnd.NOTHING_OWED}:
        folder.keep(block)
        clocks.answer(folder, block, at=at, kind=kind, calendars=calendars, message_id=message_id, by_id=by_id)


def cut_after(block: Block, moment: datetime, theirs: Sequence[Message]) -> list[Message]:
    """Take out of an open block what they wrote after a moment, oldest first: a reply at that moment did not answer it."""
    if block.messages_count == 1:
        return []
    inbound = [message for message in theirs if message.sent_at >= block.started_at]
    rest = [message for message in inbound if message.sent_at > moment]
    if rest and len(rest) < len(inbound):
        block.messages_count = max(1, block.messages_count - len(rest))
        block.last_message_id = inbound[-len(rest) - 1].pk
    return rest


def go_on_with(folder: Folder, before: Block, rest: Sequence[Message], *, calendars: Calendars) -> None:
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
