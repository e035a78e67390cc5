"""Messages of the past, out of a file: stored once like any other, with nothing told of them and nothing read.

Whoever brings them puts them into conversations himself (`inbox.services.keep_history`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.messages.enums import Direction, MessageKind, Visibility
from crossdesk.messages.models import Contact, Identity, Message, Reading
from crossdesk.messages.services.place import Place, lock_messages
from crossdesk.messages.services.teaching import as_taught
from crossdesk.reading import ports as reading

_MESSAGE: Final = (
    "id", "workspace_id", "network", "host", "external_id", "direction", "kind", "visibility", "account_id",
    "identity_id", "contact_id", "text", "language", "sent_at", "received_at", "parent_external_id",
    "root_external_id", "permalink", "version", "late", "metrics", "wall_id",
)  # fmt: skip
_CONTACT: Final = ("id", "workspace_id", "name", "first_seen_at", "last_seen_at")
_IDENTITY: Final = (
    "id", "workspace_id", "contact_id", "network", "host", "external_id", "handle", "name", "url", "avatar_url", "bio",
)  # fmt: skip
_NO_METRICS: Final[dict[str, int]] = {}
# As plain texts, which databases take several times as quickly as members of an enumeration.
_OUT, _IN = Direction.OUT.value, Direction.IN.value
_DIRECT, _PUBLIC = Visibility.DIRECT.value, Visibility.PUBLIC.value
_SAID_DIRECTLY, _REPLY = MessageKind.DIRECT.value, MessageKind.REPLY.value
_POST, _MENTION = MessageKind.POST.value, MessageKind.MENTION.value


@dataclass(frozen=True, slots=True)
class PastPerson:
    """Who wrote to us. first_at, last_at: the first and last time in the file."""

    external_id: str
    handle: str
    name: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """Who that is here."""

    identity_id: int
    contact_id: int


class PastMessage(NamedTuple):
    """One message. person: the external id of whose it is: who wrote it, or whom we answered; "" for nobody's."""

    external_id: str
    ours: bool
    person: str
    account_id: int
    private: bool
    text: str
    language: str
    sent_at: datetime
    parent_external_id: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Kept:
    """ids: of the new messages by their external ids; what was here already is left out. contacts: how many are new."""

    ids: Mapping[str, int]
    people: Mapping[str, Known]
    walls: Mapping[str, int]
    contacts: int


def begin_history(workspace_id: int) -> None:
    """Take the workspace's messages in hand, in the caller's transaction, before anything is looked up."""
    lock_messages(workspace_id)


def here_already(place: Place, external_ids: Collection[str]) -> set[str]:
    """Which of these are stored. One query."""
    rows = place.messages().filter(external_id__among=many(external_ids))
    return {external_id for (external_id,) in bulk.read(rows, "external_id")}


def keep_history(
    place: Place, messages: Sequence[PastMessage], people: Mapping[str, PastPerson], *, now: datetime
) -> Kept:
    """Store messages of one place that are not here yet, with the people who wrote them. In the caller's transaction.

    After `begin_history`. A message begins behind the wall of what it answers, and a private one behind the wall of
    what its person last wrote privately to the same account.
    """
    there = here_already(place, {one.external_id for one in messages})
    fresh = [one for one in messages if one.external_id not in there]
    known, contacts = _people(place, {one.person for one in fresh if one.person}, people)
    walls = _walls(place, fresh, known)
    ids = bulk.next_ids(Message, len(fresh)) if fresh else ()
    rows = []
    for pk, one in zip(ids, fresh, strict=True):
        who = known.get(one.person)
        rows.append((
            pk, place.workspace_id, place.network, place.host, one.external_id,
            _OUT if one.ours else _IN, _kind(one),
            _DIRECT if one.private else _PUBLIC, one.account_id,
            None if one.ours or who is None else who.identity_id, who.contact_id if who else None, one.text, one.language,
            one.sent_at, now, one.parent_external_id, "", one.permalink, 1, True, _NO_METRICS,
            walls.get(one.external_id),
        ))  # fmt: skip
    bulk.insert_values(Message, _MESSAGE, rows)
    return Kept(dict(zip((one.external_id for one in fresh), ids, strict=True)), known, walls, contacts)


def _kind(one: PastMessage) -> str:
    if one.private:
        return _SAID_DIRECTLY
    if one.parent_external_id:
        return _REPLY
    return _POST if one.ours else _MENTION


def _people(place: Place, wanted: Collection[str], people: Mapping[str, PastPerson]) -> tuple[dict[str, Known], int]:
    """Identities of these people, new ones with a contact of their own. Returns them and how many are new."""
    rows = bulk.read(place.identities().filter(external_id__among=many(wanted)), "external_id", "id", "contact_id")
    known = {external_id: Known(pk, contact_id) for external_id, pk, contact_id in rows}
    _seen(known, people)
    new = [people[external_id] for external_id in sorted(wanted - known.keys())]
    if new:
        contact_ids, identity_ids = bulk.next_ids(Contact, len(new)), bulk.next_ids(Identity, len(new))
        contacts, identities = [], []
        for contact_id, identity_id, who in zip(contact_ids, identity_ids, new, strict=True):
            name = (who.name or who.handle)[:200]
            contacts.append((contact_id, place.workspace_id, name, who.first_at, who.last_at))
            identities.append((
                identity_id, place.workspace_id, contact_id, place.network, place.host, who.external_id, who.handle[:200],
                who.name, "", "", "",
            ))  # fmt: skip
            known[who.external_id] = Known(identity_id, contact_id)
        bulk.insert_values(Contact, _CONTACT, contacts)
        bulk.insert_values(Identity, _IDENTITY, identities)
    return known, len(new)


def _seen(known: Mapping[str, Known], people: Mapping[str, PastPerson]) -> None:
    """Who was known before may have been seen earlier than we knew, or later."""
    if not known:
        return
    by_contact: dict[int, list[PastPerson]] = {}
    for external_id, who in known.items():
        by_contact.setdefault(who.contact_id, []).append(people[external_id])
    changed = []
    for contact in bulk.load(Contact.objects.filter(pk__among=many(by_contact))):
        first = min(one.first_at for one in by_contact[contact.pk])
        last = max(one.last_at for one in by_contact[contact.pk])
        if first < contact.first_seen_at or last > contact.last_seen_at:
            contact.first_seen_at = min(contact.first_seen_at, first)
            contact.last_seen_at = max(contact.last_seen_at, last)
            changed.append(contact)
    bulk.update(changed, ("first_seen_at", "last_seen_at"))


def _walls(place: Place, messages: Sequence[PastMessage], known: Mapping[str, Known]) -> dict[str, int]:
    """By external id: the wall behind which a message begins."""
    parents = {one.parent_external_id for one in messages} - {""}
    enclosed = place.messages().filter(external_id__among=many(parents), wall__isnull=False)
    behind = dict(bulk.read(enclosed, "external_id", "wall_id"))
    found = {one.external_id: behind[one.parent_external_id] for one in messages if one.parent_external_id in behind}
    contacts = {known[one.person].contact_id for one in messages if one.private and one.person in known}
    if not contacts:
        return found
    rows = Message.objects.filter(
        workspace_id=place.workspace_id, contact__among=many(contacts), visibility=Visibility.DIRECT
    )
    latest = {
        (contact_id, account_id): wall_id
        for contact_id, account_id, wall_id in bulk.read(
            rows.order_by("sent_at", "id"), "contact_id", "account_id", "wall_id"
        )
    }
    for one in messages:
        if one.private and one.person in known:
            wall_id = latest.get((known[one.person].contact_id, one.account_id))
            if wall_id is not None:
                found.setdefault(one.external_id, wall_id)
    return found


def read_history(
    said: Sequence[tuple[int, str, Sequence[str]]], reader: reading.Reader, *, workspace_id: int
) -> dict[int, reading.Reading]:
    """Readings of messages that have none: (message id, text, texts before it). Slow; outside of any transaction."""
    there = set(
        Reading.objects.filter(message_id__among=many(pk for pk, _, _ in said)).values_list("message_id", flat=True)
    )
    fresh = [one for one in said if one[0] not in there]
    blocks = [reading.Block(text=text, earlier=tuple(before), workspace_id=workspace_id) for _, text, before in fresh]
    made = as_taught(workspace_id, reader.read(blocks)) if blocks else []
    return dict(zip((pk for pk, _, _ in fresh), made, strict=True))


def keep_readings(made: Mapping[int, reading.Reading], *, now: datetime) -> None:
    """Store them, of messages that are still there as they came."""
    there = bulk.read(Message.objects.filter(pk__among=many(made), version=1), "id")
    bulk.insert([
        bulk.made(
            Reading, message_id=pk, version=1, model=made[pk].model, values=dict(made[pk].values()), vector=made[pk].vector,
            read_at=now,
        )
        for (pk,) in there
    ])  # fmt: skip


def forget_history(message_ids: Collection[int]) -> int:
    """Delete messages that were brought by mistake, and who is left without any. Returns how many contacts went."""
    rows = Message.objects.filter(pk__among=many(message_ids))
    contacts = set(rows.exclude(contact=None).values_list("contact_id", flat=True))
    rows.delete()
    left = set(Message.objects.filter(contact__among=many(contacts)).values_list("contact_id", flat=True).distinct())
    gone, _ = Contact.objects.filter(pk__among=many(contacts - left)).delete()
    return len(contacts - left) if gone else 0
