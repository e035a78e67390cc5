"""Work of triage that is tried again by itself."""

from crossdesk.journal.jobs import task
from crossdesk.triage import services


@task(services.DECIDE)
def decide(*, workspace: int, number: int) -> None:
    """Apply one fact that failed with its batch. Safe to repeat: what is decided already stays."""
    services.follow_one(workspace=workspace, number=number)
