"""Telling members, and what they do with what they were told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.channels import policies
from crossdesk.channels import queries as channels
from crossdesk.inbox import queries as inbox
from crossdesk.inbox.enums import DutyKind, DutyState
from crossdesk.inbox.events import DutyFellDue, DutyOpened, NoteAdded, OwnershipChanged, TargetFellDue
from crossdesk.inbox.models import Conversation, Duty
from crossdesk.journal import jobs
from crossdesk.journal.facts import Told
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid
from crossdesk.notices.enums import Kind
from crossdesk.notices.models import Notice, Wish
from crossdesk.org.models import Member

DUE_SOON = "notices.due_soon"
SOON = timedelta(minutes=15)
FRESH = timedelta(days=2)  # what happened before that is no news


@dataclass(frozen=True, slots=True)
class News:
    """What one member may be told; whether they are depends on their wishes and on what they may see."""

    member_id: int
    conversation_id: int | None  # None: it is of an account
    kind: Kind
    key: str
    at: datetime
    by_name: str = ""
    due_at: datetime | None = None
    account_id: int | None = None


def tell(workspace_id: int, news: Iterable[News]) -> None:
    """Keep what each wishes to hear and may see, once. Four queries a member, three in all, none for no news."""
    wanted = list(news)
    if not wanted:
        return
    people = {
        member.pk: member
        for member in Member.objects.filter(
            pk__in={one.member_id for one in wanted}, workspace_id=workspace_id, active=True
        ).select_related("user")
    }
    refused = dict(Wish.objects.filter(member__in=people).values_list("member_id", "without"))
    rows: list[Notice] = []
    for member_id, member in people.items():
        mine = [one for one in wanted if one.member_id == member_id and one.kind not in refused.get(member_id, [])]
        rows += _in_sight(member, mine, workspace_id)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _in_sight(member: Member, news: Sequence[News], workspace_id: int) -> list[Notice]:
    if not news:
        return []
    actor = channels.actor_of(member)
    conversations = {one.conversation_id for one in news if one.conversation_id is not None}
    accounts = {one.account_id for one in news if one.account_id is not None}
    seen = inbox.visible_to(actor).filter(pk__in=conversations) if conversations else Conversation.objects.none()
    visible = set(seen.values_list("pk", flat=True))
    mine = channels.visible_to(actor).filter(pk__in=accounts, removed_at=None) if accounts else ()
    managed = {account.pk for account in mine if policies.can_manage(actor, account)}
    return [
        Notice(
            workspace_id=workspace_id, member=member, conversation_id=one.conversation_id, account_id=one.account_id,
            kind=one.kind, key=one.key, at=one.at, by_name=one.by_name, due_at=one.due_at,
        )
        for one in news
        if one.conversation_id in visible or one.account_id in managed
    ]  # fmt: skip


def follow(told: Sequence[Told]) -> None:
    """What facts of one workspace mean for its members. Clocks are armed for what somebody owes in person."""
    news: list[News] = []
    opened: set[int] = set()
    late: dict[int, datetime] = {}  # by duty
    unanswered: dict[int, datetime] = {}  # by conversation
    too_old = clock.now() - FRESH
    for one in told:
        body, conversation_id = one.body, one.body.conversation_id
        if conversation_id is None or one.at < too_old:
            continue
        if isinstance(body, OwnershipChanged) and body.to_member_id is not None:
            opened.add(conversation_id)
            if body.to_member_id != one.by_member_id and body.because in {"assigned", "handed_over"}:
                key = str(one.number)
                news.append(News(body.to_member_id, conversation_id, Kind.ASSIGNED, key, one.at, one.by_name))
        elif isinstance(body, NoteAdded):
            news += [
                News(member_id, conversation_id, Kind.MENTIONED, str(body.entry_id), one.at, one.by_name)
                for member_id in body.mentions
                if member_id != one.by_member_id
            ]
        elif isinstance(body, DutyOpened):
            opened.add(conversation_id)
        elif isinstance(body, DutyFellDue):
            late[body.duty_id] = one.at
        elif isinstance(body, TargetFellDue):
            unanswered[conversation_id] = one.at
    tell(told[0].workspace_id, news + _overdue(late, unanswered))
    _arm(told[0].workspace_id, opened)


def _overdue(late: Mapping[int, datetime], unanswered: Mapping[int, datetime]) -> list[News]:
    """To whom it falls in person. late: duties with their moments; unanswered: conversations. Two queries at most."""
    owed = Duty.objects.filter(owner__isnull=False, state=DutyState.OPEN, due_at__isnull=False)
    found = {duty: late[duty.pk] for duty in owed.filter(pk__in=late)} if late else {}
    if unanswered:
        answers = owed.filter(conversation_id__in=unanswered, kind=DutyKind.RESPOND)
        found |= {duty: unanswered[duty.conversation_id] for duty in answers}
    return [
        News(
            duty.owner_id, duty.conversation_id, Kind.OVERDUE, f"{duty.pk}:{duty.due_at.isoformat()}", at,
            due_at=duty.due_at,
        )
        for duty, at in found.items()
        if duty.owner_id is not None and duty.due_at is not None
    ]  # fmt: skip


def _arm(workspace_id: int, conversation_ids: Collection[int]) -> None:
    """A clock for each duty that somebody owes in person."""
    owed = Duty.objects.filter(
        conversation__in=conversation_ids, state=DutyState.OPEN, owner__isnull=False, due_at__isnull=False
    )
    wanted = [(str(duty.pk), duty.due_at - SOON, {"duty_id": duty.pk}) for duty in owed if duty.due_at]
    if wanted:
        jobs.enqueue_many(DUE_SOON, wanted, workspace_id=workspace_id)


@transaction.atomic
def due_soon(*, duty_id: int, now: datetime) -> datetime | None:
    """Tell who owes it that its time is near. Returns when to look again, if its time was moved."""
    duty = Duty.objects.filter(pk=duty_id, state=DutyState.OPEN, owner__isnull=False).first()
    if duty is None or duty.owner_id is None or duty.due_at is None or duty.due_at <= now:
        return None
    if duty.due_at - SOON > now:
        return duty.due_at - SOON
    key = f"{duty.pk}:{duty.due_at.isoformat()}"
    tell(
        duty.workspace_id,
        [News(duty.owner_id, duty.conversation_id, Kind.DUE_SOON, key, now, due_at=duty.due_at)],
    )
    return None


def see(
    *,
    by: Actor,
    now: datetime,
    conversation_id: int | None = None,
    account_id: int | None = None,
    before: datetime | None = None,
) -> int:
    """The actor has seen their notices: of one thing, of before a moment, or all. Returns how many were new."""
    rows = Notice.objects.filter(member_id=by.member_id or 0, seen_at=None)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if conversation_id is not None:
        rows = rows.filter(conversation_id=conversation_id)
    if before is not None:
        rows = rows.filter(at__lt=before)
    # Asked first: opening a conversation should not wait for whoever is writing to the database just now.
    return rows.update(seen_at=now) if rows.exists() else 0


def wish(*, kinds: Collection[str], by: Actor) -> None:
    """From now on the actor is told of these kinds alone. Raises Invalid for a kind that does not exist."""
    if unknown := set(kinds) - set(Kind.values):
        raise Invalid(f"There are no notices of the kind “{min(unknown)}”.")
    without = [kind for kind in Kind.values if kind not in kinds]
    if by.member_id is None:
        raise Invalid("Only people are told of things.")
    Wish.objects.update_or_create(member_id=by.member_id, defaults={"without": without})
