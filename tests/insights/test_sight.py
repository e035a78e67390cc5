"""Who sees which figures, and what a page of them costs."""

from datetime import date, timedelta

import pytest

from crossdesk.channels.models import AccountAccess
from crossdesk.inbox.models import Block, Counter
from crossdesk.insights import drill, exports, queries
from crossdesk.insights.registry import MEASURES
from crossdesk.insights.values import TRIAGE, Filters, Window
from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid, NotAllowed, NotFound
from tests.conftest import actor_of, settle
from tests.insights.story import MONDAY, Story, hours
from tests.org.factories import MemberFactory, WallFactory, WallMemberFactory

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=7)
WEEK = Window(date(2026, 3, 2), date(2026, 3, 8))


@pytest.fixture
def story() -> Story:
    """One answered block in the open, one enclosed by a wall; a duty open in each conversation."""
    with clock.standing_at(LATER):
        story = Story()
        plain, enclosed = story.block(MONDAY), story.block(MONDAY + hours(1), text="I know where you live.")
        story.enclose(enclosed.conversation, WallFactory(workspace=story.workspace))
        for block in (plain, enclosed):
            story.answer(block, block.started_at + hours(1))
            story.ripen(block)
            block.conversation.refresh_from_db()
            story.owe(block.conversation, story.service, at=LATER)
        settle(until=LATER)
    return story


def insider_of(story: Story, **values):
    member = MemberFactory(workspace=story.workspace, seats=[story.service], **values)
    AccountAccess.objects.get_or_create(account=story.account, department=story.service)
    return member


def everything(actor):
    """Each measure's n, its rows, and the lines of its CSV."""
    return {
        key: (
            queries.value(actor, key, WEEK).n,
            len(drill.rows(actor, key, WEEK).rows),
            b"".join(exports.csv_lines(actor, key, WEEK)).count(b"\r\n") - 1,
        )
        for key in MEASURES
    }


def test_what_a_wall_encloses_is_in_no_figure_row_or_export_of_an_outsider(story):
    outsider = actor_of(insider_of(story, role="administrator"))

    assert everything(outsider) == dict.fromkeys(MEASURES, (1, 1, 1)) | {
        "next_response": (0, 0, 0),
        "next_response_business": (0, 0, 0),
    }
    assert b"where you live" not in b"".join(exports.csv_lines(outsider, "response_rate_72h", WEEK))


def test_who_stands_inside_the_wall_sees_it(story):
    member = insider_of(story)
    WallMemberFactory(wall=story.workspace.walls.get(), member=member)

    assert everything(actor_of(member)) == everything(story.system)
    assert queries.value(actor_of(member), "response_rate_72h", WEEK).n == 2


def test_a_wall_that_is_not_followed_yet_hides_the_row_at_once(story):
    outsider = actor_of(insider_of(story))
    block = drill.rows(outsider, "response_rate_72h", WEEK).rows[0]

    Block.objects.filter(conversation_id=block.conversation_id).update(wall=story.workspace.walls.get())

    assert drill.rows(outsider, "response_rate_72h", WEEK).rows == []


def test_figures_hold_only_accounts_that_the_actor_may_monitor(story):
    nowhere = actor_of(MemberFactory(workspace=story.workspace, seats=[story.sales]))

    assert {one for one, _, _ in everything(nowhere).values()} == {0}


def test_two_workspaces_know_nothing_of_each_other(story):
    other = Story()

    assert {one for one, _, _ in everything(other.system).values()} == {0}
    filters = Filters(department_id=story.service.pk)
    assert queries.value(other.system, "response_rate_72h", WEEK, filters).n == 0


def test_who_may_not_see_the_scoreboard_is_refused(story):
    gone = actor_of(insider_of(story, active=False))

    for ask in (
        lambda: queries.value(gone, "response_rate_72h", WEEK),
        lambda: queries.value(gone, "open_work", WEEK),
        lambda: queries.by_department(gone, "response_rate_72h", WEEK),
        lambda: queries.series(gone, "response_rate_72h", WEEK),
        lambda: queries.scoreboard(gone, WEEK),
        lambda: drill.rows(gone, "response_rate_72h", WEEK),
        lambda: list(exports.csv_lines(gone, "response_rate_72h", WEEK)),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_an_account_filter_narrows_figure_and_rows(story):
    other = story.new_account()
    story.ripen(story.block(MONDAY, account=other))
    settle(until=LATER)

    filters = Filters(account_id=other.pk)

    assert queries.value(story.system, "response_rate_72h", WEEK).n == 3
    assert queries.value(story.system, "response_rate_72h", WEEK, filters).n == 1
    assert len(drill.rows(story.system, "response_rate_72h", WEEK, filters).rows) == 1


def test_what_is_asked_wrongly_is_explained(story):
    with pytest.raises(NotFound):
        queries.value(story.system, "likes", WEEK)
    with pytest.raises(Invalid):
        Window(WEEK.last, WEEK.first)
    with pytest.raises(Invalid):
        queries.series(story.system, "open_work", WEEK)
    for after in ("yesterday", "2026-03-02T10:00:00Z~x", "2026-03-02T10:00:00~1", "~", "2026-03-02T10:00:00Z"):
        with pytest.raises(Invalid):
            drill.rows(story.system, "response_rate_72h", WEEK, after=after)
    with pytest.raises(Invalid):
        drill.rows(story.system, "response_rate_72h", WEEK, part="all")  # type: ignore[arg-type]


@pytest.mark.parametrize("blocks", [1, 3])
def test_the_scoreboard_costs_the_same_for_any_number_of_blocks(django_assert_num_queries, blocks):
    story = Story()
    for number in range(blocks):
        block = story.block(MONDAY + timedelta(days=number), account=story.new_account())
        story.answer(block, block.started_at + hours(1))
    story.owe(block.conversation, story.service, at=MONDAY)
    settle(until=MONDAY)
    actor = story.system

    with django_assert_num_queries(4):  # sums, histograms, counters, departments
        board = queries.scoreboard(actor, WEEK)

    assert board.total["first_response"].n == blocks
    assert [line.department for line in board.lines] == [story.service, story.sales]
    assert board.lines[0].values["open_work"].value == 1


@pytest.mark.parametrize("key", ["response_rate_72h", "open_work", "overdue_work"])
@pytest.mark.parametrize("blocks", [1, 3])
def test_a_page_of_rows_costs_the_same_for_any_number_of_rows(django_assert_num_queries, blocks, key):
    story = Story()
    for _ in range(blocks):
        block = story.block(MONDAY)
        story.ripen(block)
        story.owe(block.conversation, story.service, at=MONDAY)
    settle(until=MONDAY)

    with django_assert_num_queries(3 if key == "response_rate_72h" else 2):  # lines, blocks, names; duties, triage
        page = drill.rows(story.system, key, WEEK)

    assert (len(page.rows), page.after) == (blocks, None)


def test_open_work_opens_to_duties_and_to_what_waits_in_triage(story):
    waiting = story.conversation(name="Lin")
    waiting.triage_since, waiting.department = LATER, None
    waiting.save()
    Counter.objects.create(workspace=story.workspace, account=story.account, open=1)
    late = story.conversation(name="Sam")
    story.owe(late, story.sales, at=LATER - hours(5), overdue=True)

    pages = list(drill.all_rows(story.system, "open_work", WEEK, Filters(), part="denominator", chunk=1))
    overdue = drill.rows(story.system, "overdue_work", WEEK, part="numerator").rows
    triage = drill.rows(story.system, "open_work", WEEK, Filters(department_id=TRIAGE)).rows

    assert len(pages) == queries.value(story.system, "open_work", WEEK).value == 4
    assert [row.contact for row in pages][-1] == "Sam"
    assert [(row.contact, row.department) for row in overdue] == [("Sam", "Sales")]
    assert [(row.contact, row.department) for row in triage] == [("Lin", "")]
    assert dict(queries.by_department(story.system, "overdue_work", WEEK))[story.sales.pk].numerator == 1
    assert queries.value(story.system, "open_work", WEEK, Filters(department_id=TRIAGE)).value == 1
    assert len(drill.rows(story.system, "overdue_work", WEEK, part="missed").rows) == 3
