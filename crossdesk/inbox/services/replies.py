"""Answering, so that nobody answers twice and nothing newer is run over.

A reply carries the last entry that its writer had on the screen. In one transaction, with the conversation locked:
something newer that they said or changed, or that somebody else of us answered, holds the reply; otherwise it goes
to the outbox, and the conversation leaves the queue at once. The clock stops when the network has published it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Q

from crossdesk.channels import services as channels
from crossdesk.channels.ports import Visibility as NetworkVisibility
from crossdesk.channels.room import room_on
from crossdesk.inbox import clocks, events, owing, policies, queries
from crossdesk.inbox.changes import DELETED, EDITED
from crossdesk.inbox.enums import IN_DOUBT, BlockEnd, EntryKind, Parting, Privacy, ReplyState, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.lines import excerpt_of, privacy_of
from crossdesk.inbox.models import Attachment, Block, Conversation, Entry, Reply
from crossdesk.inbox.services import attaching, drafts
from crossdesk.inbox.services.base import close_folder, open_folder, snapshot, text_of
from crossdesk.inbox.services.ownership import needs_an_answer
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.messages.enums import Direction, Visibility
from crossdesk.messages.models import Message

WIDTH = {Visibility.DIRECT: 0, Visibility.PRIVATE: 1, Visibility.UNLISTED: 2, Visibility.PUBLIC: 3}
GONE = frozenset({ReplyState.FAILED, ReplyState.DISCARDED, ReplyState.TAKEN_BACK})


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
    attachment_ids: Collection[int] = (),
    leaves_at: datetime | None = None,
    parting: str = "",
) -> Reply:
    """Answer. Returns the reply, queued or held (then `held_reason` says why, and nothing left).

    saw_entry_id: id of the newest entry its writer had seen. to_message_id: the message it answers; None takes their
    newest. visibility: "" takes that of the message answered. resolve_after: resolve once it is published.
    attachment_ids: pictures that the writer has in hand. leaves_at: it stays in the house until then, and can be taken
    back (`take_back`); None: at once. parting: leave as several posts where it is too long for one (`Parting`).
    Raises NotFound, NotAllowed, ClosedForGood, TooWide, Invalid, and what the outbox refuses (too long, …).
    """
    folder = open_folder(conversation_id, by=by)
    draft, along = composed(
        folder, text=text, saw_entry_id=saw_entry_id, by=by, now=now, visibility=visibility, to_message_id=to_message_id,
        resolve_after=resolve_after, attachment_ids=attachment_ids, parting=parting,
    )  # fmt: skip
    draft.leaves_at = leaves_at
    drafts.forget_draft(folder.conversation, by=by, now=now)
    return send_or_hold(folder, draft, along, by=by, now=now)


def composed(
    folder: Folder,
    *,
    text: str,
    saw_entry_id: int,
    by: Actor,
    now: datetime,
    visibility: str,
    to_message_id: int | None,
    resolve_after: bool,
    attachment_ids: Collection[int],
    parting: str,
) -> tuple[Reply, list[Attachment]]:
    """An answer as it was written, not stored yet, and the pictures that go along."""
    demand_reply(folder, by=by)
    row = folder.conversation
    to = answered_message(row, to_message_id)
    along = attaching.in_hand(row, attachment_ids, by=by)
    draft = Reply(
        conversation=row, by_id=by.member_id, text=_words(text, along), to_message=to,
        visibility=_checked_visibility(row, to, visibility), saw_entry_id=saw_entry_id, resolve_after=resolve_after,
        created_at=now, parting=_checked_parting(parting),
    )  # fmt: skip
    return draft, along


@transaction.atomic
def send_held(
    *,
    reply_id: int,
    saw_entry_id: int,
    by: Actor,
    now: datetime,
    text: str = "",
    attachment_ids: Collection[int] | None = None,
    visibility: str = "",
    resolve_after: bool | None = None,
    leaves_at: datetime | None = None,
    parting: str | None = None,
) -> Reply:
    """Send a reply that was held, or that the network refused, after all. It is held again if something newer came.

    text, visibility, attachment_ids, resolve_after, parting: as they are now; "" and None keep them. leaves_at: as for `reply`.
    """
    folder, draft, along = recomposed(
        reply_id, text=text, saw_entry_id=saw_entry_id, by=by, visibility=visibility, resolve_after=resolve_after,
        attachment_ids=attachment_ids, parting=parting,
    )  # fmt: skip
    draft.leaves_at = leaves_at
    drafts.forget_draft(folder.conversation, by=by, now=now)
    return send_or_hold(folder, draft, along, by=by, now=now)


def recomposed(
    reply_id: int,
    *,
    text: str,
    saw_entry_id: int,
    by: Actor,
    visibility: str,
    resolve_after: bool | None,
    attachment_ids: Collection[int] | None,
    parting: str | None,
) -> tuple[Folder, Reply, list[Attachment]]:
    """A held answer as it was written anew, not stored yet, with its conversation locked."""
    draft = reply_in_sight(reply_id, by=by)
    folder = open_folder(draft.conversation_id, by=by)
    demand_reply(folder, by=by)
    draft.refresh_from_db()
    if draft.state not in {ReplyState.HELD, ReplyState.FAILED}:
        raise NotHeld("This answer does not wait any more.")
    row = draft.conversation = folder.conversation
    draft.saw_entry_id, draft.error, draft.settled_at = saw_entry_id, "", None
    hanging = list(draft.attachments.values_list("pk", flat=True))
    along = attaching.in_hand(row, hanging if attachment_ids is None else attachment_ids, by=by, reply=draft)
    draft.text = _words(text, along) if text or attachment_ids is not None else draft.text
    to = draft.to_message = answered_message(row, draft.to_message_id)
    draft.visibility = _checked_visibility(row, to, visibility or draft.visibility)
    draft.resolve_after = draft.resolve_after if resolve_after is None else resolve_after
    draft.parting = draft.parting if parting is None else _checked_parting(parting)
    return folder, draft, along


@transaction.atomic
def discard_held(*, reply_id: int, by: Actor, now: datetime) -> Reply:
    """Throw away a reply that was held or refused."""
    draft = reply_in_sight(reply_id, by=by)
    folder = open_folder(draft.conversation_id, by=by, closed_too=True)
    draft.refresh_from_db()
    if draft.state not in {ReplyState.HELD, ReplyState.FAILED}:
        raise NotHeld("This answer does not wait any more.")
    draft.state, draft.settled_at = ReplyState.DISCARDED, now
    draft.save(update_fields=["state", "settled_at"])
    drafts.forget_draft(folder.conversation, by=by, now=now)
    folder.tell(events.ReplySettled, reply_id=draft.pk, state=str(draft.state), error="")
    close_folder(folder, by=by, now=now)
    return draft


def reply_in_sight(reply_id: int, *, by: Actor) -> Reply:
    """An answer in a conversation that the actor sees. Raises NotFound."""
    draft = queries.of_visible(Reply.objects.filter(pk=reply_id), by).first()
    if draft is None:
        raise NotFound("There is no such answer.")
    return draft


def demand_reply(folder: Folder, *, by: Actor) -> None:
    """Raise NotAllowed unless the actor may answer here."""
    if not policies.can_reply(by, folder.conversation):
        raise NotAllowed("Your departments may not answer on this account. Ask somebody who manages accounts.")


def answered_message(row: Conversation, to_message_id: int | None) -> Message:
    """The message that is answered: this one, else their newest. Raises Invalid when it is gone."""
    wanted = Message.objects.filter(pk=to_message_id or row.last_inbound_id, entry__conversation_id=row.pk)
    to = wanted.first()
    if to is None:
        raise Invalid("The message you answer does not stand in this conversation.")
    if to.deleted_at is not None:
        raise Invalid("They deleted the message you answer. Choose another one of this conversation.")
    return to


def allowed_visibilities(row: Conversation, to_visibility: str) -> tuple[Visibility, ...]:
    """Who may read an answer to such a message, the widest first."""
    private = row.privacy == Privacy.PRIVATE or privacy_of(to_visibility) == Privacy.PRIVATE
    most = WIDTH[Visibility(to_visibility)] if private else max(WIDTH.values())
    return tuple(sorted((one for one in WIDTH if WIDTH[one] <= most), key=lambda one: -WIDTH[one]))


def _checked_visibility(row: Conversation, to: Message, visibility: str) -> Visibility:
    """What was said in private is answered no more widely than it was said."""
    wanted = visibility or to.visibility
    if wanted not in WIDTH:
        raise Invalid("Choose who can see the answer.")
    if Visibility(wanted) not in allowed_visibilities(row, to.visibility):
        raise TooWide("They wrote in private. An answer that more people can see would show that; answer in private.")
    return Visibility(wanted)


def _checked_parting(parting: str) -> Parting:
    if parting not in Parting.values:
        raise Invalid("Choose whether it leaves as one post or as several.")
    return Parting(parting)


def _words(text: str, along: Sequence[Attachment]) -> str:
    """A picture may leave without a word."""
    return "" if along and not text.strip() else text_of(text, what="an answer")


def send_or_hold(folder: Folder, draft: Reply, along: Sequence[Attachment], *, by: Actor, now: datetime) -> Reply:
    """To the outbox, unless something newer came than its writer had seen."""
    reason = newer_than(folder, draft)
    if reason:
        draft.state, draft.held_reason = ReplyState.HELD, reason
        draft.save()
        attaching.give_to(draft, along)
        folder.tell(events.ReplyHeld, reply_id=draft.pk)
        close_folder(folder, by=by, now=now, touched=False)
        return draft
    was = (snapshot(folder), line_of(folder)) if draft.leaves_at is not None and draft.leaves_at > now else None
    draft.state, draft.held_reason = ReplyState.QUEUED, ""
    draft.save()
    attaching.give_to(draft, along)
    _queue(folder, draft, by=by, now=now)
    if was is not None:
        draft.stood = {
            "before": was[0], "before_line": was[1], "after": snapshot(folder), "after_line": line_of(folder),
        }  # fmt: skip
        draft.save(update_fields=["stood"])
    return draft


def line_of(folder: Folder) -> list[str]:
    """What the list shows of the last word, as plain values."""
    row = folder.conversation
    return [row.last_at.isoformat(), str(row.last_direction), row.excerpt]


def newer_than(folder: Folder, draft: Reply) -> str:
    """Why this reply must not leave as it is: a sentence, or nothing."""
    since = Entry.objects.filter(conversation=folder.conversation, id__gt=draft.saw_entry_id)
    if not since.exists():
        return ""
    theirs = Q(kind=EntryKind.MESSAGE, message__direction=Direction.IN)
    changed = Q(event__in=[EDITED, DELETED], details__direction=Direction.IN)
    elsewhere = Q(kind=EntryKind.MESSAGE, message__direction=Direction.OUT, reply=None)
    colleague = Q(reply__isnull=False) & ~Q(reply__state__in=GONE)
    newer = list(
        since.filter(theirs | changed | elsewhere | colleague)
        .exclude(reply__isnull=False, reply_id=draft.pk)
        .select_related("message", "reply__by__user")
        .order_by("id")
    )  # fmt: skip
    waited = draft.state == ReplyState.SCHEDULED
    for entry in newer:
        if entry.reply is None or entry.reply.by_id != draft.by_id or waited:
            return _waited_in_vain(entry) if waited else _crossed(entry)
        if entry.reply.text == draft.text:
            return "You have sent exactly this already."
    return ""


def _writer_of(entry: Entry) -> str:
    user = entry.reply.by.user if entry.reply and entry.reply.by else None
    return (user.name or user.email) if user else "Somebody"


def _crossed(entry: Entry) -> str:
    """What came in while the answer was written."""
    if entry.reply is not None:
        return f"{_writer_of(entry)} answered while you were writing."
    if entry.event == DELETED:
        return "They deleted a message while you were writing."
    if entry.event == EDITED:
        return "They changed a message while you were writing."
    if entry.message is not None and entry.message.direction == Direction.OUT:
        return "Somebody answered outside of Crossdesk while you were writing."
    return "They wrote again while you were writing."


def _waited_in_vain(entry: Entry) -> str:
    """What came in while the answer waited for its time."""
    if entry.reply is not None:
        return f"{_writer_of(entry)} answered while this answer waited for its time."
    if entry.event == DELETED:
        return "They deleted a message while this answer waited for its time."
    if entry.event == EDITED:
        return "They changed a message while this answer waited for its time."
    if entry.message is not None and entry.message.direction == Direction.OUT:
        return "Somebody answered outside of Crossdesk while this answer waited for its time."
    return "They wrote again while this answer waited for its time."


def parts_of(draft: Reply, row: Conversation) -> list[str]:
    """The posts in which an answer leaves. Raises CannotBeParted."""
    if not draft.parting:
        return [draft.text]
    room = room_on(row.account)
    numbered = draft.parting == Parting.NUMBERED
    return room.parts(draft.text, row.identity.handle, numbered=numbered) or [draft.text]


def _queue(folder: Folder, draft: Reply, *, by: Actor, now: datetime) -> None:
    row, to = folder.conversation, draft.to_message
    text, *further = parts_of(draft, row)
    item = channels.prepare(
        account_id=row.account_id, text=text, further=further, by=by, now=now, origin=f"inbox.reply:{draft.pk}",
        visibility=cast(NetworkVisibility, draft.visibility), in_reply_to=to.external_id if to else "", to_handle=row.identity.handle,
        language=row.language, conversation_id=row.pk, wall_id=row.wall_id, media=attaching.outgoing(draft),
        due_at=draft.leaves_at,
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
    doubtful = Reply.objects.filter(pk__in=[b.reply_id for b in folder.on_their_way], state__in=IN_DOUBT)
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
    if state not in IN_DOUBT:
        run_blocks_on(folder, draft, now=now)
    if waiting and row.state == State.WAITING:
        row.state = State.OPEN


def go_on(folder: Folder, draft: Reply) -> None:
    """An answer that was in doubt, or only partly out, is on its way again."""
    row = folder.conversation
    draft.state, draft.error, draft.settled_at = ReplyState.QUEUED, "", None
    draft.save(update_fields=["state", "error", "settled_at"])
    folder.tell(events.ReplySettled, reply_id=draft.pk, state=str(draft.state), error="")
    for block in folder.on_their_way:
        if block.reply_id == draft.pk:
            block.reply = draft
    if folder.block is None and row.state == State.OPEN:
        row.state = State.WAITING


def run_blocks_on(folder: Folder, draft: Reply, *, now: datetime) -> bool:
    """The blocks that this reply was to answer run on. Were there any?"""
    waiting = [block for block in folder.on_their_way if block.reply_id == draft.pk]
    for block in waiting:
        folder.on_their_way.remove(block)
        _run_on(folder, block, now=now)
    return bool(waiting)


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
