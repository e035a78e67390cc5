"""Reads of channels."""

from dataclasses import replace
from typing import get_args

from django.db.models import QuerySet

from crossdesk.channels.models import Account, AccountAccess
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
