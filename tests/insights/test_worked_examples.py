"""Every measure on a story small enough to work out by hand.

Customer service and sales, one account, UTC. The clock stands on Monday the 9th at noon.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from crossdesk.inbox.models import Block
from crossdesk.insights import drill, queries, services
from crossdesk.insights.histogram import bucket_of, middle_of
from crossdesk.insights.registry import MEASURES
from crossdesk.insights.values import Filters, Window
from crossdesk.kit import clock
from tests.conftest import settle
from tests.insights.story import Story, hours

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
WEEKS = Window(date(2026, 2, 23), date(2026, 3, 9))


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def seconds(*, hours: float) -> float:
    """What a duration reads as, out of its bucket."""
    return middle_of(bucket_of(hours * 3600))


@pytest.fixture
def told() -> Story:
    """Twelve blocks.

    1  service, needs reply, target 4 h, answered after 1 h                                  first
    2  service, needs reply, target 4 h, answered after 5 h: late                            first
    3  service, needs reply, target 4 h, never answered                                      first
    4  service, needs reply, target 4 h, answered after 73 h                                 first
    5  service, needs no reply, never answered
    6  service, needs no reply, answered after 2 h all the same
    7  never decided (doubt), never answered
    8  handed over to sales after its target passed, sales answers after 10 h                first
    9  the second block of conversation 1, answered elsewhere after 3 h                      next
    10 answered by automation after 1 minute                                                 first
    11 71 h 59 min old, not answered, target 80 h (still running)                            first
    12 answered after 1 h, with a target that falls due tomorrow                             first
    13 written and taken back: counts nowhere
    """
    with clock.standing_at(NOW):
        story = Story()
        _the_old_ones(story)
        _the_young_ones(story)
        settle(until=NOW)
    return story


def _the_old_ones(story: Story) -> None:
    one = story.block(at(2))
    story.answer(one, at(2, 10), business=3600)
    two = story.block(at(2))
    story.miss(two)
    story.answer(two, at(2, 14), business=4 * 3600)
    three = story.block(at(2, 10))
    story.miss(three)
    four = story.block(at(2, 11))
    story.miss(four)
    six = story.block(at(3), needs_reply=False)
    story.answer(six, at(3, 11))
    eight = story.block(at(3))
    story.miss(eight)
    story.hand_over(eight, story.sales)
    story.answer(eight, at(3, 19), business=7 * 3600)
    nine = story.block(at(3, 8), conversation=one.conversation, first=False)
    story.answer(nine, at(3, 11), kind="elsewhere")
    ten = story.block(at(4))
    story.answer(ten, at(4, 9, 1), kind="automation")
    ripe = [one, two, three, four, six, eight, nine, ten]
    ripe.append(story.block(at(4), needs_reply=False))  # 5
    ripe.append(story.block(at(4), needs_reply=None))  # 7
    for block in ripe:
        story.ripen(block)
    story.answer(four, at(5, 12), business=26 * 3600)
    thirteen = story.block(at(2))
    story.end(thirteen, at(2, 10), because="deleted")


def _the_young_ones(story: Story) -> None:
    story.block(NOW - timedelta(hours=71, minutes=59), target=hours(80))  # 11
    twelve = story.block(at(9), target=hours(24))
    story.answer(twelve, at(9, 10))


def test_response_rate_is_over_needs_reply_blocks_that_are_72_hours_old(told):
    value = queries.value(told.system, "response_rate_72h", WEEKS)

    # Old enough and needing a reply: 1 2 3 4 8 9 10. Answered by people within 72 h: 1 2 8 9.
    assert (value.numerator, value.denominator, value.value) == (4, 7, 4 / 7)
    assert (value.elsewhere, value.automated) == (1, 1)
    assert (value.n, value.enough, value.version) == (7, False, 1)


def test_response_rate_of_all_is_over_every_inbound_block_that_is_72_hours_old(told):
    value = queries.value(told.system, "response_rate_72h_of_all", WEEKS)

    # Old enough: 1 to 10. Answered by people within 72 h: 1 2 6 8 9.
    assert (value.numerator, value.denominator) == (5, 10)


def test_a_block_counts_from_the_moment_it_is_72_hours_old(told):
    eleven = told.block(NOW - hours(72))
    told.ripen(eleven)
    settle(until=NOW)

    value = queries.value(told.system, "response_rate_72h", WEEKS)

    assert (value.numerator, value.denominator) == (4, 8)


def test_first_response_time_is_the_median_of_answered_first_blocks(told):
    value = queries.value(told.system, "first_response", WEEKS)

    # Answered first needs-reply blocks: 1 (1 h), 12 (1 h), 2 (5 h), 8 (10 h), 4 (73 h). Not: 6, 9, 10.
    assert (value.n, value.elsewhere) == (5, 0)
    assert (value.median, value.p90) == (seconds(hours=5), seconds(hours=73))


def test_first_response_time_in_business_hours(told):
    value = queries.value(told.system, "first_response_business", WEEKS)

    # 1 h, 1 h, 4 h, 7 h, 26 h
    assert (value.n, value.median, value.p90) == (5, seconds(hours=4), seconds(hours=26))


def test_next_response_time_holds_the_later_blocks_alone(told):
    value = queries.value(told.system, "next_response", WEEKS)

    assert (value.n, value.median, value.p90) == (1, seconds(hours=3), seconds(hours=3))
    assert value.elsewhere == 1


def test_sla_attainment_counts_overdue_and_unanswered_as_a_miss(told):
    value = queries.value(told.system, "sla_attainment", WEEKS)

    # Fell due: 1 2 3 4 8 9 10, not 11 and 12, whose targets still run. Answered by people in time: 1 9.
    assert (value.numerator, value.denominator) == (2, 7)
    assert (value.elsewhere, value.automated) == (1, 1)


def test_a_target_met_early_counts_once_its_moment_has_come(told):
    tomorrow = at(10, 9, 30)
    with clock.standing_at(tomorrow):
        settle(until=tomorrow)

    value = queries.value(told.system, "sla_attainment", Window(date(2026, 3, 10), date(2026, 3, 10)))

    assert (value.numerator, value.denominator) == (1, 1)


def test_needs_reply_share_is_over_decided_blocks(told):
    value = queries.value(told.system, "needs_reply_share", WEEKS)

    # Decided: all but 7, and 13 which was taken back. Needing a reply: 1 2 3 4 8 9 10 11 12.
    assert (value.numerator, value.denominator) == (9, 11)


def test_a_hand_over_credits_who_answered_and_charges_who_let_the_target_pass(told):
    rates = dict(queries.by_department(told.system, "response_rate_72h", WEEKS))
    targets = dict(queries.by_department(told.system, "sla_attainment", WEEKS))
    times = dict(queries.by_department(told.system, "first_response", WEEKS))

    assert {key: (v.numerator, v.denominator) for key, v in rates.items()} == {
        told.service.pk: (3, 6),
        told.sales.pk: (1, 1),
    }
    assert {key: (v.numerator, v.denominator) for key, v in targets.items()} == {told.service.pk: (2, 7)}
    assert {key: (v.n, v.median) for key, v in times.items()} == {
        told.service.pk: (4, seconds(hours=1)),
        told.sales.pk: (1, seconds(hours=10)),
    }


def test_a_correction_moves_what_it_must(told):
    three = drill.rows(told.system, "sla_attainment", WEEKS, part="missed").rows
    block = next(row for row in three if row.answered_at is None)

    told.correct(_block(block.block_id), NOW, needs_reply=False)
    settle(until=NOW)

    found = {key: queries.value(told.system, key, WEEKS) for key in MEASURES}
    assert {key: (v.numerator, v.denominator) for key, v in found.items() if MEASURES[key].counting} == {
        "response_rate_72h": (4, 6),
        "response_rate_72h_of_all": (5, 10),
        "first_response": (5, 5),
        "first_response_business": (5, 5),
        "next_response": (1, 1),
        "next_response_business": (1, 1),
        "sla_attainment": (2, 6),
        "needs_reply_share": (8, 11),
    }


def _block(block_id):
    return Block.objects.select_related("conversation").get(pk=block_id)


def test_charts_add_up_to_the_figure_and_show_empty_days(told):
    points = queries.series(told.system, "response_rate_72h", Window(date(2026, 3, 1), date(2026, 3, 5)))

    assert [(p.first.day, p.value.numerator, p.value.denominator) for p in points] == [
        (1, 0, 0),
        (2, 2, 4),
        (3, 2, 2),
        (4, 0, 1),
        (5, 0, 0),
    ]


def test_weeks_begin_on_monday(told):
    points = queries.series(told.system, "first_response", WEEKS, step="week")

    assert [(p.first, p.value.n, p.value.median) for p in points] == [
        (date(2026, 2, 23), 0, None),
        (date(2026, 3, 2), 4, seconds(hours=5)),
        (date(2026, 3, 9), 1, seconds(hours=1)),
    ]


@pytest.mark.parametrize("department", [None, "service", "sales"])
@pytest.mark.parametrize("key", [key for key, measure in MEASURES.items() if measure.counting])
def test_every_figure_agrees_with_its_rows(told, key, department):
    filters = Filters(department_id=getattr(told, department).pk if department else None)

    value = queries.value(told.system, key, WEEKS, filters)

    def count(part: drill.Part) -> int:
        return len(list(drill.all_rows(told.system, key, WEEKS, filters, part=part, chunk=2)))

    assert count("denominator") == value.denominator
    assert count("numerator") == value.numerator
    assert count("missed") == value.denominator - value.numerator


def test_building_anew_gives_the_same_figures(told):
    before = queries.scoreboard(told.system, WEEKS)

    with clock.standing_at(NOW):
        services.rebuild(told.workspace.pk)

    assert queries.scoreboard(told.system, WEEKS) == before
    assert before.total["first_response"].n == 5
