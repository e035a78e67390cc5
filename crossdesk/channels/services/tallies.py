"""received = stored = read = decided, counted where it happens and never afterwards.

What a delivery counts as follows from its state alone (`stages`), so that it may change from any to any other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from django.db.models import F, QuerySet

from crossdesk.channels.enums import DeliveryState, Source
from crossdesk.channels.models import DeliveryTally, RawDelivery

Stage = Literal["received", "stored", "read", "decided", "unreadable"]
Counts = Counter[tuple[int, datetime, Stage]]  # (account id, hour, stage) -> how many


def hour_of(moment: datetime) -> datetime:
    """The beginning of the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def stages(source: str, state: str) -> tuple[Stage, ...]:
    """What a delivery counts as while it is in this state. Once it is understood, what it says counts instead of it."""
    if state == DeliveryState.PARSED:
        return ()
    received: tuple[Stage, ...] = () if source == Source.CHECK else ("received",)  # asked for again: no new speech
    return (*received, "unreadable") if state == DeliveryState.UNREADABLE else received


def became(rows: Iterable[RawDelivery], state: DeliveryState) -> Counts:
    """What changes where these go over into this state from the one in which they were read."""
    counts: Counts = Counter()
    for row in rows:
        hour = hour_of(row.received_at)
        for stage in stages(row.source, row.state):
            counts[row.account_id, hour, stage] -= 1
        for stage in stages(row.source, state):
            counts[row.account_id, hour, stage] += 1
    return counts


def count(counts: Mapping[tuple[int, datetime, Stage], int]) -> None:
    """Add to the tallies in the caller's transaction."""
    places: dict[tuple[int, datetime], dict[str, int]] = {}
    for (account_id, hour, stage), number in counts.items():
        if number:
            places.setdefault((account_id, hour), {})[stage] = number
    for account_id, hour in sorted(places):
        changes = {stage: F(stage) + number for stage, number in places[account_id, hour].items()}
        if not _of(account_id, hour).update(**changes):
            DeliveryTally.objects.bulk_create([DeliveryTally(account_id=account_id, hour=hour)], ignore_conflicts=True)
            _of(account_id, hour).update(**changes)


def count_sightings(stage: Stage, seen: Iterable[tuple[int, datetime]]) -> None:
    """Add one to the stage for each (account id, moment of receipt)."""
    count(Counter((account_id, hour_of(moment), stage) for account_id, moment in seen))


def _of(account_id: int, hour: datetime) -> QuerySet[DeliveryTally]:
    return DeliveryTally.objects.filter(account_id=account_id, hour=hour)
