"""The Mastodon adapter against a real snac2 server on loopback, with a real customer on the other side.

Deliveries take some seconds there, so all is said at once, then all is awaited; the tests look at what came.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from crossdesk.channels.networks.mastodon.adapter import SCOPES, Mastodon
from crossdesk.channels.ports import (
    Deleted,
    Event,
    Gone,
    Outgoing,
    OutgoingMedia,
    Published,
    Reacted,
    Refused,
    Said,
    SignInExpired,
    Unavailable,
)
from crossdesk.kit import http
from tests.channels.networks.sandbox.test_adapter import PIXEL
from tests.servers.ports import LOOPBACK
from tests.servers.snac import SnacServer, soon
from tests.servers.somebody import REDIRECT, Somebody, sign_in

pytestmark = pytest.mark.network

BEGAN = datetime.now(UTC) - timedelta(minutes=1)
PICTURE = OutgoingMedia(PIXEL, "image/png", "box.png", alt="a torn box")


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with http.client(guard=LOOPBACK, read=15) as client:
        yield client


@pytest.fixture(scope="module")
def brand(snac: SnacServer, client: httpx.Client) -> Somebody:
    return sign_in(snac, client, "brand")


@pytest.fixture(scope="module")
def customer(snac: SnacServer, client: httpx.Client) -> Somebody:
    return sign_in(snac, client, "customer")


@pytest.fixture(scope="module")
def arrived(brand: Somebody, customer: Somebody) -> dict[str, Said]:
    """What the customer wrote, as it arrived at the brand."""
    post = customer.session.send
    post(Outgoing(key="c1", text="plain: @brand my order is late & wet, 2 < 3\n\nSee https://example.com/a?b=1"))
    post(Outgoing(key="c2", text="secret: @brand my number is 4711", visibility="direct"))
    post(Outgoing(key="c3", text="picture: @brand look", media=[PICTURE]))
    post(Outgoing(key="c4", text="edited: @brand frist words"))
    post(Outgoing(key="c5", text="deleted: @brand forget this"))
    return {
        words: soon(lambda words=words: brand.said(f"{words}:"))  # type: ignore[misc]
        for words in ("plain", "secret", "picture", "edited", "deleted")
    }


@pytest.fixture(scope="module")
def answers(brand: Somebody, arrived: dict[str, Said]) -> dict[str, Published]:
    """What the brand answered."""
    handle = arrived["plain"].author.handle
    return {
        words: brand.session.send(
            Outgoing(
                key=f"b-{words}",
                text=f"answer to {words}!",
                in_reply_to=arrived[words].external_id,
                to_handle=handle,
                media=[PICTURE] if words == "picture" else [],
            )
        )
        for words in ("plain", "secret", "picture")
    }


@pytest.fixture(scope="module")
def received(customer: Somebody, answers: dict[str, Published]) -> dict[str, Said]:
    """The answers, as they arrived at the customer."""
    return {
        words: soon(lambda words=words: customer.said(f"answer to {words}!"))  # type: ignore[misc]
        for words in answers
    }


@pytest.fixture(scope="module")
def changed(
    snac: SnacServer, customer: Somebody, arrived: dict[str, Said], received: dict[str, Said]
) -> dict[str, Said]:
    """The customer edits, deletes, favourites and boosts."""
    token = customer.connected.secrets["token"]
    answer = httpx.put(
        f"{snac.url}/api/v1/statuses/{arrived['edited'].external_id}",
        data={"status": "edited: @brand first words"},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.is_success
    snac.delete("customer", arrived["deleted"].permalink)
    customer.session.favourite(received["plain"].external_id)
    customer.session.repost(received["plain"].external_id)
    return arrived


def test_sign_in_by_the_servers_own_form_brings_profile_scopes_and_limits(snac, brand):
    connected = brand.connected

    assert (connected.profile.handle, connected.profile.url) == ("brand", f"{snac.url}/brand")
    assert connected.host == snac.url
    assert sorted(connected.scopes) == sorted(SCOPES)
    limits = dict(connected.limits)
    assert {"image/png", "image/jpeg", "image/svg+xml", "video/mp4"} < set(limits.pop("media_types"))
    assert limits == {
        "max_text": 100_000,
        "max_media": 4,
        "max_media_bytes": 16_777_216,
        "links_as": 32,
        "idempotency": 0,
    }
    assert brand.session.verify() == connected.profile


def test_a_mention_arrives_by_pull_with_its_words(snac, customer, arrived):
    message = arrived["plain"]

    assert message.text.startswith("plain: @brand")
    assert message.text.endswith("my order is late & wet, 2 < 3\n\nSee https://example.com/a?b=1")
    assert (message.kind, message.visibility, message.parent_external_id) == ("mention", "public", "")
    assert message.author.external_id == customer.connected.profile.external_id
    assert message.author.handle == f"customer@{snac.host}"
    assert message.permalink.startswith(f"{snac.url}/customer/p/")
    assert abs(message.sent_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert (message.edited_at, message.ours, message.media) == (None, False, ())


def test_a_direct_message_arrives_as_direct(arrived):
    assert (arrived["secret"].kind, arrived["secret"].visibility) == ("direct", "direct")


def test_a_picture_arrives_with_its_alt_text_and_can_be_fetched(brand, arrived):
    (item,) = arrived["picture"].media

    assert (item.kind, item.mime, item.alt) == ("image", "image/png", "a torn box")
    assert brand.session.fetch(item.url, at_most=10_000).content == PIXEL
    with pytest.raises(Refused):
        brand.session.fetch(item.url, at_most=10)


def test_an_answer_reaches_the_customer_in_the_thread(customer, arrived, answers, received):
    answer = received["plain"]

    assert (answer.kind, answer.visibility) == ("reply", "public")
    assert answer.parent_external_id == arrived["plain"].external_id
    assert answer.external_id == answers["plain"].external_id
    (above,) = customer.session.thread(answer.external_id)
    (question,) = customer.adapter.parse(above, profile=customer.connected.profile)
    assert isinstance(question, Said)
    assert (question.external_id, question.ours) == (arrived["plain"].external_id, True)


def test_an_answer_to_a_direct_message_is_direct_although_it_was_meant_to_be_public(received, arrived):
    answer = received["secret"]

    assert (answer.kind, answer.visibility) == ("direct", "direct")
    assert answer.parent_external_id == arrived["secret"].external_id


def test_a_picture_goes_out_with_its_alt_text(customer, received):
    (item,) = received["picture"].media

    assert item.alt == "a torn box"
    assert customer.session.fetch(item.url, at_most=10_000).content == PIXEL


def test_our_own_posts_come_back_as_ours(brand, answers):
    own = {event.external_id: event for event in brand.all("own") if isinstance(event, Said)}

    for words in ("plain", "picture"):
        event = own[answers[words].external_id]
        assert (event.ours, event.permalink) == (True, answers[words].permalink)


@pytest.mark.parametrize("words", ["plain", "secret", "picture"])
def test_what_was_sent_is_found_after_an_unknown_outcome(brand, arrived, answers, words):
    message = Outgoing(
        key=f"b-{words}",
        text=f"answer to {words}!",
        in_reply_to=arrived[words].external_id,
        to_handle=arrived["plain"].author.handle,
        media=[PICTURE] if words == "picture" else [],
    )
    find = brand.session.find

    found = find(message, since=BEGAN)

    assert found is not None and found.external_id == answers[words].external_id
    assert find(message, since=BEGAN, taken={found.external_id}) is None
    assert find(message, since=datetime.now(UTC) + timedelta(minutes=5)) is None
    other = Outgoing(key="x", text=f"answer to {words}?? no", in_reply_to=message.in_reply_to)
    assert find(other, since=BEGAN) is None


def test_a_direct_message_that_answers_nothing_is_found_too(brand):
    message = Outgoing(key="d1", text="@customer are you still there?", visibility="direct")
    assert brand.session.find(message, since=BEGAN) is None

    published = brand.session.send(message)

    found = brand.session.find(message, since=BEGAN)
    assert found is not None and found.external_id == published.external_id


def test_edits_and_deletions_are_seen_when_read_again(brand, changed):
    before, gone = changed["edited"], changed["deleted"]
    assert before.text.endswith("frist words")

    edited = soon(lambda: _edited(brand.again(before.external_id)))
    deleted = soon(lambda: _deleted(brand.again(gone.external_id)))

    assert (edited.external_id, edited.kind, edited.text) == (
        before.external_id,
        "mention",
        "edited: @brand first words",
    )
    assert edited.edited_at is not None
    assert deleted.external_id == gone.external_id
    with pytest.raises(Gone):
        brand.session.send(Outgoing(key="late", text="Too late", in_reply_to=gone.external_id))


def _edited(event: Event) -> Said | None:
    return event if isinstance(event, Said) and event.edited_at else None


def _deleted(event: Event) -> Deleted | None:
    return event if isinstance(event, Deleted) else None


def test_several_messages_are_read_again_in_one_go(brand, arrived):
    wanted = [arrived[words].external_id for words in ("plain", "secret", "picture")]

    again = [event.external_id for read in brand.session.check([*wanted, "0" * 42]) for event in _of(brand, read)]

    assert again == [*wanted, "0" * 42]


def _of(somebody, delivery):
    return list(somebody.adapter.parse(delivery, profile=somebody.connected.profile))


def test_favourites_and_boosts_of_our_answers_are_told(brand, customer, answers, changed):
    def both():
        reactions = [event for event in brand.all() if isinstance(event, Reacted)]
        kinds = {event.kind for event in reactions if event.external_id == answers["plain"].external_id}
        return reactions if kinds == {"favourite", "repost"} else None

    for reaction in soon(both):
        assert reaction.by.external_id == customer.connected.profile.external_id


def test_a_message_that_we_favourite_and_boost_stays_itself(brand, arrived):
    before = arrived["plain"]

    brand.session.favourite(before.external_id)
    brand.session.repost(before.external_id)

    after = brand.again(before.external_id)
    assert isinstance(after, Said)
    assert (after.external_id, after.author, after.text) == (before.external_id, before.author, before.text)
    assert [event for event in brand.all("own") if event.external_id == before.external_id] == []


def test_pulling_again_brings_a_little_overlap_and_nothing_is_missed(brand, arrived):
    first = brand.session.pull("notifications", "")
    second = brand.session.pull("notifications", first.cursor)

    assert 0 < len(second.deliveries) <= 5
    assert {each.external_id for each in second.deliveries} <= {each.external_id for each in first.deliveries}
    moments = [each.sent_at for each in first.deliveries]
    assert moments == sorted(moments)


def test_a_server_without_conversations_has_an_empty_feed(brand):
    assert brand.session.pull("conversations", "").deliveries == []


def test_a_server_that_cannot_delete_by_api_says_so_and_keeps_the_post(brand, answers):
    with pytest.raises(Refused, match="does not let applications delete"):
        brand.session.delete(answers["plain"].external_id)
    with pytest.raises(Gone):
        brand.session.delete("0" * 42)


def test_a_token_that_the_server_does_not_know_asks_for_a_new_sign_in(brand):
    stranger = brand.adapter.session(
        host=brand.connected.host, secrets={"token": "wrong"}, profile=brand.connected.profile
    )

    for act in (
        stranger.verify,
        lambda: stranger.pull("notifications", ""),
        lambda: stranger.send(Outgoing(key="k", text="Hello")),
        lambda: stranger.favourite("1"),
    ):
        with pytest.raises(SignInExpired):
            act()


def test_a_wrong_password_gives_no_code(snac, client):
    adapter = Mastodon(client)
    app = adapter.register_app(host=snac.url, redirect_uri=REDIRECT)
    start = adapter.connect_start(host=snac.url, redirect_uri=REDIRECT, app=app, state="s1")

    assert "code" not in snac.sign_in(start.url, "brand", password="wrong")
    with pytest.raises(Refused):
        adapter.connect_finish(host=snac.url, redirect_uri=REDIRECT, app=app, keep=start.keep, answer={"code": "bad"})


def test_a_server_that_is_down_is_unavailable_and_nothing_was_sent(client, tmp_path):
    server = SnacServer(tmp_path / "home", users=("brand",)).start()
    try:
        brand = sign_in(server, client, "brand")
    finally:
        server.stop()

    with pytest.raises(Unavailable, match="cannot be reached") as caught:
        brand.session.send(Outgoing(key="k", text="Hello"))
    assert not caught.value.outcome_unknown
