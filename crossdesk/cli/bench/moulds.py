"""How each table is stamped: which of its columns hold ids, moments and names that differ from copy to copy.

Worked out from the models. What is new and unknown here is an error, so that a copy is never wrong in silence.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from crossdesk.channels.models import OutboxItem, RawDelivery
from crossdesk.inbox.models import Act, Block, Conversation, Duty, Entry, Reply, Span, Stray
from crossdesk.insights.models import MeasuredBlock
from crossdesk.journal.models import Fact
from crossdesk.kit.errors import CrossdeskError
from crossdesk.messages.models import Contact, Correction, Identity, Message, MessageVersion, Reading, Sighting
from crossdesk.triage.models import Decision, Rerouting

# Rows that every copy brings of its own, in an order in which each finds what it points to.
GROWING: Final[tuple[type[models.Model], ...]] = (
    Contact, Identity, OutboxItem, Message, MessageVersion, Sighting, Reading, Correction, Conversation, Reply, Block,
    Duty, Span, Entry, Act, Stray, Decision, Rerouting, MeasuredBlock, Fact,
)  # fmt: skip
SPOKEN_OF: Final[tuple[type[models.Model], ...]] = (
    *GROWING,
    RawDelivery,
)  # rows whose ids are named, though they may be gone

_TABLE_OF = {model: model._meta.db_table for model in SPOKEN_OF}
# Ids that are plain numbers, in columns and inside of JSON.
REFERS: Final = {
    "block_id": _TABLE_OF[Block],
    "contact_id": _TABLE_OF[Contact],
    "conversation_id": _TABLE_OF[Conversation],
    "correction_id": _TABLE_OF[Correction],
    "delivery_id": _TABLE_OF[RawDelivery],
    "duty_id": _TABLE_OF[Duty],
    "duties": _TABLE_OF[Duty],  # the keys below it
    "entry_id": _TABLE_OF[Entry],
    "item_id": _TABLE_OF[OutboxItem],
    "last_inbound_id": _TABLE_OF[Message],
    "message_id": _TABLE_OF[Message],
    "outbox_id": _TABLE_OF[OutboxItem],
    "reply_id": _TABLE_OF[Reply],
    "saw_entry_id": _TABLE_OF[Entry],
}
_STAYS = """
    account_id answered_by_id assignee_id before_wall_id by_member_id closed_by_id department_id external_id
    from_department_id from_member_id hold_id owner_id rule_id tag_id to_department_id to_member_id wall_id
    workspace_id message_external_id parent_external_id root_external_id
"""
STAYS: Final = frozenset(_STAYS.split())
WITH_IDS: Final = {(_TABLE_OF[Fact], "body"), (_TABLE_OF[Act], "before"), (_TABLE_OF[Act], "after")}  # JSON


class UnknownColumn(CrossdeskError):
    """A column or a fact's field that copying does not know."""

    code = "bench.unknown_column"


@dataclass(frozen=True, slots=True)
class Column:
    """kind: id, moment, day, number, text, json or same. table: that an id points to."""

    name: str
    kind: str
    table: str = ""


def columns_of(model: type[models.Model]) -> list[Column]:
    """Every column of a growing table, and what becomes of it."""
    return [_column(model, field) for field in model._meta.concrete_fields]


def _column(model: type[models.Model], field: Any) -> Column:
    name, own = str(field.column), _TABLE_OF[model]
    if field.primary_key:
        return Column(name, "id", REFERS.get(name, own))
    if (own, name) == (_TABLE_OF[Fact], "number"):
        return Column(name, "number", own)
    if field.is_relation:
        growing = field.related_model in _TABLE_OF
        return Column(name, "id", _TABLE_OF[field.related_model]) if growing else Column(name, "same")
    if name.endswith("_id") and isinstance(field, models.IntegerField):
        return Column(name, *refers(name, where=own))
    if isinstance(field, models.DateTimeField):
        return Column(name, "moment")
    if isinstance(field, models.DateField):
        return Column(name, "day")
    if isinstance(field, models.JSONField):
        return Column(name, "json" if (own, name) in WITH_IDS else "text")
    return Column(name, "text" if isinstance(field, models.CharField | models.TextField) else "same")


def refers(name: str, *, where: str) -> tuple[str, str]:
    """What an id that is a plain number becomes. Raises UnknownColumn."""
    if name in REFERS:
        return "id", REFERS[name]
    if name in STAYS:
        return "same", ""
    raise UnknownColumn(f"Copying does not know where “{name}” of {where} points. Add it to cli/bench/moulds.py.")
