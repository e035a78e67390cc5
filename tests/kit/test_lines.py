"""Lines that stay open, and those on which both sides speak."""

import threading
import time

import httpx
import pytest

from crossdesk.kit import http, lines, outgoing
from tests.servers.ports import LOOPBACK
from tests.servers.rude import answer

AGREED = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"


@pytest.fixture
def outside():
    with http.client(guard=LOOPBACK, connect=1, read=1) as client:
        yield client


def echo(caller):
    caller.sendall(AGREED + b"beside the head")
    while heard := caller.recv(100):
        caller.sendall(heard.upper())


def staying(seconds):
    def talk(caller):
        caller.sendall(AGREED)
        time.sleep(seconds)

    return talk


def upgraded(outside, server, *, stopped=lambda: False, **more):
    return lines.upgraded(outside, server.url, to="echo", silent=2, stopped=stopped, headers={"X-Ours": "yes"}, **more)


def test_both_sides_speak_and_what_came_beside_the_head_is_heard(rude, outside):
    server = rude(echo)

    with upgraded(outside, server) as line:
        first = line.hear(1)
        line.say(b"hello")
        second = line.hear(1)

    assert (line.agreed, first, second) == (True, b"beside the head", b"HELLO")
    head = server.asked[0].lower().splitlines()
    assert sorted(each for each in head if each.startswith(("connection", "upgrade", "x-ours"))) == [
        "connection: upgrade",
        "upgrade: echo",
        "x-ours: yes",
    ]


def test_quiet_is_told_apart_from_hanging_up(rude, outside):
    server = rude(staying(0.6))

    with upgraded(outside, server) as line:
        assert (line.hear(0.1), line.hear(5)) == (None, b"")


def test_who_is_to_stop_hears_nothing_more(rude, outside):
    stop = threading.Event()
    server = rude(staying(1.9))

    with upgraded(outside, server, stopped=stop.is_set) as line:
        threading.Timer(0.2, stop.set).start()
        began = time.monotonic()
        assert (line.hear(60), line.hear(60)) == (None, None)
        assert time.monotonic() - began < 1.8


def test_who_does_not_agree_says_why(rude, outside):
    server = rude(answer("403 Forbidden", "Content-Type: text/plain", body=b"not you"))

    with upgraded(outside, server) as line:
        refusal = line.refusal()

    assert (line.agreed, refusal.status_code, refusal.text) == (False, 403, "not you")


@pytest.mark.parametrize("more", [{}, {"public_only": True}])
def test_nobody_inside_is_asked(rude, more):
    server = rude(echo)
    guard = LOOPBACK if more else outgoing.Guard()

    with (
        http.client(guard=guard) as client,
        pytest.raises(outgoing.ForbiddenAddress),
        upgraded(client, server, **more),
    ):
        pass

    assert server.asked == []


def test_a_broken_line_is_an_error_of_httpx(rude, outside):
    server = rude(lambda caller: caller.sendall(AGREED))

    with upgraded(outside, server) as line:
        assert line.hear(1) == b""
        with pytest.raises(httpx.HTTPError):
            for _ in range(200):
                line.say(b"x" * 65536)
