"""The lists: a department's queue, mine, triage, all conversations; and the counts beside them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet, Sum

from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Conversation, Counter, Duty, Seen, Tag
from crossdesk.inbox.queries.keyset import Page, cut, page_of, paged, place_of
from crossdesk.inbox.queries.visible import seeing, sight_of, visible_to, within
from crossdesk.inbox.store import Work
from crossdesk.journal.bulk import columns_of, made
from crossdesk.journal.prepared import Prepared, Value
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


def tags_of(conversation: Conversation) -> list[Tag]:
    """Its words by name, without another look where they were read along."""
    held = getattr(conversation, "_prefetched_objects_cache", {}).get("tags")
    return list(conversation.tags.all() if held is None else held)


@dataclass(frozen=True, slots=True)
class Counts:
    """Open work that the actor may see. departments: by id, only those with some. mine: capped at MOST_MINE + 1."""

    departments: Mapping[int, Work]
    triage: Work
    mine: int


def queue(actor: Actor, department_id: int, *, after: str = "", before: str = "", limit: int = LIST_PAGE) -> Page[Line]:
    """What a department owes, most urgent first. Two queries."""
    return _lines(actor, "department_id", department_id, after=after, before=before, limit=limit)


def mine(actor: Actor, *, after: str = "", before: str = "", limit: int = LIST_PAGE) -> Page[Line]:
    """What falls to the actor in person, in all departments, most urgent first. Two queries."""
    return _lines(actor, "owner_id", actor.member_id or 0, after=after, before=before, limit=limit)


def queued(actor: Actor) -> QuerySet[Duty]:
    """Open duties that stand in a queue, of what the actor may see."""
    return within(Duty.objects.filter(queue_at__isnull=False), actor)


def _lines(actor: Actor, whose: str, value: int, *, after: str, before: str, limit: int) -> Page[Line]:
    key = before or after
    place: dict[str, Value] = dict(zip(("moment", "row_id"), place_of(key), strict=True)) if key else {}
    flags = (whose, bool(before), actor.sees_all_accounts, actor.sees_all_walls, limit)
    duties: list[Duty] = _DUTIES.load(*flags, value=value, **sight_of(actor), **place)
    _with_tags([duty.conversation for duty in duties])
    page = paged(duties, "queue_at", limit=limit, after=after, before=before)
    return Page(rows=[Line(duty.conversation, duty) for duty in page.rows], before=page.before, after=page.after)


def _duty_page(
    whose: str, backwards: bool, all_accounts: bool, all_walls: bool, limit: int, *, value: int, moment: datetime | None = None,
    row_id: int = 0, **sight: Any,
) -> QuerySet[Duty]:  # fmt: skip
    """One page of a queue: its ids by the index alone, then what a line says."""
    rows = queued(seeing(all_accounts, all_walls, **sight)).filter(**{whose: value})
    place = None if moment is None else (moment, row_id)
    ids, order = cut(rows, "queue_at", falling=backwards, place=place, limit=limit)
    return Duty.objects.filter(pk__in=ids).order_by(*order)


_PERSON = ("id", "user_id", "user__id", *(_WHOSE))
_OF_CONVERSATION = (
    "id",
    "workspace_id",
    "contact_id",
    "identity_id",
    "assignee_id",
    "contact__id",
    "identity__id",
    "account__id",
    *_SAYS,
)
_DUTIES = Prepared(
    Duty,
    _duty_page,
    (
        "id", "conversation_id", "owner_id", "department_id", "due_at", "queue_at",
        *(f"conversation__{name}" for name in _OF_CONVERSATION), *(f"owner__{name}" for name in _PERSON),
    ),
)  # fmt: skip
_TAGS_OF = Prepared(
    Conversation.tags.through,
    lambda conversations: Conversation.tags.through._default_manager.filter(conversation_id__in=conversations).order_by(
        "tag__name"
    ),
    ("conversation_id", *columns_of(Tag, "tag__")),
)


def _with_tags(conversations: Sequence[Conversation]) -> None:
    """Their words by name, as if they had been read along. One query, none for no conversations."""
    found: dict[int, list[Tag]] = {}
    if conversations:
        for conversation_id, *values in _TAGS_OF.read(conversations=[row.pk for row in conversations]):
            tag = made(Tag, **dict(zip(columns_of(Tag), values, strict=True)))
            tag._state.adding = False
            found.setdefault(conversation_id, []).append(tag)
    none = _held([])
    for row in conversations:
        row._prefetched_objects_cache = {"tags": _held(found[row.pk]) if row.pk in found else none}  # type: ignore[attr-defined]


def _held(tags: list[Tag]) -> QuerySet[Tag]:
    rows = Tag.objects.all()
    rows._result_cache = tags
    rows._prefetch_done = True  # type: ignore[attr-defined]
    return rows


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
    rows = visible_to(actor).filter(identity__contact_id=contact_id).select_related(*SHOWN).prefetch_related(_TAGS)
    return list(rows.order_by("-last_at", "-id")[:limit])


def _conversations(
    rows: QuerySet[Conversation], column: str, *, newest_first: bool, after: str, before: str, limit: int
) -> Page[Line]:
    page = page_of(rows, column, newest_first=newest_first, limit=limit, after=after, before=before, shown=shown)
    return Page(rows=[Line(row) for row in page.rows], before=page.before, after=page.after)


def seen(actor: Actor, conversation_ids: Collection[int]) -> Mapping[int, int]:
    """Their newest message that the actor has seen, by conversation; what they never opened is not there. One query."""
    if not conversation_ids:
        return {}
    return dict(_SEEN.read(member=actor.member_id or 0, conversations=conversation_ids))


def counts(actor: Actor) -> Counts:
    """The numbers of the left column, kept and not counted. Two queries."""
    flags = (actor.sees_all_accounts, actor.sees_all_walls)
    found = {department_id: Work(*work) for department_id, *work in _COUNTS.read(*flags, **sight_of(actor))}
    triage = found.get(None, Work(0, 0))
    owned = _OWNED.read(*flags, **sight_of(actor), owner=actor.member_id or 0)
    return Counts(
        departments={pk: work for pk, work in found.items() if pk is not None and work.open}, triage=triage, mine=len(owned)
    )  # fmt: skip


_SEEN = Prepared(
    Seen,
    lambda member, conversations: Seen.objects.filter(member_id=member, conversation_id__in=conversations),
    ("conversation_id", "inbound_id"),
)
_OWNED = Prepared(
    Duty,
    lambda all_accounts, all_walls, *, owner, **sight: (
        queued(seeing(all_accounts, all_walls, **sight)).filter(owner_id=owner).order_by()[: MOST_MINE + 1]
    ),
    ("id",),
)
_COUNTS = Prepared(
    Counter,
    lambda all_accounts, all_walls, **sight: (
        within(Counter.objects.all(), seeing(all_accounts, all_walls, **sight))
        .values("department_id")
        .annotate(opens=Sum("open"), late=Sum("overdue"))
        .order_by()
    ),
    ("department_id", "opens", "late"),
)
