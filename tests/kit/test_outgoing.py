"""Where calls may go: real sockets on loopback, names that change their mind, servers without end."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from crossdesk.kit import http, outgoing
from tests.servers.ports import LOOPBACK
from tests.servers.rude import answer
from tests.servers.tls import certificates

PUBLIC = "1.1.1.1"


class Names:
    """A name server that answers what it is told, in turn; the last answer stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


def call(url: str, guard: outgoing.Guard, **more) -> httpx.Response:
    with http.client(guard=guard, connect=1, read=1) as client:
        return http.exchange(client, "GET", url, **more)


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2002:7f00:1::1", "2002:101:101::1", "2001:0:101:101::1",
    ],
)  # fmt: skip
def test_numbers_inside_are_not_public(number):
    assert not outgoing.is_public(number)


@pytest.mark.parametrize(
    "number", [PUBLIC, "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
)
def test_numbers_of_the_open_internet_are_public(number):
    assert outgoing.is_public(number)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"])
def test_without_leave_nothing_inside_is_called_however_it_is_written(rude, host):
    server = rude(answer("200 OK", body=b"secret"))
    port = server.url.rsplit(":", 1)[1]

    with pytest.raises(outgoing.ForbiddenAddress, match="not on the open internet"):
        call(f"http://{host}:{port}/", outgoing.Guard())

    assert server.asked == []


@pytest.mark.parametrize("url", ["ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/x", "unix:///run/x"])
def test_only_http_and_https_are_called(url):
    with pytest.raises((outgoing.ForbiddenAddress, httpx.UnsupportedProtocol)):
        call(url, LOOPBACK)


def test_one_number_inside_among_public_ones_is_enough_to_refuse(rude):
    server = rude(answer("200 OK"))

    with pytest.raises(outgoing.ForbiddenAddress):
        call(server.url.replace("127.0.0.1", "two.example"), outgoing.Guard(resolve=Names([PUBLIC, "127.0.0.1"])))

    assert server.asked == []


def test_a_name_that_changes_between_test_and_call_leads_nowhere_else(rude):
    inside = rude(answer("200 OK", body=b"secret"))
    names = Names([PUBLIC], ["127.0.0.1"])

    with pytest.raises(UserWarning, match=PUBLIC):  # of the tests' own fence: the tested number is the one called
        call(inside.url.replace("127.0.0.1", "rebind.example"), outgoing.Guard(resolve=names))

    assert (names.asked, inside.asked) == (1, [])


def test_the_name_is_kept_for_the_server_while_the_number_is_called(rude):
    server = rude(answer("200 OK", body=b"yes"))
    names = Names(["127.0.0.1"])
    url = server.url.replace("127.0.0.1", "inside.example")

    assert call(url, outgoing.Guard(["inside.example"], resolve=names)).content == b"yes"

    assert f"\r\nhost: {url.removeprefix('http://')}\r\n" in server.asked[0].lower()


@pytest.mark.parametrize(
    ("entry", "called"),
    [
        ("inside.example", True), ("INSIDE.example", True), ("inside.example:{port}", True), ("127.0.0.0/8", True),
        ("inside.example:1", False), ("example", False), ("127.0.0.1", False), ("10.0.0.0/8", False),
    ],
)  # fmt: skip
def test_what_is_allowed_is_a_name_a_port_or_a_network(rude, entry, called):
    server = rude(answer("200 OK"))
    port = server.url.rsplit(":", 1)[1]
    guard = outgoing.Guard([entry.format(port=port)], resolve=Names(["127.0.0.1"]))

    if called:
        assert call(f"http://inside.example:{port}/", guard).status_code == 200
        return
    with pytest.raises(outgoing.ForbiddenAddress):
        call(f"http://inside.example:{port}/", guard)
    assert server.asked == []


@pytest.mark.parametrize("entry", ["", "a b", "user@inside.example", "inside.example/path", "10.0.0.1/8", "x:99999999"])
def test_an_entry_that_cannot_be_meant_is_refused_at_the_start(entry):
    with pytest.raises((ValueError, httpx.InvalidURL)):
        outgoing.checked_entry(entry)


def test_what_is_allowed_does_not_count_where_only_the_open_internet_is_meant(rude):
    server = rude(answer("200 OK"))

    with pytest.raises(outgoing.ForbiddenAddress):
        call(server.url, LOOPBACK, public_only=True)

    assert server.asked == []


def test_the_next_number_is_tried_where_one_does_not_answer(rude):
    server = rude(answer("200 OK", body=b"second"))
    guard = outgoing.Guard(["two.example"], resolve=Names(["::1", "127.0.0.1"]))  # it listens on the second

    assert call(server.url.replace("127.0.0.1", "two.example"), guard).content == b"second"


def test_a_name_that_nobody_knows_was_not_reached():
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(httpx.ConnectError, match=r"gone.example is not known"):
        call("http://gone.example/", outgoing.Guard(resolve=unknown))


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_a_file_that_moves_inside_is_not_fetched(rude, status):
    inside = rude(answer("200 OK", body=b"secret"))
    outside = rude(answer(status, f"Location: {inside.url}/latest/meta-data"))

    with http.client(guard=LOOPBACK) as client, pytest.raises(outgoing.ForbiddenAddress):
        http.fetch(client, f"{outside.url}/a.png", base=outside.url)

    assert (len(outside.asked), inside.asked) == (1, [])


def test_a_file_that_moves_on_its_own_server_is_followed_and_not_for_ever(rude):
    server = rude(answer("302 Found", "Location: /again"))

    with http.client(guard=LOOPBACK) as client:
        assert http.fetch(client, f"{server.url}/a.png", base=server.url).status_code == 302

    assert [asked.split()[1] for asked in server.asked] == ["/a.png", "/again", "/again", "/again"]


def test_a_body_without_end_is_left_at_the_limit(rude):
    server = rude(lambda caller: _for_ever(caller.sendall, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536))

    with pytest.raises(http.AnswerTooLarge):
        call(server.url, LOOPBACK, at_most=1_000_000)


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: ", b""])
def test_whatever_drips_ends_in_time_body_headers_or_the_first_line(rude, first):
    server = rude(lambda caller: _for_ever(caller.sendall, first, b"x", pause=0.05))
    began = time.monotonic()

    with pytest.raises(http.AnswerTooSlow):
        call(server.url, LOOPBACK, within=0.5)

    assert time.monotonic() - began < 1.5


def test_over_tls_the_certificate_is_that_of_the_name_and_not_of_the_number(tmp_path):
    trusted, served = certificates(tmp_path, "inside.example")
    told: list[str | None] = []
    served.sni_callback = lambda _socket, name, _context: told.append(name)
    guard = outgoing.Guard(["127.0.0.0/8"], resolve=Names(["127.0.0.1"]))

    with _tls_server(served) as port, http.client(guard=guard, tls=trusted) as client:
        assert http.exchange(client, "GET", f"https://inside.example:{port}/").content == b"safe"
        with pytest.raises(httpx.ConnectError, match=r"(?i)hostname mismatch"):
            http.exchange(client, "GET", f"https://other.example:{port}/")

    assert told == ["inside.example", "other.example"]


@contextmanager
def _tls_server(context: ssl.SSLContext) -> Iterator[int]:
    """Two callers, one after the other."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(2):
            caller, _ = listener.accept()
            with caller, suppress(ssl.SSLError), context.wrap_socket(caller, server_side=True) as inner:
                inner.recv(65536)
                inner.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listener:
        yield int(listener.getsockname()[1])
        thread.join(timeout=5)


def _for_ever(send: Callable[[bytes], None], first: bytes, more: bytes, *, pause: float = 0) -> None:
    send(first)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        send(more)
        time.sleep(pause)
