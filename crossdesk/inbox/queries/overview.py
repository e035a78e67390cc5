"""What a person or a department has before them: how much is due when, what comes first, what changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from crossdesk.inbox.enums import DutyKind
from crossdesk.inbox.events import ConversationReopened, DutyOpened, OwnershipChanged
from crossdesk.inbox.models import Conversation
from crossdesk.inbox.queries.queues import Line, queued, shown, shown_duties
from crossdesk.inbox.queries.visible import visible_to, within
from crossdesk.journal import facts
from crossdesk.journal.facts import Told
from crossdesk.kit.actor import Actor

HOUR = timedelta(hours=1)
LOOKED_THROUGH = 200  # of the newest changes
CHANGES = frozenset({OwnershipChanged.__name__, ConversationReopened.__name__, DutyOpened.__name__})


@dataclass(frozen=True, slots=True)
class Pressure:
    """Open work of one department by when it is due; each piece stands in one of the four. oldest: owed since then."""

    late: int
    hour: int
    today: int
    later: int
    oldest: datetime | None
    next_due: datetime | None

    @property
    def open(self) -> int:
        """All of it."""
        return self.late + self.hour + self.today + self.later


@dataclass(frozen=True, slots=True)
class Change:
    """Something that concerns the reader's departments. what: handed, assigned, back (they wrote again), asked."""

    what: str
    at: datetime
    by_name: str
    conversation: Conversation
    department_id: int | None


def pressure(actor: Actor, *, now: datetime, day_ends: datetime) -> Mapping[int, Pressure]:
    """By department, those with open work only. One query."""
    soon = min(now + HOUR, day_ends)
    rows = (
        queued(actor)
        .values("department_id")
        .annotate(
            late=Count("id", filter=Q(due_at__lte=now)),
            hour=Count("id", filter=Q(due_at__gt=now, due_at__lte=soon)),
            today=Count("id", filter=Q(due_at__gt=soon, due_at__lte=day_ends)),
            later=Count("id", filter=Q(due_at__gt=day_ends) | Q(due_at=None)),
            oldest=Min("opened_at"),
            next_due=Min("due_at", filter=Q(due_at__gt=now)),
        )
        .order_by()
        .values_list("department_id", "late", "hour", "today", "later", "oldest", "next_due")
    )
    return {department_id: Pressure(*counted) for department_id, *counted in rows}


def soonest(actor: Actor, departments: Collection[int], *, limit: int) -> list[Line]:
    """What the actor can do next: what is theirs, and what is nobody's yet in these departments. Two queries."""
    theirs = Q(owner_id=actor.member_id or 0)
    free = Q(owner=None, department_id__in=departments)
    ids = queued(actor).filter(theirs | free).order_by("queue_at", "id").values("pk")[:limit]
    duties = shown_duties(queued(actor).filter(pk__in=ids)).order_by("queue_at", "id")
    found: dict[int, Line] = {}
    for duty in duties:
        found.setdefault(duty.conversation_id, Line(duty.conversation, duty))
    return list(found.values())


def open_by_owner(actor: Actor, department_id: int) -> Mapping[int, tuple[int, int]]:
    """(open, late) of each member who has work of this department. One query."""
    rows = queued(actor).filter(department_id=department_id, owner__isnull=False).values("owner_id").order_by()
    counted = rows.annotate(open=Count("id"), late=Count("id", filter=Q(overdue=True)))
    return {owner: (opens, late) for owner, opens, late in counted.values_list("owner_id", "open", "late")}


def waiting_in_triage(actor: Actor) -> tuple[int, datetime | None]:
    """How many wait for somebody to say whose they are, and since when the first of them. One query."""
    rows = visible_to(actor).filter(triage_since__isnull=False)
    found = rows.aggregate(count=Count("id"), oldest=Min("triage_since"))
    return found["count"], found["oldest"]


def changes(actor: Actor, departments: Collection[int], *, since: datetime, limit: int) -> list[Change]:
    """What others did that concerns these departments or the actor, newest first; one for each conversation.

    Two or three queries. What the actor did is left out: they know.
    """
    rows = within(facts.lately(actor.workspace_id, CHANGES), actor)
    found: dict[int, tuple[str, Told, int | None]] = {}
    for told in facts.told_of(rows[:LOOKED_THROUGH]):
        if told.at < since or len(found) == limit:
            break
        conversation_id = told.body.conversation_id
        what, department_id = _concern(actor, departments, told)
        if what and conversation_id is not None:
            found.setdefault(conversation_id, (what, told, department_id))
    if not found:
        return []
    here = {row.pk: row for row in shown(visible_to(actor).filter(pk__in=found))}
    return [
        Change(what, told.at, told.by_name if told.by_member_id else "", here[pk], department_id)
        for pk, (what, told, department_id) in found.items()
        if pk in here
    ]


def _concern(actor: Actor, departments: Collection[int], told: Told) -> tuple[str, int | None]:
    """What it is to the actor, and of which department; "" where it does not concern them."""
    body = told.body
    if told.by_member_id is not None and told.by_member_id == actor.member_id:
        return "", None
    if isinstance(body, OwnershipChanged):
        if body.to_member_id is not None and body.to_member_id == actor.member_id:
            return "assigned", body.to_department_id
        if body.because == "handed_over" and body.to_department_id in departments:
            return "handed", body.to_department_id
    if isinstance(body, ConversationReopened) and body.department_id in departments:
        return ("back" if body.because == "they_wrote" else ""), body.department_id
    if isinstance(body, DutyOpened) and body.kind == DutyKind.REVIEW and body.department_id in departments:
        return ("asked" if told.by_member_id is not None else ""), body.department_id
    return "", None
