"""Changes of the inbox: one function, one act, all or nothing."""

from crossdesk.inbox.services.attaching import Undescribed, attach, describe, describe_all, detach
from crossdesk.inbox.services.base import ClosedForGood, NothingToDo
from crossdesk.inbox.services.counting import set_counters_right
from crossdesk.inbox.services.drafts import keep_draft
from crossdesk.inbox.services.duties import add_duty, discharge_duty, waive_duty
from crossdesk.inbox.services.filters import (
    TooManyFilters,
    remove_filter,
    rename_filter,
    restore_filter,
    save_filter,
)
from crossdesk.inbox.services.history import PastConversation, PastLine, keep_history, take_out_history
from crossdesk.inbox.services.later import (
    cancel_later,
    edit_later,
    move_later,
    restore_later,
    send_held_later,
    send_later,
)
from crossdesk.inbox.services.many import (
    Many,
    Refusal,
    assign_many,
    hand_over_many,
    resolve_many,
    snooze_many,
    tag_many,
    take_many,
    unassign_many,
    undo_many,
)
from crossdesk.inbox.services.ownership import assign, decide, hand_over, take, unassign
from crossdesk.inbox.services.replies import NotHeld, TooWide, allowed_visibilities, discard_held, reply, send_held
from crossdesk.inbox.services.saved import PLACES, count_uses, filled, remove_reply, restore_reply, save_reply
from crossdesk.inbox.services.seeing import see
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
from crossdesk.inbox.services.taking_back import take_back
from crossdesk.inbox.services.threads import leave_rest, send_rest
from crossdesk.inbox.services.undoing import CannotUndo, undo
from crossdesk.inbox.services.walls import enclose

__all__ = [
    "PLACES",
    "CannotUndo",
    "ClosedForGood",
    "Many",
    "NotHeld",
    "NothingToDo",
    "OthersOwe",
    "PastConversation",
    "PastLine",
    "Refusal",
    "TooManyFilters",
    "TooWide",
    "Undescribed",
    "add_duty",
    "allowed_visibilities",
    "assign",
    "assign_many",
    "attach",
    "cancel_later",
    "close",
    "count_uses",
    "decide",
    "describe",
    "describe_all",
    "detach",
    "discard_held",
    "discharge_duty",
    "edit_later",
    "enclose",
    "filled",
    "hand_over",
    "hand_over_many",
    "keep_draft",
    "keep_history",
    "leave_rest",
    "move_later",
    "note",
    "remove_filter",
    "remove_reply",
    "rename_filter",
    "reopen",
    "reply",
    "resolve",
    "resolve_many",
    "restore_filter",
    "restore_later",
    "restore_reply",
    "save_filter",
    "save_reply",
    "see",
    "send_held",
    "send_held_later",
    "send_later",
    "send_rest",
    "set_counters_right",
    "snooze",
    "snooze_many",
    "tag",
    "tag_many",
    "take",
    "take_back",
    "take_many",
    "take_out_history",
    "unassign",
    "unassign_many",
    "undo",
    "undo_many",
    "unsnooze",
    "untag",
    "waive_duty",
]
