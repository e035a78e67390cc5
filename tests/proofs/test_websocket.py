"""An account on a server that streams by WebSocket only, from what is said there to the inbox, with the pulls below it.

mastodon-mock keeps what is said; a server of the suite stands before it, refuses server-sent events and streams by WebSocket.
"""

import json
from datetime import timedelta

import pytest

from crossdesk.channels import queries, seal, services
from crossdesk.channels.enums import DeliveryState, Source
from crossdesk.channels.models import Account, RawDelivery, Stream
from crossdesk.channels.networks import registry
from crossdesk.channels.networks.mastodon.adapter import Mastodon
from crossdesk.channels.services.ears import Ears
from crossdesk.inbox.models import Conversation
from crossdesk.journal.models import Job
from crossdesk.kit import clock, http
from crossdesk.messages.models import Message
from crossdesk.org import services as org
from crossdesk.org.models import Department
from tests.channels.factories import AccountAccessFactory, AccountFactory, CredentialFactory
from tests.conftest import NOON, settle
from tests.org.factories import UserFactory
from tests.servers.mastodon import MastodonServer
from tests.servers.ports import LOOPBACK
from tests.servers.snac import soon
from tests.servers.websocket import WebSocketServer

pytestmark = [pytest.mark.network, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mastodon(tmp_path):
    server = MastodonServer(tmp_path / "mastodon").start()
    yield server
    server.stop()


@pytest.fixture
def front(mastodon):
    with WebSocketServer(behind=mastodon.url, token="token-of-brand", refusal=406) as server:
        yield server


@pytest.fixture
def account(mastodon, front, monkeypatch):
    with http.client(guard=LOOPBACK, read=15) as client:
        monkeypatch.setitem(registry.all_adapters(), "mastodon", Mastodon(client))
        profile = mastodon("GET", "/api/v1/accounts/verify_credentials", by="brand")
        workspace = org.create_workspace(slug="w", name="W", time_zone="UTC", owner=UserFactory(), now=NOON)
        account = AccountFactory(
            workspace=workspace, network="mastodon", host=front.url, external_id=profile["id"], handle="brand",
            credential=None,
        )  # fmt: skip
        for desk in Department.objects.filter(workspace=workspace):
            AccountAccessFactory(account=account, department=desk)
        made = seal.seal({"token": "token-of-brand"})
        CredentialFactory(account=account, sealed=made.sealed, key_id=made.key_id)
        yield account


@pytest.fixture
def ears():
    ears = Ears(most=2)
    yield ears
    ears.stop()


def look(account, ears):
    return services.listen(account_id=account.pk, now=clock.now(), ears=ears)


def is_open(account):
    found = Account.objects.select_related("stream").get(pk=account.pk)
    return queries.heard_by(found, now=clock.now())


def streamed():
    rows = RawDelivery.objects.filter(source=Source.STREAM, feed="notifications").order_by("id")
    return [json.loads(body)["status"]["content"] for body in rows.values_list("body", flat=True)]


def in_the_inbox():
    """The words of all messages, with the number of conversations."""
    settle(until=clock.now() + timedelta(seconds=5))
    return list(Message.objects.order_by("id").values_list("text", flat=True)), Conversation.objects.count()


def test_a_mention_that_is_told_by_websocket_and_pulled_again_is_in_the_inbox_once(mastodon, front, account, ears):
    look(account, ears)
    assert soon(lambda: is_open(account)) == "websocket"

    mastodon.say("@brand where is my tent?", by="customer")
    soon(streamed)
    services.pull(account_id=account.pk, now=clock.now())

    notifications = RawDelivery.objects.filter(feed="notifications")
    assert list(notifications.values_list("source", "times")) == [(Source.STREAM, 2)]
    assert in_the_inbox() == (["@brand where is my tent?"], 1)
    assert [len(front.sockets), len(front.open)] == [1, 1]


def test_a_line_that_is_dropped_is_pulled_at_once_and_taken_up_again(mastodon, front, account, ears):
    look(account, ears)
    soon(lambda: is_open(account))
    Job.objects.all().delete()

    front.open[0].drop()
    soon(lambda: not ears.hears(account.pk))

    row = Stream.objects.get()
    assert (row.open_since, row.held_by, row.failures, row.way) == (None, "", 1, "websocket")
    assert "broke off" in row.reason
    assert set(Job.objects.values_list("kind", flat=True)) == {"channels.pull", "channels.listen"}
    mastodon.say("@brand are you there?", by="customer")
    soon(lambda: look(account, ears) and is_open(account))
    services.pull(account_id=account.pk, now=clock.now())
    mastodon.say("@brand are you back?", by="customer")
    soon(streamed)
    assert in_the_inbox() == (["@brand are you there?", "@brand are you back?"], 1)


def test_a_message_that_is_too_long_closes_the_line_and_the_pull_brings_it(mastodon, front, account, ears):
    look(account, ears)
    soon(lambda: is_open(account))
    front.swells = 2 * 1024 * 1024

    mastodon.say("@brand a long story", by="customer")
    soon(lambda: not ears.hears(account.pk))

    assert (streamed(), front.sockets[0].codes()) == ([], [1009])
    assert Stream.objects.get().reason.endswith("streams an event without end.")
    assert "channels.pull" in Job.objects.values_list("kind", flat=True)
    assert in_the_inbox() == (["@brand a long story"], 1)
    assert RawDelivery.objects.filter(state=DeliveryState.STORED).count() == 0
