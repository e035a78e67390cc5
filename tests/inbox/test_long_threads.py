"""A thread of thousands: a page of it costs the same wherever it lies, and leads on both ways."""

from datetime import timedelta

import pytest

from crossdesk.inbox import queries
from crossdesk.inbox.models import Conversation, Entry
from crossdesk.kit.errors import NotFound
from tests.conftest import actor_of
from tests.inbox.factories import NOON, Desk, MessageFactory
from tests.org.factories import MemberFactory

MANY = 400


@pytest.fixture
def thread(desk):
    """One conversation with many messages, a minute apart. Ids of its messages, oldest first."""
    desk.they_write()
    row = desk.conversation()
    said = MessageFactory.build_batch(
        MANY, account=desk.account, identity=desk.customer, contact=desk.customer.contact, workspace=desk.workspace
    )
    for minute, message in enumerate(said, start=1):
        message.sent_at = message.received_at = NOON + timedelta(minutes=minute)
        message.external_id = f"long-{minute}"
    said[0].__class__.objects.bulk_create(said)
    Entry.objects.bulk_create(
        [Entry(conversation=row, kind="message", at=message.sent_at, message=message) for message in said]
    )
    return [message.pk for message in said]


def ids(page):
    return [entry.message_id for entry in page.rows]


def test_the_page_begins_around_the_message_one_came_for(desk, ada, thread):
    page = queries.conversation_page(ada, desk.conversation().pk, message_id=thread[200])

    assert page.window is not None
    assert ids(page.window) == thread[175:225]
    assert page.window.before
    assert page.window.after
    assert Entry.objects.get(pk=page.at_entry_id).message_id == thread[200]
    assert ids(page.entries) == thread[-50:]  # what reading and answering go by


@pytest.mark.parametrize("place", [0, 10, MANY - 60])
def test_from_anywhere_the_whole_thread_is_read_both_ways_without_a_gap(desk, ada, thread, place):
    row = desk.conversation()
    page = queries.conversation_page(ada, row.pk, message_id=thread[place]).window
    assert page is not None
    found, before, after = ids(page), page.before, page.after

    while before:
        _, older = queries.lines(ada, row.pk, before=before)
        found, before = ids(older) + found, older.before
    while after:
        _, newer = queries.lines(ada, row.pk, after=after)
        found, after = found + ids(newer), newer.after

    assert found[1:] == thread  # the first one is what opened it


@pytest.mark.parametrize("place", ["newest", "far"])
def test_what_is_on_the_newest_page_or_not_in_the_thread_opens_the_newest(desk, ada, thread, place):
    page = queries.conversation_page(
        ada, desk.conversation().pk, message_id=thread[-3] if place == "newest" else thread[-1] + 99
    )

    assert page.window is None
    assert (page.at_entry_id != 0) == (place == "newest")


@pytest.mark.parametrize("place", [5, 200])
def test_a_page_of_lines_costs_the_same_wherever_it_lies(desk, ada, thread, django_assert_num_queries, place):
    row = desk.conversation()
    key = queries.conversation_page(ada, row.pk, message_id=thread[place]).window
    assert key is not None

    with django_assert_num_queries(3):  # conversation, lines, media
        queries.lines(ada, row.pk, after=key.after)


def test_lines_of_what_one_may_not_see_are_not_there(desk, thread):
    other = Desk()
    stranger = actor_of(MemberFactory(workspace=other.workspace, seats=[other.department]))

    with pytest.raises(NotFound):
        queries.lines(stranger, Conversation.objects.get().pk)
