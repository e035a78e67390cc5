"""One conversation as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from crossdesk.channels.models import OutboxItem
from crossdesk.inbox.enums import DutyState, EntryKind, ReplyState
from crossdesk.inbox.models import Act, Attachment, Block, Conversation, Duty, Entry, Reply, Tag
from crossdesk.inbox.queries.keyset import Page, key_of, page_of
from crossdesk.inbox.queries.visible import of_visible, visible_to
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotFound
from crossdesk.messages import queries as messages
from crossdesk.messages.models import Media

PAGE = 50
UNDOABLE = 10


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Everything the page shows. entries: oldest first; `entries.before` leads to older ones, `entries.after` to newer.

    window: other lines than the newest ones to begin with, around a place; None where the newest ones have it.

    readings: what stands of each message's reading, corrections included, by message id. last_entry_id: what a reply written on this page has seen. block: the one that waits for an answer. waiting: the
    actor's own replies that were held or refused. acts: the latest that can still be tried to undo, newest first.
    """

    conversation: Conversation
    entries: Page[Entry]
    readings: Mapping[int, dict[str, Any]]
    last_entry_id: int
    block: Block | None
    duties: Sequence[Duty]
    waiting: Sequence[Reply]
    acts: Sequence[Act]
    window: Page[Entry] | None = None
    at_entry_id: int = 0  # the line one came for

    @property
    def open_duties(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.state == DutyState.OPEN]


def conversation_page(
    actor: Actor,
    conversation_id: int,
    *,
    before: str = "",
    after: str = "",
    limit: int = PAGE,
    message_id: int | None = None,
) -> ConversationPage:
    """The conversation with one page of its lines, the newest where no key is given. Twelve queries, and one more for each of: a held answer, answers on their way.

    before: key of older lines; after: key of newer ones. message_id: begin around this message where the page does not
    hold it (three queries more). Raises NotFound for what the actor may not see.
    """
    row = (
        visible_to(actor)
        .filter(pk=conversation_id)
        .select_related("contact", "identity", "account", "department", "assignee__user", "wall")
        .prefetch_related(Prefetch("tags", queryset=Tag.objects.order_by("name")))
        .first()
    )
    if row is None:
        raise NotFound("There is no such conversation.")
    replies = Reply.objects.filter(conversation=row, state__in=[ReplyState.HELD, ReplyState.FAILED])
    entries = _entries(row, before=before, after=after, limit=limit)
    if message_id and _elsewhere(entries, message_id):
        message_id = _shown_as(message_id)
    window = _around(row, message_id, limit=limit) if message_id and _elsewhere(entries, message_id) else None
    said = [entry.message for entry in entries.rows if entry.message is not None]
    return ConversationPage(
        conversation=row,
        entries=entries,
        window=window,
        at_entry_id=_place_of(window or entries, message_id),
        readings=messages.effective_readings(said),
        last_entry_id=last_entry_id(row),
        block=Block.objects.filter(conversation=row, ended_at=None, reply=None).first(),
        duties=list(
            Duty.objects.filter(conversation=row)
            .select_related("department", "owner__user", "closed_by__user")
            .order_by("-state", "id")
        ),
        waiting=list(
            replies.filter(by_id=actor.member_id)
            .select_related("to_message")
            .prefetch_related(Prefetch("attachments", queryset=Attachment.objects.order_by("id")))
            .order_by("id")
        ),
        acts=list(
            Act.objects.filter(conversation=row, undone_at=None).select_related("by__user").order_by("-id")[:UNDOABLE]
        ),
    )


def newest_act(actor: Actor, conversation_id: int) -> Act | None:
    """The actor's own newest act there that was not taken back. One query."""
    acts = Act.objects.filter(conversation_id=conversation_id, undone_at=None, by_id=actor.member_id or 0)
    return of_visible(acts, actor).order_by("-id").first()


def last_entry_id(row: Conversation) -> int:
    """The newest line of a conversation, whatever its place in time."""
    return Entry.objects.filter(conversation=row).order_by("-id").values_list("pk", flat=True).first() or 0


def new_entries(actor: Actor, conversation_id: int, *, since_entry_id: int) -> list[Entry]:
    """Lines that came in after the page was drawn, oldest first. Five queries."""
    row = visible_to(actor).filter(pk=conversation_id).first()
    if row is None:
        raise NotFound("There is no such conversation.")
    rows = _lines_of(row).filter(pk__gt=since_entry_id)
    return _with_threads(list(_shown(rows).order_by("at", "id")[:200]))


def _entries(row: Conversation, *, before: str, after: str, limit: int) -> Page[Entry]:
    """Newest first in the index, oldest first on the page: what is older lies before."""
    page = page_of(
        _lines_of(row), "at", newest_first=True, limit=limit, after=before, before=after,
        shown=_shown,
    )  # fmt: skip
    return Page(rows=_with_threads(list(reversed(page.rows))), before=page.after, after=page.before)


def _lines_of(row: Conversation) -> QuerySet[Entry]:
    """Further posts of a thread stand in the line of their answer."""
    return Entry.objects.filter(conversation=row).exclude(kind=EntryKind.PART)


def _with_threads(rows: list[Entry]) -> list[Entry]:
    """The parts of answers that left as several posts, with what is stored of them. One query, none where there are none."""
    threads = [row.reply.outbox for row in rows if row.reply and row.reply.outbox and row.reply.outbox.of > 1]
    if threads:
        parts = OutboxItem.objects.select_related("message").order_by("position")
        prefetch_related_objects(threads, Prefetch("parts", queryset=parts))
    return rows


def lines(
    actor: Actor, conversation_id: int, *, before: str = "", after: str = "", limit: int = PAGE
) -> tuple[Conversation, Page[Entry]]:
    """One page of lines alone, older than a key or newer than one. Five queries at most, however long the thread is."""
    row = visible_to(actor).filter(pk=conversation_id).select_related("contact", "identity", "account").first()
    if row is None:
        raise NotFound("There is no such conversation.")
    return row, _entries(row, before=before, after=after, limit=limit)


def _elsewhere(entries: Page[Entry], message_id: int) -> bool:
    return all(entry.message_id != message_id for entry in entries.rows)


def _shown_as(message_id: int) -> int:
    """A further post of a thread is shown with the first."""
    rows = Entry.objects.filter(kind=EntryKind.PART, message_id=message_id)
    return rows.values_list("message__outbox__thread__message__pk", flat=True).first() or message_id


def _place_of(shown: Page[Entry], message_id: int | None) -> int:
    return next((entry.pk for entry in shown.rows if message_id and entry.message_id == message_id), 0)


def _around(row: Conversation, message_id: int, *, limit: int) -> Page[Entry] | None:
    """Lines on both sides of a message of the conversation."""
    entry = Entry.objects.filter(conversation=row, message_id=message_id).first()
    if entry is None:
        return None
    older = _entries(row, before=key_of(entry.at, entry.pk), after="", limit=limit // 2)
    first = older.rows[-1] if older.rows else None
    key = key_of(first.at, first.pk) if first else key_of(datetime.min.replace(tzinfo=UTC), 0)
    newer = _entries(row, before="", after=key, limit=limit // 2)
    return Page(rows=[*older.rows, *newer.rows], before=older.before, after=newer.after)


def _shown(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Lines with all that they show: messages with media, reading and corrections; notes; replies and their fate."""
    return rows.select_related(
        "message__identity", "message__contact", "by__user", "reply__by__user", "reply__outbox"
    ).prefetch_related(
        Prefetch("message__media", queryset=Media.objects.order_by("position")),
        Prefetch("reply__attachments", queryset=Attachment.objects.order_by("id")),
    )
