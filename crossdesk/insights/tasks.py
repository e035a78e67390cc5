"""Work of insights that has a time."""

from datetime import timedelta

from crossdesk.insights import services
from crossdesk.journal.jobs import Later, task
from crossdesk.kit import clock

REST = timedelta(minutes=1)  # between two looks, so that many targets cost one


@task(services.TARGETS)
def let_targets_come(*, of: int) -> None:
    """Count answered blocks of a workspace whose target has come. Safe to repeat: a block that was counted no longer waits."""
    now = clock.now()
    following = services.let_targets_come(workspace_id=of, now=now)
    if following:
        raise Later("The next target has not come yet.", at=max(following, now + REST))
