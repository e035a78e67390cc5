"""Where a feed is read from: on from its cursor, or once more from where all that came in was understood.

Servers give broken items, and give them whole a little later. Such an item is kept as it came, the cursor moves on, and
its place is read again a few times. What is known already is stored once; what is whole now comes in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdesk.channels.enums import DeliveryState
from crossdesk.channels.models import Account, Cursor, RawDelivery

AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))  # then it is for a person


@dataclass(frozen=True, slots=True)
class Move:
    """A cursor going on: from `before`, as it was read when the pull began, to `after`."""

    feed: str
    before: str
    after: str


def start(account: Account, feed: str, *, now: datetime) -> str:
    """The cursor from which to read now; "" before the first pull. It is set back where something is to be read again."""
    row = Cursor.objects.filter(account=account, feed=feed).first()
    if row is None:
        return ""
    here = Cursor.objects.filter(pk=row.pk, value=row.value)
    if row.sure_at is not None:
        came = RawDelivery.objects.filter(
            workspace_id=account.workspace_id, account=account, feed=feed, whole=False, received_at__gte=row.sure_at
        )
        broken = came.filter(state=DeliveryState.UNREADABLE).order_by("id").values_list("received_at", flat=True)
        broken_at = broken.first()
        if broken_at is not None and row.again < len(AGAIN_AFTER):
            if now < broken_at + AGAIN_AFTER[row.again]:
                return row.value
            here.update(value=row.sure, moved_at=now, again=row.again + 1)
            return row.sure
        if row.sure == row.value and not row.again:
            return row.value
        if broken_at is None and came.filter(state=DeliveryState.STORED).exists():
            return row.value
    here.update(sure=row.value, sure_at=now, again=0)
    return row.value


def move(account_id: int, move: Move, now: datetime) -> None:
    """Go on, unless another pull went on meanwhile."""
    row, made = Cursor.objects.get_or_create(
        account_id=account_id, feed=move.feed, defaults={"value": move.after, "moved_at": now, "sure_at": now}
    )
    if not made and row.value == move.before:
        Cursor.objects.filter(pk=row.pk).update(value=move.after, moved_at=now)
