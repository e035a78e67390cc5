"""Lists, the conversation's page and the counts: what they show, what they cost, what they never show."""

import pytest

from crossdesk.inbox import queries, services
from crossdesk.inbox.store import Work
from crossdesk.journal.models import Fact
from crossdesk.kit.errors import NotFound
from tests.conftest import actor_of
from tests.inbox.factories import IdentityFactory, after
from tests.org.factories import DepartmentFactory, MemberFactory, WallFactory, WallMemberFactory

pytestmark = pytest.mark.django_db


def somebody(desk):
    return IdentityFactory(contact__workspace=desk.workspace)


def fill(desk, rows, **message):
    return [desk.they_write(after(minutes=n), identity=somebody(desk), **message) for n in range(rows)]


def names(page) -> list[str]:
    return [line.conversation.contact.name for line in page.rows]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_the_same_for_any_number_of_rows(desk, ada, rows, django_assert_num_queries):
    fill(desk, rows)
    with django_assert_num_queries(2):  # duties with their conversations, tags
        page = queries.queue(ada, desk.department.pk)
        shown = [
            (row.contact.name, row.identity.handle, row.account.handle, list(row.tags.all()))
            for row in (line.conversation for line in page.rows)
        ]
    assert len(shown) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_mine_costs_the_same_for_any_number_of_rows(desk, ada, rows, django_assert_num_queries):
    for message in fill(desk, rows):
        services.take(conversation_id=message.entry.conversation_id, by=ada, now=after(hours=1))
    with django_assert_num_queries(2):
        assert len(queries.mine(ada).rows) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_triage_costs_the_same_for_any_number_of_rows(desk, ada, rows, django_assert_num_queries):
    fill(desk, rows, verdict=desk.verdict(needs_reply=None, doubt=True, duties=()))
    with django_assert_num_queries(2):
        assert len(queries.triage_queue(ada).rows) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_all_conversations_cost_the_same_for_any_number_of_rows(desk, ada, rows, django_assert_num_queries):
    fill(desk, rows)
    with django_assert_num_queries(2):
        assert len(queries.conversations(ada, state="open").rows) == rows
    with django_assert_num_queries(2):
        assert len(queries.conversations(ada).rows) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_conversation_costs_the_same_for_any_number_of_lines(desk, ada, rows, django_assert_num_queries):
    for n in range(rows):
        desk.they_write(after(minutes=n))
        services.note(conversation_id=desk.conversation().pk, text=f"Note {n}", by=ada, now=after(minutes=n))
    conversation_id = desk.conversation().pk
    # conversation, tags, lines, media, readings, corrections, newest line, block, duties, replies, acts
    with django_assert_num_queries(11):
        page = queries.conversation_page(ada, conversation_id)
        seen = [(e.message.text if e.message else e.text, e.by.user.name if e.by else "") for e in page.entries.rows]
    assert len(seen) == rows * 2
    assert page.last_entry_id == page.entries.rows[-1].pk


@pytest.mark.parametrize("rows", [1, 3])
def test_the_counts_cost_two_queries(desk, ada, rows, django_assert_num_queries):
    fill(desk, rows)
    with django_assert_num_queries(2):
        counts = queries.counts(ada)
    assert counts == queries.Counts(departments={desk.department.pk: Work(rows, 0)}, triage=Work(0, 0), mine=0)


def test_pages_of_the_queue_follow_each_other_forth_and_back(desk, ada):
    fill(desk, 5)
    every = names(queries.queue(ada, desk.department.pk))

    first = queries.queue(ada, desk.department.pk, limit=2)
    second = queries.queue(ada, desk.department.pk, limit=2, after=first.after)
    third = queries.queue(ada, desk.department.pk, limit=2, after=second.after)
    back = queries.queue(ada, desk.department.pk, limit=2, before=third.before)

    assert (names(first), names(second), names(third)) == (every[:2], every[2:4], every[4:])
    assert (names(back), first.before, third.after) == (every[2:4], "", "")
    assert (bool(back.before), bool(back.after)) == (True, True)


def test_pages_of_a_conversation_lead_from_the_newest_lines_to_older_ones_and_back(desk, ada):
    said = [desk.they_write(after(minutes=n)) for n in range(5)]
    conversation = desk.conversation()

    newest = queries.conversation_page(ada, conversation.pk, limit=2)
    older = queries.conversation_page(ada, conversation.pk, limit=2, before=newest.entries.before)
    back = queries.conversation_page(ada, conversation.pk, limit=2, after=older.entries.after)

    shown = [[entry.message for entry in page.entries.rows] for page in (newest, older, back)]
    assert shown == [said[3:], said[1:3], said[3:]]
    assert (newest.entries.after, bool(older.entries.before)) == ("", True)


def test_new_lines_are_those_that_came_in_later_whatever_their_time(desk, ada):
    desk.they_write(after(minutes=5))
    seen = queries.last_entry_id(desk.conversation())
    late = desk.they_write(after(minutes=1))

    assert [entry.message for entry in queries.new_entries(ada, desk.conversation().pk, since_entry_id=seen)] == [late]


def test_who_may_not_monitor_the_account_sees_nothing(desk):
    desk.they_write()
    eve = actor_of(MemberFactory(workspace=desk.workspace, seats=[DepartmentFactory(workspace=desk.workspace)]))

    assert queries.queue(eve, desk.department.pk).rows == []
    assert queries.conversations(eve).rows == []
    assert queries.of_contact(eve, desk.customer.contact_id) == []
    assert queries.counts(eve) == queries.Counts(departments={}, triage=Work(0, 0), mine=0)
    with pytest.raises(NotFound):
        queries.conversation_page(eve, desk.conversation().pk)


def test_behind_a_wall_it_exists_only_for_who_stands_inside(desk, ada):
    lead = MemberFactory(workspace=desk.workspace, seats=[desk.department], role="lead")
    wall = WallFactory(workspace=desk.workspace)
    WallMemberFactory(wall=wall, member=lead)
    insider = actor_of(lead)
    message = desk.they_write()
    services.note(conversation_id=desk.conversation().pk, text="Hush", by=ada, now=after(minutes=1))
    services.enclose(
        conversation_id=desk.conversation().pk, wall_id=wall.pk, reason="Threat", by=insider, now=after(minutes=2)
    )
    later = desk.they_write(after(minutes=3))

    assert queries.queue(ada, desk.department.pk).rows == []
    assert queries.counts(ada).departments == {}
    assert queries.conversations(ada).rows == []
    with pytest.raises(NotFound):
        services.note(conversation_id=desk.conversation().pk, text="Hello?", by=ada, now=after(minutes=4))
    assert [line.conversation.wall_id for line in queries.queue(insider, desk.department.pk).rows] == [wall.pk]
    assert queries.counts(insider).departments == {desk.department.pk: Work(1, 0)}
    for said in (message, later):
        said.refresh_from_db()
        assert said.wall_id == wall.pk
    assert set(Fact.objects.filter(conversation_id=desk.conversation().pk).values_list("wall_id", flat=True)) == {
        wall.pk
    }
