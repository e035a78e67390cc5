"""Changes of messages: everything that other rooms may ask for."""

from crossdesk.messages.services.correcting import correct, enclose, undo_correction
from crossdesk.messages.services.forgetting import forget_old
from crossdesk.messages.services.history import (
    Kept,
    Known,
    PastMessage,
    PastPerson,
    begin_history,
    forget_history,
    here_already,
    keep_history,
    keep_readings,
    read_history,
)
from crossdesk.messages.services.joining import join_contacts, keep_apart
from crossdesk.messages.services.keeping_media import keep_media
from crossdesk.messages.services.looking_again import check_known
from crossdesk.messages.services.own_posts import store_own_posts
from crossdesk.messages.services.taking_in import count_decided, take_in
from crossdesk.messages.services.teaching import teaches

__all__ = [
    "Kept",
    "Known",
    "PastMessage",
    "PastPerson",
    "begin_history",
    "check_known",
    "correct",
    "count_decided",
    "enclose",
    "forget_history",
    "forget_old",
    "here_already",
    "join_contacts",
    "keep_apart",
    "keep_history",
    "keep_media",
    "keep_readings",
    "read_history",
    "store_own_posts",
    "take_in",
    "teaches",
    "undo_correction",
]
