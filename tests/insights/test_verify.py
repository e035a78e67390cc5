"""A healthy installation has no differences; whatever is tampered with is found."""

from datetime import timedelta

import pytest
from django.db.models import F

from crossdesk.inbox.models import Block, Counter, Duty
from crossdesk.insights import services, verify
from crossdesk.insights.histogram import Histogram
from crossdesk.insights.models import MeasuredBlock, Rollup
from crossdesk.insights.verify import Difference, verify_workspace
from crossdesk.journal.models import Fact
from crossdesk.kit import clock
from tests.conftest import settle
from tests.insights.story import MONDAY, Story, hours
from tests.org.factories import WallFactory

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=7)


@pytest.fixture
def story() -> Story:
    """An answered block, a missed one, one behind a wall, one never decided; work open in two places."""
    with clock.standing_at(LATER):
        story = Story()
        answered = story.block(MONDAY)
        story.answer(answered, MONDAY + hours(1))
        missed = story.block(MONDAY + hours(2))
        story.miss(missed)
        walled = story.block(MONDAY + hours(3))
        story.enclose(walled.conversation, WallFactory(workspace=story.workspace))
        undecided = story.block(MONDAY + hours(4), needs_reply=None)
        for block in (answered, missed, walled, undecided):
            story.ripen(block)
        story.owe(missed.conversation, story.service, at=MONDAY, overdue=True)
        story.owe(walled.conversation, story.sales, at=MONDAY)
        settle(until=LATER)
    return story


def test_a_healthy_workspace_has_no_differences_and_progress_reaches_the_end(story):
    seen = []

    assert verify_workspace(story.workspace.pk, lambda done, total: seen.append((done, total))) == []
    assert seen == [(14, 14)]


def test_verify_reads_what_was_not_followed_yet(story):
    story.block(LATER)

    assert verify_workspace(story.workspace.pk) == []
    assert MeasuredBlock.objects.filter(workspace=story.workspace).count() == 5


@pytest.mark.parametrize("conversations", [1, 2, 3])
def test_the_size_of_its_bites_does_not_matter(story, monkeypatch, conversations):
    monkeypatch.setattr(verify, "CONVERSATIONS", conversations)

    assert verify_workspace(story.workspace.pk) == []


def test_a_changed_rollup_is_found(story):
    Rollup.objects.filter(series="response_rate_72h", wall_id=0).update(numerator=F("numerator") + 1)

    found = verify_workspace(story.workspace.pk)

    place = f"account {story.account.pk}, department {story.service.pk}, wall 0"
    assert found == [
        Difference(
            "rollup",
            f"response_rate_72h on 2026-03-02, {place}",
            "1 of 2, 0 elsewhere, 0 automated",
            "2 of 2, 0 elsewhere, 0 automated",
        )
    ]


def test_a_changed_histogram_is_found(story):
    Rollup.objects.filter(series="first_response").update(histogram=Histogram.of([7200]).to_bytes())

    (found,) = verify_workspace(story.workspace.pk)

    assert found.what == "rollup"
    assert found.expected.endswith("times {823: 1}")
    assert found.found.endswith("times {893: 1}")


def test_a_lost_rollup_is_found(story):
    Rollup.objects.filter(series="sla_attainment", wall_id=0).delete()

    assert [(one.what, one.expected) for one in verify_workspace(story.workspace.pk)] == [
        ("rollup", "1 of 2, 0 elsewhere, 0 automated")
    ]


def test_a_rollup_of_nothing_is_no_difference(story):
    Rollup.objects.create(workspace=story.workspace, series="first_response", day=MONDAY.date(), account_id=99)

    assert verify_workspace(story.workspace.pk) == []


def test_a_changed_counter_is_found(story):
    Counter.objects.filter(department=story.service).update(overdue=0)

    place = f"account {story.account.pk}, department {story.service.pk}, wall 0"
    assert verify_workspace(story.workspace.pk) == [
        Difference("counter", place, "1 open, 1 overdue", "1 open, 0 overdue")
    ]


def test_a_lost_duty_is_found(story):
    Duty.objects.filter(department=story.sales).delete()

    assert [(one.what, one.expected, one.found) for one in verify_workspace(story.workspace.pk)] == [
        ("counter", "0 open, 0 overdue", "1 open, 0 overdue")
    ]


def test_a_changed_block_is_found(story):
    block = Block.objects.filter(answered_at__isnull=False).get()
    Block.objects.filter(pk=block.pk).update(response_seconds=1)

    assert verify_workspace(story.workspace.pk) == [
        Difference("block", f"block {block.pk}, response_seconds", "3600", "1")
    ]


def test_a_changed_line_is_found(story):
    line = MeasuredBlock.objects.filter(by_people=True).get()
    MeasuredBlock.objects.filter(pk=line.pk).update(rate_department=story.sales.pk)

    assert verify_workspace(story.workspace.pk) == [
        Difference("measured block", f"block {line.pk}, rate_department", str(story.service.pk), str(story.sales.pk))
    ]


def test_a_block_that_no_fact_told_of_is_found(story):
    conversation = story.conversation()
    message = story.message(conversation, at=MONDAY)
    block = Block.objects.create(
        workspace=story.workspace, conversation=conversation, account=story.account, first_message=message,
        last_message=message, started_at=MONDAY,
    )  # fmt: skip

    assert verify_workspace(story.workspace.pk) == [
        Difference("block", f"block {block.pk}", "a fact that opened it", "none")
    ]


def test_a_lost_line_is_found(story):
    line = MeasuredBlock.objects.filter(by_people=True).get()
    MeasuredBlock.objects.filter(pk=line.pk).delete()

    assert verify_workspace(story.workspace.pk) == [Difference("measured block", f"block {line.pk}", "a line", "none")]


def test_a_lost_fact_is_found(story):
    Fact.objects.filter(kind="BlockOpened").earliest("number").delete()

    found = {(one.what, one.expected, one.found) for one in verify_workspace(story.workspace.pk)}

    assert ("facts", "14", "13") in found
    assert ("fact", "a fact that opened it", "none") in found


def test_building_anew_mends_rollups_and_lines(story):
    Rollup.objects.all().delete()
    MeasuredBlock.objects.update(ripe=False)
    assert verify_workspace(story.workspace.pk) != []

    with clock.standing_at(LATER):
        services.rebuild(story.workspace.pk)

    assert verify_workspace(story.workspace.pk) == []


def test_another_workspace_is_left_alone(story):
    other = Story()
    Rollup.objects.update(denominator=F("denominator") + 1)

    assert verify_workspace(other.workspace.pk) == []
