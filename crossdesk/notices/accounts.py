"""Telling who manages an account that it needs somebody: now, soon, or since something got stuck on its way."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from crossdesk.channels import queries as channels
from crossdesk.channels.enums import AccountState
from crossdesk.channels.events import AccountStateChanged
from crossdesk.journal import jobs
from crossdesk.journal.facts import Told
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.notices.enums import Kind
from crossdesk.notices.services import FRESH, News, tell

LOOK: Final = "notices.look_at_accounts"
EVERY: Final = timedelta(hours=1)
BROKEN: Final = frozenset({AccountState.NEEDS_SIGN_IN, AccountState.REFUSED})
AHEAD: Final = (timedelta(days=1), timedelta(days=7))  # the end of a sign-in is told at each of these
GAPS_OF: Final = timedelta(days=1)


def follow(told: Sequence[Told]) -> None:
    """An account needs somebody. Every workspace with an account is looked at each hour from then on."""
    workspace_id, too_old = told[0].workspace_id, clock.now() - FRESH
    broken = [
        (one.body.account_id, str(one.number), one.at)
        for one in told
        if isinstance(one.body, AccountStateChanged) and one.body.state in BROKEN and one.at >= too_old
    ]
    managers = channels.managers_of(workspace_id, {pk for pk, _, _ in broken if pk is not None})
    tell(
        workspace_id,
        [
            News(member_id, None, Kind.BROKEN, key, at, account_id=account_id)
            for account_id, key, at in broken
            if account_id is not None
            for member_id in managers.get(account_id, ())
        ],
    )
    jobs.enqueue(LOOK, key=str(workspace_id), due_at=told[-1].at, workspace_id=workspace_id, for_id=workspace_id)


def look(*, workspace_id: int, now: datetime) -> None:
    """Sign-ins that end soon, and hours that are over with something stuck in them: each told once."""
    by = system(workspace_id)
    ending = channels.ending(by, before=now + max(AHEAD), now=now)
    gaps = channels.gaps(by, now=now, since=now - GAPS_OF)
    managers = channels.managers_of(workspace_id, {*ending, *gaps})
    tell(workspace_id, [*_ending(ending, managers, now), *_gaps(gaps, managers, now)])


def _ending(ending: dict[int, datetime], managers: dict[int, set[int]], now: datetime) -> Iterable[News]:
    for account_id, ends_at in ending.items():
        ahead = min(each for each in AHEAD if ends_at - now <= each)
        key = f"{account_id}:{ends_at.isoformat()}:{ahead.days}"
        for member_id in managers.get(account_id, ()):
            yield News(member_id, None, Kind.ENDS, key, now, due_at=ends_at, account_id=account_id)


def _gaps(gaps: dict[int, list[datetime]], managers: dict[int, set[int]], now: datetime) -> Iterable[News]:
    """One a day for each account: the first hour of it that has a gap."""
    for account_id, hours in gaps.items():
        for day in {hour.date() for hour in hours}:
            first = min(hour for hour in hours if hour.date() == day)
            for member_id in managers.get(account_id, ()):
                yield News(
                    member_id,
                    None,
                    Kind.GAP,
                    f"{account_id}:{day.isoformat()}",
                    now,
                    due_at=first,
                    account_id=account_id,
                )
