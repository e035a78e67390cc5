"""Putting a conversation behind a wall: for who stands outside it is as if it had never been."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import events, policies
from crossdesk.inbox.models import Block, Conversation, Duty, Entry
from crossdesk.inbox.services.base import NothingToDo, close_folder, open_folder
from crossdesk.journal import audit, facts
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.messages import services as messages
from crossdesk.messages.models import Message
from crossdesk.org import services as org
from crossdesk.org.models import Wall


@transaction.atomic
def enclose(*, conversation_id: int, wall_id: int | None, reason: str, by: Actor, now: datetime) -> Conversation:
    """Move a conversation, and all that hangs on it, behind a wall; None brings it out again.

    The actor must stand inside the wall it goes to. Messages, blocks, duties, facts, answers on their way and the
    counters follow in the same transaction.
    """
    folder = open_folder(conversation_id, by=by, closed_too=True)
    row = folder.conversation
    if not policies.can_enclose(by):
        raise NotAllowed("Only leads and administrators may put a conversation behind a wall.")
    if wall_id is not None:
        _check_inside(wall_id, by=by)
    if row.wall_id == wall_id:
        raise NothingToDo("It stands there already.")
    before, row.wall_id = row.wall_id, wall_id
    here = [folder.block, *folder.on_their_way, *folder.duties]
    for part in here:
        if part is not None:
            part.wall_id = wall_id
    Block.objects.filter(conversation=row).update(wall_id=wall_id)
    Duty.objects.filter(conversation=row).update(wall_id=wall_id)
    OutboxItem.objects.filter(conversation_id=row.pk, workspace_id=row.workspace_id).update(wall_id=wall_id)
    message_ids = Message.objects.filter(entry__conversation=row).values_list("pk", flat=True)
    messages.enclose(message_ids=list(message_ids), wall_id=wall_id, workspace_id=row.workspace_id)
    folder.note_event("enclosed" if wall_id else "brought_out", by=by, now=now, reason=reason.strip())
    folder.tell(events.ConversationEnclosed, before_wall_id=before)
    close_folder(folder, by=by, now=now)
    facts.enclose(workspace_id=row.workspace_id, conversation_id=row.pk, wall_id=wall_id)
    audit.record(
        "conversation.enclosed", by=by, at=now, subject_kind="conversation", subject_id=row.pk,
        before={"wall_id": before}, after={"wall_id": wall_id}, reason=reason.strip(), wall_id=wall_id or before,
    )  # fmt: skip
    return row


def _check_inside(wall_id: int, *, by: Actor) -> None:
    inside = by.sees_all_walls or wall_id in by.walls
    standing = Wall.objects.filter(pk=wall_id, workspace_id=by.workspace_id, taken_down_at=None)
    # Locked, so that it is not taken down in the same moment.
    if not inside or standing.select_for_update().first() is None:
        raise NotFound("There is no such wall.")


@org.encloses
def newest_behind(wall_id: int) -> datetime | None:
    """The newest line of any conversation behind a wall, closed ones too."""
    newest: datetime | None = Entry.objects.filter(conversation__wall_id=wall_id).aggregate(newest=Max("at"))["newest"]
    return newest
