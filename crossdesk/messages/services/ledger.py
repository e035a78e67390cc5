"""One batch of events applied to the messages they speak of, in memory; `writing.write` stores it.

The order of arrival is not the order of events: an edit may come before the original, a deletion before the message,
and everything may come again. Applying an event twice, or late, changes nothing that is newer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crossdesk.channels.models import Account
from crossdesk.channels.ports import Deleted, Reacted, Said
from crossdesk.journal import bulk
from crossdesk.journal.events import FactBody
from crossdesk.kit.text import clipped, storable
from crossdesk.messages import apart
from crossdesk.messages.enums import Direction, MessageKind
from crossdesk.messages.events import (
    MessageDeleted,
    MessageEdited,
    MessageMatched,
    MessageSaidToUs,
    MessageSighted,
    MessageStored,
)
from crossdesk.messages.models import EarlyDeletion, Media, Message, MessageVersion, Reaction, Sighting
from crossdesk.messages.services import looking_again
from crossdesk.messages.services.heard import Heard
from crossdesk.messages.services.known import Known
from crossdesk.messages.services.telling import fact_of

LATE = timedelta(minutes=5)  # longer than any way that works


class Ledger:
    """Messages of one batch as they stand after each event. Made under the lock of `place.lock_messages`."""

    def __init__(self, account: Account, heard: Sequence[Heard], *, now: datetime) -> None:
        self.account, self.now = account, now
        self.known = Known(account, heard, now=now)
        self.messages = self.known.messages
        self.new: list[Message] = []
        self.edited: list[Message] = []  # need a new reading
        self.changed: dict[int, Message] = {}
        self.versions: list[MessageVersion] = []
        self.sightings: list[Sighting] = []
        self.seen: list[tuple[Message, Heard]] = []  # the same sightings
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
        message = self.messages.get(said.external_id)
        if message is None:
            message = self._new(one, said)
            self._sight(message, one)
            if (deleted_at := self.known.early.get(said.external_id)) is not None:
                self._bury(message, at=deleted_at)
        else:
            self._sight(message, one)
            self._again(message, one, said)

    def _new(self, one: Heard, said: Said) -> Message:
        own = self.known.own_account(said)
        parent = self.messages.get(said.parent_external_id) or self.messages.get(said.root_external_id)
        identity = self.known.people.find(said.author.external_id) if own is None else None
        contact_id = identity.contact_id if identity else (parent.contact_id if parent else None)
        message = bulk.made(
            Message,
            workspace_id=self.known.place.workspace_id,
            network=self.known.place.network,
            host=self.known.place.host,
            external_id=said.external_id,
            direction=Direction.OUT if own is not None else Direction.IN,
            kind=MessageKind.POST if own is not None and said.kind == "found" else said.kind,
            visibility=said.visibility,
            account_id=(own or self.account).pk,
            identity_id=identity.pk if identity else None,
            contact_id=contact_id,
            text=said.text,
            apart=apart.stored(said),
            found_by=[said.found_by] if said.found_by else None,
            language=said.language[:10],
            sent_at=said.sent_at,
            received_at=one.received_at,
            parent_external_id=said.parent_external_id,
            root_external_id=said.root_external_id,
            permalink=said.permalink,
            edited_at=said.edited_at,
            # What had been said before the account was connected is its past, and missed by nobody. Their clock is not ours.
            late=one.received_at - said.sent_at > LATE and said.sent_at > self.account.connected_at - LATE,
            check_at=looking_again.first(
                self.account, said.sent_at, now=self.now, ends_at=said.poll.ends_at if said.poll else None
            ),
            metrics=dict(said.metrics),
            outbox_id=self.known.outbox.get(said.external_id),
            wall_id=self._wall(parent, contact_id, said),
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
        return self.known.private_walls.get(contact_id) if contact_id and said.visibility == "direct" else None

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
            self._set(message, text=said.text, apart=apart.stored(said))  # our own words as the network shows them
        elif said.text != message.text:
            if outdated:
                self._overtaken(message, said.text, until=standing)
            else:
                self._edit(message, said, at=moment if moment > standing else one.received_at)
        elif said.edited_at is not None and not outdated:
            self._set(message, edited_at=said.edited_at)
        if not outdated:
            self._set(message, metrics={**message.metrics, **said.metrics}, apart=apart.stored(said))
        for name in ("permalink", "parent_external_id", "root_external_id", "language"):
            if not getattr(message, name) and getattr(said, name):
                self._set(message, **{name: getattr(said, name)[:10] if name == "language" else getattr(said, name)})
        if said.found_by and said.found_by not in (message.found_by or ()):
            self._set(message, found_by=[*(message.found_by or ()), said.found_by])
        if message.kind == MessageKind.FOUND and said.to_us:
            self._set(message, kind=said.kind)
            self.tales.append((MessageSaidToUs, message, message.version))
        if message.outbox_id is None and said.external_id in self.known.outbox:
            self._set(message, outbox_id=self.known.outbox[said.external_id])
            self.tales.append((MessageMatched, message, message.version))

    def _edit(self, message: Message, said: Said, *, at: datetime) -> None:
        self.versions.append(
            bulk.made(MessageVersion, message=message, number=message.version, text=message.text, until=at)
        )
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
            self.versions.append(bulk.made(MessageVersion, message=message, number=number, text=text, until=until))

    def _deleted(self, event: Deleted, *, received_at: datetime) -> None:
        at = min(event.at, received_at)
        message = self.messages.get(event.external_id)
        if message is not None:
            self._bury(message, at=at)
            return
        self.known.early.setdefault(event.external_id, at)
        self.deletions.setdefault(
            event.external_id,
            EarlyDeletion(
                workspace_id=self.known.place.workspace_id,
                network=self.known.place.network,
                host=self.known.place.host,
                external_id=event.external_id,
                at=at,
                received_at=received_at,
            ),
        )

    def _bury(self, message: Message, *, at: datetime) -> None:
        """Leave a tombstone: the text goes to the versions, and out of the word search."""
        if message.deleted_at is not None:
            return
        self.versions.append(
            bulk.made(MessageVersion, message=message, number=message.version, text=message.text, until=at)
        )
        self._set(message, text="", apart=None, deleted_at=at, check_at=None)
        self.tales.append((MessageDeleted, message, message.version))

    def _reacted(self, event: Reacted) -> None:
        self.reactions.append(
            Reaction(
                workspace_id=self.known.place.workspace_id,
                network=self.known.place.network,
                host=self.known.place.host,
                message_external_id=event.external_id,
                kind=event.kind,
                external_id=event.by.external_id,
                handle=clipped(event.by.handle, 200),
                name=clipped(event.by.name, 200),
                at=event.at,
            )
        )

    def _sight(self, message: Message, one: Heard) -> None:
        if message.external_id in self.known.sighted:
            return
        self.known.sighted.add(message.external_id)
        sighting = bulk.made(Sighting,
            message=message, account=self.account, source=one.source, seen_at=one.received_at,
            delivery_id=one.delivery_id,
        )  # fmt: skip
        self.sightings.append(sighting)
        self.seen.append((message, one))
        if message.pk and message.account_id != self.account.pk:
            self.tales.append((MessageSighted, message, message.version))

    def _hang(self, message: Message, said: Said) -> None:
        """The message's media, as they are in its newest version."""
        self.media[message.external_id] = [
            bulk.made(Media,
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

    def with_media(self) -> list[Message]:
        """Messages whose media were written: copies are wanted. After `writing.write`."""
        return [self.messages[external_id] for external_id, items in self.media.items() if items]

    def facts(self) -> list[FactBody]:
        """What happened, in order. After `writing.write`."""
        return [fact_of(kind, message, version, self.account.pk) for kind, message, version in self.tales]
