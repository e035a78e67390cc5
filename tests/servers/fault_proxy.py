"""Stands between Crossdesk and a real server and hands on what each says as it came, unless a fault says otherwise.

A fault is for the requests that it names, and for as many of them as it says. What passed is counted and kept.
"""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Final, Self
from urllib.parse import urlsplit

from crossdesk.kit.loopback import free_port

OURS: Final = "Crossdesk/"  # how our client names itself; other servers and people pass unharmed
HOP: Final = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-authorization"}
PACKING: Final = "accept-encoding"  # not handed on: what comes back is to be read here
PATIENCE: Final = 30.0  # seconds that the server behind may take
Headers = list[tuple[str, str]]


@dataclass
class Asked:
    """One request that came to us. status: of the answer that went back, 0 where none did. sent: bytes of its body."""

    method: str
    path: str  # with its query
    headers: Mapping[str, str]
    body: bytes
    status: int = 0
    sent: int = 0

    def header(self, name: str) -> str:
        """A header, or nothing."""
        return next((value for key, value in self.headers.items() if key.lower() == name), "")

    @property
    def place(self) -> str:
        """The path without its query."""
        return urlsplit(self.path).path

    @property
    def is_ours(self) -> bool:
        """Does Crossdesk ask?"""
        return self.header("user-agent").startswith(OURS)


@dataclass(frozen=True)
class Answer:
    """What a server says."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def json(self) -> Any:
        """What lies in it."""
        return json.loads(self.body)

    def saying(self, body: Any) -> "Answer":
        """The same with another body, as JSON."""
        return Answer(self.status, self.headers, json.dumps(body).encode())


class Cut(Exception):
    """The line is cut: no answer goes back. after: what leaves before."""

    def __init__(self, after: bytes = b"") -> None:
        super().__init__("cut")
        self.after = after


Forward = Callable[[], Answer]
Doing = Callable[[Asked, Forward], "Answer | Iterator[bytes]"]
Named = Callable[[Asked], bool]


@dataclass
class Fault:
    """do: what happens to requests that `to` names, `times` times (None: until it is mended). met: how many it met."""

    do: Doing
    to: Named
    times: int | None = None
    met: int = 0


class FaultProxy:
    """A front door on loopback. Without faults it changes nothing, the name of the host in a request included."""

    def __init__(self, behind: str, *, port: int = 0) -> None:
        self.behind, self.port = behind, port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.asked: list[Asked] = []
        self._faults: list[Fault] = []
        self._lock = Lock()
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def start(self) -> Self:
        """Open the door."""
        self._server = _Server(("127.0.0.1", self.port), self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the door: whoever calls now is refused."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(timeout=10)
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextmanager
    def failing(self, do: Doing, *, to: Named, times: int | None = None) -> Iterator[Fault]:
        """So it goes for as long as this lasts."""
        fault = Fault(do, to, times)
        with self._lock:
            self._faults.append(fault)
        try:
            yield fault
        finally:
            with self._lock:
                self._faults.remove(fault)

    def forget(self) -> None:
        """Count anew."""
        with self._lock:
            self.asked.clear()

    def fault_for(self, asked: Asked) -> Fault | None:
        """The fault that this request meets, if any."""
        with self._lock:
            self.asked.append(asked)
            for fault in self._faults:
                if (fault.times is None or fault.met < fault.times) and fault.to(asked):
                    fault.met += 1
                    return fault
        return None

    def hand_on(self, asked: Asked) -> Answer:
        """Ask the server behind."""
        place = urlsplit(self.behind)
        line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)
        try:
            line.putrequest(asked.method, asked.path, skip_host=True, skip_accept_encoding=True)
            for name, value in asked.headers.items():
                if name.lower() not in {*HOP, PACKING}:
                    line.putheader(name, value)
            line.putheader("Connection", "close")
            line.endheaders(asked.body or None)
            came = line.getresponse()
            headers = [(name, value) for name, value in came.getheaders() if name.lower() not in HOP]
            return Answer(came.status, headers, came.read())
        except (OSError, http.client.HTTPException) as error:
            raise Cut from error
        finally:
            line.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody hung up: that is what half of the faults are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _serve(self) -> None:
        proxy, length = self.server.proxy, int(self.headers.get("Content-Length") or 0)
        asked = Asked(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        self.close_connection = True
        fault = proxy.fault_for(asked)
        try:
            answer = fault.do(asked, lambda: proxy.hand_on(asked)) if fault else proxy.hand_on(asked)
        except Cut as cut:
            self.wfile.write(cut.after)
            return
        if isinstance(answer, Answer):
            self._answer(asked, answer)
        else:
            for piece in answer:
                self.wfile.write(piece)
                asked.sent += len(piece)

    def _answer(self, asked: Asked, answer: Answer) -> None:
        asked.status = answer.status
        self.send_response_only(answer.status)
        given = {name.lower() for name, _ in answer.headers}
        for name, value in answer.headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if "content-type" not in given:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        asked.sent += len(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """`asked` says it."""


# Which requests


def ours(method: str = "", *, path: str = "") -> Named:
    """Requests of Crossdesk: of this method, with this in their path."""
    return lambda asked: asked.is_ours and method in ("", asked.method) and path in asked.path


# What happens to them


def down(asked: Asked, forward: Forward) -> Answer:
    """The server is not there, its front door says."""
    return Answer(503, [("Content-Type", "text/html")], b"<h1>Service unavailable</h1>")


def lost(asked: Asked, forward: Forward) -> Answer:
    """The server does what was asked; its answer never comes back."""
    forward()
    raise Cut


def unheard(asked: Asked, forward: Forward) -> Answer:
    """The line is cut before the server hears of it."""
    raise Cut


def saying(status: int, *headers: tuple[str, str], body: bytes = b"", kind: str = "application/json") -> Doing:
    """This answer, whatever the server would say."""
    answer = Answer(status, [("Content-Type", kind), *headers], body)
    return lambda asked, forward: answer


def changed(change: Callable[[Any], Any]) -> Doing:
    """What the server says, with its JSON changed."""

    def do(asked: Asked, forward: Forward) -> Answer:
        answer = forward()
        return answer.saying(change(answer.json())) if answer.status == 200 else answer

    return do


def cut_short(asked: Asked, forward: Forward) -> Answer:
    """The server's answer to its middle, as if that were all."""
    answer = forward()
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])


def broken_off(asked: Asked, forward: Forward) -> Answer:
    """The server's answer to its middle, then the line is cut."""
    body = forward().body
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    raise Cut(head.encode() + body[: len(body) // 2])


def endless(kind: str = "application/json", start: bytes = b"[") -> Doing:
    """A good beginning, and no end."""

    def pieces() -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode() + start
        piece = b" " * 65536
        while True:
            yield piece

    return lambda asked, forward: pieces()


def done_then(what: Doing) -> Doing:
    """The server does what was asked; what comes back is changed so, or rubbish."""

    def do(asked: Asked, forward: Forward) -> Answer | Iterator[bytes]:
        done = forward()
        return what(asked, lambda: done)

    return do
