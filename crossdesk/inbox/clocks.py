"""Blocks and their clocks: opening, deciding, answering and ending them, in a folder. Nothing here touches the database.

The clock of a block runs from its first message to our first reply after it. See docs/measures.md#clocks.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from crossdesk.inbox import events
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import BlockEnd
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.models import Block, Duty
from crossdesk.inbox.verdict import Verdict
from crossdesk.journal import bulk
from crossdesk.kit.worktime import NeverOpen, add_business_seconds, business_seconds
from crossdesk.messages.models import Message
from crossdesk.org.enums import Basis

LONGEST = timedelta(hours=72)  # no target lies further away, and the response rate is told then
CLOCK = "inbox.block_clock"
URGENCIES = ("", "low", "normal", "high", "p1")


def iso(moment: datetime) -> str:
    """As facts carry moments: ISO, UTC."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def whole_seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))


def last_place(duty: Duty) -> datetime:
    """Where a duty without a due time stands in its queue."""
    return duty.opened_at + LONGEST


def due_moment(
    started_at: datetime,
    seconds: int | None,
    basis: str,
    *,
    urgency: str,
    department_id: int | None,
    calendars: Calendars,
) -> datetime | None:
    """When the answer is owed: from the block's first message, p1 round the clock, never after 72 hours."""
    if seconds is None:
        return None
    latest = started_at + LONGEST
    if basis != Basis.BUSINESS or urgency == "p1":
        return min(started_at + timedelta(seconds=seconds), latest)
    try:
        return min(add_business_seconds(started_at, seconds, calendars.of(department_id)), latest)
    except NeverOpen:
        return latest


class Written(NamedTuple):
    """A message of theirs, as far as clocks look at it."""

    pk: int
    sent_at: datetime


def open_block(folder: Folder, message: Message | Written, *, started_at: datetime | None = None) -> Block:
    """They wrote and no reply of ours has come since."""
    row = folder.conversation
    block = bulk.made(Block,
        workspace_id=row.workspace_id, conversation=row, account_id=row.account_id, department_id=row.department_id,
        wall_id=row.wall_id, first_message_id=message.pk, last_message_id=message.pk,
        started_at=started_at or message.sent_at,
    )  # fmt: skip
    folder.keep(block)
    folder.block = block
    folder.tell(
        events.BlockOpened,
        lambda: {"block_id": block.pk, "department_id": block.department_id},
        message_id=message.pk,
        started_at=iso(block.started_at),
    )
    folder.asks.append(lambda: (CLOCK, str(block.pk), _next_ring(block), {"block_id": block.pk}))
    return block


def _next_ring(block: Block) -> datetime:
    latest = block.started_at + LONGEST
    return min(block.due_at, latest) if block.due_at is not None and block.told_due_at is None else latest


def extend(folder: Folder, block: Block, message: Message | Written) -> None:
    """One more message in the open block. An older one that comes in late moves the start back."""
    block.messages_count += 1
    if message.sent_at < block.started_at:
        before = block.started_at
        block.started_at, block.first_message_id = message.sent_at, message.pk
        folder.tell(
            events.BlockMoved,
            lambda: {"block_id": block.pk},
            before_started_at=iso(before),
            started_at=iso(block.started_at),
        )
    else:
        block.last_message_id = message.pk
    folder.tell(events.MessageTaken, lambda: {"block_id": block.pk}, message_id=message.pk)


def raised(block: Block, verdict: Verdict) -> Verdict:
    """What an open block needs once one more message was read: never less, never later than before."""
    if block.needs_reply is None and verdict.needs_reply and not verdict.doubt:
        return verdict
    if block.needs_reply is None:
        return replace(verdict, needs_reply=None, target_seconds=None)
    had = Verdict(
        needs_reply=block.needs_reply, verdict_by=block.verdict_by, intent=block.intent, urgency=block.urgency,
        sentiment=verdict.sentiment or block.sentiment, target_seconds=block.target_seconds, basis=block.basis,
    )  # fmt: skip
    raises = verdict.needs_reply and not block.needs_reply
    hotter = URGENCIES.index(verdict.urgency) > URGENCIES.index(block.urgency)
    if raises:
        urgency = verdict.urgency if hotter else block.urgency
        return replace(verdict, urgency=urgency, doubt=False)
    if hotter:
        seconds = (verdict if verdict.target_seconds is not None else had).target_seconds
        basis = (verdict if verdict.target_seconds is not None else had).basis
        return replace(
            had, intent=verdict.intent, urgency=verdict.urgency, target_seconds=seconds, basis=basis,
            verdict_by=verdict.verdict_by,
        )  # fmt: skip
    return had


def decide(
    folder: Folder,
    block: Block,
    verdict: Verdict,
    *,
    calendars: Calendars,
    raised_at: datetime | None = None,
    stood_due: datetime | None = None,
) -> None:
    """Set the verdict of a block and tell it: the first time as decided, later as changed. Same verdict, no fact.

    raised_at: when the message was written that raised it; a tighter target runs from there, since nobody could have
    met it before. What was owed sooner stays owed sooner. stood_due: when it was due under this verdict before, where
    it comes back.
    """
    row = folder.conversation
    before = (block.needs_reply, block.intent, block.urgency)
    decided = bool(block.verdict_by)
    owed = bool(verdict.needs_reply)
    first = block.first or not row.asked
    seconds = verdict.target_seconds if owed else None
    due_at = due_moment(
        raised_at or block.started_at, seconds, verdict.basis, urgency=verdict.urgency,
        department_id=row.department_id or verdict.hours_of, calendars=calendars,
    )  # fmt: skip
    if owed and stood_due is not None:
        due_at = stood_due
    elif raised_at is not None and due_at is not None:
        due_at = min(due_at, block.due_at or due_at, block.started_at + LONGEST)
    same = before == (verdict.needs_reply, verdict.intent, verdict.urgency) and block.due_at == due_at
    block.needs_reply, block.verdict_by, block.intent, block.urgency = (
        verdict.needs_reply, verdict.verdict_by or block.verdict_by, verdict.intent, verdict.urgency,
    )  # fmt: skip
    block.sentiment, block.department_id = verdict.sentiment, row.department_id
    block.target_seconds, block.due_at = seconds, due_at
    block.basis = "" if seconds is None else Basis.CALENDAR if verdict.urgency == "p1" else verdict.basis
    row.asked = (row.asked and not block.first) or owed
    block.first = first and owed
    if same or (verdict.needs_reply is None and not decided):
        return
    told = {
        "department_id": block.department_id, "started_at": iso(block.started_at), "needs_reply": verdict.needs_reply,
        "verdict_by": block.verdict_by, "intent": block.intent, "urgency": block.urgency,
        "sentiment": block.sentiment, "first": block.first, "target_seconds": seconds, "basis": block.basis,
        "due_at": iso_or_none(due_at),
    }  # fmt: skip
    if not decided:
        folder.tell(events.BlockDecided, lambda: {"block_id": block.pk}, **told)
    else:
        told |= {"before_needs_reply": before[0], "before_intent": before[1], "before_urgency": before[2]}
        folder.tell(events.VerdictChanged, lambda: {"block_id": block.pk}, **told, **_of_the_past(block))
    if block.due_at is not None and block.ended_at is None and block.told_due_at is None:
        folder.asks.append(lambda: (CLOCK, str(block.pk), _next_ring(block), {"block_id": block.pk}))


def _of_the_past(block: Block) -> dict[str, Any]:
    """What the clock had told, so that a measure can take it back."""
    return {
        "fell_due": block.told_72h_at is not None,
        "answered_72h": block.answered_at is not None and block.answered_at <= block.started_at + LONGEST,
    }


def answer(
    folder: Folder,
    block: Block,
    *,
    at: datetime,
    kind: str,
    calendars: Calendars,
    message_id: int | None = None,
    by_id: int | None = None,
) -> None:
    """Stop the block's clock with a reply of ours. Also for one that ended with none before: the reply came late."""
    department_id = folder.conversation.department_id or block.department_id
    at = max(at, block.started_at)
    block.answered_at, block.answer_id, block.answered_by_id, block.answered_kind = at, message_id, by_id, kind
    block.department_id = department_id
    block.response_seconds = whole_seconds(block.started_at, at)
    block.business_seconds = business_seconds(block.started_at, at, calendars.of(department_id))
    block.ended_at, block.ended_because, block.reply_id = at, BlockEnd.ANSWERED, None
    if folder.block is block:
        folder.block = None
    folder.on_their_way = [other for other in folder.on_their_way if other is not block]
    folder.tell(
        events.BlockAnswered,
        lambda: {"block_id": block.pk},
        message_id=message_id, department_id=department_id, answered_by_id=by_id, answered_kind=kind,
        needs_reply=block.needs_reply, intent=block.intent, urgency=block.urgency, first=block.first,
        started_at=iso(block.started_at), answered_at=iso(at), due_at=iso_or_none(block.due_at),
        seconds=block.response_seconds, business_seconds=block.business_seconds,
        target_seconds=block.target_seconds, basis=block.basis,
        within_target=None if block.due_at is None else at <= block.due_at,
        missed_before=block.told_due_at is not None, **_of_the_past(block),
    )  # fmt: skip


def end(folder: Folder, block: Block, *, because: BlockEnd, at: datetime) -> None:
    """End a block with no reply."""
    block.ended_at, block.ended_because, block.reply_id = max(at, block.started_at), because, None
    if folder.block is block:
        folder.block = None
    folder.tell(
        events.BlockEnded,
        lambda: {"block_id": block.pk},
        department_id=block.department_id, because=str(because), needs_reply=block.needs_reply,
        started_at=iso(block.started_at), ended_at=iso(block.ended_at),
        missed_before=block.told_due_at is not None, **_of_the_past(block),
    )  # fmt: skip


def run_again(folder: Folder, block: Block) -> None:
    """Let a block run on that had ended without a reply. Its clock never stopped counting from its first message."""
    block.ended_at, block.ended_because, block.reply_id = None, "", None
    folder.block = block
    folder.tell(
        events.BlockReopened,
        lambda: {"block_id": block.pk},
        department_id=block.department_id,
        started_at=iso(block.started_at),
    )
    folder.asks.append(lambda: (CLOCK, str(block.pk), _next_ring(block), {"block_id": block.pk}))
