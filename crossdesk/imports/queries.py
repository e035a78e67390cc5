"""Reads of imports."""

from django.db.models import QuerySet

from crossdesk.imports import policies
from crossdesk.imports.models import Brought, Import
from crossdesk.kit.actor import Actor


def visible_to(actor: Actor) -> QuerySet[Import]:
    """The workspace's imports, for who may import."""
    rows = Import.objects.filter(workspace_id=actor.workspace_id)
    return rows if policies.can_import(actor) else rows.none()


def past(actor: Actor, *, before: int | None = None, limit: int = 50) -> list[Import]:
    """All imports, newest first. before: the last id of the page before. One query."""
    rows = visible_to(actor)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("account").order_by("-id")[:limit])


def import_of(actor: Actor, conversation_id: int) -> Import | None:
    """The import that brought a conversation which the actor sees; None where it came in live. One query."""
    row = Brought.objects.filter(conversation_id=conversation_id, of__workspace_id=actor.workspace_id)
    found = row.select_related("of").first()
    return found.of if found else None
