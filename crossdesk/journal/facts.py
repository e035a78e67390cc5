"""Publishing facts, giving them numbers, and following them in order."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from crossdesk.journal import bulk, signal
from crossdesk.journal.among import Many, many
from crossdesk.journal.events import FactBody
from crossdesk.journal.models import Fact, FactCounter, FactPosition
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.actor import Actor

log = logging.getLogger(__name__)

BATCH = 500  # facts that a follower gets in one transaction
AT_ONCE = 4 * BATCH  # numbers that are read at once for all followers
# Facts are written and read as plain rows: every message makes several.
COLUMNS = (
    "workspace_id", "kind", "at", "by_member_id", "by_name", "account_id", "conversation_id", "wall_id", "body",
)  # fmt: skip
_WAITING = "SELECT id, workspace_id FROM journal_fact WHERE number IS NULL ORDER BY id LIMIT %s"
_NUMBER = f"""
WITH waiting AS ({_WAITING}),
placed AS (SELECT id, workspace_id, ROW_NUMBER() OVER (PARTITION BY workspace_id ORDER BY id) AS place FROM waiting)
UPDATE journal_fact SET number = placed.place + COALESCE(
  (SELECT counter.last FROM journal_factcounter counter WHERE counter.workspace_id = placed.workspace_id), 0)
FROM placed WHERE journal_fact.id = placed.id
"""  # noqa: S608 -- our own words
_NUMBERED = " RETURNING journal_fact.workspace_id, journal_fact.number"
# What the same statement will number, for SQLite: nobody else writes, and rows that it returned would cost more.
_SHARES = f"""
SELECT waiting.workspace_id, COUNT(*), COUNT(*) + COALESCE(MAX(counter.last), 0) FROM ({_WAITING}) waiting
LEFT JOIN journal_factcounter counter ON counter.workspace_id = waiting.workspace_id GROUP BY waiting.workspace_id
"""  # noqa: S608 -- our own words
_COUNT = """
INSERT INTO journal_factcounter (workspace_id, last) VALUES (%s, %s)
ON CONFLICT (workspace_id) DO UPDATE SET last = excluded.last
"""
_PLACE = "SELECT number FROM journal_factposition WHERE follower = %s AND workspace_id = %s"
_FURTHEST = "SELECT MAX(number) FROM journal_factposition WHERE workspace_id = %s"
_MOVE = "UPDATE journal_factposition SET number = %s WHERE follower = %s AND workspace_id = %s"


@dataclass(frozen=True, slots=True)
class Told:
    """A numbered fact as a follower gets it."""

    number: int
    at: datetime
    workspace_id: int
    by_member_id: int | None
    by_name: str
    body: FactBody


_LAST = Prepared(FactCounter, FactCounter.objects.all, ("workspace_id", "last"))
_POSITIONS = Prepared(FactPosition, FactPosition.objects.all, ("workspace_id", "follower", "number"))

Handler = Callable[[Sequence[Told]], None]
Begin = Literal["present", "beginning"]


@dataclass(frozen=True, slots=True)
class Follower:
    """Reads facts of some kinds in order; its position is stored in the transaction of its effect.

    from_the: where it begins in a workspace that others have followed before it.
    """

    name: str
    kinds: frozenset[str]
    handle: Handler
    from_the: Begin


_followers: dict[str, Follower] = {}


def follows(name: str, *bodies: type[FactBody], from_the: Begin) -> Callable[[Handler], Handler]:
    """Register a handler. It gets batches in order, within the transaction that stores its position.

    from_the: a follower that comes with a later release begins in the workspaces that are there at the "present", or
    reads all they ever told from the "beginning", beside the others. In a new workspace everybody hears the first fact.
    """

    def register(handle: Handler) -> Handler:
        if name in _followers and _followers[name].handle.__qualname__ != handle.__qualname__:
            raise ValueError(f"two followers are called {name}")
        kinds = frozenset(body.__name__ for body in bodies)
        _followers[name] = Follower(name=name, kinds=kinds, handle=handle, from_the=from_the)
        return handle

    return register


def followers() -> Iterable[Follower]:
    """All that are registered, in the order of registration."""
    return tuple(_followers.values())


def publish(body: FactBody, *, by: Actor, at: datetime) -> None:
    """Write one fact in the caller's transaction."""
    publish_all([body], by=by, at=at)


def publish_all(bodies: Iterable[FactBody], *, by: Actor, at: datetime, moments: Sequence[datetime] = ()) -> None:
    """Write many facts of one workspace in the caller's transaction. `moments`, where given, is each one's own time."""
    rows = [
        (
            by.workspace_id, type(body).__name__, moments[index] if moments else at, by.member_id, by.name,
            body.account_id, body.conversation_id, body.wall_id, body.own_values(),
        )
        for index, body in enumerate(bodies)
    ]  # fmt: skip
    if not rows:
        return
    bulk.insert_values(Fact, COLUMNS, rows)
    transaction.on_commit(signal.facts_waiting.set)


def enclose(*, workspace_id: int, conversation_id: int, wall_id: int | None) -> int:
    """Put all that was told of a conversation behind a wall, or None: out of it. Returns how many facts."""
    rows = Fact.objects.filter(workspace_id=workspace_id, conversation_id=conversation_id)
    return rows.update(wall_id=wall_id)


def number_waiting(*, limit: int = 5000) -> int:
    """Number what waits, if anything does; looking costs no lock. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM journal_fact WHERE number IS NULL LIMIT 1")
        if cursor.fetchone() is None:
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
    last: dict[int, int] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_NUMBER + _NUMBERED, [limit])
            numbers = cursor.fetchall()
            numbered = len(numbers)
            for workspace_id, number in numbers:
                last[workspace_id] = max(number, last.get(workspace_id, 0))
        else:
            cursor.execute(_SHARES, [limit])
            shares = cursor.fetchall()
            numbered = sum(count for _, count, _ in shares)
            last = {workspace_id: number for workspace_id, _, number in shares}
            cursor.execute(_NUMBER, [limit])
        cursor.executemany(_COUNT, sorted(last.items()))
        if connection.vendor == "postgresql":
            for workspace_id, number in last.items():
                cursor.execute("SELECT pg_notify('crossdesk_facts', %s)", [f"{workspace_id}:{number}"])
    transaction.on_commit(signal.facts_numbered.set)
    return numbered


def last_number(workspace_id: int) -> int:
    """The highest number given in the workspace; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last FROM journal_factcounter WHERE workspace_id = %s", [workspace_id])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def last_numbers() -> dict[int, int]:
    """The highest number of every workspace. One query."""
    return dict(_LAST.read())


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


def lately(workspace_id: int, kinds: Collection[str], *, among: int = 5000) -> QuerySet[Fact]:
    """Facts of these kinds among the workspace's last so many, newest first."""
    above = max(0, last_number(workspace_id) - among)
    return Fact.objects.filter(workspace_id=workspace_id, number__gt=above, kind__in=kinds).order_by("-number")


def told_of(rows: QuerySet[Fact]) -> list[Told]:
    """Numbered facts as their dataclasses. One query."""
    return [_told(*row) for row in bulk.read(rows, "number", *COLUMNS)]


def catch_up(follower: Follower, workspace_id: int) -> int:
    """Hand one follower its next batch. Returns how many numbers it moved on; 0 when it has read all."""
    places = _places_of(workspace_id)
    number = (places if follower.name in places else take_places(workspace_id))[follower.name]
    upto = min(last_number(workspace_id), number + BATCH)
    if number >= upto:
        return 0
    return _hand_on(follower, workspace_id, number, upto, _facts(workspace_id, number, upto, follower.kinds))


def _between(workspace: int, above: int, upto: int, kinds: Many) -> QuerySet[Fact]:
    rows = Fact.objects.filter(workspace_id=workspace, number__gt=above, number__lte=upto, kind__among=kinds)
    return rows.order_by("number")


_FACTS = Prepared(Fact, _between, ("number", *COLUMNS))


def _facts(workspace_id: int, above: int, upto: int, kinds: Iterable[str]) -> list[Told]:
    found = _FACTS.read(workspace=workspace_id, above=above, upto=upto, kinds=many(kinds))
    return [_told(*row) for row in found]


def _hand_on(follower: Follower, workspace_id: int, number: int, upto: int, told: Sequence[Told]) -> int:
    """Effect and position in one transaction; whoever was quicker with this batch has done it, and we do nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        if _place_of(follower, workspace_id) != number:
            return upto - number
        if told:
            follower.handle(told)
        cursor.execute(_MOVE, [upto, follower.name, workspace_id])
    return upto - number


def _place_of(follower: Follower, workspace_id: int) -> int | None:
    """How far the follower is, locked."""
    question = _PLACE + (" FOR UPDATE" if connection.vendor == "postgresql" else "")
    with connection.cursor() as cursor:
        cursor.execute(question, [follower.name, workspace_id])
        found = cursor.fetchone()
    return int(found[0]) if found else None


@transaction.atomic
def take_places(workspace_id: int) -> dict[str, int]:
    """Give every follower without a place its place in the workspace, all of them at once. Returns everybody's.

    Where nobody has a place the workspace is new, and all begin before its first fact. Else the present is where the
    furthest of the others is: what nobody has read yet is heard by who is new as well. Two processes that do this at
    once agree, because the places of one are there together or not at all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FURTHEST, [workspace_id])
        present = cursor.fetchone()[0] or 0
    rows = [
        FactPosition(follower=one.name, workspace_id=workspace_id, number=present if one.from_the == "present" else 0)
        for one in followers()
    ]
    FactPosition.objects.bulk_create(rows, ignore_conflicts=True)
    return _places_of(workspace_id)


def _places_of(workspace_id: int) -> dict[str, int]:
    rows = FactPosition.objects.filter(workspace_id=workspace_id)
    return dict(bulk.read(rows, "follower", "number"))


def follow(
    workspace_id: int, *, last: int, positions: Mapping[str, int], failed: Callable[[str, Exception], None]
) -> int:
    """One round: every follower that is behind gets its next batch, or moves on where nothing in it is for it.

    What is read serves all whose place lies in it; who is further behind catches up by itself and holds nobody up.
    positions: how far each follower is. failed: told of a follower that could not go on; it stays where it was and the
    others go on. Returns how many numbers were moved on, over all followers.
    """
    late = {one.name: positions[one.name] for one in followers() if positions[one.name] < last}
    moved = 0
    while late:
        start = min(late.values())
        upto = min(last, start + AT_ONCE)
        together = {name: number for name, number in late.items() if number < upto}
        late = {name: number for name, number in late.items() if number >= upto}
        moved += _follow_together(workspace_id, together, start=start, upto=upto, failed=failed)
    return moved


def _follow_together(
    workspace_id: int, places: Mapping[str, int], *, start: int, upto: int, failed: Callable[[str, Exception], None]
) -> int:
    """Read once for all of them."""
    facts = _facts(workspace_id, start, upto, {kind for name in places for kind in _followers[name].kinds})
    moved, idle = 0, []
    for name, number in places.items():
        wanted = _followers[name].kinds
        mine = [one for one in facts if one.number > number and type(one.body).__name__ in wanted]
        if not mine:
            idle.append(name)
            moved += upto - number
            continue
        try:
            for told, to in _in_batches(mine, upto=upto):
                moved += _hand_on(_followers[name], workspace_id, number, to, told)
                number = to
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 -- told to the caller, who logs it; the others go on
            failed(name, error)
    if idle:
        rows = FactPosition.objects.filter(workspace_id=workspace_id, follower__in=idle)
        rows.filter(number__gte=start, number__lt=upto).update(number=upto)
    return moved


def _in_batches(facts: Sequence[Told], *, upto: int) -> Iterator[tuple[Sequence[Told], int]]:
    """What a follower gets in one transaction after the other, and the number that it has read up to with each."""
    for start in range(0, len(facts), BATCH):
        some = facts[start : start + BATCH]
        yield some, upto if start + BATCH >= len(facts) else some[-1].number


def told_from(row: Fact) -> Told:
    """A stored fact as its dataclass again."""
    return _told(row.number, *(getattr(row, name) for name in COLUMNS))


def _told(
    number: int | None, workspace_id: int, kind: str, at: datetime, by_member_id: int | None, by_name: str,
    account_id: int | None, conversation_id: int | None, wall_id: int | None, values: dict[str, Any],
) -> Told:  # fmt: skip
    body = FactBody.kinds[kind].from_values(
        values, account_id=account_id, conversation_id=conversation_id, wall_id=wall_id
    )
    return Told(number or 0, at, workspace_id, by_member_id, by_name, body)


def positions() -> dict[int, dict[str, int]]:
    """How far each follower is, by workspace. One query."""
    found: dict[int, dict[str, int]] = {}
    for workspace_id, follower, number in _POSITIONS.read():
        found.setdefault(workspace_id, {})[follower] = number
    return found


def follow_all(*, failed: Callable[[str, Exception], None] | None = None, without: Collection[str] = ()) -> int:
    """Number what waits, then one round for every workspace. Returns how much was done; 0 when all is read.

    failed: see `follow`; None raises. without: followers that rest.
    """
    work = number_waiting()
    read = positions()
    for workspace_id, last in last_numbers().items():
        places = read.get(workspace_id, {})
        if not _followers.keys() <= places.keys():
            places = take_places(workspace_id)
        work += follow(
            workspace_id, last=last, positions=places | dict.fromkeys(without, last), failed=failed or _raise
        )
    return work


def _raise(name: str, error: Exception) -> None:
    raise error
