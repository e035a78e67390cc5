"""What an actor may see: their workspace, accounts they may monitor, walls they stand inside."""

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from crossdesk.inbox.models import Conversation
from crossdesk.kit.actor import Actor

Row = TypeVar("Row", bound=Model)


def within(rows: QuerySet[Row], actor: Actor) -> QuerySet[Row]:
    """Rows with workspace_id, account_id and wall_id (conversations, duties, blocks, counters) that the actor may see."""
    rows = rows.filter(workspace_id=actor.workspace_id)
    if not actor.sees_all_accounts:
        rows = rows.filter(account_id__in=actor.account_ids("monitor"))
    if not actor.sees_all_walls:
        rows = rows.filter(Q(wall_id=None) | Q(wall_id__in=actor.walls) if actor.walls else Q(wall_id=None))
    return rows


def of_visible(rows: QuerySet[Row], actor: Actor) -> QuerySet[Row]:
    """Rows with a conversation_id whose conversation exists for this actor.

    Asked of each row: as a list of ids SQLite would gather every conversation of the archive first.
    """
    return rows.filter(Exists(visible_to(actor).filter(pk=OuterRef("conversation_id"))))


def visible_to(actor: Actor) -> QuerySet[Conversation]:
    """Conversations that exist for this actor."""
    return within(Conversation.objects.all(), actor)
