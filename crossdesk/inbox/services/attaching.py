"""Pictures that go along with an answer: taken in clean, described, and handed to the outbox."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from crossdesk.channels.ports import OutgoingMedia
from crossdesk.channels.room import room_on
from crossdesk.inbox import policies, queries
from crossdesk.inbox.enums import IN_DOUBT, ReplyState
from crossdesk.inbox.models import Attachment, Conversation, Reply
from crossdesk.journal import jobs
from crossdesk.kit import pictures
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.kit.text import clipped, storable
from crossdesk.org.models import Workspace

FORGET = "inbox.forget_attachment"
KEPT = timedelta(days=30)
MOST_IN_HAND = 10
LONGEST_ALT = 1500  # what the Mastodon API takes
WAITING = IN_DOUBT | {ReplyState.SCHEDULED, ReplyState.HELD, ReplyState.QUEUED, ReplyState.FAILED}


class Undescribed(Invalid):
    code = "inbox.undescribed"


@transaction.atomic
def attach(*, conversation_id: int, content: bytes, name: str, by: Actor, now: datetime) -> Attachment:
    """Take a picture in hand, for the next answer in this conversation. Raises NotFound, NotAllowed, NotAPicture, Invalid."""
    row = queries.visible_to(by).select_related("account").filter(pk=conversation_id).first()
    if row is None:
        raise NotFound("There is no such conversation.")
    if not policies.can_reply(by, row) or by.member_id is None:
        raise NotAllowed("Your departments may not answer on this account. Ask somebody who manages accounts.")
    room = room_on(row.account)
    in_hand = Attachment.objects.filter(conversation=row, by_id=by.member_id, reply=None).count()
    if in_hand >= min(room.media, MOST_IN_HAND):
        raise Invalid(f"{row.account.handle} takes {room.media} pictures with one answer. Remove one first.")
    picture = pictures.cleaned(content, types=room.media_types, most_bytes=room.media_bytes)
    key = uuid4().hex
    _write(key, picture.content)
    made = Attachment.objects.create(
        workspace_id=row.workspace_id, conversation=row, by_id=by.member_id, key=key, mime=picture.mime,
        name=_named(name, picture.mime), width=picture.width, height=picture.height, size=len(picture.content),
        digest=hashlib.sha256(picture.content).hexdigest(), created_at=now,
    )  # fmt: skip
    jobs.enqueue(FORGET, key=key, due_at=now + KEPT, workspace_id=row.workspace_id, attachment_id=made.pk)
    return made


@transaction.atomic
def describe(*, attachment_id: int, alt: str, by: Actor) -> Attachment:
    """Say what a picture shows, for those who cannot see it."""
    made = _mine(attachment_id, by=by)
    alt = storable(" ".join(alt.split()))
    if len(alt) > LONGEST_ALT:
        raise Invalid(f"A description has at most {LONGEST_ALT} characters.")
    made.alt = alt
    made.save(update_fields=["alt"])
    return made


@transaction.atomic
def describe_all(*, descriptions: Mapping[int, str], by: Actor) -> None:
    """Say what several pictures show: attachment id → words. What is gone meanwhile is passed over."""
    mine = Attachment.objects.filter(pk__in=descriptions, by_id=by.member_id or 0, workspace_id=by.workspace_id)
    for attachment_id, alt in mine.values_list("pk", "alt"):
        if " ".join(descriptions[attachment_id].split()) != alt:
            describe(attachment_id=attachment_id, alt=descriptions[attachment_id], by=by)


@transaction.atomic
def detach(*, attachment_id: int, by: Actor) -> Attachment:
    """Put a picture away again."""
    made = _mine(attachment_id, by=by)
    _delete(made)
    return made


@transaction.atomic
def forget_attachment(*, attachment_id: int, now: datetime) -> datetime | None:
    """Delete a file that went nowhere. Returns when to look again while an answer waits with it.

    What was sent stays: the conversation shows it.
    """
    made = Attachment.objects.select_related("reply").filter(pk=attachment_id).first()
    if made is None or (made.reply is not None and made.reply.state == ReplyState.SENT):
        return None
    if made.reply is not None and made.reply.state in WAITING:
        return now + KEPT
    _delete(made)
    return None


def in_hand(row: Conversation, ids: Collection[int], *, by: Actor, reply: Reply | None = None) -> list[Attachment]:
    """These pictures, which the writer has in hand or which hang on this reply. Raises Invalid when one is gone."""
    if not ids:
        return []
    rows = Attachment.objects.select_for_update().filter(pk__in=ids, conversation=row)
    found = [one for one in rows.order_by("id") if _loose(one, by) or (reply is not None and one.reply_id == reply.pk)]
    if len(found) < len(set(ids)):
        raise Invalid("One of the pictures is no longer there. Look at what goes along and send again.")
    if (
        any(not one.alt for one in found)
        and Workspace.objects.filter(pk=by.workspace_id, pictures_described=True).exists()
    ):
        raise Undescribed("Say in a few words what each picture shows. Here no picture leaves without that.")
    return found


def give_to(reply: Reply, attachments: Sequence[Attachment]) -> None:
    """These pictures, and no others, go with this reply."""
    keep = {one.pk for one in attachments}
    Attachment.objects.filter(reply=reply).exclude(pk__in=keep).update(reply=None, by_id=reply.by_id)
    Attachment.objects.filter(pk__in=keep).update(reply=reply)


def take_from(reply: Reply, *, by: Actor) -> None:
    """The pictures of a reply come back into somebody's hand."""
    Attachment.objects.filter(reply=reply).update(reply=None, by_id=by.member_id)


def outgoing(reply: Reply) -> list[OutgoingMedia]:
    """The pictures of a reply as the outbox takes them, in the order in which they were attached."""
    return read(Attachment.objects.filter(reply=reply).order_by("id"))


def read(rows: Iterable[Attachment]) -> list[OutgoingMedia]:
    """Pictures with their content."""
    return [OutgoingMedia(queries.file_of(one).read_bytes(), one.mime, one.name, one.alt) for one in rows]


def _loose(one: Attachment, by: Actor) -> bool:
    return one.reply_id is None and one.by_id == by.member_id


def _mine(attachment_id: int, *, by: Actor) -> Attachment:
    """One that this writer has in hand, or that hangs on a reply of theirs that was held."""
    made = (
        queries.of_visible(Attachment.objects.filter(pk=attachment_id, by_id=by.member_id), by)
        .select_for_update(of=("self",))
        .select_related("reply")
        .first()
    )
    if made is None:
        raise NotFound("This picture is no longer there.")
    if made.reply is not None and made.reply.state not in {ReplyState.HELD, ReplyState.FAILED}:
        raise Conflict("This picture has been sent off with its answer.")
    return made


def _named(name: str, mime: str) -> str:
    """The file's name with the ending of what it is, without a path."""
    stem = storable(name).replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0].strip() or "picture"
    return f"{clipped(stem, 120)}.{pictures.ENDINGS[mime]}"


def _write(key: str, content: bytes) -> None:
    place = Path(settings.MEDIA_ROOT) / "attachments" / key
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.write_bytes(content)


def _delete(made: Attachment) -> None:
    place = queries.file_of(made)
    jobs.cancel(FORGET, key=made.key)
    made.delete()
    transaction.on_commit(lambda: place.unlink(missing_ok=True))
