"""What happens by the clock. Each run looks at what stands now, so running it twice or too early changes nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from crossdesk.inbox import events, owing
from crossdesk.inbox.clocks import CLOCK, LONGEST, iso
from crossdesk.inbox.enums import BlockEnd, DutyState, State
from crossdesk.inbox.folder import Folder, load, save
from crossdesk.inbox.models import Block, Conversation, Duty
from crossdesk.inbox.owing import CLOSING, DUTY_CLOCK, SNOOZE
from crossdesk.inbox.services.attaching import FORGET, forget_attachment
from crossdesk.inbox.services.later import LATER, send_due
from crossdesk.journal import bulk, jobs
from crossdesk.journal.among import many
from crossdesk.kit import actor, clock

LOOK_AGAIN = timedelta(hours=24)


@jobs.task(CLOCK, many=True, batch=500)
def block_clock(rows: Sequence[dict[str, Any]]) -> None:
    """Tell that a block's target passed unanswered, and that 72 hours have passed. Each is told once."""
    ring([row["block_id"] for row in rows], now=clock.now())


@jobs.task(DUTY_CLOCK, many=True, batch=500)
def duty_clock(rows: Sequence[dict[str, Any]]) -> None:
    """Tell that a duty fell due while it was open."""
    duties_due([row["duty_id"] for row in rows], now=clock.now())


@jobs.task(CLOSING, many=True, batch=500)
def close(rows: Sequence[dict[str, Any]]) -> None:
    """Close for good what was resolved 72 hours ago and not reopened."""
    close_resolved([row["conversation_id"] for row in rows], now=clock.now())


@jobs.task(SNOOZE, many=True, batch=500)
def end_snooze(rows: Sequence[dict[str, Any]]) -> None:
    """Bring back what was put off until now."""
    wake([row["conversation_id"] for row in rows], now=clock.now())


@jobs.task(LATER)
def send_later(*, reply_id: int) -> None:
    """Send an answer whose time has come, or give it back to its writer. Safe to repeat: only what waits is sent."""
    if again := send_due(reply_id=reply_id, now=clock.now()):
        raise jobs.Later("Its time was moved.", at=again)


@jobs.task(FORGET)
def forget_old_attachment(*, attachment_id: int) -> None:
    """Delete a picture whose time is over. Safe to repeat."""
    if again := forget_attachment(attachment_id=attachment_id, now=clock.now()):
        raise jobs.Later("An answer still needs it.", at=again)


def _folders(conversation_ids: Sequence[int]) -> list[Folder]:
    rows = Conversation.objects.filter(pk__among=many(set(conversation_ids))).select_for_update().order_by("id")
    return load(rows)


def _save(folders: Sequence[Folder], *, now: datetime) -> None:
    """Facts carry one workspace each."""
    by_workspace: dict[int, list[Folder]] = {}
    for folder in folders:
        by_workspace.setdefault(folder.conversation.workspace_id, []).append(folder)
    for workspace_id, mine in by_workspace.items():
        save(mine, by=actor.system(workspace_id), now=now)


def _again(kind: str, key: int, due_at: datetime, workspace_id: int, **arguments: Any) -> None:
    """Arm the clock once more, also while its own run goes on."""
    jobs.enqueue(kind, key=str(key), due_at=due_at, workspace_id=workspace_id, earliest=False, **arguments)


@transaction.atomic
def ring(block_ids: Sequence[int], *, now: datetime) -> None:
    """The clocks of these blocks rang: see `block_clock`."""
    places = dict(bulk.read(Block.objects.filter(pk__among=many(block_ids)), "id", "conversation_id"))
    folders = {folder.conversation.pk: folder for folder in _folders(list(places.values()))}
    for block in bulk.load(Block.objects.filter(pk__among=many(places)).order_by("id")):
        folder = folders[block.conversation_id]
        here = [*([folder.block] if folder.block else []), *folder.on_their_way]
        row = next((other for other in here if other.pk == block.pk), None)
        if row is None:
            row = block
            folder.keep(row)
        _ring(folder, row, now=now)
    for folder in folders.values():
        owing.refresh(folder, now=now)
    _save(list(folders.values()), now=now)


def _ring(folder: Folder, block: Block, *, now: datetime) -> None:
    if block.ended_because in {BlockEnd.DELETED, BlockEnd.MERGED}:
        return
    about = {
        "block_id": block.pk, "department_id": block.department_id, "intent": block.intent,
        "urgency": block.urgency, "started_at": iso(block.started_at),
    }  # fmt: skip
    if block.due_at is not None and block.ended_at is None and block.told_due_at is None:
        if block.due_at > now:
            _again(CLOCK, block.pk, block.due_at, block.workspace_id, block_id=block.pk)
            return
        block.told_due_at = now
        folder.tell(
            events.TargetFellDue, due_at=iso(block.due_at), target_seconds=block.target_seconds or 0,
            basis=block.basis, **about,
        )  # fmt: skip
        if folder.pen is not None:
            folder.pen.overdue = True
    if block.told_72h_at is not None:
        return
    falls_due = block.started_at + LONGEST
    if falls_due > now:
        _again(CLOCK, block.pk, falls_due, block.workspace_id, block_id=block.pk)
        return
    block.told_72h_at = now
    folder.tell(
        events.BlockFellDue, needs_reply=block.needs_reply, verdict_by=block.verdict_by, fell_due_at=iso(falls_due),
        answered_72h=block.answered_at is not None and block.answered_at <= falls_due, **about,
    )  # fmt: skip


@transaction.atomic
def duties_due(duty_ids: Sequence[int], *, now: datetime) -> None:
    """These duties may have fallen due: see `duty_clock`."""
    places = Duty.objects.filter(pk__among=many(duty_ids), state=DutyState.OPEN).values_list(
        "conversation_id", flat=True
    )
    folders = _folders(list(places))
    for folder in folders:
        for duty in folder.open_duties:
            if duty.pk not in duty_ids or duty.overdue or duty.due_at is None:
                continue
            if duty.due_at > now:
                _again(DUTY_CLOCK, duty.pk, duty.due_at, duty.workspace_id, duty_id=duty.pk)
                continue
            duty.overdue = True
            folder.tell(
                events.DutyFellDue, duty_id=duty.pk, department_id=duty.department_id, kind=str(duty.kind),
                due_at=iso(duty.due_at),
            )  # fmt: skip
    _save(folders, now=now)


@transaction.atomic
def close_resolved(conversation_ids: Sequence[int], *, now: datetime) -> None:
    """See `close`."""
    folders = _folders(conversation_ids)
    for folder in folders:
        row = folder.conversation
        if row.state != State.RESOLVED or row.resolved_at is None:
            continue
        later = row.resolved_at + LONGEST
        if later <= now and folder.open_duties:
            later = now + LOOK_AGAIN  # somebody still owes something in it
        if later > now:
            _again(CLOSING, row.pk, later, row.workspace_id, conversation_id=row.pk)
            continue
        owing.close_for_good(folder, now=now)
    _save(folders, now=now)


@transaction.atomic
def wake(conversation_ids: Sequence[int], *, now: datetime) -> None:
    """See `end_snooze`."""
    folders = _folders(conversation_ids)
    for folder in folders:
        row = folder.conversation
        if row.snoozed_until is None:
            continue
        if row.snoozed_until > now:
            _again(SNOOZE, row.pk, row.snoozed_until, row.workspace_id, conversation_id=row.pk)
            continue
        row.snoozed_until = None
        folder.tell(events.SnoozeEnded, because="time")
        folder.note_event("snooze_ended", by=None, now=now)
        owing.refresh(folder, now=now)
    _save(folders, now=now)
