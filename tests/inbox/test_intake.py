"""Messages of theirs become conversations, blocks, duties and places in queues."""

import pytest
from django.db import connection

from crossdesk.inbox import intake
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Block, Conversation, Counter, Duty, Entry, Span
from crossdesk.journal.models import Fact, Job
from tests.inbox.factories import NOON, Desk, MessageFactory, after

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


def kinds() -> list[str]:
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


def counters() -> dict:
    return {
        (row.account_id, row.department_id, row.wall_id): (row.open, row.overdue)
        for row in Counter.objects.all()
        if row.open or row.overdue
    }


def test_a_first_message_opens_a_conversation_a_block_and_the_duty_to_answer(desk):
    message = desk.they_write(taken_at=after(seconds=5))

    row = desk.conversation()
    assert (row.state, row.department_id, row.needs_reply, row.due_at) == (
        State.OPEN,
        desk.department.pk,
        True,
        after(hours=1),
    )
    assert (row.opened_at, row.last_inbound_id, row.messages_count, row.excerpt) == (NOON, message.pk, 1, message.text)
    block = Block.objects.get()
    assert (block.started_at, block.needs_reply, block.first, block.due_at) == (NOON, True, True, after(hours=1))
    duty = Duty.objects.get()
    assert (duty.kind, duty.department_id, duty.due_at, duty.queue_at) == (
        "respond",
        desk.department.pk,
        after(hours=1),
        after(hours=1),
    )
    assert Span.objects.values_list("department_id", "started_at", "ended_at").get() == (
        desk.department.pk,
        after(seconds=5),
        None,
    )
    assert Entry.objects.values_list("kind", "message_id", "at").get() == ("message", message.pk, NOON)
    assert counters() == {(desk.account.pk, desk.department.pk, None): (1, 0)}
    assert kinds() == ["ConversationOpened", "BlockOpened", "OwnershipChanged", "DutyOpened", "BlockDecided"]
    assert Job.objects.values_list("kind", "due_at").get() == ("inbox.block_clock", after(hours=1))


def test_taking_in_twice_changes_nothing(desk):
    message = desk.they_write()
    before = kinds()

    again = intake.take_in([(message.pk, desk.verdict())], by=desk.system, now=after(hours=1))

    assert again == {message.pk: desk.conversation().pk}
    assert kinds() == before
    assert Entry.objects.count() == Conversation.objects.count() == 1


def test_a_second_message_goes_on_with_the_conversation_and_its_clock(desk):
    desk.they_write()
    second = desk.they_write(after(minutes=10))

    block = Block.objects.get()
    assert (block.started_at, block.due_at, block.messages_count, block.last_message_id) == (
        NOON,
        after(hours=1),
        2,
        second.pk,
    )
    assert Duty.objects.count() == Conversation.objects.count() == 1
    assert kinds()[-1] == "MessageTaken"


def test_a_batch_costs_the_same_number_of_queries_for_any_size(desk, django_assert_num_queries):
    for size in (1, 3):
        fresh = [(MessageFactory(account=desk.account).pk, desk.verdict()) for _ in range(size)]
        # savepoint ×2, entries known, messages, conversations, insert ×5 (conversations, blocks, duties, spans,
        # entries), facts, jobs, counters, strays
        with django_assert_num_queries(14 + (connection.vendor == "postgresql")):  # its advisory lock
            intake.take_in(fresh, by=desk.system, now=NOON)


def test_private_and_public_are_two_conversations(desk):
    desk.they_write()
    desk.they_write(visibility="direct", kind="direct")

    assert sorted(Conversation.objects.values_list("privacy", flat=True)) == ["private", "public"]


def test_what_asks_nothing_is_resolved_at_once_and_stands_in_no_queue(desk):
    desk.they_write(verdict=desk.nothing())

    row = desk.conversation()
    assert (row.state, row.resolution, row.department_id, row.needs_reply) == (
        State.RESOLVED,
        "no_reply_needed",
        None,
        False,
    )
    assert Block.objects.values_list("needs_reply", "ended_because").get() == (False, "nothing_owed")
    assert counters() == {}
    assert kinds() == ["ConversationOpened", "BlockOpened", "BlockDecided", "BlockEnded", "ConversationResolved"]


def test_doubt_goes_to_triage_and_is_counted_there(desk):
    desk.they_write(verdict=desk.verdict(needs_reply=None, doubt=True, duties=(), target_seconds=None))

    row = desk.conversation()
    assert (row.state, row.triage_since, row.department_id) == (State.OPEN, NOON, None)
    assert counters() == {(desk.account.pk, None, None): (1, 0)}
    assert kinds() == ["ConversationOpened", "BlockOpened", "TriageAsked"]
