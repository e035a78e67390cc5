"""An answer of which only some posts got out: the rest is tried again, or it stays as it is."""

from datetime import datetime

from django.db import transaction

from crossdesk.channels import services as channels
from crossdesk.inbox.enums import ReplyState
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.models import Reply
from crossdesk.inbox.services.base import close_folder, open_folder
from crossdesk.inbox.services.replies import NotHeld, demand_reply, go_on, reply_in_sight
from crossdesk.inbox.services.settling import settle
from crossdesk.kit.actor import Actor


@transaction.atomic
def send_rest(*, reply_id: int, by: Actor, now: datetime) -> Reply:
    """Try the rest again, from the part that was refused. Raises NotFound, NotAllowed, NotHeld."""
    folder, partly, item_id = _partly_sent(reply_id, by=by)
    channels.send_rest(item_id=item_id, by=by, now=now)
    go_on(folder, partly)
    close_folder(folder, by=by, now=now)
    return partly


@transaction.atomic
def leave_rest(*, reply_id: int, by: Actor, now: datetime) -> Reply:
    """What is out is the answer. Raises NotFound, NotAllowed, NotHeld."""
    folder, partly, item_id = _partly_sent(reply_id, by=by)
    channels.leave_rest(item_id=item_id, by=by, now=now)
    settle(folder, partly, by=by, now=now)
    close_folder(folder, by=by, now=now)
    return partly


def _partly_sent(reply_id: int, *, by: Actor) -> tuple[Folder, Reply, int]:
    """With its conversation locked, and its outbox row. Whoever may answer there may decide."""
    partly = reply_in_sight(reply_id, by=by)
    folder = open_folder(partly.conversation_id, by=by, closed_too=True)
    demand_reply(folder, by=by)
    partly.refresh_from_db()
    if partly.state != ReplyState.PARTLY or partly.outbox_id is None:
        raise NotHeld("This answer does not wait any more.")
    return folder, partly, partly.outbox_id
