from datetime import timedelta

import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.enums import Source
from crossdesk.channels.models import DeliveryTally
from crossdesk.channels.ports import RateLimited, Unavailable
from crossdesk.journal import jobs
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.messages import services
from crossdesk.messages.models import Message
from crossdesk.messages.services.looking_again import following
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import CAPABILITIES, deleted, said
from tests.conftest import settle

MINUTE = timedelta(minutes=1)


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us")


def bring(account, *deliveries, now=NOON):
    channels.store_deliveries(account_id=account.pk, deliveries=deliveries, source=Source.POLL, now=now)
    services.take_in(account_id=account.pk, now=now)


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (0 * MINUTE, 5 * MINUTE),
        (30 * MINUTE, 10 * MINUTE),
        (6 * 60 * MINUTE, 2 * 60 * MINUTE),
        (timedelta(days=13), timedelta(days=1)),
    ],
)
def test_young_messages_are_read_again_often_and_old_ones_rarely(age, wait):
    assert following(NOON - age, now=NOON) == NOON + wait


def test_after_two_weeks_nobody_looks_any_more():
    assert following(NOON - timedelta(days=15), now=NOON) is None


def test_an_edit_and_a_deletion_that_the_network_did_not_tell_of_are_found(account, network):
    bring(account, said("m1", "Before"), said("m2", "Regret"), said("m3", "Same"))
    network.known = {
        "m1": said("m1", "After", edited=2, feed="check"),
        "m2": deleted("m2", at=3),
        "m3": said("m3", "Same", feed="check"),
    }
    with clock.standing_at(NOON + 5 * MINUTE):
        settle(until=NOON + 5 * MINUTE)

    assert dict(Message.objects.values_list("external_id", "text")) == {"m1": "After", "m2": "", "m3": "Same"}
    assert dict(Message.objects.values_list("external_id", "check_at")) == {
        "m1": NOON + 10 * MINUTE, "m2": None, "m3": NOON + 10 * MINUTE,
    }  # fmt: skip
    assert DeliveryTally.objects.values_list("received", "stored", "read").get() == (3, 3, 3)
    assert Job.objects.get(kind="messages.check_known").due_at == NOON + 10 * MINUTE


@pytest.mark.parametrize(
    ("trouble", "again"),
    [
        (RateLimited("Slow down.", until=NOON + 30 * MINUTE), NOON + 30 * MINUTE),
        (Unavailable("Down."), NOON + 10 * MINUTE),
    ],
)
def test_a_network_that_will_not_be_asked_is_asked_later(account, network, trouble, again):
    bring(account, said())
    network.trouble["check"] = [trouble]

    assert services.check_known(account_id=account.pk, now=NOON + 5 * MINUTE) == again

    assert Message.objects.get().check_at == NOON + 5 * MINUTE


def test_at_most_forty_are_read_at_once_and_the_next_run_takes_the_rest(account, network):
    bring(account, *[said(f"m{n}") for n in range(50)])
    now = NOON + 5 * MINUTE

    assert services.check_known(account_id=account.pk, now=now) == now + timedelta(seconds=30)
    assert Message.objects.filter(check_at__lte=now).count() == 10
    services.check_known(account_id=account.pk, now=now)

    assert network.asked == ["check", "check"]


def test_nothing_is_read_again_where_the_network_cannot_tell(account, network):
    from dataclasses import replace

    network.capabilities = replace(CAPABILITIES, reads=frozenset({"mentions"}))

    bring(account, said())

    assert Message.objects.get().check_at is None
    assert not Job.objects.filter(kind="messages.check_known").exists()


def test_work_with_nothing_left_to_follow_ends(account):
    jobs.enqueue("messages.check_known", key=str(account.pk), due_at=NOON, account_id=account.pk)

    jobs.run_due(now=NOON)

    assert not Job.objects.filter(kind="messages.check_known").exists()


def test_a_history_is_not_read_again(account):
    bring(account, said(at=-60 * 24 * 20))

    message = Message.objects.get()
    assert (message.check_at, message.late) == (None, False)
