"""A server with the Mastodon API that streams by WebSocket only, as GoToSocial and Pleroma do. On loopback.

`behind` is a server that is asked for everything else, and whose server-sent events leave here as WebSocket messages.
The frames are made and read by wsproto on the server's side; what a real server seldom does is done on demand.
"""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self

import httpx
import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Event,
    Ping,
    Pong,
    RejectConnection,
    RejectData,
    Request,
    TextMessage,
)
from wsproto.utilities import LocalProtocolError

PATIENCE = 30.0
EVENTS = "/api/v1/streaming/user"


@dataclass
class Socket:
    """One WebSocket that somebody holds. heard: what they said."""

    line: socket.socket
    frames: WSConnection
    heard: list[Event] = field(default_factory=list)
    is_open: bool = True
    _lock: Lock = field(default_factory=Lock)

    def say(self, *events: Event) -> None:
        """Send these, each as one frame."""
        for event in events:
            with self._lock, suppress(OSError, LocalProtocolError):
                self.line.sendall(self.frames.send(event))

    def tell(self, name: str, payload: str, *, pieces: int = 1) -> None:
        """An event as Mastodon tells it, in so many fragments with a ping between each two."""
        words = json.dumps({"stream": ["user"], "event": name, "payload": payload}, ensure_ascii=False)
        size = -(-len(words) // pieces)
        for number in range(pieces):
            piece = words[number * size : (number + 1) * size]
            self.say(TextMessage(piece, message_finished=number == pieces - 1))
            if number < pieces - 1:
                self.say(Ping(b"there?"))

    def drop(self) -> None:
        """Hang up without a word."""
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)

    def codes(self) -> list[int]:
        """With which they closed it."""
        return [int(event.code) for event in self.heard if isinstance(event, CloseConnection)]

    def listen(self) -> None:
        """Hear what they say until it ends. Pings are answered, a close is answered."""
        while self.is_open:
            try:
                heard = self.line.recv(65536)
            except OSError:
                heard = b""
            self.is_open = bool(heard)
            with suppress(LocalProtocolError):  # more after the end is nobody's concern
                self.frames.receive_data(heard or None)
            for event in list(self.frames.events()) if heard else []:
                self.heard.append(event)
                if isinstance(event, Ping | CloseConnection):
                    self.say(event.response())
                if isinstance(event, CloseConnection):
                    self.is_open = False
        self.drop()


class WebSocketServer:
    """refusal: of who asks for server-sent events. takes_token_in: the header in which the token is looked for."""

    def __init__(
        self, *, behind: str = "", token: str = "", refusal: int = 404, takes_token_in: str = "authorization"
    ) -> None:
        self.behind, self.token, self.refusal, self.takes_token_in = behind, token, refusal, takes_token_in
        self.asked: list[tuple[str, Mapping[str, str]]] = []  # path with its query, headers
        self.sockets: list[Socket] = []
        self.greets: Callable[[Socket], None] = lambda socket: None
        self.swells = 0  # by so many characters is what the server behind tells longer
        self._server = _Server(("127.0.0.1", 0), self)
        self.url = f"http://localhost:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        for each in self.sockets:
            each.drop()
        self._thread.join(timeout=10)

    @property
    def open(self) -> list[Socket]:
        """Those that are held now."""
        return [each for each in self.sockets if each.is_open]

    def upgraded(self) -> list[Mapping[str, str]]:
        """The headers of those who asked for a WebSocket."""
        return [headers for _, headers in self.asked if headers.get("upgrade") == "websocket"]

    def hear_behind(self) -> httpx.Response:
        """The line to the server behind, open: what is said from now on comes over it."""
        signed = {"Authorization": f"Bearer {self.token}"}
        client = httpx.Client(trust_env=False, timeout=PATIENCE)
        return client.send(client.build_request("GET", f"{self.behind}{EVENTS}", headers=signed), stream=True)

    def bridge(self, told: httpx.Response, to: Socket) -> None:
        """Tell what the server behind tells by server-sent events, until the socket is left."""
        name = ""
        with closing(told), suppress(httpx.TransportError):
            for line in told.iter_lines():
                if not to.is_open:
                    return
                kind, _, value = line.partition(": ")
                if kind == "event":
                    name = value
                elif kind == "data":
                    to.tell(name, value + " " * self.swells)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], ours: WebSocketServer) -> None:
        self.ours = ours
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody hung up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """A WebSocket, the server's description of itself, or what the server behind says."""
        ours, headers = self.server.ours, {name.lower(): value for name, value in self.headers.items()}
        ours.asked.append((self.path, headers))
        self.close_connection = True
        place = self.path.partition("?")[0]
        if place == "/api/v1/streaming" and headers.get("upgrade") == "websocket":
            self._upgrade(ours, headers)
        elif place.startswith("/api/v1/streaming"):
            self._answer(ours.refusal, b'{"error":"by WebSocket only"}')
        elif place == "/api/v2/instance":
            told = {"configuration": {"urls": {"streaming": ours.url.replace("http", "ws", 1)}}}
            self._answer(200, json.dumps(told).encode())
        else:
            self._pass_on(ours)

    def do_POST(self) -> None:
        """What the server behind says."""
        self.close_connection = True
        self._pass_on(self.server.ours)

    do_PUT = do_DELETE = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """`asked` says it."""

    def _pass_on(self, ours: WebSocketServer) -> None:
        if not ours.behind:
            return self._answer(404, b'{"error":"not found"}')
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        signed = {
            name: value for name, value in self.headers.items() if name.lower() in ("authorization", "content-type")
        }
        said = httpx.request(
            self.command, f"{ours.behind}{self.path}", headers=signed, content=body, trust_env=False, timeout=PATIENCE
        )
        return self._answer(said.status_code, said.content)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _upgrade(self, ours: WebSocketServer, headers: Mapping[str, str]) -> None:
        frames = WSConnection(ConnectionType.SERVER)
        frames.initiate_upgrade_connection([(k.encode(), v.encode()) for k, v in headers.items()], self.path)
        asked = next(event for event in frames.events() if isinstance(event, Request))
        token = headers.get(ours.takes_token_in, "").removeprefix("Bearer ")
        if ours.token and token != ours.token:
            refusal = b'{"error":"The access token is invalid"}'
            self.wfile.write(frames.send(RejectConnection(status_code=401, has_body=True)))
            self.wfile.write(frames.send(RejectData(refusal)))
            return
        told = ours.hear_behind() if ours.behind else None
        self.connection.sendall(frames.send(AcceptConnection(subprotocol=next(iter(asked.subprotocols), None))))
        held = Socket(self.connection, frames)
        ours.sockets.append(held)
        Thread(target=ours.greets, args=(held,), daemon=True).start()
        if told is not None:
            Thread(target=ours.bridge, args=(told, held), daemon=True).start()
        held.listen()


@pytest.fixture
def by_websocket() -> Iterator[WebSocketServer]:
    """A server that knows one token, with nothing behind it."""
    with WebSocketServer(token="token-that-nobody-may-see") as server:
        yield server


__all__ = ["Pong", "Socket", "WebSocketServer", "by_websocket"]
