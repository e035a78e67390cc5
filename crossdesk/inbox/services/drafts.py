"""What people have begun to write: kept for its writer on every device, quietly."""

from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.inbox import events, policies, queries
from crossdesk.inbox.enums import WrittenKind
from crossdesk.inbox.models import Conversation, Draft
from crossdesk.journal.facts import publish
from crossdesk.kit import actor
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid, NotAllowed, NotFound
from crossdesk.kit.text import storable

MOST = 20_000
TOLD_AGAIN_AFTER = timedelta(seconds=30)


@transaction.atomic
def keep_draft(*, conversation_id: int, text: str, kind: str, stamp: int, by: Actor, now: datetime) -> bool:
    """Keep what a member has written so far; an empty text is forgotten. False: something newer is kept already.

    stamp: milliseconds of the writer's clock at the change. Colleagues hear that somebody writes, once in a while.
    """
    row = queries.visible_to(by).filter(pk=conversation_id).first()
    if row is None:
        raise NotFound("There is no such conversation.")
    if not policies.can_work(by) or by.member_id is None:
        raise NotAllowed("Your role lets you look at conversations, not work on them. Ask an administrator.")
    if kind not in WrittenKind.values or len(text) > MOST:
        raise Invalid(f"A draft has at most {MOST} characters.")
    kept = Draft.objects.select_for_update().filter(conversation=row, member_id=by.member_id).first()
    if kept is not None and kept.stamp > stamp:
        return False
    if not text.strip():
        forget_draft(row, by=by, now=now)
        return True
    fresh = kept is not None and kept.writing_at > now - TOLD_AGAIN_AFTER
    _write(row, text, kind=kind, stamp=stamp, by=by, writing_at=kept.writing_at if kept and fresh else now)
    if not fresh:
        _tell(row, now=now)
    return True


def forget_draft(row: Conversation, *, by: Actor, now: datetime) -> None:
    """It was sent, or thrown away. In the caller's transaction."""
    if by.member_id is None:
        return
    forgotten, _ = Draft.objects.filter(conversation=row, member_id=by.member_id).delete()
    if forgotten:
        _tell(row, now=now)


def put_back(row: Conversation, text: str, *, by: Actor, now: datetime) -> None:
    """A text comes back into its writer's hand, before what they have begun since. In the caller's transaction."""
    begun = Draft.objects.filter(conversation=row, member_id=by.member_id or 0, kind=WrittenKind.REPLY).first()
    both = f"{text}\n\n{begun.text}" if begun is not None and begun.text.strip() and text.strip() else text
    stamp = max(int(now.timestamp() * 1000), (begun.stamp + 1) if begun else 0)
    _write(row, both, kind=WrittenKind.REPLY, stamp=stamp, by=by, writing_at=now)


def _write(row: Conversation, text: str, *, kind: str, stamp: int, by: Actor, writing_at: datetime) -> None:
    values = {
        "workspace_id": row.workspace_id, "kind": kind, "text": storable(text), "stamp": stamp, "writing_at": writing_at,
    }  # fmt: skip
    Draft.objects.update_or_create(conversation=row, member_id=by.member_id or 0, defaults=values)


def _tell(row: Conversation, *, now: datetime) -> None:
    """Open pages look again. Who writes stands in the draft alone, so that no record of it is left behind."""
    body = events.DraftsChanged(conversation_id=row.pk, account_id=row.account_id, wall_id=row.wall_id)
    publish(body, by=actor.system(row.workspace_id), at=now)
