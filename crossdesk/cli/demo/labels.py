"""What the demo company's people say of messages: labels of those that chance chose, and corrections of what they saw.

What a careful reader would say stands in the story; people are careful most of the time, and do not always agree. How
careful hangs on the post and the person alone; which messages the lot falls on hangs on the installation's own key.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import Final

from crossdesk.channels.networks.sandbox import cast
from crossdesk.channels.networks.sandbox.cast.labelled import REASONS
from crossdesk.cli.demo.past import Happening
from crossdesk.cli.demo.stage import Stage, attempt
from crossdesk.kit.actor import Actor
from crossdesk.messages import services as messages
from crossdesk.messages.models import Reading
from crossdesk.triage import services as triage
from crossdesk.triage.enums import SampleKind, SampleState
from crossdesk.triage.judging import Answer
from crossdesk.triage.models import Sample

NOT_YET: Final = timedelta(hours=20)  # so long the newest blind messages wait
LEFT_THIS_WEEK: Final = 4
A_WEEK: Final = timedelta(weeks=1)
ONLY_ONE: Final = 0.1  # of weekly messages, the second person did not come to so many
CORRECTED: Final = 0.12  # of what was read wrongly
# How often somebody says something else than a careful reader, and what.
SLIPS: Final = {"needs_reply": 0.03, "intent": 0.06, "urgency": 0.11, "sentiment": 0.08, "department": 0.05}
NEAR: Final = {
    "complaint": "question", "question": "complaint", "praise": "other", "suggestion": "complaint", "sales_lead": "question",
    "press_enquiry": "question", "job_enquiry": "question", "conduct": "complaint", "protest": "complaint",
    "partner_request": "sales_lead", "legal_privacy": "complaint", "threat": "conduct", "phishing": "question",
}  # fmt: skip
NEXT_URGENCY: Final = {"p1": "high", "high": "normal", "normal": "low", "low": "normal"}
NEXT_SENTIMENT: Final = {"negative": "neutral", "neutral": "negative", "positive": "neutral"}
NEXT_DESK: Final = {"customer_service": "product", "marketing": "communications", "sales": "marketing"}


def blind(stage: Stage, before: datetime) -> None:
    """Label what waits blind; the word decides. What is not a story's first message goes on as others do."""
    rows = Sample.objects.filter(
        workspace_id=stage.workspace_id, kind=SampleKind.BLIND, state=SampleState.WAITING,
        message__sent_at__lt=before - NOT_YET,
    )  # fmt: skip
    for sample in rows.exclude(pk__in=stage.labelled).select_related("message").order_by("pk"):
        stage.labelled.add(sample.pk)
        minutes = 5 + 40 * _chance(sample.message.external_id, "when")
        _label(stage, sample, _people(stage, sample)[0], sample.message.sent_at + timedelta(minutes=minutes))


def weekly(stage: Stage, begin: datetime, end: datetime) -> None:
    """Label the ten of each week, most of them twice. Of this week's some are left."""
    for number in range((end - begin) // A_WEEK):  # also those before the accounts were connected
        triage.draw_week(workspace_id=stage.workspace_id, now=begin + (number + 1) * A_WEEK)
    rows = Sample.objects.filter(workspace_id=stage.workspace_id, kind=SampleKind.WEEKLY).select_related("message")
    samples = list(rows.order_by("week", "pk"))
    if samples:
        newest = [one.pk for one in samples if one.week == samples[-1].week]
        left = set(newest[-LEFT_THIS_WEEK:])
        for sample in (one for one in samples if one.pk not in left):
            _label_the_weeks(stage, sample, end)


def _label_the_weeks(stage: Stage, sample: Sample, end: datetime) -> None:
    post = sample.message.external_id
    for place, by in enumerate(_people(stage, sample)[: sample.wanted]):
        at = sample.drawn_at + timedelta(hours=2 + 90 * _chance(post, "when", place))
        if at < end and not (place and _chance(post, "only one") < ONLY_ONE):
            _label(stage, sample, by, at)


def correct(stage: Stage, batch: Sequence[Happening]) -> None:
    """Of what was read wrongly in what just came in, some is put right by whoever saw it."""
    told = {stage.ids[one.ref]: one for one in batch if not one.turn_number}
    rows = Reading.objects.filter(
        message__workspace_id=stage.workspace_id, message__network="sandbox", message__external_id__in=told,
        message__sample=None,
    )  # fmt: skip
    for message_id, post, values in rows.values_list("message_id", "message__external_id", "values").order_by("pk"):
        one = told[post]
        said = [each["value"] for each in values.get("intents") or ()]
        if one.story.intent not in said and _chance(post, "corrected") < CORRECTED:
            by = stage.somebody_of(stage.departments.get(one.story.department))
            at = one.at + timedelta(minutes=12)
            put_right = partial(
                messages.correct, message_id=message_id, head="intents", value=[one.story.intent], by=by, now=at
            )
            attempt(at, put_right)


def _label(stage: Stage, sample: Sample, by: Actor, at: datetime) -> None:
    story = stage.stories.get(sample.message.external_id)
    if story is not None:
        answer = _answer(stage, story, sample.message.external_id, by)
        attempt(at, partial(triage.label, sample_id=sample.pk, answer=answer, by=by, now=at))


def _answer(stage: Stage, story: cast.Story, post: str, by: Actor) -> Answer:
    """What this person says of the post."""

    def slips(head: str) -> bool:
        return _chance(post, by.name, head) < SLIPS[head]

    intent = NEAR.get(story.intent, "other") if slips("intent") else story.intent
    desk = NEXT_DESK.get(story.department, "customer_service") if slips("department") else story.department
    department_id = stage.departments.get(desk)
    return Answer(
        needs_reply=story.needs_reply is not slips("needs_reply") and department_id is not None,
        intents=[intent],
        urgency=NEXT_URGENCY[story.urgency] if slips("urgency") else story.urgency,
        sentiment=NEXT_SENTIMENT[story.sentiment] if slips("sentiment") else story.sentiment,
        safety=story.safety,
        complaint_reason=REASONS.get(story.complaint_reason, "") if intent == "complaint" else "",
        department_id=department_id,
    )


def _people(stage: Stage, sample: Sample) -> list[Actor]:
    """Who labels, in their order for this message."""
    able = [actor for actor in stage.actors.values() if actor.may("work")]
    return sorted(able, key=lambda actor: _chance(sample.message.external_id, actor.name))


def _chance(*what: object) -> float:
    """From 0 to below 1, the same for the same."""
    digest = blake2b("|".join(map(str, what)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
