"""Hours and holidays: from a day on, never in the past."""

from datetime import UTC, date, datetime

import pytest

from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org import presets, queries
from crossdesk.org import services as org
from crossdesk.org.checks import Bad
from crossdesk.org.models import Holiday, Hours
from crossdesk.org.services.hours import InThePast, OnlyHours
from tests.org.conftest import Company
from tests.org.factories import NOON

TODAY, TOMORROW, YESTERDAY = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 3)
LATE = [[["12:00", "20:00"]]] * 5 + [[["10:00", "14:00"]], []]
LATE_IN_NIGHT = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)  # in Berlin it is tomorrow


def rows(desk):
    return [(row.valid_from, row.week) for row in Hours.objects.filter(department=desk).order_by("valid_from")]


def test_new_hours_begin_on_their_day_and_leave_the_past_alone(company):
    desk = company.desk("legal")
    (before,) = rows(desk)

    org.set_hours(department_id=desk.pk, valid_from=TOMORROW, week=LATE, by=company.by, now=NOON)

    assert rows(desk) == [before, (TOMORROW, LATE)]
    week = next(one for one in queries.calendars(company.by, day=TODAY) if one.department == desk)
    assert (week.now and week.now.week, [later.week for later in week.later]) == (presets.WEEK, [LATE])
    assert company.audited() == [
        ("hours.set", "Legal", None, {"valid_from": "2026-03-05", "time_zone": "Europe/Berlin", "week": LATE}),
    ]


def test_hours_that_are_set_twice_for_a_day_are_those_of_the_second_time(company):
    desk = company.desk("legal")

    for week in (LATE, presets.WEEK, presets.WEEK):
        org.set_hours(
            department_id=desk.pk, valid_from=TODAY, week=week, by=company.by, now=NOON, time_zone="Asia/Tokyo"
        )

    assert rows(desk)[1:] == [(TODAY, presets.WEEK)]
    assert company.desk("legal").time_zone == "Asia/Tokyo"
    assert len(company.audited()) == 2


@pytest.mark.parametrize(("day", "now"), [(YESTERDAY, NOON), (TODAY, LATE_IN_NIGHT)])
def test_the_past_is_not_changed_and_the_day_is_the_departments_own(company, day, now):
    desk = company.desk("legal")
    before = rows(desk)

    with pytest.raises(InThePast):
        org.set_hours(department_id=desk.pk, valid_from=day, week=LATE, by=company.by, now=now)

    assert rows(desk) == before


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ([[]] * 6, "A week has seven days, Monday first."),
        ([[]] * 7, "Give at least one opening time. A department that is always there is open from 00:00 to 24:00."),
        ([[["9", "17:00"]], *[[]] * 6], "“9” is no time of day. Write 09:30."),
        ([[["09:60", "17:00"]], *[[]] * 6], "“09:60” is no time of day. Write 09:30."),
        ([[["09:00", "24:01"]], *[[]] * 6], "“24:01” is no time of day. Write 09:30."),
        ([[["17:00", "09:00"]], *[[]] * 6], "17:00 to 09:00 ends before it begins. Over midnight, write two days."),
        ([[["09:00", "12:00"], ["11:00", "17:00"]], *[[]] * 6],
         "11:00 to 17:00 begins before the one before it has ended."),
        ([[["09:00"]], *[[]] * 6], "An opening time has a beginning and an end, like 09:00 to 17:00."),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_refused(company, week, words):
    with pytest.raises(Bad) as refusal:
        org.set_hours(department_id=company.desk("legal").pk, valid_from=TOMORROW, week=week, by=company.by, now=NOON)

    assert refusal.value.message == words


def test_round_the_clock_and_a_midday_break_can_be_written(company):
    week = [[["00:00", "24:00"]], [["9:00", "12:00"], ["13:00", "17:30"]], *[[]] * 5]

    kept = org.set_hours(
        department_id=company.desk("legal").pk, valid_from=TOMORROW, week=week, by=company.by, now=NOON
    )

    assert kept.week == [[["00:00", "24:00"]], [["09:00", "12:00"], ["13:00", "17:30"]], *[[]] * 5]


def test_hours_that_have_not_begun_are_taken_back(company):
    desk = company.desk("legal")
    row = org.set_hours(department_id=desk.pk, valid_from=TOMORROW, week=LATE, by=company.by, now=NOON)

    org.withdraw_hours(hours_id=row.pk, by=company.by, now=NOON)

    assert len(rows(desk)) == 1
    assert [entry[0] for entry in company.audited()] == ["hours.set", "hours.withdrawn"]
    with pytest.raises(InThePast):
        org.withdraw_hours(hours_id=Hours.objects.get(department=desk).pk, by=company.by, now=NOON)


def test_a_department_keeps_some_hours(company):
    row = Hours.objects.get(department=company.desk("legal"))
    Hours.objects.filter(pk=row.pk).update(valid_from=TOMORROW)

    with pytest.raises(OnlyHours):
        org.withdraw_hours(hours_id=row.pk, by=company.by, now=NOON)


def test_holidays_are_added_for_all_or_for_some(company):
    legal = company.desk("legal")

    org.add_holiday(day=TOMORROW, name="Founders' day", by=company.by, now=NOON, department_ids=[legal.pk])
    rows = org.add_holiday(day=TOMORROW, name="Founders' day", by=company.by, now=NOON)

    assert len(rows) == 9
    assert set(Holiday.objects.values_list("day", "name")) == {(TOMORROW, "Founders' day")}
    week = next(one for one in queries.calendars(company.by, day=TODAY) if one.department == legal)
    assert [holiday.day for holiday in week.holidays] == [TOMORROW]


def test_holidays_of_the_past_stay_as_they_were(company):
    desk = company.desk("legal")
    Holiday.objects.create(department=desk, day=YESTERDAY, name="Yesterday")
    (coming,) = org.add_holiday(day=TODAY, name="Today", by=company.by, now=NOON, department_ids=[desk.pk])

    with pytest.raises(InThePast):
        org.add_holiday(day=YESTERDAY, name="Late", by=company.by, now=NOON)
    with pytest.raises(InThePast):
        org.remove_holiday(holiday_id=Holiday.objects.get(day=YESTERDAY).pk, by=company.by, now=NOON)
    org.remove_holiday(holiday_id=coming.pk, by=company.by, now=NOON)

    assert list(Holiday.objects.values_list("name", flat=True)) == ["Yesterday"]


def test_calendars_are_changed_by_who_may_and_in_their_own_workspace(company):
    foreign, member = Company("other").desk("legal"), company.actor()
    desk = company.desk("legal")
    (theirs,) = org.add_holiday(
        day=TODAY, name="Day", by=Company("third").by, now=NOON, department_ids=[]
    ) or Holiday.objects.bulk_create([Holiday(department=foreign, day=TODAY, name="Day")])  # fmt: skip
    begins = company.audited()

    for act in (
        lambda: org.set_hours(department_id=desk.pk, valid_from=TOMORROW, week=LATE, by=member, now=NOON),
        lambda: org.withdraw_hours(hours_id=1, by=member, now=NOON),
        lambda: org.add_holiday(day=TOMORROW, name="Day", by=member, now=NOON),
        lambda: org.remove_holiday(holiday_id=1, by=member, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    for act in (
        lambda: org.set_hours(department_id=foreign.pk, valid_from=TOMORROW, week=LATE, by=company.by, now=NOON),
        lambda: org.withdraw_hours(hours_id=Hours.objects.get(department=foreign).pk, by=company.by, now=NOON),
        lambda: org.remove_holiday(holiday_id=theirs.pk, by=company.by, now=NOON),
    ):
        with pytest.raises(NotFound):
            act()

    assert company.audited() == begins


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_calendars_costs_the_same_for_any_number(company, rows, django_assert_num_queries):
    for number in range(rows):
        org.add_holiday(day=date(2026, 5, 1 + number), name="Day", by=company.by, now=NOON)
    by = company.by

    with django_assert_num_queries(3):  # departments, hours, holidays
        weeks = queries.calendars(by, day=TODAY)

    assert [len(week.holidays) for week in weeks] == [rows] * 10
