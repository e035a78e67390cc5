"""crossdesk verify: silent success, every difference told, and repaired where that can be done."""

from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from django.db.models import F

from crossdesk.cli.commands.verify import command
from crossdesk.cli.workspaces import NoSuchWorkspace
from crossdesk.inbox.models import Block, Counter
from crossdesk.insights.models import Rollup
from crossdesk.kit import clock
from tests.conftest import settle
from tests.insights.story import MONDAY, Story, hours
from tests.org.factories import WorkspaceFactory

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=7)


@pytest.fixture
def story() -> Story:
    """One block answered, one owed."""
    with clock.standing_at(LATER):
        story = Story(workspace=WorkspaceFactory(slug="wren"))
        answered = story.block(MONDAY)
        story.answer(answered, MONDAY + hours(1))
        owed = story.block(MONDAY + hours(2))
        story.owe(owed.conversation, story.service, at=MONDAY)
        settle(until=LATER)
    return story


def run(*arguments: str) -> tuple[int | None, list[str]]:
    """Its exit code and what it said on stdout."""
    result: Result = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout.splitlines()


def test_a_healthy_installation_says_so_for_every_workspace(story):
    WorkspaceFactory(slug="other")

    assert run() == (0, ["other: everything adds up.", "wren: everything adds up."])


def test_every_difference_is_told_and_the_exit_code_is_1(story):
    Counter.objects.update(open=F("open") + 2)
    Rollup.objects.filter(series="first_response").update(numerator=F("numerator") + 1)

    code, said = run()

    place = f"account {story.account.pk}, department {story.service.pk}, wall 0"
    assert code == 1
    assert [line.split(",")[0] for line in said[:-1]] == [
        "wren: rollup",
        "wren: counter",
    ]
    assert said[-2:] == [
        f"wren: counter, {place}: expected 1 open, 0 overdue, found 3 open, 0 overdue",
        "wren: 2 difference(s).",
    ]


def test_repair_builds_anew_and_looks_again(story):
    Counter.objects.update(open=F("open") + 2)
    Rollup.objects.all().delete()

    code, said = run("--repair")

    assert (code, said[-1]) == (0, "wren: everything adds up.")
    assert run() == (0, ["wren: everything adds up."])


def test_what_cannot_be_repaired_is_told_again(story):
    block = Block.objects.filter(answered_at=None).get()
    Block.objects.filter(pk=block.pk).update(started_at=MONDAY)

    code, said = run("--repair", "wren")

    told = f"wren: block, block {block.pk}, started_at: expected {MONDAY + hours(2)}, found {MONDAY}"
    assert (code, said) == (1, [told, "wren: 1 difference(s)."] * 2)


def test_only_the_named_workspaces_are_looked_at(story):
    WorkspaceFactory(slug="other")

    assert run("wren") == (0, ["wren: everything adds up."])


def test_a_workspace_that_does_not_exist_is_named(story):
    with pytest.raises(NoSuchWorkspace, match=r"There is no workspace “wern”\. There is: wren\."):
        run("wern")
