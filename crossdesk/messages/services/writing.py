"""What a ledger has gathered, written in a few statements."""

from crossdesk.journal import bulk
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import EarlyDeletion, Media, Message, Reaction
from crossdesk.messages.services.ledger import Ledger

METRIC_OF = {"favourite": "favourites", "repost": "reposts"}
_CHANGEABLE = (
    "text", "apart", "kind", "found_by", "version", "edited_at", "deleted_at", "check_at", "metrics", "permalink", "parent_external_id",
    "root_external_id", "language", "outbox",
)  # fmt: skip


def write(ledger: Ledger) -> None:
    """Everything, in the caller's transaction. New messages have their ids afterwards."""
    _relink_found_by_hand(ledger)
    bulk.insert(ledger.new)
    if ledger.changed:
        rows = sorted(ledger.changed.values(), key=lambda message: message.pk)
        Message.objects.bulk_update(rows, _CHANGEABLE, batch_size=50)
    bulk.insert(ledger.versions)
    bulk.insert(ledger.sightings)
    _write_media(ledger)
    EarlyDeletion.objects.bulk_create(ledger.deletions.values(), ignore_conflicts=True)
    _write_reactions(ledger)


def _relink_found_by_hand(ledger: Ledger) -> None:
    """A post that a person said was there, without saying where, is now known by its real id."""
    linked = {message.outbox_id: message for message in ledger.new if message.outbox_id is not None}
    if not linked:
        return
    for old in Message.objects.filter(outbox_id__in=list(linked)):
        new = linked[old.outbox_id or 0]
        ledger.new.remove(new)
        ledger.tales = [tale for tale in ledger.tales if tale[1] is not new]
        new.pk = old.pk
        Message.objects.filter(pk=old.pk).update(
            external_id=new.external_id, permalink=new.permalink, text=new.text, check_at=new.check_at
        )


def _write_media(ledger: Ledger) -> None:
    changed = [message.pk for message in ledger.changed.values() if message.external_id in ledger.media]
    if changed:
        Media.objects.filter(message_id__in=changed).delete()
    bulk.insert([item for items in ledger.media.values() for item in items])


def _write_reactions(ledger: Ledger) -> None:
    """Count each reaction once; what the network counts itself may be more."""
    Reaction.objects.bulk_create(ledger.reactions, ignore_conflicts=True)
    ids = {reaction.message_external_id for reaction in ledger.reactions}
    ids |= {message.external_id for message in ledger.new if message.direction == Direction.OUT}
    if not ids:
        return
    place = ledger.known.place
    counted: dict[str, dict[str, int]] = {}
    rows = place.reactions().filter(message_external_id__in=ids).values_list("message_external_id", "kind")
    for external_id, kind in rows:
        counts = counted.setdefault(external_id, {})
        counts[METRIC_OF[kind]] = counts.get(METRIC_OF[kind], 0) + 1
    for message in place.messages().filter(external_id__in=list(counted)):
        held, seen = message.metrics, counted[message.external_id]
        more = {name: max(number, held.get(name, 0)) for name, number in seen.items()}
        if any(held.get(name) != number for name, number in more.items()):
            Message.objects.filter(pk=message.pk).update(metrics={**held, **more})
