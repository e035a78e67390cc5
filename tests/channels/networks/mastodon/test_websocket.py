"""Servers that stream by WebSocket only: what comes is what comes by server-sent events, and whatever goes wrong has a name."""

import json
import threading
import time

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import generate_accept_token

from crossdesk.channels.networks import sse
from crossdesk.channels.networks.mastodon import streaming
from crossdesk.channels.networks.mastodon.api import Api
from crossdesk.channels.ports import (
    Delivery,
    MissingScope,
    NetworkError,
    NoStream,
    RateLimited,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from crossdesk.kit import http
from crossdesk.kit.outgoing import Guard
from tests.channels.networks.mastodon.payloads import BRAND, account, status
from tests.servers.rude import RudeServer, answer
from tests.servers.snac import soon
from tests.servers.tls import certificates
from tests.servers.websocket import WebSocketServer, by_websocket

__all__ = ["by_websocket"]

NO_CODE = CloseReason.NO_STATUS_RCVD
SECRET = "token-that-nobody-may-see"
MENTION = {"id": "7", "type": "mention", "created_at": "2026-03-02T11:58:01Z", "account": account(), "status": status()}
WORDS = json.dumps(MENTION, ensure_ascii=False)


@pytest.fixture
def listening(outside):
    """The line to a server. stop: leave it. goes: told the way that it took."""

    def listen(server, *, silent=4.0, stop=None, goes=None, token=SECRET):
        stopped = (stop or threading.Event()).is_set
        api = Api(outside, server.url, token)
        return streaming.listen(api, BRAND, stopped=stopped, silent=silent, goes=goes or (lambda way: None))

    return listen


def heard(line):
    return [(each.feed, each.external_id) for batch in line for each in batch]


def ending(*tell):
    """Says all this, then ends it as one does."""

    def greet(socket):
        for one in tell:
            one(socket)
        socket.say(CloseConnection(1000))

    return greet


def test_mentions_edits_and_deletions_come_and_what_others_say_does_not(by_websocket, listening):
    ours = json.dumps(status(id="5", account=account(id=BRAND.external_id)))
    by_websocket.greets = ending(
        lambda socket: socket.tell("update", json.dumps(status(id="3"))),
        lambda socket: socket.tell("notification", WORDS),
        lambda socket: socket.tell("update", ours),
        lambda socket: socket.tell("status.update", json.dumps(status(id="6"))),
        lambda socket: socket.tell("delete", "6"),
        lambda socket: socket.tell("filters_changed", ""),
    )
    goes: list[str] = []

    came = heard(listening(by_websocket, goes=goes.append))

    assert came == [("notifications", "7"), ("own", "5"), ("check", "6"), ("check", "6")]
    assert goes == ["websocket"]


@pytest.mark.parametrize("refusal", [400, 401, 403, 404, 406, 426])
def test_a_refusal_of_server_sent_events_is_not_the_end(listening, refusal):
    with WebSocketServer(token=SECRET, refusal=refusal) as server:
        server.greets = ending(lambda socket: socket.tell("notification", WORDS))

        assert heard(listening(server)) == [("notifications", "7")]


@pytest.mark.parametrize("header", ["authorization", "sec-websocket-protocol"])
def test_the_token_is_where_each_server_looks_for_it_and_never_in_the_address(listening, header):
    with WebSocketServer(token=SECRET, takes_token_in=header) as server:
        server.greets = ending(lambda socket: socket.tell("notification", WORDS))

        assert heard(listening(server)) == [("notifications", "7")]
        assert [path for path, _ in server.asked if SECRET in path] == []
        assert server.asked[-1][0] == "/api/v1/streaming?stream=user"


def test_a_token_that_cannot_be_the_name_of_a_protocol_stands_in_its_own_header_alone(listening):
    odd = "odd token, with a comma="
    with WebSocketServer(token=odd) as server:
        server.greets = ending(lambda socket: socket.tell("notification", WORDS))

        assert heard(listening(server, token=odd)) == [("notifications", "7")]
        assert "sec-websocket-protocol" not in server.upgraded()[0]


def test_a_token_that_is_dead_says_so(by_websocket, listening):
    with pytest.raises(SignInExpired):
        list(listening(by_websocket, token="another"))


def test_a_message_in_fragments_with_pings_between_is_one_and_each_ping_is_answered(by_websocket, listening):
    by_websocket.greets = lambda socket: socket.tell("notification", WORDS, pieces=7)
    stop = threading.Event()
    line = listening(by_websocket, stop=stop)

    batches = [next(line) for _ in range(8)]
    socket = by_websocket.sockets[0]
    soon(lambda: len(socket.heard) == 6)
    stop.set()

    assert [len(batch) for batch in batches] == [0] * 7 + [1]
    assert json.loads(batches[-1][0].body) == MENTION
    assert socket.heard == [Pong(b"there?")] * 6
    assert list(line) == []
    soon(lambda: socket.codes() == [1000])


def test_the_longest_message_is_read_and_a_longer_one_is_left_with_its_code(by_websocket, listening):
    rest = sse.LONGEST_EVENT - len(json.dumps({"stream": ["user"], "event": "delete", "payload": ""}))
    by_websocket.greets = lambda socket: (socket.tell("x", "é" * 100), socket.tell("delete", "9" * rest, pieces=3))
    line = listening(by_websocket)
    batches = [next(line) for _ in range(5)]
    socket = by_websocket.sockets[0]
    threading.Thread(target=socket.tell, args=("delete", "9" * (rest + 1)), daemon=True).start()

    with pytest.raises(Unreadable):
        list(line)

    assert [len(batch) for batch in batches] == [0, 0, 0, 0, 1]
    soon(lambda: socket.codes() == [1009])


def test_what_nobody_understands_is_kept_and_the_rest_is_read(by_websocket, listening):
    rubbish = ["<html>", "[1]", '{"stream":["user"]}', "[" * 50_000]
    by_websocket.greets = ending(
        lambda socket: socket.say(*(TextMessage(each) for each in rubbish)),
        lambda socket: socket.tell("notification", "[1]"),
        lambda socket: socket.say(TextMessage(json.dumps({"event": "notification", "payload": MENTION}))),
    )

    came = [each for batch in listening(by_websocket) for each in batch]

    assert came[:5] == [Delivery("stream", each) for each in [*rubbish, "[1]"]]
    assert [(each.feed, each.external_id) for each in came[5:]] == [("notifications", "7")]


def test_a_message_with_nothing_in_it_is_a_sign_of_life(by_websocket, listening):
    by_websocket.greets = ending(lambda socket: socket.say(*[TextMessage("")] * 30))

    assert [list(batch) for batch in listening(by_websocket)] == [[]] * 31


def test_a_line_of_nothing_but_rubbish_is_left(by_websocket, listening):
    by_websocket.greets = lambda socket: socket.say(*[TextMessage("<html>")] * 30)

    with pytest.raises(Unreadable):
        list(listening(by_websocket))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"error": "Access token does not cover required scopes", "status": 403}, MissingScope),
        ({"error": "The access token is outside the authorized scopes"}, MissingScope),
        ({"error": "The access token was revoked", "status": 401}, SignInExpired),
        ({"error": "Later", "status": 503}, Unavailable),
    ],
)
def test_a_refusal_in_the_place_of_the_stream_has_its_name(by_websocket, listening, said, error):
    by_websocket.greets = lambda socket: socket.say(TextMessage(json.dumps(said)))

    with pytest.raises(NetworkError) as caught:
        list(listening(by_websocket))

    assert type(caught.value) is error


@pytest.mark.parametrize("end", [CloseConnection(1000), CloseConnection(1001, "restart"), CloseConnection(NO_CODE)])
def test_a_good_end_ends_the_line_and_is_answered(by_websocket, listening, end):
    by_websocket.greets = lambda socket: socket.say(end)

    assert heard(listening(by_websocket)) == []
    soon(lambda: by_websocket.sockets[0].codes() == [int(end.code)])


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda socket: socket.say(CloseConnection(1011, "out of memory")), "closed its stream: 1011 out of memory"),
        (lambda socket: socket.say(CloseConnection(4001)), "closed its stream: 4001"),
        (lambda socket: socket.drop(), "broke off: it hung up without a word"),
        (lambda socket: socket.line.sendall(b"\x81\x02\xff\xfe"), "does not speak WebSocket as it should"),
        (lambda socket: socket.line.sendall(b"\xff\xff rubbish"), "does not speak WebSocket as it should"),
        (lambda socket: socket.say(BytesMessage(b"\x00")), "does not speak WebSocket as it should"),
    ],
)
def test_every_bad_end_has_its_words(by_websocket, listening, end, words):
    by_websocket.greets = end

    with pytest.raises(Unavailable, match=words):
        list(listening(by_websocket))


def test_a_quiet_server_is_asked_whether_it_is_there_and_its_answer_is_a_sign_of_life(by_websocket, listening):
    line = listening(by_websocket, silent=3.0)

    assert [list(next(line)) for _ in range(4)] == [[]] * 4
    assert by_websocket.sockets[0].heard == [Ping(b"")] * 3
    line.close()


def silent(caller):
    time.sleep(3)


def dripping(caller):
    caller.sendall(b"\x81\x7f" + (100_000).to_bytes(8, "big"))
    for _ in range(60):
        caller.sendall(b"x")
        time.sleep(0.05)


def shaken(server, caller, *, key=b"", more=b""):
    """Agrees to what was asked, by hand."""
    asked = next(line for line in server.asked[-1].split("\r\n") if line.lower().startswith("sec-websocket-key"))
    proof = generate_accept_token(key or asked.split(": ")[1].encode())
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
    caller.sendall(head + b"Sec-WebSocket-Accept: " + proof + b"\r\n" + more + b"\r\n")


@pytest.fixture
def rudely(rude):
    """A server that refuses everything but a WebSocket, which `talk` answers; told: where it says that its stream is."""

    def make(talk, *, told="", otherwise=None):
        description = answer("200 OK", body=json.dumps({"urls": {"streaming_api": told}}).encode())

        def answered(caller):
            asked = server.asked[-1].lower()
            if "\r\nupgrade: websocket" in asked:
                return talk(server, caller)
            return (description if "/instance " in asked else otherwise or answer("404 Not Found"))(caller)

        server: RudeServer = rude(answered)
        return server

    return make


@pytest.mark.parametrize("talk", [silent, dripping])
def test_a_line_that_says_nothing_whole_is_left_in_time(rudely, listening, talk):
    server = rudely(lambda server, caller: (shaken(server, caller), talk(caller)))
    began = time.monotonic()

    with pytest.raises(Unavailable, match="broke off"):
        list(listening(server, silent=1.0))

    assert time.monotonic() - began < 2.9


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": b"somebody else's key"},
        {"more": b"Sec-WebSocket-Extensions: permessage-deflate\r\n"},
        {"more": b"Sec-WebSocket-Protocol: chat\r\n"},
    ],
)
def test_who_agrees_to_something_else_is_not_believed(rudely, listening, wrong):
    server = rudely(lambda server, caller: shaken(server, caller, **wrong))

    with pytest.raises(Unavailable, match="does not speak WebSocket as it should"):
        list(listening(server))


REFUSALS = [
    (answer("404 Not Found"), NoStream),
    (answer("403 Forbidden"), NoStream),
    (answer("403 Forbidden", body=b'{"error":"outside the authorized scopes"}'), MissingScope),
    (answer("200 OK", "Content-Type: text/html", body=b"<h1>Welcome</h1>"), NoStream),
    (answer("401 Unauthorized", body=b'{"error":"invalid"}'), SignInExpired),
    (answer("429 Too Many Requests", "Retry-After: 30"), RateLimited),
    (answer("503 Service Unavailable"), Unavailable),
    (lambda caller: None, Unavailable),
]


@pytest.mark.parametrize(("talk", "error"), REFUSALS)
def test_every_way_not_to_open_one_has_its_name(rudely, listening, talk, error):
    server = rudely(lambda server, caller: talk(caller))

    with pytest.raises(NetworkError) as caught:
        list(listening(server))

    assert type(caught.value) is error
    assert SECRET not in f"{caught.value} {caught.value.__cause__!r}"


def test_server_sent_events_are_preferred_where_they_are(rudely, listening):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    event = b"event: notification\ndata: " + WORDS.encode() + b"\n\n"
    server = rudely(
        lambda server, caller: shaken(server, caller), otherwise=lambda caller: caller.sendall(head + event)
    )
    goes: list[str] = []

    came = heard(listening(server, goes=goes.append))

    assert (came, goes) == ([("notifications", "7")], ["sse"])
    assert [each for each in server.asked if "upgrade: websocket" in each.lower()] == []


@pytest.mark.parametrize("inside", ["wss://10.0.0.1", "ws://[::1]:1", "ws://169.254.169.254"])
def test_nobody_inside_our_own_network_is_called_for_a_stream(rudely, listening, inside):
    def greet(server, caller):
        shaken(server, caller)
        caller.sendall(b"\x88\x02\x03\xe8")

    server = rudely(greet, told=inside)

    assert list(listening(server)) == [()]
    assert [each.split()[1] for each in server.asked[-1:]] == ["/api/v1/streaming?stream=user"]


def test_over_tls_it_is_the_same_however_slowly_its_records_come(tmp_path):
    def talk(caller):
        if "\r\nupgrade: websocket" not in server.asked[-1].lower():
            return answer("404 Not Found")(caller)
        frames = Connection(ConnectionType.SERVER)
        told = json.dumps({"event": "notification", "payload": json.dumps({**MENTION, "more": "x" * 100_000})})
        shaken(server, caller)
        for piece in (frames.send(TextMessage(told)), frames.send(CloseConnection(1000))):
            caller.sendall(piece[:50_000])
            time.sleep(0.7)  # longer than one look for more
            caller.sendall(piece[50_000:])
        return None

    trusted, served = certificates(tmp_path, "inside.example")
    server = RudeServer(talk, tls=served)
    guard = Guard(["127.0.0.1/32"], resolve=lambda host, port: ["127.0.0.1"])
    at = server.url.replace("http://127.0.0.1", "https://inside.example")
    with http.client(guard=guard, tls=trusted, read=5) as client:
        line = streaming.listen(Api(client, at, SECRET), BRAND, stopped=lambda: False, silent=4.0)
        assert heard(line) == [("notifications", "7")]
    server.stop()
