"""The Mastodon adapter against servers that are broken, hostile or in the way. All on loopback, byte by byte."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from crossdesk.channels.networks.mastodon.adapter import Mastodon
from crossdesk.channels.ports import (
    Gone,
    MissingScope,
    NetworkError,
    Outgoing,
    Pace,
    RateLimited,
    Refused,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from crossdesk.kit.loopback import free_port
from tests.channels.networks.mastodon.payloads import BRAND, status
from tests.channels.networks.rude_answers import WHILE_PULLING, WHILE_SENDING
from tests.servers.rude import answer

HELLO = Outgoing(key="k1", text="Hello")
ANSWER = Outgoing(key="k1", text="Hello", in_reply_to="1", to_handle="noor@away.example")
SECRET = "token-that-nobody-may-see"
REDIRECT = "http://127.0.0.1:9/back"


def json_of(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture
def session(outside):
    def to(url):
        return Mastodon(outside).session(host=url, secrets={"token": SECRET}, profile=BRAND)

    return to


REFUSALS = [
    (answer("401 Unauthorized", body=b'{"error":"The access token is invalid"}'), SignInExpired, False),
    (answer("403 Forbidden", body=b'{"error":"This action is outside the authorized scopes"}'), MissingScope, False),
    (answer("403 Forbidden", body=b'{"error":"Your login is currently disabled"}'), Refused, False),
    (answer("422 Unprocessable Entity", body=b'{"error":"Validation failed: Text is too long"}'), Refused, False),
]


@pytest.mark.parametrize(("talk", "error", "unknown"), [*REFUSALS, *WHILE_SENDING])
def test_every_way_to_fail_while_sending_has_its_name(rude, session, talk, error, unknown):
    server = rude(talk)

    with pytest.raises(NetworkError) as caught:
        session(server.url).send(HELLO)

    assert type(caught.value) is error
    assert getattr(caught.value, "outcome_unknown", False) is unknown
    assert SECRET not in f"{caught.value} {caught.value.__cause__!r}"
    assert len(server.asked) == 1  # nothing is repeated behind our back


@pytest.mark.parametrize(("talk", "error"), WHILE_PULLING)
def test_every_way_to_fail_while_pulling_has_its_name(rude, session, talk, error):
    server = rude(talk)

    with pytest.raises(NetworkError) as caught:
        session(server.url).pull("notifications", "")

    assert type(caught.value) is error
    if error is Unreadable and isinstance(caught.value, Unreadable):
        assert caught.value.payload == "" or "hotel" in caught.value.payload or "error" in caught.value.payload


def test_pieces_that_are_no_objects_are_kept_as_deliveries(rude, session):
    server = rude(answer("200 OK", "X-RateLimit-Limit: 300", "X-RateLimit-Remaining: 7", body=b'[1, null, {"id": 5}]'))

    page = session(server.url).pull("notifications", "")

    assert [(each.body, each.external_id) for each in page.deliveries] == [
        ('{"id": 5}', "5"),
        ("null", ""),
        ("1", ""),
    ]
    assert page.pace == Pace(limit=300, remaining=7, resets_at=None)


def test_the_budget_says_until_when(rude, session):
    reset = datetime.now(UTC) + timedelta(minutes=4)
    server = rude(
        answer("429 Too Many Requests", "X-RateLimit-Remaining: 0", f"X-RateLimit-Reset: {reset.isoformat()}")
    )

    with pytest.raises(RateLimited) as caught:
        session(server.url).pull("notifications", "")

    assert caught.value.until == reset


def test_an_answer_to_what_is_gone_is_not_sent(rude, session):
    server = rude(answer("404 Not Found", body=b'{"error":"Record not found"}'))

    with pytest.raises(Gone, match="answers is not there"):
        session(server.url).send(ANSWER)

    assert [asked.split()[0] for asked in server.asked] == ["GET"]


@pytest.mark.parametrize(
    ("theirs", "wanted", "sent"),
    [
        ("direct", "public", "direct"),
        ("private", "public", "private"),
        ("unlisted", "public", "unlisted"),
        ("public", "direct", "direct"),
        ("public", "public", "public"),
        ("something new", "public", "direct"),
    ],
)
def test_an_answer_is_never_wider_than_what_it_answers(rude, session, theirs, wanted, sent):
    server = rude(answer("200 OK", body=json_of(status(visibility=theirs))))

    session(server.url).send(
        Outgoing(key="k1", text="Hello", visibility=wanted, in_reply_to="1", to_handle="noor@away.example")
    )

    posted = server.asked[1]
    assert f"visibility={sent}&" in posted or posted.endswith(f"visibility={sent}")
    assert "idempotency-key: k1" in posted.lower()
    assert "status=%40noor%40away.example+Hello" in posted
    assert "in_reply_to_id=1" in posted


@pytest.mark.parametrize(
    ("text", "handle", "sent"),
    [
        ("Hello", "noor", "%40noor+Hello"),
        ("Hello @Noor!", "noor", "Hello+%40Noor%21"),
        ("Hello @noora", "noor", "%40noor+Hello+%40noora"),
        ("Hello @noor@else.where", "noor", "%40noor+Hello+%40noor%40else.where"),
        ("Hello", "", "Hello"),
    ],
)
def test_who_must_be_reached_is_named_once(rude, session, text, handle, sent):
    server = rude(answer("200 OK", body=json_of(status())))

    session(server.url).send(Outgoing(key="k1", text=text, to_handle=handle))

    assert f"status={sent}&visibility" in server.asked[0]


@pytest.mark.parametrize(
    "talk",
    [
        answer("200 OK", body=b"{}"),
        answer("200 OK", body=b'{"client_id": "a"}'),
        answer("200 OK", body=b"<html>"),
        answer("404 Not Found"),
        answer("302 Found", "Location: /login"),
        answer("500 Oops"),
        lambda caller: None,
    ],
)
def test_a_host_that_does_not_speak_the_api_is_told_when_connecting(rude, outside, talk):
    with pytest.raises(NetworkError) as caught:
        Mastodon(outside).register_app(host=rude(talk).url, redirect_uri=REDIRECT)

    assert isinstance(caught.value, Unreadable | Unavailable | Refused)
    assert len(str(caught.value)) > 20


def test_a_host_that_speaks_no_tls_says_so(rude, outside):
    server = rude(lambda caller: caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))

    with pytest.raises(Unavailable, match="certificate or encryption"):
        Mastodon(outside).register_app(host=server.url.replace("http://", "https://"), redirect_uri=REDIRECT)


def test_a_host_that_nobody_answers_at_says_so(outside):
    with pytest.raises(Unavailable, match="cannot be reached"):
        Mastodon(outside).register_app(host=f"http://127.0.0.1:{free_port()}", redirect_uri=REDIRECT)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"error": "access_denied", "error_description": "The resource owner denied the request."}, "denied"),
        ({}, "no code"),
    ],
)
def test_a_declined_sign_in_is_refused_in_the_networks_words(outside, given, words):
    with pytest.raises(Refused, match=words):
        Mastodon(outside).connect_finish(
            host="http://127.0.0.1:1", redirect_uri=REDIRECT, app={}, keep={}, answer=given
        )


def test_many_are_read_in_one_call_and_what_is_missing_is_asked_for_alone(rude, session):
    def talk(caller):
        many = "id%5B%5D" in server.asked[-1]
        body = json_of([status(id="1"), None, status(id="3")])
        (answer("200 OK", body=body) if many else answer("404 Not Found", body=b"{}"))(caller)

    server = rude(talk)

    found = session(server.url).check(["1", "2", "3"])

    assert [("deleted" in json.loads(each.body), each.external_id) for each in found] == [
        (False, "1"),
        (True, "2"),
        (False, "3"),
    ]
    assert [asked.split()[1] for asked in server.asked] == [
        "/api/v1/statuses?id%5B%5D=1&id%5B%5D=2&id%5B%5D=3",
        "/api/v1/statuses/2",
    ]


def test_reading_again_ends_nothing_when_the_server_is_down(rude, session):
    server = rude(answer("503 Service Unavailable"))

    with pytest.raises(Unavailable):
        session(server.url).check(["1", "2"])


def test_files_inside_our_own_network_are_not_fetched_for_a_stranger(rude, outside):
    inside = rude(answer("200 OK", body=b"secret"))
    session = Mastodon(outside).session(host="social.example", secrets={}, profile=BRAND)

    with pytest.raises(Refused, match="not on the open internet"):
        session.fetch(inside.url, at_most=100)
    assert inside.asked == []


def test_a_file_is_fetched_without_our_token(rude, session):
    server = rude(answer("200 OK", "Content-Type: image/png; x=y", body=b"png"))

    fetched = session(server.url).fetch(f"{server.url}/a.png", at_most=100)

    assert (fetched.content, fetched.mime) == (b"png", "image/png")
    assert SECRET not in server.asked[0]
