"""Chance chooses what people are asked about: a share of what comes in, blind, and ten messages a week."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from heapq import nsmallest
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from crossdesk.inbox.enums import DutyKind
from crossdesk.inbox.lines import one_at_a_time
from crossdesk.inbox.models import Conversation
from crossdesk.journal import audit
from crossdesk.journal.changes import place, way_back, with_right
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid, NotAllowed
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message, Reading
from crossdesk.org.enums import Right
from crossdesk.org.models import Member, Workspace
from crossdesk.org.rights import RIGHTS_OF_ROLE
from crossdesk.triage import policies
from crossdesk.triage.enums import SampleKind, SampleState
from crossdesk.triage.models import Decision, Sample, Sampling
from crossdesk.triage.weeks import A_WEEK, monday

DRAW = "triage.draw_week"
EACH_WEEK = 10
BY = 2  # people for each weekly sample
SHARES = (0, 2, 3, 4, 5)
NOT_KEPT = frozenset({"reasons", "corrected", "model", "version"})


def lot(what: str, message_id: int) -> float:
    """A number from 0 to below 1 that nobody can foresee, and always the same for a message."""
    digest = salted_hmac(f"crossdesk.triage.{what}", str(message_id), algorithm="sha256").digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def blind_percent(workspace_id: int) -> int:
    """Of a hundred incoming messages, how many wait blind. One query."""
    chosen = Sampling.objects.filter(workspace_id=workspace_id).values_list("blind_percent", flat=True).first()
    return settings.BLIND_PERCENT if chosen is None else chosen


@transaction.atomic
def set_blind_percent(*, percent: int, by: Actor, now: datetime) -> None:
    """Choose the share of the workspace: none, or two to five in a hundred. Raises NotAllowed, Invalid."""
    if not policies.can_manage_rules(by):
        raise NotAllowed("You may not change how quality is measured. Ask a lead or an administrator.")
    if percent not in SHARES:
        raise Invalid("Choose none, or two to five in a hundred.")
    workspace = Workspace.objects.select_for_update().get(pk=by.workspace_id)
    before = blind_percent(by.workspace_id)
    if before == percent:
        return
    Sampling.objects.update_or_create(
        workspace=workspace, defaults={"blind_percent": percent, "changed_at": now}
    )  # fmt: skip
    audit.record(
        "quality.blind_share", by=by, at=now, subject_kind="workspace", subject_id=workspace.pk,
        subject_name=workspace.name, before={"percent": before}, after={"percent": percent},
    )  # fmt: skip


@way_back(
    "quality.blind_share", may=with_right(Right.MANAGE_RULES),
    stands=lambda entry: {"percent": blind_percent(place(entry))},
)  # fmt: skip
def _share_as_before(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    set_blind_percent(percent=wanted["percent"], by=by, now=now)


def chosen_blind(messages: Sequence[Message], *, among: Sequence[Message], by: Actor) -> set[int]:
    """Of messages that may go blind, those that do: the lot fell on them, and they begin a conversation.

    Who goes on with a conversation goes on with the department that holds it. among: all that came with them. One
    query; two where the lot fell.
    """
    share = blind_percent(by.workspace_id) / 100 if messages else 0
    drawn = [message for message in messages if lot("blind", message.pk) < share]
    if not drawn:
        return set()
    one_at_a_time(by.workspace_id)
    talking = Conversation.objects.filter(
        workspace_id=by.workspace_id, contact_id__in={one.contact_id for one in drawn}, closed_at=None
    )
    known = set(talking.values_list("contact_id", flat=True))
    times = Counter(message.contact_id for message in among)
    return {one.pk for one in drawn if one.contact_id not in known and times[one.contact_id] == 1}


def keep_blind(message_ids: Iterable[int], *, now: datetime) -> None:
    """Samples of messages whose decision, just kept, stands in the shade. Three queries for any number."""
    ids = list(message_ids)
    if ids:
        Sample.objects.bulk_create(_samples(ids, kind=SampleKind.BLIND, week=None, wanted=1, now=now))


@transaction.atomic
def draw_week(*, workspace_id: int, now: datetime) -> int:
    """Draw ten messages of the seven days before now, once for each week of the workspace. Returns how many.

    Repeatable: in a week that has been drawn for, nothing is drawn. Nothing from behind a wall is chosen.
    """
    workspace = Workspace.objects.select_for_update().get(pk=workspace_id)
    week = monday(now, workspace.time_zone)
    if Sample.objects.filter(workspace=workspace, week=week).exists():
        return 0
    rows = Message.objects.filter(
        workspace=workspace, direction=Direction.IN, wall=None, deleted_at=None, sample=None, sent_at__gte=now - A_WEEK,
        sent_at__lt=now,
    ).exclude(text="")  # fmt: skip
    ids = rows.filter(decided_at__isnull=False).order_by("-sent_at", "-id").values_list("pk", flat=True)
    chosen = nsmallest(EACH_WEEK, ids.iterator(), key=lambda pk: lot(f"week.{week}", pk))
    made = _samples(chosen, kind=SampleKind.WEEKLY, week=week, wanted=min(BY, _people(workspace_id)), now=now)
    Sample.objects.bulk_create(made)
    return len(made)


def draw_now(*, by: Actor, now: datetime) -> int:
    """Draw this week's sample before its Monday comes round again, where there is none yet. Raises NotAllowed."""
    if not policies.can_see_quality(by):
        raise NotAllowed("You may not change how quality is measured. Ask a lead or an administrator.")
    return draw_week(workspace_id=by.workspace_id, now=now)


def _people(workspace_id: int) -> int:
    """How many may label."""
    roles = [role for role, rights in RIGHTS_OF_ROLE.items() if Right.WORK in rights]
    return max(1, Member.objects.filter(workspace_id=workspace_id, active=True, role__in=roles).count())


def _samples(
    message_ids: Sequence[int], *, kind: SampleKind, week: date | None, wanted: int, now: datetime
) -> list[Sample]:
    """With what was read and decided at the newest version. What was not read or decided is left out."""
    decisions = {one.message_id: one for one in _first_of_newest(message_ids)}
    readings = {one.message_id: one for one in Reading.objects.filter(message_id__in=message_ids).order_by("version")}
    made = []
    for pk in message_ids:
        decision, reading = decisions.get(pk), readings.get(pk)
        if decision is None or reading is None:
            continue
        pen = pen_of(decision)
        made.append(
            Sample(
                workspace_id=decision.workspace_id, message_id=pk, version=decision.version, kind=kind,
                state=SampleState.WAITING, conversation_id=decision.conversation_id, week=week, decision=decision,
                predicted={head: value for head, value in reading.values.items() if head not in NOT_KEPT},
                model=reading.model, department_id=pen, in_doubt=decision.triage, wanted=wanted, drawn_at=now,
            )
        )  # fmt: skip
    return made


def _first_of_newest(message_ids: Sequence[int]) -> Iterable[Decision]:
    """The first decision at the newest version: before anybody corrected the reading."""
    return Decision.objects.filter(message_id__in=message_ids).order_by("version", "-number")


def pen_of(decision: Decision) -> int | None:
    """Who was to answer by it; where no answer was owed, who was to look first; None where nobody was."""
    duties = sorted(decision.duties, key=lambda duty: duty["kind"] != DutyKind.RESPOND)
    return duties[0]["department_id"] if duties else None
