"""Taking in what they said with its verdict, and newer verdicts on it. All safe to repeat."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crossdesk.inbox import clocks, owing
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import BlockEnd, DutyKind, DutyState, State
from crossdesk.inbox.folder import Folder, load, save
from crossdesk.inbox.models import Block, Conversation, Entry
from crossdesk.inbox.said import take_said
from crossdesk.inbox.theirs import certain, with_duties_of
from crossdesk.inbox.verdict import DutyOwed, Verdict
from crossdesk.kit.actor import Actor

__all__ = ["DutyOwed", "Verdict", "decide_again", "take_in", "take_said"]


def take_in(items: Sequence[tuple[int, Verdict]], *, by: Actor, now: datetime) -> dict[int, int]:
    """Put messages of theirs into conversations, with what they need. Returns message id → conversation id.

    items: (message id, verdict). What is there already stays as it is (use `decide_again` for a new verdict), so this
    is safe to repeat. Older messages first, whatever the order given. See `said.take_said`.
    """
    return take_said([items], by=by, now=now)


@transaction.atomic
def decide_again(message_id: int, verdict: Verdict, *, by: Actor, now: datetime) -> int | None:
    """A newer verdict on a message that is taken in: corrected by a person, or read again after an edit.

    A person's verdict replaces what stands, and moves an answer that nobody has taken to the department it names.
    Any other never lowers what a person, or another message of the block, had made it. Returns the conversation's
    id; None where the message stands in none.
    """
    entry = Entry.objects.filter(message_id=message_id, conversation__workspace_id=by.workspace_id).first()
    if entry is None:
        return None
    (folder,) = load(Conversation.objects.filter(pk=entry.conversation_id).select_for_update())
    row, calendars = folder.conversation, Calendars(by.workspace_id)
    row.sentiment, row.language = verdict.sentiment or row.sentiment, verdict.language or row.language
    row.safety = sorted({*row.safety, *verdict.safety})
    block = folder.block
    if block is not None and entry.at >= block.started_at:
        _decide_open(folder, block, verdict, calendars=calendars, by=by, now=now)
    else:
        _decide_past(folder, entry.at, verdict, calendars=calendars, now=now)
    owing.refresh(folder, now=now)
    save([folder], by=by, now=now)
    return row.pk


def _decide_open(
    folder: Folder, block: Block, verdict: Verdict, *, calendars: Calendars, by: Actor, now: datetime
) -> None:
    person = verdict.verdict_by == "person"
    alone = block.messages_count == 1 and block.verdict_by != "person"
    if not (person or alone):
        verdict = with_duties_of(verdict, clocks.raised(block, verdict))
    row, pen = folder.conversation, folder.pen
    owes = bool(verdict.doubt or verdict.needs_reply is not False or verdict.duties)
    respond = next((owed for owed in verdict.duties if owed.kind == DutyKind.RESPOND), None)
    elsewhere = pen is not None and respond is not None and respond.department_id != pen.department_id
    if person and elsewhere and row.assignee_id is None and pen is not None and respond is not None:
        owing.settle_duty(folder, pen, state=DutyState.DISCHARGED, now=now, by_id=by.member_id, reason="Routed anew.")
        owing.take_pen(folder, respond, because="routed", now=now)
    if owes:
        owing.route(folder, verdict, calendars=calendars, now=now)
    clocks.decide(folder, block, certain(verdict), calendars=calendars)
    if not owes:
        owing.fall_away(folder, by_id=by.member_id, now=now, reason="No reply needed.", automatic=not person)


def _decide_past(folder: Folder, at: datetime, verdict: Verdict, *, calendars: Calendars, now: datetime) -> None:
    """A block that has ended, or whose answer is on its way, keeps its end; one that was thought to need nothing runs."""
    row = folder.conversation
    block = next((block for block in folder.on_their_way if block.started_at <= at), None)
    if block is None:
        block = Block.objects.filter(conversation_id=row.pk, started_at__lte=at).order_by("-started_at", "-id").first()
        if block is None:
            return
        folder.keep(block)
    wakes = block.ended_because == BlockEnd.NOTHING_OWED and folder.block is None and row.state != State.CLOSED
    if wakes and (verdict.needs_reply is not False or verdict.duties):
        if row.state == State.RESOLVED:
            owing.reopen_conversation(folder, because="person", now=now)
        row.state = State.OPEN
        clocks.run_again(folder, block)
        owing.route(folder, verdict, calendars=calendars, now=now)
    clocks.decide(folder, block, certain(verdict), calendars=calendars)
