"""The counters counted again from what stands, for `crossdesk verify`."""

from collections.abc import Mapping

from django.db.models import Count, Exists, OuterRef, Q

from crossdesk.inbox.models import Block, Conversation, Duty
from crossdesk.inbox.store import Place, Work, kept

Difference = tuple[Work, Work]  # what the counters say, what stands


def recount(workspace_id: int) -> Mapping[Place, Difference]:
    """Places where the counters of a workspace differ from what stands in its queues. Empty when all is well.

    Three queries; walks all open work.
    """
    said, stands = kept(workspace_id), standing(workspace_id)
    nothing = Work(0, 0)
    return {
        place: (said.get(place, nothing), stands.get(place, nothing))
        for place in sorted(said.keys() | stands.keys(), key=str)
        if said.get(place, nothing) != stands.get(place, nothing)
    }


def standing(workspace_id: int) -> dict[Place, Work]:
    """Open work as it stands in the rows themselves. Two queries."""
    duties = (
        Duty.objects.filter(workspace_id=workspace_id, queue_at__isnull=False)
        .values_list("account_id", "department_id", "wall_id")
        .annotate(open=Count("id"), late=Count("id", filter=Q(overdue=True)))
        .order_by()
    )
    found = {Place(account, department, wall): Work(o, late) for account, department, wall, o, late in duties}
    late = Block.objects.filter(
        conversation=OuterRef("pk"), ended_at=None, reply=None, told_due_at__isnull=False
    )  # fmt: skip
    triage = (
        Conversation.objects.filter(workspace_id=workspace_id, triage_since__isnull=False)
        .annotate(is_late=Exists(late))
        .values_list("account_id", "wall_id")
        .annotate(open=Count("id"), late=Count("id", filter=Q(is_late=True)))
        .order_by()
    )
    return found | {Place(account, None, wall): Work(o, late) for account, wall, o, late in triage}
