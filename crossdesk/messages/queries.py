"""Reads of messages. Every one begins with what the actor may see."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.kit.actor import Actor
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Contact, Correction, Identity, Media, Message, MessageVersion, Reading, Sighting

Values = dict[str, Any]
_TAG = re.compile(r"(?<![\w&/#])#((?=\w*[^\W\d])\w{2,60})")


def inside_walls(actor: Actor) -> Q:
    """What stands in no wall, or in one that the actor is inside of."""
    return Q() if actor.sees_all_walls else Q(wall=None) | Q(wall__in=actor.walls)


def visible_to(actor: Actor) -> QuerySet[Message]:
    """Messages that one of the actor's accounts saw or said, outside of walls they do not stand in."""
    rows = Message.objects.filter(inside_walls(actor), workspace_id=actor.workspace_id)
    if actor.sees_all_accounts:
        return rows
    accounts = actor.account_ids("monitor")
    seen = Exists(Sighting.objects.filter(message=OuterRef("pk"), account__in=accounts))
    return rows.filter(Q(account__in=accounts) | seen)


def effective_reading(message: Message) -> Values:
    """The newest reading with people's corrections in the place of the reader's verdicts. Empty without a reading.

    corrected: the heads that people corrected. Two queries.
    """
    return effective_readings([message])[message.pk]


def effective_readings(messages: Iterable[Message]) -> Mapping[int, Values]:
    """The same for many messages, by their ids. Two queries."""
    ids = [message.pk for message in messages]
    found: dict[int, Values] = {pk: {} for pk in ids}
    rows = Reading.objects.filter(message_id__among=many(ids)).order_by("version")
    for message_id, values, model, version in bulk.read(rows, "message_id", "values", "model", "version"):
        found[message_id] = {**values, "model": model, "version": version, "corrected": []}
    for fix in Correction.objects.filter(message_id__among=many(ids), undone_at=None).order_by("id"):
        values = found[fix.message_id]
        values[fix.head] = fix.after
        values["corrected"] = sorted({*values.get("corrected", []), fix.head})
        values["abstained"] = [head for head in values.get("abstained", []) if head != fix.head]
    return found


def corrections_of(message: Message) -> list[Correction]:
    """What people said of its reading, newest first, with who. One query."""
    return list(Correction.objects.filter(message=message).select_related("by__user").order_by("-id"))


def versions_of(message: Message) -> list[MessageVersion]:
    """What it said before, newest first. One query."""
    return list(MessageVersion.objects.filter(message=message).order_by("-number"))


def media_of(messages: Iterable[Message]) -> Mapping[int, list[Media]]:
    """Media by message id, in their order. One query."""
    found: dict[int, list[Media]] = {message.pk: [] for message in messages}
    for item in Media.objects.filter(message_id__in=list(found)).order_by("message_id", "position"):
        found[item.message_id].append(item)
    return found


def media_file(actor: Actor, media_id: int) -> tuple[Path, str] | None:
    """Our copy of a medium and what it is, for an actor who may see its message. None where there is none. One query.

    Serve it with `nosniff`, and anything but an image, video or sound as a download.
    """
    # Asked of the one row: as a list of ids SQLite would gather every message of the archive first.
    seen = Exists(visible_to(actor).filter(pk=OuterRef("message_id"), deleted_at=None))
    row = Media.objects.filter(seen, pk=media_id).exclude(path="").first()
    return None if row is None else (Path(settings.MEDIA_ROOT) / row.path, row.kept_mime or row.mime)


def contact(actor: Actor, contact_id: int) -> Contact | None:
    """A contact of whom the actor may see something. Two queries at most."""
    row = Contact.objects.filter(pk=contact_id, workspace_id=actor.workspace_id).first()
    if row is None or not visible_to(actor).filter(contact=row).exists():
        return None
    return row


def identities_of(actor: Actor, row: Contact) -> dict[Identity, datetime]:
    """Where the contact is to be found, and when each was first heard there, in what the actor may see. One query.

    An identity of whom the actor may see nothing is left out.
    """
    said = visible_to(actor).filter(identity=OuterRef("pk"), contact=OuterRef("contact"), direction=Direction.IN)
    first = Subquery(said.order_by("sent_at", "id").values("sent_at")[:1])
    rows = Identity.objects.filter(contact=row).annotate(heard_at=first).exclude(heard_at=None)
    return {one: one.heard_at for one in rows.order_by("network", "host", "id")}


def said_by(
    actor: Actor, contact_id: int, *, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[Message]:
    """All that a contact said and the actor may see, newest first, a page at a time. One query.

    before: (sent_at, id) of the last one seen.
    """
    rows = visible_to(actor).filter(contact_id=contact_id, direction=Direction.IN)
    if before is not None:
        sent_at, pk = before
        rows = rows.filter(Q(sent_at__lt=sent_at) | Q(sent_at=sent_at, pk__lt=pk), sent_at__lte=sent_at)
    return list(rows.select_related("account").order_by("-sent_at", "-id")[:limit])


def recent_inbound(actor: Actor, *, since: datetime, limit: int = 5000) -> QuerySet[Message]:
    """Inbound messages since a moment that the actor may see, newest first: for the preview of rules. One query."""
    rows = visible_to(actor).filter(direction=Direction.IN, sent_at__gte=since)
    return rows.select_related("identity", "contact", "account").order_by("-sent_at", "-id")[:limit]


def recent_tags(actor: Actor, *, among: int = 1000, most: int = 30) -> list[str]:
    """Hashtags of the newest messages that the actor may see, the most used first, written as most people do. One query."""
    texts = visible_to(actor).filter(deleted_at=None).order_by("-sent_at", "-id").values_list("text", flat=True)[:among]
    written = Counter(tag for text in texts for tag in set(_TAG.findall(text)))
    together: dict[str, tuple[int, str]] = {}
    for tag, times in sorted(written.items(), key=lambda one: (-one[1], one[0])):
        total, usual = together.get(tag.casefold(), (0, tag))
        together[tag.casefold()] = (total + times, usual)
    return [usual for _, usual in sorted(together.values(), key=lambda one: (-one[0], one[1].casefold()))[:most]]
