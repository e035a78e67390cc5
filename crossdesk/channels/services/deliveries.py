"""Storing what the network gave, before anything else happens to it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from crossdesk.channels.enums import DeliveryState, Source
from crossdesk.channels.events import DeliveriesStored
from crossdesk.channels.models import Account, Cursor, RawDelivery
from crossdesk.channels.ports import Delivery
from crossdesk.channels.services import tallies
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.journal.facts import publish
from crossdesk.kit.actor import system
from crossdesk.kit.text import clipped, storable

LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Move:
    """A cursor going on: from `before`, as it was read when the pull began, to `after`."""

    feed: str
    before: str
    after: str


def digest_of(feed: str, body: str) -> str:
    """What makes two deliveries the same."""
    return hashlib.sha256(f"{feed}\0{body}".encode()).hexdigest()


@transaction.atomic
def store_deliveries(
    *,
    account_id: int,
    deliveries: Sequence[Delivery],
    source: Source,
    now: datetime,
    cursor: Move | None = None,
) -> int:
    """Store what is new, count what came again, move the cursor: all in one transaction, then tell.

    Returns how many were new. The cursor stays where another pull has moved it meanwhile: what overlaps is the same
    deliveries, and those are stored once.
    """
    account = Account.objects.select_for_update(no_key=True).only("id", "workspace_id").get(pk=account_id)
    new = _store(account, deliveries, source, now)
    if cursor is not None and cursor.after != cursor.before:
        _move(account_id, cursor, now)
    if new:
        if source != Source.CHECK:  # what we asked for again is no new speech
            tallies.count({(account_id, tallies.hour_of(now), "received"): new})
        publish(DeliveriesStored(account_id=account_id, count=new), by=system(account.workspace_id), at=now)
    return new


def _store(account: Account, deliveries: Sequence[Delivery], source: Source, now: datetime) -> int:
    rows: dict[str, RawDelivery] = {}
    for delivery in deliveries:
        body = storable(delivery.body)
        digest = digest_of(delivery.feed, body)
        if digest in rows:
            rows[digest].times += 1
            continue
        rows[digest] = bulk.made(
            RawDelivery,
            workspace_id=account.workspace_id,
            account_id=account.pk,
            feed=delivery.feed,
            source=source,
            external_id=clipped(delivery.external_id, LONGEST_ID),
            body=body,
            digest=digest,
            received_at=now,
        )
    again = Counter({digest: rows[digest].times for digest in _known(account.pk, list(rows))})
    for times in set(again.values()):
        came = [digest for digest, number in again.items() if number == times]
        RawDelivery.objects.filter(account_id=account.pk, digest__in=came).update(times=F("times") + times)
    new = [row for digest, row in rows.items() if digest not in again]
    bulk.insert(new)
    return len(new)


def _known(account_id: int, digests: list[str]) -> set[str]:
    rows = RawDelivery.objects.filter(account_id=account_id, digest__among=many(digests))
    return set(rows.values_list("digest", flat=True))


def _move(account_id: int, move: Move, now: datetime) -> None:
    row, made = Cursor.objects.get_or_create(
        account_id=account_id, feed=move.feed, defaults={"value": move.after, "moved_at": now}
    )
    if not made and row.value == move.before:
        Cursor.objects.filter(pk=row.pk).update(value=move.after, moved_at=now)


@transaction.atomic
def store_unreadable(*, account_id: int, feed: str, payload: str, error: str, now: datetime) -> None:
    """Keep an answer that could not be taken apart into deliveries, for people to look at."""
    account = Account.objects.select_for_update(no_key=True).only("id", "workspace_id").get(pk=account_id)
    body = storable(payload)
    digest = digest_of(feed, body)
    if RawDelivery.objects.filter(account_id=account_id, digest=digest).update(times=F("times") + 1):
        return
    RawDelivery.objects.create(
        workspace_id=account.workspace_id,
        account_id=account_id,
        feed=feed,
        body=body,
        digest=digest,
        received_at=now,
        state=DeliveryState.UNREADABLE,
        error=storable(error),
        parsed_at=now,
    )


@transaction.atomic
def parse_again(*, delivery_ids: Sequence[int], workspace_id: int, now: datetime) -> int:
    """Try unreadable deliveries once more, after the adapter was mended. Returns how many."""
    rows = RawDelivery.objects.filter(
        pk__in=delivery_ids, workspace_id=workspace_id, state=DeliveryState.UNREADABLE
    ).values_list("account_id", "received_at", "id")
    found = list(rows)
    RawDelivery.objects.filter(pk__in=[pk for *_, pk in found]).update(
        state=DeliveryState.STORED, error="", parsed_at=None
    )
    for account_id, received_at, _ in found:
        tallies.count({(account_id, tallies.hour_of(received_at), "unreadable"): -1})
    for account_id, number in Counter(account_id for account_id, *_ in found).items():
        publish(DeliveriesStored(account_id=account_id, count=number), by=system(workspace_id), at=now)
    return len(found)


def forget_old(*, workspace_id: int, now: datetime, kept: timedelta, batch: int = 5000) -> bool:
    """Delete raw deliveries older than `kept`, one batch a call. True while there may be more."""
    old = RawDelivery.objects.filter(workspace_id=workspace_id).order_by("id").values_list("id", "received_at")[:batch]
    gone = [pk for pk, received_at in old if received_at < now - kept]
    RawDelivery.objects.filter(pk__in=gone).exclude(state=DeliveryState.STORED).delete()
    return len(gone) == batch
