"""The stream of a server with the Mastodon API: what comes over it, and that a key sent twice makes one status."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest

from crossdesk.channels.networks.mastodon.adapter import Mastodon
from crossdesk.channels.networks.mastodon.session import MastodonSession
from crossdesk.channels.ports import Deleted, Delivery, NoStream, Outgoing, Profile, Said, Streams
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


@pytest.fixture(scope="module")
def brand(mastodon: MastodonServer, client: httpx.Client) -> MastodonSession:
    adapter, secrets = Mastodon(client), {"token": "token-of-brand"}
    first = adapter.session(host=mastodon.url, secrets=secrets, profile=Profile("", ""))
    return adapter.session(host=mastodon.url, secrets=secrets, profile=first.verify())


class Listening:
    """A line in a thread of its own, and all that came over it."""

    def __init__(self, session: Streams) -> None:
        self.came: list[Delivery] = []
        self.signs = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._hear, args=(session,), daemon=True)

    def __enter__(self) -> "Listening":
        self._thread.start()
        soon(lambda: self.signs > 0)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _hear(self, session: Streams) -> None:
        for batch in session.listen(stopped=self._stop.is_set):
            self.signs += 1
            self.came += batch


def of(session: MastodonSession, deliveries: Sequence[Delivery], client: httpx.Client) -> list[object]:
    parse: Callable[..., Iterator[object]] = Mastodon(client).parse
    return [event for each in deliveries for event in parse(each, profile=session.verify())]


def test_a_mention_an_edit_and_a_deletion_come_over_the_line_and_what_others_say_does_not(mastodon, brand, client):
    with Listening(brand) as line:
        mastodon.say("nice weather", by="stranger")
        asked = mastodon.say("@brand where is my tent?", by="customer")
        soon(lambda: len(line.came) >= 1)
        mastodon("PUT", f"/api/v1/statuses/{asked['id']}", by="customer", status="@brand where is my red tent?")
        soon(lambda: any("red" in each.body for each in line.came))
        mastodon("DELETE", f"/api/v1/statuses/{asked['id']}", by="customer")
        soon(lambda: any("deleted" in each.body for each in line.came))

    events = of(brand, line.came, client)
    said = [event for event in events if isinstance(event, Said)]
    gone = [event for event in events if isinstance(event, Deleted)]
    assert {event.external_id for event in said} == {asked["id"]}
    assert said[0].text == "@brand where is my tent?"
    assert said[-1].text == "@brand where is my red tent?"
    assert [event.external_id for event in gone] == [asked["id"]]


def test_what_is_streamed_and_then_pulled_is_the_same_delivery(mastodon, brand):
    before = brand.pull("notifications", "")
    with Listening(brand) as line:
        mastodon.say("@brand are you open today?", by="stranger")
        soon(lambda: line.came)

    pulled = brand.pull("notifications", before.cursor).deliveries[-1]
    assert [(each.feed, each.external_id) for each in line.came] == [(pulled.feed, pulled.external_id)]
    assert json.loads(line.came[0].body) == json.loads(pulled.body)


def test_a_server_that_shows_signs_of_life_keeps_the_line_open(brand):
    with Listening(brand) as line:
        soon(lambda: line.signs >= 4)

    assert line.came == []


def test_a_line_is_left_at_once_when_told_to(brand):
    line = Listening(brand)
    with line:
        began = time.monotonic()
    assert time.monotonic() - began < 5


def test_a_key_sent_twice_makes_one_status(mastodon, brand):
    message = Outgoing(key="once-and-never-again", text="We open at nine.")

    first, second = brand.send(message), brand.send(message)

    assert first == second
    shown = mastodon("GET", f"/api/v1/accounts/{brand.verify().external_id}/statuses", by="customer")
    assert [each["id"] for each in shown if "nine" in each["content"]] == [first.external_id]


def test_a_server_without_a_stream_says_so(tmp_path, client):
    server = MastodonServer(tmp_path / "silent", streams=False).start()
    session = Mastodon(client).session(
        host=server.url, secrets={"token": "token-of-brand"}, profile=Profile("1", "brand")
    )

    with pytest.raises(NoStream):
        next(iter(session.listen(stopped=lambda: False)))
    server.stop()


def test_snac_has_none(snac: SnacServer, client):
    session = sign_in(snac, client, "brand").session

    with pytest.raises(NoStream):
        next(iter(session.listen(stopped=lambda: False)))
