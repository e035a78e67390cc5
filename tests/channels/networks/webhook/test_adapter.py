"""The generic webhook's own form: what is signed, what is understood, what an answer looks like on the wire."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from crossdesk.channels.networks.webhook import signing
from crossdesk.channels.networks.webhook.adapter import Generic, verify_token
from crossdesk.channels.ports import (
    Deleted,
    Delivery,
    MediaItem,
    NotBelieved,
    Outgoing,
    Profile,
    RateLimited,
    Refused,
    Said,
    Unavailable,
    Unreadable,
)
from crossdesk.kit import clock
from tests.servers.rude import answer

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
RAW = b'{"id": "r1"}'
SECRETS = {"secret": "s3cret", "old_secret": "before", "old_until": (NOON + timedelta(hours=1)).isoformat()}
US = Profile("shop-1", "shop-1", name="Shop")
FULL = {
    "id": "r1", "kind": "review", "text": "Two stars.", "visibility": "public", "language": "en",
    "author": {"id": "u7", "name": "Ines", "handle": "@ines", "url": "https://shop.example/u7", "followers": 3},
    "sent_at": "2026-03-04T12:00:00+01:00", "parent": "r0", "root": 9, "url": "https://shop.example/r1",
    "media": [{"url": "https://shop.example/a.png", "alt": "A kettle"}], "edited_at": "2026-03-04T12:05:00Z",
}  # fmt: skip


def adapter(client=None) -> Generic:
    return Generic(client)


def believed(raw=RAW, header=None, *, secret="s3cret", at=NOON, now=NOON):
    signed = signing.signature(RAW, secret, at=at) if header is None else header
    Generic.webhook.verify(raw, {"crossdesk-signature": signed}, SECRETS, now=now)


def events(body) -> list:
    return list(adapter().parse(Delivery("messages", json.dumps(body)), profile=US))


def test_the_signature_is_of_the_moment_and_the_bytes():
    assert signing.signature(RAW, "s3cret", at=NOON) == (
        "t=1772625600,v1=1779fa56d05fe3e78d2341bffe7fe4ce56507718c4cd5b1d48ae8fec9f1f06e7"
    )


def test_what_is_signed_with_the_secret_is_believed_and_for_a_day_with_the_one_before():
    believed()
    believed(secret="before")
    with pytest.raises(NotBelieved, match="does not fit"):
        believed(secret="before", at=NOON + timedelta(hours=2), now=NOON + timedelta(hours=2))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"raw": RAW + b" "}, "does not fit"),
        ({"secret": "other"}, "does not fit"),
        ({"header": ""}, "is missing"),
        ({"header": "t=1,v1=xyz"}, "is missing"),
        ({"header": "t=١,v1=" + "0" * 64}, "is missing"),
        ({"header": "t=1772625600,v1=" + "0" * 64}, "does not fit"),
        ({"now": NOON + timedelta(minutes=5, seconds=1)}, "older than five minutes"),
        ({"at": NOON + timedelta(minutes=5, seconds=1)}, "older than five minutes"),
    ],
)
def test_anything_else_is_not_believed(change, why):
    with pytest.raises(NotBelieved, match=why):
        believed(**change)


def test_a_challenge_is_answered_for_the_right_token_only():
    hook = Generic.webhook
    good = {"hub.challenge": "abc-123", "hub.verify_token": verify_token(SECRETS)}

    assert hook.challenge(good, SECRETS) == "abc-123"
    assert hook.challenge({**good, "hub.verify_token": "wrong"}, SECRETS) is None
    assert hook.challenge({**good, "hub.challenge": "<script>"}, SECRETS) is None
    assert hook.challenge({}, SECRETS) is None


def test_one_message_stays_exactly_as_it_came_and_several_are_taken_apart():
    one = b'{ "id":"r1" ,"text":"Gr\\u00fc\xc3\x9fe"}'
    several = json.dumps({"messages": [{"id": "r1"}, {"id": 2}]}).encode()

    assert adapter().webhook.deliveries(one) == [Delivery("messages", one.decode(), "r1")]
    assert [each.body for each in adapter().webhook.deliveries(several)] == ['{"id": "r1"}', '{"id": 2}']


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xff", "not UTF-8"), (b"{", "not JSON"), (b"[" * 100_000, "not JSON"), (b"[]", "not a JSON object"),
        (b'{"messages": []}', "1 to 100"), (json.dumps({"messages": [{}] * 101}).encode(), "1 to 100"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_apart_says_why_and_is_kept(raw, why):
    with pytest.raises(Unreadable, match=why) as told:
        adapter().webhook.deliveries(raw)

    assert told.value.payload


def test_a_whole_message_is_understood():
    assert events(FULL) == [
        Said(
            external_id="r1", kind="review", text="Two stars.", language="en", sent_at=NOON - timedelta(hours=1),
            author=Profile("u7", "ines", name="Ines", url="https://shop.example/u7", followers=3),
            parent_external_id="r0", root_external_id="9", permalink="https://shop.example/r1",
            edited_at=NOON + timedelta(minutes=5),
            media=(MediaItem("image", "https://shop.example/a.png", alt="A kettle"),),
        )
    ]  # fmt: skip


def test_the_least_message_is_understood_and_a_deletion():
    least = {"id": 7, "text": "Hello", "author": {"id": "u7"}, "sent_at": "2026-03-04T12:00:00Z", "kind": "direct"}

    assert events(least) == [
        Said(
            external_id="7", kind="direct", visibility="direct", author=Profile("u7", "u7"), text="Hello", sent_at=NOON
        )
    ]
    assert events({"id": "r1", "deleted": True, "at": "2026-03-04T12:00:00Z"}) == [Deleted("r1", NOON)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": ""}, "`id` is missing"), ({"id": True}, "`id` is missing"), ({"text": None}, "`text` is missing"),
        ({"author": None}, "`author` is missing"), ({"author": {}}, r"`author\.id` is missing"),
        ({"sent_at": "yesterday"}, "`sent_at` must be"), ({"sent_at": "2026-03-04T12:00:00"}, "`sent_at` must be"),
        ({"kind": "shout"}, "`kind` must be one of"), ({"visibility": "secret"}, "`visibility` must be one of"),
        ({"media": "x"}, "`media` must be"), ({"media": [{"url": "javascript:1"}]}, "needs a `url`"),
        ({"edited_at": "soon"}, "`edited_at` must be"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(change, why):
    with pytest.raises(Unreadable, match=why):
        events({**FULL, **change})


def test_connecting_makes_a_place_and_a_secret_of_its_own():
    made = [
        adapter().connect_finish(host="", redirect_uri="", app={}, keep={}, answer={"name": "Läden & Shöps"})
        for _ in range(2)
    ]

    assert len({one.host for one in made}) == len({one.secrets["secret"] for one in made}) == 2
    assert all(one.host == one.profile.external_id and one.host.startswith("laden-shops-") for one in made)
    assert made[0].limits == {"answers": 0}


@pytest.mark.parametrize("url", ["http://shop.example/answers", "ftp://shop.example", "shop.example", "https://a@b/"])
def test_answers_go_over_https_only(url):
    with pytest.raises(Refused):
        adapter().connect_finish(host="", redirect_uri="", app={}, keep={}, answer={"name": "Shop", "reply_url": url})


def test_an_answer_is_posted_signed_and_its_id_kept(rude, outside):
    server = rude(answer("200 OK", body=b'{"id": 17, "url": "https://shop.example/a17"}'))
    session = adapter(outside).session(host="", secrets={**SECRETS, "reply_url": f"{server.url}/answers"}, profile=US)

    with clock.standing_at(NOON):
        sent = session.send(Outgoing(key="k1", text="Grüße", in_reply_to="r1", to_handle="ines"))

    head, _, body = server.asked[0].partition("\r\n\r\n")
    raw = body.encode("latin-1")
    assert (sent.external_id, sent.permalink) == ("17", "https://shop.example/a17")
    assert json.loads(raw) == {
        "type": "answer", "key": "k1", "text": "Grüße", "visibility": "public", "in_reply_to": "r1", "to": "ines",
        "language": "",
    }  # fmt: skip
    assert f"Crossdesk-Signature: {signing.signature(raw, 's3cret', at=NOON)}" in head


def test_an_answer_without_an_id_is_known_by_its_key_and_a_lost_one_is_in_doubt(rude, outside):
    quiet, broken = rude(answer("204 No Content")), rude(answer("500 Oops"))

    def send(server):
        session = adapter(outside).session(host="", secrets={"secret": "s", "reply_url": server.url}, profile=US)
        return session.send(Outgoing(key="k1", text="Hello"))

    assert send(quiet).external_id == "k1"
    with pytest.raises(Unavailable) as told:
        send(broken)
    assert told.value.outcome_unknown


def test_without_an_address_for_answers_none_leaves(outside):
    session = adapter(outside).session(host="", secrets={"secret": "s"}, profile=US)

    assert session.verify() == US
    with pytest.raises(Refused, match="takes no answers"):
        session.send(Outgoing(key="k1", text="Hello"))


@pytest.mark.parametrize(
    ("talk", "error"),
    [
        (answer("429 Slow", "Retry-After: 90"), RateLimited),
        (answer("400 No", body=b'{"message": "Closed on Sundays"}'), Refused),
        (answer("503 Later"), Unavailable),
        (answer("200 OK", body=b"<html>"), Unavailable),
        (answer("302 Found", "Location: https://elsewhere.example/"), Refused),
    ],
)
def test_every_way_to_fail_while_answering_has_its_name(rude, outside, talk, error):
    session = adapter(outside).session(host="", secrets={"secret": "s", "reply_url": rude(talk).url}, profile=US)

    with pytest.raises(error) as told:
        session.send(Outgoing(key="k1", text="Hello"))

    assert error is not Refused or "Closed on Sundays" in told.value.message or "elsewhere" in told.value.message


def test_the_address_for_answers_must_take_a_ping(rude, outside):
    good, bad = rude(answer("204 No Content")), rude(answer("403 No"))

    def verified(server):
        return adapter(outside).session(host="", secrets={"secret": "s", "reply_url": server.url}, profile=US).verify()

    assert verified(good) == US
    assert good.asked[0].endswith('{"type": "ping"}')
    with pytest.raises(Refused):
        verified(bad)


def test_a_file_is_fetched_from_the_open_internet_only(rude, outside):
    inside = rude(answer("200 OK", body=b"secret"))
    session = adapter(outside).session(host="", secrets={"secret": "s"}, profile=US)

    with pytest.raises(Refused, match="not on the open internet"):
        session.fetch(inside.url, at_most=100)
    assert inside.asked == []
