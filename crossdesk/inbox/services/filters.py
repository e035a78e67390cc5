"""Filters under a name: kept, renamed, shared with a department, removed and brought back."""

from datetime import datetime

from django.db import transaction

from crossdesk.inbox import policies
from crossdesk.inbox.models import SavedFilter
from crossdesk.inbox.queries.filters import Terms
from crossdesk.inbox.services.base import department_of, text_of
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound

MOST = 100  # of one person


class TooManyFilters(Conflict):
    code = "inbox.too_many_filters"


@transaction.atomic
def save_filter(*, name: str, terms: Terms, by: Actor, now: datetime, department_id: int | None = None) -> SavedFilter:
    """Keep a filter. department_id: all of that department see it too; None: its owner alone."""
    name = text_of(name, what="a name", most=60)
    if by.member_id is None:
        raise Invalid("Only members keep filters.")
    if not terms.as_plain():
        raise Invalid("Choose what the filter asks for first.")
    if department_id is not None:
        department_of(by, department_id)
        if not policies.can_share_with(by, department_id):
            raise NotAllowed("You may share filters with your own departments.")
    if SavedFilter.objects.filter(owner_id=by.member_id, removed_at=None).count() >= MOST:
        raise TooManyFilters("You have a hundred filters. Remove one first.")
    return SavedFilter.objects.create(
        workspace_id=by.workspace_id, owner_id=by.member_id, department_id=department_id, name=name,
        terms=terms.as_plain(), created_at=now,
    )  # fmt: skip


@transaction.atomic
def rename_filter(*, filter_id: int, name: str, by: Actor) -> str:
    """Give it another name. Returns the one it had."""
    row = _own(filter_id, by=by, removed=False)
    before, row.name = row.name, text_of(name, what="a name", most=60)
    row.save(update_fields=["name"])
    return before


@transaction.atomic
def remove_filter(*, filter_id: int, by: Actor, now: datetime) -> SavedFilter:
    """Take it out of the list."""
    row = _own(filter_id, by=by, removed=False)
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    return row


@transaction.atomic
def restore_filter(*, filter_id: int, by: Actor) -> SavedFilter:
    """Bring a removed one back."""
    row = _own(filter_id, by=by, removed=True)
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    return row


def _own(filter_id: int, *, by: Actor, removed: bool) -> SavedFilter:
    row = (
        SavedFilter.objects.select_for_update()
        .filter(pk=filter_id, workspace_id=by.workspace_id, removed_at__isnull=not removed)
        .first()
    )
    if row is None or not (row.owner_id == by.member_id or row.department_id in by.departments):
        raise NotFound("There is no such filter.")
    if not policies.can_change_filter(by, row):
        raise NotAllowed("Only who made this filter, or who manages the rules, may change it.")
    return row
