import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crossdesk.channels import services as channels
from crossdesk.channels.enums import Source
from crossdesk.channels.models import DeliveryTally, RawDelivery
from crossdesk.journal.models import Fact
from crossdesk.kit import clock
from crossdesk.messages import services
from crossdesk.messages.models import (
    Contact,
    EarlyDeletion,
    Identity,
    Media,
    Message,
    MessageVersion,
    Reaction,
    Reading,
    Sighting,
)
from crossdesk.reading.services import default_reader
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import deleted, reacted, rubbish, said
from tests.conftest import settle

LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us", handle="brand")


@pytest.fixture(autouse=True)
def later():
    with clock.standing_at(LATER):
        yield


def bring(account, *deliveries, source=Source.POLL):
    """Store deliveries and turn them into messages."""
    channels.store_deliveries(account_id=account.pk, deliveries=deliveries, source=source, now=LATER)
    while services.take_in(account_id=account.pk, now=LATER):
        pass


def facts():
    return [
        (row.kind, row.body.get("message_id")) for row in Fact.objects.exclude(kind="DeliveriesStored").order_by("id")
    ]


def tally(account):
    return DeliveryTally.objects.values_list("received", "stored", "read", "decided", "unreadable").get(account=account)


def test_a_mention_becomes_a_message_with_its_contact_its_sighting_its_reading_and_one_fact(account):
    bring(account, said(text="Where is my parcel? It is three weeks late!", media=["https://fake.example/1.png"]))

    message = Message.objects.get()
    assert (message.text, message.direction, message.kind, message.account, message.version) == (
        "Where is my parcel? It is three weeks late!", "in", "mention", account, 1,
    )  # fmt: skip
    assert message.sent_at == NOON
    assert Identity.objects.values_list("handle", "contact__name", "contact").get(messages=message) == (
        "anna", "Anna", message.contact_id,
    )  # fmt: skip
    assert list(Sighting.objects.values_list("message", "account", "source")) == [(message.pk, account.pk, "poll")]
    assert list(Media.objects.values_list("message", "url")) == [(message.pk, "https://fake.example/1.png")]
    assert Reading.objects.get(message=message, version=1).values["needs_reply"]["value"] is True
    assert facts() == [("MessageStored", message.pk)]
    assert tally(account) == (1, 1, 1, 0, 0)


def test_the_same_delivery_three_times_and_reordered_is_one_message(account):
    bring(account, said("m2", "Second", at=1), said("m1", "First"), said("m2", "Second", at=1))
    bring(account, said("m1", "First"), said("m2", "Second", at=1))
    bring(account, said("m1", "First", event="n7"), said("m1", "First", feed="timeline"))

    assert list(Message.objects.order_by("external_id").values_list("external_id", "text", "version")) == [
        ("m1", "First", 1), ("m2", "Second", 1),
    ]  # fmt: skip
    assert Sighting.objects.count() == 2
    assert Contact.objects.count() == Identity.objects.count() == 1
    assert [kind for kind, _ in facts()] == ["MessageStored", "MessageStored"]
    assert RawDelivery.objects.filter(state="parsed").count() == RawDelivery.objects.count() == 3
    assert sorted(RawDelivery.objects.values_list("times", flat=True)) == [1, 3, 3]
    assert tally(account) == (2, 2, 2, 0, 0)


def test_a_post_seen_by_two_accounts_is_one_message_with_two_sightings(account):
    other = AccountFactory(workspace=account.workspace, external_id="us2", handle="brand-help")

    bring(account, said())
    bring(other, said())

    message = Message.objects.get()
    assert list(message.sightings.order_by("id").values_list("account", flat=True)) == [account.pk, other.pk]
    assert facts() == [("MessageStored", message.pk), ("MessageSighted", message.pk)]
    assert Fact.objects.get(kind="MessageSighted").account_id == other.pk
    assert tally(account) == tally(other) == (1, 1, 1, 0, 0)


def test_the_same_post_in_two_workspaces_is_two_messages(account):
    stranger = AccountFactory(external_id="us")

    bring(account, said())
    bring(stranger, said())

    assert sorted(Message.objects.values_list("workspace", flat=True)) == sorted(
        [account.workspace_id, stranger.workspace_id]
    )


def test_an_edit_is_a_new_version_with_a_new_reading(account):
    bring(account, said(text="Where is my parcel?"))
    bring(account, said(text="It has come, thank you!", edited=4))

    message = Message.objects.get()
    assert (message.text, message.version, message.edited_at) == (
        "It has come, thank you!", 2, NOON + timedelta(minutes=4),
    )  # fmt: skip
    assert list(message.versions.values_list("number", "text", "until")) == [
        (1, "Where is my parcel?", NOON + timedelta(minutes=4))
    ]
    assert sorted(message.readings.values_list("version", flat=True)) == [1, 2]
    assert facts() == [("MessageStored", message.pk), ("MessageEdited", message.pk)]
    assert tally(account) == (1, 1, 1, 0, 0)


@pytest.mark.parametrize("together", [True, False])
def test_an_edit_that_arrives_before_the_original_stands(account, together):
    edited, original = said(text="New words", edited=4), said(text="Old words")

    if together:
        bring(account, edited, original)
    else:
        bring(account, edited)
        bring(account, original)
    bring(account, said(text="Old words", event="again"))

    message = Message.objects.get()
    assert (message.text, message.version) == ("New words", 1)
    assert list(message.versions.values_list("number", "text")) == [(0, "Old words")]
    assert [kind for kind, _ in facts()] == ["MessageStored"]


def test_two_edits_and_the_original_in_one_batch_keep_their_order(account):
    bring(account, said(text="One"), said(text="Two", edited=2), said(text="Three", edited=4))

    message = Message.objects.get()
    assert (message.text, message.version) == ("Three", 3)
    assert list(message.versions.order_by("number").values_list("number", "text")) == [(1, "One"), (2, "Two")]
    assert list(message.readings.values_list("version", flat=True)) == [3]
    assert [kind for kind, _ in facts()] == ["MessageStored", "MessageEdited", "MessageEdited"]


@pytest.mark.parametrize(
    ("minutes", "connected", "late"),
    [(-4, -60, False), (-6, -60, True), (-6, -5, True), (-16, -6, False)],
    ids=["in time", "after a gap", "by a clock that is a little behind", "said before the account was connected"],
)
def test_what_came_in_by_filling_a_gap_is_marked_late(account, minutes, connected, late):
    account.connected_at = LATER + timedelta(minutes=connected)
    account.save()

    bring(account, said(at=minutes + 10))

    assert Message.objects.get().late is late


def test_a_deletion_leaves_a_tombstone_and_a_late_copy_does_not_bring_it_back(account):
    bring(account, said(text="I regret this"))
    bring(account, deleted(), deleted(at=6))
    bring(account, said(text="I regret this", event="late"))

    message = Message.objects.get()
    assert (message.text, message.deleted_at, message.check_at) == ("", NOON + timedelta(minutes=5), None)
    assert list(message.versions.values_list("number", "text")) == [(1, "I regret this")]
    assert facts() == [("MessageStored", message.pk), ("MessageDeleted", message.pk)]


def test_a_deletion_that_arrives_before_the_message_buries_it_when_it_comes(account):
    bring(account, deleted())
    assert not Message.objects.exists()
    assert EarlyDeletion.objects.get().external_id == "m1"

    bring(account, said(text="Gone already"))

    message = Message.objects.get()
    assert (message.text, message.deleted_at) == ("", NOON + timedelta(minutes=5))
    assert list(message.versions.values_list("text", flat=True)) == ["Gone already"]
    assert facts() == [("MessageStored", message.pk), ("MessageDeleted", message.pk)]
    assert tally(account) == (1, 1, 1, 0, 0)


def test_what_cannot_be_understood_is_kept_with_the_reason_and_holds_nothing_up(account):
    bring(account, said("m1"), rubbish(), said("m2"))

    assert Message.objects.count() == 2
    broken = RawDelivery.objects.get(state="unreadable")
    assert (broken.body, broken.error) == ("<html>down for maintenance</html>", "This is not JSON.")
    assert tally(account) == (3, 2, 2, 0, 1)


def test_an_adapter_that_stumbles_is_no_reason_to_stop(account, caplog):
    bring(account, rubbish('{"is": "said"}'), said())

    assert Message.objects.count() == 1
    assert RawDelivery.objects.get(state="unreadable").error == "Our adapter stumbled over this: KeyError('id')"
    assert "stumbled" in caplog.text


def test_unreadable_deliveries_can_be_tried_again(account, network):
    bring(account, rubbish())
    row = RawDelivery.objects.get()
    RawDelivery.objects.update(body=said().body)  # stands for an adapter that was mended

    assert channels.parse_again(delivery_ids=[row.pk], workspace_id=account.workspace_id, now=LATER) == 1
    services.take_in(account_id=account.pk, now=LATER)

    assert Message.objects.count() == 1
    assert tally(account) == (1, 1, 1, 0, 0)


def test_what_waits_is_found_without_a_walk_through_all_that_was_taken_in(account):
    with CaptureQueriesContext(connection) as made:
        bring(account, said(event="e1"))
    asked = [
        one["sql"]
        for one in made
        if one["sql"].startswith("SELECT") and '"channels_rawdelivery"."state" = ' in one["sql"]
    ]
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # of a few rows it would simply read all
        plans = []
        for sql in asked:
            cursor.execute(f"{explain} {sql}")
            plans.append(str(cursor.fetchall()))

    indexes = ("deliveries_to_parse", "deliveries_unreadable", "PRIMARY KEY", "_pkey")
    assert len(plans) == 3  # what waits, what still waits under the lock, what waited for a person
    assert [plan for plan in plans if not any(index in plan for index in indexes)] == []


def test_a_reaction_counts_once_for_each_person_whenever_it_comes(account):
    bring(account, reacted("p1", by="bob"))
    bring(account, said("p1", "Our news", author="us"), reacted("p1", by="bob", at=7), reacted("p1", by="cleo"))
    bring(account, reacted("p1", by="bob", kind="repost"))

    assert Message.objects.get().metrics == {"favourites": 2, "reposts": 1}
    assert Reaction.objects.count() == 3


def test_what_the_network_counts_itself_is_taken_over(account):
    bring(account, said("p1", "Our news", author="us", metrics={"favourites": 1}))
    bring(account, said("p1", "Our news", author="us", metrics={"favourites": 9}), source=Source.CHECK)

    assert Message.objects.get().metrics == {"favourites": 9}


def test_what_we_ourselves_say_is_outbound_and_belongs_to_whom_we_answer(account):
    bring(account, said("m1"), said("a1", "On its way.", author="us", parent="m1", kind="reply", at=2))

    ours = Message.objects.get(external_id="a1")
    assert (ours.direction, ours.identity, ours.contact) == ("out", None, Contact.objects.get())
    assert not ours.readings.exists()
    assert tally(account) == (1, 1, 1, 0, 0)


def test_another_account_of_ours_is_not_a_customer(account):
    other = AccountFactory(workspace=account.workspace, external_id="us2", handle="brand-help")

    bring(account, said("p1", "Hello from support", author="us2"))

    message = Message.objects.get()
    assert (message.direction, message.account, message.contact) == ("out", other, None)


def test_text_that_no_database_takes_is_stored_without_what_breaks_it(account):
    bring(account, said(text="a\x00b \ud83d c \U0001f600"))

    assert Message.objects.get().text == "a\ufffdb ? c \U0001f600"


def test_profiles_change_and_the_person_stays_the_same(account, network):
    bring(account, said("m1"))
    first = Identity.objects.get()
    Identity.objects.update(name="Anna before", handle="old")
    Contact.objects.update(name="Anna before")

    bring(account, said("m2", at=3))

    again = Identity.objects.get()
    assert (again.pk, again.name, again.handle) == (first.pk, "Anna", "anna")
    assert Contact.objects.values_list("name", "first_seen_at", "last_seen_at").get() == (
        "Anna", NOON, NOON + timedelta(minutes=3),
    )  # fmt: skip


def test_a_decision_is_counted_once_for_each_account_that_saw_the_message(account):
    other = AccountFactory(workspace=account.workspace, external_id="us2")
    bring(account, said())
    message = Message.objects.get()

    assert services.count_decided(message_ids=[message.pk], now=LATER) == 1
    assert services.count_decided(message_ids=[message.pk], now=LATER) == 0
    bring(other, said())

    assert tally(account) == tally(other) == (1, 1, 1, 1, 0)


def test_a_reply_to_what_is_enclosed_begins_inside_the_wall_and_so_does_the_next_direct_message(account):
    from tests.org.factories import WallFactory

    wall = WallFactory(workspace=account.workspace)
    bring(account, said("m1"), said("d1", visibility="direct", kind="direct", author="dora"))
    services.enclose(
        message_ids=list(Message.objects.values_list("pk", flat=True)),
        wall_id=wall.pk,
        workspace_id=account.workspace_id,
    )

    bring(
        account,
        said("m2", parent="m1", at=1),
        said("d2", visibility="direct", kind="direct", author="dora", at=1),
        said("m3", author="dora", at=2),
    )

    assert dict(Message.objects.values_list("external_id", "wall")) == {
        "m1": wall.pk, "m2": wall.pk, "d1": wall.pk, "d2": wall.pk, "m3": None,
    }  # fmt: skip
    assert set(Fact.objects.filter(kind="MessageStored").values_list("wall_id", flat=True)) == {None, wall.pk}


def test_a_reading_is_made_with_what_the_person_said_before_and_what_they_answer(account):
    class Listening:
        model = "listening-1"

        def __init__(self):
            self.blocks = []

        def read(self, blocks):
            self.blocks += blocks
            return default_reader().read(blocks)

    reader = Listening()
    bring(account, said("p1", "We have news", author="us"), said("m1", "Hello"))
    channels.store_deliveries(
        account_id=account.pk,
        deliveries=[said("m2", "Anybody?", at=1), said("m3", "About the news", parent="p1", at=2)],
        source=Source.POLL,
        now=LATER,
    )
    services.take_in(account_id=account.pk, now=LATER, reader=reader)

    assert [(block.text, block.earlier, block.parent) for block in reader.blocks] == [
        ("Anybody?", ("Hello",), ""),
        ("About the news", ("Hello", "Anybody?"), "We have news"),
    ]


def test_facts_carry_deliveries_to_messages_without_anybody_asking(account):
    channels.store_deliveries(account_id=account.pk, deliveries=[said()], source=Source.WEBHOOK, now=LATER)

    settle(until=LATER)

    assert Message.objects.get().external_id == "m1"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_on_the_same_deliveries_make_one_message_of_each():
    account = AccountFactory(external_id="us")
    other = AccountFactory(external_id="us2", workspace=account.workspace)
    deliveries = [said(f"m{n}", f"Message {n}", author=f"person{n % 7}") for n in range(60)]
    for each in (account, other):
        channels.store_deliveries(account_id=each.pk, deliveries=deliveries, source=Source.POLL, now=LATER)
    start = threading.Barrier(4)
    failed: list[BaseException] = []

    def work(account_id):
        start.wait(timeout=30)
        try:
            while services.take_in(account_id=account_id, now=LATER, batch=20):
                pass
        except BaseException as error:  # noqa: BLE001 -- handed to the test below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[each.pk]) for each in (account, other, account, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for each in (account, other):
        services.take_in(account_id=each.pk, now=LATER)

    assert failed == []
    assert Message.objects.count() == 60
    assert Sighting.objects.count() == 120
    assert Contact.objects.count() == Identity.objects.count() == 7
    assert Fact.objects.filter(kind="MessageStored").count() == 60
    assert Fact.objects.filter(kind="MessageSighted").count() == 60
    assert tally(account) == tally(other) == (60, 60, 60, 0, 0)
    assert not MessageVersion.objects.exists()


def test_the_vector_of_a_text_is_kept_with_its_reading(account):
    class Placing:
        model = "placing"

        def read(self, blocks):
            return [replace(reading, vector=b"\x01\x00\xff" * 128) for reading in default_reader().read(blocks)]

    channels.store_deliveries(account_id=account.pk, deliveries=[said("m1", "Hello")], source=Source.POLL, now=LATER)
    services.take_in(account_id=account.pk, now=LATER, reader=Placing())

    assert [bytes(row.vector) for row in Reading.objects.all()] == [b"\x01\x00\xff" * 128]
