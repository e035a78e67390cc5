from datetime import timedelta

import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.enums import OutboxState, Source
from crossdesk.channels.models import OutboxItem
from crossdesk.journal.models import Fact
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.messages import services
from crossdesk.messages.models import Message
from tests.channels.factories import NOON, AccountFactory, OutboxItemFactory
from tests.channels.fake import said
from tests.conftest import settle
from tests.messages.factories import MessageFactory
from tests.org.factories import WallFactory

LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us")


@pytest.fixture(autouse=True)
def later():
    with clock.standing_at(LATER):
        yield


def feed(account, *deliveries):
    channels.store_deliveries(account_id=account.pk, deliveries=deliveries, source=Source.POLL, now=LATER)
    services.take_in(account_id=account.pk, now=LATER)


def facts():
    kinds = ("MessageStored", "MessageMatched", "MessageEdited", "MessageSighted")
    return [(row.kind, row.body.get("outbox_id")) for row in Fact.objects.filter(kind__in=kinds).order_by("id")]


def test_a_reply_becomes_a_message_as_soon_as_the_network_has_it(account, network):
    asked = MessageFactory(account=account, external_id="m1")
    item = channels.prepare(
        account_id=account.pk, text="On its way.", by=system(account.workspace_id), now=NOON, origin="inbox.reply:1",
        in_reply_to="m1", conversation_id=7,
    )  # fmt: skip

    settle(until=LATER)

    message = Message.objects.get(direction="out")
    assert (message.text, message.external_id, message.outbox_id, message.contact_id, message.kind) == (
        "On its way.", "out-1", item.pk, asked.contact_id, "reply",
    )  # fmt: skip
    assert (message.parent_external_id, message.root_external_id, message.sent_at) == ("m1", "m1", LATER)
    assert facts() == [("MessageStored", item.pk)]


def test_the_same_post_from_the_feed_is_the_same_message_in_the_words_that_the_network_shows(account, network):
    item = OutboxItemFactory(account=account, published=True, external_id="out-1", text="On its way.")
    services.store_own_posts(item_ids=[item.pk], now=LATER)
    services.store_own_posts(item_ids=[item.pk], now=LATER)

    feed(account, said("out-1", "@anna On its way.", author="us", parent="m1", kind="reply", at=3))
    feed(account, said("out-1", "@anna On its way.", author="us", parent="m1", kind="reply", at=3, event="again"))

    message = Message.objects.get()
    assert (message.text, message.version, message.outbox_id) == ("@anna On its way.", 1, item.pk)
    assert message.sightings.count() == 1
    assert facts() == [("MessageStored", item.pk)]


def test_our_own_edit_on_the_network_is_a_new_version(account):
    item = OutboxItemFactory(account=account, published=True, external_id="out-1", text="On its way.")
    services.store_own_posts(item_ids=[item.pk], now=LATER)

    feed(account, said("out-1", "On its way!", author="us", at=1))
    feed(account, said("out-1", "It is there.", author="us", at=1, edited=5))
    feed(account, said("out-1", "On its way!", author="us", at=1, event="late"))

    message = Message.objects.get()
    assert (message.text, message.version) == ("It is there.", 2)
    assert list(message.versions.values_list("number", "text")) == [(1, "On its way!")]
    assert facts() == [("MessageStored", item.pk), ("MessageEdited", None)]


def test_a_feed_that_is_quicker_than_the_answer_settles_a_lost_one(account):
    lost = OutboxItemFactory(account=account, state=OutboxState.UNKNOWN, claimed_at=NOON, text="On its way.")

    feed(account, said("out-1", "On its way.", author="us", parent="m1", kind="reply", at=1))
    settle(until=LATER)

    lost.refresh_from_db()
    assert (lost.state, lost.external_id) == ("published", "out-1")
    assert Message.objects.get().outbox_id == lost.pk
    assert facts() == [("MessageStored", lost.pk)]


def test_a_feed_that_is_quicker_than_the_answer_of_a_message_under_way_is_matched_by_the_answer(account):
    under_way = OutboxItemFactory(account=account, sending=True, text="On its way.")
    feed(account, said("out-1", "On its way.", author="us", parent="m1", kind="reply", at=1))
    assert Message.objects.get().outbox_id is None

    OutboxItem.objects.update(state="published", external_id="out-1", published_at=NOON)
    services.store_own_posts(item_ids=[under_way.pk], now=LATER)
    services.store_own_posts(item_ids=[under_way.pk], now=LATER)

    assert Message.objects.get().outbox_id == under_way.pk
    assert facts() == [("MessageStored", None), ("MessageMatched", under_way.pk)]


def test_a_key_that_the_network_gives_back_settles_a_message_under_way(account):
    under_way = OutboxItemFactory(account=account, sending=True, text="On its way.")

    feed(account, said("out-1", "quite other words", author="us", parent="m1", kind="reply", at=1, key=under_way.key))

    under_way.refresh_from_db()
    assert (under_way.state, Message.objects.get().outbox_id) == ("published", under_way.pk)


def test_a_post_that_a_person_found_without_its_id_is_known_by_it_once_the_feed_brings_it(account):
    item = OutboxItemFactory(account=account, doubtful=True, text="On its way.")
    by = system(account.workspace_id)
    channels.settle_doubtful(item_id=item.pk, choice="found", by=by, now=LATER)
    settle(until=LATER)
    first = Message.objects.get()
    assert first.external_id == f"unseen:{item.key}"

    feed(account, said("out-1", "On its way.", author="us", parent="m1", kind="reply", at=1))

    message = Message.objects.get()
    assert (message.pk, message.external_id, message.sightings.count()) == (first.pk, "out-1", 1)
    item.refresh_from_db()
    assert item.external_id == "out-1"
    assert facts() == [("MessageStored", item.pk)]


def test_an_answer_from_inside_a_wall_stands_inside_it(account):
    wall = WallFactory(workspace=account.workspace)
    item = OutboxItemFactory(account=account, published=True, external_id="out-1", wall_id=wall.pk)

    services.store_own_posts(item_ids=[item.pk], now=LATER)

    assert Message.objects.get().wall_id == wall.pk
    assert Fact.objects.get(kind="MessageStored").wall_id == wall.pk


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"visibility": "direct", "in_reply_to": "m1"}, "direct"),
        ({"in_reply_to": "m1"}, "reply"),
        ({"in_reply_to": ""}, "post"),
    ],
)
def test_it_is_of_the_kind_it_was_sent_as(account, values, kind):
    item = OutboxItemFactory(account=account, published=True, **values)

    services.store_own_posts(item_ids=[item.pk], now=LATER)

    assert Message.objects.get().kind == kind
