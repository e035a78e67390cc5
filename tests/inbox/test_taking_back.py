"""Undo: an answer waits a few seconds, and its writer can take it back until it leaves."""

from datetime import timedelta

import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.enums import OutboxState
from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import services
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.models import Block, Draft, Duty, Entry, Reply
from crossdesk.inbox.services.base import open_folder, snapshot
from crossdesk.inbox.services.replies import line_of
from crossdesk.journal import jobs
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.errors import NotAllowed, NotFound
from tests.conftest import actor_of, settle
from tests.inbox.factories import after
from tests.inbox.test_replies import answer, last_entry, open_work
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db
SENT_AT, LEAVES_AT = after(minutes=10), after(minutes=10, seconds=5)


def as_it_stands(desk, by):
    folder = open_folder(desk.conversation().pk, by=by)
    return (
        snapshot(folder),
        line_of(folder),
        open_work(),
        list(Entry.objects.order_by("id").values_list("pk", flat=True)),
    )


def send(desk, by, **more):
    return answer(desk, by, now=SENT_AT, leaves_at=LEAVES_AT, **more)


def test_an_answer_stays_in_the_house_until_its_seconds_are_over(desk, ada, network):
    desk.account.network = "fake"
    desk.account.save()
    desk.they_write()

    reply = send(desk, ada)

    assert channels.send(item_id=reply.outbox_id, now=SENT_AT) == LEAVES_AT
    assert OutboxItem.objects.get().state == OutboxState.PREPARED
    assert Job.objects.get(kind="channels.send").due_at == LEAVES_AT
    assert (desk.conversation().state, open_work()) == (State.WAITING, {})


@pytest.mark.parametrize("assigned", [True, False])
def test_taking_it_back_brings_the_text_into_the_field_and_all_that_stood(desk, ada, assigned):
    desk.they_write()
    if assigned:
        services.assign(conversation_id=desk.conversation().pk, member_id=ada.member_id, by=ada, now=after(minutes=5))
        services.snooze(conversation_id=desk.conversation().pk, until=after(hours=3), by=ada, now=after(minutes=6))
    before = as_it_stands(desk, ada)
    reply = send(desk, ada, text="Sorry,\n  two lines – and 👩‍👩‍👧.")

    services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=3))

    assert as_it_stands(desk, ada) == before
    assert Draft.objects.values_list("text", "kind", "member_id").get() == (
        "Sorry,\n  two lines – and 👩‍👩‍👧.", "reply", ada.member_id,
    )  # fmt: skip
    assert OutboxItem.objects.get().state == OutboxState.CANCELLED
    assert not Job.objects.filter(kind="channels.send").exists()
    settle()
    assert (Reply.objects.get().state, desk.conversation().state) == (ReplyState.TAKEN_BACK, State.OPEN)


def test_the_block_runs_on_with_what_they_wrote_in_those_seconds(desk, ada):
    desk.they_write()
    reply = send(desk, ada)
    desk.they_write(after(minutes=10, seconds=2))

    services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=4))

    block = Block.objects.get(ended_at=None)
    assert (block.messages_count, block.reply_id, block.due_at) == (2, None, after(hours=1))
    assert desk.conversation().state == State.OPEN
    again = answer(desk, ada, now=after(minutes=12))
    assert again.state == ReplyState.QUEUED


def test_what_a_colleague_changed_in_those_seconds_stays(desk, ada, ben):
    desk.they_write()
    reply = send(desk, ada)
    services.assign(
        conversation_id=desk.conversation().pk, member_id=ben.member_id, by=ben, now=after(minutes=10, seconds=1)
    )

    services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=3))

    assert desk.conversation().assignee_id == ben.member_id
    assert Duty.objects.get().closed_at is None
    assert open_work() == {desk.department.pk: 1}


def test_what_was_begun_since_stands_below_the_text_that_came_back(desk, ada):
    desk.they_write()
    reply = send(desk, ada, text="First.")
    services.keep_draft(
        conversation_id=desk.conversation().pk,
        text="Second",
        kind="reply",
        stamp=1,
        by=ada,
        now=after(minutes=10, seconds=2),
    )

    services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=3))

    assert Draft.objects.get().text == "First.\n\nSecond"


def test_once_it_is_on_its_way_it_cannot_be_taken_back(desk, ada):
    desk.they_write()
    reply = send(desk, ada)
    OutboxItem.objects.update(state=OutboxState.SENDING)

    with pytest.raises(channels.AlreadyLeft):
        services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=6))
    assert Reply.objects.get().state == ReplyState.QUEUED
    assert not Draft.objects.exists()


def test_nobody_else_takes_it_back(desk, ada, ben):
    desk.they_write()
    reply = send(desk, ada)

    with pytest.raises(NotAllowed):
        services.take_back(reply_id=reply.pk, by=ben, now=after(minutes=10, seconds=1))
    with pytest.raises(NotFound):
        services.take_back(reply_id=reply.pk, by=actor_of(MemberFactory()), now=after(minutes=10, seconds=1))
    services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=2))
    with pytest.raises(services.NothingToDo):
        services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=3))


def test_the_guard_takes_no_notice_of_what_was_taken_back(desk, ada, ben):
    desk.they_write()
    saw = last_entry(desk)
    reply = send(desk, ada)
    services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=2))

    assert answer(desk, ben, saw=saw, now=after(minutes=11)).state == ReplyState.QUEUED


def test_a_run_that_was_killed_in_between_changes_nothing(desk, ada, network):
    """The row is the truth: a worker that claims the job again after the answer was taken back finds nothing to send."""
    desk.they_write()
    reply = send(desk, ada)
    jobs.claim(now=LEAVES_AT, kinds=frozenset({"channels.send"}))
    services.take_back(reply_id=reply.pk, by=ada, now=LEAVES_AT + timedelta(seconds=1))

    with clock.standing_at(after(hours=1)):
        assert channels.send(item_id=reply.outbox_id, now=after(hours=1)) is None
    assert OutboxItem.objects.get().state == OutboxState.CANCELLED
