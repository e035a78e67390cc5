"""An account on a server that streams, with the threads that a running Crossdesk has: what is said is stored at once."""

import json
import time

import pytest

from crossdesk.channels import queries, seal, services
from crossdesk.channels.enums import Source
from crossdesk.channels.models import Account, RawDelivery, Stream
from crossdesk.channels.networks import registry
from crossdesk.channels.networks.mastodon.adapter import Mastodon
from crossdesk.channels.services.ears import Ears
from crossdesk.journal.models import Job
from crossdesk.kit import clock, http
from crossdesk.kit.actor import system
from tests.channels.factories import AccountFactory, CredentialFactory
from tests.servers.mastodon import MastodonServer
from tests.servers.ports import LOOPBACK
from tests.servers.snac import soon

pytestmark = [pytest.mark.network, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(tmp_path):
    server = MastodonServer(tmp_path / "mastodon").start()
    yield server
    server.stop()


@pytest.fixture
def account(server, monkeypatch):
    with http.client(guard=LOOPBACK, read=15) as client:
        monkeypatch.setitem(registry.all_adapters(), "mastodon", Mastodon(client))
        profile = server("GET", "/api/v1/accounts/verify_credentials", by="brand")
        account = AccountFactory(
            network="mastodon", host=server.url, external_id=profile["id"], handle="brand", credential=None
        )
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
    return queries.heard_since(found, now=clock.now())


def streamed():
    rows = RawDelivery.objects.filter(source=Source.STREAM, feed="notifications").order_by("id")
    return [json.loads(body)["status"]["content"] for body in rows.values_list("body", flat=True)]


def test_what_is_said_comes_over_the_line_until_the_account_is_paused(server, account, ears):
    look(account, ears)
    soon(lambda: is_open(account))

    server.say("@brand where is my tent?", by="customer")
    soon(streamed)

    assert ["tent" in each for each in streamed()] == [True]
    services.pause_account(account_id=account.pk, reason="", by=system(account.workspace_id), now=clock.now())
    assert look(account, ears) is None
    soon(lambda: not ears.hears(account.pk))
    assert (is_open(account), Stream.objects.get().reason) == (None, "")


def test_a_server_that_goes_down_is_pulled_at_once_and_heard_again_when_it_is_back(server, account, ears):
    look(account, ears)
    soon(lambda: is_open(account))
    Job.objects.all().delete()

    server.stop()
    soon(lambda: not ears.hears(account.pk))

    row = Stream.objects.get()
    assert (row.open_since, row.held_by, row.failures) == (None, "", 1)
    assert row.reason.startswith("The stream of localhost")
    assert set(Job.objects.values_list("kind", flat=True)) == {"channels.pull", "channels.listen"}
    server.start()
    soon(lambda: look(account, ears) and is_open(account))
    server.say("@brand are you back?", by="customer")
    soon(streamed)


def test_a_process_that_ends_hands_its_lines_back(server, account, ears):
    look(account, ears)
    soon(lambda: is_open(account))

    began = time.monotonic()
    ears.stop()

    assert time.monotonic() - began < 10
    assert Stream.objects.values_list("held_by", "open_since", "reason").get() == ("", None, "")
