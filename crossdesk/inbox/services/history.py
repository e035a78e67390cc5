"""Conversations of the past, out of a file: what was asked and answered, with its times, and nobody owes anything.

They come in closed: no clock runs, nothing stands in a queue, nobody is told, and whoever writes again begins a new
conversation. Who was answered, and how fast, counts in the measures like any other answer given outside of Crossdesk.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import transaction

from crossdesk.inbox import clocks
from crossdesk.inbox.enums import AnsweredBy, BlockEnd, EntryKind, Privacy, Resolution, State
from crossdesk.inbox.events import ConversationImported, ConversationTakenOut
from crossdesk.inbox.lines import EXCERPT
from crossdesk.inbox.models import Block, Conversation, Entry
from crossdesk.journal import bulk, facts, jobs
from crossdesk.journal.among import many
from crossdesk.kit.actor import Actor
from crossdesk.messages import services as messages
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message

ANSWERED: Final = "answered"  # verdict_by: somebody answered it, so it needed an answer


_CONVERSATION: Final = (
    "id", "workspace_id", "account_id", "contact_id", "identity_id", "privacy", "state", "wall_id", "opened_at", "last_at",
    "last_direction", "last_inbound_id", "last_inbound_at", "excerpt", "messages_count", "answers_count", "asked",
    "intent", "urgency", "sentiment", "language", "safety", "needs_reply", "resolved_at", "resolution",
    "resolution_note", "closed_at", "reopened_count",
)  # fmt: skip
_ENTRY: Final = ("conversation_id", "kind", "at", "message_id", "text", "event", "details")
_BLOCK: Final = (
    "id", "workspace_id", "conversation_id", "account_id", "wall_id", "first_message_id", "last_message_id", "started_at",
    "messages_count", "needs_reply", "verdict_by", "intent", "urgency", "sentiment", "first", "basis", "told_72h_at",
    "answered_at", "answer_id", "answered_kind", "response_seconds", "business_seconds", "ended_at", "ended_because",
)  # fmt: skip
_NOTHING: Final[dict[str, Any]] = {}
# As plain texts, which databases take several times as quickly as members of an enumeration.
_OUT, _IN = Direction.OUT.value, Direction.IN.value
_PRIVATE, _PUBLIC = Privacy.PRIVATE.value, Privacy.PUBLIC.value
_CLOSED, _MESSAGE = State.CLOSED.value, EntryKind.MESSAGE.value
_RESOLVED_ANSWERED, _OTHER = Resolution.ANSWERED.value, Resolution.OTHER.value
_ELSEWHERE = AnsweredBy.ELSEWHERE.value
_ENDED_ANSWERED, _ENDED_RESOLVED = BlockEnd.ANSWERED.value, BlockEnd.RESOLVED.value
_NO_SAFETY: Final[list[str]] = []


class PastLine(NamedTuple):
    """One message of a conversation."""

    message_id: int
    ours: bool
    at: datetime
    text: str


@dataclass(slots=True)
class PastConversation:
    """What somebody and we said to each other, in its order. At least one message is theirs."""

    account_id: int
    contact_id: int
    identity_id: int
    private: bool
    language: str
    lines: Sequence[PastLine]
    wall_id: int | None = None


@dataclass(slots=True)
class _Block:
    """Messages of theirs with no answer between, and the answer."""

    first: PastLine
    last: PastLine
    count: int = 1
    answer: PastLine | None = None
    pk: int = 0
    leads: bool = field(default=False)  # the conversation's first that was answered


def keep_history(items: Sequence[PastConversation], *, by: Actor, now: datetime) -> Sequence[int]:
    """Store conversations whose messages `messages.services.keep_history` has stored. In the caller's transaction.

    Returns their ids, in the order given.
    """
    blocks = [_blocks(item.lines) for item in items]
    ids = bulk.next_ids(Conversation, len(items)) if items else ()
    block_ids = iter(bulk.next_ids(Block, count) if (count := sum(map(len, blocks))) else ())
    for some in blocks:
        for block in some:
            block.pk = next(block_ids)
    bulk.insert_values(
        Conversation, _CONVERSATION,
        [_conversation(pk, item, some, by=by, now=now) for pk, item, some in zip(ids, items, blocks, strict=True)],
    )  # fmt: skip
    bulk.insert_values(
        Block, _BLOCK,
        [_row(pk, item, block, by=by, now=now) for pk, item, some in zip(ids, items, blocks, strict=True) for block in some],
    )  # fmt: skip
    bulk.insert_values(
        Entry, _ENTRY,
        [
            (pk, _MESSAGE, line.at, line.message_id, "", "", _NOTHING)
            for pk, item in zip(ids, items, strict=True)
            for line in item.lines
        ],
    )  # fmt: skip
    told = [_fact(pk, item, some, now=now) for pk, item, some in zip(ids, items, blocks, strict=True)]
    facts.publish_all(told, by=by, at=now)
    _ripen([block for some in blocks for block in some], by=by, now=now)
    return ids


def _blocks(lines: Sequence[PastLine]) -> list[_Block]:
    found: list[_Block] = []
    block: _Block | None = None
    for line in lines:
        if line.ours:
            if block is not None:
                block.answer, block = line, None
        elif block is None:
            block = _Block(line, line)
            found.append(block)
        else:
            block.last, block.count = line, block.count + 1
    leading = next((one for one in found if one.answer is not None), None)
    if leading is not None:
        leading.leads = True
    return found


def _conversation(
    pk: int, item: PastConversation, blocks: Sequence[_Block], *, by: Actor, now: datetime
) -> tuple[Any, ...]:
    first, last = item.lines[0], item.lines[-1]
    newest = next(line for line in reversed(item.lines) if not line.ours)
    answers = sum(line.ours for line in item.lines)
    answered = any(block.answer for block in blocks)
    excerpt = " ".join(last.text[: 4 * EXCERPT].split())[:EXCERPT]
    return (
        pk, by.workspace_id, item.account_id, item.contact_id, item.identity_id,
        _PRIVATE if item.private else _PUBLIC, _CLOSED, item.wall_id, first.at, last.at,
        _OUT if last.ours else _IN, newest.message_id, newest.at, excerpt, len(item.lines), answers,
        answered, "", "", "", item.language, _NO_SAFETY, False, last.at,
        _RESOLVED_ANSWERED if answered else _OTHER, "", now, 0,
    )  # fmt: skip


def _row(pk: int, item: PastConversation, block: _Block, *, by: Actor, now: datetime) -> tuple[Any, ...]:
    answer, started_at = block.answer, block.first.at
    seconds = clocks.whole_seconds(started_at, answer.at) if answer else None
    ended_at = answer.at if answer else item.lines[-1].at
    return (
        block.pk, by.workspace_id, pk, item.account_id, item.wall_id, block.first.message_id, block.last.message_id,
        started_at, block.count, True if answer else None, ANSWERED if answer else "", "", "", "", block.leads, "",
        now if _is_ripe(block, now) else None, answer.at if answer else None, answer.message_id if answer else None,
        _ELSEWHERE if answer else "", seconds, seconds, ended_at,
        _ENDED_ANSWERED if answer else _ENDED_RESOLVED,
    )  # fmt: skip


def _is_ripe(block: _Block, now: datetime) -> bool:
    return block.first.at + clocks.LONGEST <= now


def _fact(pk: int, item: PastConversation, blocks: Sequence[_Block], *, now: datetime) -> ConversationImported:
    told = []
    for block in blocks:
        answer = block.answer
        told.append({
            "block_id": block.pk, "started_at": clocks.iso(block.first.at),
            "answered_at": clocks.iso(answer.at) if answer else None,
            "seconds": clocks.whole_seconds(block.first.at, answer.at) if answer else None,
            "first": block.leads, "ripe": _is_ripe(block, now),
        })  # fmt: skip
    return ConversationImported(
        account_id=item.account_id, conversation_id=pk, wall_id=item.wall_id, contact_id=item.contact_id,
        opened_at=clocks.iso(item.lines[0].at), messages=len(item.lines), blocks=told,
    )  # fmt: skip


def _ripen(blocks: Sequence[_Block], *, by: Actor, now: datetime) -> None:
    """What is younger than 72 hours counts in the response rate when they have passed, as it does with any block."""
    young = [
        (str(block.pk), block.first.at + clocks.LONGEST, {"block_id": block.pk})
        for block in blocks
        if not _is_ripe(block, now)
    ]
    if young:
        jobs.enqueue_many(clocks.CLOCK, young, workspace_id=by.workspace_id)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A block of the past that nobody answered and nobody has decided. lines: message id and text, oldest first."""

    block_id: int
    lines: Sequence[tuple[int, str]]

    def with_earlier(self, most: int = 5) -> Iterator[tuple[int, str, Sequence[str]]]:
        """Each message with the texts before it."""
        for place, (message_id, text) in enumerate(self.lines):
            yield message_id, text, [before for _, before in self.lines[max(0, place - most) : place]]


def unanswered(conversation_ids: Collection[int], *, workspace_id: int) -> list[Unanswered]:
    """What nobody answered in these conversations. Two queries."""
    rows = Block.objects.filter(
        workspace_id=workspace_id, conversation_id__among=many(conversation_ids), needs_reply=None,
        ended_because=BlockEnd.RESOLVED,
    ).order_by("id")  # fmt: skip
    blocks = bulk.read(rows, "id", "conversation_id", "started_at", "messages_count")
    wanted = {conversation_id for _, conversation_id, _, _ in blocks}
    lines: dict[int, list[tuple[datetime, int, str]]] = {}
    said = Message.objects.filter(entry__conversation_id__among=many(wanted), direction=Direction.IN, deleted_at=None)
    for place, at, pk, text in said.values_list("entry__conversation_id", "sent_at", "pk", "text").order_by(
        "sent_at", "pk"
    ):
        lines.setdefault(place, []).append((at, pk, text))
    found = []
    for pk, place, started_at, count in blocks:
        held = [(message_id, text) for at, message_id, text in lines.get(place, ()) if at >= started_at]
        if held:
            found.append(Unanswered(pk, held[:count]))
    return found


@transaction.atomic
def take_out_history(conversation_ids: Collection[int], *, by: Actor, now: datetime) -> tuple[int, int]:
    """Delete conversations that were brought by mistake, with their messages, and take them out of the measures.

    Returns how many conversations and messages went. Those behind a wall stay: who takes an import back may not know
    of them. So do those that a live message has joined, which cannot be while they are closed.
    """
    rows = Conversation.objects.filter(
        pk__among=many(conversation_ids), workspace_id=by.workspace_id, wall=None, state=State.CLOSED
    )
    gone = list(rows.select_for_update().order_by("id"))
    ids = [row.pk for row in gone]
    message_ids = list(
        Entry.objects.filter(conversation_id__among=many(ids), message__isnull=False).values_list(
            "message_id", flat=True
        )
    )
    facts.publish_all(
        [ConversationTakenOut(account_id=row.account_id, conversation_id=row.pk) for row in gone], by=by, at=now
    )
    for block_id in Block.objects.filter(conversation_id__among=many(ids), told_72h_at=None).values_list(
        "pk", flat=True
    ):
        jobs.cancel(clocks.CLOCK, key=str(block_id))
    Conversation.objects.filter(pk__among=many(ids)).delete()
    messages.forget_history(message_ids)
    return len(ids), len(message_ids)
