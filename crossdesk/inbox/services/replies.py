"""Answering, so that nobody answers twice and nothing newer is run over.

A reply carries the last entry that its writer had on the screen. In one transaction, with the conversation locked:
something newer that they said or changed, or that somebody else of us answered, holds the reply; otherwise it goes
to the outbox, and the conversation leaves the queue at once. The clock stops when the network has published it.
"""

from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Q

from crossdesk.channels import services as channels
from crossdesk.channels.ports import Visibility as NetworkVisibility
from crossdesk.inbox import clocks, events, owing, policies, queries
from crossdesk.inbox.changes import DELETED, EDITED
from crossdesk.inbox.enums import BlockEnd, EntryKind, Privacy, ReplyState, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.lines import excerpt_of, privacy_of
from crossdesk.inbox.models import Block, Conversation, Entry, Reply
from crossdesk.inbox.services.base import close_folder, open_folder, text_of
from crossdesk.inbox.services.ownership import needs_an_answer
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.messages.enums import Direction, Visibility
from crossdesk.messages.models import Message

WIDTH = {Visibility.DIRECT: 0, Visibility.PRIVATE: 1, Visibility.UNLISTED: 2, Visibility.PUBLIC: 3}
GONE = frozenset({ReplyState.FAILED, ReplyState.DISCARDED})


class TooWide(Invalid):
    code = "inbox.too_wide"


class NotHeld(Conflict):
    code = "inbox.not_held"


@transaction.atomic
def reply(
    *,
    conversation_id: int,
    text: str,
    saw_entry_id: int,
    by: Actor,
    now: datetime,
    visibility: str = "",
    to_message_id: int | None = None,
    resolve_after: bool = False,
) -> Reply:
    """Answer. Returns the reply, queued or held (then `held_reason` says why, and nothing left).

    saw_entry_id: id of the newest entry its writer had seen. to_message_id: the message it answers; None takes their
    newest. visibility: "" takes that of the message answered. resolve_after: resolve once it is published.
    Raises NotFound, NotAllowed, ClosedForGood, TooWide, Invalid, and what the outbox refuses (too long, …).
    """
    folder = open_folder(conversation_id, by=by)
    _may_reply(folder, by=by)
    row = folder.conversation
    to = _answered_message(row, to_message_id)
    draft = Reply(
        conversation=row, by_id=by.member_id, text=text_of(text, what="an answer"), to_message=to,
        visibility=_checked_visibility(row, to, visibility), saw_entry_id=saw_entry_id, resolve_after=resolve_after,
        created_at=now,
    )  # fmt: skip
    return _send_or_hold(folder, draft, by=by, now=now)


@transaction.atomic
def send_held(*, reply_id: int, saw_entry_id: int, by: Actor, now: datetime, text: str = "") -> Reply:
    """Send a reply that was held, or that the network refused, after all. It is held again if something newer came.

    text: what it says now; "" keeps it.
    """
    draft = _waiting_reply(reply_id, by=by)
    folder = open_folder(draft.conversation_id, by=by)
    _may_reply(folder, by=by)
    draft.refresh_from_db()
    if draft.state not in {ReplyState.HELD, ReplyState.FAILED}:
        raise NotHeld("This answer does not wait any more.")
    draft.conversation = folder.conversation
    draft.saw_entry_id, draft.error, draft.settled_at = saw_entry_id, "", None
    draft.text = text_of(text, what="an answer") if text else draft.text
    draft.to_message = _answered_message(folder.conversation, draft.to_message_id)
    return _send_or_hold(folder, draft, by=by, now=now)


@transaction.atomic
def discard_held(*, reply_id: int, by: Actor, now: datetime) -> Reply:
    """Throw away a reply that was held or refused."""
    draft = _waiting_reply(reply_id, by=by)
    folder = open_folder(draft.conversation_id, by=by, closed_too=True)
    draft.refresh_from_db()
    if draft.state not in {ReplyState.HELD, ReplyState.FAILED}:
        raise NotHeld("This answer does not wait any more.")
    draft.state, draft.settled_at = ReplyState.DISCARDED, now
    draft.save(update_fields=["state", "settled_at"])
    folder.tell(events.ReplySettled, reply_id=draft.pk, state=str(draft.state), error="")
    close_folder(folder, by=by, now=now)
    return draft


def _waiting_reply(reply_id: int, *, by: Actor) -> Reply:
    draft = Reply.objects.filter(pk=reply_id, conversation__in=queries.visible_to(by)).first()
    if draft is None:
        raise NotFound("There is no such answer.")
    return draft


def _may_reply(folder: Folder, *, by: Actor) -> None:
    if not policies.can_reply(by, folder.conversation):
        raise NotAllowed("Your departments may not answer on this account. Ask somebody who manages accounts.")


def _answered_message(row: Conversation, to_message_id: int | None) -> Message:
    wanted = Message.objects.filter(pk=to_message_id or row.last_inbound_id, entry__conversation_id=row.pk)
    to = wanted.first()
    if to is None:
        raise Invalid("The message you answer does not stand in this conversation.")
    if to.deleted_at is not None:
        raise Invalid("They deleted the message you answer. Choose another one of this conversation.")
    return to


def _checked_visibility(row: Conversation, to: Message, visibility: str) -> Visibility:
    """What was said in private is answered no more widely than it was said."""
    wanted = visibility or to.visibility
    if wanted not in WIDTH:
        raise Invalid("Choose who can see the answer.")
    private = row.privacy == Privacy.PRIVATE or privacy_of(to.visibility) == Privacy.PRIVATE
    if private and WIDTH[Visibility(wanted)] > WIDTH[Visibility(to.visibility)]:
        raise TooWide("They wrote in private. An answer that more people can see would show that; answer in private.")
    return Visibility(wanted)


def _send_or_hold(folder: Folder, draft: Reply, *, by: Actor, now: datetime) -> Reply:
    reason = _newer(folder, draft)
    if reason:
        draft.state, draft.held_reason = ReplyState.HELD, reason
        draft.save()
        folder.tell(events.ReplyHeld, reply_id=draft.pk)
        close_folder(folder, by=by, now=now, touched=False)
        return draft
    draft.state, draft.held_reason = ReplyState.QUEUED, ""
    draft.save()
    _queue(folder, draft, by=by, now=now)
    return draft


def _newer(folder: Folder, draft: Reply) -> str:
    """Why this reply must not leave as it is: a sentence, or nothing."""
    theirs = Q(kind=EntryKind.MESSAGE, message__direction=Direction.IN)
    changed = Q(event__in=[EDITED, DELETED], details__direction=Direction.IN)
    elsewhere = Q(kind=EntryKind.MESSAGE, message__direction=Direction.OUT, reply=None)
    colleague = Q(reply__isnull=False) & ~Q(reply__state__in=GONE)
    newer = list(
        Entry.objects.filter(theirs | changed | elsewhere | colleague, conversation=folder.conversation, id__gt=draft.saw_entry_id)
        .exclude(reply__isnull=False, reply_id=draft.pk)
        .select_related("message", "reply__by__user")
        .order_by("id")
    )  # fmt: skip
    for entry in newer:
        if entry.reply is not None and entry.reply.by_id != draft.by_id:
            user = entry.reply.by.user if entry.reply.by else None
            return f"{(user.name or user.email) if user else 'Somebody'} answered while you were writing."
        if entry.reply is not None:
            if entry.reply.text == draft.text:
                return "You have sent exactly this already."
        elif entry.event == DELETED:
            return "They deleted a message while you were writing."
        elif entry.event == EDITED:
            return "They changed a message while you were writing."
        elif entry.message is not None and entry.message.direction == Direction.OUT:
            return "Somebody answered outside of Crossdesk while you were writing."
        else:
            return "They wrote again while you were writing."
    return ""


def _queue(folder: Folder, draft: Reply, *, by: Actor, now: datetime) -> None:
    row, to = folder.conversation, draft.to_message
    item = channels.prepare(
        account_id=row.account_id, text=draft.text, by=by, now=now, origin=f"inbox.reply:{draft.pk}",
        visibility=cast(NetworkVisibility, draft.visibility), in_reply_to=to.external_id if to else "", to_handle=row.identity.handle,
        language=row.language, conversation_id=row.pk, wall_id=row.wall_id,
    )  # fmt: skip
    draft.outbox = item
    draft.save(update_fields=["outbox"])
    line = Entry.objects.filter(reply=draft)
    line.delete()  # of an earlier attempt: the new line is newer than all that others have seen
    folder.entries.append(
        Entry(conversation=row, kind=EntryKind.REPLY, at=now, by_id=by.member_id, reply=draft)
    )  # fmt: skip
    _turn_over(folder, draft, by=by, now=now)
    folder.tell(events.ReplyQueued, reply_id=draft.pk, department_id=row.department_id)
    close_folder(folder, by=by, now=now)


def _turn_over(folder: Folder, draft: Reply, *, by: Actor, now: datetime) -> None:
    """It is their turn as soon as the answer is on its way, so that nobody answers a second time."""
    row, block = folder.conversation, folder.block
    doubtful = Reply.objects.filter(pk__in=[b.reply_id for b in folder.on_their_way], state=ReplyState.DOUBTFUL)
    for other in folder.on_their_way:
        if other.reply_id in set(doubtful.values_list("pk", flat=True)):
            other.reply = draft
    needs_an_answer(folder, by=by)
    if block is not None:
        block.reply = draft
        folder.on_their_way.append(block)
        folder.block = None
    if row.department_id is None or row.assignee_id is None or row.triage_since is not None:
        department_id = row.department_id or min(by.departments, default=None)
        owing.leave_triage(folder, department_id=department_id, now=now)
        owing.own(
            folder, department_id=department_id, member_id=row.assignee_id or by.member_id, because="taken", now=now
        )
        if block is not None:
            block.department_id = block.department_id or department_id
    row.snoozed_until = None
    if row.state == State.OPEN:
        row.state = State.WAITING
    row.last_at, row.last_direction, row.excerpt = max(now, row.last_at), Direction.OUT, excerpt_of(draft.text)


def come_back(folder: Folder, draft: Reply, *, state: ReplyState, error: str, now: datetime) -> None:
    """The reply did not get out, or nobody knows: the conversation is open again and shows why."""
    row = folder.conversation
    draft.state, draft.error, draft.settled_at = state, error, now
    draft.save(update_fields=["state", "error", "settled_at"])
    folder.tell(events.ReplySettled, reply_id=draft.pk, state=str(state), error=error)
    folder.note_event(f"reply_{state}", by=None, now=now, reply_id=draft.pk, error=error)
    waiting = [block for block in folder.on_their_way if block.reply_id == draft.pk]
    for block in waiting:
        block.reply = draft
    if state != ReplyState.DOUBTFUL:
        for block in waiting:
            folder.on_their_way.remove(block)
            _run_on(folder, block, now=now)
    if waiting and row.state == State.WAITING:
        row.state = State.OPEN


def _run_on(folder: Folder, block: Block, *, now: datetime) -> None:
    """An answer did not get out: its block runs on, and takes in what they wrote meanwhile."""
    newer = folder.block
    block.reply = None
    folder.block = block
    if newer is not None:
        block.messages_count += newer.messages_count
        block.last_message_id = newer.last_message_id
        clocks.end(folder, newer, because=BlockEnd.MERGED, at=now)
        folder.block = block
