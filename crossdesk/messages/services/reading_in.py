"""Readings of what came in, made before the lock is taken: reading is slow, writing must be quick."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from crossdesk.channels.models import Account
from crossdesk.channels.ports import Said
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.kit.text import storable
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message, Reading
from crossdesk.messages.services.heard import Heard
from crossdesk.messages.services.place import place_of
from crossdesk.messages.services.teaching import as_taught
from crossdesk.reading import ports as reading

LOOK_BACK = timedelta(days=7)
EARLIER = 5  # messages of the block that go along
MOST_ROWS = 5000


class Key(NamedTuple):
    """Which text a reading is of."""

    external_id: str
    text: str


Readings = dict[Key, reading.Reading]


def read_ahead(account: Account, heard: Sequence[Heard], reader: reading.Reader) -> Readings:
    """A reading for each text of others that is new or was edited."""
    said = [one.event for one in heard if isinstance(one.event, Said) and not one.event.ours]
    texts = {Key(event.external_id, storable(event.text)): event for event in said}
    around = {event.external_id for event in said} | {event.parent_external_id for event in said}
    known = dict(
        place_of(account).messages().filter(external_id__among=many(around)).values_list("external_id", "text")
    )
    fresh = {key: event for key, event in texts.items() if known.get(key.external_id) != key.text}
    if not fresh:
        return {}
    parents = {**known, **{key.external_id: key.text for key in texts}}
    earlier = _open_blocks(account, list(fresh.values()))
    blocks = []
    for key, event in fresh.items():
        before = earlier.setdefault(event.author.external_id, [])
        blocks.append(
            reading.Block(
                text=key.text,
                earlier=tuple(before[-EARLIER:]),
                parent=parents.get(event.parent_external_id, ""),
                workspace_id=account.workspace_id,
                visibility=event.visibility,
                author_bio=event.author.bio,
            )
        )
        before.append(key.text)
    return dict(zip(fresh, as_taught(account.workspace_id, reader.read(blocks)), strict=True))


def _open_blocks(account: Account, said: Sequence[Said]) -> dict[str, list[str]]:
    """By author: what they have said on the account since we last answered them, oldest first."""
    authors = {event.author.external_id for event in said}
    identities = place_of(account).identities().filter(external_id__among=many(authors))
    contacts = {
        contact_id: external_id for external_id, contact_id in identities.values_list("external_id", "contact_id")
    }
    if not contacts:
        return {}
    since: datetime = min(event.sent_at for event in said) - LOOK_BACK
    rows = Message.objects.filter(
        contact_id__among=many(contacts), account=account, sent_at__gte=since, deleted_at=None
    )
    newest = rows.order_by("-sent_at", "-id").values_list("contact_id", "direction", "text")[:MOST_ROWS]
    blocks: dict[str, list[str]] = {}
    for contact_id, direction, text in reversed(newest):
        block = blocks.setdefault(contacts[contact_id], [])
        if direction == Direction.OUT:
            block.clear()
        else:
            block.append(text)
    return blocks


def rows_of(
    account: Account, messages: Sequence[Message], readings: Readings, reader: reading.Reader, *, now: datetime
) -> list[Reading]:
    """Reading rows for inbound messages at the version they have now. Reads what was not read ahead."""
    rows = []
    for message in messages:
        made = readings.get(Key(message.external_id, message.text))
        if made is None:  # somebody else's batch moved it meanwhile, or it was deleted at once: its text is gone
            block = reading.Block(text=message.text, workspace_id=account.workspace_id, visibility=message.visibility)
            made = as_taught(account.workspace_id, reader.read([block]))[0]
        rows.append(
            bulk.made(
                Reading,
                message=message,
                version=message.version,
                model=made.model,
                values=dict(made.values()),
                vector=made.vector,
                read_at=now,
            )
        )
    return rows
