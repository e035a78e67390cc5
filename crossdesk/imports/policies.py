"""Who may import."""

from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed
from crossdesk.org.enums import Right


def can_import(by: Actor) -> bool:
    """Bring another tool's history, and take it back: owners and administrators."""
    return by.may(Right.MANAGE_WORKSPACE)


def demand(by: Actor) -> None:
    """Raises NotAllowed."""
    if not can_import(by):
        raise NotAllowed("Only owners and administrators import. Ask one of them.")
