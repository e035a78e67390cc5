"""The lists: a department's queue, mine, triage, all conversations; and the counts beside them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, Sum

from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Conversation, Counter, Duty, Seen, Tag
from crossdesk.inbox.queries.keyset import Page, page_of
from crossdesk.inbox.queries.visible import visible_to, within
from crossdesk.inbox.store import Work
from crossdesk.kit.actor import Actor

LIST_PAGE = 30  # three screens of a list; the next comes by itself where one scrolls to its end
MOST_MINE = 99  # beyond that the left column shows 99+

SHOWN = ("contact", "identity", "account", "department", "assignee__user")
_TAGS = Prefetch("tags", queryset=Tag.objects.order_by("name"))
# What a line says. A page of a list is drawn more often than anything else: columns that it does not say stay where
# they are.
_SAYS = (
    "account_id", "excerpt", "last_at", "last_direction", "state", "intent", "urgency", "privacy", "due_at", "touched_at",
    "last_inbound_id", "snoozed_until", "triage_since", "contact__name", "identity__name", "identity__handle", "account__network",
    "account__handle",
)  # fmt: skip
_WHOSE = ("user__name", "user__email")


def shown(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """With all that a line of a list shows, and no more. One query more."""
    joined = rows.select_related("contact", "identity", "account", "assignee__user").prefetch_related(_TAGS)
    return joined.only(*_SAYS, *(f"assignee__{name}" for name in _WHOSE))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list. duty: why it stands there; None in lists of conversations."""

    conversation: Conversation
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Open work that the actor may see. departments: by id, only those with some. mine: capped at MOST_MINE + 1."""

    departments: Mapping[int, Work]
    triage: Work
    mine: int


def queue(actor: Actor, department_id: int, *, after: str = "", before: str = "", limit: int = LIST_PAGE) -> Page[Line]:
    """What a department owes, most urgent first. Two queries."""
    duties = queued(actor).filter(department_id=department_id)
    return _lines(duties, after=after, before=before, limit=limit)


def mine(actor: Actor, *, after: str = "", before: str = "", limit: int = LIST_PAGE) -> Page[Line]:
    """What falls to the actor in person, in all departments, most urgent first. Two queries."""
    duties = queued(actor).filter(owner_id=actor.member_id or 0)
    return _lines(duties, after=after, before=before, limit=limit)


def queued(actor: Actor) -> QuerySet[Duty]:
    """Open duties that stand in a queue, of what the actor may see."""
    return within(Duty.objects.filter(queue_at__isnull=False), actor)


def _lines(duties: QuerySet[Duty], *, after: str, before: str, limit: int) -> Page[Line]:
    page = page_of(
        duties, "queue_at", newest_first=False, limit=limit, after=after, before=before, shown=shown_duties
    )  # fmt: skip
    return Page(rows=[Line(duty.conversation, duty) for duty in page.rows], before=page.before, after=page.after)


def shown_duties(duties: QuerySet[Duty]) -> QuerySet[Duty]:
    """With all that a line of a list shows, and no more. One query more."""
    joined = duties.select_related(
        "owner__user", "conversation__contact", "conversation__identity", "conversation__account"
    ).prefetch_related(Prefetch("conversation__tags", queryset=Tag.objects.order_by("name")))
    said = (*(f"conversation__{name}" for name in _SAYS), *(f"owner__{name}" for name in _WHOSE))
    return joined.only("department_id", "due_at", "queue_at", *said)


def triage_queue(actor: Actor, *, after: str = "", before: str = "", limit: int = LIST_PAGE) -> Page[Line]:
    """What waits for a person to say whose it is, longest first. Two queries."""
    rows = visible_to(actor).filter(triage_since__isnull=False)
    return _conversations(rows, "triage_since", newest_first=False, after=after, before=before, limit=limit)


def conversations(
    actor: Actor,
    *,
    state: str = "",
    account_id: int | None = None,
    tag_id: int | None = None,
    after: str = "",
    before: str = "",
    limit: int = LIST_PAGE,
) -> Page[Line]:
    """All conversations, newest first; "" takes every state. Two queries."""
    rows = visible_to(actor)
    if state in State.values:
        rows = rows.filter(state=state)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if tag_id is not None:
        rows = rows.filter(tags=tag_id)
    return _conversations(rows, "last_at", newest_first=True, after=after, before=before, limit=limit)


def snoozed(actor: Actor, *, after: str = "", before: str = "", limit: int = LIST_PAGE) -> Page[Line]:
    """What was put off, soonest back first. Two queries."""
    rows = visible_to(actor).filter(snoozed_until__isnull=False)
    return _conversations(rows, "snoozed_until", newest_first=False, after=after, before=before, limit=limit)


def of_contact(actor: Actor, contact_id: int, *, limit: int = LIST_PAGE) -> list[Conversation]:
    """Conversations with one person, newest first. Two queries."""
    rows = visible_to(actor).filter(contact_id=contact_id).select_related(*SHOWN).prefetch_related(_TAGS)
    return list(rows.order_by("-last_at", "-id")[:limit])


def _conversations(
    rows: QuerySet[Conversation], column: str, *, newest_first: bool, after: str, before: str, limit: int
) -> Page[Line]:
    page = page_of(rows, column, newest_first=newest_first, limit=limit, after=after, before=before, shown=shown)
    return Page(rows=[Line(row) for row in page.rows], before=page.before, after=page.after)


def seen(actor: Actor, conversation_ids: Collection[int]) -> Mapping[int, int]:
    """Their newest message that the actor has seen, by conversation; what they never opened is not there. One query."""
    places = Seen.objects.filter(member_id=actor.member_id or 0, conversation_id__in=conversation_ids)
    return dict(places.values_list("conversation_id", "inbound_id")) if conversation_ids else {}


def counts(actor: Actor) -> Counts:
    """The numbers of the left column, kept and not counted. Two queries."""
    rows = within(Counter.objects.all(), actor).values("department_id").annotate(open=Sum("open"), late=Sum("overdue"))
    found: dict[int | None, Work] = {row["department_id"]: Work(row["open"], row["late"]) for row in rows.order_by()}
    triage = found.get(None, Work(0, 0))
    owned = queued(actor).filter(owner_id=actor.member_id or 0).order_by()[: MOST_MINE + 1]
    return Counts(
        departments={pk: work for pk, work in found.items() if pk is not None and work.open}, triage=triage, mine=owned.count()
    )  # fmt: skip
