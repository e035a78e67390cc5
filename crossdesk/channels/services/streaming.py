"""Staying on the line of networks that tell what is new by themselves: who holds which line, and what comes over it.

One process holds an account's line, by a lease in the database that the job LISTEN renews; pulling goes on below it as
the net, seldom while the line is open and at once when it breaks.
"""

import random
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Q

from crossdesk.channels import sessions
from crossdesk.channels.enums import DeliveryState, Source
from crossdesk.channels.models import Account, RawDelivery, Stream
from crossdesk.channels.ports import Delivery, NetworkError, NoStream, RateLimited, Refused, Streams, Unreadable, Way
from crossdesk.channels.seal import SealBroken
from crossdesk.channels.services import deliveries
from crossdesk.channels.services.asking import WORKING, ask_for_pull
from crossdesk.journal import jobs
from crossdesk.kit import clock

LISTEN = "channels.listen"
LEASE = timedelta(seconds=90)  # longer than a server may be silent
STEADY = timedelta(minutes=1)  # open for so long, it counts as having worked
RENEWED_EVERY = timedelta(seconds=20)
NOTED_EVERY = timedelta(seconds=10)  # signs of life, in the database
LOOK_AGAIN = timedelta(minutes=1)  # where this process has no ear left
ABSENT_FOR = timedelta(days=7)  # then a server without a stream is asked once more: it may have been renewed
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
AFTER_REFUSAL = timedelta(hours=1)


class Ears(Protocol):
    """The lines that one process is on."""

    name: str

    def has_room(self) -> bool:
        """May one more be opened?"""

    def hears(self, account_id: int) -> bool:
        """Is it on this account's line, or opening it?"""

    def open(self, account_id: int) -> None:
        """Be on this account's line."""

    def close(self, account_id: int) -> None:
        """Leave this account's line."""


Knows = Callable[[Account, Collection[str]], Collection[str]]
_knows: list[Knows] = []


def knows(known: Knows) -> Knows:
    """A room above says which of these external ids it holds on the account's network. Registered at its start."""
    _knows.append(known)
    return known


def ask_to_listen(account: Account, *, now: datetime, at: datetime | None = None) -> None:
    """Open the account's line, unless its server is known to have none."""
    absent = Q(absent_since__gt=now - ABSENT_FOR)
    if not Stream.objects.filter(absent, account=account).exists():
        jobs.enqueue(
            LISTEN, key=str(account.pk), due_at=at or now, workspace_id=account.workspace_id, account_id=account.pk
        )


def is_live(account_id: int, *, now: datetime) -> bool:
    """Is the account's line open, and held by somebody who lives?"""
    return Stream.objects.filter(account_id=account_id, held_until__gt=now, open_since__isnull=False).exists()


def forget(account: Account) -> None:
    """What was found out about its line: it was connected anew."""
    Stream.objects.filter(account=account, absent_since__isnull=False).delete()


def look_again(account: Account, *, now: datetime) -> None:
    """Something about the account changed: whoever is on its line sees at once whether it is still to be heard."""
    if Stream.objects.filter(account=account).exclude(held_by="").exists():
        ask_to_listen(account, now=now)


def listen(*, account_id: int, now: datetime, ears: Ears) -> datetime | None:
    """Hold the account's line, or see that somebody does. Returns when to look again; None when there is none to hold.

    Safe to repeat and to run twice at once: only who holds the lease opens a line.
    """
    account = _to_hear(account_id)
    if account is None:
        ears.close(account_id)
        return None
    row, _ = Stream.objects.get_or_create(account=account)
    if row.absent_since is not None and row.absent_since > now - ABSENT_FOR:
        return None
    if _is_held_elsewhere(row, ears, now=now):
        return row.held_until
    if row.again_at is not None and row.again_at > now and not ears.hears(account_id):
        return row.again_at
    if not ears.hears(account_id) and not ears.has_room():
        return now + LOOK_AGAIN
    free = Q(held_by__in=(ears.name, row.held_by)) | Q(held_until=None) | Q(held_until__lte=now)
    if not Stream.objects.filter(free, pk=row.pk).update(held_by=ears.name, held_until=now + LEASE):
        return now + RENEWED_EVERY
    ears.open(account_id)
    return now + RENEWED_EVERY


def _is_held_elsewhere(row: Stream, ears: Ears, *, now: datetime) -> bool:
    held = row.held_until is not None and row.held_until > now
    return held and row.held_by != ears.name and not jobs.is_dead(row.held_by)


def _to_hear(account_id: int) -> Account | None:
    account = Account.objects.filter(pk=account_id, removed_at=None, state__in=WORKING).first()
    return account if account is not None and sessions.adapter_of(account).capabilities.streams else None


def hear(
    *, account_id: int, holder: str, stopped: Callable[[], bool], between: Callable[[], None] = lambda: None
) -> None:
    """Be on the line until it ends, whoever ends it. Each batch is stored as a pull would store it.

    between: called before each wait for more, which may be long.
    """
    account = _to_hear(account_id)
    if account is None:
        return
    try:
        left = _take_in(account, holder, stopped, between)
        _ended(account, holder, "" if left else "The server ended its stream.", now=clock.now())
    except NoStream as error:
        _ended(account, holder, error.message, now=clock.now(), absent=True)
    except Unreadable as error:
        now, payload = clock.now(), error.payload or error.message
        deliveries.store_unreadable(
            account_id=account_id, feed="stream", payload=payload, error=error.message, now=now, source=Source.STREAM
        )
        _ended(account, holder, error.message, now=now)
    except RateLimited as limit:
        _ended(account, holder, limit.message, now=clock.now(), again=limit.until)
    except Refused as error:
        _ended(account, holder, error.message, now=clock.now(), again=clock.now() + AFTER_REFUSAL)
    except (NetworkError, SealBroken) as error:  # a dead sign-in too: the pull that follows says so
        _ended(account, holder, error.message, now=clock.now())


def _take_in(account: Account, holder: str, stopped: Callable[[], bool], between: Callable[[], None]) -> bool:
    """Store what comes. Returns whether it was us who left the line."""
    session = sessions.open_session(account)
    if not isinstance(session, Streams):
        raise NoStream(f"{account.host} has no stream.")
    noted: datetime | None = None
    for batch in session.listen(stopped=stopped):
        now = clock.now()
        if noted is None and not _opened(account, holder, way=session.way, now=now):
            return True
        if batch:
            _store(account, batch, now=now)
        if noted is None or now - noted >= NOTED_EVERY:
            if _to_hear(account.pk) is None or not _note(account, holder, now=now):
                return True
            noted = now
        between()
    return stopped()


@transaction.atomic
def _opened(account: Account, holder: str, *, way: Way, now: datetime) -> bool:
    """The line is open. What was said before that is pulled now, so that nothing lies between."""
    held = Stream.objects.filter(account=account, held_by=holder).update(
        held_until=now + LEASE, open_since=now, way=way, alive_at=now, again_at=None, absent_since=None, reason=""
    )
    if held:
        ask_for_pull(account, at=now)
    return bool(held)


def _note(account: Account, holder: str, *, now: datetime) -> bool:
    """A sign of life. False when the lease went to somebody else meanwhile."""
    mine = Stream.objects.filter(account=account, held_by=holder)
    return bool(mine.update(alive_at=now, held_until=now + LEASE))


def _store(account: Account, batch: Sequence[Delivery], *, now: datetime) -> None:
    wanted = _of_ours(account, batch)
    if wanted:
        deliveries.store_deliveries(account_id=account.pk, deliveries=wanted, source=Source.STREAM, now=now)


def _of_ours(account: Account, batch: Sequence[Delivery]) -> list[Delivery]:
    """Without news of messages that we do not hold: people whom the account follows edit and delete much."""
    asked = {each.external_id for each in batch if each.feed == "check"}
    if not asked:
        return list(batch)
    known = {one for room in _knows for one in room(account, asked)}
    if RawDelivery.objects.filter(account=account, state=DeliveryState.STORED).exists():
        known = asked  # what is not understood yet may be what this is about
    return [each for each in batch if each.feed != "check" or each.external_id in known]


@transaction.atomic
def _ended(
    account: Account,
    holder: str,
    reason: str,
    *,
    now: datetime,
    again: datetime | None = None,
    absent: bool = False,
) -> None:
    """The line is closed: say why, and let the net below it catch what comes."""
    row = Stream.objects.select_for_update().filter(account=account, held_by=holder).first()
    if row is None:
        return
    opened_at, row.open_since, row.held_until, row.held_by = row.open_since, None, None, ""
    before = 0 if opened_at is not None and now - opened_at >= STEADY else row.failures
    row.reason, row.absent_since = reason, now if absent else None
    row.failures = 0 if absent or not reason else before + 1
    row.again_at = None if absent else (again or now + (_wait(row.failures) if reason else timedelta()))
    row.save()
    if opened_at is not None:
        ask_for_pull(account, at=now)
    if absent:
        jobs.cancel(LISTEN, key=str(account.pk))
    else:
        ask_to_listen(account, now=now, at=row.again_at)


def _wait(failures: int) -> timedelta:
    """Longer with every failure in a row, and never all at the same moment: a server that comes back is not stormed."""
    longest: timedelta = min(FIRST_WAIT * 2 ** min(failures, 10), LONGEST_WAIT)
    return longest * random.uniform(0.5, 1.0)
