"""Work of triage that is tried again by itself."""

from datetime import timedelta

from crossdesk.journal.jobs import Later, task
from crossdesk.kit import clock
from crossdesk.triage import queries, services


@task(services.DECIDE)
def decide(*, workspace: int, number: int) -> None:
    """Apply one fact that failed with its batch. Safe to repeat: what is decided already stays."""
    services.follow_one(workspace=workspace, number=number)


@task(services.DRAW)
def draw_week(*, of: int) -> None:
    """Draw the week's messages to label. Safe to repeat: each week of a workspace is drawn for once."""
    now = clock.now()
    services.draw_week(workspace_id=of, now=now)
    raise Later("The next week is not there yet.", at=queries.next_draw_of(of, now=now))


@task(services.LEARN, lease=timedelta(minutes=15))
def learn(*, of: int) -> None:
    """Learn from what people said. Safe to repeat: from what was learned already nothing is learned again."""
    services.learn(workspace_id=of, now=clock.now())
