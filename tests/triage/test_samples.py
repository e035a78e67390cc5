"""Chance asks people what a message is: blind ones wait in triage, ten a week are drawn, and what stood is kept first."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crossdesk.inbox import services as inbox
from crossdesk.inbox.models import Block, Conversation
from crossdesk.journal.models import AuditEntry, Job
from crossdesk.kit.errors import Invalid, NotAllowed, NotFound
from crossdesk.messages import services as messages
from crossdesk.messages.models import Correction, Message
from crossdesk.org import services as org
from crossdesk.org.enums import Role
from crossdesk.triage import queries, services
from crossdesk.triage.judging import Answer
from crossdesk.triage.models import Decision, Judgement, Label, Rerouting, Sample
from crossdesk.triage.services import sampling
from crossdesk.triage.services.labelling import NoLongerOpen
from tests.conftest import NOON, actor_of
from tests.org.factories import MemberFactory
from tests.triage.factories import RuleFactory
from tests.triage.scene import Scene, said

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def blind(settings):
    """Every message that may goes blind."""
    settings.BLIND_PERCENT = 100


def answer(scene, desk="sales", **more):
    given: dict[str, Any] = {
        "needs_reply": True, "intents": ["sales_lead"], "sentiment": "neutral", "urgency": "high",
        "department_id": scene.desks[desk].pk if desk else None,
    }  # fmt: skip
    return Answer(**(given | more))


def judgements():
    return {row.head: (row.said, row.truth, row.in_doubt) for row in Judgement.objects.all()}


# Blind


def test_a_blind_message_waits_in_triage_and_shows_nothing_of_what_was_read(scene, blind):
    scene.stored(said("complaint", sentiment="negative", urgency="high"))

    scene.works()

    row = Conversation.objects.get()
    assert (row.triage_since, row.department, row.intent, row.urgency, row.sentiment, row.safety) == (
        NOON, None, "", "", "", [],
    )  # fmt: skip
    assert not row.duties.exists()


def test_its_clock_runs_as_it_would_have_in_the_hours_of_the_department_in_the_shade(scene, blind):
    scene.stored(said("question"), at=NOON + 3.5 * HOUR)  # 16:30 in Berlin, which closes at 17:00

    scene.works(NOON + 4 * HOUR)

    assert Conversation.objects.get().due_at == NOON + 23.5 * HOUR


def test_what_would_have_needed_nothing_waits_for_a_person_without_a_clock(scene, blind):
    scene.stored(said("other", reply=False))

    scene.works()

    row = Conversation.objects.get()
    assert (row.state, row.triage_since, row.due_at) == ("open", NOON, None)
    assert Block.objects.get().needs_reply is None


def test_the_prediction_and_the_decision_are_kept_first(scene, blind):
    message = scene.stored(said("complaint", sentiment="negative"))

    scene.works()

    sample = Sample.objects.get()
    assert (sample.message, sample.decision, sample.kind, sample.state, sample.model, sample.in_doubt) == (
        message, Decision.objects.get(), "blind", "waiting", "test-1", False,
    )  # fmt: skip
    assert sample.department == scene.desks["customer_service"]
    assert sample.predicted["intents"] == list(said("complaint").values["intents"])
    assert "reasons" not in sample.predicted


@pytest.mark.parametrize(
    "reading",
    [said("complaint", safety=["press"]), said("complaint", urgency="p1"), None],
    ids=["a safety finding", "P1", "not read"],
)
def test_danger_and_what_could_not_be_read_never_goes_blind(scene, blind, reading):
    scene.stored(reading)

    scene.works()

    assert not Sample.objects.exists()


def test_what_a_rule_decides_never_goes_blind(scene, blind):
    RuleFactory(workspace=scene.workspace, conditions=[{"on": "text", "is": "any", "value": ["parcel"]}])
    scene.stored(said("complaint"))

    scene.works()

    assert not Sample.objects.exists()


def test_who_goes_on_with_a_conversation_goes_on_with_its_department(scene, settings):
    scene.stored(said("complaint"))
    scene.works()
    settings.BLIND_PERCENT = 100

    scene.stored(said("sales_lead"), at=NOON + HOUR)
    scene.works(NOON + HOUR)

    assert not Sample.objects.exists()
    assert Conversation.objects.get().department == scene.desks["customer_service"]


def test_the_lot_is_the_same_each_time_and_falls_on_the_share_that_was_chosen():
    lots = [sampling.lot("blind", pk) for pk in range(10_000)]

    assert lots == [sampling.lot("blind", pk) for pk in range(10_000)]
    assert (
        200 < sum(lot < 0.03 for lot in lots) < 400
    )  # six times as far as chance usually goes: each installation has its own lots


def test_a_label_decides_a_blind_message_and_is_held_against_what_had_been_said(scene, blind):
    scene.stored(said("complaint", sentiment="negative"))
    scene.works()

    services.label(sample_id=Sample.objects.get().pk, answer=answer(scene), by=scene.by, now=NOON + HOUR / 2)
    scene.works(NOON + HOUR / 2)

    row = Conversation.objects.get()
    assert (row.triage_since, row.department, row.intent, row.urgency, row.sentiment, row.due_at) == (
        None, scene.desks["sales"], "sales_lead", "high", "neutral", NOON + HOUR,
    )  # fmt: skip
    assert Sample.objects.get().state == "labelled"
    assert judgements() == {
        "needs_reply": ("yes", "yes", False),
        "intents": ("complaint", "sales_lead", False),
        "department": (str(scene.desks["customer_service"].pk), str(scene.desks["sales"].pk), False),
        "urgency": ("normal", "high", False),
        "sentiment": ("negative", "neutral", False),
        "safety": ("none", "none", False),
    }
    assert not Rerouting.objects.exists()


def test_a_label_that_nothing_is_owed_settles_it(scene, blind):
    scene.stored(said("complaint"))
    scene.works()

    services.label(
        sample_id=Sample.objects.get().pk, by=scene.by, now=NOON + HOUR,
        answer=answer(scene, None, needs_reply=False, intents=["other"], urgency="low"),
    )  # fmt: skip

    row = Conversation.objects.get()
    assert (row.state, row.resolution, row.triage_since) == ("resolved", "no_reply_needed", None)
    assert judgements()["department"] == (str(scene.desks["customer_service"].pk), "none", False)


def test_what_needs_no_reply_but_is_somebodys_is_theirs_to_look_at(scene, blind):
    scene.stored(said("complaint"))
    scene.works()

    services.label(
        sample_id=Sample.objects.get().pk, by=scene.by, now=NOON + HOUR,
        answer=answer(scene, "marketing", needs_reply=False, intents=["praise"], urgency="low"),
    )  # fmt: skip

    row = Conversation.objects.get()
    assert (row.state, scene.duties(row)) == ("open", {"marketing": "review"})


def test_a_safety_finding_in_a_label_goes_its_own_way_at_once(scene, blind):
    scene.stored(said("complaint"))
    scene.works()

    services.label(
        sample_id=Sample.objects.get().pk, by=scene.by, now=NOON + HOUR / 4,
        answer=answer(scene, "customer_service", intents=["threat"], urgency="p1", safety=["threat"]),
    )  # fmt: skip
    scene.works(NOON + HOUR / 4)

    row = Conversation.objects.get()
    assert (row.department, row.safety) == (scene.desks["risk"], ["threat"])
    assert judgements()["safety"] == ("none", "threat", False)


def test_who_takes_a_blind_message_without_a_label_brings_what_was_read_to_light(scene, blind):
    scene.stored(said("complaint", sentiment="negative"))
    scene.works()
    sample = Sample.objects.get()

    inbox.take(conversation_id=Conversation.objects.get().pk, by=scene.by, now=NOON + HOUR / 2)
    scene.works(NOON + HOUR / 2)

    row = Conversation.objects.get()
    assert (row.assignee, row.intent, row.due_at) == (scene.owner, "complaint", NOON + HOUR)
    assert Sample.objects.get().state == "lapsed"
    with pytest.raises(NoLongerOpen):
        services.label(sample_id=sample.pk, answer=answer(scene), by=scene.by, now=NOON + HOUR)
    assert not Label.objects.exists() and not Judgement.objects.exists()


def test_what_is_blind_is_told_to_the_pages_until_it_is_labelled(scene, blind):
    scene.stored(said("complaint"))
    scene.works()
    row, sample = Conversation.objects.get(), Sample.objects.get()

    assert queries.blind_waiting(scene.by, [row.pk]) == {row.pk: sample.pk}
    services.label(sample_id=sample.pk, answer=answer(scene), by=scene.by, now=NOON + HOUR)

    assert queries.blind_waiting(scene.by, [row.pk]) == {}


# Each week


def labelled_week(scene, count=1):
    for number in range(count):
        scene.stored(said("complaint"), identity=scene.person(), at=NOON + timedelta(minutes=number))
    scene.works(NOON + HOUR)
    return services.draw_week(workspace_id=scene.workspace.pk, now=NOON + HOUR)


def to_label(who):
    return queries.to_label(who, now=NOON + HOUR, time_zone="Europe/Berlin")


def test_ten_messages_are_drawn_once_a_week_and_none_from_behind_a_wall(scene):
    walled = scene.stored(said("complaint"), identity=scene.person())
    wall = org.open_wall(kind="conduct", name="Behind", reason="So", by=scene.by, now=NOON)
    messages.enclose(message_ids=[walled.pk], wall_id=wall.pk, workspace_id=scene.workspace.pk)

    drawn = [labelled_week(scene, 12), services.draw_week(workspace_id=scene.workspace.pk, now=NOON + 2 * HOUR)]

    assert drawn == [10, 0]
    assert set(Sample.objects.values_list("week", flat=True)) == {date(2026, 3, 2)}
    assert not Sample.objects.filter(message=walled).exists()


def test_the_next_week_is_drawn_early_on_monday_where_the_workspace_is(scene):
    monday = datetime(2026, 3, 9, 6, tzinfo=UTC) - HOUR  # six in Berlin

    assert queries.next_draw_of(scene.workspace.pk, now=NOON) == monday


def test_a_weekly_sample_is_given_to_two_people_where_there_are_two(scene):
    other = actor_of(MemberFactory(workspace=scene.workspace, seats=[scene.desks["sales"]]))
    labelled_week(scene)
    (sample,) = to_label(scene.by)

    services.label(sample_id=sample.pk, answer=answer(scene), by=scene.by, now=NOON + 2 * HOUR)
    left = [len(to_label(who)) for who in (scene.by, other)]
    services.label(
        sample_id=sample.pk, answer=answer(scene, intents=["question"]), by=other, now=NOON + 3 * HOUR
    )  # fmt: skip

    assert left == [0, 1]
    assert Sample.objects.get().state == "labelled"
    assert judgements()["intents"] == ("complaint", "sales_lead", False)  # the first label judges
    assert Conversation.objects.get().department == scene.desks["customer_service"]  # nothing moved


def test_nobody_labels_twice_nor_without_the_right_nor_what_they_do_not_see(scene):
    MemberFactory(workspace=scene.workspace, seats=[scene.desks["sales"]])
    labelled_week(scene)
    sample = Sample.objects.get()
    looks = actor_of(MemberFactory(workspace=scene.workspace, role=Role.VIEWER, seats=[scene.desks["sales"]]))
    outside = actor_of(MemberFactory())
    services.label(sample_id=sample.pk, answer=answer(scene), by=scene.by, now=NOON + HOUR)

    for who, refused in [(scene.by, NoLongerOpen), (looks, NotAllowed), (outside, NotFound)]:
        with pytest.raises(refused):
            services.label(sample_id=sample.pk, answer=answer(scene), by=who, now=NOON + HOUR)

    assert Label.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"intents": []}, {"intents": ["nonsense"]}, {"sentiment": ""}, {"urgency": "soon"}, {"safety": ["fire"]},
        {"complaint_reason": "late"}, {"desk": None},
    ],
)  # fmt: skip
def test_a_label_says_everything_that_it_must_or_nothing_is_kept(scene, wrong):
    labelled_week(scene)

    with pytest.raises(Invalid):
        services.label(sample_id=Sample.objects.get().pk, answer=answer(scene, **wrong), by=scene.by, now=NOON + HOUR)

    assert not Label.objects.exists()


# What stood before a correction


def test_a_correction_keeps_the_verdict_that_stood_who_gave_it_and_whether_it_was_in_doubt(scene):
    message = scene.stored(said("complaint", "question", abstained=["intents"]))
    scene.works()

    messages.correct(message_id=message.pk, head="intents", value=["praise"], by=scene.by, now=NOON)
    messages.correct(message_id=message.pk, head="urgency", value="low", by=scene.by, now=NOON)

    assert list(Correction.objects.order_by("id").values_list("head", "model", "version", "in_doubt")) == [
        ("intents", "test-1", 1, True),
        ("urgency", "test-1", 1, False),
    ]


def test_giving_a_message_to_another_department_is_kept_beside_the_decision_that_stood(scene):
    message = scene.stored(said("complaint"))
    scene.works()
    row = Conversation.objects.get()

    inbox.hand_over(conversation_id=row.pk, department_id=scene.desks["sales"].pk, by=scene.by, now=NOON + HOUR / 2)
    scene.works(NOON + HOUR / 2)

    kept = Rerouting.objects.get()
    assert (kept.message, kept.decision, kept.before, kept.after, kept.by, kept.undone_at) == (
        message, Decision.objects.get(), scene.desks["customer_service"], scene.desks["sales"], scene.owner, None,
    )  # fmt: skip

    inbox.undo(act_id=row.acts.latest("id").pk, by=scene.by, now=NOON + HOUR / 2)
    scene.works(NOON + HOUR / 2)
    assert Rerouting.objects.get().undone_at == NOON + HOUR / 2


def test_a_hand_over_after_an_answer_corrects_nothing(scene):
    message = scene.stored(said("complaint"))
    scene.works()
    scene.ours(at=NOON + HOUR / 4, answers=message)
    scene.works(NOON + HOUR / 4)

    inbox.hand_over(
        conversation_id=Conversation.objects.get().pk, department_id=scene.desks["sales"].pk, by=scene.by,
        now=NOON + HOUR / 2,
    )  # fmt: skip
    scene.works(NOON + HOUR / 2)

    assert not Rerouting.objects.exists()


def test_a_person_settling_doubt_is_kept_as_given_from_nobody(scene):
    scene.stored(said("complaint", "question", abstained=["intents"]))
    scene.works()

    inbox.decide(
        conversation_id=Conversation.objects.get().pk, needs_reply=True, department_id=scene.desks["legal"].pk,
        by=scene.by, now=NOON,
    )  # fmt: skip
    scene.works()

    assert [(row.before, row.after) for row in Rerouting.objects.all()] == [(None, scene.desks["legal"])]


# The share


def test_the_share_is_chosen_in_words_of_a_hundred_and_written_down(scene):
    services.set_blind_percent(percent=5, by=scene.by, now=NOON)

    assert services.blind_percent(scene.workspace.pk) == 5
    entry = AuditEntry.objects.get(action="quality.blind_share")
    assert (entry.before, entry.after) == ({"percent": 0}, {"percent": 5})
    with pytest.raises(Invalid):
        services.set_blind_percent(percent=50, by=scene.by, now=NOON)
    with pytest.raises(NotAllowed):
        services.set_blind_percent(
            percent=2, by=actor_of(MemberFactory(workspace=scene.workspace)), now=NOON
        )  # fmt: skip


def test_samples_stay_with_the_messages_they_are_of(scene):
    labelled_week(scene)

    assert Sample.objects.get().message == Message.objects.get()
    assert not Job.objects.exclude(dead_at=None).exists()
