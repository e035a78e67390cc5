"""Putting messages into the outbox, and what people decide about those that wait."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypedDict, cast
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from crossdesk.channels import policies
from crossdesk.channels.enums import OutboxState
from crossdesk.channels.events import OutboxCancelled, OutboxPublished
from crossdesk.channels.models import Account, OutboxItem, OutboxMedia
from crossdesk.channels.ports import Outgoing, OutgoingMedia, Visibility
from crossdesk.channels.room import room_on
from crossdesk.channels.services import threads
from crossdesk.channels.services.threads import UNSEEN
from crossdesk.journal import audit, jobs
from crossdesk.journal.facts import publish
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotFound
from crossdesk.kit.sizes import size
from crossdesk.kit.text import storable

SEND = "channels.send"
WAITING = (OutboxState.PREPARED, OutboxState.RETRY)
APART = timedelta(seconds=2)  # between the moments of two parts of a thread, so that their keys keep their order

Choice = Literal["found", "send_again", "cancel"]


class TooLong(Invalid):
    """The text is longer than the network takes."""

    code = "channels.too_long"


class AlreadyLeft(Conflict):
    """It is on its way, or there already."""

    code = "channels.already_left"


def approval_hash(
    *,
    account_id: int,
    text: str,
    visibility: str = "public",
    in_reply_to: str = "",
    to_handle: str = "",
    media: Sequence[tuple[str, str]] = (),
    further: Sequence[str] = (),
) -> str:
    """SHA-256 of exactly what may leave. media: (SHA-256 of the file, alt text) in order. further: a thread's other parts."""
    parts = [str(account_id), text, visibility, in_reply_to, to_handle, *(part for one in media for part in one)]
    parts += ["", *further] if further else []
    return hashlib.sha256("\0".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def hash_of(item: OutboxItem) -> str:
    """The approval hash of what lies in the outbox now: of the whole thread, for a part of one."""
    first = item.thread or item
    return approval_hash(
        account_id=first.account_id,
        text=first.text,
        visibility=first.visibility,
        in_reply_to=first.in_reply_to,
        to_handle=first.to_handle,
        media=[(one.digest, one.alt) for one in first.media.order_by("position")],
        further=[part.text for part in first.parts.order_by("position")] if first.of > 1 else (),
    )


@transaction.atomic
def prepare(
    *,
    account_id: int,
    text: str,
    by: Actor,
    now: datetime,
    origin: str,
    visibility: Visibility = "public",
    in_reply_to: str = "",
    to_handle: str = "",
    language: str = "",
    media: Sequence[OutgoingMedia] = (),
    tags: Collection[str] = (),
    approved_hash: str = "",
    conversation_id: int | None = None,
    wall_id: int | None = None,
    due_at: datetime | None = None,
    key: str = "",
    further: Sequence[str] = (),
) -> OutboxItem:
    """Put a message into the outbox, in the caller's transaction. It leaves at `due_at`, or at once.

    origin: what it is for ("inbox.reply:17"); facts carry it back. tags: scopes that holds may name. approved_hash:
    from `approval_hash`; when given, only exactly that may leave. key: ours, the same at every attempt. further: the
    texts that follow in one thread with it (`threads.parts_of`); files go with the first.
    Raises NotAllowed, NotFound, Invalid, TooLong.
    """
    account = _account_for(account_id, by, answers=bool(in_reply_to or to_handle))
    _check(account, text, to_handle, media)
    _check_further(account, to_handle, further)
    item = OutboxItem.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        key=key or uuid4().hex,
        origin=origin,
        conversation_id=conversation_id,
        wall_id=wall_id,
        text=storable(text),
        visibility=visibility,
        in_reply_to=in_reply_to,
        to_handle=to_handle,
        language=language,
        tags=sorted(tags),
        approved_hash=approved_hash,
        due_at=due_at or now,
        created_at=now,
        created_by_id=by.member_id,
        of=1 + len(further),
    )
    threads.follow(item, further)
    OutboxMedia.objects.bulk_create(_kept(item, position, one) for position, one in enumerate(media))
    ask_to_send(item, at=item.due_at)
    return item


def _account_for(account_id: int, by: Actor, *, answers: bool) -> Account:
    """The account, for who may send on it."""
    account = Account.objects.filter(pk=account_id, workspace_id=by.workspace_id, removed_at=None).first()
    if account is None:
        raise NotFound("This account is no longer connected.")
    policies.demand(
        policies.can_send(by, account_id, answers=answers),
        f"Your departments may not send on {account.handle}. Ask somebody who manages accounts.",
    )
    if answers and not room_on(account).answers:
        raise Invalid(f"{account.handle} takes no answers. Write to them another way.")
    return account


def ask_to_send(item: OutboxItem, *, at: datetime) -> None:
    """Look at the item at this moment, or sooner where that is due already."""
    jobs.enqueue(SEND, key=str(item.pk), due_at=at, workspace_id=item.workspace_id, item_id=item.pk)


def demand_room(
    *, account_id: int, text: str, to_handle: str = "", media: Sequence[OutgoingMedia] = (), further: Sequence[str] = ()
) -> None:
    """Raise Invalid, TooLong for what the account's network would not take."""
    account = Account.objects.get(pk=account_id)
    _check(account, text, to_handle, media)
    _check_further(account, to_handle, further)


def _check_further(account: Account, to_handle: str, further: Sequence[str]) -> None:
    if further and not room_on(account).threads:
        raise Invalid(f"{account.handle} takes one message at a time. Shorten the text.")
    for part in further:
        _check(account, part, to_handle, ())


def _check(account: Account, text: str, to_handle: str, media: Sequence[OutgoingMedia]) -> None:
    room = room_on(account)
    if not text.strip() and not media:
        raise Invalid("There is nothing to send yet. Write a text or add a file.")
    if (length := room.length(text, to_handle)) > room.text:
        raise TooLong(f"The text counts {length} on {account.handle}, which takes {room.text}. Shorten it.")
    if len(media) > room.media:
        raise Invalid(f"{account.handle} takes {room.media} files with one message; these are {len(media)}.")
    for one in media:
        if room.media_types and one.mime not in room.media_types:
            raise Invalid(f"{account.handle} does not take files like {one.name} ({one.mime}).")
        if len(one.content) > room.media_bytes:
            takes = size(room.media_bytes)
            raise Invalid(f"{one.name} is too large for {account.handle}: it takes {takes}.")


def _kept(item: OutboxItem, position: int, one: OutgoingMedia) -> OutboxMedia:
    folder = Path(settings.MEDIA_ROOT) / "outbox" / item.key
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / str(position)).write_bytes(one.content)
    return OutboxMedia(
        item=item,
        position=position,
        path=f"outbox/{item.key}/{position}",
        mime=one.mime,
        name=one.name[:200],
        alt=storable(one.alt),
        digest=hashlib.sha256(one.content).hexdigest(),
    )


def outgoing_of(item: OutboxItem, *, with_media: bool = True) -> Outgoing:
    """The item as adapters send it. with_media: read the files too, which looking for it does not need."""
    rows = item.media.order_by("position") if with_media else ()
    return Outgoing(
        key=item.key,
        text=item.text,
        visibility=cast(Visibility, item.visibility),
        in_reply_to=item.in_reply_to,
        to_handle=item.to_handle,
        language=item.language,
        made_at=item.created_at + (item.position - 1) * APART,
        media=[
            OutgoingMedia((Path(settings.MEDIA_ROOT) / row.path).read_bytes(), row.mime, row.name, row.alt)
            for row in rows
        ],
    )


def forget_media(item: OutboxItem) -> None:
    """Remove the item's files once the transaction is through: the network has them, or nobody needs them."""
    paths = [Path(settings.MEDIA_ROOT) / path for path in item.media.values_list("path", flat=True)]

    def remove() -> None:
        for path in paths:
            path.unlink(missing_ok=True)
        for folder in {path.parent for path in paths if path.parent.is_dir()}:
            folder.rmdir()

    transaction.on_commit(remove)


def _mine(item_id: int, by: Actor) -> OutboxItem:
    item = OutboxItem.objects.select_for_update().filter(pk=item_id, workspace_id=by.workspace_id).first()
    if item is None or (item.wall_id is not None and not by.sees_all_walls and item.wall_id not in by.walls):
        raise NotFound("This message is not in the outbox.")
    policies.demand(policies.can_settle(by, item), "Your departments may not send on this account.")
    return item


@transaction.atomic
def cancel(*, item_id: int, by: Actor, now: datetime) -> OutboxItem:
    """Take a message back before it leaves. Raises AlreadyLeft."""
    item = _mine(item_id, by)
    if item.state not in WAITING:
        raise AlreadyLeft("This message is already on its way or settled; it cannot be taken back here.")
    return _cancelled(item, by=by, now=now)


def _cancelled(item: OutboxItem, *, by: Actor, now: datetime) -> OutboxItem:
    item.state, item.held_at = OutboxState.CANCELLED, None
    item.save(update_fields=["state", "held_at"])
    jobs.cancel(SEND, key=str(item.pk))
    forget_media(item)
    threads.drop_rest(item)
    publish(OutboxCancelled(item_id=item.pk, origin=item.origin, **where(item)), by=by, at=now)
    return item


@transaction.atomic
def release(*, item_ids: Collection[int], by: Actor, now: datetime) -> int:
    """A person's yes: what a hold kept back may leave, if no other hold stands. Returns how many."""
    items = [_mine(item_id, by) for item_id in sorted(item_ids)]
    held = [item for item in items if item.held_at is not None and item.state in WAITING]
    for item in held:
        item.held_at, item.error = None, ""
        item.save(update_fields=["held_at", "error"])
        ask_to_send(item, at=max(item.due_at, now))
    return len(held)


@transaction.atomic
def settle_doubtful(
    *, item_id: int, choice: Choice, by: Actor, now: datetime, external_id: str = "", permalink: str = ""
) -> OutboxItem:
    """A person decides what asking the network could not: it is there, it must be sent again, or it is dropped.

    external_id, permalink: where the person found it, for "found". Raises Conflict when nothing is in doubt.
    """
    item = _mine(item_id, by)
    if item.state != OutboxState.DOUBTFUL:
        raise Conflict("This message is no longer in doubt.")
    audit.record(
        "channels.settle_doubtful", by=by, at=now, subject_kind="outbox", subject_id=item.pk, after={"choice": choice},
        wall_id=item.wall_id,
    )  # fmt: skip
    if choice == "cancel":
        return _cancelled(item, by=by, now=now)
    if choice == "found":
        mark_published(item, external_id=external_id or f"{UNSEEN}{item.key}", permalink=permalink, at=now, by=by)
        return item
    item.state, item.looks, item.error, item.due_at = OutboxState.PREPARED, 0, "", now
    item.save(update_fields=["state", "looks", "error", "due_at"])
    ask_to_send(item, at=now)
    return item


def mark_published(item: OutboxItem, *, external_id: str, permalink: str, at: datetime, by: Actor) -> None:
    """The network has it. In the caller's transaction, which holds the row."""
    item.state, item.external_id, item.permalink = OutboxState.PUBLISHED, external_id, permalink
    item.published_at, item.error, item.held_at = at, "", None
    item.save(update_fields=["state", "external_id", "permalink", "published_at", "error", "held_at"])
    forget_media(item)
    publish(OutboxPublished(item_id=item.pk, origin=item.origin, external_id=external_id, **where(item)), by=by, at=at)
    if (following := threads.next_of(item)) is not None:
        ask_to_send(following, at=max(following.due_at, at))


@transaction.atomic
def send_rest(*, item_id: int, by: Actor, now: datetime) -> OutboxItem:
    """Try the rest of a thread again, of which a part was refused. item_id: any part. Raises Conflict where none was."""
    refused = _refused_part(_mine(item_id, by))
    refused.state, refused.attempts, refused.error, refused.due_at = OutboxState.PREPARED, 0, "", now
    refused.save(update_fields=["state", "attempts", "error", "due_at"])
    ask_to_send(refused, at=now)
    return refused


@transaction.atomic
def leave_rest(*, item_id: int, by: Actor, now: datetime) -> OutboxItem:
    """Leave a thread as short as it is on the network. Raises Conflict where nothing of it was refused."""
    return _cancelled(_refused_part(_mine(item_id, by)), by=by, now=now)


def _refused_part(item: OutboxItem) -> OutboxItem:
    """The part at which a thread ends too early."""
    for part in threads.rest_of(item):
        if part.state == OutboxState.REFUSED and part.thread_id is not None:
            return part
    raise Conflict("Nothing of this message waits to be tried again.")


class Where(TypedDict):
    """Who may hear of a fact."""

    account_id: int | None
    conversation_id: int | None
    wall_id: int | None


def where(item: OutboxItem) -> Where:
    """The columns of a fact about this item."""
    return {"account_id": item.account_id, "conversation_id": item.conversation_id, "wall_id": item.wall_id}
