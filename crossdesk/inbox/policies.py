"""May I? Seeing comes first (`queries.visible_to`); these say what may be done with what one sees."""

from crossdesk.inbox.models import Conversation, Duty, SavedFilter
from crossdesk.kit.actor import Actor


def can_work(by: Actor) -> bool:
    """Take, assign, note, snooze, resolve, tag, hand over."""
    return by.may("work")


def can_reply(by: Actor, conversation: Conversation) -> bool:
    """Answer on the conversation's account."""
    return by.may("work") and by.has_account("respond", conversation.account_id)


def can_settle(by: Actor, duty: Duty) -> bool:
    """Discharge or waive what a department owes: its own people, and who manages the rules."""
    return by.may("work") and (
        by.kind == "system" or duty.department_id in by.departments or by.may("manage_rules")
    )  # fmt: skip


def can_enclose(by: Actor) -> bool:
    """Put a wall around a conversation."""
    return by.may("open_walls")


def can_share_with(by: Actor, department_id: int) -> bool:
    """Show a filter to all of a department."""
    return department_id in by.departments or by.may("manage_rules")


def can_change_filter(by: Actor, row: SavedFilter) -> bool:
    """Rename or remove a filter: its owner; one of a department also who manages the rules."""
    return row.owner_id == by.member_id or (row.department_id is not None and by.may("manage_rules"))


def can_save_for(by: Actor, department_id: int | None) -> bool:
    """Change saved replies: those of one's own departments, and all for who manages rules."""
    return by.may("work") and (
        by.may("manage_rules") or (department_id is not None and department_id in by.departments)
    )
