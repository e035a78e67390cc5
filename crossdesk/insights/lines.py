"""From facts to lines: what each fact of the inbox changes on the line of its block. Plain functions, no queries."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from crossdesk.inbox import events
from crossdesk.insights.models import MeasuredBlock
from crossdesk.insights.registry import HOURS_72
from crossdesk.journal import bulk
from crossdesk.journal.events import FactBody
from crossdesk.journal.facts import Told

PEOPLE = frozenset({"person", "elsewhere"})
OF_CONVERSATIONS = (events.ConversationEnclosed, events.ConversationTakenOut)
TAKEN_BACK = frozenset({"deleted", "merged"})

Body = TypeVar("Body", bound=FactBody)


@dataclass(frozen=True, slots=True)
class Days:
    """The zone that days are counted in, and up to where targets have come in (see `Ledger`)."""

    zone: ZoneInfo
    targets_until: datetime

    def of(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(self.zone).date()


class UnknownBlock(LookupError):
    """A fact tells of a block that no fact before it opened. The facts are damaged: `crossdesk verify` says where."""


Tell = Callable[[MeasuredBlock, Any, Days], None]
_tells: dict[str, Tell] = {}


def _tells_of(body: type[Body]) -> Callable[[Callable[[MeasuredBlock, Body, Days], None]], Tell]:
    def register(tell: Callable[[MeasuredBlock, Body, Days], None]) -> Tell:
        _tells[body.__name__] = tell
        return tell

    return register


def blocks_named(told: Sequence[Told]) -> tuple[set[int], set[int]]:
    """Ids of the blocks that these facts speak of, and of the conversations that they speak of as a whole."""
    blocks = {block_of(one.body) for one in told} - {0}
    whole = {one.body.conversation_id or 0 for one in told if isinstance(one.body, OF_CONVERSATIONS)}
    return blocks, whole


def block_of(body: FactBody) -> int:
    """The block that a fact speaks of; 0 for none."""
    return getattr(body, "block_id", 0)


def apply(lines: dict[int, MeasuredBlock], told: Told, days: Days) -> None:
    """Change the lines as one fact tells. lines: by block id, at least those that the fact speaks of."""
    body = told.body
    if isinstance(body, events.ConversationEnclosed):
        for enclosed in lines.values():
            if enclosed.conversation_id == body.conversation_id:
                enclosed.wall_id = body.wall_id or 0
    elif isinstance(body, events.ConversationImported):
        lines.update((made.block_id, made) for made in _imported(told.workspace_id, body, days))
    elif isinstance(body, events.ConversationTakenOut):
        for gone in lines.values():
            if gone.conversation_id == body.conversation_id:
                gone.taken_back = True
    elif isinstance(body, events.BlockOpened):
        lines[body.block_id] = _opened(told.workspace_id, body, days)
    elif line := lines.get(block_of(body)):
        line.wall_id = body.wall_id or 0
        _tells[type(body).__name__](line, body, days)
        settle(line, days)
    else:
        raise UnknownBlock(f"fact {told.number} ({type(body).__name__}) tells of an unknown block")


def _opened(workspace_id: int, body: events.BlockOpened, days: Days) -> MeasuredBlock:
    started_at = datetime.fromisoformat(body.started_at)
    return bulk.made(
        MeasuredBlock,
        block_id=body.block_id,
        workspace_id=workspace_id,
        conversation_id=body.conversation_id or 0,
        account_id=body.account_id or 0,
        wall_id=body.wall_id or 0,
        started_at=started_at,
        started_day=days.of(started_at),
    )


def _imported(workspace_id: int, body: events.ConversationImported, days: Days) -> Iterator[MeasuredBlock]:
    """Blocks of the past, as far as they ever came."""
    for block in body.blocks:
        started_at = datetime.fromisoformat(block["started_at"])
        answered_at = datetime.fromisoformat(block["answered_at"]) if block["answered_at"] else None
        line = bulk.made(
            MeasuredBlock,
            block_id=block["block_id"],
            workspace_id=workspace_id,
            conversation_id=body.conversation_id or 0,
            account_id=body.account_id or 0,
            wall_id=body.wall_id or 0,
            started_at=started_at,
            started_day=days.of(started_at),
            ripe=block["ripe"],
            given_up=answered_at is None,
        )
        if answered_at is not None:
            line.decided = line.needs_reply = True
            line.first = block["first"]
            line.answered_at, line.answered_day, line.answered_kind = answered_at, days.of(answered_at), "elsewhere"
            line.response_seconds = line.business_seconds = block["seconds"]
        settle(line, days)
        yield line


@_tells_of(events.BlockMoved)
def _moved(line: MeasuredBlock, body: events.BlockMoved, days: Days) -> None:
    line.started_at = datetime.fromisoformat(body.started_at)
    line.started_day = days.of(line.started_at)


def _verdict(line: MeasuredBlock, body: events.BlockDecided | events.VerdictChanged, days: Days) -> None:
    line.decided, line.needs_reply, line.first = body.needs_reply is not None, body.needs_reply, body.first
    line.decided_department = body.department_id or 0
    line.due_at = datetime.fromisoformat(body.due_at) if body.due_at else None
    line.due_day = days.of(line.due_at) if line.due_at else None


_tells_of(events.BlockDecided)(_verdict)
_tells_of(events.VerdictChanged)(_verdict)


@_tells_of(events.BlockAnswered)
def _answered(line: MeasuredBlock, body: events.BlockAnswered, days: Days) -> None:
    line.answered_at = datetime.fromisoformat(body.answered_at)
    line.answered_day = days.of(line.answered_at)
    line.answered_kind = body.answered_kind
    line.answer_department = body.department_id or 0
    line.response_seconds, line.business_seconds = body.seconds, body.business_seconds
    line.first, line.given_up = body.first, False


@_tells_of(events.AnswerMatched)
def _matched(line: MeasuredBlock, body: events.AnswerMatched, days: Days) -> None:
    line.answered_kind = body.answered_kind


@_tells_of(events.BlockEnded)
def _ended(line: MeasuredBlock, body: events.BlockEnded, days: Days) -> None:
    line.taken_back = body.because in TAKEN_BACK
    line.given_up, line.given_up_department = True, body.department_id or 0


@_tells_of(events.BlockReopened)
def _reopened(line: MeasuredBlock, body: events.BlockReopened, days: Days) -> None:
    line.taken_back = line.given_up = False


@_tells_of(events.TargetFellDue)
def _missed(line: MeasuredBlock, body: events.TargetFellDue, days: Days) -> None:
    line.missed, line.missed_department = True, body.department_id or 0


@_tells_of(events.BlockFellDue)
def _ripe(line: MeasuredBlock, body: events.BlockFellDue, days: Days) -> None:
    line.ripe, line.ripe_department = True, body.department_id or 0


def settle(line: MeasuredBlock, days: Days) -> None:
    """Work out what follows from the rest of the line."""
    line.by_people = line.answered_kind in PEOPLE
    line.within_72h = line.by_people and (line.response_seconds or 0) <= HOURS_72
    in_time = line.answered_at is not None and line.due_at is not None and line.answered_at <= line.due_at
    line.within_target = line.by_people and in_time
    ended = line.answered_at is not None or line.given_up
    line.fell_due = line.due_at is not None and (line.missed or (ended and line.due_at <= days.targets_until))
    line.rate_department = line.answer_department if line.within_72h else line.ripe_department
    if line.missed and not line.within_target:
        line.target_department = line.missed_department
    else:
        line.target_department = line.given_up_department if line.answered_at is None else line.answer_department


FOLLOWED: tuple[type[FactBody], ...] = (
    events.BlockOpened,
    events.BlockMoved,
    events.BlockDecided,
    events.VerdictChanged,
    events.BlockAnswered,
    events.AnswerMatched,
    events.BlockEnded,
    events.BlockReopened,
    events.TargetFellDue,
    events.BlockFellDue,
    events.ConversationEnclosed,
    events.ConversationImported,
    events.ConversationTakenOut,
)
