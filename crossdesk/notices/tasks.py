"""Work of notices that has a time."""

from crossdesk.journal.jobs import Later, task
from crossdesk.kit import clock
from crossdesk.notices import services


@task(services.DUE_SOON)
def due_soon(*, duty_id: int) -> None:
    """Say that something is due within a quarter of an hour. Safe to repeat."""
    again = services.due_soon(duty_id=duty_id, now=clock.now())
    if again is not None:
        raise Later("Its time was moved.", at=again)
