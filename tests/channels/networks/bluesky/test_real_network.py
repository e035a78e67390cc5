"""The Bluesky adapter on the real network: PLC directory, PDS and AppView, with a real customer on the other side."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import httpx
import pytest
from PIL import Image

from crossdesk.channels.networks.bluesky.adapter import NETWORK_HOST, Bluesky
from crossdesk.channels.networks.bluesky.session import BlueskySession
from crossdesk.channels.ports import (
    Connected,
    Deleted,
    Event,
    Gone,
    Outgoing,
    OutgoingMedia,
    RateLimited,
    Reacted,
    Refused,
    Said,
    SignInExpired,
    Unavailable,
)
from crossdesk.kit import http
from crossdesk.kit.loopback import free_port
from tests.servers.bluesky import BlueskyNetwork, soon
from tests.servers.bluesky.person import Person, below, named
from tests.servers.ports import LOOPBACK

pytestmark = pytest.mark.network

BEGAN = datetime.now(UTC) - timedelta(minutes=1)


def drawn(colour: str = "teal") -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


@dataclass
class Company:
    """A brand that is connected by our adapter."""

    adapter: Bluesky
    connected: Connected
    person: Person

    def session(self, **secrets: str) -> BlueskySession:
        return self.adapter.session(
            host=self.connected.host,
            secrets={**self.connected.secrets, **secrets},
            profile=self.connected.profile,
        )

    def all(self, feed: str = "notifications") -> list[Event]:
        deliveries = self.session().pull(feed, "").deliveries
        profile = self.connected.profile
        return [event for delivery in deliveries for event in self.adapter.parse(delivery, profile=profile)]

    def heard(self, words: str) -> Said | None:
        found = [event for event in self.all() if isinstance(event, Said) and words in event.text]
        return found[-1] if found else None

    def again(self, external_id: str) -> list[Event]:
        deliveries = self.session().check([external_id])
        return [event for one in deliveries for event in self.adapter.parse(one, profile=self.connected.profile)]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with http.client(guard=LOOPBACK, read=15) as client:
        yield client


@pytest.fixture(scope="module")
def brand(bluesky: BlueskyNetwork, client: httpx.Client) -> Company:
    person, adapter = bluesky.join("brand"), Bluesky(client)
    answer = {"handle": f" @{person.handle.upper()} ", "password": person.app_password()}
    connected = adapter.connect_finish(host=bluesky.pds, redirect_uri="", app={}, keep={}, answer=answer)
    return Company(adapter, connected, person)


@pytest.fixture(scope="module")
def customer(bluesky: BlueskyNetwork) -> Person:
    return bluesky.join("customer")


@pytest.fixture(scope="module")
def written(brand: Company, customer: Person) -> dict[str, dict[str, str]]:
    """What the customer wrote, as the network keeps it."""
    us = brand.person
    ours = brand.session().send(Outgoing(key="first", text="Our autumn prices are here."))
    first = us.records()[0]
    subject = {"uri": ours.external_id, "cid": first["cid"]}
    soon(lambda: customer.seen(ours.external_id))
    plain = "plain: Grüße 👩‍🚀 @brand.test my order is late & wet, see shop.example/a-long…"
    link = {"byteStart": len(plain.encode()) - len("shop.example/a-long…".encode()), "byteEnd": len(plain.encode())}
    facet = {"$type": "app.bsky.richtext.facet#link", "uri": "https://shop.example/a-long/way?to=go"}
    posted = {
        "plain": customer.post(
            plain, facets=[*named(plain, us), {"index": link, "features": [facet]}], langs=["en-GB", "de"]
        ),
        "picture": customer.post(
            "picture: @brand.test look",
            facets=named("picture: @brand.test look", us),
            embed=customer.picture(drawn(), "a torn box"),
        ),
        "reply": customer.post("reply: too dear", reply=below(subject)),
        "quote": customer.post("quote: look at this", embed={"$type": "app.bsky.embed.record", "record": subject}),
        "card": customer.post(
            "card: @brand.test read this",
            facets=named("card: @brand.test read this", us),
            embed={
                "$type": "app.bsky.embed.external",
                "external": {"uri": "https://news.example/1", "title": "Prices rise", "description": ""},
            },
        ),
        "gone": customer.post("gone: @brand.test forget this", facets=named("gone: @brand.test forget this", us)),
    }
    customer.react("like", subject)
    customer.react("repost", subject)
    return {**posted, "ours": subject}


@pytest.fixture(scope="module")
def arrived(brand: Company, written: dict[str, dict[str, str]]) -> dict[str, Said]:
    """The same as it arrived at the brand."""
    return {
        words: soon(lambda words=words: brand.heard(f"{words}:"))  # type: ignore[misc]
        for words in ("plain", "picture", "reply", "quote", "card", "gone")
    }


def test_sign_in_by_handle_and_app_password_brings_the_account(bluesky, brand):
    connected = brand.connected

    assert (connected.profile.external_id, connected.profile.handle) == (brand.person.did, "brand.test")
    assert connected.profile.url == "https://bsky.app/profile/brand.test"
    assert connected.host == NETWORK_HOST
    assert sorted(connected.secrets) == ["access", "did", "password", "refresh", "service", "way"]
    assert (connected.secrets["service"], connected.secrets["did"]) == (bluesky.pds, brand.person.did)
    assert brand.session().verify().external_id == brand.person.did


def test_a_wrong_password_and_the_accounts_own_are_refused(bluesky, brand):
    def connect(password):
        answer = {"handle": "brand.test", "password": password}
        brand.adapter.connect_finish(host=bluesky.pds, redirect_uri="", app={}, keep={}, answer=answer)

    with pytest.raises(Refused, match="does not know this handle"):
        connect("xxxx-xxxx-xxxx-xxxx")
    with pytest.raises(Refused, match="own password"):
        connect(brand.person.password)
    with pytest.raises(Refused, match="Type the handle"):
        connect(" ")


def test_a_mention_arrives_with_its_words_written_out(brand, customer, written, arrived):
    message = arrived["plain"]

    assert message == replace(
        message,
        external_id=written["plain"]["uri"],
        kind="mention",
        text="plain: Grüße 👩‍🚀 @brand.test my order is late & wet, see https://shop.example/a-long/way?to=go",
        visibility="public",
        language="en-GB",
        mentions=(brand.person.did,),
        parent_external_id="",
        media=(),
        ours=False,
        edited_at=None,
    )
    assert (message.author.external_id, message.author.handle) == (customer.did, "customer.test")
    assert message.permalink == f"https://bsky.app/profile/{customer.did}/post/{message.external_id.split('/')[-1]}"
    assert abs(message.sent_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_reply_names_what_it_answers_and_a_quote_what_it_quotes(written, arrived):
    reply, quote = arrived["reply"], arrived["quote"]
    ours = written["ours"]["uri"]

    assert (reply.kind, reply.parent_external_id, reply.root_external_id) == ("reply", ours, ours)
    assert quote.kind == "quote"
    assert quote.text == f"quote: look at this\n\nRE: https://bsky.app/profile/{ours[5:].replace('app.bsky.feed.', '')}"


def test_the_card_of_a_link_stands_below_the_words(arrived):
    assert arrived["card"].text == "card: @brand.test read this\n\nPrices rise\nhttps://news.example/1"


def test_a_picture_arrives_with_its_alt_text_and_can_be_fetched(brand, arrived):
    (item,) = arrived["picture"].media

    assert (item.kind, item.alt) == ("image", "a torn box")
    fetched = brand.session().fetch(item.url, at_most=100_000)
    assert fetched.mime.startswith("image/")
    with Image.open(BytesIO(fetched.content)) as picture:
        assert picture.size[0] / picture.size[1] == pytest.approx(64 / 48, rel=0.05)
    with pytest.raises(Refused):
        brand.session().fetch(item.url, at_most=10)


def test_likes_and_reposts_are_told_and_counted(brand, customer, written, arrived):
    ours = written["ours"]["uri"]

    told = {
        (event.kind, event.external_id, event.by.external_id) for event in brand.all() if isinstance(event, Reacted)
    }
    assert told == {("favourite", ours, customer.did), ("repost", ours, customer.did)}

    def counted():
        (event,) = brand.again(ours)
        return event.metrics if all(event.metrics.values()) else None

    assert soon(counted) == {"favourites": 1, "reposts": 1, "quotes": 1, "replies": 1}


def test_an_answer_reaches_the_customer_in_the_thread_with_all_its_parts(brand, customer, written, arrived):
    text = "Grüße @customer.test 👋🏽, it is at https://shop.example/track?n=1. #sorry #4711 (@nobody.test)"
    picture = OutgoingMedia(drawn("red"), "image/png", "box.png", alt="a new box")
    message = Outgoing(
        key="a1", text=text, in_reply_to=arrived["plain"].external_id, media=[picture], language="de", made_at=BEGAN
    )

    published = brand.session().send(message)

    (answer,) = soon(lambda: customer.answers(written["plain"]["uri"]))
    assert answer["uri"] == published.external_id
    record = answer["record"]
    assert (record["text"], record["langs"]) == (text, ["de"])
    whole = text.encode()
    marked = [
        (whole[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), facet["features"][0])
        for facet in record["facets"]
    ]
    kind = "app.bsky.richtext.facet"
    assert marked == [
        ("@customer.test", {"$type": f"{kind}#mention", "did": customer.did}),
        ("https://shop.example/track?n=1", {"$type": f"{kind}#link", "uri": "https://shop.example/track?n=1"}),
        ("#sorry", {"$type": f"{kind}#tag", "tag": "sorry"}),
    ]
    (image,) = answer["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == ("a new box", {"width": 64, "height": 48})
    assert {"mention", "reply"} & {
        one["reason"] for one in customer.ask("app.bsky.notification.listNotifications")["notifications"]
    }
    (root,) = brand.session().thread(published.external_id)
    (question,) = brand.adapter.parse(root, profile=brand.connected.profile)
    assert (question.external_id, question.kind) == (written["plain"]["uri"], "mention")


def test_an_answer_deep_in_a_thread_belongs_to_its_root(brand, customer, written, arrived):
    answer = brand.session().send(Outgoing(key="d1", text="Which one?", in_reply_to=arrived["reply"].external_id))

    at_once = brand.session().send(Outgoing(key="d2", text="(of the three)", in_reply_to=answer.external_id))

    seen = soon(lambda: customer.seen(at_once.external_id))
    assert seen["post"]["record"]["reply"]["root"]["uri"] == written["ours"]["uri"]
    above = [json.loads(one.body)["uri"] for one in brand.session().thread(at_once.external_id)]
    assert above == [written["ours"]["uri"], arrived["reply"].external_id, answer.external_id]


def test_the_same_message_sent_again_is_there_once_and_stays_as_it_was(brand):
    message = Outgoing(key="twice", text="Only once", made_at=datetime.now(UTC))
    session = brand.session()
    assert session.find(message, since=BEGAN) is None

    first = session.send(message)
    second = session.send(replace(message, text="Only once, but other words"))

    assert first.external_id == second.external_id
    assert session.find(message, since=BEGAN) == second
    held = [one["value"]["text"] for one in brand.person.records() if one["uri"] == first.external_id]
    assert held == ["Only once"]


def test_a_deletion_is_seen_when_read_again_and_nothing_answers_it(brand, customer, arrived):
    gone = arrived["gone"].external_id
    customer.delete(gone)

    (event,) = soon(lambda: [one for one in brand.again(gone) if isinstance(one, Deleted)])

    assert event.external_id == gone
    with pytest.raises(Gone):
        brand.session().send(Outgoing(key="late", text="Too late", in_reply_to=gone))


def test_what_is_withheld_from_us_is_not_gone(bluesky, brand):
    stranger = bluesky.join("stranger")
    text = "withheld: @brand.test"
    posted = stranger.post(text, facets=named(text, brand.person))
    soon(lambda: brand.heard("withheld:"))
    block = {"$type": "app.bsky.graph.block", "subject": brand.person.did, "createdAt": "2026-01-01T00:00:00Z"}
    stranger.tell("com.atproto.repo.createRecord", repo=stranger.did, collection="app.bsky.graph.block", record=block)

    soon(lambda: brand.again(posted["uri"]) == [] or None)


def test_answers_that_the_author_does_not_allow_are_refused(bluesky, brand, customer):
    text = "closed: @brand.test"
    posted = customer.post(text, facets=named(text, brand.person))
    gate = {
        "$type": "app.bsky.feed.threadgate", "post": posted["uri"], "allow": [], "createdAt": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    rkey = posted["uri"].split("/")[-1]
    customer.tell(
        "com.atproto.repo.createRecord",
        repo=customer.did,
        collection="app.bsky.feed.threadgate",
        rkey=rkey,
        record=gate,
    )
    soon(lambda: (brand.person.seen(posted["uri"]) or {}).get("post", {}).get("threadgate"))

    with pytest.raises(Refused, match="lets only some people"):
        brand.session().send(Outgoing(key="g1", text="May I?", in_reply_to=posted["uri"]))

    assert "May I?" not in [one["value"]["text"] for one in brand.person.records()]


def test_our_own_posts_come_back_as_ours_and_reposts_do_not(brand, customer, arrived):
    session = brand.session()
    session.repost(arrived["picture"].external_id)
    sent = session.send(Outgoing(key="own", text="Our own words"))

    def shown() -> dict[str, Said]:
        return {event.external_id: event for event in brand.all("own") if isinstance(event, Said)}

    # What shows posts hears of them a little later than what keeps them.
    own = soon(lambda: now if sent.external_id in (now := shown()) else None)

    assert (own[sent.external_id].ours, own[sent.external_id].kind) == (True, "post")
    assert arrived["picture"].external_id not in own


def test_likes_and_reposts_of_ours_are_made_once(brand, arrived):
    uri = arrived["plain"].external_id
    for _ in range(2):
        brand.session().favourite(uri)
        brand.session().repost(uri)

    assert [one["value"]["subject"]["uri"] for one in brand.person.records("app.bsky.feed.like")] == [uri]
    assert [one["value"]["subject"]["uri"] for one in brand.person.records("app.bsky.feed.repost")].count(uri) == 1


def test_a_post_of_ours_is_deleted_once_and_a_customers_never(brand, arrived):
    session = brand.session()
    sent = session.send(Outgoing(key="mistake", text="A mistake"))

    session.delete(sent.external_id)

    assert sent.external_id not in [one["uri"] for one in brand.person.records()]
    # What shows posts hears of it a little later than what keeps them.
    soon(lambda: [one for one in brand.again(sent.external_id) if isinstance(one, Deleted)])
    with pytest.raises(Gone):
        session.delete(sent.external_id)
    with pytest.raises(Refused, match="Only posts of this account"):
        session.delete(arrived["plain"].external_id)


def test_pulling_again_brings_only_what_is_new(brand, customer, arrived):
    session = brand.session()
    first = session.pull("notifications", "")
    text = "newest: @brand.test"
    customer.post(text, facets=named(text, brand.person))
    soon(lambda: brand.heard("newest:"))

    second = session.pull("notifications", first.cursor)
    third = session.pull("notifications", second.cursor)

    assert [json.loads(one.body)["post"]["record"]["text"] for one in second.deliveries] == [text]
    assert list(third.deliveries) == []
    moments = [one.sent_at for one in first.deliveries]
    assert moments == sorted(moments)
    assert first.pace is not None and first.pace.limit == 3000


def test_a_post_that_says_it_is_older_than_what_we_know_is_not_missed(brand, customer, arrived):
    before = brand.session().pull("notifications", "")
    text = "belated: @brand.test"
    back = (datetime.now(UTC) - timedelta(seconds=3)).isoformat().replace("+00:00", "Z")
    customer.post(text, facets=named(text, brand.person), createdAt=back)
    soon(lambda: brand.heard("belated:"))

    found = brand.session().pull("notifications", before.cursor).deliveries

    assert [json.loads(one.body)["post"]["record"]["text"] for one in found] == [text]


def test_more_than_one_page_after_an_outage_is_read_to_its_end(brand, customer, arrived):
    session = brand.session()
    before = session.pull("notifications", "", limit=3)
    words = [f"crowd {number}: @brand.test" for number in range(8)]
    for text in words:
        customer.post(text, facets=named(text, brand.person))
    soon(lambda: brand.heard("crowd 7:"))

    found = session.pull("notifications", before.cursor, limit=3)

    assert [json.loads(one.body)["post"]["record"]["text"] for one in found.deliveries] == words


def test_nothing_private_is_ever_posted(brand):
    with pytest.raises(Refused, match="everybody can read"):
        brand.session().send(Outgoing(key="p", text="Between us", visibility="direct"))


def token_that_ended(did: str) -> str:
    """Signed with the development servers' own key, as if two hours had gone by."""

    def part(value: object) -> str:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    ended = int(time.time()) - 60
    said = {"scope": "com.atproto.appPass", "sub": did, "iat": ended - 7200, "exp": ended, "aud": "did:web:localhost"}
    words = f"{part({'typ': 'at+jwt', 'alg': 'HS256'})}.{part(said)}"
    return f"{words}.{part(hmac.digest(b'jwt-secret', words.encode(), hashlib.sha256))}"


def test_a_session_that_ran_out_is_renewed_by_itself(brand):
    session = brand.session(access=token_that_ended(brand.person.did))

    assert session.verify().external_id == brand.person.did
    assert session.send(Outgoing(key="renewed", text="After the renewal")).external_id


def test_where_the_refresh_token_is_dead_the_app_password_signs_in_anew(brand):
    session = brand.session(access=token_that_ended(brand.person.did), refresh="dead")

    assert session.verify().external_id == brand.person.did


def test_an_app_password_that_was_taken_back_asks_for_a_new_sign_in(bluesky, client):
    person, adapter = bluesky.join("leaver"), Bluesky(client)
    answer = {"handle": person.handle, "password": person.app_password("Soon gone")}
    made = adapter.connect_finish(host=bluesky.pds, redirect_uri="", app={}, keep={}, answer=answer)
    person.tell("com.atproto.server.revokeAppPassword", name="Soon gone")
    session = adapter.session(
        host=made.host, secrets={**made.secrets, "access": token_that_ended(person.did)}, profile=made.profile
    )

    for act in (session.verify, lambda: session.pull("notifications", ""), lambda: session.favourite("at://x")):
        with pytest.raises((SignInExpired, Gone)):
            act()
    with pytest.raises(SignInExpired, match="new app password"):
        session.verify()


def test_a_limit_of_the_network_is_kept(bluesky, client):
    person, adapter = bluesky.join("hasty"), Bluesky(client)

    def wrong():
        adapter.connect_finish(
            host=bluesky.pds, redirect_uri="", app={}, keep={}, answer={"handle": person.handle, "password": "no"}
        )

    for _ in range(40):
        try:
            wrong()
        except RateLimited as limit:
            assert timedelta(0) < limit.until - datetime.now(UTC) <= timedelta(minutes=5)
            return
        except Refused:
            continue
    raise AssertionError("The network let everything through.")


def test_a_server_that_is_down_is_unavailable_and_nothing_was_sent(brand):
    session = brand.session(service=f"http://localhost:{free_port()}")

    with pytest.raises(Unavailable, match="cannot be reached") as caught:
        session.send(Outgoing(key="k", text="Hello"))
    assert not caught.value.outcome_unknown
