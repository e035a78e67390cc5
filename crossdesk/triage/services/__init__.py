"""Changes of triage."""

from crossdesk.triage.services.rules import archive_rule, change_rule, create_rule, enable_rule, move_rule

__all__ = ["archive_rule", "change_rule", "create_rule", "enable_rule", "move_rule"]
