"""Storing what the network gave, before anything else happens to it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from crossdesk.channels import policies
from crossdesk.channels.enums import AccountState, DeliveryState, Source
from crossdesk.channels.events import DeliveriesStored
from crossdesk.channels.models import Account, RawDelivery
from crossdesk.channels.ports import Delivery
from crossdesk.channels.services import places, tallies
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.journal.facts import publish
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.actor import Actor, system
from crossdesk.kit.errors import Conflict, NotFound
from crossdesk.kit.text import clipped, storable

LONGEST_ID = 200
MOST_AGAIN = 5000
MAY_NOT_RUN = "You may not run deliveries of this account again. Ask somebody whose department manages it."


_ACCOUNT = Prepared(
    Account,
    lambda account: Account.objects.select_for_update(no_key=True).filter(pk=account),
    ("workspace_id", "state"),
)
_KNOWN = Prepared(
    RawDelivery,
    lambda account, digests: RawDelivery.objects.filter(account_id=account, digest__among=digests),
    ("digest",),
)


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
    cursor: places.Move | None = None,
) -> int:
    """Store what is new, count what came again, move the cursor: all in one transaction, then tell.

    Returns how many were new. The cursor stays where another pull has moved it meanwhile: what overlaps is the same
    deliveries, and those are stored once.
    """
    ((workspace_id, state),) = _ACCOUNT.read(account=account_id)
    new = _store(account_id, workspace_id, deliveries, source, now)
    if cursor is not None and cursor.after != cursor.before:
        places.move(account_id, cursor, now)
    if new:
        hour = tallies.hour_of(now)
        tallies.count({(account_id, hour, stage): new for stage in tallies.stages(source, DeliveryState.STORED)})
        if state != AccountState.PAUSED:  # what is handed in meanwhile waits, `tell_what_waits`
            publish(DeliveriesStored(account_id=account_id, count=new), by=system(workspace_id), at=now)
    return new


def tell_what_waits(account: Account, *, now: datetime) -> None:
    """After a pause: what was handed in meanwhile is read now."""
    waiting = RawDelivery.objects.filter(account=account, state=DeliveryState.STORED).count()
    if waiting:
        publish(DeliveriesStored(account_id=account.pk, count=waiting), by=system(account.workspace_id), at=now)


def _store(account_id: int, workspace_id: int, deliveries: Sequence[Delivery], source: Source, now: datetime) -> int:
    rows: dict[str, RawDelivery] = {}
    for delivery in deliveries:
        body = storable(delivery.body)
        digest = digest_of(delivery.feed, body)
        if digest in rows:
            rows[digest].times += 1
            continue
        rows[digest] = bulk.made(
            RawDelivery,
            workspace_id=workspace_id,
            account_id=account_id,
            feed=delivery.feed,
            source=source,
            external_id=clipped(delivery.external_id, LONGEST_ID),
            body=body,
            digest=digest,
            received_at=now,
        )
    known = _KNOWN.read(account=account_id, digests=many(rows))
    again = Counter({digest: rows[digest].times for (digest,) in known})
    for times in set(again.values()):
        came = [digest for digest, number in again.items() if number == times]
        RawDelivery.objects.filter(account_id=account_id, digest__in=came).update(times=F("times") + times)
    new = [row for digest, row in rows.items() if digest not in again]
    bulk.insert(new)
    return len(new)


@transaction.atomic
def store_unreadable(
    *, account_id: int, feed: str, payload: str, error: str, now: datetime, source: Source = Source.POLL
) -> None:
    """Keep what could not be taken apart into deliveries, for people to look at.

    An answer is asked for again, and counts nowhere; what was handed in is not, and counts as one delivery.
    """
    account = Account.objects.select_for_update(no_key=True).only("id", "workspace_id").get(pk=account_id)
    body = storable(payload)
    digest = digest_of(feed, body)
    if RawDelivery.objects.filter(account_id=account_id, digest=digest).update(times=F("times") + 1):
        return
    row = RawDelivery.objects.create(
        workspace_id=account.workspace_id,
        account_id=account_id,
        feed=feed,
        source=source,
        body=body,
        digest=digest,
        received_at=now,
        state=DeliveryState.UNREADABLE,
        error=storable(error),
        parsed_at=now,
        whole=source != Source.WEBHOOK,
    )
    if not row.whole:
        tallies.count(Counter((account_id, tallies.hour_of(now), stage) for stage in tallies.stages(source, row.state)))


@transaction.atomic
def parse_again(*, delivery_ids: Sequence[int], workspace_id: int, now: datetime) -> int:
    """Try unreadable deliveries once more, after the adapter was mended. Returns how many."""
    rows = RawDelivery.objects.filter(pk__in=delivery_ids, workspace_id=workspace_id, state=DeliveryState.UNREADABLE)
    return _again(rows, now=now)


def came_right(rows: Iterable[RawDelivery], *, now: datetime) -> None:
    """These were understood: unreadable ones of the same things, that came before, wait for nobody any more.

    rows: of one account. In the caller's transaction.
    """
    things = {(row.feed, row.external_id): row for row in rows if row.external_id}
    if not things:
        return
    account_id, workspace_id = next((row.account_id, row.workspace_id) for row in things.values())
    waiting = RawDelivery.objects.filter(
        workspace_id=workspace_id, account_id=account_id, state=DeliveryState.UNREADABLE,
        external_id__among=many(external_id for _, external_id in things),
    )  # fmt: skip
    found = [row for row in waiting.select_for_update().order_by("id") if (row.feed, row.external_id) in things]
    RawDelivery.objects.filter(pk__in=[row.pk for row in found]).update(
        state=DeliveryState.PARSED, error="", parsed_at=now
    )
    tallies.count(tallies.became(found, DeliveryState.PARSED))


@transaction.atomic
def run_again(*, delivery_id: int, by: Actor, now: datetime) -> int:
    """Let one stored delivery go its way once more, whatever became of it. Returns how many: 1, or 0 when it waits.

    Safe to repeat: messages are unique, and an unchanged one stays as it is. Raises NotFound, NotAllowed, Conflict.
    """
    row = RawDelivery.objects.select_related("account").filter(pk=delivery_id, workspace_id=by.workspace_id).first()
    if row is None:
        raise NotFound("There is no such delivery. It is kept for some weeks only.")
    policies.demand(policies.can_manage(by, row.account), MAY_NOT_RUN)
    if row.whole:
        raise Conflict("This is an answer that nobody could take apart. Its place is read again by itself.")
    return _again(RawDelivery.objects.filter(pk=row.pk), now=now)


@transaction.atomic
def run_range_again(*, account_id: int, since: datetime, until: datetime, by: Actor, now: datetime) -> int:
    """The same for all deliveries of an account that came in between two moments. Returns how many; MOST_AGAIN at most."""
    account = Account.objects.filter(pk=account_id, workspace_id=by.workspace_id, removed_at=None).first()
    if account is None:
        raise NotFound("There is no such account.")
    policies.demand(policies.can_manage(by, account), MAY_NOT_RUN)
    rows = RawDelivery.objects.filter(account=account, received_at__gte=since, received_at__lt=until)
    ids = rows.order_by("id").values_list("pk", flat=True)[:MOST_AGAIN]
    return _again(RawDelivery.objects.filter(pk__among=many(ids)), now=now)


def _again(rows: QuerySet[RawDelivery], *, now: datetime) -> int:
    """Back to where they were stored, in the tallies too, and told anew."""
    ended = rows.filter(whole=False).exclude(state=DeliveryState.STORED).select_for_update().order_by("id")
    found = list(ended.only("id", "workspace_id", "account_id", "received_at", "state", "source"))
    RawDelivery.objects.filter(pk__among=many(row.pk for row in found)).update(
        state=DeliveryState.STORED, error="", parsed_at=None
    )
    tallies.count(tallies.became(found, DeliveryState.STORED))
    for (workspace_id, account_id), number in Counter((row.workspace_id, row.account_id) for row in found).items():
        publish(DeliveriesStored(account_id=account_id, count=number), by=system(workspace_id), at=now)
    return len(found)


def forget_old(*, workspace_id: int, now: datetime, kept: timedelta, batch: int = 5000) -> bool:
    """Delete raw deliveries older than `kept`, one batch a call. True while there may be more."""
    old = RawDelivery.objects.filter(workspace_id=workspace_id).order_by("id").values_list("id", "received_at")[:batch]
    gone = [pk for pk, received_at in old if received_at < now - kept]
    RawDelivery.objects.filter(pk__in=gone).exclude(state=DeliveryState.STORED).delete()
    return len(gone) == batch
