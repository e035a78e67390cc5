"""The clocks, worked out by hand. Noon is Wednesday, 4 March 2026, 12:00 UTC; the desk is open 9-17 on weekdays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import changes, intake, ours, services
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Block, Conversation, Duty, Entry, Span
from crossdesk.inbox.services import settling
from crossdesk.journal.models import Fact
from crossdesk.messages.models import Message
from tests.conftest import actor_of
from tests.inbox.factories import HOUR, NOON, Desk, MessageFactory, after, clocks_run
from tests.org.factories import DepartmentFactory, HolidayFactory, HoursFactory, MemberFactory

pytestmark = pytest.mark.django_db

MINUTE = 60
ALL_DAY = [[["00:00", "24:00"]]] * 7


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def we_answer(desk, by, when: datetime) -> None:
    """Write on the page as it stands, and the network publishes at this moment."""
    row = desk.conversation()
    saw = Entry.objects.filter(conversation=row).latest("id").pk
    reply = services.reply(conversation_id=row.pk, text="An answer", saw_entry_id=saw, by=by, now=when)
    assert reply.outbox_id is not None
    OutboxItem.objects.filter(pk=reply.outbox_id).update(
        state="published", external_id=f"out-{reply.pk}", published_at=when
    )
    settling.reply_published(item_id=reply.outbox_id, by=desk.system, now=when)


def somebody_answers_elsewhere(desk, to: Message, when: datetime, *, found_at: datetime) -> Message:
    """A post of ours that did not leave from here."""
    post = MessageFactory(account=desk.account, ours=True, parent_external_id=to.external_id, sent_at=when)
    ours.take_our_posts([post.pk], by=desk.system, now=found_at)
    return post


def answered() -> list[tuple[int | None, int | None]]:
    """(seconds, business seconds) of every block, oldest first."""
    return list(Block.objects.order_by("started_at").values_list("response_seconds", "business_seconds"))


def told(kind: str) -> list[dict]:
    return [fact.body for fact in Fact.objects.filter(kind=kind).order_by("id")]


def berlin(**more) -> Desk:
    desk = Desk(hours=None, **more)
    HoursFactory(department=desk.department, time_zone="Europe/Berlin")
    return desk


def of(desk: Desk):
    return actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department]))


# How long it took


def test_within_the_day(desk, ada):
    desk.they_write(NOON)
    we_answer(desk, ada, after(minutes=10))

    assert answered() == [(600, 600)]  # 12:00 to 12:10, all of it open


def test_over_a_night(desk, ada):
    desk.they_write(at(3, 4, 16, 30))
    we_answer(desk, ada, at(3, 5, 9, 30))

    # 16:30 to 9:30 is 17 h; open were 16:30-17:00 and 9:00-9:30
    assert answered() == [(17 * HOUR, 60 * MINUTE)]


def test_written_at_night(desk, ada):
    desk.they_write(at(3, 4, 22, 0))
    we_answer(desk, ada, at(3, 5, 9, 15))

    # 22:00 to 9:15 is 11 h 15; open were 9:00-9:15
    assert answered() == [(11 * HOUR + 15 * MINUTE, 15 * MINUTE)]


def test_over_a_weekend(desk, ada):
    desk.they_write(at(3, 6, 16))
    we_answer(desk, ada, at(3, 9, 10))

    # Friday 16:00 to Monday 10:00: 8 + 24 + 24 + 10 h = 66 h; open were Friday 16-17 and Monday 9-10
    assert answered() == [(66 * HOUR, 2 * HOUR)]


def test_over_a_holiday(desk, ada):
    HolidayFactory(department=desk.department, day=date(2026, 3, 5))
    desk.they_write(at(3, 4, 16))
    we_answer(desk, ada, at(3, 6, 10))

    # Wednesday 16:00 to Friday 10:00: 8 + 24 + 10 h = 42 h; open were Wednesday 16-17 and Friday 9-10
    assert answered() == [(42 * HOUR, 2 * HOUR)]


def test_when_the_clock_is_put_forward(db):
    desk = berlin()
    desk.they_write(at(3, 27, 15))
    we_answer(desk, of(desk), at(3, 30, 8))

    # Friday 16:00 local (UTC+1) to Monday 10:00 local (UTC+2): 15:00 to 8:00 UTC is 9 + 24 + 24 + 8 = 65 h, one less
    # than the local clocks say; open were Friday 16-17 and Monday 9-10 local
    assert answered() == [(65 * HOUR, 2 * HOUR)]


def test_when_the_clock_is_put_back(db):
    desk = berlin()
    desk.they_write(at(10, 23, 14))
    we_answer(desk, of(desk), at(10, 26, 9))

    # Friday 16:00 local (UTC+2) to Monday 10:00 local (UTC+1): 14:00 to 9:00 UTC is 10 + 24 + 24 + 9 = 67 h
    assert answered() == [(67 * HOUR, 2 * HOUR)]


def test_round_the_clock_on_a_day_of_23_hours(db):
    desk = Desk(hours=None)
    HoursFactory(department=desk.department, time_zone="Europe/Berlin", week=ALL_DAY)
    desk.they_write(at(3, 28, 23))
    we_answer(desk, of(desk), at(3, 29, 22))

    # Sunday from midnight to midnight in Berlin: 23 h, all of it open
    assert answered() == [(23 * HOUR, 23 * HOUR)]


def test_round_the_clock_on_a_day_of_25_hours(db):
    desk = Desk(hours=None)
    HoursFactory(department=desk.department, time_zone="Europe/Berlin", week=ALL_DAY)
    desk.they_write(at(10, 24, 22))
    we_answer(desk, of(desk), at(10, 25, 23))

    assert answered() == [(25 * HOUR, 25 * HOUR)]


def test_hours_that_changed_in_between(desk, ada):
    HoursFactory(department=desk.department, valid_from=date(2026, 3, 5), week=[[["10:00", "12:00"]]] * 7)
    desk.they_write(at(3, 4, 16))
    we_answer(desk, ada, at(3, 5, 11))

    # 16:00 to 11:00 is 19 h; open were 16-17 by the old hours and 10-11 by the new ones
    assert answered() == [(19 * HOUR, 2 * HOUR)]


def test_a_later_change_of_hours_leaves_the_figure_alone(desk, ada):
    desk.they_write(NOON)
    we_answer(desk, ada, after(minutes=10))
    HoursFactory(department=desk.department, valid_from=date(2026, 3, 4), week=[[]] * 7)
    clocks_run(after(hours=100))

    assert answered() == [(600, 600)]


# When it is owed


def due(desk: Desk) -> datetime | None:
    block = Block.objects.latest("id")
    assert block.due_at == desk.conversation().due_at
    pen = Duty.objects.filter(kind="respond").latest("id")
    assert (pen.due_at, pen.queue_at) == (block.due_at, block.due_at)
    return block.due_at


def four_business_hours(desk):
    return desk.verdict(target_seconds=4 * HOUR, basis="business")


def test_four_business_hours_run_into_the_next_morning(desk):
    desk.they_write(at(3, 4, 15), verdict=four_business_hours(desk))

    assert due(desk) == at(3, 5, 11)  # 15-17 are two of them, 9-11 the others


def test_four_business_hours_run_over_a_weekend(desk):
    desk.they_write(at(3, 6, 16), verdict=four_business_hours(desk))

    assert due(desk) == at(3, 9, 12)  # Friday 16-17, Monday 9-12


def test_nothing_is_owed_later_than_after_72_hours(desk):
    HolidayFactory(department=desk.department, day=date(2026, 3, 9))
    HolidayFactory(department=desk.department, day=date(2026, 3, 10))
    desk.they_write(at(3, 6, 16), verdict=four_business_hours(desk))

    assert due(desk) == at(3, 9, 16)  # in business hours it would be Wednesday, 12:00


def test_p1_runs_round_the_clock_whatever_its_target_says(desk):
    desk.they_write(at(3, 4, 22), verdict=desk.verdict(urgency="p1", target_seconds=15 * MINUTE, basis="business"))

    assert due(desk) == at(3, 4, 22, 15)
    assert Block.objects.get().basis == "calendar"


def test_an_answer_in_the_last_moment_is_in_time_and_one_second_later_is_not(desk, ada):
    desk.they_write(NOON)
    we_answer(desk, ada, after(hours=1))
    desk.they_write(after(hours=2))
    we_answer(desk, ada, after(hours=3, seconds=1))

    assert [body["within_target"] for body in told("BlockAnswered")] == [True, False]


def test_a_missed_target_is_told_once_when_it_falls_due(desk, ada):
    desk.they_write(NOON)
    clocks_run(after(minutes=59))
    assert told("TargetFellDue") == []

    clocks_run(after(hours=5))
    we_answer(desk, ada, after(hours=5))
    clocks_run(after(hours=80))

    assert [body["due_at"] for body in told("TargetFellDue")] == ["2026-03-04T13:00:00+00:00"]
    assert [(body["within_target"], body["missed_before"]) for body in told("BlockAnswered")] == [(False, True)]
    assert Duty.objects.get().overdue is True


# Several messages


def test_a_second_message_never_restarts_the_clock(desk, ada):
    desk.they_write(NOON)
    desk.they_write(after(minutes=30))
    we_answer(desk, ada, after(minutes=60))

    assert answered() == [(60 * MINUTE, 60 * MINUTE)]  # from 12:00


def test_a_second_block_has_its_own_clock_and_is_not_the_first_response(desk, ada):
    desk.they_write(NOON)
    we_answer(desk, ada, after(minutes=10))
    desk.they_write(after(hours=2))
    we_answer(desk, ada, after(hours=2, minutes=20))

    assert answered() == [(600, 600), (1200, 1200)]  # 12:00-12:10, 14:00-14:20
    assert [body["first"] for body in told("BlockAnswered")] == [True, False]


def test_a_message_that_raises_the_urgency_is_owed_sooner_from_when_it_was_written(desk, ada):
    desk.they_write(NOON, verdict=four_business_hours(desk))  # owed at 16:00
    desk.they_write(after(minutes=30), verdict=desk.verdict(urgency="p1", target_seconds=15 * MINUTE))

    assert due(desk) == after(minutes=45)  # 12:30 + 15 min
    we_answer(desk, ada, after(minutes=40))
    assert answered() == [(40 * MINUTE, 40 * MINUTE)]  # the clock runs from 12:00 all the same
    assert told("VerdictChanged")[0]["urgency"] == "p1"


def test_a_calmer_message_lowers_nothing(desk):
    desk.they_write(NOON, verdict=desk.verdict(urgency="p1", target_seconds=15 * MINUTE))
    desk.they_write(after(minutes=5), verdict=desk.nothing())

    assert due(desk) == after(minutes=15)
    assert Block.objects.values_list("needs_reply", "urgency").get() == (True, "p1")
    assert told("VerdictChanged") == []


def test_an_older_message_that_comes_in_late_moves_the_start_back(desk, ada):
    desk.they_write(NOON)
    desk.they_write(after(minutes=-20), taken_at=after(minutes=2))

    assert due(desk) == after(minutes=40)  # 11:40 + 1 h
    we_answer(desk, ada, after(minutes=10))
    assert answered() == [(30 * MINUTE, 30 * MINUTE)]  # 11:40 to 12:10
    assert [body["started_at"] for body in told("BlockMoved")] == ["2026-03-04T11:40:00+00:00"]


# Edits and deletions


def test_an_edit_does_not_move_the_clock(desk, ada):
    message = desk.they_write(NOON)
    changes.take_edits([message.pk], by=desk.system, now=after(minutes=20))
    intake.decide_again(message.pk, desk.verdict(intent="complaint"), by=desk.system, now=after(minutes=20))
    we_answer(desk, ada, after(minutes=30))

    assert answered() == [(30 * MINUTE, 30 * MINUTE)]
    assert [body["intent"] for body in told("VerdictChanged")] == ["complaint"]


def test_deleting_the_only_message_ends_the_block_without_a_miss(desk, ada):
    message = desk.they_write(NOON)
    Message.objects.filter(pk=message.pk).update(deleted_at=after(minutes=20))
    changes.take_deletions([message.pk], by=desk.system, now=after(minutes=20))
    changes.take_deletions([message.pk], by=desk.system, now=after(minutes=21))
    clocks_run(after(hours=80))

    assert Block.objects.values_list("ended_because", "answered_at").get() == ("deleted", None)
    assert told("TargetFellDue") == told("BlockFellDue") == []
    assert [body["because"] for body in told("BlockEnded")] == ["deleted"]
    assert Duty.objects.values_list("state", "reason").get() == ("waived", "They deleted what they wrote.")
    assert (desk.conversation().state, desk.conversation().excerpt) == (State.CLOSED, "")


def test_what_they_write_after_deleting_has_a_clock_of_its_own(desk, ada):
    message = desk.they_write(NOON)
    Message.objects.filter(pk=message.pk).update(deleted_at=after(minutes=20))
    changes.take_deletions([message.pk], by=desk.system, now=after(minutes=20))
    desk.they_write(after(minutes=60))
    we_answer(desk, ada, after(minutes=65))

    assert answered() == [(None, None), (300, 300)]  # 13:00 to 13:05


def test_deleting_one_of_two_messages_lets_the_clock_run_from_the_first(desk, ada):
    first = desk.they_write(NOON)
    desk.they_write(after(minutes=5))
    Message.objects.filter(pk=first.pk).update(deleted_at=after(minutes=10))
    changes.take_deletions([first.pk], by=desk.system, now=after(minutes=10))
    we_answer(desk, ada, after(minutes=30))

    assert answered() == [(30 * MINUTE, 30 * MINUTE)]


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
