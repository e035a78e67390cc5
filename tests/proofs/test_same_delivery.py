"""The same deliveries again and again, in disorder, on two accounts, by two workers that do all the work at once."""

import random
import threading
from collections import Counter

import pytest
from django.db import connection

from crossdesk.channels import services as channels
from crossdesk.channels.enums import Source
from crossdesk.channels.models import DeliveryTally
from crossdesk.inbox.models import Block, Conversation, Entry
from crossdesk.insights.verify import verify_workspace
from crossdesk.journal import facts, jobs
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.messages.models import Message, Reading
from crossdesk.org import services as org
from crossdesk.org.models import Department
from crossdesk.triage.models import Decision
from tests.channels.factories import AccountAccessFactory, AccountFactory
from tests.channels.fake import said
from tests.conftest import NOON, settle
from tests.org.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
POSTS = 12
TIMES = 3


@pytest.fixture
def accounts(db):
    """Two accounts of one company, on which every department sees and answers."""
    workspace = org.create_workspace(slug="nordwind", name="Nordwind", time_zone="UTC", owner=UserFactory(), now=NOON)
    both = [AccountFactory(workspace=workspace, external_id=name) for name in ("us", "us too")]
    for account in both:
        for desk in Department.objects.filter(workspace=workspace):
            AccountAccessFactory(account=account, department=desk)
    return both


def work(accounts, deliveries, start: threading.Barrier, failed: list[BaseException]) -> None:
    """One worker: takes deliveries and does whatever is due, side by side with the other one."""
    try:
        start.wait(timeout=60)
        for account, delivery in deliveries:
            channels.store_deliveries(account_id=account.pk, deliveries=[delivery], source=Source.WEBHOOK, now=NOON)
            facts.follow_all()
            jobs.run_due(now=NOON)
    except BaseException as error:
        failed.append(error)
        raise
    finally:
        connection.close()


def test_one_message_one_conversation_and_each_account_saw_it_once(accounts):
    posts = [said(f"m{n}", f"@brand Where is my parcel {n}?", author=f"person{n}") for n in range(POSTS)]
    start = threading.Barrier(2)
    failed: list[BaseException] = []
    workers = []
    for seed in (1, 2):
        mine = [(account, post) for account in accounts for post in posts] * TIMES
        random.Random(seed).shuffle(mine)
        workers.append(threading.Thread(target=work, args=(accounts, mine, start, failed)))

    with clock.standing_at(NOON):
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        settle(until=NOON)

    assert failed == []
    messages = Message.objects.order_by("id")
    assert sorted(message.external_id for message in messages) == sorted(f"m{n}" for n in range(POSTS))
    assert {tuple(sorted(message.sightings.values_list("account", flat=True))) for message in messages} == {
        tuple(sorted(account.pk for account in accounts))
    }
    once = dict.fromkeys((message.pk for message in messages), 1)
    for rows in (Entry.objects.exclude(message=None), Reading.objects.all(), Decision.objects.all()):
        assert Counter(rows.values_list("message", flat=True)) == once
    assert Conversation.objects.count() == Block.objects.count() == POSTS
    assert set(DeliveryTally.objects.values_list("received", "stored", "read", "decided")) == {(POSTS,) * 4}
    assert not Job.objects.exclude(dead_at=None).exists()
    assert verify_workspace(accounts[0].workspace_id) == []
