"""An answer that left as several posts of one thread: it is one line, one answer, and settled once."""

from collections.abc import Collection

from django.db.models import Q

from crossdesk.channels.enums import OutboxState
from crossdesk.channels.models import OutboxItem
from crossdesk.inbox.models import Reply

OVER = (OutboxState.PUBLISHED, OutboxState.CANCELLED)


def replies_of(outbox_ids: Collection[int]) -> dict[int, Reply]:
    """The answers that these outbox rows, or the threads they are part of, carry out. One query, three with parts."""
    found = _by_outbox(outbox_ids)
    others = set(outbox_ids) - found.keys()
    if others:
        rows = OutboxItem.objects.filter(pk__in=others, thread__isnull=False)
        parts = dict(rows.values_list("pk", "thread_id"))
        whole = _by_outbox({thread_id for thread_id in parts.values() if thread_id is not None}) if parts else {}
        found |= {pk: whole[thread_id] for pk, thread_id in parts.items() if thread_id in whole}
    return found


def _by_outbox(outbox_ids: Collection[int]) -> dict[int, Reply]:
    rows = Reply.objects.filter(outbox_id__in=outbox_ids).select_related("outbox")
    return {reply.outbox_id: reply for reply in rows if reply.outbox_id is not None}


def is_thread(reply: Reply) -> bool:
    """Does it leave as several posts?"""
    return reply.outbox is not None and reply.outbox.of > 1


def is_over(reply: Reply) -> bool:
    """Is all of it out that is to be out? Always so where it is one post."""
    if not is_thread(reply):
        return True
    mine = Q(pk=reply.outbox_id) | Q(thread_id=reply.outbox_id)
    return not OutboxItem.objects.filter(mine).exclude(state__in=OVER).exists()
