"""Work of messages that must happen. Each is one call of a service."""

from datetime import timedelta

from django.conf import settings

from crossdesk.journal.jobs import Later, task
from crossdesk.kit import clock
from crossdesk.messages import services
from crossdesk.messages.services.forgetting import FORGET
from crossdesk.messages.services.keeping_media import KEEP
from crossdesk.messages.services.looking_again import CHECK

TAKE_IN = "messages.take_in"


@task(TAKE_IN, lease=timedelta(minutes=2), urgent=True)
def take_in(*, account_id: int) -> None:
    """Turn stored deliveries into messages, a batch a run. Safe to repeat: messages are unique by remote id."""
    if services.take_in(account_id=account_id, now=clock.now()):
        raise Later("More deliveries wait.", at=clock.now())


@task(CHECK, lease=timedelta(minutes=3))
def check_known(*, account_id: int) -> None:
    """Read recent messages again for edits and deletions. Safe to repeat: what did not change parses to the same."""
    if again := services.check_known(account_id=account_id, now=clock.now()):
        raise Later("The next look is due then.", at=again)


@task(KEEP, lease=timedelta(minutes=5))
def keep_media(*, message_id: int) -> None:
    """Copy a message's media into the data folder. Safe to repeat: a copy is named after what it holds."""
    if again := services.keep_media(message_id=message_id, now=clock.now()):
        raise Later("The next try is due then.", at=again)


@task(FORGET, lease=timedelta(minutes=5))
def forget_old(*, for_id: int) -> None:
    """Drop deletions whose message never came, once a day. Safe to repeat: deleting twice is deleting once."""
    now = clock.now()
    services.forget_old(workspace_id=for_id, now=now, kept=timedelta(days=settings.RAW_KEPT_DAYS))
    raise Later("The next look is due then.", at=now + timedelta(days=1))
