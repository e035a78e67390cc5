"""Reads of the inbox. Every one begins with `visible_to(actor)`."""

from crossdesk.inbox.queries.conversation import (
    ConversationPage,
    conversation_page,
    last_entry_id,
    new_entries,
    newest_act,
)
from crossdesk.inbox.queries.filters import Terms, listed, saved_filter, saved_filters, tags, terms_of
from crossdesk.inbox.queries.finding import Found, Hit, find, of_people
from crossdesk.inbox.queries.keyset import Page
from crossdesk.inbox.queries.overview import (
    Change,
    Pressure,
    changes,
    open_by_owner,
    pressure,
    soonest,
    waiting_in_triage,
)
from crossdesk.inbox.queries.queues import (
    Counts,
    Line,
    conversations,
    counts,
    line_of,
    mine,
    of_contact,
    queue,
    snoozed,
    triage_queue,
)
from crossdesk.inbox.queries.recount import recount
from crossdesk.inbox.queries.visible import of_visible, visible_to, within
from crossdesk.inbox.queries.writing import (
    attachment,
    draft_of,
    drafted,
    file_of,
    in_hand,
    saved_replies,
    scheduled,
    writing_now,
)

__all__ = [
    "Change",
    "ConversationPage",
    "Counts",
    "Found",
    "Hit",
    "Line",
    "Page",
    "Pressure",
    "Terms",
    "attachment",
    "changes",
    "conversation_page",
    "conversations",
    "counts",
    "draft_of",
    "drafted",
    "file_of",
    "find",
    "in_hand",
    "last_entry_id",
    "line_of",
    "listed",
    "mine",
    "new_entries",
    "newest_act",
    "of_contact",
    "of_people",
    "of_visible",
    "open_by_owner",
    "pressure",
    "queue",
    "recount",
    "saved_filter",
    "saved_filters",
    "saved_replies",
    "scheduled",
    "snoozed",
    "soonest",
    "tags",
    "terms_of",
    "triage_queue",
    "visible_to",
    "waiting_in_triage",
    "within",
    "writing_now",
]
