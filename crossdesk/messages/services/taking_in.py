"""From raw deliveries to messages: parsed, read, then stored with their facts in one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from crossdesk.channels import services as channels
from crossdesk.channels.enums import DeliveryState
from crossdesk.channels.models import Account, RawDelivery
from crossdesk.channels.services import tallies
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.journal.facts import publish_all
from crossdesk.kit.actor import system
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message, Sighting
from crossdesk.messages.services import keeping_media, looking_again, writing
from crossdesk.messages.services.heard import Understood, understand
from crossdesk.messages.services.ledger import Ledger
from crossdesk.messages.services.place import lock_messages
from crossdesk.messages.services.reading_in import Readings, read_ahead, rows_of
from crossdesk.reading.ports import Reader
from crossdesk.reading.services import default_reader

BATCH = 500
BROUGHT: Final[tuple[tallies.Stage, ...]] = ("received", "stored", "read")


def take_in(*, account_id: int, now: datetime, reader: Reader | None = None, batch: int = BATCH) -> bool:
    """Turn the next stored deliveries of an account into messages. Returns whether there may be more.

    Safe to repeat and to run twice at once: deliveries are taken under the workspace's lock, and messages are unique
    by workspace, network, host and external id. Raises nothing for what cannot be understood: it is marked and kept.
    """
    account = Account.objects.get(pk=account_id)
    stored = RawDelivery.objects.filter(account=account, state=DeliveryState.STORED).order_by("id")
    rows = bulk.load(stored[:batch])
    if not rows:
        return False
    reader = reader or default_reader()
    understood = understand(account, rows)
    readings = read_ahead(account, understood.heard, reader)
    _store(account, rows, understood, readings, reader, now=now)
    return len(rows) == batch


@transaction.atomic
def _store(
    account: Account,
    rows: Sequence[RawDelivery],
    understood: Understood,
    readings: Readings,
    reader: Reader,
    *,
    now: datetime,
) -> None:
    lock_messages(account.workspace_id)
    waiting = RawDelivery.objects.filter(pk__among=many(row.pk for row in rows), state=DeliveryState.STORED)
    open_ids = set(waiting.select_for_update().values_list("pk", flat=True))
    heard = [one for one in understood.heard if one.delivery_id in open_ids]
    ledger = Ledger(account, heard, now=now)
    for one in heard:
        ledger.apply(one)
    writing.write(ledger)
    unread = [message for message in ledger.new if message.direction == Direction.IN]
    unread += [message for message in ledger.edited if message not in ledger.new]
    bulk.insert(rows_of(account, unread, readings, reader, now=now))
    parsed = [row for row in rows if row.pk in open_ids and row.pk not in understood.broken]
    broken = [row for row in rows if row.pk in open_ids and row.pk in understood.broken]
    _mark(parsed, broken, understood, now=now)
    _count(parsed, broken, ledger)
    channels.came_right(parsed, now=now)
    keeping_media.ask_to_keep(ledger.with_media(), at=now)
    checks = [message.check_at for message in ledger.new if message.check_at is not None]
    if checks:
        looking_again.ask_to_check(account, at=min(checks))
    publish_all(ledger.facts(), by=system(account.workspace_id), at=now)


def _mark(
    parsed: Sequence[RawDelivery], broken: Sequence[RawDelivery], understood: Understood, *, now: datetime
) -> None:
    through = RawDelivery.objects.filter(pk__among=many(row.pk for row in parsed))
    through.update(state=DeliveryState.PARSED, parsed_at=now)
    for row in broken:
        error = understood.broken[row.pk]
        RawDelivery.objects.filter(pk=row.pk).update(state=DeliveryState.UNREADABLE, error=error, parsed_at=now)


def _count(parsed: Sequence[RawDelivery], broken: Sequence[RawDelivery], ledger: Ledger) -> None:
    """Bring `received` from deliveries down to speech, and count what became of it."""
    hours = {row.pk: tallies.hour_of(row.received_at) for row in parsed}
    counts = tallies.became(parsed, DeliveryState.PARSED)
    counts.update(tallies.became(broken, DeliveryState.UNREADABLE))
    seen = Counter(
        (hours[one.delivery_id], message.decided_at is not None)
        for message, one in ledger.seen
        if message.direction == Direction.IN
    )
    for (hour, decided), number in seen.items():
        for stage in (*BROUGHT, "decided") if decided else BROUGHT:
            counts[ledger.account.pk, hour, stage] += number
    tallies.count(counts)


@transaction.atomic
def count_decided(*, message_ids: Sequence[int], now: datetime) -> int:
    """A first decision on these messages was stored: counted once for each account that saw them. Returns how many.

    Called in the transaction of the decision. Deciding again changes nothing.
    """
    undecided = Message.objects.filter(pk__among=many(message_ids), direction=Direction.IN, decided_at=None)
    ids = list(undecided.select_for_update().order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__among=many(ids)).update(decided_at=now)
    channels.count_sightings(
        "decided", Sighting.objects.filter(message_id__among=many(ids)).values_list("account_id", "seen_at")
    )
    return len(ids)
