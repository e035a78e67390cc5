"""Changes of triage."""

from crossdesk.triage.services.following import DECIDE, follow, follow_one
from crossdesk.triage.services.labelling import NoLongerOpen, label
from crossdesk.triage.services.learning import LEARN, NotInUse, ask_to_learn, learn, use_general, use_learned
from crossdesk.triage.services.rules import archive_rule, change_rule, create_rule, enable_rule, move_rule, restore_rule
from crossdesk.triage.services.sampling import DRAW, SHARES, blind_percent, draw_now, draw_week, set_blind_percent
from crossdesk.triage.services.watching import watch

__all__ = [
    "DECIDE",
    "DRAW",
    "LEARN",
    "SHARES",
    "NoLongerOpen",
    "NotInUse",
    "archive_rule",
    "ask_to_learn",
    "blind_percent",
    "change_rule",
    "create_rule",
    "draw_now",
    "draw_week",
    "enable_rule",
    "follow",
    "follow_one",
    "label",
    "learn",
    "move_rule",
    "restore_rule",
    "set_blind_percent",
    "use_general",
    "use_learned",
    "watch",
]
