"""Streams that are broken, hostile or silent. All on loopback, byte by byte."""

import json
import time

import pytest

from crossdesk.channels.networks.mastodon import streaming
from crossdesk.channels.networks.mastodon.api import Api
from crossdesk.channels.ports import (
    Delivery,
    MissingScope,
    NetworkError,
    NoStream,
    RateLimited,
    Refused,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from tests.channels.networks.mastodon.payloads import BRAND, account, status
from tests.servers.rude import RudeServer, answer

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n"
SECRET = "token-that-nobody-may-see"
MENTION = {"id": "7", "type": "mention", "created_at": "2026-03-02T11:58:01Z", "account": account(), "status": status()}


def streaming_of(*pieces: bytes):
    def talk(caller):
        caller.sendall(STREAM)
        for piece in pieces:
            caller.sendall(piece)

    return talk


def event(name, data):
    return f"event: {name}\ndata: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


@pytest.fixture
def heard(rude, outside):
    """The server describes itself so, and whatever else is asked gets `talk`."""

    def hear(talk, *, silent=2.0, description=b"{}"):
        describe = answer("200 OK", "Content-Type: application/json", body=description)
        server: RudeServer = rude(lambda caller: (describe if "/instance " in server.asked[-1] else talk)(caller))
        return streaming.listen(Api(outside, server.url, SECRET), BRAND, stopped=lambda: False, silent=silent)

    return hear


REFUSALS = [
    (answer("404 Not Found"), NoStream),
    (answer("501 Not Implemented"), NoStream),
    (answer("426 Upgrade Required"), NoStream),
    (answer("200 OK", "Content-Type: text/html", body=b"<h1>Welcome</h1>"), NoStream),
    (answer("200 OK", "Content-Type: application/json", body=b"[]"), NoStream),
    (answer("401 Unauthorized", body=b'{"error":"invalid"}'), SignInExpired),
    (answer("403 Forbidden", body=b'{"error":"outside the authorized scopes"}'), MissingScope),
    (answer("301 Moved", "Location: https://elsewhere.example/"), Refused),
    (answer("429 Too Many Requests", "Retry-After: 30"), RateLimited),
    (answer("503 Service Unavailable"), Unavailable),
    (answer("500 Oops", body=b"x" * 200_000), Unavailable),
    (lambda caller: None, Unavailable),
    (lambda caller: caller.sendall(b"SSH-2.0-OpenSSH\r\n"), Unavailable),
]


@pytest.mark.parametrize(("talk", "error"), REFUSALS)
def test_every_way_not_to_stream_has_its_name(heard, talk, error):
    line = heard(talk)

    with pytest.raises(NetworkError) as caught:
        list(line)

    assert type(caught.value) is error
    assert SECRET not in f"{caught.value} {caught.value.__cause__!r}"


def test_a_line_that_is_cut_in_the_middle_of_an_event_brings_what_came_before(heard):
    line = heard(streaming_of(event("notification", MENTION), event("notification", MENTION)[:80]))

    assert [[each.external_id for each in batch] for batch in line] == [[], ["7"]]


def test_a_cut_in_the_middle_of_a_chunk_is_a_broken_line(heard):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    line = heard(lambda caller: caller.sendall(head + b"8\r\n:thump\n\n\r\nff\r\nevent: not"))

    assert [next(line), next(line)] == [(), ()]
    with pytest.raises(Unavailable, match="broke off"):
        next(line)


def test_a_silent_line_is_left(heard):
    def silent(caller):
        caller.sendall(STREAM)
        time.sleep(3)

    line = heard(silent, silent=1.0)
    began = time.monotonic()

    with pytest.raises(Unavailable, match="broke off"):
        list(line)

    assert time.monotonic() - began < 2.9


def test_a_line_that_drips_without_ever_ending_a_word_is_left(heard):
    def drip(caller):
        caller.sendall(STREAM)
        for _ in range(60):
            caller.sendall(b"x")
            time.sleep(0.05)

    line = heard(drip, silent=1.0)

    with pytest.raises(Unavailable, match="silent"):
        list(line)


@pytest.mark.parametrize("piece", [b"x" * 65536, b"data: " + b"y" * 65000 + b"\n"])
def test_an_event_without_end_is_left(heard, piece):
    line = heard(streaming_of(*[piece] * 40))

    with pytest.raises(Unreadable):
        list(line)


def test_what_nobody_understands_is_kept_and_the_rest_is_read(heard):
    rubbish = [event("notification", "<html>"), event("notification", "[1]"), event("status.update", "[" * 50_000)]
    line = heard(streaming_of(*rubbish, event("notification", MENTION)))

    came = [each for batch in line for each in batch]

    assert [each.feed for each in came] == ["stream", "stream", "stream", "notifications"]
    assert came[0] == Delivery(feed="stream", body="<html>")


def test_a_line_of_nothing_but_rubbish_is_left(heard):
    line = heard(streaming_of(*[event("notification", "<html>")] * 30))

    with pytest.raises(Unreadable):
        list(line)


def test_what_others_say_and_what_we_do_not_know_brings_nothing(heard):
    strange = [
        event("update", status()),
        event("filters_changed", ""),
        event("announcement", {"id": "1"}),
        b"data: x\n\n",
    ]
    ours = status(id="5", account=account(id=BRAND.external_id))
    line = heard(streaming_of(*strange, event("update", ours), event("delete", "5")))

    came = [each for batch in line for each in batch]

    assert [(each.feed, each.external_id) for each in came] == [("own", "5"), ("check", "5")]


@pytest.mark.parametrize("told", ["wss://10.0.0.1", "ws://127.0.0.1:1", "javascript:x", "ws://a@b", 7, None])
def test_a_stream_said_to_be_inside_or_nowhere_is_heard_at_the_servers_own_address(heard, told):
    description = json.dumps({"configuration": {"urls": {"streaming": told}}}).encode()
    line = heard(streaming_of(event("notification", MENTION)), description=description)

    assert [each.external_id for batch in line for each in batch] == ["7"]
