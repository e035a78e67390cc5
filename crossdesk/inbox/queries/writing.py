"""What people are writing: drafts, pictures in hand, answers that leave later, saved replies."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet

from crossdesk.inbox.enums import ReplyState
from crossdesk.inbox.models import Attachment, Draft, Entry, Reply, SavedReply
from crossdesk.inbox.queries.visible import of_visible, visible_to
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.actor import Actor
from crossdesk.messages.models import Identity

FRESH = timedelta(seconds=75)
MOST_SAVED = 500


def draft_of(actor: Actor, conversation_id: int) -> Draft | None:
    """What the actor has begun to write in a conversation. One query."""
    return Draft.objects.filter(
        conversation_id=conversation_id, member_id=actor.member_id or 0, workspace_id=actor.workspace_id
    ).first()


def drafted(actor: Actor, conversation_ids: Collection[int]) -> frozenset[int]:
    """In which of these conversations something of the actor's waits to be finished. One query."""
    if not conversation_ids or actor.member_id is None:
        return frozenset()
    found = _UNFINISHED.read(conversations=conversation_ids, member=actor.member_id)
    return frozenset(conversation_id for (conversation_id,) in found)


def _unfinished(*, conversations: Collection[int], member: int) -> QuerySet[Draft]:
    begun = Draft.objects.filter(conversation_id__in=conversations, member_id=member)
    back = Reply.objects.filter(
        conversation_id__in=conversations, by_id=member, state__in=[ReplyState.HELD, ReplyState.FAILED]
    )
    return begun.values("conversation_id").union(back.values("conversation_id"))  # type: ignore[return-value]


_UNFINISHED = Prepared(Draft, _unfinished, ("conversation_id",))


def writing_now(actor: Actor, conversation_id: int, *, now: datetime) -> list[Draft]:
    """Drafts of colleagues who are writing in this conversation just now, for who may see it. One query."""
    return list(
        Draft.objects.filter(
            conversation_id=conversation_id, workspace_id=actor.workspace_id, writing_at__gt=now - FRESH
        )
        .exclude(member_id=actor.member_id or 0)
        .select_related("member__user")
        .order_by("id")
    )


def in_hand(actor: Actor, conversation_id: int, *, held_too: bool = False) -> list[Attachment]:
    """Pictures that the actor has attached and not sent yet. One query. held_too: with those of held answers."""
    loose = Q(reply=None) | Q(reply__state__in=[ReplyState.HELD, ReplyState.FAILED]) if held_too else Q(reply=None)
    rows = Attachment.objects.filter(loose, conversation_id=conversation_id, by_id=actor.member_id or 0)
    return list(rows.filter(workspace_id=actor.workspace_id).order_by("id"))


def attachment(actor: Actor, attachment_id: int) -> Attachment | None:
    """A picture that the actor may see: their own in hand, or one that goes with an answer they may see."""
    found = of_visible(Attachment.objects.filter(pk=attachment_id), actor).select_related("reply").first()
    if found is None or (found.reply_id is None and found.by_id != actor.member_id):
        return None
    return found


def file_of(one: Attachment) -> Path:
    """Where the file lies."""
    return Path(settings.MEDIA_ROOT) / "attachments" / one.key


def scheduled(actor: Actor, conversation_id: int) -> list[Reply]:
    """Answers of anybody that leave later, soonest first. Two queries."""
    return list(
        Reply.objects.filter(conversation_id=conversation_id, state=ReplyState.SCHEDULED)
        .filter(conversation__workspace_id=actor.workspace_id)
        .select_related("by__user")
        .prefetch_related("attachments")
        .order_by("leaves_at", "id")
    )


def saved_replies(actor: Actor, *, everything: bool = False) -> list[SavedReply]:
    """Saved replies of the workspace and of the actor's departments, most used first. One query.

    everything: those of all departments, for the page that manages them.
    """
    rows = SavedReply.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    if not everything:
        rows = rows.filter(Q(department=None) | Q(department_id__in=actor.departments))
    return list(rows.select_related("department", "changed_by__user").order_by("-uses", "title", "id")[:MOST_SAVED])


def people_in(actor: Actor, conversation_id: int) -> list[Identity]:
    """Who has said something in a conversation that the actor may see, newest first. Two queries."""
    if not visible_to(actor).filter(pk=conversation_id).exists():
        return []
    newest = Entry.objects.filter(conversation_id=conversation_id, message__identity__isnull=False).order_by(
        "-at", "-id"
    )
    ids = dict.fromkeys(newest.values_list("message__identity_id", flat=True)[:200])
    found = Identity.objects.in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found]
