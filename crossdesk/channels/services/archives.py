"""Accounts for history: what an import brings that was said on an account which is not connected here."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from crossdesk.channels import archive
from crossdesk.channels.enums import AccountState
from crossdesk.channels.events import AccountRemoved
from crossdesk.channels.models import Account, AccountAccess
from crossdesk.journal import audit
from crossdesk.journal.facts import publish
from crossdesk.kit.actor import Actor
from crossdesk.kit.text import clipped
from crossdesk.org.models import Department


def is_archive(account: Account) -> bool:
    """Is this account connected to nothing?"""
    return account.network == archive.NETWORK


def archives_of(workspace_id: int) -> QuerySet[Account]:
    """The archives of a workspace."""
    return Account.objects.filter(workspace_id=workspace_id, network=archive.NETWORK, removed_at=None)


@transaction.atomic
def close_archives(*, account_ids: Collection[int], by: Actor, now: datetime) -> None:
    """Take out archives that hold nothing any more. The caller has asked who may."""
    rows = archives_of(by.workspace_id).filter(pk__in=account_ids)
    for row in rows.select_for_update().order_by("id"):
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        audit.record(
            "channels.remove", by=by, at=now, subject_kind="account", subject_id=row.pk, subject_name=row.handle
        )
        publish(AccountRemoved(account_id=row.pk, handle=row.handle), by=by, at=now)


@transaction.atomic
def open_archive(*, handle: str, host: str, by: Actor, now: datetime) -> Account:
    """The archive of this handle on this network (host: "twitter"); made when there is none. The caller has asked who may.

    Every department sees it, as with an account that is connected; none can answer on it. Who may see it is changed on
    the account's page.
    """
    handle = clipped(handle, 200)
    values = {
        "handle": handle, "name": handle, "state": AccountState.PAUSED, "state_reason": archive.SENTENCE,
        "state_since": now, "connected_at": now,
    }  # fmt: skip
    row, made = Account.objects.get_or_create(
        workspace_id=by.workspace_id, network=archive.NETWORK, host=host, external_id=handle.casefold(), defaults=values
    )
    if made:
        desks = Department.objects.filter(workspace_id=by.workspace_id, archived_at=None).values_list("pk", flat=True)
        AccountAccess.objects.bulk_create(AccountAccess(account=row, department_id=pk, monitor=True) for pk in desks)
        audit.record(
            "channels.archive", by=by, at=now, subject_kind="account", subject_id=row.pk, subject_name=handle,
            after={"network": archive.NETWORK, "host": host},
        )  # fmt: skip
    elif row.removed_at is not None:
        Account.objects.filter(pk=row.pk).update(removed_at=None)
    return row
