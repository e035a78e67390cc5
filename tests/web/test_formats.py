"""Moments, durations and numbers as pages show them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from crossdesk.web import formats
from crossdesk.web.formats import Due

NOON = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (5400, "1 h 30 min"), (86399, "23 h 59 min"),
        (86400, "1 d"), (90000, "1 d 1 h"), (8 * 86400 + 3600, "8 d"), (-120, "2 min"),
    ],
)  # fmt: skip
def test_a_duration_shows_its_two_largest_units(seconds, text):
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (-200, Due("3 h late", "bad")), (-0.2, Due("1 min late", "bad")), (0.2, Due("1 min", "warn")), (38, Due("38 min", "warn")),
        (60, Due("1 h", "warn")), (61, Due("1 h", "quiet")), (60 * 50, Due("2 d", "quiet")),
    ],
)  # fmt: skip
def test_a_deadline_warns_within_the_hour_and_is_bad_when_late(minutes, shown):
    assert formats.due(NOON + timedelta(minutes=minutes), now=NOON) == shown


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2025, 11, 21, 8, 5, tzinfo=UTC), "09:05"),
        (datetime(2025, 11, 20, 23, 30, tzinfo=UTC), "00:30"),  # already today in Berlin
        (datetime(2025, 3, 2, 8, 5, tzinfo=UTC), "2 Mar, 09:05"),
        (datetime(2024, 12, 31, 22, 0, tzinfo=UTC), "31 Dec 2024"),
    ],
)
def test_a_moment_shows_as_little_as_tells_it_apart_in_the_readers_zone(moment, text):
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert formats.short(moment, now=NOON) == text


def test_the_day_of_a_thread_is_the_readers_day():
    late = datetime(2025, 11, 20, 23, 30, tzinfo=UTC)

    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert formats.day(late, now=NOON) == "Today"
    with timezone.override(ZoneInfo("America/New_York")):
        assert formats.day(late, now=NOON) == "Yesterday"


def test_the_exact_moment_names_its_zone():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert formats.exact(NOON) == "Friday 21 November 2025, 13:00 CET"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Lovelace", "AL"), ("@nils", "N"), ("ada_l", "AL"), ("", "?"), ("🙂", "?"), ("Åsa de la Cruz", "ÅC")],
)
def test_initials_are_one_or_two_letters(name, letters):
    assert formats.initials(name) == letters


def test_numbers_and_shares_are_grouped():
    assert (formats.number(1234567), formats.percent(0.8736, 1)) == ("1,234,567", "87.4 %")
