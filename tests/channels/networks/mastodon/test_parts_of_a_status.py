"""Content warnings and polls as servers with the Mastodon API tell of them: a real one, and the fake for the rest."""

import re
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest

from crossdesk.channels.networks.mastodon.adapter import Mastodon
from crossdesk.channels.parts import Choice, Poll
from crossdesk.channels.ports import Profile, Said
from crossdesk.kit import http
from tests.servers.mastodon import MastodonServer
from tests.servers.ports import LOOPBACK
from tests.servers.snac import SnacServer, soon
from tests.servers.somebody import sign_in

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with http.client(guard=LOOPBACK, read=15) as client:
        yield client


def heard(server: MastodonServer, client: httpx.Client, external_id: str) -> Said:
    """The status as the brand reads it."""
    adapter = Mastodon(client)
    session = adapter.session(host=server.url, secrets={"token": "token-of-brand"}, profile=Profile("", ""))
    (event,) = adapter.parse(session.check([external_id])[0], profile=session.verify())
    assert isinstance(event, Said)
    return event


def test_a_poll_and_the_votes_that_come_in(mastodon, client):
    asked = mastodon.post(
        "/api/v1/statuses",
        by="customer",
        json={
            "status": "which tent? @brand",
            "poll": {"options": ["red", "blue"], "expires_in": 3600, "multiple": True},
        },
    )
    ends_at = datetime.fromisoformat(asked["poll"]["expires_at"])
    assert heard(mastodon, client, asked["id"]).poll == Poll(
        (Choice("red", 0), Choice("blue", 0)), voters=0, multiple=True, ends_at=ends_at
    )

    mastodon.post(f"/api/v1/polls/{asked['poll']['id']}/votes", by="stranger", json={"choices": [0, 1]})

    read = heard(mastodon, client, asked["id"])
    assert read.poll == Poll((Choice("red", 1), Choice("blue", 1)), voters=1, multiple=True, ends_at=ends_at)
    assert read.text == "which tent? @brand\n\n- red\n- blue"


def test_a_content_warning_of_the_fake(mastodon, client):
    said = mastodon.say("@brand it bit me", by="customer", spoiler_text="Spiders", sensitive="true")

    read = heard(mastodon, client, said["id"])

    assert (read.warning, read.sensitive, read.text) == ("Spiders", True, "Spiders\n\n@brand it bit me")


def test_a_content_warning_of_a_real_server(snac: SnacServer, client):
    brand, customer = sign_in(snac, client, "brand"), sign_in(snac, client, "customer")
    answer = httpx.post(
        f"{snac.url}/api/v1/statuses",
        data={"status": "warned: @brand it bit me", "spoiler_text": "Spiders", "sensitive": "true"},
        headers={"Authorization": f"Bearer {customer.connected.secrets['token']}"},
        trust_env=False,
    )
    assert answer.is_success

    read = soon(lambda: brand.said("warned:"))

    assert (read.warning, read.sensitive) == ("Spiders", True)
    assert re.fullmatch(r"Spiders\n\nwarned: @brand\S* it bit me", read.text)
