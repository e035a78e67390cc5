"""Who may see figures, and whose work is in them."""

from django.db.models import Q

from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed
from crossdesk.org.enums import Right


def must_see_figures(actor: Actor) -> None:
    """Raises NotAllowed for who may not see the scoreboard."""
    if not actor.may(Right.SEE_SCOREBOARD):
        raise NotAllowed("You may not see the figures of this workspace.")


def in_sight(actor: Actor) -> Q:
    """Rows of the actor's workspace, on accounts they monitor, outside walls or inside theirs.

    For tables with workspace_id, account_id and wall_id; no wall is 0 or null there.
    """
    rows = Q(workspace_id=actor.workspace_id)
    if not actor.sees_all_accounts:
        rows &= Q(account_id__in=actor.account_ids("monitor"))
    if not actor.sees_all_walls:
        rows &= Q(wall_id=None) | Q(wall_id__in={0, *actor.walls})
    return rows
