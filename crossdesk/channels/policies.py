"""Who may do what with accounts and the outbox."""

from crossdesk.channels.models import Account, OutboxItem
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed


def can_connect(actor: Actor) -> bool:
    """Connect, reconnect and remove accounts, and say who may use them."""
    return actor.may("manage_accounts")


def can_manage(actor: Actor, account: Account) -> bool:
    """Pause, resume and remove this account, and say who may use it."""
    return actor.workspace_id == account.workspace_id and (
        can_connect(actor) or actor.has_account("manage", account.pk)
    )


def can_send(actor: Actor, account_id: int, *, answers: bool) -> bool:
    """Send on this account. answers: a reply or a direct message, not a post of its own."""
    return actor.kind == "system" or actor.has_account("respond" if answers else "publish", account_id)


def can_settle(actor: Actor, item: OutboxItem) -> bool:
    """Decide what becomes of a message that is held, doubtful or still waiting."""
    answers = bool(item.in_reply_to or item.to_handle)
    return actor.workspace_id == item.workspace_id and can_send(actor, item.account_id, answers=answers)


def can_hold(actor: Actor) -> bool:
    """Put and lift holds. Rooms above bind this tighter where they offer it to more people."""
    return actor.kind == "system" or actor.may("manage_accounts") or actor.may("manage_rules")


def demand(allowed: bool, sentence: str) -> None:
    """Raise NotAllowed with the sentence unless allowed."""
    if not allowed:
        raise NotAllowed(sentence)
