"""Reads of channels."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from django.db.models import Q, QuerySet, Sum

from crossdesk.channels.enums import DeliveryState, OutboxState
from crossdesk.channels.models import Account, AccountAccess, DeliveryTally, OutboxItem, RawDelivery
from crossdesk.kit.actor import Access, Actor
from crossdesk.org import queries as org
from crossdesk.org.models import Member

LEVELS: tuple[Access, ...] = get_args(Access)


def actor_of(member: Member) -> Actor:
    """The member as an actor with account access: what any of their departments may do on each account. Three queries."""
    actor = org.actor_of(member)
    rows = AccountAccess.objects.filter(
        account__workspace_id=actor.workspace_id, account__removed_at=None, department_id__in=actor.departments
    ).values_list("account_id", *LEVELS)
    accounts: dict[Access, set[int]] = {level: set() for level in LEVELS}
    for account_id, *granted in rows:
        for level, given in zip(LEVELS, granted, strict=True):
            if given:
                accounts[level].add(account_id)
    return replace(actor, accounts={level: frozenset(ids) for level, ids in accounts.items()})


def visible_to(actor: Actor) -> QuerySet[Account]:
    """Accounts that the actor may monitor, or all for who manages accounts."""
    rows = Account.objects.filter(workspace_id=actor.workspace_id)
    if actor.sees_all_accounts or actor.may("manage_accounts"):
        return rows
    return rows.filter(pk__in=actor.account_ids("monitor"))


@dataclass(frozen=True, slots=True)
class Tally:
    """received = stored = read = decided, once the work is done; unreadable ones wait for a person."""

    received: int = 0
    stored: int = 0
    read: int = 0
    decided: int = 0
    unreadable: int = 0

    @property
    def even(self) -> bool:
        """Did everything that came in come all the way through?"""
        return self.received == self.stored == self.read == self.decided and self.unreadable == 0


STAGES = ("received", "stored", "read", "decided", "unreadable")


def tallies(actor: Actor, *, since: datetime) -> dict[int, Tally]:
    """Sums by account since an hour. One query."""
    rows = DeliveryTally.objects.filter(account__in=visible_to(actor), hour__gte=since).order_by()
    sums = rows.values_list("account_id").annotate(*(Sum(stage) for stage in STAGES))
    return {account_id: Tally(*numbers) for account_id, *numbers in sums}


def tallies_by_hour(actor: Actor, account_id: int, *, since: datetime) -> list[tuple[datetime, Tally]]:
    """One account's hours, newest first. One query."""
    rows = DeliveryTally.objects.filter(account__in=visible_to(actor), account_id=account_id, hour__gte=since)
    return [(row.hour, Tally(*(getattr(row, stage) for stage in STAGES))) for row in rows.order_by("-hour")]


def access_on(actor: Actor, account_id: int) -> dict[int, frozenset[Access]]:
    """What each department may do on an account, by department. One query."""
    rows = AccountAccess.objects.filter(account__in=visible_to(actor), account_id=account_id)
    return {row.department_id: frozenset(level for level in LEVELS if getattr(row, level)) for row in rows}


def unreadable(actor: Actor, account_id: int, *, most: int = 50) -> list[RawDelivery]:
    """Deliveries of an account that nobody understood yet, newest first. One query."""
    rows = RawDelivery.objects.filter(
        workspace_id=actor.workspace_id,
        account__in=visible_to(actor),
        account_id=account_id,
        state=DeliveryState.UNREADABLE,
    )
    return list(rows.order_by("-id")[:most])


def outgoing(actor: Actor) -> QuerySet[OutboxItem]:
    """What has not left yet, or in doubt, on accounts and inside walls that the actor may see; oldest first."""
    rows = OutboxItem.objects.filter(workspace_id=actor.workspace_id, account__in=visible_to(actor)).exclude(
        state__in=[OutboxState.PUBLISHED, OutboxState.CANCELLED]
    )
    if not actor.sees_all_walls:
        rows = rows.filter(Q(wall_id=None) | Q(wall_id__in=actor.walls))
    return rows.select_related("account", "created_by__user").order_by("id")
