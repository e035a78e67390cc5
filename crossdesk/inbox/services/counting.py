"""Setting the counters right, where `crossdesk verify` found them wrong."""

from django.db import transaction

from crossdesk.inbox.lines import one_at_a_time
from crossdesk.inbox.queries.recount import standing
from crossdesk.inbox.store import Work, count, kept


@transaction.atomic
def set_counters_right(*, workspace_id: int) -> int:
    """Move the counters to what stands. Returns how many places were wrong. Run it while nobody works."""
    one_at_a_time(workspace_id)
    said, stands = kept(workspace_id), standing(workspace_id)
    nothing = Work(0, 0)
    moves = {}
    for place in said.keys() | stands.keys():
        before, after = said.get(place, nothing), stands.get(place, nothing)
        if before != after:
            moves[place] = Work(after.open - before.open, after.overdue - before.overdue)
    count(workspace_id, moves)
    return len(moves)
