"""Recompute everything from the facts and from the tables, and report every difference. Changes nothing.

Facts are read one conversation after the other, so memory holds some conversations and the sums, never the archive.
The installation may work meanwhile: rollups are compared as they stood at one number, and a block that differs is
looked at again, with the follower stopped, before it is reported.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.db import models, transaction
from django.db.models import Q, QuerySet

from crossdesk.inbox.models import Block, Conversation, Counter, Duty
from crossdesk.insights import lines as tell
from crossdesk.insights import services, standing, sums
from crossdesk.insights.models import MeasuredBlock
from crossdesk.insights.values import TRIAGE
from crossdesk.journal import facts
from crossdesk.journal.models import Fact, FactPosition

Progress = Callable[[int, int], None]
CONVERSATIONS = 200  # compared at a time
TRIES = 3  # a block that changes while it is looked at is looked at again
_KINDS = {kind.__name__ for kind in tell.FOLLOWED}
_OF_LINE = [f.attname for f in MeasuredBlock._meta.concrete_fields]
# What a line and its block both know.
_SHARED = ("conversation_id", "account_id", "wall_id", "started_at", "needs_reply", "first", "due_at", "answered_at",
           "answered_kind", "response_seconds", "business_seconds")  # fmt: skip
_Lines = dict[int, MeasuredBlock]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not add up. what: the kind of row; where: which one; expected: recomputed; found: stored."""

    what: str
    where: str
    expected: str
    found: str


_Found = tuple[int, Difference]  # with the conversation that it is in


def verify_workspace(workspace_id: int, progress: Progress | None = None) -> list[Difference]:
    """Every difference in one workspace; empty for a healthy one. progress: called with (facts read, facts in all)."""
    unread = _catch_up(workspace_id)
    with transaction.atomic():  # the ledger's lock holds the follower: sums and position belong together
        days = services.days_of(services.ledger_of(workspace_id))
        upto = _position(workspace_id)
        stored = sums.read(workspace_id)
    expected: sums.Sums = {}
    doubtful: set[int] = set()
    for conversations, told in _by_conversations(workspace_id, upto=upto, progress=progress):
        lines, found = _lines_of(told, days)
        for line in lines.values():
            sums.put(expected, line)
        found += _against_tables(workspace_id, conversations, lines)
        doubtful |= {conversation for conversation, _ in found}
    return [
        *unread,
        *_numbers(workspace_id),
        *(one for some in _bites(sorted(doubtful)) for one in _look_again(workspace_id, some)),
        *_rollups(expected, stored),
        *counters(workspace_id),
    ]


def _bites(conversations: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(conversations), CONVERSATIONS):
        yield conversations[start : start + CONVERSATIONS]


def _catch_up(workspace_id: int) -> list[Difference]:
    """Let the follower read on. Damaged facts stop it; that is a difference too."""
    try:
        services.catch_up(workspace_id)
    except tell.UnknownBlock as stopped:
        return [Difference("facts", f"after number {_position(workspace_id)}", "readable facts", str(stopped))]
    return []


def _position(workspace_id: int) -> int:
    row = FactPosition.objects.filter(follower=services.FOLLOWER, workspace_id=workspace_id)
    return row.values_list("number", flat=True).first() or 0


def _by_conversations(
    workspace_id: int, *, upto: int, progress: Progress | None
) -> Iterator[tuple[Q, list[facts.Told]]]:
    """Facts, and the range of conversations that they are of. The ranges leave no id out: rows without facts count.

    Goes by the index of conversations alone, so that the database sorts nothing; what is newer than `upto` is left
    out here and not there.
    """
    rows = Fact.objects.filter(workspace_id=workspace_id)
    total, read, after = upto, 0, 0
    while True:
        following = rows.filter(conversation_id__gt=after).order_by("conversation_id").values_list("conversation_id")
        ids = [one for (one,) in following.distinct()[:CONVERSATIONS]]
        last = ids[-1] if len(ids) == CONVERSATIONS else None
        some = Q(conversation_id__gt=after) if last is None else Q(conversation_id__gt=after, conversation_id__lte=last)
        of_some = rows.filter(some).order_by("conversation_id", "number").iterator(chunk_size=2000)
        numbered = [row for row in of_some if row.number is not None and row.number <= upto]
        yield some, [facts.told_from(row) for row in numbered if row.kind in _KINDS]
        read += len(numbered)
        if progress:
            progress(read if last else total, total)
        if last is None:
            return
        after = last


def _lines_of(told: Iterable[facts.Told], days: tell.Days) -> tuple[_Lines, list[_Found]]:
    """Lines as these facts make them, and facts that make no sense."""
    lines: _Lines = {}
    found: list[_Found] = []
    for one in told:
        try:
            tell.apply(lines, one, days)
        except tell.UnknownBlock:
            where = f"fact {one.number}, block {tell.block_of(one.body)}"
            found.append((one.body.conversation_id or 0, Difference("fact", where, "a fact that opened it", "none")))
    return lines, found


def _against_tables(workspace_id: int, conversations: Q, expected: _Lines) -> list[_Found]:
    """The lines that the facts make, against the stored lines and the inbox's blocks."""
    lines = {row.block_id: row for row in MeasuredBlock.objects.filter(conversations, workspace_id=workspace_id)}
    blocks = {row.pk: row for row in Block.objects.filter(conversations, workspace_id=workspace_id)}
    found: list[_Found] = []
    for block_id in sorted({*expected, *lines, *blocks}):
        line, stored, block = expected.get(block_id), lines.get(block_id), blocks.get(block_id)
        conversation = next(row.conversation_id for row in (line, stored, block) if row is not None)
        found += [(conversation, one) for one in _block(block_id, line, stored, block)]
    return found


def _block(
    block_id: int, line: MeasuredBlock | None, stored: MeasuredBlock | None, block: Block | None
) -> Iterator[Difference]:
    where = f"block {block_id}"
    if line is None:
        if stored is not None:
            yield Difference("measured block", where, "none", "a line that no fact tells of")
        if block is not None:
            yield Difference("block", where, "a fact that opened it", "none")
        return
    if stored is None:
        yield Difference("measured block", where, "a line", "none")
    else:
        yield from _fields("measured block", where, line, stored, _OF_LINE)
    if block is None:
        if not line.taken_back:
            yield Difference("block", where, "a row", "none")
    else:
        yield from _fields("block", where, line, block, _SHARED)


def _fields(
    what: str, where: str, expected: MeasuredBlock, found: MeasuredBlock | Block, names: Iterable[str]
) -> Iterator[Difference]:
    for name in names:
        told, stands = getattr(expected, name), getattr(found, name)
        if told != stands and not (name == "wall_id" and told == (stands or 0)):
            yield Difference(what, f"{where}, {name}", str(told), str(stands))


def _look_again(workspace_id: int, conversations: Collection[int]) -> list[Difference]:
    """The differences of these conversations with the follower stopped, so that only true ones are left."""
    found: list[_Found] = []
    for _ in range(TRIES):
        _catch_up(workspace_id)
        with transaction.atomic():
            days = services.days_of(services.ledger_of(workspace_id))
            upto = _position(workspace_id)
            rows = Fact.objects.filter(workspace_id=workspace_id, conversation_id__in=conversations, kind__in=_KINDS)
            numbered = [row for row in rows if row.number is not None and row.number <= upto]
            told = [facts.told_from(row) for row in sorted(numbered, key=attrgetter("number"))]
            lines, found = _lines_of(told, days)
            found += _against_tables(workspace_id, Q(conversation_id__in=conversations), lines)
        if not found:
            break
    return [one for _, one in found]


def _numbers(workspace_id: int) -> Iterator[Difference]:
    """Facts are numbered without a gap."""
    last = facts.last_number(workspace_id)
    numbered = Fact.objects.filter(workspace_id=workspace_id, number__lte=last).count()
    if numbered != last:
        yield Difference("facts", f"numbers 1 to {last}", str(last), str(numbered))


def _rollups(expected: sums.Sums, stored: sums.Sums) -> Iterator[Difference]:
    for cell in sorted({*expected, *stored}):
        told, stands = expected.get(cell, sums.Sum()), stored.get(cell, sums.Sum())
        if told.values() != stands.values():
            where = (
                f"{cell.series} on {cell.day}, account {cell.account_id}, department {cell.department_id}, "
                f"wall {cell.wall_id}"
            )
            yield Difference("rollup", where, _words(told), _words(stands))


def _words(total: sums.Sum) -> str:
    said = f"{total.numerator} of {total.denominator}"
    said += f", {total.elsewhere} elsewhere, {total.automated} automated"
    times = {bucket: times for bucket, times in sorted(total.histogram.times.items()) if times}
    return f"{said}, times {times}" if times else said


def counters(workspace_id: int) -> list[Difference]:
    """Open work as the inbox's counters say, against duties and conversations. What moves meanwhile is asked again."""
    found = set(_counters(workspace_id))
    for _ in range(TRIES - 1):
        if found:
            found &= set(_counters(workspace_id))
    return sorted(found, key=attrgetter("where"))


@transaction.atomic
def _counters(workspace_id: int) -> list[Difference]:
    expected = {**_open(standing.duties(), workspace_id, "department_id"), **_open(standing.in_triage(), workspace_id)}
    stored = {
        (row.account_id, row.department_id or 0, row.wall_id or 0): (row.open, row.overdue)
        for row in Counter.objects.filter(workspace_id=workspace_id)
    }
    found = []
    for place in sorted({*expected, *stored}):
        (opens, lates), (open_there, late_there) = expected.get(place, (0, 0)), stored.get(place, (0, 0))
        if (opens, lates) != (open_there, late_there):
            where = "account {}, department {}, wall {}".format(*place)
            told, stands = f"{opens} open, {lates} overdue", f"{open_there} open, {late_there} overdue"
            found.append(Difference("counter", where, told, stands))
    return found


def _open(
    rows: QuerySet[Duty] | QuerySet[Conversation], workspace_id: int, *department: str
) -> dict[tuple[int, int, int], tuple[int, int]]:
    """Open and late by account, department (0: triage) and wall (0: none)."""
    late = models.Count("pk", filter=Q(late=True))
    grouped = rows.filter(workspace_id=workspace_id).order_by().values("account_id", "wall_id", *department)
    return {
        (row["account_id"], row.get("department_id", TRIAGE), row["wall_id"] or 0): (row["opens"], row["lates"])
        for row in grouped.annotate(opens=models.Count("pk"), lates=late)
    }
