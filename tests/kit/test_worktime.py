"""Working time: worked examples with both changes of the clock, and laws that hold for any calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.kit.worktime import (
    ALWAYS,
    Calendar,
    NeverOpen,
    Standing,
    WeekHours,
    add_business_seconds,
    business_seconds,
    minutes_of,
    standing,
    week_of,
)

H = 3600
NINE_TO_FIVE = week_of([[["09:00", "17:00"]]] * 5 + [[], []])
ROUND_THE_CLOCK = week_of([[["00:00", "24:00"]]] * 7)
EARLY = date(2000, 1, 1)


def calendar(zone="UTC", week=NINE_TO_FIVE, holidays=()):
    return Calendar(hours=(WeekHours(EARLY, zone, week),), holidays=frozenset(holidays))


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


BERLIN = calendar("Europe/Berlin")
BERLIN_ALWAYS = calendar("Europe/Berlin", ROUND_THE_CLOCK)
NEW_YORK = calendar("America/New_York")


@pytest.mark.parametrize(
    ("start", "end", "hours", "expected"),
    [
        pytest.param(at(2026, 3, 4, 10), at(2026, 3, 4, 12), calendar(), 2 * H, id="within one day"),
        pytest.param(at(2026, 3, 4, 16), at(2026, 3, 5, 10), calendar(), 2 * H, id="over one night: 16-17 and 9-10"),
        pytest.param(at(2026, 3, 6, 16), at(2026, 3, 9, 10), calendar(), 2 * H, id="over a weekend"),
        pytest.param(at(2026, 3, 7, 10), at(2026, 3, 8, 20), calendar(), 0, id="all in a weekend"),
        pytest.param(at(2026, 3, 4, 12), at(2026, 3, 4, 11), calendar(), 0, id="an end before the start is nothing"),
        pytest.param(at(2026, 12, 24, 16), at(2026, 12, 28, 10), calendar(holidays=[date(2026, 12, 25)]), 2 * H, id="a holiday before a weekend"),
        # Berlin is UTC+1 in winter: 9-17 local is 8-16 UTC.
        pytest.param(at(2026, 3, 27, 15), at(2026, 3, 30, 9), BERLIN, 3 * H, id="clock put forward in the weekend: Friday 15-16, Monday from 7 UTC to 9"),
        # The clock goes back on 25 October 2026: Friday 9-17 is 7-15 UTC, Monday 9-17 is 8-16 UTC.
        pytest.param(at(2026, 10, 23, 14), at(2026, 10, 26, 9), BERLIN, 2 * H, id="clock put back in the weekend: Friday 14-15, Monday 8-9"),
        # 29 March 2026 has 23 hours in Berlin: 28th 23:00 UTC to 29th 22:00 UTC.
        pytest.param(at(2026, 3, 28, 23), at(2026, 3, 29, 22), BERLIN_ALWAYS, 23 * H, id="a day of 23 hours"),
        # 25 October 2026 has 25 hours: 24th 22:00 UTC to 25th 23:00 UTC.
        pytest.param(at(2026, 10, 24, 22), at(2026, 10, 25, 23), BERLIN_ALWAYS, 25 * H, id="a day of 25 hours"),
        # Open 01:30-03:30 local on the day on which 02:00-03:00 does not exist: one hour in all.
        pytest.param(at(2026, 3, 28, 12), at(2026, 3, 29, 12), calendar("Europe/Berlin", week_of([[["01:30", "03:30"]]] * 7)), 1 * H, id="opening hours over the gap"),
        # Open 02:15-02:45 local on that day: it never comes.
        pytest.param(at(2026, 3, 28, 12), at(2026, 3, 29, 12), calendar("Europe/Berlin", week_of([[["02:15", "02:45"]]] * 7)), 0, id="opening hours inside the gap"),
        # Open 01:30-03:30 on the day on which 02:00-03:00 comes twice: three hours.
        pytest.param(at(2026, 10, 24, 12), at(2026, 10, 25, 12), calendar("Europe/Berlin", week_of([[["01:30", "03:30"]]] * 7)), 3 * H, id="opening hours over the hour that comes twice"),
        # 22:00-06:00 local: the evening of the 4th and the morning of the 5th, in UTC.
        pytest.param(at(2026, 3, 4, 12), at(2026, 3, 5, 12), calendar(week=week_of([[["22:00", "06:00"]]] * 7)), 8 * H, id="a night shift"),
        # New York is UTC-5: 9-17 is 14-22 UTC.
        pytest.param(at(2026, 3, 4, 0), at(2026, 3, 5, 0), NEW_YORK, 8 * H, id="a zone behind UTC"),
        # Auckland is UTC+13 in March: 9-17 on the 5th is 20:00 on the 4th to 04:00 on the 5th.
        pytest.param(at(2026, 3, 4, 12), at(2026, 3, 4, 23), calendar("Pacific/Auckland"), 3 * H, id="a zone far ahead of UTC"),
        pytest.param(at(2026, 3, 4, 8), at(2026, 3, 4, 18), calendar(week=week_of([[["09:00", "12:00"], ["13:00", "17:00"]]] * 7)), 7 * H, id="a lunch break"),
        pytest.param(at(2026, 3, 4, 8), at(2026, 3, 4, 18), calendar(week=week_of([[["09:00", "12:00"], ["11:00", "17:00"]]] * 7)), 8 * H, id="shifts that overlap count once"),
        pytest.param(at(2026, 3, 7), at(2026, 3, 9), ALWAYS, 48 * H, id="no hours at all are always open"),
    ],
)  # fmt: skip
def test_opening_hours_between_two_moments(start, end, hours, expected):
    assert business_seconds(start, end, hours) == expected


def test_changed_hours_hold_from_their_day_on_and_leave_the_past_alone():
    shorter = week_of([[["10:00", "12:00"]]] * 5 + [[], []])
    hours = Calendar(hours=(WeekHours(EARLY, "UTC", NINE_TO_FIVE), WeekHours(date(2026, 3, 5), "UTC", shorter)))

    assert business_seconds(at(2026, 3, 4), at(2026, 3, 5), hours) == 8 * H
    assert business_seconds(at(2026, 3, 5), at(2026, 3, 6), hours) == 2 * H
    assert business_seconds(at(2026, 3, 4, 16), at(2026, 3, 5, 11), hours) == 2 * H


def test_before_the_first_hours_it_is_closed():
    hours = Calendar(hours=(WeekHours(date(2026, 3, 4), "UTC", NINE_TO_FIVE),))

    assert business_seconds(at(2026, 3, 1), at(2026, 3, 5), hours) == 8 * H


def test_hours_that_moved_to_another_zone_count_no_second_twice():
    hours = Calendar(
        hours=(
            WeekHours(EARLY, "UTC", ROUND_THE_CLOCK),
            WeekHours(date(2026, 3, 5), "Pacific/Auckland", ROUND_THE_CLOCK),  # begins 13 hours before UTC's 5th
        )
    )

    assert business_seconds(at(2026, 3, 4), at(2026, 3, 6), hours) == 48 * H


@pytest.mark.parametrize(
    ("start", "seconds", "hours", "expected"),
    [
        pytest.param(at(2026, 3, 4, 16), 4 * H, calendar(), at(2026, 3, 5, 12), id="the rest of today, then tomorrow"),
        pytest.param(at(2026, 3, 4, 9), 8 * H, calendar(), at(2026, 3, 4, 17), id="exactly a day ends with it"),
        pytest.param(at(2026, 3, 7, 10), 1, calendar(), at(2026, 3, 9, 9, 0, 1), id="from a weekend"),
        pytest.param(at(2026, 3, 27, 15), 2 * H, BERLIN, at(2026, 3, 30, 8), id="over the clock put forward"),
        pytest.param(at(2026, 10, 23, 14), 2 * H, BERLIN, at(2026, 10, 26, 9), id="over the clock put back"),
        pytest.param(at(2026, 3, 4, 9), 0, calendar(), at(2026, 3, 4, 9), id="nothing is now"),
        pytest.param(at(2026, 3, 7), 4 * H, ALWAYS, at(2026, 3, 7, 4), id="always open"),
    ],
)
def test_when_so_many_hours_will_have_passed(start, seconds, hours, expected):
    assert add_business_seconds(start, seconds, hours) == expected


def test_a_calendar_that_never_opens_says_so():
    with pytest.raises(NeverOpen):
        add_business_seconds(at(2026, 3, 4), 1, calendar(week=week_of([[]] * 7)))
    assert business_seconds(at(2026, 3, 4), at(2027, 3, 4), calendar(week=week_of([[]] * 7))) == 0


@pytest.mark.parametrize("words", ["25:00", "9", "09:60", "noon", "-1:00"])
def test_what_is_no_time_of_day_is_refused(words):
    with pytest.raises(ValueError, match=r"time|invalid|base"):
        minutes_of(words)


spans = st.tuples(st.integers(0, 1439), st.integers(0, 1440)).filter(lambda span: span[0] != span[1])
weeks = st.lists(st.lists(spans, max_size=2).map(tuple), min_size=7, max_size=7).map(tuple).filter(any)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Havana"]
)
days = st.dates(date(2026, 3, 10), date(2026, 4, 20)) | st.dates(date(2026, 10, 10), date(2026, 11, 20))
calendars = st.builds(
    lambda zone, week, later_zone, later, since, holidays: Calendar(
        hours=(WeekHours(EARLY, zone, week), WeekHours(since, later_zone, later)), holidays=frozenset(holidays)
    ),
    zones, weeks, zones, weeks, days, st.lists(days, max_size=4),
)  # fmt: skip
# Weeks around both changes of the clock; a time of the year each, so that no example walks through a whole year.
spring = st.integers(0, 30 * 24 * H).map(lambda seconds: at(2026, 3, 15) + timedelta(seconds=seconds))
autumn = st.integers(0, 30 * 24 * H).map(lambda seconds: at(2026, 10, 15) + timedelta(seconds=seconds))
moments = spring | autumn


@settings(max_examples=60)
@given(calendars, moments, st.integers(1, 40 * H))
def test_adding_and_measuring_are_each_others_inverse(hours, start, seconds):
    assert business_seconds(start, add_business_seconds(start, seconds, hours), hours) == seconds


@settings(max_examples=60)
@given(calendars, (st.tuples(spring, spring, spring) | st.tuples(autumn, autumn, autumn)).map(sorted))
def test_time_adds_up(hours, three):
    first, second, third = three

    parts = business_seconds(first, second, hours) + business_seconds(second, third, hours)

    assert business_seconds(first, third, hours) == parts


@settings(max_examples=60)
@given(calendars, moments, st.integers(0, 20 * H), st.integers(0, 20 * H))
def test_more_work_is_never_done_sooner_and_never_more_than_the_clock_on_the_wall(hours, start, some, more):
    sooner, later = add_business_seconds(start, some, hours), add_business_seconds(start, some + more, hours)

    assert start <= sooner <= later
    assert business_seconds(start, later, hours) <= (later - start).total_seconds()


@settings(max_examples=40)
@given(zones, (st.tuples(spring, spring) | st.tuples(autumn, autumn)).map(sorted))
def test_always_open_agrees_with_the_clock_on_the_wall_in_every_zone(zone, two):
    start, end = two

    assert business_seconds(start, end, calendar(zone, ROUND_THE_CLOCK)) == (end - start).total_seconds()


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        pytest.param(at(2026, 3, 4, 10), calendar(), Standing(True, at(2026, 3, 4, 17)), id="open until the evening"),
        pytest.param(at(2026, 3, 4, 17), calendar(), Standing(False, at(2026, 3, 5, 9)), id="shut at the closing minute"),
        pytest.param(at(2026, 3, 6, 18), calendar(), Standing(False, at(2026, 3, 9, 9)), id="over the weekend"),
        pytest.param(at(2026, 3, 4, 8), calendar(holidays=[date(2026, 3, 4)]), Standing(False, at(2026, 3, 5, 9)), id="a holiday"),
        pytest.param(at(2026, 3, 4, 22), calendar(week=week_of([[["20:00", "04:00"]]] * 7)), Standing(True, at(2026, 3, 5, 4)), id="over midnight"),
        pytest.param(at(2026, 3, 4, 10), BERLIN, Standing(True, at(2026, 3, 4, 16)), id="in its own zone"),
        pytest.param(at(2026, 3, 4, 10), ALWAYS, Standing(True, None), id="no hours at all"),
        pytest.param(at(2026, 3, 4, 10), BERLIN_ALWAYS, Standing(True, None), id="round the clock, days that touch"),
        pytest.param(at(2026, 3, 4, 10), calendar(week=week_of([[]] * 7)), Standing(False, None), id="never"),
    ],
)  # fmt: skip
def test_how_a_calendar_stands_at_a_moment(moment, hours, expected):
    assert standing(moment, hours) == expected
