"""Answers that leave later: a row with its time, looked at again in that moment by the same guard as any answer."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.channels import queries as channels
from crossdesk.channels import services as channels_services
from crossdesk.inbox import events
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.folder import Folder, load
from crossdesk.inbox.models import Attachment, Conversation, Reply
from crossdesk.inbox.services import attaching, drafts
from crossdesk.inbox.services.base import NothingToDo, close_folder, open_folder
from crossdesk.inbox.services.replies import (
    answered_message,
    composed,
    demand_reply,
    newer_than,
    parts_of,
    recomposed,
    reply_in_sight,
    send_or_hold,
)
from crossdesk.journal import jobs
from crossdesk.kit import actor
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.org.models import Member

LATER = "inbox.send_later"
SOONEST, LATEST = timedelta(seconds=30), timedelta(days=366)


@transaction.atomic
def send_later(
    *,
    conversation_id: int,
    text: str,
    saw_entry_id: int,
    at: datetime,
    by: Actor,
    now: datetime,
    visibility: str = "",
    to_message_id: int | None = None,
    resolve_after: bool = False,
    attachment_ids: Collection[int] = (),
    parting: str = "",
) -> Reply:
    """Write an answer that leaves at a moment. Held at once when something newer came in, as any answer.

    The conversation stays where it is, with its clock: nobody has been answered yet. Raises as `reply`, and Invalid for
    a moment that is past or too far.
    """
    _check_moment(at, now=now)
    folder = open_folder(conversation_id, by=by)
    draft, along = composed(
        folder, text=text, saw_entry_id=saw_entry_id, by=by, now=now, visibility=visibility, to_message_id=to_message_id,
        resolve_after=resolve_after, attachment_ids=attachment_ids, parting=parting,
    )  # fmt: skip
    return _wait(folder, draft, along, at=at, by=by, now=now)


@transaction.atomic
def send_held_later(
    *,
    reply_id: int,
    text: str,
    saw_entry_id: int,
    at: datetime,
    by: Actor,
    now: datetime,
    visibility: str = "",
    resolve_after: bool | None = None,
    attachment_ids: Collection[int] | None = None,
    parting: str | None = None,
) -> Reply:
    """An answer that was held, or refused by the network, leaves at a moment. Raises as `send_held` and `send_later`."""
    _check_moment(at, now=now)
    folder, draft, along = recomposed(
        reply_id, text=text, saw_entry_id=saw_entry_id, by=by, visibility=visibility, resolve_after=resolve_after,
        attachment_ids=attachment_ids, parting=parting,
    )  # fmt: skip
    return _wait(folder, draft, along, at=at, by=by, now=now)


def _wait(
    folder: Folder, draft: Reply, along: Sequence[Attachment], *, at: datetime, by: Actor, now: datetime
) -> Reply:
    text, *further = parts_of(draft, folder.conversation)
    channels_services.demand_room(
        account_id=folder.conversation.account_id, text=text, further=further, to_handle=folder.conversation.identity.handle,
        media=attaching.read(along),
    )  # fmt: skip
    drafts.forget_draft(folder.conversation, by=by, now=now)
    if newer_than(folder, draft):
        return send_or_hold(folder, draft, along, by=by, now=now)
    draft.state, draft.leaves_at, draft.held_reason = ReplyState.SCHEDULED, at, ""
    draft.save()
    attaching.give_to(draft, along)
    _arm(draft, workspace_id=by.workspace_id)
    folder.tell(events.ReplyScheduled, reply_id=draft.pk, leaves_at=at.isoformat())
    close_folder(folder, by=by, now=now)
    return draft


@transaction.atomic
def move_later(*, reply_id: int, at: datetime, by: Actor, now: datetime) -> Reply:
    """Another moment for an answer that waits for its time; `at` up to now sends it at once."""
    waiting, folder = _scheduled(reply_id, by=by)
    if at > now:
        _check_moment(at, now=now)
    waiting.leaves_at = max(at, now)
    waiting.save(update_fields=["leaves_at"])
    _arm(waiting, workspace_id=by.workspace_id)
    folder.tell(events.ReplyScheduled, reply_id=waiting.pk, leaves_at=waiting.leaves_at.isoformat())
    close_folder(folder, by=by, now=now)
    return waiting


@transaction.atomic
def edit_later(*, reply_id: int, by: Actor, now: datetime) -> Reply:
    """It does not leave: its text and pictures are in the actor's hand again, to be changed."""
    waiting, folder = _withdrawn(reply_id, ReplyState.TAKEN_BACK, by=by, now=now)
    attaching.take_from(waiting, by=by)
    drafts.put_back(folder.conversation, waiting.text, by=by, now=now)
    close_folder(folder, by=by, now=now)
    return waiting


@transaction.atomic
def cancel_later(*, reply_id: int, by: Actor, now: datetime) -> Reply:
    """It does not leave. `restore_later` brings it back while its time is still to come."""
    waiting, folder = _withdrawn(reply_id, ReplyState.DISCARDED, by=by, now=now)
    close_folder(folder, by=by, now=now)
    return waiting


def _withdrawn(reply_id: int, state: ReplyState, *, by: Actor, now: datetime) -> tuple[Reply, Folder]:
    """An answer that no longer waits for its time."""
    waiting, folder = _scheduled(reply_id, by=by)
    waiting.state, waiting.settled_at = state, now
    waiting.save(update_fields=["state", "settled_at"])
    jobs.cancel(LATER, key=str(waiting.pk))
    folder.tell(events.ReplySettled, reply_id=waiting.pk, state=str(waiting.state), error="")
    return waiting, folder


@transaction.atomic
def restore_later(*, reply_id: int, by: Actor, now: datetime) -> Reply:
    """Take a cancelling back."""
    gone = reply_in_sight(reply_id, by=by)
    folder = open_folder(gone.conversation_id, by=by)
    demand_reply(folder, by=by)
    gone.refresh_from_db()
    if (
        gone.state != ReplyState.DISCARDED
        or gone.leaves_at is None
        or gone.outbox_id is not None
        or gone.leaves_at <= now
    ):
        raise NothingToDo("Its time is over, or it was not cancelled.")
    gone.state, gone.settled_at = ReplyState.SCHEDULED, None
    gone.save(update_fields=["state", "settled_at"])
    _arm(gone, workspace_id=by.workspace_id)
    folder.tell(events.ReplyScheduled, reply_id=gone.pk, leaves_at=gone.leaves_at.isoformat())
    close_folder(folder, by=by, now=now)
    return gone


@transaction.atomic
def send_due(*, reply_id: int, now: datetime) -> datetime | None:
    """Its time has come: send it as its writer, or give it back to them with the reason. Safe to repeat.

    Returns when to look again, where the time was moved.
    """
    waiting = Reply.objects.select_related("by__user", "conversation").filter(pk=reply_id).first()
    if waiting is None or waiting.state != ReplyState.SCHEDULED or waiting.leaves_at is None:
        return None
    if waiting.leaves_at > now:
        return waiting.leaves_at
    try:
        with transaction.atomic():
            _send_as(waiting.by, waiting, now=now)
    except (Conflict, Invalid, NotAllowed, NotFound) as error:
        _give_back(waiting, error.message, now=now)
    return None


def _send_as(writer: Member | None, waiting: Reply, *, now: datetime) -> None:
    if writer is None or not writer.active:
        raise NotAllowed("Who wrote this answer has left.")
    by = channels.actor_of(writer)
    folder = open_folder(waiting.conversation_id, by=by)
    demand_reply(folder, by=by)
    waiting.refresh_from_db()
    if waiting.state != ReplyState.SCHEDULED:
        return
    if folder.conversation.state == State.RESOLVED:
        raise Conflict("The conversation was resolved before its time came.")
    waiting.conversation = folder.conversation
    waiting.to_message = answered_message(folder.conversation, waiting.to_message_id)
    along = attaching.in_hand(
        folder.conversation, list(waiting.attachments.values_list("pk", flat=True)), by=by, reply=waiting
    )
    send_or_hold(folder, waiting, along, by=by, now=now)


def _give_back(waiting: Reply, reason: str, *, now: datetime) -> None:
    """Back to its writer, who finds it in the field with the reason."""
    (folder,) = load(Conversation.objects.filter(pk=waiting.conversation_id).select_for_update())
    waiting.refresh_from_db()
    if waiting.state != ReplyState.SCHEDULED:
        return
    waiting.state, waiting.held_reason = ReplyState.HELD, reason
    waiting.save(update_fields=["state", "held_reason"])
    folder.tell(events.ReplyHeld, reply_id=waiting.pk)
    close_folder(folder, by=actor.system(folder.conversation.workspace_id), now=now, touched=False)


def _scheduled(reply_id: int, *, by: Actor) -> tuple[Reply, Folder]:
    """One that waits for its time, with its conversation locked. Whoever may answer there may change it."""
    waiting = reply_in_sight(reply_id, by=by)
    folder = open_folder(waiting.conversation_id, by=by, closed_too=True)
    demand_reply(folder, by=by)
    waiting.refresh_from_db()
    if waiting.state != ReplyState.SCHEDULED:
        raise NothingToDo("This answer does not wait any more.")
    return waiting, folder


def _check_moment(at: datetime, *, now: datetime) -> None:
    if not now + SOONEST <= at <= now + LATEST:
        raise Invalid("Choose a time that is still to come, within a year.")


def _arm(waiting: Reply, *, workspace_id: int) -> None:
    if waiting.leaves_at is not None:
        jobs.enqueue(
            LATER, key=str(waiting.pk), due_at=waiting.leaves_at, workspace_id=workspace_id, earliest=False,
            reply_id=waiting.pk,
        )  # fmt: skip
