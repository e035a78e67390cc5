"""What channels does when something happened in it."""

from collections.abc import Sequence

from crossdesk.channels.events import AccountConnected
from crossdesk.channels.services.limits import LIMITS
from crossdesk.journal import jobs
from crossdesk.journal.facts import Told, follows


@follows("channels.limits", AccountConnected, from_the="beginning")
def ask_for_limits(told: Sequence[Told]) -> None:
    """Each account that was connected, for the first time or again, has its limits read. Asked for twice it stays one row."""
    for account_id, one in {one.body.account_id: one for one in told}.items():
        jobs.enqueue(LIMITS, key=str(account_id), due_at=one.at, workspace_id=one.workspace_id, account_id=account_id)
