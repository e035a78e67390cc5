"""Asking for work on an account: a pull now, and in which states it is asked at all."""

from datetime import datetime

from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account
from crossdesk.journal import jobs

PULL = "channels.pull"
WORKING = frozenset(
    {AccountState.CONNECTING, AccountState.LIVE, AccountState.DELAYED, AccountState.REFUSED}
)  # states in which an account is pulled


def ask_for_pull(account: Account, *, at: datetime) -> None:
    """Pull the account at this moment, or sooner where that is due already."""
    jobs.enqueue(PULL, key=str(account.pk), due_at=at, workspace_id=account.workspace_id, account_id=account.pk)
