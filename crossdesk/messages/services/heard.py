"""Raw deliveries understood: events with where they came from."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crossdesk.channels import sessions
from crossdesk.channels.models import Account, RawDelivery
from crossdesk.channels.ports import Delivery, Event, Reacted, Said, Unreadable
from crossdesk.kit.text import clipped, storable

log = logging.getLogger(__name__)

LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """One event, and the raw delivery that brought it."""

    event: Event
    delivery_id: int
    source: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Understood:
    """What a batch of deliveries says, and what could not be understood, with the reason."""

    heard: Sequence[Heard]
    broken: dict[int, str]


def understand(account: Account, batch: Sequence[RawDelivery]) -> Understood:
    """Parse deliveries, in order. Touches neither the network nor the database."""
    adapter, profile = sessions.adapter_of(account), sessions.profile_of(account)
    heard: list[Heard] = []
    broken: dict[int, str] = {}
    for row in batch:
        try:
            delivery = Delivery(feed=row.feed, body=row.body, external_id=row.external_id)
            events = list(adapter.parse(delivery, profile=profile))
            for event in events:
                _check(event)
        except Unreadable as error:
            broken[row.pk] = error.message
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            log.exception("the adapter of %s stumbled over delivery %s", account.network, row.pk)
            broken[row.pk] = f"Our adapter stumbled over this: {error!r:.300}"
        else:
            heard += [Heard(_storable(event, row), row.pk, row.source, row.received_at) for event in events]
    return Understood(heard, broken)


def _storable(event: Event, row: RawDelivery) -> Event:
    """As it may be stored: no clock of a network runs ahead of ours."""
    if not isinstance(event, Said):
        return event
    text, permalink = storable(event.text), clipped(event.permalink, 500)
    if (text, permalink) == (event.text, event.permalink) and event.sent_at <= row.received_at:
        return event
    return replace(event, text=text, permalink=permalink, sent_at=min(event.sent_at, row.received_at))


def _check(event: Event) -> None:
    ids = [event.external_id]
    if isinstance(event, Said):
        ids += [event.author.external_id, event.parent_external_id, event.root_external_id]
    elif isinstance(event, Reacted):
        ids += [event.by.external_id]
    if not event.external_id or any(len(one) > LONGEST_ID or "\x00" in one for one in ids):
        raise Unreadable("It has an identifier that is empty or longer than any network's.")
