"""Changes of the inbox: one function, one act, all or nothing."""

from crossdesk.inbox.services.base import ClosedForGood, NothingToDo
from crossdesk.inbox.services.counting import set_counters_right
from crossdesk.inbox.services.duties import add_duty, discharge_duty, waive_duty
from crossdesk.inbox.services.ownership import assign, decide, hand_over, take, unassign
from crossdesk.inbox.services.replies import NotHeld, TooWide, discard_held, reply, send_held
from crossdesk.inbox.services.states import (
    OthersOwe,
    close,
    note,
    reopen,
    resolve,
    snooze,
    tag,
    unsnooze,
    untag,
)
from crossdesk.inbox.services.undoing import CannotUndo, undo
from crossdesk.inbox.services.walls import enclose

__all__ = [
    "CannotUndo",
    "ClosedForGood",
    "NotHeld",
    "NothingToDo",
    "OthersOwe",
    "TooWide",
    "add_duty",
    "assign",
    "close",
    "decide",
    "discard_held",
    "discharge_duty",
    "enclose",
    "hand_over",
    "note",
    "reopen",
    "reply",
    "resolve",
    "send_held",
    "set_counters_right",
    "snooze",
    "tag",
    "take",
    "unassign",
    "undo",
    "unsnooze",
    "untag",
    "waive_duty",
]
