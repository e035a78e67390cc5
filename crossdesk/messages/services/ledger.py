"""One batch of events applied to the messages they speak of, in memory, then written in a few statements.

The order of arrival is not the order of events: an edit may come before the original, a deletion before the message,
and everything may come again. Applying an event twice, or late, changes nothing that is newer.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crossdesk.channels import services as channels
from crossdesk.channels.models import Account
from crossdesk.channels.ports import Deleted, Reacted, Said
from crossdesk.journal import bulk
from crossdesk.journal.events import FactBody
from crossdesk.kit.text import clipped, storable
from crossdesk.messages.enums import Direction, Visibility
from crossdesk.messages.events import MessageDeleted, MessageEdited, MessageMatched, MessageSighted, MessageStored
from crossdesk.messages.models import EarlyDeletion, Media, Message, MessageVersion, Reaction, Sighting
from crossdesk.messages.services import looking_again
from crossdesk.messages.services.heard import Heard
from crossdesk.messages.services.people import People
from crossdesk.messages.services.place import Place, place_of

LATE = timedelta(minutes=30)
METRIC_OF = {"favourite": "favourites", "repost": "reposts"}
_CHANGEABLE = (
    "text", "version", "edited_at", "deleted_at", "check_at", "metrics", "permalink", "parent_external_id",
    "root_external_id", "language", "outbox",
)  # fmt: skip


class Ledger:
    """Messages of one batch as they stand after each event. Made under the lock of `place.lock_messages`."""

    def __init__(self, account: Account, heard: Sequence[Heard], *, now: datetime) -> None:
        self.account, self.now = account, now
        self.place: Place = place_of(account)
        said = [one.event for one in heard if isinstance(one.event, Said)]
        ids = {one.event.external_id for one in heard}
        around = {each for event in said for each in (event.parent_external_id, event.root_external_id) if each}
        rows = self.place.messages().filter(external_id__in=ids | around)
        self.messages: dict[str, Message] = {row.external_id: row for row in rows}
        self.own = _own_accounts(account)
        self.people = People(self.place, {event.author.external_id for event in said} - set(self.own))
        self.sighted = self._sighted_already()
        self.early = dict(self.place.early_deletions().filter(external_id__in=ids).values_list("external_id", "at"))
        self.outbox = self._outbox_of(said)
        self.private_walls = self._private_walls(said)
        self.new: list[Message] = []
        self.edited: list[Message] = []  # need a new reading
        self.changed: dict[int, Message] = {}
        self.versions: list[MessageVersion] = []
        self.sightings: list[tuple[Sighting, Heard]] = []
        self.media: dict[str, Sequence[Media]] = {}
        self.reactions: list[Reaction] = []
        self.deletions: dict[str, EarlyDeletion] = {}
        self.tales: list[tuple[type[FactBody], Message, int]] = []  # what happened, to which, at which version

    def apply(self, one: Heard) -> None:
        """Take in one event."""
        event = one.event
        if isinstance(event, Said):
            self._said(one, event)
        elif isinstance(event, Deleted):
            self._deleted(event, received_at=one.received_at)
        else:
            self._reacted(event)

    def _said(self, one: Heard, said: Said) -> None:
        said = replace(
            said,
            text=storable(said.text),
            sent_at=min(said.sent_at, one.received_at),
            permalink=clipped(said.permalink, 500),
        )
        message = self.messages.get(said.external_id)
        if message is None:
            message = self._new(one, said)
            self._sight(message, one)
            if (deleted_at := self.early.get(said.external_id)) is not None:
                self._bury(message, at=deleted_at)
        else:
            self._sight(message, one)
            self._again(message, one, said)

    def _new(self, one: Heard, said: Said) -> Message:
        own = self.own.get(said.author.external_id, self.account if said.ours else None)
        parent = self.messages.get(said.parent_external_id) or self.messages.get(said.root_external_id)
        identity = self.people.meet(said.author, at=said.sent_at) if own is None else None
        outbox_id = self.outbox.get(said.external_id)
        message = Message(
            workspace_id=self.place.workspace_id,
            network=self.place.network,
            host=self.place.host,
            external_id=said.external_id,
            direction=Direction.OUT if own is not None else Direction.IN,
            kind=said.kind,
            visibility=said.visibility,
            account=own or self.account,
            identity=identity,
            contact=identity.contact if identity else (parent.contact if parent else None),
            text=said.text,
            language=said.language[:10],
            sent_at=said.sent_at,
            received_at=one.received_at,
            parent_external_id=said.parent_external_id,
            root_external_id=said.root_external_id,
            permalink=said.permalink,
            edited_at=said.edited_at,
            late=one.received_at - said.sent_at > LATE,
            check_at=looking_again.first(self.account, said.sent_at, now=self.now),
            metrics=dict(said.metrics),
            outbox_id=outbox_id,
            wall_id=self._wall(parent, identity.contact_id if identity else None, said),
        )
        self.messages[said.external_id] = message
        self.new.append(message)
        self._hang(message, said)
        self.tales.append((MessageStored, message, 1))
        return message

    def _wall(self, parent: Message | None, contact_id: int | None, said: Said) -> int | None:
        """A reply to what is enclosed, and a direct message that goes on with one, begin inside the same wall."""
        if parent is not None and parent.wall_id is not None:
            return parent.wall_id
        return self.private_walls.get(contact_id) if contact_id and said.visibility == "direct" else None

    def _again(self, message: Message, one: Heard, said: Said) -> None:
        """The same message once more: a copy, a newer version, or an older one that was overtaken."""
        if message.deleted_at is not None:
            return
        moment, standing = said.edited_at or said.sent_at, message.edited_at or message.sent_at
        outdated = moment < standing
        if (
            message.direction == Direction.OUT
            and message.outbox_id
            and said.edited_at is None
            and not message.edited_at
        ):
            self._set(message, text=said.text)  # our own words as the network shows them
        elif said.text != message.text:
            if outdated:
                self._overtaken(message, said.text, until=standing)
            else:
                self._edit(message, said, at=moment if moment > standing else one.received_at)
        elif said.edited_at is not None and not outdated:
            self._set(message, edited_at=said.edited_at)
        if not outdated:
            self._set(message, metrics={**message.metrics, **said.metrics})
        for name in ("permalink", "parent_external_id", "root_external_id", "language"):
            if not getattr(message, name) and getattr(said, name):
                self._set(message, **{name: getattr(said, name)[:10] if name == "language" else getattr(said, name)})
        if message.outbox_id is None and said.external_id in self.outbox:
            self._set(message, outbox_id=self.outbox[said.external_id])
            self.tales.append((MessageMatched, message, message.version))

    def _edit(self, message: Message, said: Said, *, at: datetime) -> None:
        self.versions.append(MessageVersion(message=message, number=message.version, text=message.text, until=at))
        self._set(message, text=said.text, version=message.version + 1, edited_at=at)
        self._hang(message, said)
        if message.direction == Direction.IN:
            self.edited.append(message)
        self.tales.append((MessageEdited, message, message.version))

    def _overtaken(self, message: Message, text: str, *, until: datetime) -> None:
        """Keep an older text that reached us after the one that replaced it."""
        kept = [(v.number, v.text) for v in self.versions if v.message is message]
        if message.pk:
            kept += MessageVersion.objects.filter(message=message).values_list("number", "text")
        if all(text != each for _, each in kept):
            number = min([1, *(number for number, _ in kept)]) - 1
            self.versions.append(MessageVersion(message=message, number=number, text=text, until=until))

    def _deleted(self, event: Deleted, *, received_at: datetime) -> None:
        at = min(event.at, received_at)
        message = self.messages.get(event.external_id)
        if message is not None:
            self._bury(message, at=at)
            return
        self.early.setdefault(event.external_id, at)
        self.deletions.setdefault(
            event.external_id,
            EarlyDeletion(
                workspace_id=self.place.workspace_id,
                network=self.place.network,
                host=self.place.host,
                external_id=event.external_id,
                at=at,
                received_at=received_at,
            ),
        )

    def _bury(self, message: Message, *, at: datetime) -> None:
        """Leave a tombstone: the text goes to the versions, and out of the word search."""
        if message.deleted_at is not None:
            return
        self.versions.append(MessageVersion(message=message, number=message.version, text=message.text, until=at))
        self._set(message, text="", deleted_at=at, check_at=None)
        self.tales.append((MessageDeleted, message, message.version))

    def _reacted(self, event: Reacted) -> None:
        self.reactions.append(
            Reaction(
                workspace_id=self.place.workspace_id,
                network=self.place.network,
                host=self.place.host,
                message_external_id=event.external_id,
                kind=event.kind,
                external_id=event.by.external_id,
                handle=clipped(event.by.handle, 200),
                name=clipped(event.by.name, 200),
                at=event.at,
            )
        )

    def _sight(self, message: Message, one: Heard) -> None:
        if message.external_id in self.sighted:
            return
        self.sighted.add(message.external_id)
        sighting = Sighting(
            message=message, account=self.account, source=one.source, seen_at=one.received_at,
            delivery_id=one.delivery_id,
        )  # fmt: skip
        self.sightings.append((sighting, one))
        if message.pk and message.account_id != self.account.pk:
            self.tales.append((MessageSighted, message, message.version))

    def _hang(self, message: Message, said: Said) -> None:
        """The message's media, as they are in its newest version."""
        self.media[message.external_id] = [
            Media(
                message=message, position=position, kind=item.kind, url=clipped(item.url, 1000),
                mime=item.mime[:100], alt=storable(item.alt), width=item.width, height=item.height,
            )
            for position, item in enumerate(said.media)
        ]  # fmt: skip

    def _set(self, message: Message, **values: object) -> None:
        changed = False
        for name, value in values.items():
            if getattr(message, name) != value:
                setattr(message, name, value)
                changed = True
        if changed and message.pk:
            self.changed[message.pk] = message

    def _sighted_already(self) -> set[str]:
        known = {message.pk: external_id for external_id, message in self.messages.items()}
        rows = Sighting.objects.filter(message_id__in=list(known), account=self.account)
        return {known[pk] for pk in rows.values_list("message_id", flat=True)}

    def _outbox_of(self, said: Sequence[Said]) -> dict[str, int]:
        """Outbox rows of our own posts among these; lost rows are settled by them."""
        ours = [event for event in said if event.ours]
        unknown = [
            event for event in ours
            if event.external_id not in self.messages or self.messages[event.external_id].outbox_id is None
        ]  # fmt: skip
        if not unknown:
            return {}
        posts = [
            channels.OwnPost(
                external_id=event.external_id,
                text=event.text,
                sent_at=event.sent_at,
                in_reply_to=event.parent_external_id,
                permalink=clipped(event.permalink, 500),
                idempotency_key=event.idempotency_key,
            )
            for event in unknown
        ]
        return dict(channels.match_own_posts(account_id=self.account.pk, posts=posts, now=self.now))

    def _private_walls(self, said: Sequence[Said]) -> dict[int, int]:
        """By contact: the wall in which their latest direct message to this account stands."""
        found = [self.people.find(e.author.external_id) for e in said if e.visibility == "direct"]
        contacts = {identity.contact_id for identity in found if identity is not None}
        if not contacts:
            return {}
        latest: dict[int, int | None] = {}
        rows = Message.objects.filter(contact_id__in=contacts, account=self.account, visibility=Visibility.DIRECT)
        for contact_id, wall_id in rows.order_by("sent_at", "id").values_list("contact_id", "wall_id"):
            if contact_id is not None:
                latest[contact_id] = wall_id
        return {contact_id: wall_id for contact_id, wall_id in latest.items() if wall_id is not None}

    # Writing

    def write(self) -> None:
        """Everything, in the caller's transaction. New messages have their ids afterwards."""
        self.people.write()
        self._relink_found_by_hand()
        bulk.insert(self.new)
        if self.changed:
            rows = sorted(self.changed.values(), key=lambda message: message.pk)
            Message.objects.bulk_update(rows, list(_CHANGEABLE), batch_size=50)
        bulk.insert(self.versions)
        bulk.insert([sighting for sighting, _ in self.sightings])
        self._write_media()
        EarlyDeletion.objects.bulk_create(self.deletions.values(), ignore_conflicts=True)
        self._write_reactions()

    def _relink_found_by_hand(self) -> None:
        """A post that a person said was there, without saying where, is now known by its real id."""
        linked = {message.outbox_id: message for message in self.new if message.outbox_id is not None}
        if not linked:
            return
        for old in Message.objects.filter(outbox_id__in=list(linked)):
            new = linked[old.outbox_id or 0]
            self.new.remove(new)
            self.tales = [tale for tale in self.tales if tale[1] is not new]
            new.pk = old.pk
            Message.objects.filter(pk=old.pk).update(
                external_id=new.external_id, permalink=new.permalink, text=new.text, check_at=new.check_at
            )

    def _write_media(self) -> None:
        changed = [m.pk for m in self.changed.values() if m.external_id in self.media]
        if changed:
            Media.objects.filter(message_id__in=changed).delete()
        bulk.insert([item for items in self.media.values() for item in items])

    def _write_reactions(self) -> None:
        """Count each reaction once; what the network counts itself may be more."""
        Reaction.objects.bulk_create(self.reactions, ignore_conflicts=True)
        ids = {reaction.message_external_id for reaction in self.reactions}
        ids |= {message.external_id for message in self.new if message.direction == Direction.OUT}
        if not ids:
            return
        counted: dict[str, dict[str, int]] = {}
        for external_id, kind in (
            self.place.reactions().filter(message_external_id__in=ids).values_list("message_external_id", "kind")
        ):
            counts = counted.setdefault(external_id, {})
            counts[METRIC_OF[kind]] = counts.get(METRIC_OF[kind], 0) + 1
        for message in self.place.messages().filter(external_id__in=list(counted)):
            more = {
                name: max(number, message.metrics.get(name, 0)) for name, number in counted[message.external_id].items()
            }
            if any(message.metrics.get(name) != number for name, number in more.items()):
                Message.objects.filter(pk=message.pk).update(metrics={**message.metrics, **more})

    def with_media(self) -> list[Message]:
        """Messages whose media were written: copies are wanted. After `write`."""
        return [self.messages[external_id] for external_id, items in self.media.items() if items]

    def facts(self) -> list[FactBody]:
        """What happened, in order. After `write`."""
        return [fact_of(kind, message, version, self.account.pk) for kind, message, version in self.tales]


def fact_of(kind: type[FactBody], message: Message, version: int, account_id: int) -> FactBody:
    """One fact about a message that has its id. account_id: who saw it, for a sighting."""
    here = {"account_id": message.account_id, "wall_id": message.wall_id}
    if kind is MessageStored:
        return MessageStored(
            message_id=message.pk,
            direction=message.direction,
            kind=message.kind,
            visibility=message.visibility,
            contact_id=message.contact_id,
            outbox_id=message.outbox_id,
            sent_at=message.sent_at.isoformat(),
            late=message.late,
            **here,
        )
    if kind is MessageEdited:
        return MessageEdited(
            message_id=message.pk, direction=message.direction, version=version, contact_id=message.contact_id, **here
        )
    if kind is MessageDeleted:
        return MessageDeleted(message_id=message.pk, direction=message.direction, contact_id=message.contact_id, **here)
    if kind is MessageMatched:
        assert message.outbox_id is not None
        return MessageMatched(message_id=message.pk, outbox_id=message.outbox_id, contact_id=message.contact_id, **here)
    return MessageSighted(message_id=message.pk, account_id=account_id, wall_id=message.wall_id)


def _own_accounts(account: Account) -> dict[str, Account]:
    """All accounts of the workspace on the same host: what one of them says is ours, whoever sees it."""
    rows = Account.objects.filter(workspace_id=account.workspace_id, network=account.network, host=account.host)
    return {row.external_id: row for row in rows}
