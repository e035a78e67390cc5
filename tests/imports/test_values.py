"""What other tools write for ids, moments and directions, and what we make of it."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from crossdesk.imports.values import (
    Moments,
    NoMoment,
    Rounded,
    day_comes_first,
    handle_of,
    id_of,
    ids_of,
    is_inbound,
    is_private,
)

WHEN = datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Tue Oct 31 22:10:47 +0000 2017", "Wed Nov 01 00:10:47 +0200 2017", "Tue Oct 31 17:10:47 -0500 2017",
        "2017-10-31T22:10:47Z", "2017-10-31 22:10:47+00:00", "2017-10-31T23:10:47+01:00", "2017-10-31 22:10:47 UTC",
        "2017-10-31 18:10:47", "2017-10-31T18:10:47.000", "1509487847", "1509487847000", "1509487847000000", 1509487847,
        1509487847.0, "Tue, 31 Oct 2017 22:10:47 +0000", "31.10.2017 18:10:47", "10/31/2017 6:10:47 PM",
        "10/31/17, 06:10:47 PM", "2017/10/31 18:10:47", WHEN, datetime(2017, 10, 31, 18, 10, 47),  # noqa: DTZ001 -- as tables have them

        datetime(2017, 11, 1, 0, 10, 47, tzinfo=timezone(timedelta(hours=2))),
    ],
)  # fmt: skip
def test_moments_are_understood_as_they_are_written(written):
    day_first = isinstance(written, str) and written.startswith("31.")

    assert Moments(day_first=day_first, zone=ZoneInfo("America/New_York")).read(written) == WHEN


def test_a_day_alone_is_its_beginning():
    moments = Moments(day_first=True, zone=UTC)

    assert [moments.read(each) for each in ("3/4/2017", "2017-04-03", date(2017, 4, 3))] == [
        datetime(2017, 4, 3, tzinfo=UTC)
    ] * 3


@pytest.mark.parametrize(
    "written", ["", None, "yesterday", "31/31/2017", "12", "2017-13-01", "Foo Bar 31 22:10:47", "nan"]
)
def test_what_is_no_moment_is_said_to_be_none(written):
    with pytest.raises(NoMoment):
        Moments(day_first=False, zone=UTC).read(written)


@pytest.mark.parametrize(
    ("written", "first"),
    [
        (["3/4/2017", "25/4/2017"], True), (["3/4/2017", "3/25/2017"], False), (["3/4/2017", "5/6/2017"], None),
        (["3.4.2017"], True), (["2017-04-03"], False), ([], False),
    ],
)  # fmt: skip
def test_the_day_is_first_where_something_tells(written, first):
    assert day_comes_first(written) is first


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3.0", "3"), (3.0, "3"), (3, "3"), (" abc ", "abc"), ("nan", ""), (float("nan"), ""), (None, ""), ("None", ""),
        ("1.5", "1.5"), ("925467890123456789", "925467890123456789"), ("007", "007"),
    ],
)  # fmt: skip
def test_ids_are_what_they_were_before_a_table_made_numbers_of_them(written, read):
    assert id_of(written) == read


@pytest.mark.parametrize("written", ["9.25E+17", "9,25467E+17", 9.25467890123456789e17])
def test_an_id_that_was_rounded_is_refused(written):
    with pytest.raises(Rounded):
        id_of(written)


def test_lists_of_ids_come_in_many_shapes():
    lists = ["1,2", "1; 2", "[1, 2]", ["1", 2.0], '["1","2"]', "1.0,2.0", "7", "", None]

    assert [ids_of(each) for each in lists] == [["1", "2"]] * 6 + [["7"], [], []]


@pytest.mark.parametrize(
    ("written", "turned", "inbound"),
    [
        ("True", False, True), ("False", False, False), (True, False, True), ("1.0", False, True), ("0", False, False),
        ("True", True, False), (False, True, True), ("incoming", False, True), ("Agent", False, False),
        ("agent", True, False), ("customer", True, True), ("maybe", False, None), ("", False, None),
    ],
)  # fmt: skip
def test_directions_are_told_by_words_and_truths(written, turned, inbound):
    assert is_inbound(written, turned=turned) is inbound


def test_handles_and_privacy():
    assert [handle_of(each) for each in ("@wren", " wren", "12.0")] == ["wren", "wren", "12"]
    assert [is_private(each) for each in ("Direct Message", "DM", True, "public", "", None)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
