"""Channels and messages against a real sandbox process: what is lost, late, doubled, broken or killed."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from crossdesk.channels import seal, services
from crossdesk.channels.models import Account, DeliveryTally, OutboxItem, RawDelivery
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.messages import services as messages
from crossdesk.messages.models import Message
from tests.channels.factories import AccountFactory, CredentialFactory

pytestmark = [pytest.mark.network, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
SEND_IN_ANOTHER_PROCESS = """
import django, sys
django.setup()
from crossdesk.channels import services
from crossdesk.kit import clock
services.send(item_id=int(sys.argv[1]), now=clock.now())
"""


@pytest.fixture
def account(sandbox):
    profile, token = sandbox.account("brand")
    account = AccountFactory(
        network="sandbox", host=sandbox.url, external_id=profile.external_id, handle="brand", credential=None
    )
    made = seal.seal({"token": token})
    CredentialFactory(account=account, sealed=made.sealed, key_id=made.key_id)
    return account


def prepared(account, asked, text="It is on its way."):
    return services.prepare(
        account_id=account.pk, text=text, by=system(account.workspace_id), now=clock.now(), origin="inbox.reply:1",
        in_reply_to=asked["id"],
    )  # fmt: skip


def run(item, *, most=20):
    """Take step after step, each at the moment that the one before asked for, without waiting for it."""
    at: datetime | None = clock.now()
    for _ in range(most):
        if at is None:
            break
        with clock.standing_at(at):
            at = services.send(item_id=item.pk, now=at)
    item.refresh_from_db()
    return item


def pulled(account, *, times=3):
    for _ in range(times):
        services.pull(account_id=account.pk, now=clock.now())
    while messages.take_in(account_id=account.pk, now=clock.now()):
        pass
    account.refresh_from_db()


def answers(sandbox):
    return [post["text"] for post in sandbox.posts("brand")]


@pytest.mark.parametrize("kind", ["lost_answer", "lost_request", "rubbish", "error_after", "error", "down"])
@pytest.mark.parametrize("idempotency", [True, False])
def test_whatever_happens_to_the_answer_the_network_has_the_message_once(sandbox, account, kind, idempotency):
    sandbox.tell("settings", idempotency=idempotency)
    asked = sandbox.say("anna", "@brand Where is my parcel?")
    sandbox.fail(kind, on="post", times=1)

    item = run(prepared(account, asked))

    [post] = sandbox.posts("brand")
    assert (item.state, item.external_id) == ("published", post["id"])
    assert sandbox.state()["met"][kind] == 1


def test_a_limit_with_a_date_is_waited_for(sandbox, account):
    asked = sandbox.say("anna", "@brand Where is my parcel?")
    sandbox.fail("rate_limit", on="post", times=1, form="date", retry_after=90)
    item, before = prepared(account, asked), clock.now()

    again = services.send(item_id=item.pk, now=before)

    assert again is not None
    assert timedelta(seconds=85) < again - before < timedelta(seconds=95)
    item.refresh_from_db()
    account.refresh_from_db()
    assert (item.state, item.due_at, account.sends_after, answers(sandbox)) == ("retry", again, again, [])
    with clock.standing_at(again):
        services.send(item_id=item.pk, now=again)
    assert answers(sandbox) == ["It is on its way."]


def database_url():
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@pytest.mark.kills
@pytest.mark.parametrize("trouble", ["slow_answer", "slow"])
@pytest.mark.parametrize("idempotency", [True, False])
def test_a_worker_that_is_killed_while_it_sends_loses_nothing_and_sends_nothing_twice(
    sandbox, account, trouble, idempotency
):
    """slow_answer: killed after the network took it. slow: killed before, and the network may take it even then."""
    sandbox.tell("settings", idempotency=idempotency)
    item = prepared(account, sandbox.say("anna", "@brand Where is my parcel?"))
    sandbox.fail(trouble, on="post", times=1, wait=2)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "crossdesk.config.settings",
        "CROSSDESK_HOME": str(settings.HOME),
        "CROSSDESK_ALLOWED_HOSTS_OUT": "127.0.0.1",
        "CROSSDESK_DATABASE_URL": database_url(),
    }
    worker = subprocess.Popen([sys.executable, "-c", SEND_IN_ANOTHER_PROCESS, str(item.pk)], env=environment, cwd=ROOT)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not sandbox.state()["met"].get(trouble):
        time.sleep(0.05)
    if trouble == "slow_answer":
        while time.monotonic() < deadline and not answers(sandbox):
            time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=10)
    assert OutboxItem.objects.get().state == "sending"
    time.sleep(2.2)  # what the killed worker had asked for has come to its end on the network

    run(item)

    assert item.state == "published"
    assert answers(sandbox) == ["It is on its way."]


def test_what_comes_doubled_and_in_disorder_is_stored_once_in_the_end(sandbox, account):
    for number in range(12):
        sandbox.say("anna", f"@brand Message {number}")
    sandbox.fail("duplicate", times=2)
    sandbox.fail("reorder", times=2)

    pulled(account)

    assert Message.objects.filter(direction="in").count() == 12
    assert RawDelivery.objects.exclude(state="parsed").count() == 0
    assert DeliveryTally.objects.values_list("received", "stored", "read").get() == (12, 12, 12)


def test_an_outage_is_told_survived_and_filled(sandbox, account):
    sandbox.say("anna", "@brand Before")
    pulled(account)
    assert account.state == "live"

    sandbox.stop(how=signal.SIGKILL)
    pulled(account, times=1)
    assert account.state == "delayed"
    assert account.state_reason != ""
    sandbox.start()
    sandbox.say("anna", "@brand After")
    pulled(account)

    assert account.state == "live"
    assert set(Message.objects.values_list("text", flat=True)) == {"@brand Before", "@brand After"}


def test_rubbish_is_kept_and_the_next_pull_goes_on(sandbox, account):
    sandbox.say("anna", "@brand Hello")
    sandbox.fail("rubbish", on="events", times=1, text="<html>maintenance</html>")

    pulled(account, times=1)
    assert (account.state, RawDelivery.objects.get().body) == ("delayed", "<html>maintenance</html>")
    pulled(account, times=1)

    assert (account.state, Message.objects.get().text) == ("live", "@brand Hello")


def test_an_expired_sign_in_stops_the_pull_until_somebody_signs_in(sandbox, account):
    sandbox.tell("tokens", handle="brand", how="expired")

    pulled(account, times=1)
    assert account.state == "needs_sign_in"
    assert services.pull(account_id=account.pk, now=clock.now()) is None

    sandbox.say("anna", "@brand Meanwhile")
    _, token = sandbox.account("brand")
    services.connect_with_token(
        network="sandbox", host=sandbox.url, answer={"token": token}, by=system(account.workspace_id), now=clock.now()
    )
    pulled(account)

    assert (Account.objects.count(), account.state) == (1, "live")
    assert Message.objects.get().text == "@brand Meanwhile"


def test_edits_deletions_and_our_own_posts_come_back_as_what_they_are(sandbox, account):
    asked, regretted = sandbox.say("anna", "@brand Where is it?"), sandbox.say("bob", "@brand You are the worst")
    pulled(account)
    item = run(prepared(account, asked))
    messages.store_own_posts(item_ids=[item.pk], now=clock.now())

    sandbox.tell("change", do="edit", id=asked["id"], text="@brand Where is my parcel 4711?")
    sandbox.tell("change", do="delete", id=regretted["id"])
    sandbox.tell("change", do="favourite", id=item.external_id, handle="anna")
    pulled(account)

    assert {
        message.external_id: (message.direction, message.text, message.version) for message in Message.objects.all()
    } == {
        asked["id"]: ("in", "@brand Where is my parcel 4711?", 2),
        regretted["id"]: ("in", "", 1),
        item.external_id: ("out", sandbox.posts("brand")[0]["text"], 1),
    }
    ours = Message.objects.get(direction="out")
    assert (ours.outbox_id, ours.metrics.get("favourites")) == (item.pk, 1)
    assert ours.contact == Message.objects.get(external_id=asked["id"]).contact


def test_a_lost_answer_is_settled_by_the_feed_alone(sandbox, account):
    asked = sandbox.say("anna", "@brand Where is it?")
    sandbox.fail("lost_answer", on="post", times=1)
    item = prepared(account, asked)
    services.send(item_id=item.pk, now=clock.now())
    item.refresh_from_db()
    assert item.state == "unknown"

    pulled(account)

    item.refresh_from_db()
    assert item.state == "published"
    assert Message.objects.get(direction="out").outbox_id == item.pk
