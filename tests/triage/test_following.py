"""From a stored message to duties: batches, repetition, edits, deletions, corrections, and one bad message among many."""

import time
from datetime import timedelta

import pytest

from crossdesk.channels.models import DeliveryTally
from crossdesk.inbox.models import Block, Conversation
from crossdesk.journal import facts, jobs
from crossdesk.journal.models import Fact, FactPosition, Job
from crossdesk.messages import services as messages
from crossdesk.messages.models import Reading
from crossdesk.org.models import Responsibility
from crossdesk.triage import queries
from crossdesk.triage.models import Decision
from crossdesk.triage.services.following import in_waves
from tests.conftest import NOON
from tests.triage.factories import RuleFactory
from tests.triage.scene import Scene, decisions, said

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def scene():
    return Scene()


def test_a_complaint_reaches_customer_service_with_its_clock_and_its_reasons(scene):
    message = scene.stored(said("complaint", sentiment="negative"))

    scene.works()

    conversation = Conversation.objects.get()
    assert (conversation.department, conversation.due_at, conversation.needs_reply, conversation.intent) == (
        scene.desks["customer_service"], NOON + HOUR, True, "complaint",
    )  # fmt: skip
    assert scene.duties(conversation) == {"customer_service": "respond"}
    decision = Decision.objects.get()
    assert (decision.message, decision.conversation, decision.version, decision.number) == (
        message, conversation, 1, 1,
    )  # fmt: skip
    assert decision.duties == [
        {
            "department_id": scene.desks["customer_service"].pk, "kind": "respond", "target_seconds": 3600,
            "basis": "calendar", "because": "Responsible for complaint",
        }
    ]  # fmt: skip
    assert decision.reasons == ["Matrix: complaint → Customer service is responsible, Product is informed"]


def test_a_question_is_owed_in_business_hours(scene):
    scene.stored(said("question"), at=NOON + 3.5 * HOUR)  # 16:30 in Berlin, which closes at 17:00

    scene.works(NOON + 4 * HOUR)

    assert Conversation.objects.get().due_at == NOON + 23.5 * HOUR  # half an hour today, 3.5 tomorrow


def test_danger_to_people_is_owed_in_a_quarter_of_an_hour_whatever_the_hour(scene):
    night = NOON + 11 * HOUR
    scene.stored(said("complaint", safety=["threat"], why=[("Announces violence", "burn it down")]), at=night)

    scene.works(night)

    conversation = Conversation.objects.get()
    assert (conversation.department, conversation.due_at, conversation.urgency, conversation.safety) == (
        scene.desks["risk"], night + timedelta(minutes=15), "p1", ["threat"],
    )  # fmt: skip
    assert scene.duties(conversation) == {"risk": "respond", "legal": "review", "customer_service": "review"}


def test_doubt_waits_in_triage_and_says_why(scene):
    scene.stored(said("complaint", "question", abstained=["intents"]))

    scene.works()

    conversation = Conversation.objects.get()
    assert conversation.triage_since is not None
    assert scene.duties(conversation) == {}
    assert Decision.objects.get().reasons == ["Unsure: intent complaint 90 %, question 80 % → triage queue"]


def test_an_unread_message_waits_in_triage(scene):
    scene.stored(None)

    scene.works()

    assert Conversation.objects.get().triage_since is not None
    assert Block.objects.get().needs_reply is None
    assert Decision.objects.get().reasons == ["Unsure: this message could not be read → triage queue"]


def test_small_talk_owes_nothing_and_is_kept_all_the_same(scene):
    message = scene.stored(said("other", reply=False))

    scene.works()

    conversation = Conversation.objects.get()
    assert (conversation.triage_since, conversation.due_at, scene.duties(conversation)) == (None, None, {})
    assert decisions(message) == [(1, 1, "nothing", False, "other", False)]


def test_each_message_is_decided_once_however_often_it_is_told(scene):
    message = scene.stored(said("question"))
    scene.works()

    FactPosition.objects.filter(follower="triage").update(number=0)
    scene.works()

    assert decisions(message) == [(1, 1, "matrix", True, "question", False)]
    assert Block.objects.get().messages_count == 1


def test_what_was_decided_is_counted_for_each_account_and_day(scene):
    for _ in range(3):
        scene.stored(said("question"))

    scene.works()
    FactPosition.objects.filter(follower="triage").update(number=0)
    scene.works()

    assert sum(DeliveryTally.objects.values_list("decided", flat=True)) == 3


def test_our_answer_ends_what_was_owed_in_the_order_of_the_facts(scene):
    theirs = scene.stored(said("question"))
    scene.ours(at=NOON + HOUR / 2, answers=theirs)
    scene.stored(said("complaint"), at=NOON + HOUR)

    scene.works(NOON + HOUR)

    conversation = Conversation.objects.get()
    blocks = Block.objects.order_by("started_at").values_list("started_at", "answered_at", "intent")
    assert list(blocks) == [(NOON, NOON + HOUR / 2, "question"), (NOON + HOUR, None, "complaint")]
    assert conversation.due_at == NOON + 2 * HOUR


def test_a_message_that_was_taken_back_before_it_was_decided_owes_nothing(scene):
    message = scene.stored(said("complaint"))
    scene.deleted(message)

    scene.works(NOON + HOUR)

    assert decisions(message) == [(1, 1, "nothing", False, "", False)]
    assert scene.duties(Conversation.objects.get()) == {}


def test_an_edit_is_decided_anew(scene):
    message = scene.stored(said("praise", reply=False))
    scene.works()

    scene.edited(message, "Where is it?", said("complaint"))
    scene.works(NOON + HOUR)

    assert decisions(message) == [(1, 1, "matrix", False, "praise", False), (2, 1, "matrix", True, "complaint", False)]
    assert Conversation.objects.get().needs_reply is True


def test_an_edit_that_came_before_the_decision_is_decided_once(scene):
    message = scene.stored(said("praise", reply=False))
    scene.edited(message, "Where is it?", said("complaint"))

    scene.works(NOON + HOUR)

    assert decisions(message) == [(2, 1, "matrix", True, "complaint", False)]


def test_a_deletion_takes_back_what_was_owed(scene):
    message = scene.stored(said("complaint"))
    scene.works()

    scene.deleted(message)
    scene.works(NOON + HOUR / 4)

    assert scene.duties(Conversation.objects.get()) == {}


def test_a_correction_moves_the_message_to_who_is_responsible_then(scene):
    message = scene.stored(said("question"))
    scene.works()

    messages.correct(message_id=message.pk, head="intents", value=["sales_lead"], by=scene.by, now=NOON + HOUR)
    scene.works(NOON + HOUR)

    assert decisions(message) == [
        (1, 1, "matrix", True, "question", False),
        (1, 2, "person", True, "sales_lead", False),
    ]
    conversation = Conversation.objects.get()
    assert (conversation.department, scene.duties(conversation)["sales"]) == (scene.desks["sales"], "respond")


def test_taking_a_correction_back_decides_once_more(scene):
    message = scene.stored(said("question"))
    scene.works()
    fix = messages.correct(message_id=message.pk, head="intents", value=["praise"], by=scene.by, now=NOON + HOUR)
    scene.works(NOON + HOUR)

    messages.undo_correction(correction_id=fix.pk, by=scene.by, now=NOON + HOUR)
    scene.works(NOON + HOUR)

    assert [row[1:5] for row in decisions(message)] == [
        (1, "matrix", True, "question"), (2, "person", True, "praise"), (3, "matrix", True, "question"),
    ]  # fmt: skip


def test_a_person_settles_doubt(scene):
    message = scene.stored(said("complaint", "question", abstained=["intents"]))
    scene.works()

    messages.correct(message_id=message.pk, head="intents", value=["complaint"], by=scene.by, now=NOON + HOUR)
    scene.works(NOON + HOUR)

    conversation = Conversation.objects.get()
    assert (conversation.triage_since, scene.duties(conversation)) == (None, {"customer_service": "respond"})


def test_a_rule_routes_tags_and_assigns(scene):
    RuleFactory(
        workspace=scene.workspace,
        name="VIP",
        conditions=[{"on": "followers", "is": "at_least", "value": 1000}],
        outcome={
            "departments": [{"department_id": scene.desks["public_relations"].pk, "kind": "respond"}],
            "owner_id": scene.owner.pk, "urgency": "high", "tags": ["VIP", "Reach"],
        },
    )  # fmt: skip
    scene.stored(said("question"), identity=scene.person(followers=5000))
    scene.stored(said("complaint"), identity=scene.person(followers=5001))

    scene.works()

    for conversation in Conversation.objects.all():
        assert (conversation.department, conversation.urgency) == (scene.desks["public_relations"], "high")
        assert sorted(conversation.tags.values_list("name", flat=True)) == ["Reach", "VIP"]
        assert conversation.duties.get().owner == scene.owner
    assert list(Decision.objects.values_list("rule__name", flat=True)) == ["VIP", "VIP"]


def test_one_bad_message_does_not_hold_the_others_up(scene):
    good = [scene.stored(said("question"), identity=scene.person()) for _ in range(3)]
    bad = scene.stored(said("question"), identity=scene.person())
    Reading.objects.filter(message=bad).update(values={"needs_reply": "rubbish", "intents": 7})
    better = scene.stored(said("complaint"), identity=scene.person())

    facts.follow_all()

    assert {row.message_id for row in Decision.objects.all()} == {message.pk for message in [*good, better]}
    assert list(Job.objects.filter(kind="triage.decide").values_list("workspace_id", "dead_at")) == [
        (scene.workspace.pk, None)
    ]


def test_what_cannot_be_decided_is_given_up_with_its_error_and_can_be_run_again(scene):
    bad = scene.stored(said("question"))
    values = Reading.objects.get().values
    Reading.objects.update(values={"needs_reply": 7})
    facts.follow_all()
    moment = NOON
    for _ in range(jobs.MOST_ATTEMPTS):
        jobs.run_due(now=Job.objects.get(kind="triage.decide").due_at)

    job = Job.objects.get(kind="triage.decide")
    assert job.dead_at is not None
    assert "TypeError" in job.last_error
    assert decisions(bad) == []

    Reading.objects.update(values=values)
    jobs.run_again(job_id=job.pk, workspace_id=scene.workspace.pk, now=moment)
    scene.works(moment)

    assert decisions(bad) == [(1, 1, "matrix", True, "question", False)]
    assert not Job.objects.filter(kind="triage.decide").exists()


def test_a_workspace_decides_by_its_own_set_up(scene):
    Responsibility.objects.filter(intent="question", part="responsible").update(department=scene.desks["marketing"])
    scene.stored(said("question"))

    scene.works()

    assert Conversation.objects.get().department == scene.desks["marketing"]


def test_the_page_shows_the_latest_decision_of_what_the_actor_sees(scene):
    message = scene.stored(said("question"))
    scene.works()
    messages.correct(message_id=message.pk, head="intents", value=["complaint"], by=scene.by, now=NOON)
    scene.works()

    (line,) = queries.decisions_for(scene.by, [message.pk]).values()

    assert (line.source, line.intent, line.times, [(duty.department, duty.answers) for duty in line.duties]) == (
        "person", "complaint", 2, [("Customer service", True)],
    )  # fmt: skip
    outside = scene.by.__class__(kind="member", workspace_id=scene.workspace.pk, name="Nobody")
    assert queries.decisions_for(outside, [message.pk]) == {}


@pytest.mark.parametrize("many", [2, 20])
def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(scene, many, django_assert_max_num_queries):
    for _ in range(many):
        scene.stored(said("question"), identity=scene.person())
    facts.number_waiting()
    facts.take_places(scene.workspace.pk)
    follower = next(one for one in facts.followers() if one.name == "triage")

    with django_assert_max_num_queries(50):
        facts.catch_up(follower, scene.workspace.pk)

    assert Decision.objects.count() == many


def test_hundreds_of_stored_messages_are_decided_in_a_moment(scene):
    reading = said("question")
    for _ in range(200):
        scene.stored(reading, identity=scene.person())
    facts.number_waiting()
    follower = next(one for one in facts.followers() if one.name == "triage")

    started = time.process_time()
    while facts.catch_up(follower, scene.workspace.pk):
        pass

    assert Decision.objects.count() == 200
    assert time.process_time() - started < 2.0
    assert Fact.objects.filter(kind="ConversationOpened").count() == 200


def test_what_happens_with_different_people_is_done_in_few_runs_and_with_each_in_its_order():
    anna, ben = 1, 2
    told = [
        ("theirs", anna, 10), ("ours", anna, 11), ("theirs", ben, 20), ("theirs", anna, 12), ("theirs", anna, 13),
        ("ours", ben, 21), ("edited", anna, 10), ("theirs", ben, 22),
    ]  # fmt: skip

    runs = in_waves(told)

    assert runs == [
        ("theirs", [10, 20]), ("ours", [11, 21]), ("theirs", [12, 13, 22]), ("edited", [10]),
    ]  # fmt: skip


def test_nothing_passes_what_is_nobodys_in_particular():
    told = [("theirs", 1, 10), ("ours", None, 11), ("theirs", 2, 20), ("ours", 1, 12), ("theirs", 1, 13)]

    assert in_waves(told) == [
        ("theirs", [10]), ("ours", [11]), ("theirs", [20]), ("ours", [12]), ("theirs", [13]),
    ]  # fmt: skip
