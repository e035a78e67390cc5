"""Reading messages again that we already hold, since not every network tells of edits and deletions."""

from collections.abc import Sequence
from datetime import datetime

from crossdesk.channels import sessions
from crossdesk.channels.enums import AccountState, Source
from crossdesk.channels.models import Account
from crossdesk.channels.ports import NetworkError, RateLimited
from crossdesk.channels.seal import SealBroken
from crossdesk.channels.services import deliveries
from crossdesk.channels.services.asking import WORKING


def check_again(*, account_id: int, external_ids: Sequence[str], now: datetime) -> datetime | None:
    """Read these messages again and store what the network says now. Returns None when that was done.

    Otherwise the moment before which asking again makes no sense: a network that is down shows itself in the pull.
    """
    account = Account.objects.filter(pk=account_id, removed_at=None, state__in=WORKING).first()
    if account is None:
        return None
    if account.state == AccountState.DELAYED:  # down, or it asked us to wait: the pull finds out when that is over
        return now
    try:
        found = sessions.open_session(account).check(external_ids)
    except RateLimited as limit:
        return limit.until
    except (NetworkError, SealBroken):
        return now
    deliveries.store_deliveries(account_id=account_id, deliveries=found, source=Source.CHECK, now=now)
    return None
