"""Holds: nothing in their scope leaves while they stand, and nothing fires by itself when they end."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from crossdesk.channels import policies
from crossdesk.channels.enums import HoldScope
from crossdesk.channels.events import HoldLifted, HoldPut
from crossdesk.channels.models import Account, Hold, OutboxItem
from crossdesk.journal import audit
from crossdesk.journal.facts import publish
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotFound

MAY_NOT = "You may not put or lift holds. Ask somebody who manages accounts or rules."


def standing(workspace_id: int) -> QuerySet[Hold]:
    """Holds that stand, oldest first."""
    return Hold.objects.filter(workspace_id=workspace_id, lifted_at=None).order_by("id")


def that_keeps(item: OutboxItem) -> Hold | None:
    """The oldest standing hold whose scope the item is in."""
    scope = Q(scope=HoldScope.WORKSPACE) | Q(scope=HoldScope.ACCOUNT, account_id=item.account_id)
    if item.tags:
        scope |= Q(scope=HoldScope.TAG, tag__in=item.tags)
    return standing(item.workspace_id).filter(scope).first()


@transaction.atomic
def put_hold(
    *, scope: HoldScope, reason: str, by: Actor, now: datetime, account_id: int | None = None, tag: str = ""
) -> Hold:
    """Stop everything in the scope. When this returns, nothing in it leaves any more: claiming takes the same lock."""
    policies.demand(policies.can_hold(by), MAY_NOT)
    if not reason.strip():
        raise Invalid("Say why, so that the others know when to go on.")
    accounts = Account.objects.filter(workspace_id=by.workspace_id)
    locked = list(accounts.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if scope == HoldScope.ACCOUNT and account_id not in locked:
        raise NotFound("This account is not connected.")
    if scope == HoldScope.TAG and not tag:
        raise Invalid("Name the campaign or topic to hold.")
    hold = Hold.objects.create(
        workspace_id=by.workspace_id,
        scope=scope,
        account_id=account_id if scope == HoldScope.ACCOUNT else None,
        tag=tag if scope == HoldScope.TAG else "",
        reason=reason,
        by_id=by.member_id,
        created_at=now,
    )
    _written("channels.put_hold", hold, by=by, now=now, reason=reason)
    publish(HoldPut(hold_id=hold.pk, scope=scope, tag=hold.tag, account_id=hold.account_id), by=by, at=now)
    return hold


@transaction.atomic
def lift_hold(*, hold_id: int, by: Actor, now: datetime) -> Hold:
    """End a hold. What it kept back stays where it is until somebody releases it (`outbox.release`)."""
    policies.demand(policies.can_hold(by), MAY_NOT)
    hold = Hold.objects.select_for_update().filter(pk=hold_id, workspace_id=by.workspace_id).first()
    if hold is None:
        raise NotFound("There is no such hold.")
    if hold.lifted_at is not None:
        raise Conflict("This hold has already been lifted.")
    hold.lifted_at, hold.lifted_by_id = now, by.member_id
    hold.save(update_fields=["lifted_at", "lifted_by"])
    _written("channels.lift_hold", hold, by=by, now=now)
    publish(HoldLifted(hold_id=hold.pk, scope=hold.scope, tag=hold.tag, account_id=hold.account_id), by=by, at=now)
    return hold


def _written(action: str, hold: Hold, *, by: Actor, now: datetime, reason: str = "") -> None:
    scope = {"scope": hold.scope, "account_id": hold.account_id, "tag": hold.tag}
    audit.record(action, by=by, at=now, subject_kind="hold", subject_id=hold.pk, after=scope, reason=reason)
