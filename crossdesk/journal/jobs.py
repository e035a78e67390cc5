"""Work as rows: asking for it, claiming it by lease, running it, giving up on it, running it again."""

import json
import logging
import socket
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from os import getpid, kill
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from crossdesk.journal import bulk, signal
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.errors import CrossdeskError, NotFound, TryLater

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12
MOST_ROWS = 1000  # in one statement
_INSERT = """
INSERT INTO journal_job (kind, key, workspace_id, arguments, due_at, created_at,
                         generation, attempts, leased_by, last_error) VALUES """
_ROW = "(%s, %s, %s, %s, %s, %s, 1, 0, '', '')"
_UPSERT = """
ON CONFLICT (kind, key) DO UPDATE SET
  generation = journal_job.generation + 1, arguments = excluded.arguments, workspace_id = excluded.workspace_id,
  attempts = CASE WHEN journal_job.dead_at IS NULL THEN journal_job.attempts ELSE 0 END, dead_at = NULL,
  due_at = """
_UPSERT_EARLIEST = _UPSERT + (
    "CASE WHEN journal_job.due_at < excluded.due_at AND journal_job.dead_at IS NULL "
    "THEN journal_job.due_at ELSE excluded.due_at END"
)
_UPSERT_MOVE = _UPSERT + "excluded.due_at"
_DUE = """
SELECT id, kind, arguments, generation, attempts FROM journal_job
WHERE (leased_until IS NULL OR leased_until < %s) AND due_at <= %s AND dead_at IS NULL AND kind IN ({})
ORDER BY {}, id"""
_OLDEST = "due_at"
_FEW = "COALESCE(due_at, due_at)"  # not by the index of due work: thousands of other kinds may lie before these
WORKER = f"{socket.gethostname()}:{getpid()}"


class Later(TryLater):
    """Raised by a task: run me again at this moment; that is no failure."""

    code = "journal.later"

    def __init__(self, message: str, *, at: datetime) -> None:
        super().__init__(message)
        self.at = at


Run = Callable[..., None]
RunMany = Callable[[Sequence[dict[str, Any]]], None]


@dataclass(frozen=True, slots=True)
class Task:
    """How work of one kind is done. batch: how many rows one call takes; `many` tasks get a list of arguments.

    urgent: somebody waits for it; one worker looks for such work first, however much of other work is older.
    """

    kind: str
    run: Callable[..., None]
    many: bool
    batch: int
    lease: timedelta
    urgent: bool = False


_tasks: dict[str, Task] = {}


def task(
    kind: str, *, many: bool = False, batch: int = 1, lease: timedelta = LEASE, urgent: bool = False
) -> Callable[[Run], Run]:
    """Register the function that does work of this kind. It must be safe to repeat."""

    def register(run: Run) -> Run:
        _tasks[kind] = Task(kind=kind, run=run, many=many, batch=batch, lease=lease, urgent=urgent)
        return run

    return register


def known_kinds() -> frozenset[str]:
    """Kinds that this process can run."""
    return frozenset(_tasks)


def urgent_kinds() -> frozenset[str]:
    """Those of them that somebody waits for."""
    return frozenset(kind for kind, one in _tasks.items() if one.urgent)


def _values(
    kind: str, key: str, workspace_id: int | None, arguments: dict[str, Any], due_at: datetime, now: datetime
) -> tuple[Any, ...]:
    return kind, key, workspace_id, json.dumps(arguments), bulk.moment(due_at), bulk.moment(now)


def enqueue_many(kind: str, rows: Sequence[tuple[str, datetime, dict[str, Any]]], *, workspace_id: int | None) -> None:
    """Ask for many pieces of work of one kind: (key, due at, arguments). The sooner due time stands."""
    now = clock.now()
    wanted: dict[str, tuple[datetime, dict[str, Any]]] = {}  # one statement changes a row once
    for key, due_at, arguments in rows:
        if key not in wanted or due_at < wanted[key][0]:
            wanted[key] = due_at, arguments
    each = [_values(kind, key, workspace_id, arguments, due_at, now) for key, (due_at, arguments) in wanted.items()]
    for start in range(0, len(each), MOST_ROWS):
        some = each[start : start + MOST_ROWS]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT + ", ".join([_ROW] * len(some)) + _UPSERT_EARLIEST, list(chain.from_iterable(some)))
    if any(due_at <= now for _, due_at, _ in rows):
        transaction.on_commit(signal.jobs_due.set)


def enqueue(
    kind: str, *, key: str, due_at: datetime, workspace_id: int | None = None, earliest: bool = True, **arguments: Any
) -> None:
    """Ask for work in the caller's transaction. Asked again while it waits, it stays one row.

    earliest: the sooner of the two due times stands; False moves the due time to the new one. Work that was given up
    comes back to life.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT + _ROW + (_UPSERT_EARLIEST if earliest else _UPSERT_MOVE),
            _values(kind, key, workspace_id, arguments, due_at, now),
        )
    if due_at <= now:
        transaction.on_commit(signal.jobs_due.set)


def cancel(kind: str, *, key: str) -> None:
    """Drop work that is no longer needed. A run in progress ends as it will."""
    Job.objects.filter(kind=kind, key=key).delete()


@dataclass(frozen=True, slots=True)
class Claim:
    """A leased row, with the generation it was claimed at."""

    id: int
    kind: str
    arguments: dict[str, Any]
    generation: int
    attempts: int


def claim(*, now: datetime, worker: str = WORKER, kinds: frozenset[str] | None = None) -> list[Claim]:
    """Lease a batch of rows of the kind that has waited longest, oldest first. Two workers never hold the same row."""
    kinds = known_kinds() if kinds is None else kinds
    moment = connection.ops.adapt_datetimefield_value
    among, skip = ", ".join(["%s"] * len(kinds)), " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    if not kinds:
        return []
    order = _FEW if kinds == urgent_kinds() else _OLDEST
    due = _DUE.format(among, order) + " LIMIT 1"
    wanted = [moment(now), moment(now), *sorted(kinds)]
    with connection.cursor() as cursor:
        cursor.execute(due, wanted)  # looking costs no lock
        if cursor.fetchone() is None:
            return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(due + skip, wanted)
        rows = cursor.fetchall()
        if not rows:
            return []
        kind = rows[0][1]
        task = _tasks[kind]
        if task.batch > 1:
            cursor.execute(_DUE.format("%s", order) + " LIMIT %s" + skip, [*wanted[:2], kind, task.batch])
            rows = cursor.fetchall()
        cursor.execute(
            f"UPDATE journal_job SET leased_until = %s, leased_by = %s, attempts = attempts + 1 "  # noqa: S608 -- marks only
            f"WHERE id IN ({', '.join(['%s'] * len(rows))})",
            [moment(now + task.lease), worker, *(row[0] for row in rows)],
        )
    return [
        Claim(pk, kind, json.loads(arguments), generation, attempts + 1)
        for pk, kind, arguments, generation, attempts in rows
    ]


def run_due(*, now: datetime | None = None, worker: str = WORKER, kinds: frozenset[str] | None = None) -> int:
    """Claim one batch, run it, mark it. Returns how many rows were claimed; 0 when nothing is due."""
    moment = now or clock.now()
    claims = claim(now=moment, worker=worker, kinds=kinds)
    if not claims:
        return 0
    job_task = _tasks[claims[0].kind]
    if job_task.many and len(claims) > 1:
        _run_many(job_task, claims, now=moment)
    else:
        for one in claims:
            _run_one(job_task, one, now=moment)
    return len(claims)


def run_awaited(*, now: datetime | None = None, worker: str = WORKER) -> int:
    """As `run_due`, but what somebody waits for goes before all other work, however much of that is older."""
    return run_due(now=now, worker=worker, kinds=urgent_kinds()) or run_due(now=now, worker=worker)


def _run_many(job_task: Task, claims: list[Claim], *, now: datetime) -> None:
    """Run a batch as one; when it fails, run each by itself so that one bad row does not hold the others."""
    try:
        job_task.run([one.arguments for one in claims])
    except Exception:  # noqa: BLE001 -- each row runs again by itself below and keeps its own error
        log.info("batch of %s %s failed, running each by itself", len(claims), job_task.kind)
        for one in claims:
            _run_one(job_task, one, now=now)
        return
    _done(claims)


def _run_one(job_task: Task, one: Claim, *, now: datetime) -> None:
    try:
        if job_task.many:
            job_task.run([one.arguments])
        else:
            job_task.run(**one.arguments)
    except Later as later:
        _put_back(one, at=later.at)
    except Exception as error:
        if not isinstance(error, CrossdeskError):
            log.exception("job %s %s failed", one.kind, one.id)
        _failed(one, error, now=now)
    else:
        _done([one])


def _done(claims: Sequence[Claim]) -> None:
    """Delete the rows, except those whose work was asked for again while it ran."""
    deleted = 0
    for generation in sorted({one.generation for one in claims}):
        ids = [one.id for one in claims if one.generation == generation]
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM journal_job WHERE generation = %s AND id IN ({', '.join(['%s'] * len(ids))})",  # noqa: S608 -- marks only
                [generation, *ids],
            )
            deleted += cursor.rowcount
    if deleted < len(claims):
        Job.objects.filter(pk__in=[one.id for one in claims]).update(leased_until=None, leased_by="", attempts=0)


def _put_back(one: Claim, *, at: datetime) -> None:
    Job.objects.filter(pk=one.id, generation=one.generation).update(
        due_at=at, leased_until=None, leased_by="", attempts=F("attempts") - 1
    )
    Job.objects.filter(pk=one.id).exclude(generation=one.generation).update(leased_until=None, leased_by="")


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 2 s, doubling, an hour at most."""
    return timedelta(seconds=min(2**attempts, 3600))


def _failed(one: Claim, error: Exception, *, now: datetime) -> None:
    words = str(error) if isinstance(error, CrossdeskError) else "".join(traceback.format_exception(error))[-4000:]
    changes: dict[str, Any] = {"leased_until": None, "leased_by": "", "last_error": words, "failed_at": now}
    if one.attempts >= MOST_ATTEMPTS:
        changes["dead_at"] = now
    else:
        changes["due_at"] = now + back_off(one.attempts)
    Job.objects.filter(pk=one.id).update(**changes)


def free_leases_of_the_dead() -> int:
    """Give back what processes of this machine held that are no more, at once and not only when their leases run out.

    Called when a runner starts: after a kill or a crash the next process goes on without a pause. Returns how many.
    """
    freed = 0
    for holder in Job.objects.exclude(leased_until=None).order_by().values_list("leased_by", flat=True).distinct():
        if is_dead(holder):
            freed += Job.objects.filter(leased_by=holder).update(leased_until=None, leased_by="")
    return freed


def is_dead(holder: str) -> bool:
    """Was this a process of this machine that is no more? Of other machines only a lease tells."""
    host, _, pid = holder.rpartition(":")
    return host == socket.gethostname() and pid.isdigit() and not _lives(int(pid))


def _lives(pid: int) -> bool:
    try:
        kill(pid, 0)  # asks only
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def run_again(*, job_id: int, workspace_id: int, now: datetime) -> None:
    """Bring a dead letter back to life, due now. Raises NotFound when it is not dead or not of this workspace."""
    changed = Job.objects.filter(pk=job_id, workspace_id=workspace_id, dead_at__isnull=False).update(
        dead_at=None, due_at=now, attempts=0, generation=F("generation") + 1
    )
    if not changed:
        raise NotFound("This piece of work is no longer among the failed ones.")
    transaction.on_commit(signal.jobs_due.set)


def run_until_idle(*, until: datetime | None = None, most: int = 100_000) -> int:
    """Run all that is due, for tests and commands. Returns how many rows ran."""
    ran = 0
    while ran < most and (claimed := run_due(now=until)):
        ran += claimed
    return ran
