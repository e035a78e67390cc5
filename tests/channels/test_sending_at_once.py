"""Many workers at once, and a hold that falls in between."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from crossdesk.channels import services
from crossdesk.channels.enums import HoldScope
from crossdesk.channels.models import Account, OutboxItem
from crossdesk.journal import jobs
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from tests.channels.factories import AccountFactory

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 24


@pytest.fixture
def account():
    account = AccountFactory()
    Account.objects.update(limits={"seconds_between": 0})
    return account


def prepare_some(account, now):
    return [
        services.prepare(
            account_id=account.pk, text=f"Answer {n}", by=system(account.workspace_id), now=now, origin=f"t:{n}",
            in_reply_to="m1",
        )
        for n in range(NUMBER)
    ]  # fmt: skip


def at_once(work, *, threads=4):
    """Run the same work in several threads; hands their errors on."""
    start, failed = threading.Barrier(threads), []

    def run():
        start.wait(timeout=30)
        try:
            work()
        except BaseException as error:  # noqa: BLE001 -- handed to the test below
            failed.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=120)
    assert failed == []


def test_four_workers_send_each_message_once(account, network):
    now = clock.now()
    prepare_some(account, now)

    def work():
        while jobs.run_due(kinds=frozenset({"channels.send"})):
            pass

    at_once(work)
    jobs.run_until_idle()

    assert sorted(message.text for message in network.taken) == sorted(f"Answer {n}" for n in range(NUMBER))
    assert set(OutboxItem.objects.values_list("state", flat=True)) == {"published"}


def test_nothing_is_claimed_once_a_hold_stands(account, network):
    prepare_some(account, clock.now())
    stands_since: list[datetime] = []
    first = threading.Lock()

    def work():
        while jobs.run_due(kinds=frozenset({"channels.send"})):
            if len(network.taken) >= 3 and first.acquire(blocking=False):
                services.put_hold(
                    scope=HoldScope.WORKSPACE, reason="Stop.", by=system(account.workspace_id), now=clock.now()
                )
                stands_since.append(clock.now())

    at_once(work)

    published = OutboxItem.objects.filter(state="published")
    assert len(network.taken) == published.count()
    assert all(item.claimed_at is not None and item.claimed_at < stands_since[-1] for item in published)
    assert OutboxItem.objects.filter(state="prepared", held_at__isnull=False).count() == NUMBER - published.count()
    assert published.count() < NUMBER
    assert clock.now() - stands_since[-1] < timedelta(minutes=2)
