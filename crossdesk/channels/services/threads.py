"""A long text as several outbox items: each is the reply to the one before, and waits until that one is out."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from crossdesk.channels.enums import OutboxState
from crossdesk.channels.models import OutboxItem
from crossdesk.kit.text import storable

UNSEEN, UNSEEN_END = "unseen:", "unseen;"  # the place of what a person found without saying where
OVER = (OutboxState.PUBLISHED, OutboxState.CANCELLED)


def follow(first: OutboxItem, further: Sequence[str]) -> None:
    """The other parts, behind the first."""
    OutboxItem.objects.bulk_create(
        OutboxItem(
            workspace_id=first.workspace_id,
            account_id=first.account_id,
            key=f"{first.key}.{position}",
            origin=first.origin,
            thread=first,
            position=position,
            of=first.of,
            conversation_id=first.conversation_id,
            wall_id=first.wall_id,
            text=storable(text),
            visibility=first.visibility,
            to_handle=first.to_handle,
            language=first.language,
            tags=first.tags,
            approved_hash=first.approved_hash,
            due_at=first.due_at,
            created_at=first.created_at,
            created_by_id=first.created_by_id,
        )
        for position, text in enumerate(further, 2)
    )


def is_behind(item: OutboxItem) -> bool:
    """Does it wait for the part before it?"""
    if item.thread_id is None:
        return False
    return _parts(item).filter(position__lt=item.position).exclude(state=OutboxState.PUBLISHED).exists()


def next_of(item: OutboxItem) -> OutboxItem | None:
    """The part whose turn it is now that this one is out, as the reply to it; None where there is none."""
    if item.of <= item.position:
        return None
    following = _parts(item).select_for_update().filter(position=item.position + 1).first()
    if following is None or following.state != OutboxState.PREPARED:
        return None
    # Where a person said that it is there, without saying where, the newest part with a place is answered.
    following.in_reply_to = item.in_reply_to if item.external_id.startswith(UNSEEN) else item.external_id
    following.save(update_fields=["in_reply_to"])
    return following


def drop_rest(item: OutboxItem) -> None:
    """What waited behind this part does not leave."""
    if item.of > item.position:
        rest = _parts(item).filter(position__gt=item.position).exclude(state__in=OVER)
        rest.update(state=OutboxState.CANCELLED, held_at=None)


def rest_of(item: OutboxItem) -> list[OutboxItem]:
    """What of a thread is neither out nor taken back, in order, locked."""
    return list(_parts(item).exclude(state__in=OVER).select_for_update().order_by("position"))


def _parts(item: OutboxItem) -> QuerySet[OutboxItem]:
    """All parts of its thread, the item among them."""
    first = item.thread_id or item.pk
    return OutboxItem.objects.filter(Q(pk=first) | Q(thread_id=first))
