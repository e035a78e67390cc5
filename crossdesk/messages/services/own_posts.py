"""What we said from here: a message as soon as the network has it, and the same one when the feed brings it back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crossdesk.channels.models import OutboxItem
from crossdesk.journal.facts import publish
from crossdesk.kit.actor import system
from crossdesk.messages.enums import Direction, MessageKind, Visibility
from crossdesk.messages.events import MessageMatched, MessageStored
from crossdesk.messages.models import Message
from crossdesk.messages.services import looking_again
from crossdesk.messages.services.place import lock_messages, place_of
from crossdesk.messages.services.telling import fact_of


@transaction.atomic
def store_own_posts(*, item_ids: Sequence[int], now: datetime) -> None:
    """One outbound message for each published outbox row. Safe to repeat: a row that has its message is left alone."""
    items = OutboxItem.objects.filter(pk__in=item_ids, message=None).exclude(external_id="")
    for item in items.select_related("account").order_by("id"):
        lock_messages(item.workspace_id)
        _store(item, now=now)


def _store(item: OutboxItem, *, now: datetime) -> None:
    place = place_of(item.account)
    around = [item.external_id, item.in_reply_to] if item.in_reply_to else [item.external_id]
    found = {message.external_id: message for message in place.messages().filter(external_id__in=around)}
    parent = found.get(item.in_reply_to)
    message = found.get(item.external_id)
    by = system(item.workspace_id)
    if message is not None:  # the feed was quicker
        if message.outbox_id is not None:
            return
        message.outbox = item
        message.wall_id = message.wall_id or item.wall_id
        message.save(update_fields=["outbox", "wall"])
        publish(fact_of(MessageMatched, message, message.version, item.account_id), by=by, at=now)
        return
    sent_at = item.published_at or now
    message = Message.objects.create(
        workspace_id=item.workspace_id,
        network=place.network,
        host=place.host,
        external_id=item.external_id,
        direction=Direction.OUT,
        kind=_kind(item),
        visibility=item.visibility,
        account=item.account,
        contact_id=parent.contact_id if parent else None,
        text=item.text,
        language=item.language,
        sent_at=sent_at,
        received_at=now,
        parent_external_id=item.in_reply_to,
        root_external_id=(parent.root_external_id or parent.external_id) if parent else "",
        permalink=item.permalink,
        check_at=looking_again.first(item.account, sent_at, now=now),
        outbox=item,
        wall_id=item.wall_id or (parent.wall_id if parent else None),
    )
    if message.check_at is not None:
        looking_again.ask_to_check(item.account, at=message.check_at)
    publish(fact_of(MessageStored, message, 1, item.account_id), by=by, at=now)


def _kind(item: OutboxItem) -> MessageKind:
    if item.visibility == Visibility.DIRECT:
        return MessageKind.DIRECT
    return MessageKind.REPLY if item.in_reply_to else MessageKind.POST
