"""Undo: an answer comes back into its writer's hand before it has left. The outbox row decides, not the clock on a page."""

from datetime import datetime
from typing import Any

from django.db import transaction

from crossdesk.channels import services as channels
from crossdesk.inbox import events
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.models import Entry, Reply
from crossdesk.inbox.services import attaching, drafts
from crossdesk.inbox.services.base import NothingToDo, close_folder, open_folder, snapshot
from crossdesk.inbox.services.replies import line_of, reply_in_sight, run_blocks_on
from crossdesk.inbox.services.undoing import Past, bring_back, standing
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed


@transaction.atomic
def take_back(*, reply_id: int, by: Actor, now: datetime) -> Reply:
    """Take an answer back before it leaves: its text is the writer's draft again, and all stands as before.

    Raises AlreadyLeft once it is on its way to the network, NotAllowed for others than its writer.
    """
    sent = reply_in_sight(reply_id, by=by)
    folder = open_folder(sent.conversation_id, by=by)
    sent.refresh_from_db()
    if sent.by_id != by.member_id:
        raise NotAllowed("Only who wrote an answer can take it back.")
    if sent.state == ReplyState.TAKEN_BACK:
        raise NothingToDo("This answer was taken back already.")
    if sent.state != ReplyState.QUEUED or sent.outbox_id is None:
        raise channels.AlreadyLeft("This answer has left already.")
    channels.cancel(item_id=sent.outbox_id, by=by, now=now)
    _undo_turn(folder, sent, by=by, now=now)
    sent.state, sent.settled_at = ReplyState.TAKEN_BACK, now
    sent.save(update_fields=["state", "settled_at"])
    Entry.objects.filter(reply=sent).delete()
    attaching.take_from(sent, by=by)
    drafts.put_back(folder.conversation, sent.text, by=by, now=now)
    folder.tell(events.ReplySettled, reply_id=sent.pk, state=str(sent.state), error="")
    close_folder(folder, by=by, now=now)
    return sent


def _undo_turn(folder: Folder, sent: Reply, *, by: Actor, now: datetime) -> None:
    """Their turn is ours again: the block runs on, and who owned it owns it, unless that was changed since."""
    row, stood = folder.conversation, sent.stood
    untouched = stood is not None and _same(snapshot(folder), stood["after"])
    line_untouched = stood is not None and line_of(folder) == stood["after_line"]
    had_blocks = run_blocks_on(folder, sent, now=now)
    if stood is not None and untouched:
        bring_back(folder, stood["before"], Past([stood["before"]]), by=by, now=now)
    elif had_blocks and row.state == State.WAITING:
        row.state = State.OPEN
    if stood is not None and line_untouched:
        last_at, row.last_direction, row.excerpt = stood["before_line"]
        row.last_at = datetime.fromisoformat(last_at)


def _same(now: dict[str, Any], after: dict[str, Any]) -> bool:
    return bool(now["conversation"] == after["conversation"]) and standing(now) == standing(after)
