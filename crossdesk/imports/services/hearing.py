"""Reading, in the background, what nobody answered: did it need an answer at all? What was answered did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from crossdesk.imports.enums import ImportState
from crossdesk.imports.models import Brought, Import
from crossdesk.inbox.intake import decide_again
from crossdesk.inbox.services.history import unanswered
from crossdesk.inbox.verdict import Verdict
from crossdesk.journal import bulk
from crossdesk.kit.actor import system
from crossdesk.messages import services as messages
from crossdesk.reading.ports import Reader, Reading
from crossdesk.reading.services import default_reader

AT_ONCE: Final = 100  # conversations


def hear(*, import_id: int, now: datetime, reader: Reader | None = None, most: int = AT_ONCE) -> bool:
    """Read the next messages that nobody answered, and say of each block whether it wanted an answer.

    Returns whether there may be more. Safe to repeat: what is read has its reading and its place in one transaction.
    """
    row = Import.objects.get(pk=import_id)
    if row.state != ImportState.DONE:
        return False
    some = Brought.objects.filter(of=row, pk__gt=row.heard_upto, conversation_id__isnull=False).order_by("id")[:most]
    places = bulk.read(some, "id", "conversation_id")
    if not places:
        return False
    blocks = unanswered([conversation_id for _, conversation_id in places], workspace_id=row.workspace_id)
    reader = reader or default_reader()
    asked = [(message_id, text, tuple(before)) for block in blocks for message_id, text, before in block.with_earlier()]
    made = messages.read_history(asked, reader, workspace_id=row.workspace_id)
    with transaction.atomic():
        row = Import.objects.select_for_update().get(pk=import_id)
        if row.state != ImportState.DONE or row.heard_upto >= places[-1][0]:
            return row.state == ImportState.DONE
        messages.keep_readings(made, now=now)
        by = system(row.workspace_id)
        for block in blocks:
            readings = [made[message_id] for message_id, _ in block.lines if message_id in made]
            if readings:
                decide_again(block.lines[-1][0], verdict_of(readings), by=by, now=now)
        row.heard_upto, row.heard = places[-1][0], row.heard + len(made)
        row.save(update_fields=["heard_upto", "heard"])
    return len(places) == most


def verdict_of(readings: Sequence[Reading]) -> Verdict:
    """Of a whole block: it wants an answer where one of its messages does; in doubt nobody has decided. No target: none
    was set then."""
    sure = [None if "needs_reply" in one.abstained else one.needs_reply.value == "yes" for one in readings]
    needs = True if True in sure else None if None in sure else False
    leading = readings[sure.index(needs)]
    last = readings[-1]
    return Verdict(
        needs_reply=needs, verdict_by="model" if needs is not None else "",
        intent=leading.intents[0].value if leading.intents else "", urgency=leading.urgency.value,
        sentiment=last.sentiment.value, language=last.language.value if last.language else "",
        safety=tuple(sorted({finding.value for one in readings for finding in one.safety})),
    )  # fmt: skip
