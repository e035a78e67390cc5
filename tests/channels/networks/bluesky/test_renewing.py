"""The session of a Bluesky account, renewed on the real PDS: by many at once, and across a new sign-in."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from django.db import connection

from crossdesk.channels import seal, services, sessions
from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account, Credential
from crossdesk.channels.networks import registry
from crossdesk.channels.networks.bluesky.adapter import Bluesky
from crossdesk.channels.ports import SignInExpired
from crossdesk.channels.services import connecting
from crossdesk.kit import clock, http
from tests.channels.networks.bluesky.test_real_network import token_that_ended
from tests.conftest import actor_of
from tests.org.factories import MemberFactory
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.bluesky.person import Person
from tests.servers.ports import LOOPBACK

pytestmark = [pytest.mark.network, pytest.mark.django_db(transaction=True)]


class Counted(httpx.BaseTransport):
    """Hands calls on and writes down which were made."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.made = inner, list[str]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.made.append(request.url.path.rsplit(".", 1)[1])
        return self.inner.handle_request(request)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """The adapter that the registry hands out, with its calls written down."""
    with http.client(guard=LOOPBACK, read=15) as client:
        client._transport = counted = Counted(client._transport)
        monkeypatch.setitem(registry.all_adapters(), "bluesky", Bluesky(client))
        yield counted


@pytest.fixture(scope="module")
def person(bluesky: BlueskyNetwork) -> Person:
    return bluesky.join("renewing")


@pytest.fixture
def account(bluesky: BlueskyNetwork, person: Person, counted: Counted) -> Account:
    """Connected, and its session ran out."""
    answer = {"handle": person.handle, "password": person.app_password(f"at {datetime.now(UTC).timestamp()}")}
    made = connecting.connect_with_token(
        network="bluesky", host=bluesky.pds, answer=answer, by=actor_of(MemberFactory(role="owner")), now=clock.now()
    )
    keep(made, access=token_that_ended(person.did))
    counted.made.clear()
    return made


def keep(account: Account, **changed: str) -> None:
    row = Credential.objects.get(account=account)
    made = seal.seal({**seal.unseal(row), **changed})
    Credential.objects.filter(pk=row.pk).update(sealed=made.sealed, key_id=made.key_id)


def kept(account: Account) -> dict[str, str]:
    return seal.unseal(Credential.objects.get(account=account))


def test_workers_that_find_the_session_ended_at_once_renew_it_once(account, person, counted):
    together, seen, before = threading.Barrier(4), list[str](), kept(account)

    def one():
        try:
            session = sessions.open_session(account)
            together.wait(timeout=10)
            seen.append(session.verify().external_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    after = kept(account)
    assert seen == [person.did] * 4
    assert counted.made.count("refreshSession") == 1
    assert "createSession" not in counted.made
    assert after["access"] != before["access"] and after["refresh"] != before["refresh"]
    assert {**after, "access": "", "refresh": ""} == {**before, "access": "", "refresh": ""}
    assert sessions.open_session(account).verify().external_id == person.did
    assert counted.made.count("refreshSession") == 1  # what was stored works


def test_pulling_goes_on_with_the_new_session(account, counted):
    assert services.pull(account_id=account.pk, now=clock.now()) is not None

    account.refresh_from_db()
    assert account.state == AccountState.LIVE
    assert counted.made.count("refreshSession") == 1


def test_a_dead_refresh_token_is_replaced_by_one_sign_in(account, counted):
    keep(account, refresh="dead")

    assert services.pull(account_id=account.pk, now=clock.now()) is not None

    assert (counted.made.count("refreshSession"), counted.made.count("createSession")) == (1, 1)
    assert _said_in(kept(account)["access"])["exp"] > datetime.now(UTC).timestamp() + 3600


def _said_in(token: str) -> dict[str, int]:
    middle = token.split(".")[1]
    said: dict[str, int] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return said


def test_an_account_whose_app_password_is_gone_needs_a_sign_in_and_comes_back_with_a_new_one(
    bluesky, account, person, counted
):
    keep(account, refresh="dead", password="xxxx-xxxx-xxxx-xxxx")

    assert services.pull(account_id=account.pk, now=clock.now()) is None
    account.refresh_from_db()
    assert (account.state, "new app password" in account.state_reason) == (AccountState.NEEDS_SIGN_IN, True)
    with pytest.raises(SignInExpired):
        sessions.open_session(account).verify()

    answer = {"handle": person.handle, "password": person.app_password("the second")}
    owner = actor_of(MemberFactory(workspace=account.workspace, role="owner"))
    again = connecting.connect_with_token(network="bluesky", host=bluesky.pds, answer=answer, by=owner, now=clock.now())
    assert again.pk == account.pk
    assert services.pull(account_id=account.pk, now=clock.now()) is not None
    account.refresh_from_db()
    assert account.state == AccountState.LIVE
