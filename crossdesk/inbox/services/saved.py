"""Saved replies: texts that people answer with again and again."""

import re
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from crossdesk.inbox import policies
from crossdesk.inbox.models import SavedReply
from crossdesk.inbox.services.base import department_of, text_of
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound

PLACES = ("name", "first_name", "handle", "our_name", "account")
SHORTCUT = re.compile(r"[^\W_](?:[\w-]*\w)?")
_PLACE = re.compile(r"\{(\w+)\}")


@transaction.atomic
def save_reply(
    *,
    title: str,
    shortcut: str,
    text: str,
    department_id: int | None,
    by: Actor,
    now: datetime,
    saved_id: int | None = None,
) -> SavedReply:
    """Keep a text under a title and a shortcut, for a department or for all. saved_id: change that one.

    Raises Invalid (also for a placeholder that nobody fills), Conflict for a shortcut that is taken, NotAllowed, NotFound.
    """
    row = _mine(saved_id, by=by) if saved_id is not None else SavedReply(workspace_id=by.workspace_id)
    _demand(by, department_id)
    row.department = department_of(by, department_id) if department_id is not None else None
    row.title = text_of(title, what="a title", most=80)
    row.shortcut = _shortcut(shortcut or title)
    row.text = text_of(text, what="the text", most=5000)
    unknown = [place for place in _PLACE.findall(row.text) if place not in PLACES]
    if unknown:
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        raise Invalid(f"Nothing fills {{{unknown[0]}}}. There are {known}.")
    taken = SavedReply.objects.filter(workspace_id=by.workspace_id, shortcut=row.shortcut, removed_at=None)
    if taken.exclude(pk=row.pk).exists():
        raise Conflict(f"Another saved reply has the shortcut /{row.shortcut}. Choose another one.")
    row.changed_by_id, row.changed_at = by.member_id, now
    row.save()
    return row


@transaction.atomic
def remove_reply(*, saved_id: int, by: Actor, now: datetime) -> SavedReply:
    """Take a saved reply away. `restore_reply` brings it back."""
    row = _mine(saved_id, by=by)
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    return row


@transaction.atomic
def restore_reply(*, saved_id: int, by: Actor) -> SavedReply:
    """Bring back what was taken away."""
    row = _mine(saved_id, by=by)
    if SavedReply.objects.filter(workspace_id=by.workspace_id, shortcut=row.shortcut, removed_at=None).exists():
        raise Conflict(f"Another saved reply has the shortcut /{row.shortcut} by now.")
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    return row


@transaction.atomic
def count_uses(*, saved_ids: Collection[int], by: Actor, now: datetime) -> None:
    """These were used in an answer that was sent off."""
    rows = SavedReply.objects.filter(pk__in=saved_ids, workspace_id=by.workspace_id)
    rows.filter(Q(department=None) | Q(department_id__in=by.departments)).update(uses=F("uses") + 1, used_at=now)


def filled(text: str, values: dict[str, str]) -> str:
    """The text with its placeholders filled. What nobody fills stays as it is, to be seen."""
    return _PLACE.sub(lambda found: values.get(found[1]) or found[0], text)


def _mine(saved_id: int, *, by: Actor) -> SavedReply:
    row = SavedReply.objects.select_for_update().filter(pk=saved_id, workspace_id=by.workspace_id).first()
    if row is None:
        raise NotFound("There is no such saved reply.")
    _demand(by, row.department_id)
    return row


def _demand(by: Actor, department_id: int | None) -> None:
    if not policies.can_save_for(by, department_id):
        raise NotAllowed("You may change the saved replies of your own departments. For all of them, ask a lead.")


def _shortcut(text: str) -> str:
    made = re.sub(r"[^\w-]+", "-", text.strip().lstrip("/").lower()).strip("-_")[:40].strip("-_")
    if not SHORTCUT.fullmatch(made):
        raise Invalid("A shortcut is made of letters, digits and hyphens: thanks, late-parcel.")
    return made
