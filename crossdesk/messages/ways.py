"""What became of raw deliveries: which message each speaks of, and how far that message has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from crossdesk.channels.enums import DeliveryState
from crossdesk.channels.models import RawDelivery
from crossdesk.channels.ports import Deleted, Said
from crossdesk.kit.actor import Actor
from crossdesk.messages import queries
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Reading
from crossdesk.messages.services.heard import understand


@dataclass(frozen=True, slots=True)
class Way:
    """message_id: the message a delivery speaks of, where the actor may see it. ours: said by ourselves, so nothing is
    read or decided. tells: said, deleted or reacted.
    """

    tells: str
    message_id: int
    stored_at: datetime
    ours: bool
    read_at: datetime | None
    decided_at: datetime | None


def ways(actor: Actor, rows: Sequence[RawDelivery]) -> dict[int, Way]:
    """By delivery id. Deliveries that were not understood, and those whose message is not there, are left out.

    rows: with their accounts. Two queries.
    """
    spoken_of: dict[int, tuple[str, tuple[str, str, str]]] = {}
    for row in rows:
        if row.state == DeliveryState.PARSED:
            for one in understand(row.account, [row]).heard[:1]:
                tells = (
                    "said"
                    if isinstance(one.event, Said)
                    else "deleted"
                    if isinstance(one.event, Deleted)
                    else "reacted"
                )
                spoken_of[row.pk] = tells, (row.account.network, row.account.host, one.event.external_id)
    places = {place for _, place in spoken_of.values()}
    seen = queries.visible_to(actor).filter(
        network__in={network for network, _, _ in places},
        host__in={host for _, host, _ in places},
        external_id__in={external_id for _, _, external_id in places},
    )
    found = {(message.network, message.host, message.external_id): message for message in seen}
    readings = Reading.objects.filter(message__in=list(found.values())).order_by()
    read_at = dict(readings.values_list("message_id").annotate(Min("read_at")))
    return {
        pk: Way(
            tells=tells,
            message_id=message.pk,
            stored_at=message.received_at,
            ours=message.direction == Direction.OUT,
            read_at=read_at.get(message.pk),
            decided_at=message.decided_at,
        )
        for pk, (tells, place) in spoken_of.items()
        if (message := found.get(place)) is not None
    }
