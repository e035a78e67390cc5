"""What an account's server allows, asked once a day: servers change their limits while an account stays connected."""

from datetime import datetime, timedelta

from crossdesk.channels import sessions
from crossdesk.channels.models import Account
from crossdesk.channels.ports import NetworkError, RateLimited, TellsLimits
from crossdesk.channels.seal import SealBroken
from crossdesk.channels.services.asking import WORKING

LIMITS = "channels.read_limits"
EVERY = timedelta(days=1)
AFTER_FAILURE = timedelta(hours=1)


def read_limits(*, account_id: int, now: datetime) -> datetime | None:
    """Read an account's limits anew. Returns when to do it again; None where nobody tells any.

    While the server does not tell them, those that it told last stand.
    """
    account = Account.objects.filter(pk=account_id, removed_at=None).first()
    if account is None:
        return None
    if account.state not in WORKING:
        return now + EVERY
    try:
        session = sessions.open_session(account)
        if not isinstance(session, TellsLimits):
            return None
        told = session.limits()
    except RateLimited as limit:
        return max(limit.until, now + AFTER_FAILURE)
    except (NetworkError, SealBroken):  # the pull says what is wrong with the account
        return now + AFTER_FAILURE
    if told:
        Account.objects.filter(pk=account_id, removed_at=None).update(limits=dict(told))
    return now + EVERY
