"""People say what a reading should have been, and which messages stand inside a wall."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from django.db import transaction
from django.db.models import Q

from crossdesk.journal.facts import publish
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.messages import policies, queries
from crossdesk.messages.events import ReadingCorrected
from crossdesk.messages.models import Correction, Message
from crossdesk.reading import ports as reading

MANY = {"intents": reading.Intent, "safety": reading.Safety}
ONE = {"sentiment": reading.Sentiment, "urgency": reading.Urgency}


@transaction.atomic
def correct(*, message_id: int, head: str, value: Any, by: Actor, now: datetime) -> Correction:
    """Put a person's verdict in the place of the reader's for one head.

    value: True or False for needs_reply; a list of values for intents and safety; one value for sentiment and urgency;
    words or None for complaint_reason and language. Raises NotFound, NotAllowed, Invalid.
    """
    message = _readable(message_id, by)
    after = checked(head, value)
    stood = queries.effective_reading(message)
    row = Correction.objects.create(
        message=message, head=head, before=stood.get(head), after=after, by_id=by.member_id, at=now,
        version=stood.get("version"), model=stood.get("model", ""), in_doubt=head in stood.get("abstained", ()),
    )  # fmt: skip
    _tell(message, row, by=by, now=now)
    return row


@transaction.atomic
def undo_correction(*, correction_id: int, by: Actor, now: datetime) -> Correction:
    """Take a correction back; the one before it, or the reader's own verdict, stands again."""
    row = Correction.objects.select_for_update().filter(pk=correction_id).first()
    if row is None:
        raise NotFound("There is no such correction.")
    message = _readable(row.message_id, by)
    if row.undone_at is not None:
        raise Conflict("This correction has already been taken back.")
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    _tell(message, row, by=by, now=now, undone=True)
    return row


def _readable(message_id: int, by: Actor) -> Message:
    message = queries.visible_to(by).filter(pk=message_id).first()
    if message is None:
        raise NotFound("There is no such message.")
    if not policies.can_correct(by, message):
        raise NotAllowed("You may not correct readings. Ask a lead of your department.")
    return message


def _tell(message: Message, row: Correction, *, by: Actor, now: datetime, undone: bool = False) -> None:
    body = ReadingCorrected(
        message_id=message.pk, head=row.head, correction_id=row.pk, undone=undone,
        account_id=message.account_id, wall_id=message.wall_id,
    )  # fmt: skip
    publish(body, by=by, at=now)


def checked(head: str, value: Any) -> Any:
    """The value as it is stored, in the shape of `reading.ports.Reading.values()` with p = 1. Raises Invalid."""
    if head == "needs_reply" and isinstance(value, bool):
        return {"value": value, "p": 1.0}
    if head in MANY and isinstance(value, list) and all(one in get_args(MANY[head]) for one in value):
        return [{"value": one, "p": 1.0} for one in dict.fromkeys(value)]
    if head in ONE and value in get_args(ONE[head]):
        return {"value": value, "p": 1.0}
    if head in {"complaint_reason", "language"} and (
        value is None or (isinstance(value, str) and 0 < len(value) <= 60)
    ):
        return None if value is None else {"value": value, "p": 1.0}
    raise Invalid(f"{value!r:.60} is not something that {head!r:.40} can be.")


@transaction.atomic
def enclose(*, message_ids: Sequence[int], wall_id: int | None, workspace_id: int) -> int:
    """Stamp messages with the wall they stand in; None takes it down. Called by the room that decided it.

    Returns how many changed. Their word search, contact cards and lists follow at once.
    """
    standing = Q(wall=None) if wall_id is None else Q(wall=wall_id)
    rows = Message.objects.filter(pk__in=message_ids, workspace_id=workspace_id).exclude(standing)
    return rows.update(wall_id=wall_id)
