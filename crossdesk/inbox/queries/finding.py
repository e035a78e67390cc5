"""Search: conversations in which the words were said, newest words first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from crossdesk.inbox.models import Conversation, Entry
from crossdesk.inbox.queries.filters import Terms, narrowed
from crossdesk.inbox.queries.queues import LIST_PAGE, shown
from crossdesk.inbox.queries.visible import visible_to
from crossdesk.kit.actor import Actor
from crossdesk.messages import search
from crossdesk.messages.models import Message


def of_people(actor: Actor, begun: str, *, limit: int = 8) -> list[Conversation]:
    """The newest conversation with each person whose name or handle begins so, of those the actor may see. Three queries."""
    ids = search.identity_ids(actor.workspace_id, begun, limit=5 * limit)
    rows = shown(visible_to(actor).filter(identity_id__in=ids)).order_by("-last_at", "-id")
    newest: dict[int, Conversation] = {}
    for row in rows[: 10 * limit]:
        newest.setdefault(row.contact_id, row)
    return list(newest.values())[:limit]


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation and its newest message that holds all the words."""

    conversation: Conversation
    message: Message


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. after: what to give for the next page; None at the end."""

    hits: list[Hit]
    after: int | None


def find(
    actor: Actor, words: str, *, after: int | None = None, limit: int = LIST_PAGE, among: Terms | None = None
) -> Found:
    """Conversations that the actor may see, each once a page. among: only those that fit the other terms too. Five queries on SQLite, however long the archive is."""
    ids = search.search_ids(actor, words, before=after, limit=limit)
    entries = Entry.objects.filter(message_id__in=ids).select_related("message").order_by("-message_id")
    newest: dict[int, Message] = {}
    for entry in entries:
        if entry.message is not None:
            newest.setdefault(entry.conversation_id, entry.message)
    rows: Mapping[int, Conversation] = shown(narrowed(actor, among or Terms())).in_bulk(list(newest))
    hits = [Hit(rows[pk], message) for pk, message in newest.items() if pk in rows]
    return Found(hits=hits, after=ids[-1] if len(ids) == limit else None)


def conversations_of(actor: Actor, message_ids: Collection[int]) -> dict[int, int]:
    """By message id, the conversation it stands in, where the actor may see that. One query."""
    seen = Exists(visible_to(actor).filter(pk=OuterRef("conversation_id")))
    rows = Entry.objects.filter(seen, message_id__in=message_ids).order_by("pk")
    return {message_id: pk for message_id, pk in rows.values_list("message_id", "conversation_id") if message_id}
