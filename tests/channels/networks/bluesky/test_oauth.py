"""Signing in at one's own server on the real network: its own page in a browser, its tokens, and what can go wrong."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from crossdesk.channels import seal, services, sessions
from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account, ConnectAttempt, Credential
from crossdesk.channels.networks import dpop, es256, registry
from crossdesk.channels.networks.bluesky import oauth
from crossdesk.channels.ports import NetworkError, Refused, SignInExpired, SignsInOnAPage
from crossdesk.channels.services import connecting
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.kit.loopback import free_port
from tests.channels.networks.bluesky.watched import Counted, counting, keep, kept, verified_by_four_at_once
from tests.conftest import actor_of
from tests.org.factories import MemberFactory
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.bluesky.consent import Choice, answer_of
from tests.servers.bluesky.person import Person
from tests.web.browser.chromium import chromium

pytestmark = [pytest.mark.network, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "care.nordwind.internal"  # a host that only the network's servers know
BACK = f"http://127.0.0.1:{free_port()}/oauth/bluesky/back"


@pytest.fixture
def counted(bluesky: BlueskyNetwork, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    with counting(bluesky, monkeypatch) as made:
        yield made


@pytest.fixture(scope="module")
def person(bluesky: BlueskyNetwork) -> Person:
    return bluesky.join("oauthbrand")


@dataclass
class Way:
    """Somebody who connects an account, in a browser."""

    bluesky: BlueskyNetwork
    by: Actor
    back: str = BACK

    def start(self, handle: str) -> connecting.Started:
        return connecting.start_connecting(
            network="bluesky", host=self.bluesky.pds, redirect_uri=self.back, asked={"handle": handle}, by=self.by,
            now=clock.now(),
        )  # fmt: skip

    def answer(self, person: Person, *, choice: Choice = "Authorize") -> dict[str, str]:
        started = self.start(person.handle)
        with chromium() as page:  # while it is open this thread may not ask the database
            return answer_of(page, started.url, person, back=self.back, choice=choice)

    def finish(self, answer: dict[str, str]) -> Account:
        return connecting.finish_connecting(answer=answer, by=self.by, now=clock.now())


@pytest.fixture
def way(bluesky: BlueskyNetwork, counted: Counted) -> Way:
    return Way(bluesky, actor_of(MemberFactory(role="owner")))


def test_who_signs_in_at_their_own_server_is_connected_and_every_call_bears_its_proof(way, person, counted, bluesky):
    account = way.finish(way.answer(person))

    held = Credential.objects.get(account=account)
    assert (account.external_id, account.handle) == (person.did, person.handle)
    assert held.scopes == ["atproto", "transition:generic"]
    assert held.expires_at is not None
    assert timedelta(days=13) < held.expires_at - clock.now() < timedelta(days=14, minutes=1)
    assert (kept(account)["service"], kept(account)["issuer"]) == (bluesky.pds, bluesky.pds)
    assert {"password", "verifier"}.isdisjoint(kept(account))
    assert {signed for path, signed, _ in counted.made if path.startswith("/xrpc/app.bsky")} == {"DPoP"}
    assert counted.of("/oauth/par") == [400, 201]  # the first wanted the server's nonce
    assert counted.of("/oauth/token") == [200]  # the nonce was known by then
    assert services.pull(account_id=account.pk, now=clock.now()) is not None
    account.refresh_from_db()
    assert account.state == AccountState.LIVE


def test_workers_that_find_the_sign_in_ended_at_once_renew_it_once(way, person, counted):
    account = way.finish(way.answer(person))
    keep(account, access="ended")
    before = kept(account)
    counted.made.clear()

    seen = verified_by_four_at_once(account)

    after = kept(account)
    assert seen == [person.did] * 4
    assert counted.of("/oauth/token").count(200) == 1
    assert after["refresh"] != before["refresh"]
    assert {**after, "access": "", "refresh": ""} == {**before, "access": "", "refresh": ""}
    assert sessions.open_session(account).verify().external_id == person.did
    assert counted.of("/oauth/token").count(200) == 1  # what was stored works

    used = registry.adapter("bluesky").session(
        host="", secrets={**before, "access": "ended"}, profile=sessions.profile_of(account)
    )
    with pytest.raises(SignInExpired, match="Sign in again"):
        used.verify()  # a refresh token is good once


def test_a_removed_account_gives_its_sign_in_back_and_only_then_it_is_erased(way, person, counted):
    account = way.finish(way.answer(person))
    before, session = kept(account), sessions.open_session(account)

    connecting.remove_account(account_id=account.pk, by=way.by, now=clock.now())

    assert [job.arguments for job in Job.objects.filter(kind="channels.give_back")] == [{"account_id": account.pk}]
    with pytest.raises(SignInExpired):
        sessions.open_session(account)
    assert services.give_back(account_id=account.pk, now=clock.now()) is None
    assert counted.of("/oauth/revoke") == [200]
    assert not Credential.objects.exists()
    with pytest.raises(SignInExpired):
        session.verify()
    assert before["refresh"]


def test_an_account_that_was_connected_again_meanwhile_keeps_its_new_sign_in_and_the_old_one_ends(way, person, counted):
    account = way.finish(way.answer(person))
    before = kept(account)
    connecting.remove_account(account_id=account.pk, by=way.by, now=clock.now())
    way.finish(way.answer(person))

    assert services.give_back(account_id=account.pk, now=clock.now()) is None

    assert counted.of("/oauth/revoke") == [200]
    with pytest.raises(SignInExpired):
        oauth.renewed(counted.client, before, nonces=dpop.Nonces())
    assert sessions.open_session(account).verify().external_id == person.did


def test_who_says_no_on_their_servers_page_connects_nothing(way, person, bluesky):
    answer = way.answer(person, choice="Deny access")

    with pytest.raises(Refused) as refused:
        way.finish(answer)

    assert refused.value.message == f"It was not allowed at localhost:{bluesky.pds_port}. Nothing was connected."
    assert not Account.objects.exists()


def test_an_answer_is_taken_once_from_the_right_server_and_with_its_secret(way, person):
    answer = way.answer(person)

    with pytest.raises(connecting.AttemptOver, match="does not belong to you"):
        way.finish({**answer, "state": "another"})
    made = way.finish(answer)
    with pytest.raises(connecting.AttemptOver, match="is over"):
        way.finish(answer)
    again = way.answer(person)
    with pytest.raises(Refused, match="did not come from"):
        way.finish({**again, "iss": "https://elsewhere.example"})
    assert [account.pk for account in Account.objects.all()] == [made.pk]


def test_a_code_that_was_used_up_says_that_the_sign_in_is_over(way, person):
    answer = way.answer(person)
    used = ConnectAttempt.objects.get()
    way.finish(answer)
    ConnectAttempt.objects.filter(pk=used.pk).update(used_at=None)

    with pytest.raises(Refused, match=r"is over: it took too long, or was used before\. Begin again"):
        way.finish(answer)


def test_somebody_else_than_the_one_who_was_meant_is_not_connected_and_their_sign_in_is_given_back(
    way, person, bluesky, counted
):
    other = bluesky.join("oauthother")
    answer = way.answer(other)
    attempt = ConnectAttempt.objects.get()
    meant = seal.seal({**seal.unseal(attempt), "did": person.did, "handle": person.handle})
    ConnectAttempt.objects.filter(pk=attempt.pk).update(sealed=meant.sealed, key_id=meant.key_id)

    with pytest.raises(Refused, match=f"somebody else signed in than {person.handle}"):
        way.finish(answer)

    assert not Account.objects.exists()
    assert counted.of("/oauth/revoke") == [200]


def test_an_app_password_takes_the_place_of_the_sign_in_and_nothing_of_it_stays(way, person, bluesky, counted):
    account = way.finish(way.answer(person))
    typed = {"handle": person.handle, "password": person.app_password("instead")}

    again = connecting.connect_with_token(network="bluesky", host=bluesky.pds, answer=typed, by=way.by, now=clock.now())

    assert again.pk == account.pk
    assert counted.of("/oauth/revoke") == [200]
    assert sorted(kept(again)) == ["access", "did", "password", "refresh", "service", "way"]
    connecting.remove_account(account_id=account.pk, by=way.by, now=clock.now())
    services.give_back(account_id=account.pk, now=clock.now())
    assert counted.of("deleteSession") == [200]


@contextmanager
def told(network: BlueskyNetwork, description: Mapping[str, Any]) -> Iterator[None]:
    """What Crossdesk says of itself, at its address in the world of the network's servers."""

    class Says(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/oauth/bluesky/client-metadata.json"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(description).encode())

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Says) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        network.knows(NAME, f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


def test_at_a_public_address_crossdesk_proves_by_its_own_key_that_it_is_itself(way, person, bluesky, counted):
    public = Way(bluesky, way.by, back=f"https://{NAME}/oauth/bluesky/back")
    with pytest.raises(Refused, match="cannot read what Crossdesk says of itself"):
        public.start(person.handle)

    description = connecting.description(network="bluesky", redirect_uri=public.back, now=clock.now())
    with told(bluesky, description):
        account = public.finish(public.answer(person))

        assert Credential.objects.get(account=account).expires_at is None
        keep(account, access="ended")
        assert sessions.open_session(account).verify().external_id == person.did
        renewed = kept(account)
        with pytest.raises(NetworkError):  # another key is not believed
            oauth.renewed(counted.client, {**renewed, "client_key": es256.new_key()}, nonces=dpop.Nonces())
        assert connecting.remove_account(account_id=account.pk, by=way.by, now=clock.now()).removed_at is not None
        assert services.give_back(account_id=account.pk, now=clock.now()) is None
    assert counted.of("/oauth/revoke")[-1] == 200


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("nobody.test", "Nobody on Bluesky has the handle nobody.test. Is it spelt as people see it?"),
        ("no handle", "Type the handle as people see it, for example brand.bsky.social."),
        ("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "The account did:plc:aaaaaaaaaaaaaaaaaaaaaaaa does not exist any more."),
    ],
)
def test_a_handle_that_leads_nowhere_says_so_before_anybody_is_sent_away(bluesky, counted, handle, sentence):
    adapter = registry.adapter("bluesky")
    assert isinstance(adapter, SignsInOnAPage)

    with pytest.raises(Refused) as refused:
        adapter.connect_start(host=bluesky.pds, redirect_uri=BACK, app={}, state="s", asked={"handle": handle})

    assert refused.value.message == sentence
    assert counted.of("/oauth/par") == []
