"""Open work behind the counters: duties in queues and conversations in triage, newest first."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from crossdesk.inbox.models import Block, Conversation, Duty
from crossdesk.insights.policies import in_sight
from crossdesk.insights.registry import OVERDUE_WORK
from crossdesk.insights.rows import EXCERPT, Row
from crossdesk.insights.values import TRIAGE, Filters
from crossdesk.kit.actor import Actor

Place = tuple[datetime, int]  # the moment it was opened, and a number of its own


def duties() -> QuerySet[Duty]:
    """Duties that stand in a queue, as the counters count them. `late` tells the overdue ones."""
    return Duty.objects.filter(queue_at__isnull=False).annotate(late=F("overdue"))


def in_triage() -> QuerySet[Conversation]:
    """Conversations in triage, as the counters count them. `late`: the open block's target has passed."""
    open_late = Block.objects.filter(
        conversation=OuterRef("pk"), ended_at=None, reply=None, told_due_at__isnull=False
    )  # fmt: skip
    return Conversation.objects.filter(triage_since__isnull=False).annotate(late=Exists(open_late))


def rows(
    actor: Actor, key: str, filters: Filters, *, part: str, after: Place | None, limit: int
) -> tuple[list[Row], list[Place]]:
    """A page of open work, and the places of one row more where there is one. Two queries at most."""
    if part == "missed" and key != OVERDUE_WORK.key:
        return [], []
    found: list[tuple[Place, Row]] = []
    if filters.department_id != TRIAGE:
        found += _duties(actor, key, filters, part=part, after=after, limit=limit)
    if filters.department_id in {None, TRIAGE}:
        found += _in_triage(actor, key, filters, part=part, after=after, limit=limit)
    found.sort(key=lambda one: one[0], reverse=True)
    return [row for _, row in found[:limit]], [place for place, _ in found[: limit + 1]]


def _part(key: str, part: str) -> Q:
    """Which of them: both measures count all; of the overdue one the numerator is what is late."""
    if key != OVERDUE_WORK.key or part == "denominator":
        return Q()
    return Q(late=part == "numerator")


def _before(after: Place | None, *, moment: str, least: int) -> Q:
    """What comes after this place. A duty's number is twice its id, a conversation's one more (least)."""
    if after is None:
        return Q()
    at, number = after
    return Q(**{f"{moment}__lte": at}) & (Q(**{f"{moment}__lt": at}) | Q(pk__lte=(number - 1 - least) // 2))


def _duties(
    actor: Actor, key: str, filters: Filters, *, part: str, after: Place | None, limit: int
) -> Iterable[tuple[Place, Row]]:
    chosen = duties().filter(in_sight(actor), _part(key, part), _before(after, moment="opened_at", least=0))
    if filters.department_id is not None:
        chosen = chosen.filter(department_id=filters.department_id)
    if filters.account_id is not None:
        chosen = chosen.filter(account_id=filters.account_id)
    related = ("account", "department", "conversation__identity")
    for duty in chosen.select_related(*related).order_by("-opened_at", "-id")[: limit + 1]:
        row = _row(
            key, duty.conversation, at=duty.opened_at, due_at=duty.due_at, late=duty.overdue, handle=duty.account.handle,
            department=duty.department.name, block_id=duty.block_id,
        )  # fmt: skip
        yield (duty.opened_at, 2 * duty.pk), row


def _in_triage(
    actor: Actor, key: str, filters: Filters, *, part: str, after: Place | None, limit: int
) -> Iterable[tuple[Place, Row]]:
    chosen = in_triage().filter(in_sight(actor), _part(key, part), _before(after, moment="triage_since", least=1))
    if filters.account_id is not None:
        chosen = chosen.filter(account_id=filters.account_id)
    for conversation in chosen.select_related("account", "identity").order_by("-triage_since", "-id")[: limit + 1]:
        since = conversation.triage_since or conversation.opened_at
        row = _row(
            key, conversation, at=since, due_at=conversation.due_at, late=vars(conversation)["late"],
            handle=conversation.account.handle,
        )  # fmt: skip
        yield (since, 2 * conversation.pk + 1), row


def _row(
    key: str,
    conversation: Conversation,
    *,
    at: datetime,
    due_at: datetime | None,
    late: bool,
    handle: str,
    department: str = "",
    block_id: int | None = None,
) -> Row:
    return Row(
        block_id=block_id,
        conversation_id=conversation.pk,
        message_id=None,
        at=at,
        hit=late if key == OVERDUE_WORK.key else True,
        account=handle,
        department=department,
        contact=conversation.identity.name or conversation.identity.handle,
        text=conversation.excerpt[:EXCERPT],
        started_at=at,
        due_at=due_at,
        answered_at=None,
        answered_kind="",
        seconds=None,
    )
