"""Hashtags and search: the server's timeline of a tag and its search, on a real server and on the fake for the rest."""

import json
import socket
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from crossdesk.channels.networks.mastodon.adapter import Mastodon
from crossdesk.channels.networks.mastodon.session import MastodonSession
from crossdesk.channels.parts import Choice
from crossdesk.channels.ports import FOUND, MissingScope, Page, Profile, Said, Unreadable
from crossdesk.kit import http
from tests.channels.networks.mastodon.payloads import BRAND, account, delivery, status
from tests.servers.mastodon import MastodonServer
from tests.servers.ports import LOOPBACK
from tests.servers.rude import RudeServer, Talk, answer
from tests.servers.snac import SnacServer, soon
from tests.servers.somebody import sign_in

TENTS = f"{FOUND}#tents"


def found(client: httpx.Client, page: Page, profile: Profile) -> list[Said]:
    parse = Mastodon(client).parse
    return [event for each in page.deliveries for event in parse(each, profile=profile) if isinstance(event, Said)]


@pytest.mark.parametrize(
    ("change", "kind", "to_us"),
    [
        ({"mentions": [], "content": "<p>#tents</p>"}, "found", False),
        (
            {"mentions": [], "content": "<p>#tents</p>", "in_reply_to_id": "7", "in_reply_to_account_id": "8"},
            "found",
            False,
        ),
        (
            {"mentions": [], "content": "<p>#tents</p>", "in_reply_to_id": "7", "in_reply_to_account_id": "109"},
            "reply",
            True,
        ),
        ({}, "mention", True),
    ],
)
def test_what_a_word_brings_is_found_unless_it_is_said_to_us(outside, change, kind, to_us):
    (said,) = found(outside, Page([delivery(TENTS, status(**change))], ""), BRAND)

    assert (said.kind, said.to_us, said.found_by) == (kind, to_us, "#tents")


def test_our_own_posts_are_not_found(outside):
    assert found(outside, Page([delivery(TENTS, status(account=account(id="109")))], ""), BRAND) == []


@pytest.mark.parametrize("body", [{}, {"statuses": "?"}, {"statuses": None}])
def test_an_answer_without_hits_in_it_is_unreadable(rude, outside, body):
    server = rude(answer("200 OK", "Content-Type: application/json", body=json.dumps(body).encode()))
    session = Mastodon(outside).session(host=server.url, secrets={"token": "t"}, profile=BRAND)

    with pytest.raises(Unreadable):
        session.pull(f"{FOUND}tent poles", "")


def test_a_sign_in_from_before_that_may_not_search_says_which_right_it_lacks(rude, outside):
    words = json.dumps({"error": "This action is outside the authorized scopes"}).encode()
    server = rude(answer("403 Forbidden", "Content-Type: application/json", body=words))
    session = Mastodon(outside).session(host=server.url, secrets={"token": "t"}, profile=BRAND)

    with pytest.raises(MissingScope):
        session.pull(f"{FOUND}tent poles", "")


def test_hits_that_only_we_may_read_and_what_was_passed_on_are_left_out(rude, outside):
    told = [
        status(id="5", visibility="direct"), status(id="4", visibility="private"), status(id="3", reblog=status(id="2")),
        status(id="1"), "rubbish",
    ]  # fmt: skip
    server = rude(answer("200 OK", "Content-Type: application/json", body=json.dumps({"statuses": told}).encode()))
    session = Mastodon(outside).session(host=server.url, secrets={"token": "t"}, profile=BRAND)

    page = session.pull(f"{FOUND}tent poles", "")

    assert [each.external_id for each in page.deliveries] == ["1"]
    assert json.loads(page.cursor) == {"newest": "5"}


def searching(rude: Callable[[Talk], RudeServer], total: int) -> RudeServer:
    """A search with so many hits, ids falling from there, a page at a time."""

    def talk(caller: socket.socket) -> None:
        if not server.asked[-1]:  # the test is over
            return
        asked = parse_qs(urlsplit(server.asked[-1].split()[1]).query)
        start = total - int(asked["offset"][0])
        hits = [status(id=str(one)) for one in range(start, max(start - int(asked["limit"][0]), 0), -1)]
        answer("200 OK", "Content-Type: application/json", body=json.dumps({"statuses": hits}).encode())(caller)

    server = rude(talk)
    return server


def test_hits_of_many_pages_come_oldest_first_until_what_is_known(rude, outside):
    session = Mastodon(outside).session(host=searching(rude, 130).url, secrets={"token": "t"}, profile=BRAND)
    first = session.pull(f"{FOUND}tent poles", "")
    then = session.pull(f"{FOUND}tent poles", json.dumps({"newest": "20"}))
    nothing = session.pull(f"{FOUND}tent poles", then.cursor)

    assert [each.external_id for each in first.deliveries] == [str(one) for one in range(91, 131)]
    assert [each.external_id for each in then.deliveries] == [str(one) for one in range(21, 131)]
    assert (nothing.deliveries, nothing.cursor) == ((), then.cursor)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with http.client(guard=LOOPBACK, read=15) as client:
        yield client


@pytest.fixture(scope="module")
def brand(mastodon: MastodonServer, client: httpx.Client) -> MastodonSession:
    adapter, secrets = Mastodon(client), {"token": "token-of-brand"}
    first = adapter.session(host=mastodon.url, secrets=secrets, profile=Profile("", ""))
    return adapter.session(host=mastodon.url, secrets=secrets, profile=first.verify())


@pytest.mark.network
@pytest.mark.parametrize(
    ("feed", "tag", "many"),
    [
        (f"{FOUND}#camping", "#camping", 90),
        (f"{FOUND}warm blanket", "a warm blanket", 30),
    ],  # the fake's search has one page
)
def test_everything_comes_once_and_nothing_is_missed_however_much_was_said(mastodon, brand, client, feed, tag, many):
    profile = brand.verify()
    for number in range(3):
        mastodon.say(f"early {number} {tag}", by="stranger")
    first = brand.pull(feed, "")
    assert [said.text for said in found(client, first, profile)] == [f"early {number} {tag}" for number in range(3)]

    for number in range(many):
        mastodon.say(f"late {number} {tag}", by="stranger")
    mastodon.say(f"@brand look {tag}", by="customer")
    mastodon.say(f"ours {tag}", by="brand")
    seen: list[Said] = []
    cursor = first.cursor
    for _ in range(9):
        page = brand.pull(feed, cursor)
        seen += [said for said in found(client, page, profile) if said.text not in {one.text for one in seen}]
        cursor = page.cursor
        if not page.has_more:
            break

    assert [said.text for said in seen if "late" in said.text] == [f"late {number} {tag}" for number in range(many)]
    assert [said.kind for said in seen if "look" in said.text] == ["mention"]
    assert not [said for said in seen if "ours" in said.text]
    assert {said.kind for said in seen if "late" in said.text} == {"found"}


@pytest.mark.network
def test_a_tag_and_a_poll_on_a_real_server(snac: SnacServer, client):
    brand, customer = sign_in(snac, client, "brand"), sign_in(snac, client, "customer")
    customer.post("I sleep in #tents")
    snac.ask("customer", "which #tents are best?", ["red", "blue"], warning="A question")

    def asked() -> list[Said]:
        page = brand.session.pull(TENTS, "")
        return [said for said in found(client, page, brand.connected.profile) if said.poll]

    (question,) = soon(asked)
    page = brand.session.pull(TENTS, "")
    texts = {said.text for said in found(client, page, brand.connected.profile)}  # of one second: in any order
    assert texts == {"I sleep in #tents", "A question\n\nwhich #tents are best?\n\n- red\n- blue"}
    assert (question.kind, question.warning, question.found_by) == ("found", "A question", "#tents")
    assert question.poll is not None
    assert question.poll.choices == (Choice("red", 0), Choice("blue", 0))
    assert question.poll.ends_at is not None

    customer.post("again in #tents")
    later = brand.session.pull(TENTS, page.cursor)
    assert "again in #tents" in [said.text for said in found(client, later, brand.connected.profile)]


@pytest.mark.network
def test_the_search_of_a_real_server_that_finds_no_posts_brings_nothing(snac: SnacServer, client):
    brand, customer = sign_in(snac, client, "brand"), sign_in(snac, client, "customer")
    customer.post("nobody finds these words by searching")

    assert brand.session.pull(f"{FOUND}nobody finds", "").deliveries == ()
