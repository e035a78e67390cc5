"""Who may do what with messages they can see."""

from collections.abc import Iterable

from crossdesk.kit.actor import Actor
from crossdesk.messages.models import Message


def can_correct(actor: Actor, message: Message) -> bool:
    """Say what a reading should have been."""
    return actor.workspace_id == message.workspace_id and actor.may("work")


def can_join(actor: Actor, account_ids: Iterable[int]) -> bool:
    """Say of a contact that they and another are one person, or are not: who may answer what they wrote.

    account_ids: the accounts on which the actor sees something of theirs. Asked of each of the two.
    """
    return actor.may("work") and any(actor.has_account("respond", account_id) for account_id in account_ids)
