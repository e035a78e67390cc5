"""Changes of triage."""

from crossdesk.triage.services.following import DECIDE, follow, follow_one
from crossdesk.triage.services.rules import archive_rule, change_rule, create_rule, enable_rule, move_rule, restore_rule

__all__ = [
    "DECIDE",
    "archive_rule",
    "change_rule",
    "create_rule",
    "enable_rule",
    "follow",
    "follow_one",
    "move_rule",
    "restore_rule",
]
