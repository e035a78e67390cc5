"""Reads of triage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from crossdesk.channels.models import Account
from crossdesk.inbox.enums import DutyKind
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotFound
from crossdesk.messages import queries as messages
from crossdesk.messages.models import Identity, Media, Message
from crossdesk.org.enums import Part
from crossdesk.org.models import Department, Member, Responsibility, Seat, Target, Workspace
from crossdesk.triage import rules
from crossdesk.triage.enums import HeadState, SampleKind, SampleState
from crossdesk.triage.judging import Answer, Judged, judged
from crossdesk.triage.models import Decision, Label, LearnedHead, Rule, Sample
from crossdesk.triage.rules import Known, Outcome, RuleInForce
from crossdesk.triage.setup import Goal, GoalRow, Setup, Share
from crossdesk.triage.subject import Said, Subject
from crossdesk.triage.taught import Compared
from crossdesk.triage.weeks import monday, next_draw

_STRENGTH = {Part.RESPONSIBLE: 0, Part.CONSULTED: 1, Part.INFORMED: 2}


def setup(workspace_id: int) -> Setup:
    """All that deciding needs to know about a workspace. Four queries; five where rules assign somebody."""
    departments = Department.objects.filter(workspace_id=workspace_id, archived_at=None).order_by("position", "id")
    names = {one.pk: one.name for one in departments}
    cells = Responsibility.objects.filter(workspace_id=workspace_id).values_list("intent", "department_id", "part")
    matrix: dict[str, list[Share]] = {}
    for intent, department_id, part in sorted(cells, key=lambda cell: (_STRENGTH[Part(cell[2])], cell[1])):
        if department_id in names:
            matrix.setdefault(intent, []).append(Share(department_id, part, intent))
    rules_in_force = [in_force(rule) for rule in _rules(workspace_id).filter(enabled=True)]
    return Setup(
        workspace_id=workspace_id,
        departments=names,
        keys={one.key: one.pk for one in departments},
        matrix=matrix,
        goals=[
            GoalRow(row.intent, row.urgency, Goal(row.seconds, row.basis))
            for row in Target.objects.filter(workspace_id=workspace_id).order_by("position", "id")
        ],
        rules=rules_in_force,
        seated=_seated({rule.outcome.owner_id for rule in rules_in_force if rule.outcome.owner_id is not None}),
    )


def _seated(member_ids: set[int]) -> frozenset[tuple[int, int]]:
    if not member_ids:
        return frozenset()
    seats = Seat.objects.filter(member_id__in=member_ids, member__active=True)
    return frozenset(seats.values_list("member_id", "department_id"))


def _rules(workspace_id: int) -> QuerySet[Rule]:
    return Rule.objects.filter(workspace_id=workspace_id, archived_at=None).order_by("position", "id")


def in_force(rule: Rule) -> RuleInForce:
    """A stored rule, ready to test messages."""
    return rules.in_force(rule.pk, rule.name, rule.match, rule.conditions, Outcome.from_json(rule.outcome))


def known(workspace_id: int) -> Known:
    """The names that rules of the workspace may use. Four queries."""
    seats: dict[int, set[int]] = {}
    rows = Seat.objects.filter(member__workspace_id=workspace_id).values_list("member_id", "department_id")
    for member_id, department_id in rows:
        seats.setdefault(member_id, set()).add(department_id)
    members = Member.objects.filter(workspace_id=workspace_id, active=True).select_related("user")
    return Known(
        departments=dict(
            Department.objects.filter(workspace_id=workspace_id, archived_at=None).values_list("pk", "name")
        ),
        accounts={
            account.pk: f"@{account.handle}"
            for account in Account.objects.filter(workspace_id=workspace_id, removed_at=None)
        },
        members={member.pk: member.user.name or member.user.email for member in members},
        seats={member_id: frozenset(departments) for member_id, departments in seats.items()},
    )


# Rules, for people


def visible_rules(actor: Actor) -> QuerySet[Rule]:
    """Rules of the actor's workspace that are not archived, in their order: everybody there may know how routing works."""
    return _rules(actor.workspace_id)


def rule(actor: Actor, rule_id: int) -> Rule:
    """One rule. Raises NotFound."""
    row = visible_rules(actor).filter(pk=rule_id).first()
    if row is None:
        raise NotFound("This rule does not exist.")
    return row


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as a page shows it. sentence: what it does, in words."""

    id: int
    position: int
    name: str
    enabled: bool
    sentence: str


def rule_lines(actor: Actor) -> list[RuleLine]:
    """The page of rules, in their order. Five queries."""
    names = known(actor.workspace_id)
    return [
        RuleLine(row.pk, row.position, row.name, row.enabled, describe(row, known=names))
        for row in visible_rules(actor)
    ]


def describe(row: Rule, *, known: Known) -> str:
    """One plain sentence: what must hold and what then happens."""
    return rules.described(row.match, row.conditions, Outcome.from_json(row.outcome), known=known)


def told(kept: Mapping[str, Any], *, known: Known) -> str:
    """A rule as the audit trail holds it, in one plain sentence."""
    return rules.described(kept["match"], kept["conditions"], Outcome.from_json(kept["outcome"]), known=known)


# Decisions


def visible_to(actor: Actor) -> QuerySet[Decision]:
    """Decisions on messages that the actor may see."""
    # Asked of each row: as a list of ids SQLite would gather every message of the archive first.
    seen = Exists(messages.visible_to(actor).filter(pk=OuterRef("message_id")))
    return Decision.objects.filter(seen, workspace_id=actor.workspace_id)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """What one department owed by a decision."""

    department: str
    answers: bool
    because: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """The latest decision on a message, for the page of its conversation."""

    message_id: int
    source: str
    needs_reply: bool
    triage: bool
    intent: str
    urgency: str
    duties: Sequence[DutyLine]
    reasons: Sequence[str]
    times: int  # how often it was decided


def decisions_for(actor: Actor, message_ids: Iterable[int]) -> dict[int, DecisionLine]:
    """The latest decision of each message. Two queries."""
    names = dict(Department.objects.filter(workspace_id=actor.workspace_id).values_list("pk", "name"))
    lines: dict[int, DecisionLine] = {}
    times: dict[int, int] = {}
    rows = visible_to(actor).filter(message_id__in=list(message_ids)).order_by("version", "number")
    for row in rows:
        times[row.message_id] = times.get(row.message_id, 0) + 1
        lines[row.message_id] = DecisionLine(
            message_id=row.message_id,
            source=row.source,
            needs_reply=row.needs_reply,
            triage=row.triage,
            intent=row.intent,
            urgency=row.urgency,
            duties=[
                DutyLine(names[duty["department_id"]], duty["kind"] == DutyKind.RESPOND, duty["because"])
                for duty in row.duties
            ],
            reasons=row.reasons,
            times=times[row.message_id],
        )
    return lines


# Messages, ready to be decided


def subjects(rows: QuerySet[Message]) -> list[tuple[Message, Subject]]:
    """Messages with all that a decision looks at. Three queries: messages, readings, corrections."""
    found = list(
        rows.select_related("identity").annotate(any_media=Exists(Media.objects.filter(message_id=OuterRef("pk"))))
    )
    readings = messages.effective_readings(found)
    return [
        (
            message,
            _subject(
                message,
                readings[message.pk],
                Author(one.handle, one.followers, one.bio) if (one := message.identity) else NOBODY,
                has_media=message.any_media,
            ),
        )
        for message in found
    ]


def subjects_of(found: Sequence[Message]) -> list[Subject]:
    """The same for messages that are read already, without objects of their authors. Four queries."""
    readings = messages.effective_readings(found)
    identities = Identity.objects.filter(pk__among=many({one.identity_id for one in found}))
    authors: dict[int | None, Author] = {
        pk: Author(*shown) for pk, *shown in bulk.read(identities, "id", "handle", "followers", "bio")
    }
    shows = bulk.read(Media.objects.filter(message_id__among=many(one.pk for one in found)), "message_id")
    with_media = {message_id for (message_id,) in shows}
    return [
        _subject(
            message,
            readings[message.pk],
            authors.get(message.identity_id, NOBODY),
            has_media=message.pk in with_media,
        )
        for message in found
    ]


class Author(NamedTuple):
    """What a decision looks at of who said it."""

    handle: str = ""
    followers: int | None = None
    bio: str = ""


NOBODY = Author()


def _subject(message: Message, values: Mapping[str, Any], author: Author, *, has_media: bool) -> Subject:
    return Subject(
        text=message.text,
        said=Said(values, frozenset(values.get("corrected", ()))),
        message_id=message.pk,
        version=message.version,
        kind=message.kind,
        visibility=message.visibility,
        language=message.language,
        has_media=has_media,
        account_id=message.account_id,
        handle=author.handle,
        followers=author.followers,
        bio=author.bio,
        found_by=tuple(message.found_by or ()),
    )


# Samples


def visible_samples(actor: Actor) -> QuerySet[Sample]:
    """Samples of messages that the actor may see."""
    seen = Exists(messages.visible_to(actor).filter(pk=OuterRef("message_id")))
    return Sample.objects.filter(seen, workspace_id=actor.workspace_id)


def sample(actor: Actor, sample_id: int, *, lock: bool = False) -> Sample:
    """One sample. Raises NotFound."""
    rows = visible_samples(actor)
    rows = rows.select_for_update() if lock else rows.select_related("message__identity", "message__account")
    row = rows.filter(pk=sample_id).first()
    if row is None:
        raise NotFound("There is no such message to label.")
    return row


def to_label(actor: Actor, *, now: datetime, time_zone: str) -> list[Sample]:
    """What of this week's sample waits for this person's label, oldest first: ten at most. One query."""
    mine = Label.objects.filter(sample=OuterRef("pk"), by_id=actor.member_id)
    rows = visible_samples(actor).filter(
        ~Exists(mine), kind=SampleKind.WEEKLY, state=SampleState.WAITING, week=monday(now, time_zone)
    )
    return list(rows.order_by("id"))


def label_of(actor: Actor, row: Sample) -> Label | None:
    """The actor's own label of a sample; once it is settled, else the first one. One query."""
    labels = list(Label.objects.filter(sample=row).order_by("id"))
    own = next((one for one in labels if one.by_id is not None and one.by_id == actor.member_id), None)
    return own or (labels[0] if labels and row.state == SampleState.LABELLED else None)


def compared(row: Sample, label: Label) -> list[Judged]:
    """What had been said of a sample beside what a person says, head by head."""
    return judged(row.predicted, answer_of(label), department_id=row.department_id, in_doubt=row.in_doubt)


def answer_of(label: Label) -> Answer:
    """A stored label as it was given."""
    return Answer(
        needs_reply=label.needs_reply, intents=label.intents, sentiment=label.sentiment, urgency=label.urgency,
        safety=label.safety, complaint_reason=label.complaint_reason, department_id=label.department_id,
    )  # fmt: skip


def blind_waiting(actor: Actor, conversation_ids: Iterable[int]) -> dict[int, int]:
    """Conversations whose reading nobody may be shown yet: the sample of each, by conversation. One query."""
    rows = visible_samples(actor).filter(
        conversation_id__in=list(conversation_ids), kind=SampleKind.BLIND, state=SampleState.WAITING
    )
    return {pk: sample_id for pk, sample_id in rows.values_list("conversation_id", "pk") if pk is not None}


def next_draw_of(workspace_id: int, *, now: datetime) -> datetime:
    """When the workspace's next week is drawn. One query."""
    return next_draw(now, Workspace.objects.values_list("time_zone", flat=True).get(pk=workspace_id))


# Heads that were learned here


def heads_learned(actor: Actor, *, most: int = 40) -> list[LearnedHead]:
    """Without their weights; of each head the one in use first, then the newest. One query."""
    rows = LearnedHead.objects.filter(workspace_id=actor.workspace_id).defer("weights").order_by("-number", "id")[:most]
    return sorted(rows, key=lambda row: (row.head, row.state != HeadState.ACTIVE, -row.number))


def compared_of(row: LearnedHead) -> Compared:
    """A learned head beside the general one, on labels that were held aside."""
    return Compared(row.of, row.right, row.general_right, row.gained, row.lost)
