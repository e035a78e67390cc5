"""Putting a change of set-up back: one way for all rooms, and itself a change that is written down.

A room says for each of its actions how a change is put back (`way_back`). Putting back then asks three things: may this
person, does what was changed still stand as the change left it, and can it be as before. What somebody changed since is
never overwritten.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from crossdesk.journal import audit, queries
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed, NotFound

PLACES = ("department_id", "day", "valid_from")
MOST_LOOKED_AT = 100


class NoWayBack(Conflict):
    """Changes of this kind are not put back."""

    code = "journal.no_way_back"


class ChangedSince(Conflict):
    """Something newer depends on it."""

    code = "journal.changed_since"


May = Callable[[Actor, AuditEntry], bool]
Stands = Callable[[AuditEntry], Any]
Back = Callable[[AuditEntry, Any, Actor, datetime], object]


@dataclass(frozen=True, slots=True)
class Way:
    """How changes of one kind are put back.

    may: who. stands: what stands now, in the form of the entry's `after`; None where it is not there. back: makes what
    it is given as `before` had it (None: it was not there), asking its room's own rights and rules.
    """

    may: May
    stands: Stands
    back: Back


_ways: dict[str, Way] = {}


def way_back(*actions: str, may: May, stands: Stands) -> Callable[[Back], Back]:
    """Register how these actions are put back. Registered once, when the room starts."""

    def register(back: Back) -> Back:
        for action in actions:
            _ways[action] = Way(may=may, stands=stands, back=back)
        return back

    return register


def with_right(right: str) -> May:
    """May whoever has this right."""
    return lambda by, _entry: by.may(right)


def thing(entry: AuditEntry) -> int:
    """The id of what was changed; 0, which nothing has, where it has none."""
    return entry.subject_id or 0


def place(entry: AuditEntry) -> int:
    """The id of the workspace, in the same way."""
    return entry.workspace_id or 0


def values(entry: AuditEntry) -> Any:
    """What the entry tells of the thing: as it was afterwards, or before where it is gone."""
    return entry.before if entry.after is None else entry.after


def can_put_back(by: Actor, entry: AuditEntry) -> bool:
    """Is there a way back, and is it for this person? Whether it stands is asked when they go it."""
    way = _ways.get(entry.action)
    return way is not None and by.workspace_id == entry.workspace_id and way.may(by, entry)


def can_all_be_put_back(by: Actor, entry_ids: Sequence[int]) -> bool:
    """Is there a way back for each of these? One query, none for none."""
    if not entry_ids:
        return False
    entries = list(queries.audit_trail(by).filter(pk__in=entry_ids))
    return len(entries) == len(entry_ids) and all(can_put_back(by, entry) for entry in entries)


@transaction.atomic
def put_back(*, entry_ids: Sequence[int], by: Actor, now: datetime) -> list[AuditEntry]:
    """Take changes back, the newest first, all or none. Returns them.

    Raises NotFound, NoWayBack, NotAllowed, ChangedSince, and what the rooms refuse.
    """
    # NO KEY: the row itself never changes; the lock only keeps two people from going the same way back at once.
    rows = queries.audit_trail(by).select_for_update(no_key=True).filter(pk__in=entry_ids)
    entries = list(rows)
    if not entries or len(entries) != len(set(entry_ids)):
        raise NotFound("There is no such change.")
    for entry in entries:
        _put_back(entry, by=by, now=now)
    return entries


def _put_back(entry: AuditEntry, *, by: Actor, now: datetime) -> None:
    way = _ways.get(entry.action)
    if way is None:
        raise NoWayBack("A change of this kind cannot be put back. Change it by hand.")
    if not way.may(by, entry):
        raise NotAllowed("You may not put this back. Ask somebody who may change it.")
    wanted = _wanted(entry, way.stands(entry))
    with audit.putting_back(entry.pk):
        way.back(entry, wanted, by, now)


def _wanted(entry: AuditEntry, stands: Any) -> Any:
    """What is to stand: only what the entry changed becomes as it was, what it did not touch stays as it is."""
    before, after = entry.before, entry.after
    if not (isinstance(before, dict) and isinstance(after, dict)):
        same = stands == after if before is not None and after is not None else (stands is None) == (after is None)
        if not same:
            raise _changed_since(entry)
        return before
    touched = [
        key for key in (*before, *(key for key in after if key not in before)) if before.get(key) != after.get(key)
    ]
    if not isinstance(stands, dict) or any(stands.get(key) != after.get(key) for key in touched):
        raise _changed_since(entry)
    kept = {key: value for key, value in stands.items() if key not in touched}
    return {**kept, **{key: before[key] for key in touched if key in before}}


def _changed_since(entry: AuditEntry) -> ChangedSince:
    newer = next((one for one in newer_than(entry)[:MOST_LOOKED_AT] if _same_place(entry, one)), None)
    if newer is None:
        return ChangedSince("It stands otherwise by now. Look at it again and change it by hand.")
    if newer.puts_back_id == entry.pk:
        return ChangedSince(f"{newer.by_name} has put this back already.")
    return ChangedSince(f"{newer.by_name} has changed this since. Put that back first, or change it by hand.")


def _same_place(entry: AuditEntry, other: AuditEntry) -> bool:
    """Of one thing that has many places: the department of an access, the day of a holiday."""
    one, two = values(entry), values(other)
    if other.puts_back_id == entry.pk or not isinstance(one, dict) or not isinstance(two, dict):
        return True
    return all(one.get(key) == two.get(key) for key in PLACES)


def newer_than(entry: AuditEntry) -> QuerySet[AuditEntry]:
    """What was written down about the same thing afterwards, newest first."""
    rows = AuditEntry.objects.filter(
        workspace_id=entry.workspace_id, subject_kind=entry.subject_kind, subject_id=entry.subject_id, pk__gt=entry.pk
    ).order_by("-id")
    return rows.filter(subject_name=entry.subject_name) if entry.subject_id is None else rows


@dataclass(frozen=True, slots=True)
class About:
    """What a history is about. kinds: of its things. actions: beginnings of their names. thing: the id of one, or name
    where there are no ids.

    things: only these ids, for whose reader may see some and not others.
    """

    actions: Sequence[str]
    kinds: Sequence[str]
    thing: int | None = None
    name: str = ""
    things: Iterable[int] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One change, whether this person may put it back, and who did so already."""

    entry: AuditEntry
    may_put_back: bool
    put_back: AuditEntry | None


def history(actor: Actor, about: About, *, before: int | None = None, limit: int = 30) -> list[Line]:
    """What was changed, newest first; the caller has asked whether its reader may see what it is about.

    before: the id of the last change seen. Two queries.
    """
    begins = Q()
    for action in about.actions:
        begins |= Q(action__startswith=action)
    rows = queries.audit_trail(actor).filter(begins, subject_kind__in=about.kinds)
    if about.thing is not None:
        rows = rows.filter(subject_id=about.thing)
    if about.name:
        rows = rows.filter(subject_name=about.name)
    if about.things is not None:
        rows = rows.filter(subject_id__in=list(about.things))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    entries = list(rows[:limit])
    taken_back: dict[int | None, AuditEntry] = {
        row.puts_back_id: row
        for row in AuditEntry.objects.filter(puts_back_id__in=[entry.pk for entry in entries]).order_by("id")
    }
    return [Line(entry, can_put_back(actor, entry), taken_back.get(entry.pk)) for entry in entries]
