"""Each fact counts once, in any bites, whatever is interrupted; and figures always agree with their rows."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdesk.inbox.models import Block
from crossdesk.insights import drill, queries, services, sums
from crossdesk.insights.models import Ledger, MeasuredBlock, Rollup
from crossdesk.insights.registry import MEASURES
from crossdesk.insights.values import Filters, Window
from crossdesk.insights.verify import verify_workspace
from crossdesk.journal import facts
from crossdesk.journal.models import FactPosition
from crossdesk.kit import clock
from tests.conftest import settle
from tests.insights.story import MONDAY, Story, hours
from tests.org.factories import WallFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db

MARCH = Window(date(2026, 3, 1), date(2026, 3, 31))
LATER = MONDAY + timedelta(days=20)


class PowerCut(Exception):
    """The process died here."""


def test_what_was_interrupted_is_counted_once_all_the_same(monkeypatch):
    monkeypatch.setattr(facts, "BATCH", 3)
    story = Story()
    for number in range(4):
        block = story.block(MONDAY + hours(number))
        story.answer(block, block.started_at + hours(1))
        story.ripen(block)
    while facts.number_waiting():
        pass
    follower = next(one for one in facts.followers() if one.name == services.FOLLOWER)

    for _ in range(100):
        try:  # every batch is cut off once after its effect, then runs again
            with transaction.atomic():
                moved = facts.catch_up(follower, story.workspace.pk)
                raise PowerCut
        except PowerCut:
            facts.catch_up(follower, story.workspace.pk)
        if not moved:
            break

    value = queries.value(story.system, "response_rate_72h", MARCH)
    assert (value.numerator, value.denominator) == (4, 4)
    assert FactPosition.objects.get(follower=services.FOLLOWER).number == facts.last_number(story.workspace.pk) == 16
    assert verify_workspace(story.workspace.pk) == []


def test_following_again_from_where_it_stands_changes_nothing():
    story = Story()
    story.ripen(story.block(MONDAY))
    settle(until=MONDAY)
    before = sums.read(story.workspace.pk)

    settle(until=MONDAY)

    assert sums.read(story.workspace.pk) == before


def test_days_are_local_days_of_the_workspace_and_stay_what_they_were():
    story = Story(workspace=WorkspaceFactory(time_zone="Asia/Tokyo"))
    story.ripen(story.block(MONDAY + hours(6.5)))  # Tuesday, half past midnight in Tokyo
    settle(until=MONDAY)
    tuesday = Window(date(2026, 3, 3), date(2026, 3, 3))

    story.workspace.time_zone = "UTC"
    story.workspace.save()
    story.ripen(story.block(MONDAY + hours(6.75)))
    settle(until=MONDAY)

    assert queries.value(story.system, "response_rate_72h", tuesday).denominator == 2
    assert len(drill.rows(story.system, "response_rate_72h", tuesday).rows) == 2
    assert verify_workspace(story.workspace.pk) == []
    services.rebuild(story.workspace.pk)
    assert queries.value(story.system, "response_rate_72h", tuesday).denominator == 0


def test_two_workspaces_are_followed_apart():
    one, other = Story(), Story()
    one.ripen(one.block(MONDAY))
    other.ripen(other.block(MONDAY))
    other.ripen(other.block(MONDAY))
    settle(until=MONDAY)

    assert queries.value(one.system, "response_rate_72h", MARCH).denominator == 1
    assert queries.value(other.system, "response_rate_72h", MARCH).denominator == 2
    services.rebuild(one.workspace.pk)
    assert set(Ledger.objects.values_list("pk", flat=True)) == {one.workspace.pk, other.workspace.pk}
    assert MeasuredBlock.objects.filter(workspace=other.workspace).count() == 2


def test_what_a_wall_comes_to_enclose_moves_behind_it_and_comes_back():
    story = Story()
    block = story.block(MONDAY)
    story.ripen(block)
    settle(until=MONDAY)
    wall = WallFactory(workspace=story.workspace)

    story.enclose(block.conversation, wall)
    settle(until=MONDAY)
    enclosed = {cell.wall_id for cell, one in sums.read(story.workspace.pk).items() if one.denominator}
    story.enclose(block.conversation, None)
    settle(until=MONDAY)

    assert enclosed == {wall.pk}
    assert {cell.wall_id for cell, one in sums.read(story.workspace.pk).items() if one.denominator} == {0}


ACTS = st.sampled_from(
    [
        "decide",
        "undecide",
        "correct",
        "answer",
        "elsewhere",
        "automation",
        "miss",
        "ripen",
        "end",
        "delete",
        "hand over",
    ]
)
STEPS = st.lists(st.tuples(ACTS, st.integers(0, 5), st.integers(1, 200)), min_size=1, max_size=25)


def act(story: Story, blocks: list[Block], what: str, which: int, after: int) -> None:
    """Do one thing to one block, where it can be done."""
    block = blocks[which % len(blocks)]
    moment = block.started_at + hours(after)
    if what == "correct" and block.needs_reply is not None:
        due_at = moment if after % 2 else None
        story.correct(block, moment, needs_reply=not block.needs_reply, due_at=due_at)
    elif what in {"answer", "elsewhere", "automation"} and block.ended_at is None:
        story.answer(block, moment, kind="person" if what == "answer" else what, business=after * 600)
    elif what == "miss" and block.due_at:
        story.miss(block)
    elif what == "ripen":
        story.ripen(block)
    elif what in {"end", "delete"} and block.ended_at is None:
        story.end(block, moment, because="deleted" if what == "delete" else "resolved")
    elif what == "hand over":
        story.hand_over(block, story.sales)
    elif what in {"decide", "undecide"}:
        needs_reply = None if what == "undecide" else after % 3 > 0
        blocks.append(story.block(MONDAY + hours(after), needs_reply=needs_reply, first=after % 2 == 0))


@given(steps=STEPS, batch=st.sampled_from([1, 4, 500]))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_figures_agree_with_their_rows_and_with_verify(monkeypatch, steps, batch):
    monkeypatch.setattr(facts, "BATCH", batch)
    with clock.standing_at(LATER):
        story = Story()
        blocks = [story.block(MONDAY)]
        for what, which, after in steps:
            act(story, blocks, what, which, after)
            if after % 4 == 0:
                settle(until=LATER)
        settle(until=LATER)

        assert verify_workspace(story.workspace.pk) == []
        for key, measure in MEASURES.items():
            for filters in (Filters(), Filters(department_id=story.sales.pk)) if measure.counting else ():
                value = queries.value(story.system, key, MARCH, filters)
                rows = list(drill.all_rows(story.system, key, MARCH, filters, part="denominator", chunk=3))
                assert (value.denominator, value.numerator) == (len(rows), sum(row.hit for row in rows)), key
        kept = without_empty(sums.read(story.workspace.pk))
        services.rebuild(story.workspace.pk)
        assert without_empty(sums.read(story.workspace.pk)) == kept
        Rollup.objects.all().delete()


def without_empty(stored: sums.Sums) -> dict:
    return {cell: one.values() for cell, one in stored.items() if not one.empty}
