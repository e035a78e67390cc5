"""Fetching what is new on an account, and what every failure means for it."""

from datetime import datetime, timedelta

from django.conf import settings

from crossdesk.channels import sessions
from crossdesk.channels.enums import AccountState, Source
from crossdesk.channels.models import Account
from crossdesk.channels.ports import (
    Gone,
    MissingScope,
    Pace,
    RateLimited,
    Refused,
    Session,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from crossdesk.channels.seal import SealBroken
from crossdesk.channels.services import deliveries, following, places, states, streaming
from crossdesk.channels.services.asking import WORKING
from crossdesk.kit import clock

ONE_RUN = timedelta(seconds=25)  # then others get their turn; the rest follows at once
REFUSED_AGAIN = timedelta(hours=1)  # a refusal may be mended on the network's side
KEPT_FOR_ANSWERS = 0.1  # of a network's budget of calls
MOST_DELAY = timedelta(minutes=15)
BESIDE_A_STREAM = timedelta(minutes=5)  # the net under what the server tells by itself


def pull(*, account_id: int, now: datetime) -> datetime | None:
    """Fetch all that is new on one account. Returns when to pull again; None when it is not to be pulled.

    Safe to repeat and to run twice at once: deliveries are unique, and a cursor moves only from where it was read.
    """
    account = Account.objects.filter(pk=account_id, removed_at=None, state__in=WORKING).first()
    if account is None:
        return None
    feed = ""
    try:
        session = sessions.open_session(account)
        for feed in sessions.adapter_of(account).feeds:
            if again := _pull_feed(account, session, feed, until=now + ONE_RUN):
                _up(account, now=clock.now())
                return again
        following.look(
            account, session, now=now, read=lambda word: _pull_feed(account, session, word, until=now + ONE_RUN)
        )
    except RateLimited as limit:
        return _down(account, AccountState.DELAYED, limit.message, again=limit.until, now=now)
    except Unavailable as error:
        return _down(account, AccountState.DELAYED, error.message, again=_backed_off(account, now), now=now)
    except Unreadable as error:
        deliveries.store_unreadable(
            account_id=account.pk, feed=feed, payload=error.payload or error.message, error=error.message, now=now
        )
        return _down(account, AccountState.DELAYED, error.message, again=_backed_off(account, now), now=now)
    except SignInExpired as error:
        _down(account, AccountState.NEEDS_SIGN_IN, error.message, again=now, now=now)
        return None
    except (MissingScope, Refused, Gone, SealBroken) as error:
        return _down(account, AccountState.REFUSED, error.message, again=now + REFUSED_AGAIN, now=now)
    again = _up(account, now=clock.now())
    return again if sessions.adapter_of(account).feeds else None  # what only hands in is not asked


def _pull_feed(account: Account, session: Session, feed: str, *, until: datetime) -> datetime | None:
    """Pull one feed page by page, each stored with its cursor.

    Returns when to go on, where its time or the network's budget ran out before its end.
    """
    before = places.start(account, feed, now=clock.now())
    while True:
        page = session.pull(feed, before)
        if page.deliveries or page.cursor != before:
            move = places.Move(feed=feed, before=before, after=page.cursor)
            deliveries.store_deliveries(
                account_id=account.pk, deliveries=page.deliveries, source=Source.POLL, now=clock.now(), cursor=move
            )
        if (pause := _budget_back_at(page.pace)) is not None:
            return pause
        if not page.has_more or page.cursor == before:
            return None
        if clock.now() >= until:
            return clock.now()
        before = page.cursor


def _budget_back_at(pace: Pace | None) -> datetime | None:
    """When to read on, where what is left of the network's budget is to be kept for answers."""
    if pace is None or pace.remaining is None or pace.resets_at is None or pace.resets_at <= clock.now():
        return None
    return pace.resets_at if pace.remaining <= (pace.limit or 0) * KEPT_FOR_ANSWERS else None


def _up(account: Account, *, now: datetime) -> datetime:
    Account.objects.filter(pk=account.pk).update(pulled_at=now)
    if account.state != AccountState.LIVE or account.failures:
        states.move_to(account_id=account.pk, state=AccountState.LIVE, now=now, only_from=WORKING, failures=0)
    usual = timedelta(seconds=settings.PULL_EVERY_SECONDS)
    if not sessions.adapter_of(account).capabilities.streams:
        return now + usual
    if streaming.is_live(account.pk, now=now):
        return now + max(usual, BESIDE_A_STREAM)
    streaming.ask_to_listen(account, now=now)
    return now + usual


def _down(account: Account, state: AccountState, reason: str, *, again: datetime, now: datetime) -> datetime:
    states.move_to(
        account_id=account.pk, state=state, reason=reason, now=now, only_from=WORKING, failures=account.failures + 1
    )
    return again


def _backed_off(account: Account, now: datetime) -> datetime:
    """Later with every failure in a row: the usual interval, doubling, a quarter of an hour at most."""
    return now + min(timedelta(seconds=settings.PULL_EVERY_SECONDS * 2 ** min(account.failures, 10)), MOST_DELAY)
