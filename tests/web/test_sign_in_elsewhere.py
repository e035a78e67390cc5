"""Signing in on a network's own page: what the form offers, what servers read of us, and the way back."""

import hashlib
import json

import pytest
from django.urls import reverse

from crossdesk.channels import seal
from crossdesk.channels.models import AppRegistration, ConnectAttempt
from crossdesk.kit import clock
from crossdesk.org.enums import Role
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    member = MemberFactory(role=Role.ADMINISTRATOR)
    client.force_login(member.user)
    return member


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("https://care.company.com", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://care.company.com", False),
        ("http://10.1.2.3:8000", False),
        ("https://10.1.2.3", False),
        ("https://care", False),
    ],
)
def test_where_bluesky_cannot_send_browsers_back_the_form_says_so_and_asks_for_an_app_password(
    client, administrator, settings, url, possible
):
    settings.URL = url
    address = reverse("web:connect", args=[administrator.workspace.slug])

    page = client.get(address, {"network": "bluesky", "fields": ""}).content.decode()
    typed = client.post(address, {"network": "bluesky", "handle": "brand.bsky.social"}) if not possible else None

    assert ("needs this Crossdesk at a public https address" in page) is not possible
    assert ("I have an app password instead" in page) is possible
    assert typed is None or (typed.status_code, typed.content.count(b"This field is required.")) == (422, 1)


def test_what_servers_read_of_us_names_our_key_and_where_browsers_come_back_to(client, settings):
    settings.URL = "https://care.company.com"
    address = reverse("web:network_description", args=["bluesky"])

    first, second = client.get(address), client.get(address)

    told = first.json()
    (key,) = told.pop("jwks")["keys"]
    assert first.headers["Content-Type"] == "application/json"
    assert second.json()["jwks"]["keys"] == [key]  # one key for good
    assert sorted(key) == ["alg", "crv", "kid", "kty", "use", "x", "y"]  # nothing of its secret half
    assert told == {
        "client_id": "https://care.company.com/oauth/bluesky/client-metadata.json",
        "client_name": "Crossdesk",
        "client_uri": "https://care.company.com",
        "application_type": "web",
        "redirect_uris": ["https://care.company.com/oauth/bluesky/back"],
        "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "atproto transition:generic",
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
    }


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("bluesky", "http://127.0.0.1:8000"),
        ("bluesky", "http://care.company.com"),
        ("mastodon", "https://care.company.com"),
        ("nothing", "https://care.company.com"),
    ],
)
def test_where_nothing_is_to_be_read_there_is_nothing(client, settings, network, url):
    settings.URL = url

    answer = client.get(reverse("web:network_description", args=[network]))

    assert answer.status_code == 404
    assert not AppRegistration.objects.filter(redirect_uri__startswith="https://").exists()


def test_a_browser_that_comes_back_is_sent_on_to_the_workspace_where_its_sign_in_began(client, administrator, settings):
    settings.URL = "http://localhost:8000"
    now, keep = clock.now(), {"redirect_uri": "http://127.0.0.1:8000/oauth/bluesky/back"}
    kept = seal.seal({**keep, "typed": json.dumps({"handle": "brand.test", "host": ""})})
    ConnectAttempt.objects.create(
        workspace=administrator.workspace, state_hash=hashlib.sha256(b"known").hexdigest(), network="bluesky", host="",
        sealed=kept.sealed, key_id=kept.key_id, by=administrator, created_at=now, used_at=now,
    )  # fmt: skip
    back = reverse("web:back", args=["bluesky"])

    known = client.get(back, {"state": "known", "code": "c"})
    unknown = client.get(back, {"state": "unknown"})
    elsewhere = client.get(reverse("web:back", args=["mastodon"]), {"state": "known"})
    again = client.get(known.headers["Location"].removeprefix("http://localhost:8000"))

    connected = reverse("web:connected", args=[administrator.workspace.slug])
    assert known.headers["Location"] == f"http://localhost:8000{connected}?state=known&code=c"
    assert (unknown.status_code, elsewhere.status_code) == (409, 409)
    assert b"Begin again from the accounts page." in unknown.content
    assert again.status_code == 409  # it was used before: the form says so, and keeps what was typed
    assert b"This sign-in is over. Begin again from the accounts page." in again.content
    assert b'value="brand.test"' in again.content
