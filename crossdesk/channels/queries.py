"""Reads of channels."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from crossdesk.channels.enums import DeliveryState, OutboxState
from crossdesk.channels.models import (
    Account,
    AccountAccess,
    Credential,
    DeliveryTally,
    Door,
    FollowedWord,
    Hold,
    OutboxItem,
    RawDelivery,
    Stream,
)
from crossdesk.channels.networks import registry
from crossdesk.channels.ports import Adapter
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.actor import Access, Actor
from crossdesk.org import queries as org
from crossdesk.org.models import Member
from crossdesk.org.rights import RIGHTS_OF_ROLE

LEVELS: tuple[Access, ...] = get_args(Access)


def actor_of(member: Member) -> Actor:
    """The member as an actor with account access: what any of their departments may do on each account. Three queries."""
    actor = org.actor_of(member)
    rows = _GRANTED.read(workspace=actor.workspace_id, departments=actor.departments)
    accounts: dict[Access, set[int]] = {level: set() for level in LEVELS}
    for account_id, *granted in rows:
        for level, given in zip(LEVELS, granted, strict=True):
            if given:
                accounts[level].add(account_id)
    return replace(actor, accounts={level: frozenset(ids) for level, ids in accounts.items()})


_GRANTED = Prepared(
    AccountAccess,
    lambda workspace, departments: AccountAccess.objects.filter(
        account__workspace_id=workspace, account__removed_at=None, department_id__in=departments
    ),
    ("account_id", *LEVELS),
)


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


SETTLES = timedelta(minutes=10)  # after its hour everything should be through


def gaps(actor: Actor, *, now: datetime, since: datetime) -> dict[int, list[datetime]]:
    """Hours that are over in which not all that was received came all the way through, oldest first, by account. One query."""
    over = (now - SETTLES).replace(minute=0, second=0, microsecond=0)
    uneven = ~Q(received=F("stored")) | ~Q(stored=F("read")) | ~Q(read=F("decided")) | Q(unreadable__gt=0)
    rows = DeliveryTally.objects.filter(
        uneven, account__in=visible_to(actor), account__removed_at=None, hour__gte=since, hour__lt=over
    )
    found: dict[int, list[datetime]] = {}
    for account_id, hour in rows.order_by("hour", "id").values_list("account_id", "hour"):
        found.setdefault(account_id, []).append(hour)
    return found


def ending(actor: Actor, *, before: datetime, now: datetime) -> dict[int, datetime]:
    """Sign-ins that end between now and then, by account. One query."""
    rows = Credential.objects.filter(
        account__in=visible_to(actor), account__removed_at=None, expires_at__gt=now, expires_at__lte=before
    )
    return {account_id: at for account_id, at in rows.values_list("account_id", "expires_at") if at is not None}


def managers_of(workspace_id: int, account_ids: Collection[int]) -> dict[int, set[int]]:
    """By account, the members who manage it: by their role, or through a department. Two queries, none for none."""
    if not account_ids:
        return {}
    roles = [role for role, rights in RIGHTS_OF_ROLE.items() if "manage_accounts" in rights]
    members = Member.objects.filter(workspace_id=workspace_id, active=True)
    everywhere = set(members.filter(role__in=roles).values_list("pk", flat=True))
    found = {account_id: set(everywhere) for account_id in account_ids}
    granted = AccountAccess.objects.filter(account_id__in=account_ids, account__workspace_id=workspace_id, manage=True)
    for account_id, member_id in granted.values_list("account_id", "department__seats__member_id"):
        if member_id is not None:
            found[account_id].add(member_id)
    return found


def tallies_by_hour(actor: Actor, account_id: int, *, since: datetime) -> list[tuple[datetime, Tally]]:
    """One account's hours, newest first. One query."""
    rows = DeliveryTally.objects.filter(account__in=visible_to(actor), account_id=account_id, hour__gte=since)
    return [(row.hour, Tally(*(getattr(row, stage) for stage in STAGES))) for row in rows.order_by("-hour")]


def access_on(actor: Actor, account_id: int) -> dict[int, frozenset[Access]]:
    """What each department may do on an account, by department. One query."""
    rows = AccountAccess.objects.filter(account__in=visible_to(actor), account_id=account_id)
    return {row.department_id: frozenset(level for level in LEVELS if getattr(row, level)) for row in rows}


def access_grid(actor: Actor) -> dict[tuple[int, int], frozenset[Access]]:
    """What each department may do on each account that the actor sees, by account and department. One query."""
    rows = AccountAccess.objects.filter(account__in=visible_to(actor), account__removed_at=None)
    return {
        (row.account_id, row.department_id): frozenset(level for level in LEVELS if getattr(row, level)) for row in rows
    }


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
    """What has not left yet, or in doubt, on accounts and inside walls that the actor may see; oldest first.

    Of a thread the part whose turn it is.
    """
    rows = OutboxItem.objects.filter(workspace_id=actor.workspace_id, account__in=visible_to(actor)).exclude(
        state__in=[OutboxState.PUBLISHED, OutboxState.CANCELLED]
    )
    of_its_thread = Q(pk=OuterRef("thread_id")) | Q(thread_id=OuterRef("thread_id"))
    before_it = OutboxItem.objects.filter(of_its_thread, position__lt=OuterRef("position"))
    rows = rows.filter(~Exists(before_it.exclude(state=OutboxState.PUBLISHED)))
    if not actor.sees_all_walls:
        rows = rows.filter(Q(wall_id=None) | Q(wall_id__in=actor.walls))
    return rows.select_related("account", "created_by__user").order_by("id")


def has_answered(actor: Actor) -> bool:
    """Has any answer of this workspace reached its network? One query."""
    rows = OutboxItem.objects.filter(workspace_id=actor.workspace_id, state=OutboxState.PUBLISHED)
    return rows.exclude(in_reply_to="", to_handle="").exists()


def connected_networks(actor: Actor) -> set[str]:
    """The networks on which the workspace has an account. One query."""
    rows = Account.objects.filter(workspace_id=actor.workspace_id, removed_at=None).order_by()
    return set(rows.values_list("network", flat=True).distinct())


def heard_since(account: Account, *, now: datetime) -> datetime | None:
    """Since when its server tells us by itself what is new; None where it is asked. No query after select_related("stream")."""
    stream = _stream_of(account)
    if stream is None or stream.held_until is None or stream.held_until <= now:
        return None
    return stream.open_since


def heard_by(account: Account, *, now: datetime) -> str:
    """On which way that goes (`enums.Way`); empty where it does not. No query after select_related("stream")."""
    stream = _stream_of(account)
    return stream.way if stream is not None and heard_since(account, now=now) is not None else ""


def not_heard_because(account: Account) -> str:
    """Why its line broke; empty where it is open, or where there is none. No query after select_related("stream")."""
    stream = _stream_of(account)
    if stream is None or stream.open_since is not None or stream.absent_since is not None:
        return ""
    return stream.reason


def _stream_of(account: Account) -> Stream | None:
    found: Stream | None = getattr(account, "stream", None)
    return found


def waiting(actor: Actor) -> dict[int, int]:
    """Deliveries that nobody has read yet, by account; accounts with none are left out. Open work only. One query."""
    rows = RawDelivery.objects.filter(account__in=visible_to(actor), state=DeliveryState.STORED).order_by()
    return dict(rows.values_list("account_id").annotate(Count("id")))


def deliveries(
    actor: Actor,
    *,
    account_id: int | None = None,
    state: DeliveryState | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[RawDelivery]:
    """The deliveries page, newest first, for who sees operations. before: the last id of the page before. One query."""
    if not actor.may("see_operations"):
        return []
    rows = RawDelivery.objects.filter(workspace_id=actor.workspace_id, account__in=visible_to(actor))
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if state is not None:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("account").order_by("-id")[:limit])


def followed_words(actor: Actor, account_id: int) -> list[FollowedWord]:
    """Hashtags and words that an account follows, in the order in which that began. One query."""
    rows = FollowedWord.objects.filter(account__in=visible_to(actor), account_id=account_id)
    return list(rows.select_related("added_by__user").order_by("id"))


def door_of(actor: Actor, account_id: int) -> Door | None:
    """Where an account's network hands in, and what was turned away there. One query."""
    rows = Door.objects.filter(account__in=visible_to(actor), account_id=account_id)
    return rows.select_related("account").first()


def outbox(
    actor: Actor, *, state: OutboxState | None = None, held: bool = False, before: int | None = None, limit: int = 50
) -> list[OutboxItem]:
    """The outbox page: what is unfinished, newest first. before: the last id of the page before. One query."""
    rows = outgoing(actor)
    if state is not None:
        rows = rows.filter(state=state)
    if held:
        rows = rows.filter(held_at__isnull=False)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def standing_holds(actor: Actor) -> list[Hold]:
    """Holds that stand in the workspace, oldest first: everybody may know why nothing leaves. One query."""
    rows = Hold.objects.filter(workspace_id=actor.workspace_id, lifted_at=None)
    return list(rows.select_related("account", "by__user").order_by("id"))


def networks() -> list[Adapter]:
    """The networks an account can be connected on, by their names."""
    return sorted(registry.all_adapters().values(), key=lambda adapter: adapter.label)
