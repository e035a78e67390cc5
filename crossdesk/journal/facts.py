"""Publishing facts, giving them numbers, and following them in order."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from crossdesk.journal import bulk, signal
from crossdesk.journal.events import FactBody
from crossdesk.journal.models import Fact, FactCounter, FactPosition
from crossdesk.kit.actor import Actor

log = logging.getLogger(__name__)

BATCH = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A numbered fact as a follower gets it."""

    number: int
    at: datetime
    workspace_id: int
    by_member_id: int | None
    by_name: str
    body: FactBody


Handler = Callable[[Sequence[Told]], None]


@dataclass(frozen=True, slots=True)
class Follower:
    """Reads facts of some kinds in order; its position is stored in the transaction of its effect."""

    name: str
    kinds: frozenset[str]
    handle: Handler


_followers: dict[str, Follower] = {}


def follows(name: str, *bodies: type[FactBody]) -> Callable[[Handler], Handler]:
    """Register a handler. It gets batches in order, within the transaction that stores its position."""

    def register(handle: Handler) -> Handler:
        if name in _followers and _followers[name].handle.__qualname__ != handle.__qualname__:
            raise ValueError(f"two followers are called {name}")
        _followers[name] = Follower(name=name, kinds=frozenset(body.__name__ for body in bodies), handle=handle)
        return handle

    return register


def followers() -> Iterable[Follower]:
    """All that are registered, in the order of registration."""
    return tuple(_followers.values())


def follower(name: str) -> Follower:
    """The follower of this name."""
    return _followers[name]


def publish(body: FactBody, *, by: Actor, at: datetime) -> None:
    """Write one fact in the caller's transaction."""
    publish_all([body], by=by, at=at)


def publish_all(bodies: Iterable[FactBody], *, by: Actor, at: datetime, moments: Sequence[datetime] = ()) -> None:
    """Write many facts of one workspace in the caller's transaction. `moments`, where given, is each one's own time."""
    rows = [
        Fact(
            workspace_id=by.workspace_id,
            kind=type(body).__name__,
            at=moments[index] if moments else at,
            by_member_id=by.member_id,
            by_name=by.name,
            account_id=body.account_id,
            conversation_id=body.conversation_id,
            wall_id=body.wall_id,
            body=body.own_values(),
        )
        for index, body in enumerate(bodies)
    ]
    if not rows:
        return
    bulk.insert(rows)
    transaction.on_commit(signal.facts_waiting.set)


def enclose(*, workspace_id: int, conversation_id: int, wall_id: int | None) -> int:
    """Put all that was told of a conversation behind a wall, or None: out of it. Returns how many facts."""
    rows = Fact.objects.filter(workspace_id=workspace_id, conversation_id=conversation_id)
    return rows.update(wall_id=wall_id)


def number_waiting(*, limit: int = 5000) -> int:
    """Number what waits, if anything does; looking costs no lock. Returns how many."""
    if not Fact.objects.filter(number=None).exists():
        return 0
    return _number(limit)


@transaction.atomic
def _number(limit: int) -> int:
    """Give the next numbers to facts that wait, in the order they were written. Returns how many.

    One at a time: SQLite's IMMEDIATE transaction locks; PostgreSQL takes an advisory lock. Numbers have no gaps and a
    reader that has seen number N has seen all below it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('crossdesk.numberer'))")
    waiting = list(Fact.objects.filter(number=None).order_by("id").only("id", "workspace_id")[:limit])
    if not waiting:
        return 0
    counters = {c.workspace_id: c for c in FactCounter.objects.filter(pk__in={f.workspace_id for f in waiting})}
    for fact in waiting:
        counter = counters.setdefault(fact.workspace_id, FactCounter(workspace_id=fact.workspace_id))
        counter.last += 1
        fact.number = counter.last
    Fact.objects.bulk_update(waiting, ["number"], batch_size=1000)
    for counter in counters.values():
        FactCounter.objects.update_or_create(workspace_id=counter.workspace_id, defaults={"last": counter.last})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for counter in counters.values():
                cursor.execute("SELECT pg_notify('crossdesk_facts', %s)", [f"{counter.workspace_id}:{counter.last}"])
    transaction.on_commit(signal.facts_numbered.set)
    return len(waiting)


def last_number(workspace_id: int) -> int:
    """The highest number given in the workspace; 0 before the first."""
    return FactCounter.objects.filter(pk=workspace_id).values_list("last", flat=True).first() or 0


def last_numbers() -> dict[int, int]:
    """The highest number of every workspace. One query."""
    return dict(FactCounter.objects.values_list("workspace_id", "last"))


@dataclass(frozen=True, slots=True)
class Heard:
    """A numbered fact as a live line needs it: who may hear of it, and what it is about."""

    number: int
    kind: str
    account_id: int | None
    conversation_id: int | None
    wall_id: int | None


def heard_since(workspace_id: int, number: int, *, limit: int) -> list[Heard]:
    """Facts above the number, in order. One query."""
    rows = Fact.objects.filter(workspace_id=workspace_id, number__gt=number).order_by("number")
    columns = ("number", "kind", "account_id", "conversation_id", "wall_id")
    return [Heard(*row) for row in rows.values_list(*columns)[:limit]]


def catch_up(follower: Follower, workspace_id: int) -> int:
    """Hand the follower its next batch. Returns how many numbers it moved on; 0 when it has read all."""
    with transaction.atomic():
        FactPosition.objects.get_or_create(follower=follower.name, workspace_id=workspace_id)
        position = FactPosition.objects.select_for_update().get(follower=follower.name, workspace_id=workspace_id)
        last = last_number(workspace_id)
        if position.number >= last:
            return 0
        upto = min(last, position.number + BATCH)
        rows = Fact.objects.filter(
            workspace_id=workspace_id, number__gt=position.number, number__lte=upto, kind__in=follower.kinds
        ).order_by("number")
        told = [told_from(row) for row in rows]
        if told:
            follower.handle(told)
        moved = upto - position.number
        FactPosition.objects.filter(pk=position.pk).update(number=upto)
        return moved


def told_from(row: Fact) -> Told:
    """A stored fact as its dataclass again."""
    body = FactBody.kinds[row.kind].from_values(
        row.body, account_id=row.account_id, conversation_id=row.conversation_id, wall_id=row.wall_id
    )
    return Told(
        number=row.number or 0,
        at=row.at,
        workspace_id=row.workspace_id,
        by_member_id=row.by_member_id,
        by_name=row.by_name,
        body=body,
    )


def behind() -> list[tuple[str, int]]:
    """Followers and workspaces with unread facts: (follower, workspace id). Two queries."""
    read = {(p.follower, p.workspace_id): p.number for p in FactPosition.objects.all()}
    return [
        (follower.name, counter.workspace_id)
        for counter in FactCounter.objects.all()
        for follower in followers()
        if read.get((follower.name, counter.workspace_id), 0) < counter.last
    ]


def follow_all() -> int:
    """Number what waits, then bring every follower up to date. Returns how many facts were numbered or read."""
    work = 0
    while numbered := number_waiting():
        work += numbered
    for name, workspace_id in behind():
        while moved := catch_up(_followers[name], workspace_id):
            work += moved
    return work
