"""Duties and ownership in a folder: who owes what, who holds the pen, since when. Nothing here touches the database."""

from datetime import datetime

from crossdesk.inbox import clocks, events
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.clocks import LONGEST, due_moment, iso, iso_or_none, last_place, whole_seconds
from crossdesk.inbox.enums import BlockEnd, DutyKind, DutyState, Resolution, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.models import Duty, Span
from crossdesk.inbox.verdict import DutyOwed, Verdict
from crossdesk.journal import bulk

DUTY_CLOCK = "inbox.duty_clock"
CLOSING = "inbox.close"
SNOOZE = "inbox.snooze_end"


def owe(folder: Folder, owed: DutyOwed, *, due_at: datetime | None, now: datetime, owner_id: int | None = None) -> Duty:
    """Open a duty. A review has a clock of its own; the clock of an answer is its block's."""
    row = folder.conversation
    late = due_at is not None and folder.block is not None and folder.block.told_due_at is not None
    duty = bulk.made(Duty,
        workspace_id=row.workspace_id, conversation=row, account_id=row.account_id, wall_id=row.wall_id,
        department_id=owed.department_id, kind=owed.kind, block=folder.block, opened_at=now, due_at=due_at,
        owner_id=owner_id or owed.owner_id, because=owed.because, overdue=late and owed.kind == DutyKind.RESPOND,
    )  # fmt: skip
    folder.duties.append(duty)
    folder.keep(duty)
    folder.tell(
        events.DutyOpened,
        lambda: {"duty_id": duty.pk, "due_at": iso_or_none(duty.due_at), "kind": str(duty.kind)},
        department_id=duty.department_id, because=duty.because, opened_at=iso(now),
    )  # fmt: skip
    if due_at is not None and owed.kind != DutyKind.RESPOND:
        folder.asks.append(
            lambda: (DUTY_CLOCK, str(duty.pk), due_at, {"duty_id": duty.pk}) if duty.closed_at is None else None
        )
    return duty


def settle_duty(
    folder: Folder, duty: Duty, *, state: DutyState, now: datetime, by_id: int | None, reason: str = ""
) -> None:
    """Close a duty as discharged or waived."""
    duty.state, duty.closed_at, duty.closed_by_id, duty.reason, duty.queue_at = state, now, by_id, reason, None
    folder.tell(
        events.DutyClosed,
        lambda: {"duty_id": duty.pk},
        department_id=duty.department_id, kind=str(duty.kind), outcome=str(state),
        opened_at=iso(duty.opened_at), closed_at=iso(now), seconds=whole_seconds(duty.opened_at, now),
        within_due=None if duty.due_at is None else now <= duty.due_at, reason=reason,
    )  # fmt: skip


def own(folder: Folder, *, department_id: int | None, member_id: int | None, because: str, now: datetime) -> None:
    """Give the conversation to a department and a member. Ends the span before and starts the next."""
    row, span = folder.conversation, folder.span
    before = (row.department_id, row.assignee_id) if span is not None else (None, None)
    row.department_id, row.assignee_id = department_id, member_id
    if span is not None and before == (department_id, member_id):
        return
    seconds = None
    if span is not None:
        seconds = whole_seconds(span.started_at, now)
        span.ended_at = max(now, span.started_at)
        folder.span = None
    over = row.state in {State.RESOLVED, State.CLOSED}  # then it has owners, and nobody's time runs
    if not over and (department_id is not None or member_id is not None):
        folder.span = bulk.made(
            Span, conversation=row, department_id=department_id, assignee_id=member_id, started_at=now
        )
        folder.keep(folder.span)
    elif span is None:
        return
    folder.tell(
        events.OwnershipChanged,
        from_department_id=before[0], to_department_id=department_id, from_member_id=before[1],
        to_member_id=member_id, because=because, seconds=seconds,
    )  # fmt: skip


def leave(folder: Folder, *, because: str, now: datetime) -> None:
    """End the span of ownership; the conversation keeps the names of who owned it last."""
    row = folder.conversation
    department_id, member_id = row.department_id, row.assignee_id
    own(folder, department_id=None, member_id=None, because=because, now=now)
    row.department_id, row.assignee_id = department_id, member_id


def route(folder: Folder, verdict: Verdict, *, calendars: Calendars, now: datetime) -> None:
    """Turn what is owed into open duties.

    The pen stays where it is while it is held, and with the department that a person put it to; another department
    that the verdict names gets a duty to look. What needs an answer that nobody owes goes to triage, like doubt.
    """
    row = folder.conversation
    respond = next((owed for owed in verdict.duties if owed.kind == DutyKind.RESPOND), None)
    wants_answer = respond is not None or verdict.needs_reply is not False
    holder = folder.pen.department_id if folder.pen else row.department_id if row.touched_at else None
    reviews = [owed for owed in verdict.duties if owed.kind != DutyKind.RESPOND]
    if wants_answer and holder is None and (respond is None or verdict.doubt):
        ask_triage(folder, now=now)
        return
    if wants_answer:
        if respond is None or (holder is not None and respond.department_id != holder):
            if respond is not None:
                reviews.append(DutyOwed(respond.department_id, DutyKind.REVIEW, respond.because))
            respond = DutyOwed(holder or 0, DutyKind.RESPOND, "It holds this conversation.")
        take_pen(folder, respond, because="routed", now=now, member_id=respond.owner_id)
    has = {duty.department_id for duty in folder.open_duties}
    for owed in reviews:
        if owed.department_id in has:
            continue
        has.add(owed.department_id)
        seconds = owed.target_seconds if owed.target_seconds is not None else verdict.target_seconds
        due_at = due_moment(
            folder.block.started_at if folder.block else now, seconds, owed.basis or verdict.basis,
            urgency=verdict.urgency, department_id=owed.department_id, calendars=calendars,
        )  # fmt: skip
        owe(folder, owed, due_at=due_at, now=now)


def take_pen(folder: Folder, owed: DutyOwed, *, because: str, now: datetime, member_id: int | None = None) -> Duty:
    """Make a department hold the pen: its duty to answer is open, it owns the conversation, triage is over."""
    row = folder.conversation
    leave_triage(folder, department_id=owed.department_id, now=now)
    keeps = (row.assignee_id if row.department_id == owed.department_id else None) or member_id
    own(folder, department_id=owed.department_id, member_id=keeps, because=because, now=now)
    due_at = folder.block.due_at if folder.block else None
    if folder.block is not None:
        folder.block.department_id = owed.department_id
    if folder.pen is not None and folder.pen.department_id == owed.department_id:
        folder.pen.due_at = due_at
        folder.pen.owner_id = keeps
        return folder.pen
    looking = next((duty for duty in folder.open_duties if duty.department_id == owed.department_id), None)
    if looking is not None:
        looking.kind, looking.due_at, looking.owner_id = DutyKind.RESPOND, due_at, keeps
        looking.overdue = bool(folder.block and folder.block.told_due_at)
        return looking
    return owe(folder, owed, due_at=due_at, now=now, owner_id=keeps)


def ask_triage(folder: Folder, *, now: datetime) -> None:
    """Put it into the triage queue, where it is not there yet."""
    row, block = folder.conversation, folder.block
    if row.triage_since is None and block is not None:
        row.triage_since = now
        folder.tell(events.TriageAsked, lambda: {"block_id": block.pk}, since=iso(now))


def leave_triage(folder: Folder, *, department_id: int | None, now: datetime) -> None:
    """Take it out of the triage queue, where it is there."""
    row, block = folder.conversation, folder.block
    if row.triage_since is None:
        return
    since, row.triage_since = row.triage_since, None
    folder.tell(
        events.TriageSettled,
        lambda: {"block_id": block.pk if block else None},
        department_id=department_id,
        seconds=whole_seconds(since, now),
    )


def refresh(folder: Folder, *, now: datetime) -> None:
    """Bring the state, the queue places and what the list shows into line with what is open. Last step of every act."""
    _settle_state(folder, now=now)
    row, block = folder.conversation, folder.block
    pen = folder.pen
    if pen is not None and block is not None:
        pen.due_at = block.due_at
        pen.overdue = block.told_due_at is not None and pen.due_at is not None
    row.due_at = block.due_at if block is not None and row.state == State.OPEN else None
    row.needs_reply = bool(block is not None and block.needs_reply is not False and row.state == State.OPEN)
    if block is not None and (block.intent or block.urgency):
        row.intent, row.urgency = block.intent, block.urgency
    folder.refresh_places(late_after=last_place)


def _settle_state(folder: Folder, *, now: datetime) -> None:
    """What wants an answer is owed by somebody; what wants nothing is waiting for them, or resolved by itself."""
    row, block = folder.conversation, folder.block
    if row.state not in {State.OPEN, State.WAITING}:
        return
    if block is not None and block.needs_reply is not False:
        row.state = State.OPEN
        if folder.pen is None and row.triage_since is None:
            _somebody_answers(folder, now=now)
    elif row.state == State.OPEN and folder.answer_leaves:
        row.state = State.WAITING
    elif row.state == State.OPEN and not (folder.open_duties or folder.on_their_way or row.triage_since):
        if block is not None:
            clocks.end(folder, block, because=BlockEnd.NOTHING_OWED, at=now)
        if row.answers_count:
            row.state = State.WAITING
        else:
            settle_conversation(folder, resolution=Resolution.NO_REPLY_NEEDED, note="", now=now, automatic=True)


def _somebody_answers(folder: Folder, *, now: datetime) -> None:
    """Who held it last answers; where nobody did, triage says who."""
    row = folder.conversation
    if row.department_id is None:
        ask_triage(folder, now=now)
        return
    owed = DutyOwed(row.department_id, DutyKind.RESPOND, "It wants an answer again.")
    take_pen(folder, owed, because="reopened", now=now, member_id=row.assignee_id)


def settle_conversation(
    folder: Folder, *, resolution: Resolution, note: str, now: datetime, automatic: bool, because: str = "resolved",
    closes_itself: bool = True,
) -> None:  # fmt: skip
    """Resolve: ends ownership, arms the closing 72 h later. Its block and duties are the caller's."""
    row = folder.conversation
    row.state, row.resolved_at, row.resolution, row.resolution_note = State.RESOLVED, now, resolution, note
    row.snoozed_until = None
    leave_triage(folder, department_id=row.department_id, now=now)
    leave(folder, because=because, now=now)
    folder.tell(
        events.ConversationResolved,
        department_id=row.department_id, resolution=str(resolution), opened_at=iso(row.opened_at), resolved_at=iso(now),
        seconds=whole_seconds(row.opened_at, now), answers=row.answers_count, reopened_count=row.reopened_count,
        automatic=automatic,
    )  # fmt: skip
    if closes_itself:
        folder.asks.append(lambda: (CLOSING, str(row.pk), now + LONGEST, {"conversation_id": row.pk}))


def reopen_conversation(folder: Folder, *, because: str, now: datetime) -> None:
    """Open again what was resolved; who owned it last owns it again, in a new span."""
    row = folder.conversation
    resolved_at = row.resolved_at or now
    row.state, row.resolved_at, row.resolution, row.resolution_note = State.OPEN, None, "", ""
    row.reopened_count += 1
    if row.department_id is not None:
        own(
            folder, department_id=row.department_id, member_id=row.assignee_id, because="reopened", now=now
        )  # fmt: skip
    folder.tell(
        events.ConversationReopened,
        department_id=row.department_id, because=because, resolved_at=iso(resolved_at),
        seconds=whole_seconds(resolved_at, now), reopened_count=row.reopened_count,
    )  # fmt: skip


def close_for_good(folder: Folder, *, now: datetime, resolution: Resolution = Resolution.ANSWERED) -> None:
    """Close: nothing more can be added; when they write again a new conversation begins."""
    row = folder.conversation
    if row.resolved_at is None:
        settle_conversation(
            folder, resolution=resolution, note="", now=now, automatic=True, because="closed", closes_itself=False
        )
    row.state, row.closed_at = State.CLOSED, now
    folder.tell(
        events.ConversationClosed, department_id=row.department_id, resolution=row.resolution, closed_at=iso(now)
    )  # fmt: skip


def fall_away(folder: Folder, *, by_id: int | None, now: datetime, reason: str, automatic: bool) -> None:
    """The open block needs no reply: what was owed for it is waived, and nothing else owed, it is resolved."""
    row = folder.conversation
    leave_triage(folder, department_id=row.department_id, now=now)
    if folder.pen is not None and not folder.on_their_way:
        settle_duty(folder, folder.pen, state=DutyState.WAIVED, now=now, by_id=by_id, reason=reason)
    if folder.open_duties and not folder.on_their_way:
        return
    if folder.block is not None:
        clocks.end(folder, folder.block, because=BlockEnd.NOTHING_OWED, at=now)
    if row.state == State.OPEN and not folder.on_their_way:
        settle_conversation(folder, resolution=Resolution.NO_REPLY_NEEDED, note="", now=now, automatic=automatic)
