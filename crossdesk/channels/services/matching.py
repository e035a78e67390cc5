"""Our own posts as the feed brings them back: they settle the outbox rows whose answer was lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from crossdesk.channels.enums import OutboxState
from crossdesk.channels.models import OutboxItem
from crossdesk.channels.services import outbox, threads
from crossdesk.kit.actor import system

SKEW = timedelta(minutes=5)
LOST = (OutboxState.UNKNOWN, OutboxState.DOUBTFUL)
BY_KEY = (*LOST, OutboxState.SENDING, OutboxState.PROCESSING, OutboxState.RETRY, OutboxState.PREPARED)


@dataclass(frozen=True, slots=True)
class OwnPost:
    """What the network shows as said by the account itself."""

    external_id: str
    text: str
    sent_at: datetime
    in_reply_to: str = ""
    permalink: str = ""
    idempotency_key: str = ""


@transaction.atomic
def match_own_posts(*, account_id: int, posts: Sequence[OwnPost], now: datetime) -> Mapping[str, int]:
    """Outbox ids by external id, for those posts that left from here; lost ones become published.

    A key that the network gives back is certain. Otherwise the same words to the same place, sent after the row was
    written, settle a row whose outcome is unknown; a row that is being sent just now settles itself.
    """
    ids = [post.external_id for post in posts]
    keys = [post.idempotency_key for post in posts if post.idempotency_key]
    rows = OutboxItem.objects.filter(account_id=account_id).filter(
        Q(external_id__in=ids)
        | Q(key__in=keys)
        | Q(state__in=LOST)
        | Q(external_id__gte=threads.UNSEEN, external_id__lt=threads.UNSEEN_END)
    )
    items = list(rows.select_for_update().order_by("id"))
    known = {item.external_id: item.pk for item in items if item.external_id}
    for post in posts:
        if post.external_id not in known and (item := _row_of(post, items)) is not None:
            _settle(item, post, now=now)
            known[post.external_id] = item.pk
    return known


def _settle(item: OutboxItem, post: OwnPost, *, now: datetime) -> None:
    if _unseen(item):  # a person said that it is there; now its place is known too
        item.external_id, item.permalink = post.external_id, post.permalink or item.permalink
        item.save(update_fields=["external_id", "permalink"])
        return
    at = min(post.sent_at, now)
    by = system(item.workspace_id)
    outbox.mark_published(item, external_id=post.external_id, permalink=post.permalink, at=at, by=by)


def _unseen(item: OutboxItem) -> bool:
    return item.state == OutboxState.PUBLISHED and item.external_id.startswith(threads.UNSEEN)


def _row_of(post: OwnPost, items: Sequence[OutboxItem]) -> OutboxItem | None:
    if post.idempotency_key:
        return next((i for i in items if i.key == post.idempotency_key and i.state in BY_KEY), None)
    words = _plain(post.text)
    for item in items:
        ours = _plain(item.text)
        if (
            (item.state in LOST or _unseen(item))
            and item.in_reply_to == post.in_reply_to
            and post.sent_at >= item.created_at - SKEW
            and (words == ours or (item.to_handle and words.endswith(" " + ours)))
        ):
            return item
    return None


def _plain(text: str) -> str:
    return " ".join(text.split())
