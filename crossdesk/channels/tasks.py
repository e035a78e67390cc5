"""Work of channels that must happen. Each is one call of a service."""

from datetime import timedelta

from django.conf import settings

from crossdesk.channels import services
from crossdesk.channels.services import ears
from crossdesk.channels.services.asking import PULL
from crossdesk.channels.services.connecting import FORGET
from crossdesk.channels.services.giving_back import GIVE_BACK
from crossdesk.channels.services.limits import LIMITS
from crossdesk.channels.services.outbox import SEND
from crossdesk.channels.services.streaming import LISTEN
from crossdesk.journal.jobs import Later, task
from crossdesk.kit import clock

# Longer than the network may take to answer all calls of one run, files included.
LEASE = timedelta(minutes=10)


@task(PULL, lease=LEASE)
def pull_account(*, account_id: int) -> None:
    """Fetch what is new on one account, again and again. Safe to repeat: deliveries are unique, cursors compare."""
    if again := services.pull(account_id=account_id, now=clock.now()):
        raise Later("The next pull is due then.", at=again)


@task(LISTEN)
def listen_to(*, account_id: int) -> None:
    """Hold an account's line, or see that another process does. Safe to repeat: one lease, one line."""
    if again := services.listen(account_id=account_id, now=clock.now(), ears=ears.of_this_process()):
        raise Later("The next look is due then.", at=again)


@task(SEND, lease=LEASE)
def send_item(*, item_id: int) -> None:
    """Take an outbox item one step on. Safe to repeat: what may have left is asked for, not sent again."""
    if again := services.send(item_id=item_id, now=clock.now()):
        raise Later("The next step is due then.", at=again)


@task(FORGET, lease=LEASE)
def forget_old(*, for_id: int) -> None:
    """Delete raw deliveries whose time is over, once a day. Safe to repeat: deleting twice is deleting once."""
    now = clock.now()
    more = services.forget_old(workspace_id=for_id, now=now, kept=timedelta(days=settings.RAW_KEPT_DAYS))
    raise Later("The next look is due then.", at=now if more else now + timedelta(days=1))


@task(LIMITS, lease=LEASE)
def read_limits(*, account_id: int) -> None:
    """Read what an account's server allows, once a day. Safe to repeat: what was told last stands."""
    if again := services.read_limits(account_id=account_id, now=clock.now()):
        raise Later("The next look is due then.", at=again)


@task(GIVE_BACK, lease=LEASE)
def give_back(*, account_id: int) -> None:
    """Tell a network that a removed account's sign-in is over. Safe to repeat: what is over stays over."""
    if again := services.give_back(account_id=account_id, now=clock.now()):
        raise Later("The network is told again then.", at=again)
