"""Facts of the outbox, brought into conversations by the follower, in order and once."""

import pytest

from crossdesk.channels.events import OutboxCancelled, OutboxDoubtful, OutboxPublished, OutboxRefused
from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import ours, services
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.models import Block, Entry, Reply
from crossdesk.journal import facts
from crossdesk.messages.events import MessageMatched
from crossdesk.messages.models import Message
from tests.inbox.factories import MessageFactory, after

pytestmark = pytest.mark.django_db


def follow() -> None:
    facts.number_waiting()
    (inbox,) = [one for one in facts.followers() if one.name == "inbox"]
    while facts.catch_up(inbox, Reply.objects.get().conversation.workspace_id):
        pass


@pytest.fixture
def reply(desk, ada):
    desk.they_write()
    return services.reply(
        conversation_id=desk.conversation().pk, text="On its way", saw_entry_id=Entry.objects.latest("id").pk, by=ada,
        now=after(minutes=5),
    )  # fmt: skip


def tell(desk, kind, reply, **more):
    about = {"item_id": reply.outbox_id, "origin": f"inbox.reply:{reply.pk}"}
    facts.publish(kind(**about, **more), by=desk.system, at=after(minutes=6))
    follow()


def test_published_stops_the_clock_at_the_moment_that_the_outbox_knows(desk, reply):
    OutboxItem.objects.update(state="published", external_id="x", published_at=after(minutes=5, seconds=30))
    tell(desk, OutboxPublished, reply, external_id="x")

    assert Block.objects.get().response_seconds == 330
    assert Reply.objects.get().state == ReplyState.SENT


@pytest.mark.parametrize(
    ("kind", "state"),
    [(OutboxRefused, ReplyState.FAILED), (OutboxDoubtful, ReplyState.DOUBTFUL)],
)
def test_what_did_not_get_out_comes_back_with_the_reason(desk, reply, kind, state):
    tell(desk, kind, reply, reason="The network said no")

    settled = Reply.objects.get()
    assert (settled.state, settled.error, desk.conversation().state) == (state, "The network said no", State.OPEN)


def test_a_cancelled_answer_comes_back_as_discarded(desk, reply):
    tell(desk, OutboxCancelled, reply)

    assert (Reply.objects.get().state, desk.conversation().state) == (ReplyState.DISCARDED, State.OPEN)


def test_a_post_that_turns_out_to_be_ours_is_shown_once_and_counts_once(desk, reply):
    asked = Message.objects.get()
    post = MessageFactory(
        account=desk.account, ours=True, parent_external_id=asked.external_id, sent_at=after(minutes=6)
    )
    ours.take_our_posts([post.pk], by=desk.system, now=after(minutes=6))
    assert desk.conversation().answers_count == 1
    Message.objects.filter(pk=post.pk).update(outbox_id=reply.outbox_id)
    facts.publish(
        MessageMatched(message_id=post.pk, outbox_id=reply.outbox_id, account_id=desk.account.pk), by=desk.system,
        at=after(minutes=7),
    )  # fmt: skip
    follow()
    follow()

    assert list(Entry.objects.order_by("id").values_list("message_id", "reply_id")) == [
        (asked.pk, None),
        (post.pk, reply.pk),
    ]
    row = desk.conversation()
    assert (row.answers_count, row.messages_count, row.state) == (1, 2, State.WAITING)
    assert Block.objects.values_list("response_seconds", "answered_kind").get() == (360, "person")
