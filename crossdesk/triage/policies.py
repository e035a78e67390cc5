"""Who may do what in triage."""

from crossdesk.kit.actor import Actor
from crossdesk.org.enums import Right


def can_manage_rules(actor: Actor) -> bool:
    return actor.may(Right.MANAGE_RULES)
