"""Keeping the figures: following the facts, letting targets come in, building all anew."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from crossdesk.insights import lines as tell
from crossdesk.insights import sums
from crossdesk.insights.models import STILL_RUNNING, Ledger, MeasuredBlock, Rollup
from crossdesk.insights.store import write_lines
from crossdesk.journal import bulk, facts, jobs
from crossdesk.journal.among import many
from crossdesk.journal.models import FactPosition
from crossdesk.kit import clock
from crossdesk.org.models import Workspace

FOLLOWER = "insights"
TARGETS = "insights.targets"  # the job that lets targets come in
CHUNK = 1000


def ledger_of(workspace_id: int) -> Ledger:
    """The workspace's ledger, locked for this transaction; made when it is the first time."""
    kept = Ledger.objects.select_for_update().filter(pk=workspace_id)
    if (ledger := kept.first()) is not None:
        return ledger
    zone = Workspace.objects.values_list("time_zone", flat=True).get(pk=workspace_id)
    Ledger.objects.get_or_create(pk=workspace_id, defaults={"time_zone": zone, "targets_until": clock.now()})
    return kept.get()


def days_of(ledger: Ledger) -> tell.Days:
    """How days are counted, and up to where targets have come in."""
    return tell.Days(zone=ZoneInfo(ledger.time_zone), targets_until=ledger.targets_until)


def record(told: Sequence[facts.Told]) -> None:
    """Bring lines and sums up to date with these facts of one workspace, within the follower's transaction."""
    workspace_id = told[0].workspace_id
    days = days_of(ledger_of(workspace_id))
    blocks, whole = tell.blocks_named(told)
    named = MeasuredBlock.objects.filter(Q(block_id__among=many(blocks)) | Q(conversation_id__in=whole))
    lines = {line.block_id: line for line in bulk.load(named.filter(workspace_id=workspace_id))}
    differences: sums.Sums = {}
    for line in lines.values():
        sums.put(differences, line, -1)
    for one in told:
        tell.apply(lines, one, days)
    for line in lines.values():
        sums.put(differences, line)
    write_lines(lines.values())
    sums.store(workspace_id, differences)
    _look_again(workspace_id, lines.values())


def _look_again(workspace_id: int, lines: Iterable[MeasuredBlock]) -> None:
    """Let the clock ring for blocks that ended before their target."""
    running = [x.due_at for x in lines if (x.answered_at or x.given_up) and x.due_at and not x.fell_due]
    if running:
        at = min(running)
        jobs.enqueue(TARGETS, key=str(workspace_id), due_at=at, workspace_id=workspace_id, of=workspace_id)


def let_targets_come(*, workspace_id: int, now: datetime) -> datetime | None:
    """Count the blocks that had ended when the moment of their target came. Returns the next such moment, if any."""
    while _let_some_come(workspace_id, now=now) == CHUNK:
        pass
    running = MeasuredBlock.objects.filter(STILL_RUNNING, workspace_id=workspace_id)
    return running.order_by("due_at").values_list("due_at", flat=True).first()


@transaction.atomic
def _let_some_come(workspace_id: int, *, now: datetime) -> int:
    ledger = ledger_of(workspace_id)
    waiting = MeasuredBlock.objects.filter(STILL_RUNNING, workspace_id=workspace_id, due_at__lte=now)
    some = list(waiting.order_by("due_at", "block_id")[:CHUNK])
    if len(some) == CHUNK:  # more may wait: come as far as the last of these, and take all of that moment
        now = max(line.due_at for line in some if line.due_at)
        some = list(waiting.filter(due_at__lte=now))
    ledger.targets_until = max(ledger.targets_until, now)
    ledger.save(update_fields=["targets_until"])
    differences: sums.Sums = {}
    for line in some:
        sums.put(differences, line, -1)
        tell.settle(line, days_of(ledger))
        sums.put(differences, line)
    write_lines(some)
    sums.store(workspace_id, differences)
    return min(len(some), CHUNK)


def rebuild(workspace_id: int, progress: Callable[[int, int], None] | None = None) -> None:
    """Throw the workspace's figures away and build them anew from the facts, in the zone that it has now.

    progress: called with (facts read, facts in all). Safe to stop at any point: the follower goes on from there.
    """
    position = FactPosition.objects.filter(follower=FOLLOWER, workspace_id=workspace_id)
    if not position.exists():  # what is not there cannot be locked
        facts.take_places(workspace_id)
    with transaction.atomic():
        # The position first, as the follower does: two that lock in one order never wait for each other crosswise.
        list(position.select_for_update())
        ledger = ledger_of(workspace_id)
        MeasuredBlock.objects.filter(workspace_id=workspace_id).delete()
        Rollup.objects.filter(workspace_id=workspace_id).delete()
        position.update(number=0)
        ledger.time_zone = Workspace.objects.values_list("time_zone", flat=True).get(pk=workspace_id)
        ledger.targets_until = clock.now()
        ledger.save()
    catch_up(workspace_id, progress)


def catch_up(workspace_id: int, progress: Callable[[int, int], None] | None = None) -> None:
    """Number what waits and read all facts of the workspace up to now."""
    follower = next(one for one in facts.followers() if one.name == FOLLOWER)
    while facts.number_waiting():
        pass
    read, last = 0, facts.last_number(workspace_id)
    while moved := facts.catch_up(follower, workspace_id):
        read += moved
        if progress:
            progress(read, last)
