"""The session of a Bluesky account, renewed on the real PDS: by many at once, and across a new sign-in."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crossdesk.channels import services, sessions
from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account
from crossdesk.channels.ports import SignInExpired
from crossdesk.channels.services import connecting
from crossdesk.kit import clock
from tests.channels.networks.bluesky.test_real_network import token_that_ended
from tests.channels.networks.bluesky.watched import Counted, counting, keep, kept, verified_by_four_at_once
from tests.conftest import actor_of
from tests.org.factories import MemberFactory
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.bluesky.person import Person

pytestmark = [pytest.mark.network, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counted(bluesky: BlueskyNetwork, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    with counting(bluesky, monkeypatch) as made:
        yield made


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


def test_workers_that_find_the_session_ended_at_once_renew_it_once(account, person, counted):
    before = kept(account)

    seen = verified_by_four_at_once(account)

    after = kept(account)
    assert seen == [person.did] * 4
    assert len(counted.of("refreshSession")) == 1
    assert counted.of("createSession") == []
    assert after["access"] != before["access"] and after["refresh"] != before["refresh"]
    assert {**after, "access": "", "refresh": ""} == {**before, "access": "", "refresh": ""}
    assert sessions.open_session(account).verify().external_id == person.did
    assert len(counted.of("refreshSession")) == 1  # what was stored works


def test_pulling_goes_on_with_the_new_session(account, counted):
    assert services.pull(account_id=account.pk, now=clock.now()) is not None

    account.refresh_from_db()
    assert account.state == AccountState.LIVE
    assert len(counted.of("refreshSession")) == 1


def test_a_dead_refresh_token_is_replaced_by_one_sign_in(account, counted):
    keep(account, refresh="dead")

    assert services.pull(account_id=account.pk, now=clock.now()) is not None

    assert (len(counted.of("refreshSession")), len(counted.of("createSession"))) == (1, 1)
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
