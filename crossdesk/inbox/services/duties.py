"""What other departments owe in a conversation: asking for it, doing it, waiving it."""

from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.inbox import owing, policies
from crossdesk.inbox.enums import DutyKind, DutyState
from crossdesk.inbox.models import Duty
from crossdesk.inbox.services.base import (
    NothingToDo,
    close_folder,
    department_of,
    duty_in,
    keep_act,
    open_folder,
    snapshot,
    text_of,
)
from crossdesk.inbox.verdict import DutyOwed
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed

A_DAY = timedelta(hours=24)


@transaction.atomic
def add_duty(
    *,
    conversation_id: int,
    department_id: int,
    because: str,
    by: Actor,
    now: datetime,
    due_at: datetime | None = None,
    owner_id: int | None = None,
) -> Duty:
    """Ask another department to look at it, within 24 hours where no time is given."""
    folder = open_folder(conversation_id, by=by)
    department = department_of(by, department_id)
    because = text_of(because, what="what they should look at", most=2000)
    if any(duty.department_id == department.pk for duty in folder.open_duties):
        raise NothingToDo(f"{department.name} already owes something here.")
    owed = DutyOwed(department.pk, DutyKind.REVIEW, because)
    duty = owing.owe(folder, owed, due_at=due_at or now + A_DAY, now=now, owner_id=owner_id)
    folder.note_event("duty_added", by=by, now=now, department_id=department.pk, because=because)
    close_folder(folder, by=by, now=now)
    return duty


@transaction.atomic
def discharge_duty(*, conversation_id: int, duty_id: int, by: Actor, now: datetime) -> Duty:
    """Say that what the department owed is done. The duty to answer is discharged by answering or resolving."""
    return _settle(conversation_id, duty_id, DutyState.DISCHARGED, "", by=by, now=now)


@transaction.atomic
def waive_duty(*, conversation_id: int, duty_id: int, reason: str, by: Actor, now: datetime) -> Duty:
    """Say why the department need not do it after all."""
    reason = text_of(reason, what="why it need not be done", most=2000)
    return _settle(conversation_id, duty_id, DutyState.WAIVED, reason, by=by, now=now)


def _settle(conversation_id: int, duty_id: int, state: DutyState, reason: str, *, by: Actor, now: datetime) -> Duty:
    folder = open_folder(conversation_id, by=by)
    duty = duty_in(folder, duty_id)
    if not policies.can_settle(by, duty):
        raise NotAllowed("Only people of the department that owes it can say that it is done.")
    if duty.kind == DutyKind.RESPOND:
        raise NothingToDo("The answer itself is owed here: reply, hand over, or resolve with a reason.")
    before = snapshot(folder)
    owing.settle_duty(folder, duty, state=state, now=now, by_id=by.member_id, reason=reason)
    folder.note_event(
        f"duty_{state}", by=by, now=now, department_id=duty.department_id, duty_id=duty.pk, reason=reason
    )  # fmt: skip
    close_folder(folder, by=by, now=now)
    keep_act(folder, "waive" if state == DutyState.WAIVED else "discharge", before, by=by, now=now)
    return duty
