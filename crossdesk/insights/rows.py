"""One row behind a figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crossdesk.inbox.models import Block
from crossdesk.insights.models import MeasuredBlock
from crossdesk.insights.registry import Counting
from crossdesk.insights.sums import meets

EXCERPT = 280


@dataclass(frozen=True, slots=True)
class Row:
    """A block or an open piece of work, with what a page shows of it and where it opens to.

    at: the moment that the measure goes by. hit: does it stand in the numerator? seconds: its duration, of times.
    department is empty for triage. due_at, answered_at: None where there is none.
    """

    block_id: int | None
    conversation_id: int
    message_id: int | None
    at: datetime
    hit: bool
    account: str
    department: str
    contact: str
    text: str
    started_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    answered_kind: str
    seconds: int | None


def row_of_block(line: MeasuredBlock, block: Block, counting: Counting, departments: Mapping[int, str]) -> Row:
    """A line and its block as a row."""
    message = block.first_message
    return Row(
        block_id=line.block_id,
        conversation_id=line.conversation_id,
        message_id=message.pk,
        at=getattr(line, counting.moment),
        hit=meets(line, counting.hit),
        account=block.account.handle,
        department=departments.get(getattr(line, counting.department), ""),
        contact=block.conversation.identity.name or block.conversation.identity.handle,
        text="" if message.deleted_at else message.text[:EXCERPT],
        started_at=line.started_at,
        due_at=line.due_at,
        answered_at=line.answered_at,
        answered_kind=line.answered_kind,
        seconds=getattr(line, counting.value) if counting.value else line.response_seconds,
    )
