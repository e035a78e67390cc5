"""What people do and what happens elsewhere, and what the clocks make of it. Noon is Wednesday, 4 March 2026, 12:00 UTC."""

from datetime import timedelta

import pytest

from crossdesk.inbox import intake, services
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Block, Conversation, Duty, Span
from tests.inbox.acts import told
from tests.inbox.clockwork import MINUTE, answered, due, somebody_answers_elsewhere, we_answer
from tests.inbox.factories import HOUR, NOON, MessageFactory, after, clocks_run
from tests.org.factories import DepartmentFactory, HoursFactory

pytestmark = pytest.mark.django_db


# What we do with it


def test_snoozing_does_not_stop_the_clock(desk, ada):
    desk.they_write(NOON)
    services.snooze(conversation_id=desk.conversation().pk, until=after(hours=3), by=ada, now=after(minutes=5))
    assert Duty.objects.get().queue_at is None
    clocks_run(after(hours=3))

    duty = Duty.objects.get()
    assert (duty.queue_at, duty.overdue) == (after(hours=1), True)  # back in its place, overdue since 13:00
    we_answer(desk, ada, after(hours=3, minutes=10))
    assert answered() == [(190 * MINUTE, 190 * MINUTE)]  # 12:00 to 15:10
    assert len(told("TargetFellDue")) == 1


def test_a_hand_over_leaves_the_customers_clock_alone_and_starts_the_departments_own(desk, ada):
    evening = DepartmentFactory(workspace=desk.workspace, hours=None)
    HoursFactory(department=evening, week=[[["12:45", "20:00"]]] * 7)
    desk.they_write(NOON)
    services.hand_over(conversation_id=desk.conversation().pk, department_id=evening.pk, by=ada, now=after(minutes=30))

    assert due(desk) == after(hours=1)
    we_answer(desk, ada, after(minutes=60))

    # 12:00 to 13:00; in the hours of the department that answered only 12:45-13:00
    assert answered() == [(60 * MINUTE, 15 * MINUTE)]
    assert [body["department_id"] for body in told("BlockAnswered")] == [evening.pk]
    spans = list(Span.objects.order_by("id").values_list("department_id", "started_at", "ended_at"))
    assert spans[:2] == [
        (desk.department.pk, NOON, after(minutes=30)),
        (evening.pk, after(minutes=30), after(minutes=60)),
    ]
    handed = next(body for body in told("OwnershipChanged") if body["because"] == "handed_over")
    assert handed["seconds"] == 30 * MINUTE


def test_resolved_without_an_answer_and_opened_again_by_a_person_runs_on_from_the_first_message(desk, ada):
    desk.they_write(NOON)
    services.resolve(conversation_id=desk.conversation().pk, resolution="other", by=ada, now=after(minutes=30))
    services.reopen(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=40))
    we_answer(desk, ada, after(minutes=60))

    assert answered() == [(60 * MINUTE, 60 * MINUTE)]
    assert [body["seconds"] for body in told("ConversationReopened")] == [10 * MINUTE]


def test_resolved_and_they_write_again_is_a_new_block_of_the_same_conversation(desk, ada):
    desk.they_write(NOON)
    services.resolve(conversation_id=desk.conversation().pk, resolution="other", by=ada, now=after(minutes=30))
    desk.they_write(after(minutes=45))
    we_answer(desk, ada, after(minutes=60))

    assert answered() == [(None, None), (15 * MINUTE, 15 * MINUTE)]  # 12:45 to 13:00
    assert Conversation.objects.count() == 1
    assert [(body["because"], body["seconds"]) for body in told("ConversationReopened")] == [
        ("they_wrote", 15 * MINUTE)
    ]


def test_an_answer_after_resolving_still_answers_the_block(desk, ada):
    desk.they_write(NOON)
    services.resolve(conversation_id=desk.conversation().pk, resolution="other", by=ada, now=after(minutes=30))
    we_answer(desk, ada, after(minutes=45))

    assert answered() == [(45 * MINUTE, 45 * MINUTE)]
    assert desk.conversation().state == State.RESOLVED


def test_72_hours_after_resolving_it_is_closed_and_a_new_conversation_begins(desk, ada):
    desk.they_write(NOON)
    we_answer(desk, ada, after(minutes=10))
    services.resolve(conversation_id=desk.conversation().pk, resolution="answered", by=ada, now=after(minutes=20))
    clocks_run(after(hours=72, minutes=19))
    assert desk.conversation().state == State.RESOLVED
    clocks_run(after(hours=72, minutes=20))
    assert (desk.conversation().state, desk.conversation().closed_at) == (State.CLOSED, after(hours=72, minutes=20))

    desk.they_write(after(hours=73))

    assert Conversation.objects.count() == 2
    assert [body["first"] for body in told("BlockDecided")] == [True, True]


@pytest.mark.parametrize(
    ("visibility", "days", "conversations"), [("public", 7, 1), ("public", 8, 2), ("direct", 30, 1), ("direct", 31, 2)]
)
def test_the_look_back_after_an_answer(desk, ada, visibility, days, conversations):
    desk.they_write(NOON, visibility=visibility)
    we_answer(desk, ada, after(minutes=10))
    desk.they_write(after(days=days, minutes=10), visibility=visibility)

    assert Conversation.objects.count() == conversations


def test_an_unanswered_conversation_always_goes_on(desk):
    desk.they_write(NOON)
    desk.they_write(after(days=60))

    assert Conversation.objects.count() == 1
    assert Block.objects.get().started_at == NOON


def test_doubt_that_a_person_settles_is_owed_from_the_first_message(desk, ada):
    desk.they_write(NOON, verdict=desk.verdict(needs_reply=None, doubt=True, duties=(), target_seconds=None))
    services.decide(
        conversation_id=desk.conversation().pk, needs_reply=True, intent="complaint", department_id=desk.department.pk,
        target_seconds=HOUR, by=ada, now=after(minutes=40),
    )  # fmt: skip

    assert due(desk) == after(hours=1)
    assert [body["seconds"] for body in told("TriageSettled")] == [40 * MINUTE]
    we_answer(desk, ada, after(minutes=50))
    assert answered() == [(50 * MINUTE, 50 * MINUTE)]


# Answered outside of Crossdesk


def test_an_answer_elsewhere_stops_the_clock_when_it_was_posted_not_when_it_was_found(desk):
    message = desk.they_write(NOON)
    post = somebody_answers_elsewhere(desk, message, after(minutes=25), found_at=after(minutes=40))

    assert answered() == [(25 * MINUTE, 25 * MINUTE)]
    assert [(body["answered_kind"], body["message_id"]) for body in told("BlockAnswered")] == [("elsewhere", post.pk)]
    assert (desk.conversation().state, Duty.objects.get().state) == (State.WAITING, "discharged")


def test_an_answer_elsewhere_found_after_the_miss_was_told_takes_it_back(desk):
    message = desk.they_write(NOON)
    clocks_run(after(hours=1))
    somebody_answers_elsewhere(desk, message, after(minutes=25), found_at=after(hours=2))

    assert [(body["within_target"], body["missed_before"]) for body in told("BlockAnswered")] == [(True, True)]


def test_an_answer_elsewhere_does_not_answer_what_they_wrote_after_it(desk, ada):
    first = desk.they_write(NOON)
    desk.they_write(after(minutes=20))
    somebody_answers_elsewhere(desk, first, after(minutes=10), found_at=after(minutes=30))

    assert answered() == [(10 * MINUTE, 10 * MINUTE), (None, None)]
    assert due(desk) == after(minutes=80)  # 12:20 + 1 h
    we_answer(desk, ada, after(minutes=50))
    assert answered()[1] == (30 * MINUTE, 30 * MINUTE)  # 12:20 to 12:50


def test_an_answer_elsewhere_that_came_in_before_its_question_still_answers_it(desk):
    question = MessageFactory(account=desk.account, identity=desk.customer, sent_at=NOON)
    somebody_answers_elsewhere(desk, question, after(minutes=10), found_at=after(minutes=11))
    assert answered() == []

    intake.take_in([(question.pk, desk.verdict())], by=desk.system, now=after(minutes=12))

    assert answered() == [(10 * MINUTE, 10 * MINUTE)]


# After 72 hours


def test_72_hours_without_an_answer_are_told_once_and_a_later_answer_says_so(desk, ada):
    desk.they_write(NOON)
    clocks_run(after(hours=72) - timedelta(seconds=1))
    assert told("BlockFellDue") == []
    clocks_run(after(hours=72))
    we_answer(desk, ada, after(hours=73))
    clocks_run(after(hours=200))

    assert [(body["answered_72h"], body["fell_due_at"]) for body in told("BlockFellDue")] == [
        (False, "2026-03-07T12:00:00+00:00")
    ]
    assert [(body["fell_due"], body["answered_72h"]) for body in told("BlockAnswered")] == [(True, False)]


def test_an_answer_after_71_hours_counts_as_answered_when_72_have_passed(desk, ada):
    desk.they_write(NOON)
    we_answer(desk, ada, after(hours=71))
    clocks_run(after(hours=72))

    assert [body["answered_72h"] for body in told("BlockFellDue")] == [True]


def test_what_needs_no_reply_is_told_after_72_hours_as_such(desk):
    desk.they_write(NOON, verdict=desk.nothing())
    clocks_run(after(hours=72))

    assert [(body["needs_reply"], body["answered_72h"]) for body in told("BlockFellDue")] == [(False, False)]
