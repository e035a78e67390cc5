"""What they, or we, changed later on the network: edits and deletions of messages that stand in conversations."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crossdesk.inbox import clocks, events, owing
from crossdesk.inbox.enums import BlockEnd, DutyState, Resolution, State
from crossdesk.inbox.folder import Folder, load, save
from crossdesk.inbox.lines import excerpt_of, one_at_a_time
from crossdesk.inbox.models import Block, Conversation, Entry
from crossdesk.kit.actor import Actor
from crossdesk.messages import apart
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message

EDITED, DELETED = "message_edited", "message_deleted"


@transaction.atomic
def take_edits(message_ids: Sequence[int], *, by: Actor, now: datetime) -> None:
    """Note edits in the conversations. Clocks do not move; a new verdict comes by `decide_again`. Safe to repeat."""
    _take(message_ids, EDITED, by=by, now=now)


@transaction.atomic
def take_deletions(message_ids: Sequence[int], *, by: Actor, now: datetime) -> None:
    """Note deletions. Deleting all of an unanswered block ends it without a miss, and what was owed for it is waived.

    Safe to repeat.
    """
    _take(message_ids, DELETED, by=by, now=now)


def _take(message_ids: Sequence[int], event: str, *, by: Actor, now: datetime) -> None:
    one_at_a_time(by.workspace_id)
    entries = {
        entry.message_id: entry
        for entry in Entry.objects.filter(
            message_id__in=message_ids, conversation__workspace_id=by.workspace_id
        ).select_related("message")
    }
    rows = Conversation.objects.filter(pk__in={entry.conversation_id for entry in entries.values()})
    folders = {folder.conversation.pk: folder for folder in load(rows.select_for_update().order_by("id"))}
    told = _told(list(folders), event)
    for message_id, entry in entries.items():
        message, folder = entry.message, folders[entry.conversation_id]
        if message is None or (message_id, message.version) in told:
            continue
        _note(folder, message, event, by=by, now=now)
        if event == DELETED and message.direction == Direction.IN:
            _deleted(folder, message, now=now)
        owing.refresh(folder, now=now)
    save(list(folders.values()), by=by, now=now)


def _told(conversation_ids: Sequence[int], event: str) -> set[tuple[int, int]]:
    rows = Entry.objects.filter(conversation_id__in=conversation_ids, event=event)
    return {(entry.details["message_id"], entry.details["version"]) for entry in rows}


def _note(folder: Folder, message: Message, event: str, *, by: Actor, now: datetime) -> None:
    row = folder.conversation
    folder.note_event(
        event, by=None, now=now, message_id=message.pk, version=message.version, direction=message.direction
    )  # fmt: skip
    if message.sent_at >= row.last_at:
        row.excerpt = "" if event == DELETED else excerpt_of(apart.in_short(message))
    folder.tell(events.MessageChanged, message_id=message.pk, deleted=event == DELETED)


def _deleted(folder: Folder, message: Message, *, now: datetime) -> None:
    for block in [*([folder.block] if folder.block else []), *folder.on_their_way]:
        if block.started_at <= message.sent_at and not _remaining(folder, block):
            _taken_back(folder, block, now=now)
            return


def _remaining(folder: Folder, block: Block) -> bool:
    """Does anything of theirs still stand in this block?"""
    following = folder.block.started_at if folder.block is not None and folder.block is not block else None
    left = Message.objects.filter(
        entry__conversation_id=folder.conversation.pk, direction=Direction.IN, sent_at__gte=block.started_at,
        deleted_at=None,
    )  # fmt: skip
    return (left.filter(sent_at__lt=following) if following else left).exists()


def _taken_back(folder: Folder, block: Block, *, now: datetime) -> None:
    row = folder.conversation
    was_open = folder.block is block
    clocks.end(folder, block, because=BlockEnd.DELETED, at=now)
    folder.on_their_way = [other for other in folder.on_their_way if other is not block]
    if not was_open:
        return
    owing.leave_triage(folder, department_id=row.department_id, now=now)
    if folder.pen is not None:
        owing.settle_duty(
            folder, folder.pen, state=DutyState.WAIVED, now=now, by_id=None, reason="They deleted what they wrote."
        )  # fmt: skip
    if row.state != State.OPEN or folder.open_duties:
        return
    if row.answers_count:
        row.state = State.WAITING
        return
    owing.settle_conversation(
        folder, resolution=Resolution.NO_REPLY_NEEDED, note="They deleted what they wrote.", now=now, automatic=True
    )  # fmt: skip
