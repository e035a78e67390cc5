"""What a conversation's line in the lists shows, and how intake takes turns."""

from django.db import connection

from crossdesk.inbox.enums import Privacy
from crossdesk.inbox.models import Conversation
from crossdesk.messages import apart
from crossdesk.messages.enums import Direction, Visibility
from crossdesk.messages.models import Message

EXCERPT = 280


def privacy_of(visibility: str) -> Privacy:
    """Followers-only and direct messages are private: they are never answered more widely than they were said."""
    return Privacy.PRIVATE if visibility in {Visibility.DIRECT, Visibility.PRIVATE} else Privacy.PUBLIC


def one_at_a_time(workspace_id: int) -> None:
    """Let one intake of a workspace run at a time, so that two never open the same conversation.

    SQLite's IMMEDIATE transaction does that by itself; PostgreSQL takes an advisory lock until the transaction ends.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('crossdesk.intake'), %s::int)", [workspace_id % 2**31]
            )


def show_newest(row: Conversation, message: Message, direction: Direction) -> None:
    """Keep on the conversation what its line in the list shows."""
    row.messages_count += 1
    row.opened_at = min(row.opened_at, message.sent_at)
    if direction == Direction.IN and (row.last_inbound_at is None or message.sent_at >= row.last_inbound_at):
        row.last_inbound_id, row.last_inbound_at = message.pk, message.sent_at
    if message.sent_at >= row.last_at:
        row.last_at, row.last_direction = message.sent_at, direction
        row.excerpt = "" if message.deleted_at else excerpt_of(apart.in_short(message))


def excerpt_of(text: str) -> str:
    return " ".join(text.split())[:EXCERPT]
