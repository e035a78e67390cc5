"""Work of notices that has a time."""

from crossdesk.journal.jobs import Later, task
from crossdesk.kit import clock
from crossdesk.notices import accounts, services


@task(services.DUE_SOON)
def due_soon(*, duty_id: int) -> None:
    """Say that something is due within a quarter of an hour. Safe to repeat."""
    again = services.due_soon(duty_id=duty_id, now=clock.now())
    if again is not None:
        raise Later("Its time was moved.", at=again)


@task(accounts.LOOK)
def look_at_accounts(*, for_id: int) -> None:
    """Tell of sign-ins that end and of gaps, once an hour. Safe to repeat: nobody is told the same thing twice."""
    now = clock.now()
    accounts.look(workspace_id=for_id, now=now)
    raise Later("The next look is due then.", at=now + accounts.EVERY)
