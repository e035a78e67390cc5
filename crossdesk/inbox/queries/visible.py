"""What an actor may see: their workspace, accounts they may monitor, walls they stand inside."""

from collections.abc import Collection
from typing import Any, TypeVar

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


def sight_of(actor: Actor) -> dict[str, Any]:
    """What `within` asks of an actor, as values of a prepared query. Its flags: sees all accounts, all walls."""
    sight: dict[str, Any] = {"workspace": actor.workspace_id}
    if not actor.sees_all_accounts:
        sight["accounts"] = actor.account_ids("monitor")
    if not actor.sees_all_walls:
        sight["walls"] = actor.walls
    return sight


def seeing(
    all_accounts: bool, all_walls: bool, *, workspace: int, accounts: Collection[int] = (), walls: Collection[int] = ()
) -> Actor:
    """Somebody with this sight and nothing else: for making a prepared query."""
    return Actor(
        kind="member", workspace_id=workspace, name="", accounts={"monitor": frozenset(accounts)},
        walls=frozenset(walls), sees_all_accounts=all_accounts, sees_all_walls=all_walls,
    )  # fmt: skip


def of_visible(rows: QuerySet[Row], actor: Actor) -> QuerySet[Row]:
    """Rows with a conversation_id whose conversation exists for this actor.

    Asked of each row: as a list of ids SQLite would gather every conversation of the archive first.
    """
    return rows.filter(Exists(visible_to(actor).filter(pk=OuterRef("conversation_id"))))


def visible_to(actor: Actor) -> QuerySet[Conversation]:
    """Conversations that exist for this actor."""
    return within(Conversation.objects.all(), actor)
