"""An answer in several posts: one line, one guard, one undo, one answer in every count, wherever it is interrupted."""

from dataclasses import replace

import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.models import OutboxItem
from crossdesk.channels.parting import CannotBeParted
from crossdesk.channels.ports import Refused
from crossdesk.inbox import ours, queries, services
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.models import Block, Draft, Entry, Reply
from crossdesk.inbox.services import NotHeld
from crossdesk.journal import facts
from crossdesk.journal.models import Fact
from crossdesk.kit.errors import Invalid, NotAllowed
from crossdesk.messages.models import Message
from tests.channels.factories import CredentialFactory
from tests.channels.fake import said
from tests.channels.test_threads import Killed, left, work
from tests.conftest import actor_of, settle
from tests.inbox.factories import MessageFactory, after
from tests.inbox.test_replies import answer, last_entry, open_work
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db
TEXT = "First of all, sorry.\n---\nYour parcel left on Monday.\n---\nIt comes on Friday."
CHAIN = ["First of all, sorry.", "Your parcel left on Monday.", "It comes on Friday."]


@pytest.fixture(autouse=True)
def threading(network, desk):
    can = network.capabilities
    network.capabilities = replace(can, idempotency="key", acts=can.acts | {"threads"})
    desk.account.network, desk.account.host, desk.account.external_id = "fake", "fake.example", "us"
    desk.account.save()
    CredentialFactory(account=desk.account)


def send(desk, by, **more) -> Reply:
    return answer(desk, by, **{"text": TEXT, "parting": "plain", **more})


def come_to_rest():
    """All that was told is followed, and what that leads to is done."""
    for _ in range(3):
        work(at=after(minutes=10))
        settle()


def come_to_know():
    while facts.follow_all():
        pass


def kinds(desk):
    return list(Entry.objects.filter(conversation=desk.conversation()).order_by("id").values_list("kind", flat=True))


def test_three_posts_are_one_line_and_one_answer(desk, ada, network):
    asked = desk.they_write()

    reply = send(desk, ada)
    come_to_rest()

    reply.refresh_from_db()
    first, *_ = posts = list(Message.objects.filter(direction="out").order_by("id"))
    row = desk.conversation()
    assert left(network) == list(zip(CHAIN, [asked.external_id, "out-1", "out-2"], strict=True))
    assert (reply.state, row.state, row.answers_count, row.messages_count) == (ReplyState.SENT, State.WAITING, 1, 2)
    assert [(post.text, post.parent_external_id, post.contact_id) for post in posts] == [
        (CHAIN[0], asked.external_id, row.contact_id), (CHAIN[1], "out-1", row.contact_id),
        (CHAIN[2], "out-2", row.contact_id),
    ]  # fmt: skip
    assert Fact.objects.filter(kind="BlockAnswered").count() == 1
    assert Block.objects.values_list("answered_at", "answer_id", "answered_kind").get() == (
        OutboxItem.objects.get(position=1).published_at, first.pk, "person",
    )  # fmt: skip
    assert kinds(desk) == ["message", "message", "part", "part"]
    theirs, line = queries.conversation_page(ada, row.pk).entries.rows
    assert (theirs.message, line.message, line.reply) == (asked, first, reply)
    assert line.reply is not None
    assert line.reply.outbox is not None
    assert [part.text for part in line.reply.outbox.parts.all()] == CHAIN[1:]


def test_the_clock_stops_in_the_moment_of_the_first_part_once_all_are_out(desk, ada, network):
    desk.they_write()
    send(desk, ada)

    work(at=after(minutes=10), steps=1)
    come_to_know()
    assert Block.objects.get().answered_at is None
    assert kinds(desk) == ["message", "message"]
    come_to_rest()

    assert Block.objects.get().response_seconds == 600


def test_the_thread_costs_one_query_more_and_only_where_there_is_one(desk, ada, network, django_assert_num_queries):
    desk.they_write()
    send(desk, ada)
    come_to_rest()
    row = desk.conversation()
    Reply.objects.update(parting="")

    queries.lines(ada, row.pk)
    with django_assert_num_queries(5):  # conversation, lines, media, attachments, and the parts
        queries.lines(ada, row.pk)


@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_worker_killed_at_any_part_still_makes_one_answer(desk, ada, network, part):
    desk.they_write()
    network.trouble["send"] = [*[None] * (part - 1), Killed(taken=True)]

    reply = send(desk, ada)
    come_to_rest()

    reply.refresh_from_db()
    assert [text for text, _ in left(network)] == CHAIN
    assert (reply.state, desk.conversation().answers_count) == (ReplyState.SENT, 1)
    assert kinds(desk) == ["message", "message", "part", "part"]


def test_the_pull_brings_them_back_and_nothing_new_appears(desk, ada, network):
    desk.they_write()
    send(desk, ada)
    come_to_rest()

    posts = [
        said(f"out-{n}", text, author="us", at=10, parent=f"out-{n - 1}" if n > 1 else "m1", kind="reply")
        for n, text in enumerate(CHAIN, 1)
    ]
    network.show(*posts)
    channels.pull(account_id=desk.account.pk, now=after(minutes=20))
    come_to_rest()

    assert kinds(desk) == ["message", "message", "part", "part"]
    assert Message.objects.filter(direction="out").count() == 3
    assert desk.conversation().answers_count == 1


def test_what_the_feed_brings_before_we_know_that_it_is_ours_becomes_part_of_the_line(desk, ada, network):
    desk.they_write()
    network.trouble["send"] = [None, Killed(taken=True)]
    reply = send(desk, ada)
    work(at=after(minutes=10), steps=3)
    come_to_know()
    second = MessageFactory(
        account=desk.account, ours=True, external_id="out-2", parent_external_id="out-1", sent_at=after(minutes=11)
    )
    ours.take_our_posts([second.pk], by=desk.system, now=after(minutes=11))
    assert desk.conversation().answers_count == 1  # as if somebody had answered elsewhere

    come_to_rest()

    reply.refresh_from_db()
    row = desk.conversation()
    assert [text for text, _ in left(network)] == CHAIN
    assert (reply.state, row.answers_count, row.messages_count) == (ReplyState.SENT, 1, 2)
    assert kinds(desk) == ["message", "message", "part", "part"]
    assert Block.objects.values_list("answered_kind", "answered_by_id").get() == ("person", ada.member_id)


def test_the_guard_holds_all_of_it_and_it_is_sent_after_all_in_parts(desk, ada, network):
    desk.they_write()
    saw = last_entry(desk)
    desk.they_write(after(minutes=1))

    held = send(desk, ada, saw=saw)
    assert (held.state, held.parting, OutboxItem.objects.count()) == (ReplyState.HELD, "plain", 0)
    services.send_held(reply_id=held.pk, saw_entry_id=last_entry(desk), by=ada, now=after(minutes=10))
    come_to_rest()

    assert [text for text, _ in left(network)] == CHAIN


def test_one_undo_brings_the_whole_text_back(desk, ada, network):
    desk.they_write()
    reply = send(desk, ada, leaves_at=after(minutes=10, seconds=5))

    services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10))
    come_to_rest()

    reply.refresh_from_db()
    assert (reply.state, Draft.objects.get().text, left(network)) == (ReplyState.TAKEN_BACK, TEXT, [])
    assert kinds(desk) == ["message"]


def test_once_the_first_is_out_nothing_is_taken_back(desk, ada, network):
    desk.they_write()
    reply = send(desk, ada)
    work(at=after(minutes=10), steps=1)

    with pytest.raises(channels.AlreadyLeft):
        services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10))


def test_it_may_leave_later_in_parts(desk, ada, network):
    desk.they_write()
    services.send_later(
        conversation_id=desk.conversation().pk, text="word " * 130, saw_entry_id=last_entry(desk), by=ada,
        at=after(hours=1), now=after(minutes=10), parting="numbered",
    )  # fmt: skip

    settle()
    come_to_rest()

    assert [(len(text), text[-8:]) for text, _ in left(network)] == [(498, "word 1/2"), (158, "word 2/2")]


def partly_sent(desk, by, network) -> Reply:
    desk.they_write()
    network.trouble["send"] = [None, Refused("The thread is locked.")]
    reply = send(desk, by)
    come_to_rest()
    reply.refresh_from_db()
    return reply


def test_a_part_that_is_refused_leaves_it_partly_sent_and_open(desk, ada, network):
    reply = partly_sent(desk, ada, network)

    assert (reply.state, reply.error) == (ReplyState.PARTLY, "The thread is locked.")
    assert (desk.conversation().state, open_work()) == (State.OPEN, {desk.department.pk: 1})
    assert Entry.objects.latest("id").event == "reply_partly"


def test_the_rest_is_tried_again_and_then_it_is_one_answer(desk, ada, network):
    reply = partly_sent(desk, ada, network)

    services.send_rest(reply_id=reply.pk, by=ada, now=after(minutes=20))
    assert (desk.conversation().state, open_work()) == (State.WAITING, {})
    come_to_rest()

    reply.refresh_from_db()
    assert [text for text, _ in left(network)] == CHAIN
    assert (reply.state, reply.error, desk.conversation().answers_count) == (ReplyState.SENT, "", 1)
    assert Block.objects.get().answered_at == OutboxItem.objects.get(position=1).published_at
    with pytest.raises(NotHeld):
        services.send_rest(reply_id=reply.pk, by=ada, now=after(minutes=21))


def test_or_it_stays_as_it_is_and_is_an_answer_of_one_post(desk, ada, network):
    reply = partly_sent(desk, ada, network)

    services.leave_rest(reply_id=reply.pk, by=ada, now=after(minutes=20))
    come_to_rest()

    reply.refresh_from_db()
    row = desk.conversation()
    assert [text for text, _ in left(network)] == CHAIN[:1]
    assert (reply.state, row.state, row.answers_count, open_work()) == (ReplyState.SENT, State.WAITING, 1, {})
    assert Fact.objects.filter(kind="BlockAnswered").count() == 1


def test_who_may_not_answer_there_decides_nothing(desk, ada, network):
    reply = partly_sent(desk, ada, network)
    looker = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], role="viewer"))

    with pytest.raises(NotAllowed):
        services.leave_rest(reply_id=reply.pk, by=looker, now=after(minutes=20))


def test_when_the_first_is_refused_the_text_comes_back_whole(desk, ada, network):
    desk.they_write()
    network.trouble["send"] = [Refused("They blocked you.")]
    reply = send(desk, ada)
    come_to_rest()
    reply.refresh_from_db()
    assert (reply.state, reply.text) == (ReplyState.FAILED, TEXT)

    services.send_held(reply_id=reply.pk, saw_entry_id=last_entry(desk), by=ada, now=after(minutes=20))
    come_to_rest()

    assert [text for text, _ in left(network)] == CHAIN


def test_a_network_without_threads_and_a_text_that_cannot_be_parted_are_refused(desk, ada, network):
    desk.they_write()
    with pytest.raises(CannotBeParted):
        send(desk, ada, text="https://shop.example/" + "a" * 500 + " " + "b" * 500 + "@" + "c" * 600)
    with pytest.raises(Invalid, match="Choose whether"):
        send(desk, ada, parting="some")
    network.capabilities = replace(network.capabilities, acts=network.capabilities.acts - {"threads"})
    with pytest.raises(Invalid, match="one message at a time"):
        send(desk, ada)

    assert not Reply.objects.exists()


def test_words_of_a_later_part_are_found_and_lead_to_the_line(desk, ada, network):
    desk.they_write()
    send(desk, ada)
    come_to_rest()
    row = desk.conversation()

    (hit,) = queries.find(ada, "Friday").hits
    assert (hit.conversation, hit.message.text) == (row, CHAIN[2])
    page = queries.conversation_page(ada, row.pk, message_id=hit.message.pk)
    assert page.at_entry_id == Entry.objects.get(reply__isnull=False).pk
