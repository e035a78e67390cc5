"""People say what a message is without being shown the answer; of a blind one their word then decides."""

from datetime import datetime

from django.db import transaction

from crossdesk.inbox import services as inbox
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.clocks import due_moment
from crossdesk.inbox.models import Conversation
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed
from crossdesk.messages import services as messages
from crossdesk.org import queries as org
from crossdesk.triage import policies, queries
from crossdesk.triage.enums import SampleKind, SampleState
from crossdesk.triage.judging import Answer, checked, judged
from crossdesk.triage.models import Judgement, Label, Sample
from crossdesk.triage.services.learning import ask_to_learn


class NoLongerOpen(Conflict):
    """The message went on, or others have labelled it."""

    code = "triage.sample_not_open"


@transaction.atomic
def label(*, sample_id: int, answer: Answer, by: Actor, now: datetime) -> Label:
    """Keep what a person says of a sample; the first label is held against what had been said before.

    Of a blind one the label also decides: what it is, how soon and whose; a safety finding goes its own way at once.
    Raises NotFound, NotAllowed, Invalid, NoLongerOpen.
    """
    sample = queries.sample(by, sample_id, lock=True)
    if not policies.can_label(by):
        raise NotAllowed("You may not label messages. Ask a lead of your department.")
    if sample.state != SampleState.WAITING or Label.objects.filter(sample=sample, by_id=by.member_id).exists():
        raise NoLongerOpen("This message no longer waits for your label.")
    said = checked(answer)
    if said.department_id is not None:
        org.department(by, said.department_id)
    row = Label.objects.create(
        sample=sample, by_id=by.member_id, at=now, needs_reply=said.needs_reply, intents=list(said.intents),
        sentiment=said.sentiment, urgency=said.urgency, safety=list(said.safety),
        complaint_reason=said.complaint_reason, department_id=said.department_id,
    )  # fmt: skip
    sample.labels_count += 1
    if sample.labels_count == 1:
        _judge(sample, said, now=now)
        ask_to_learn(workspace_id=sample.workspace_id, now=now)
    if sample.labels_count >= sample.wanted:
        sample.state, sample.settled_at = SampleState.LABELLED, now
    sample.save(update_fields=["labels_count", "state", "settled_at"])
    if sample.kind == SampleKind.BLIND:
        _decide(sample, said, by=by, now=now)
    return row


def _judge(sample: Sample, said: Answer, *, now: datetime) -> None:
    found = judged(sample.predicted, said, department_id=sample.department_id, in_doubt=sample.in_doubt)
    Judgement.objects.bulk_create(
        Judgement(
            workspace_id=sample.workspace_id, sample=sample, message_id=sample.message_id, head=one.head, said=one.said,
            truth=one.truth, p=one.p, in_doubt=one.in_doubt, model=sample.model, at=now,
        )
        for one in found
    )  # fmt: skip


def _decide(sample: Sample, said: Answer, *, by: Actor, now: datetime) -> None:
    """A person's word on a message that waited for it."""
    waiting = Conversation.objects.filter(triage_since__isnull=False)
    row = waiting.filter(pk=sample.conversation_id or 0).first()
    if row is None:
        raise NoLongerOpen("Somebody has taken this message up meanwhile. It does not count.")
    if not said.needs_reply and said.department_id is not None:
        goal = queries.setup(by.workspace_id).goal("", said.urgency)
        due_at = due_moment(
            sample.message.sent_at, goal.seconds, goal.basis, urgency=said.urgency, department_id=said.department_id,
            calendars=Calendars(by.workspace_id),
        )  # fmt: skip
        inbox.add_duty(
            conversation_id=row.pk, department_id=said.department_id, because=f"{by.name} decided.", by=by, now=now,
            due_at=due_at,
        )  # fmt: skip
    inbox.decide(
        conversation_id=row.pk, needs_reply=said.needs_reply, intent=said.intents[0], urgency=said.urgency,
        sentiment=said.sentiment, department_id=said.department_id if said.needs_reply else None, by=by, now=now,
    )  # fmt: skip
    if said.safety:
        messages.correct(message_id=sample.message_id, head="safety", value=list(said.safety), by=by, now=now)
