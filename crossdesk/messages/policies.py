"""Who may do what with messages they can see."""

from crossdesk.kit.actor import Actor
from crossdesk.messages.models import Message


def can_correct(actor: Actor, message: Message) -> bool:
    """Say what a reading should have been."""
    return actor.workspace_id == message.workspace_id and actor.may("work")
