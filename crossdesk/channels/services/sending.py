"""The way of an outgoing message out of the house. What the network may have is asked for, never blindly repeated."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.channels import sessions
from crossdesk.channels.enums import AccountState, OutboxState
from crossdesk.channels.events import OutboxDelayed, OutboxDoubtful, OutboxHeld, OutboxRefused, OutboxUnknown
from crossdesk.channels.models import Account, OutboxItem
from crossdesk.channels.ports import (
    Gone,
    MissingScope,
    NetworkError,
    Published,
    RateLimited,
    Refused,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from crossdesk.channels.seal import SealBroken
from crossdesk.channels.services import holds, outbox, states, threads
from crossdesk.channels.services.asking import WORKING
from crossdesk.journal import jobs
from crossdesk.journal.events import FactBody
from crossdesk.journal.facts import publish
from crossdesk.kit import clock
from crossdesk.kit.actor import system

log = logging.getLogger(__name__)

PACE = timedelta(seconds=1)  # between two messages of one account, unless its limits say more
LOOKS = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 10, 20, 40))  # until the network clearly has it not
KEY_REMEMBERED = timedelta(minutes=30)  # networks that know keys keep them for an hour or more
ASKED_FOR = timedelta(hours=6)  # then a person decides
RAREST_LOOK = timedelta(minutes=15)
SKEW = timedelta(minutes=5)  # clocks of networks differ
MOST_TRIES = 12
MOST_BLIND = 3  # times that an unknown outcome may lead to another try
BLOCKED = frozenset({AccountState.PAUSED, AccountState.NEEDS_SIGN_IN})


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item that this run, and no other, may hand to the network now."""

    item: OutboxItem
    account: Account


def send(*, item_id: int, now: datetime) -> datetime | None:
    """Take one step with an item. Returns when to take the next; None when it is settled or waits for a person.

    Safe to repeat: the job of an item runs once at a time, so an item found `sending` was left so by a run that died,
    and the network is asked.
    """
    step = _claim(item_id, now=now)
    if isinstance(step, Claimed):
        return _hand_over(step)
    if isinstance(step, datetime):
        return step
    item = OutboxItem.objects.select_related("account").filter(pk=item_id).first()
    if item is not None and item.state in (OutboxState.UNKNOWN, OutboxState.PROCESSING):
        return _look(item, now=now)
    return None


@transaction.atomic
def _claim(item_id: int, *, now: datetime) -> Claimed | datetime | None:
    """Test due time, account, holds, hash and pace, and claim: one transaction, so nothing leaves after a hold."""
    account_id = OutboxItem.objects.filter(pk=item_id).values_list("account_id", flat=True).first()
    if account_id is None:
        return None
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    item = OutboxItem.objects.select_for_update().get(pk=item_id)
    if item.state == OutboxState.SENDING:
        _to_unknown(item, "The answer of the network was lost.", now=now)
        return None
    if item.state not in outbox.WAITING or item.held_at is not None or threads.is_behind(item):
        return None
    if item.due_at > now:
        return item.due_at
    if _may_not_leave(item, account, now=now):
        return None
    if account.sends_after is not None and account.sends_after > now:
        return account.sends_after
    item.state, item.claimed_at, item.attempts, item.looks = OutboxState.SENDING, now, item.attempts + 1, 0
    item.save(update_fields=["state", "claimed_at", "attempts", "looks"])
    pace = timedelta(seconds=account.limits["seconds_between"]) if "seconds_between" in account.limits else PACE
    Account.objects.filter(pk=account.pk).update(sends_after=now + pace)
    return Claimed(item, account)


def _may_not_leave(item: OutboxItem, account: Account, *, now: datetime) -> bool:
    """Hold back, refuse or put off what may not leave now."""
    if account.removed_at is not None:
        _refuse(item, f"{account.handle} is no longer connected.", now=now)
    elif account.state in BLOCKED:
        _wait_for_account(item, account, now=now)
    elif (hold := holds.that_keeps(item)) is not None:
        item.held_at, item.error = now, f"Held: {hold.reason}"
        item.save(update_fields=["held_at", "error"])
        _tell(
            item,
            OutboxHeld(item_id=item.pk, origin=item.origin, hold_id=hold.pk, reason=hold.reason, **outbox.where(item)),
            now,
        )
    elif item.approved_hash and item.approved_hash != outbox.hash_of(item):
        _refuse(item, "This is not exactly what was approved. Have it approved again.", now=now)
    else:
        return False
    return True


def _hand_over(step: Claimed) -> datetime | None:
    """Send, outside any transaction, and keep what came of it."""
    item = step.item
    try:
        session = sessions.open_session(step.account)
        published = session.send(outbox.outgoing_of(item))
    except RateLimited as limit:
        return _put_off(item, limit.message, until=limit.until, paces=True)
    except Unavailable as error:
        if error.outcome_unknown:
            return _unknown(item, error.message)
        return _try_again(item, error.message)
    except Unreadable as error:  # it answered, but what it said about it cannot be understood
        return _unknown(item, error.message)
    except SignInExpired as error:
        return _sign_in_expired(item, error)
    except (MissingScope, Refused, Gone, SealBroken) as error:
        return _refused(item, error.message)
    except FileNotFoundError:
        return _refused(item, "A file that belongs to this message is no longer there. Add it again and send it anew.")
    return _taken(item, published)


def _look(item: OutboxItem, *, now: datetime) -> datetime | None:
    """Ask the network whether it has the item."""
    since = item.created_at - SKEW
    try:
        found = sessions.open_session(item.account).find(outbox.outgoing_of(item, with_media=False), since=since)
    except (RateLimited, Unavailable, Unreadable) as error:
        asked_for = now - (item.claimed_at or item.created_at)
        if asked_for > ASKED_FOR:
            return _doubt(item, f"The network could not be asked: {error.message}")
        wait = now + min(max(asked_for / 2, LOOKS[0]), RAREST_LOOK)
        return max(wait, error.until) if isinstance(error, RateLimited) else wait
    except SignInExpired as error:
        _account_needs_sign_in(item.account_id, error, now=now)
        return None  # asked again once somebody has signed in
    except (NetworkError, SealBroken) as error:
        return _doubt(item, f"The network would not say whether it has this message: {error.message}")
    if found is None:
        return _not_there(item, now=now)
    if (
        OutboxItem.objects.filter(account_id=item.account_id, external_id=found.external_id)
        .exclude(pk=item.pk)
        .exists()
    ):
        return _doubt(item, "The same words were sent twice to the same place, and only one of them can be found.")
    return _taken(item, found)


@transaction.atomic
def _not_there(item: OutboxItem, *, now: datetime) -> datetime | None:
    """The network does not have it, as far as it shows. Sent again only when that is clear."""
    item = OutboxItem.objects.select_for_update().select_related("account").get(pk=item.pk)
    if item.state == OutboxState.PROCESSING:
        return now + LOOKS[-1] if now - (item.claimed_at or now) < ASKED_FOR else _doubt(item, "It never appeared.")
    if item.state != OutboxState.UNKNOWN:
        return None
    item.looks += 1
    item.save(update_fields=["looks"])
    can = sessions.adapter_of(item.account).capabilities
    keyed = can.idempotency == "key" and bool(item.account.limits.get("idempotency", True))
    first_left = item.claimed_at or item.created_at
    safe_by_key = keyed and now - first_left < KEY_REMEMBERED
    if not safe_by_key and item.looks < len(LOOKS):
        return now + LOOKS[item.looks]
    if item.attempts >= MOST_TRIES or (not safe_by_key and item.attempts > MOST_BLIND):
        return _doubt(item, "The network does not show this message, and its answers were lost several times.")
    item.state, item.due_at, item.error = OutboxState.RETRY, now, "The network does not have it; it is sent again."
    item.save(update_fields=["state", "due_at", "error"])
    return now


@transaction.atomic
def _taken(item: OutboxItem, published: Published) -> datetime | None:
    """The network has it, or works on it."""
    now = clock.now()
    item = _locked(item)
    if item.state == OutboxState.PUBLISHED:
        if item.external_id != published.external_id:
            log.error("outbox item %s is on its network as %s and %s", item.pk, item.external_id, published.external_id)
        return None
    if published.processing:
        item.state, item.external_id, item.permalink = (
            OutboxState.PROCESSING,
            published.external_id,
            published.permalink,
        )
        item.save(update_fields=["state", "external_id", "permalink"])
        return now + LOOKS[0]
    outbox.mark_published(
        item,
        external_id=published.external_id,
        permalink=published.permalink,
        at=min(published.sent_at or now, now),
        by=system(item.workspace_id),
    )
    return None


@transaction.atomic
def _put_off(item: OutboxItem, reason: str, *, until: datetime, paces: bool = False) -> datetime | None:
    """It did not leave; try again at a moment. paces: nothing else of the account leaves before either."""
    account = Account.objects.select_for_update(no_key=True).get(pk=item.account_id)
    item = _locked(item)
    if item.state != OutboxState.SENDING:
        return None
    if paces and (account.sends_after is None or account.sends_after < until):
        Account.objects.filter(pk=account.pk).update(sends_after=until)
    item.state, item.due_at, item.error = OutboxState.RETRY, until, reason
    item.save(update_fields=["state", "due_at", "error"])
    body = OutboxDelayed(
        item_id=item.pk, origin=item.origin, reason=reason, until=until.isoformat(), **outbox.where(item)
    )
    _tell(item, body, clock.now())
    return until


def _try_again(item: OutboxItem, reason: str) -> datetime | None:
    """Nothing left; back off, and after many tries let a person decide."""
    if item.attempts >= MOST_TRIES:
        return _doubt(item, f"It could not be sent in {item.attempts} tries: {reason}")
    return _put_off(item, reason, until=clock.now() + jobs.back_off(item.attempts))


@transaction.atomic
def _unknown(item: OutboxItem, reason: str) -> datetime | None:
    now = clock.now()
    item = _locked(item)
    if item.state != OutboxState.SENDING:
        return None
    _to_unknown(item, reason, now=now)
    return now + LOOKS[0]


def _to_unknown(item: OutboxItem, reason: str, *, now: datetime) -> None:
    item.state, item.error = OutboxState.UNKNOWN, reason
    item.save(update_fields=["state", "error"])
    _tell(item, OutboxUnknown(item_id=item.pk, origin=item.origin, **outbox.where(item)), now)


@transaction.atomic
def _doubt(item: OutboxItem, reason: str) -> None:
    item = _locked(item)
    if item.state in (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.PROCESSING):
        item.state, item.error = OutboxState.DOUBTFUL, reason
        item.save(update_fields=["state", "error"])
        body = OutboxDoubtful(item_id=item.pk, origin=item.origin, reason=reason, **outbox.where(item))
        _tell(item, body, clock.now())


@transaction.atomic
def _refused(item: OutboxItem, reason: str) -> None:
    item = _locked(item)
    if item.state == OutboxState.SENDING:
        _refuse(item, reason, now=clock.now())


def _refuse(item: OutboxItem, reason: str, *, now: datetime) -> None:
    item.state, item.error = OutboxState.REFUSED, reason
    item.save(update_fields=["state", "error"])
    if item.thread_id is None:
        threads.drop_rest(item)  # nothing of it is there, so nothing waits to go on
    _tell(item, OutboxRefused(item_id=item.pk, origin=item.origin, reason=reason, **outbox.where(item)), now)


@transaction.atomic
def _sign_in_expired(item: OutboxItem, error: SignInExpired) -> None:
    """The item waits, unsent, until somebody signs in again; then it is asked for anew."""
    now = clock.now()
    _account_needs_sign_in(item.account_id, error, now=now)
    item = _locked(item)
    if item.state == OutboxState.SENDING:
        item.state = OutboxState.RETRY
        item.save(update_fields=["state"])
        _wait_for_account(item, item.account, now=now)


def _wait_for_account(item: OutboxItem, account: Account, *, now: datetime) -> None:
    reason = "The account is paused." if account.state == AccountState.PAUSED else "The account needs a new sign-in."
    if item.error != reason:
        item.error = reason
        item.save(update_fields=["error"])
        _tell(item, OutboxDelayed(item_id=item.pk, origin=item.origin, reason=reason, **outbox.where(item)), now)


def _account_needs_sign_in(account_id: int, error: SignInExpired, *, now: datetime) -> None:
    states.move_to(
        account_id=account_id, state=AccountState.NEEDS_SIGN_IN, reason=error.message, now=now, only_from=WORKING
    )


def wake_waiting(account: Account, *, now: datetime) -> int:
    """After a new sign-in or a resumed account: look again at everything that waited for it. Returns how many."""
    waiting = OutboxItem.objects.filter(
        account=account,
        held_at=None,
        state__in=[*outbox.WAITING, OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.PROCESSING],
    )
    items = list(waiting.order_by("id"))
    for item in items:
        outbox.ask_to_send(item, at=max(item.due_at, now))
    return len(items)


def _locked(item: OutboxItem) -> OutboxItem:
    return OutboxItem.objects.select_for_update().get(pk=item.pk)


def _tell(item: OutboxItem, body: FactBody, at: datetime) -> None:
    publish(body, by=system(item.workspace_id), at=at)
