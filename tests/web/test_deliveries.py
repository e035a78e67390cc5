"""The way of what networks handed over: how far each came, what stopped it, and running it again."""

from datetime import timedelta

import pytest

from crossdesk.channels import services
from crossdesk.channels.enums import Source
from crossdesk.channels.models import AccountAccess, DeliveryTally, RawDelivery
from crossdesk.channels.services import deliveries
from crossdesk.kit import clock
from crossdesk.kit.errors import Conflict, NotAllowed
from crossdesk.messages import ways
from crossdesk.messages.models import Message
from crossdesk.org.enums import Role
from tests.channels.factories import NOON, AccountFactory, RawDeliveryFactory
from tests.channels.fake import deleted, said
from tests.conftest import actor_of, settle
from tests.org.factories import MemberFactory, WallFactory
from tests.web.asking import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def owner(client):
    member = MemberFactory(role=Role.OWNER)
    client.force_login(member.user)
    return member


@pytest.fixture
def account(owner):
    account = AccountFactory(workspace=owner.workspace, external_id="us")
    seat = owner.seats.get()
    AccountAccess.objects.create(account=account, department=seat.department, monitor=True)
    return account


def bring(account, *found):
    services.store_deliveries(account_id=account.pk, deliveries=found, source=Source.WEBHOOK, now=NOON)


def tally(account):
    row = DeliveryTally.objects.get(account=account)
    return row.received, row.stored, row.read, row.decided, row.unreadable


def test_each_delivery_is_followed_to_its_message_its_reading_and_its_decision(client, owner, account):
    bring(account, said())
    waiting = client.get(at("operations_deliveries", owner)).content.decode()
    settle(until=NOON)
    done = client.get(at("operations_deliveries", owner)).content.decode()

    assert (waiting.count('data-tone="good"'), waiting.count("not yet")) == (1, 4)
    assert done.count('data-tone="good"') == 5
    assert "/conversations/" in done
    assert "Where is my parcel?" not in done


def test_a_deletion_leads_to_the_message_it_takes_away(client, owner, account):
    bring(account, said())
    settle(until=NOON)
    bring(account, deleted())
    settle(until=NOON)

    found = ways.ways(actor_of(owner), list(RawDelivery.objects.select_related("account").order_by("id")))

    assert [way.tells for way in found.values()] == ["said", "deleted"]
    assert {way.message_id for way in found.values()} == {Message.objects.get().pk}


def test_what_stands_behind_a_wall_is_not_led_to(client, owner, account):
    bring(account, said())
    settle(until=NOON)
    Message.objects.update(wall=WallFactory(workspace=owner.workspace))

    page = client.get(at("operations_deliveries", owner)).content.decode()

    assert "it brought none, or none that you may see" in page
    assert "/conversations/" not in page


def test_running_again_what_was_decided_changes_nothing_and_counts_nothing_twice(client, owner, account):
    bring(account, said())
    settle(until=NOON)
    before = tally(account)

    for _ in range(2):
        client.post(at("read_again", owner, RawDelivery.objects.get().pk))
        settle(until=NOON)

    assert before == tally(account) == (1, 1, 1, 1, 0)
    assert Message.objects.count() == 1
    assert RawDelivery.objects.get().state == "parsed"


def test_what_was_unreadable_comes_through_after_it_was_mended(client, owner, account):
    bring(account, said(external_id=""))
    settle(until=NOON)
    stopped = tally(account)
    RawDelivery.objects.update(body=said().body)

    client.post(at("read_again", owner, RawDelivery.objects.get().pk))
    settle(until=NOON)

    assert (stopped, tally(account)) == ((1, 0, 0, 0, 1), (1, 1, 1, 1, 0))


def test_an_answer_that_was_rubbish_as_a_whole_counts_nowhere_and_is_not_run_again(client, owner, account):
    bring(account, said())
    settle(until=NOON)
    deliveries.store_unreadable(account_id=account.pk, feed="mentions", payload="<html>", error="No JSON.", now=NOON)
    row = RawDelivery.objects.get(whole=True)

    page = client.get(at("operations_deliveries", owner)).content.decode()
    client.post(at("read_range_again", owner, account.pk), {"hours": "1"})
    with pytest.raises(Conflict):
        deliveries.run_again(delivery_id=row.pk, by=actor_of(owner), now=NOON)
    number = deliveries.parse_again(delivery_ids=[row.pk], workspace_id=owner.workspace_id, now=NOON)
    settle(until=NOON)

    assert (at("read_again", owner, row.pk) in page, number) == (False, 0)
    assert tally(account) == (1, 1, 1, 1, 0)
    assert RawDelivery.objects.get(whole=True).state == "unreadable"


def test_what_was_handed_in_and_could_not_be_taken_apart_counts_until_it_is_understood(client, owner, account):
    deliveries.store_unreadable(
        account_id=account.pk, feed="", payload="{", error="This is not JSON.", now=NOON, source=Source.WEBHOOK
    )
    stopped, row = tally(account), RawDelivery.objects.get()
    found = []
    for body in ("{", said().body):
        RawDelivery.objects.update(body=body)  # the second stands for an adapter that was mended
        client.post(at("read_again", owner, row.pk))
        settle(until=NOON)
        found.append(tally(account))

    assert [stopped, *found] == [(1, 0, 0, 0, 1), (1, 0, 0, 0, 1), (1, 1, 1, 1, 0)]


def test_a_range_is_run_again_for_one_account_and_its_time_only(client, owner, account):
    other = AccountFactory(workspace=owner.workspace)
    now = clock.now()
    rows = [
        RawDeliveryFactory(account=account, state="unreadable", received_at=now - timedelta(minutes=5)),
        RawDeliveryFactory(account=account, state="unreadable", received_at=now - timedelta(hours=2)),
        RawDeliveryFactory(account=other, state="unreadable", received_at=now - timedelta(minutes=5)),
    ]

    client.post(at("read_range_again", owner, account.pk), {"hours": "1"})
    wrong = client.post(at("read_range_again", owner, account.pk), {"hours": "2"})

    assert [RawDelivery.objects.get(pk=row.pk).state for row in rows] == ["stored", "unreadable", "unreadable"]
    assert wrong.status_code == 404


def test_only_who_manages_the_account_runs_its_deliveries_again(owner, account):
    row = RawDeliveryFactory(account=account, state="unreadable")
    lead = MemberFactory(role=Role.MEMBER, workspace=owner.workspace)

    with pytest.raises(NotAllowed):
        deliveries.run_again(delivery_id=row.pk, by=actor_of(lead), now=NOON)
    with pytest.raises(NotAllowed):
        deliveries.run_range_again(account_id=account.pk, since=NOON, until=NOON, by=actor_of(lead), now=NOON)

    assert RawDelivery.objects.get().state == "unreadable"


def test_deliveries_of_another_workspace_are_neither_shown_nor_run(client, owner):
    theirs = RawDeliveryFactory(state="unreadable", error="Not yours")

    page = client.get(at("operations_deliveries", owner)).content.decode()
    answers = [
        client.post(at("read_again", owner, theirs.pk)),
        client.post(at("read_range_again", owner, theirs.account_id), {"hours": "1"}),
        client.get(at("operations_deliveries", owner), {"account": theirs.account_id}),
    ]

    assert "Not yours" not in page
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_deliveries(
    client, owner, account, django_assert_num_queries, number
):
    bring(account, *(said(f"m{place}", text=f"Where is parcel {place}?") for place in range(number)))
    settle(until=NOON)

    # session, user, member, seats, walls, access, last number, workspaces; deliveries, messages, readings, conversations
    with django_assert_num_queries(12):
        page = client.get(at("operations_deliveries", owner))

    assert page.content.count(b'<ol class="way">') == number


def test_the_list_goes_on_by_place(client, owner, account):
    for _ in range(51):
        RawDeliveryFactory(account=account)

    first = client.get(at("operations_deliveries", owner)).content.decode()
    last = RawDelivery.objects.order_by("-id")[49].pk
    second = client.get(at("operations_deliveries", owner), {"before": last}).content.decode()

    assert f"before={last}" in first
    assert (first.count('class="way"'), second.count('class="way"')) == (50, 1)
