"""received = stored = read = decided, counted where it happens and never afterwards.

What a delivery counts as follows from its state alone (`stages`), so that it may change from any to any other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, get_args

from django.db import connection

from crossdesk.channels.enums import DeliveryState, Source
from crossdesk.channels.models import RawDelivery
from crossdesk.journal import bulk

Stage = Literal["received", "stored", "read", "decided", "unreadable"]
STAGES = get_args(Stage)
_COUNT = """
INSERT INTO channels_deliverytally (account_id, hour, received, stored, read, decided, unreadable)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (account_id, hour) DO UPDATE SET
  received = channels_deliverytally.received + excluded.received, stored = channels_deliverytally.stored + excluded.stored,
  read = channels_deliverytally.read + excluded.read, decided = channels_deliverytally.decided + excluded.decided,
  unreadable = channels_deliverytally.unreadable + excluded.unreadable
"""
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
    """Add to the tallies in the caller's transaction. One statement a place."""
    places: dict[tuple[int, datetime], dict[str, int]] = {}
    for (account_id, hour, stage), number in counts.items():
        if number:
            places.setdefault((account_id, hour), {})[stage] = number
    if places:
        rows = [
            (account_id, bulk.moment(hour), *(numbers.get(stage, 0) for stage in STAGES))
            for (account_id, hour), numbers in sorted(places.items())
        ]
        with connection.cursor() as cursor:
            cursor.executemany(_COUNT, rows)


def count_sightings(stage: Stage, seen: Iterable[tuple[int, datetime]]) -> None:
    """Add one to the stage for each (account id, moment of receipt)."""
    count(Counter((account_id, hour_of(moment), stage) for account_id, moment in seen))
