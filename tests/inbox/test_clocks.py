"""The clocks, worked out by hand. Noon is Wednesday, 4 March 2026, 12:00 UTC; the desk is open 9-17 on weekdays."""

from datetime import date

import pytest

from crossdesk.inbox import changes, intake
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Block, Duty
from crossdesk.messages.models import Message
from tests.inbox.acts import told
from tests.inbox.clockwork import ALL_DAY, MINUTE, answered, at, berlin, due, of, we_answer
from tests.inbox.factories import HOUR, NOON, Desk, after, clocks_run
from tests.org.factories import HolidayFactory, HoursFactory

pytestmark = pytest.mark.django_db


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
