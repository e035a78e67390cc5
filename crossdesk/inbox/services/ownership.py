"""Who has it: take, assign, unassign, hand over; and, from the triage queue, decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crossdesk.inbox import clocks, owing
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import DutyKind, DutyState, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.models import Conversation
from crossdesk.inbox.services.base import (
    NOTHING_MORE,
    NothingToDo,
    Step,
    act_on,
    department_of,
    member_of,
)
from crossdesk.inbox.verdict import DutyOwed, Verdict
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid
from crossdesk.org.models import Member, Target


@transaction.atomic
def take(*, conversation_id: int, by: Actor, now: datetime) -> Conversation:
    """Make it mine. Raises NothingToDo when it is already."""
    if by.member_id is None:
        raise Invalid("Only a member can take a conversation.")
    return act_on(conversation_id, "assign", giving(by.member_id, because="taken", by=by, now=now), by=by, now=now)


@transaction.atomic
def assign(*, conversation_id: int, member_id: int, by: Actor, now: datetime) -> Conversation:
    """Give it to a member. They need not be in the department that holds it."""
    return act_on(conversation_id, "assign", giving(member_id, because="assigned", by=by, now=now), by=by, now=now)


def giving(member_id: int, *, because: str, by: Actor, now: datetime) -> Step:
    """The step of `take` and `assign`. Raises Invalid for who is no active member."""
    member = member_of(by, member_id)
    desk_id = _desk_of(member)

    def step(folder: Folder) -> Mapping[str, Any]:
        row = folder.conversation
        if row.assignee_id == member.pk:
            raise NothingToDo(f"{member.user.name or member.user.email} has it already.")
        if row.triage_since is not None and desk_id is not None:
            owed = DutyOwed(desk_id, DutyKind.RESPOND, f"{by.name} took it out of triage.")
            owing.take_pen(folder, owed, because=because, now=now, member_id=member.pk)
            needs_an_answer(folder, by=by)
        owing.own(folder, department_id=row.department_id, member_id=member.pk, because=because, now=now)
        if folder.pen is not None:
            folder.pen.owner_id = member.pk
        folder.note_event(because, by=by, now=now, member_id=member.pk)
        return NOTHING_MORE

    return step


def _desk_of(member: Member) -> int | None:
    """The department that a member answers for where none is named: their first seat."""
    return member.seats.order_by("id").values_list("department_id", flat=True).first()


def needs_an_answer(folder: Folder, *, by: Actor) -> None:
    """Who takes on an open block that was in doubt says by that that it needs an answer, within the usual time."""
    block = folder.block
    if block is None or block.needs_reply is not None:
        return
    seconds, basis = usual_target(by, block.intent, block.urgency)
    verdict = Verdict(
        needs_reply=True, verdict_by="person", intent=block.intent, urgency=block.urgency, sentiment=block.sentiment,
        target_seconds=seconds, basis=basis,
    )  # fmt: skip
    clocks.decide(folder, block, verdict, calendars=Calendars(by.workspace_id))


def usual_target(by: Actor, intent: str, urgency: str) -> tuple[int | None, str]:
    """The workspace's target for an intent and urgency, first match: (seconds, basis). One query."""
    row = (
        Target.objects.filter(workspace_id=by.workspace_id, intent__in=["", intent], urgency__in=["", urgency])
        .order_by("position", "id")
        .first()
    )
    return (row.seconds, row.basis) if row else (None, "calendar")


@transaction.atomic
def unassign(*, conversation_id: int, by: Actor, now: datetime) -> Conversation:
    """Put it back to everybody in the department."""
    return act_on(conversation_id, "assign", giving_back(by=by, now=now), by=by, now=now)


def giving_back(*, by: Actor, now: datetime) -> Step:
    """The step of `unassign`."""

    def step(folder: Folder) -> Mapping[str, Any]:
        row = folder.conversation
        if row.assignee_id is None:
            raise NothingToDo("Nobody has it yet.")
        owing.own(folder, department_id=row.department_id, member_id=None, because="unassigned", now=now)
        if folder.pen is not None:
            folder.pen.owner_id = None
        folder.note_event("unassigned", by=by, now=now)
        return NOTHING_MORE

    return step


@transaction.atomic
def hand_over(
    *,
    conversation_id: int,
    department_id: int,
    by: Actor,
    now: datetime,
    note: str = "",
    member_id: int | None = None,
    keep_watch: bool = False,
) -> Conversation:
    """Give the pen to another department. The customer's clock goes on; the department's own time starts.

    keep_watch: the one before keeps a duty to look; otherwise its duty is done.
    """
    step = handing_over(department_id, note=note, member_id=member_id, keep_watch=keep_watch, by=by, now=now)
    return act_on(conversation_id, "hand_over", step, by=by, now=now)


def handing_over(
    department_id: int, *, note: str, by: Actor, now: datetime, member_id: int | None = None, keep_watch: bool = False
) -> Step:
    """The step of `hand_over`. Raises Invalid for a department that is gone."""
    department = department_of(by, department_id)
    if member_id is not None:
        member_of(by, member_id)

    def step(folder: Folder) -> Mapping[str, Any]:
        row, old = folder.conversation, folder.pen
        was_of = row.department_id
        if was_of == department.pk and row.triage_since is None:
            raise NothingToDo(f"{department.name} holds it already.")
        if old is not None and keep_watch:
            old.kind, old.due_at, old.overdue, old.owner_id = DutyKind.REVIEW, None, False, None
        elif old is not None:
            owing.settle_duty(
                folder, old, state=DutyState.DISCHARGED, now=now, by_id=by.member_id, reason="Handed over."
            )
        _pass_to(folder, department.pk, because="handed_over", note=note, member_id=member_id, now=now)
        needs_an_answer(folder, by=by)
        folder.note_event(
            "handed_over", by=by, now=now, department_id=department.pk, from_department_id=was_of,
            note=note.strip(), member_id=member_id,
        )  # fmt: skip
        return NOTHING_MORE

    return step


def _pass_to(
    folder: Folder, department_id: int, *, because: str, note: str, now: datetime, member_id: int | None
) -> None:
    """The pen goes to the department where an answer is still owed; otherwise it only owns the conversation."""
    row = folder.conversation
    if folder.block is not None and row.state == State.OPEN:
        owed = DutyOwed(department_id, DutyKind.RESPOND, note.strip() or "It was handed over.")
        owing.take_pen(folder, owed, because=because, now=now, member_id=member_id)
        return
    owing.leave_triage(folder, department_id=department_id, now=now)
    owing.own(folder, department_id=department_id, member_id=member_id, because=because, now=now)


@transaction.atomic
def decide(
    *,
    conversation_id: int,
    needs_reply: bool,
    by: Actor,
    now: datetime,
    intent: str = "",
    urgency: str = "",
    sentiment: str = "",
    department_id: int | None = None,
    target_seconds: int | None = None,
    basis: str = "calendar",
    because: str = "",
) -> Conversation:
    """A person says what it is and whose: settles doubt, or overrules the verdict that stands.

    Where it needs a reply a department must be named, unless one holds it. target_seconds, basis: None takes the
    workspace's target for what it is now. Nothing owed: it is resolved, unless others still owe something.
    """
    step = deciding(
        needs_reply=needs_reply, intent=intent, urgency=urgency, sentiment=sentiment, department_id=department_id,
        target_seconds=target_seconds, basis=basis, because=because, by=by, now=now,
    )  # fmt: skip
    return act_on(conversation_id, "decide", step, by=by, now=now)


def deciding(
    *,
    needs_reply: bool,
    intent: str,
    urgency: str,
    sentiment: str = "",
    department_id: int | None,
    target_seconds: int | None,
    basis: str,
    because: str,
    by: Actor,
    now: datetime,
) -> Step:
    """The step of `decide`. Raises Invalid for a department that is gone."""
    if department_id is not None:
        department_of(by, department_id)

    def step(folder: Folder) -> Mapping[str, Any]:
        row, block = folder.conversation, folder.block
        if block is None:
            raise NothingToDo("They have nothing open with us. Correct the reading of the message instead.")
        to = department_id or row.department_id
        if needs_reply and to is None:
            raise Invalid("Say which department answers.")
        read_as = {"intent": row.intent, "urgency": row.urgency}
        if needs_reply and to is not None and (row.department_id != to or folder.pen is None):
            _route_anew(folder, to, because=because, by=by, now=now)
        what, how_soon = intent or block.intent, urgency or block.urgency
        usual = usual_target(by, what, how_soon) if target_seconds is None else (target_seconds, basis)
        verdict = Verdict(
            needs_reply=needs_reply, verdict_by="person", intent=what, urgency=how_soon,
            sentiment=sentiment or block.sentiment, target_seconds=usual[0], basis=usual[1],
        )  # fmt: skip
        row.sentiment = sentiment or row.sentiment
        clocks.decide(folder, block, verdict, calendars=Calendars(by.workspace_id))
        row.intent, row.urgency = block.intent, block.urgency
        if not needs_reply:
            owing.fall_away(folder, by_id=by.member_id, now=now, reason=because or "No reply needed.", automatic=False)
        folder.note_event(
            "decided", by=by, now=now, needs_reply=needs_reply, intent=what, urgency=how_soon, department_id=to
        )  # fmt: skip
        return {"read_as": read_as}

    return step


def _route_anew(folder: Folder, department_id: int, *, because: str, by: Actor, now: datetime) -> None:
    if folder.pen is not None:
        owing.settle_duty(
            folder, folder.pen, state=DutyState.DISCHARGED, now=now, by_id=by.member_id, reason="Routed anew."
        )
    owed = DutyOwed(department_id, DutyKind.RESPOND, because or f"{by.name} decided.")
    owing.take_pen(folder, owed, because="routed", now=now)
