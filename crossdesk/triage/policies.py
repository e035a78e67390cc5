"""Who may do what in triage."""

from crossdesk.kit.actor import Actor
from crossdesk.org.enums import Right


def can_manage_rules(actor: Actor) -> bool:
    return actor.may(Right.MANAGE_RULES)


def can_label(actor: Actor) -> bool:
    """Say what a sample is: whoever answers messages."""
    return actor.may(Right.WORK)


def can_see_quality(actor: Actor) -> bool:
    """How well messages are read and routed: who can change how."""
    return actor.may(Right.MANAGE_RULES)
