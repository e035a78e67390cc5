"""Answering: one answer each time, nothing newer run over, and the clock that stops when the network has it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import changes, intake, ours, services
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.models import Block, Conversation, Counter, Duty, Entry, Reply
from crossdesk.inbox.services import settling
from crossdesk.journal.models import Fact
from crossdesk.kit import actor
from crossdesk.kit.errors import NotAllowed, NotFound
from tests.conftest import actor_of
from tests.inbox.factories import NOON, Desk, MessageFactory, after
from tests.org.factories import DepartmentFactory, MemberFactory

pytestmark = pytest.mark.django_db


def last_entry(desk) -> int:
    return Entry.objects.filter(conversation=desk.conversation()).latest("id").pk


def answer(desk, by, *, now=None, saw=None, **more) -> Reply:
    return services.reply(
        conversation_id=desk.conversation().pk, text=more.pop("text", "It is on its way."),
        saw_entry_id=last_entry(desk) if saw is None else saw, by=by, now=now or after(minutes=10), **more,
    )  # fmt: skip


def publish(reply, *, at):
    """The network takes it: as channels tell it."""
    OutboxItem.objects.filter(pk=reply.outbox_id).update(
        state="published", external_id=f"out-{reply.pk}", published_at=at
    )
    settling.reply_published(item_id=reply.outbox_id, by=actor.system(reply.conversation.workspace_id), now=at)


def end(reply, state, *, error, at):
    """The network refuses it, or loses it."""
    settling.reply_ended(
        item_id=reply.outbox_id, state=state, error=error, by=actor.system(reply.conversation.workspace_id), now=at
    )


def open_work() -> dict:
    return {row.department_id: row.open for row in Counter.objects.all() if row.open}


def test_an_answer_leaves_the_queue_at_once_and_stops_the_clock_when_published(desk, ada):
    said = desk.they_write()

    reply = answer(desk, ada)

    row = desk.conversation()
    assert (reply.state, row.state, row.assignee_id) == (ReplyState.QUEUED, State.WAITING, ada.member_id)
    assert open_work() == {}
    assert Block.objects.values_list("answered_at", "reply_id").get() == (None, reply.pk)
    item = OutboxItem.objects.get()
    assert (item.origin, item.text, item.in_reply_to, item.to_handle, item.conversation_id) == (
        f"inbox.reply:{reply.pk}", "It is on its way.", said.external_id,
        desk.customer.handle, row.pk,
    )  # fmt: skip

    publish(reply, at=after(minutes=12))

    block = Block.objects.get()
    assert (block.answered_at, block.response_seconds, block.business_seconds, block.answered_by_id, block.ended_because) == (
        after(minutes=12), 720, 720, ada.member_id, "answered",
    )  # fmt: skip
    assert Duty.objects.values_list("state", "closed_by_id").get() == ("discharged", ada.member_id)
    told = Fact.objects.filter(kind="BlockAnswered").get().body
    assert (told["seconds"], told["within_target"], told["department_id"], told["first"]) == (
        720,
        True,
        desk.department.pk,
        True,
    )


def test_publishing_is_told_twice_and_counts_once(desk, ada):
    desk.they_write()
    reply = answer(desk, ada)

    publish(reply, at=after(minutes=12))
    publish(reply, at=after(minutes=13))

    assert Fact.objects.filter(kind="BlockAnswered").count() == 1
    assert desk.conversation().answers_count == 1


def test_something_newer_from_them_holds_the_answer_and_nothing_leaves(desk, ada):
    desk.they_write()
    saw = last_entry(desk)
    desk.they_write(after(minutes=1))

    reply = answer(desk, ada, saw=saw)

    assert (reply.state, reply.held_reason) == (ReplyState.HELD, "They wrote again while you were writing.")
    assert not OutboxItem.objects.exists()
    assert open_work() == {desk.department.pk: 1}
    assert desk.conversation().state == State.OPEN

    sent = services.send_held(reply_id=reply.pk, saw_entry_id=last_entry(desk), by=ada, now=after(minutes=12))

    assert (sent.pk, sent.state) == (reply.pk, ReplyState.QUEUED)
    assert OutboxItem.objects.count() == 1


def test_a_colleague_who_was_quicker_holds_the_answer(desk, ada, ben):
    desk.they_write()
    saw = last_entry(desk)
    answer(desk, ada, saw=saw)

    second = answer(desk, ben, saw=saw, text="Let me look.")

    assert (second.state, second.held_reason) == (ReplyState.HELD, "Ada answered while you were writing.")
    assert OutboxItem.objects.count() == 1
    assert services.discard_held(reply_id=second.pk, by=ben, now=after(minutes=11)).state == ReplyState.DISCARDED
    with pytest.raises(services.NotHeld):
        services.send_held(reply_id=second.pk, saw_entry_id=saw, by=ben, now=after(minutes=12))


def test_an_edit_or_a_deletion_while_writing_holds_the_answer(desk, ada):
    first = desk.they_write()
    desk.they_write(after(minutes=1))
    saw = last_entry(desk)
    changes.take_edits([first.pk], by=desk.system, now=after(minutes=2))

    assert answer(desk, ada, saw=saw).held_reason == "They changed a message while you were writing."


def test_the_same_text_sent_twice_by_one_person_leaves_once(desk, ada):
    desk.they_write()
    saw = last_entry(desk)
    answer(desk, ada, saw=saw)

    assert answer(desk, ada, saw=saw).held_reason == "You have sent exactly this already."
    assert OutboxItem.objects.count() == 1


def test_two_answers_of_one_person_may_follow_each_other(desk, ada):
    desk.they_write()
    saw = last_entry(desk)
    first = answer(desk, ada, saw=saw)
    second = answer(desk, ada, saw=saw, text="And the tracking number is 12.")
    publish(first, at=after(minutes=11))
    publish(second, at=after(minutes=12))

    assert Block.objects.get().response_seconds == 660
    assert Reply.objects.filter(state=ReplyState.SENT).count() == 2


def test_a_refused_answer_brings_it_back_with_the_error(desk, ada):
    desk.they_write()
    reply = answer(desk, ada)

    end(reply, ReplyState.FAILED, error="Text too long", at=after(minutes=11))

    row = desk.conversation()
    assert (row.state, row.due_at) == (State.OPEN, after(hours=1))
    assert open_work() == {desk.department.pk: 1}
    assert Block.objects.filter(ended_at=None, reply=None).count() == 1
    assert Reply.objects.values_list("state", "error").get() == (ReplyState.FAILED, "Text too long")

    again = services.send_held(
        reply_id=reply.pk, saw_entry_id=last_entry(desk), by=ada, now=after(minutes=12), text="Short."
    )
    publish(again, at=after(minutes=13))

    assert Block.objects.get().response_seconds == 780


def test_what_they_write_while_the_answer_is_on_its_way_is_a_new_block(desk, ada):
    desk.they_write()
    reply = answer(desk, ada)
    desk.they_write(after(minutes=11))
    publish(reply, at=after(minutes=12))

    first, second = Block.objects.order_by("id")
    assert (first.response_seconds, first.messages_count) == (720, 1)
    assert (second.started_at, second.answered_at, second.due_at) == (after(minutes=11), None, after(minutes=71))
    assert desk.conversation().state == State.OPEN
    assert open_work() == {desk.department.pk: 1}


def test_a_refused_answer_takes_in_what_they_wrote_meanwhile(desk, ada):
    desk.they_write()
    reply = answer(desk, ada)
    desk.they_write(after(minutes=11))
    end(reply, ReplyState.FAILED, error="No", at=after(minutes=12))

    first, second = Block.objects.order_by("id")
    assert (first.ended_at, first.messages_count, second.ended_because) == (None, 2, "merged")
    assert desk.conversation().due_at == after(hours=1)
    assert open_work() == {desk.department.pk: 1}


def test_a_doubtful_answer_stands_open_until_it_turns_out_to_be_there(desk, ada):
    desk.they_write()
    reply = answer(desk, ada)
    end(reply, ReplyState.DOUBTFUL, error="Lost", at=after(minutes=11))

    assert open_work() == {desk.department.pk: 1}

    publish(reply, at=after(minutes=10, seconds=5))

    assert Block.objects.get().response_seconds == 605
    assert open_work() == {}


def test_our_own_post_that_comes_back_takes_the_place_of_the_reply(desk, ada):
    desk.they_write()
    reply = answer(desk, ada)
    publish(reply, at=after(minutes=12))
    post = MessageFactory(account=desk.account, ours=True, outbox_id=reply.outbox_id, sent_at=after(minutes=12))

    ours.take_our_posts([post.pk], by=desk.system, now=after(minutes=12))

    assert list(Entry.objects.order_by("id").values_list("kind", "reply_id", "message_id"))[1:] == [
        ("message", reply.pk, post.pk)
    ]
    assert Block.objects.get().answer_id == post.pk
    assert desk.conversation().answers_count == 1


def test_answering_and_resolving_resolves_once_it_is_out(desk, ada):
    desk.they_write()
    reply = answer(desk, ada, resolve_after=True)
    assert desk.conversation().state == State.WAITING

    publish(reply, at=after(minutes=12))

    row = desk.conversation()
    assert (row.state, row.resolution, row.resolved_at) == (State.RESOLVED, "answered", after(minutes=12))


def test_a_direct_message_is_never_answered_in_public(desk, ada):
    desk.they_write(visibility="direct", kind="direct")

    with pytest.raises(services.TooWide):
        answer(desk, ada, visibility="public")
    assert answer(desk, ada).visibility == "direct"


def test_answering_needs_the_right_on_the_account(desk, ada):
    looker = DepartmentFactory(workspace=desk.workspace)
    desk.account.access.create(department=looker, monitor=True, respond=False)
    eve = actor_of(MemberFactory(workspace=desk.workspace, seats=[looker]))
    stranger = actor_of(MemberFactory())
    desk.they_write()

    with pytest.raises(NotAllowed):
        answer(desk, eve)
    with pytest.raises(NotFound):
        answer(desk, stranger)
    assert not Reply.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_members_answering_at_the_same_instant_send_one_answer_each_time():
    desk = Desk()
    people = [
        actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name=name))
        for name in ("Ada", "Ben")
    ]
    said = [MessageFactory(account=desk.account, sent_at=NOON + timedelta(seconds=n)) for n in range(100)]
    placed = intake.take_in([(message.pk, desk.verdict()) for message in said], by=desk.system, now=after(minutes=2))
    saw = {entry.conversation_id: entry.pk for entry in Entry.objects.all()}
    start = threading.Barrier(2)
    errors: list[BaseException] = []

    def work(by) -> None:
        try:
            for conversation_id in placed.values():
                start.wait(timeout=60)
                services.reply(
                    conversation_id=conversation_id, text=f"Hello from {by.name}", saw_entry_id=saw[conversation_id],
                    by=by, now=after(minutes=5),
                )  # fmt: skip
        except BaseException as error:
            errors.append(error)
            start.abort()
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    states: dict[int, list[str]] = {}
    for reply in Reply.objects.all():
        states.setdefault(reply.conversation_id, []).append(reply.state)
    assert {tuple(sorted(both)) for both in states.values()} == {("held", "queued")}
    assert len(states) == OutboxItem.objects.count() == Conversation.objects.count() == 100
