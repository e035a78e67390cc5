"""What messages does when something happens in the rooms below."""

from collections.abc import Sequence

from crossdesk.channels.events import AccountConnected, DeliveriesStored, OutboxPublished
from crossdesk.journal import jobs
from crossdesk.journal.facts import Told, follows
from crossdesk.messages import services
from crossdesk.messages.services.forgetting import FORGET
from crossdesk.messages.tasks import TAKE_IN


@follows("messages.taking_in", DeliveriesStored, from_the="beginning")
def ask_to_take_in(told: Sequence[Told]) -> None:
    """Each account with new deliveries gets its work, once. What was asked for twice stays one row."""
    accounts = {one.body.account_id: one for one in told}
    for account_id, one in accounts.items():
        jobs.enqueue(TAKE_IN, key=str(account_id), due_at=one.at, workspace_id=one.workspace_id, account_id=account_id)


@follows("messages.own_posts", OutboxPublished, from_the="beginning")
def store_own_posts(told: Sequence[Told]) -> None:
    """Our own posts become messages at once, in the transaction of the position: each once."""
    published = [one.body for one in told if isinstance(one.body, OutboxPublished)]
    services.store_own_posts(item_ids=[body.item_id for body in published], now=told[-1].at)


@follows("messages.forgetting", AccountConnected, from_the="beginning")
def ask_to_forget(told: Sequence[Told]) -> None:
    """A workspace with an account has things to forget, once a day. Asked for twice it stays one row."""
    for workspace_id, at in {one.workspace_id: one.at for one in told}.items():
        jobs.enqueue(FORGET, key=str(workspace_id), due_at=at, workspace_id=workspace_id, for_id=workspace_id)
