"""A server on loopback that answers as it is told, byte by byte: for failures that no real server shows on demand."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

import pytest

Talk = Callable[[socket.socket], None]


class RudeServer:
    """Takes connections one after the other and lets `talk` answer each. What was asked stands in `asked`.

    tls: it speaks TLS with this.
    """

    def __init__(self, talk: Talk, *, tls: ssl.SSLContext | None = None) -> None:
        self.talk, self._tls = talk, tls
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the door."""
        with socket.create_connection(self._listener.getsockname()):
            self._listener.close()
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            caller.settimeout(2)
            with suppress(OSError), self._tls.wrap_socket(caller, server_side=True) if self._tls else caller as inner:
                self.asked.append(_request(inner))
                self.talk(inner)


def _request(caller: socket.socket) -> str:
    """The whole request: its head, and as much of a body as the head announces."""
    asked = caller.recv(65536).decode("latin-1")
    length = re.search(r"\r\ncontent-length: (\d+)", asked, re.IGNORECASE)
    while length and len(asked.partition("\r\n\r\n")[2]) < int(length[1]) and (more := caller.recv(65536)):
        asked += more.decode("latin-1")
    return asked


def answer(status: str, *headers: str, body: bytes = b"", length: int | None = None) -> Talk:
    """One answer with these headers and this body."""
    size = len(body) if length is None else length
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {size}", "", ""])
    return lambda caller: caller.sendall(head.encode() + body)


def drip(seconds: float) -> Talk:
    """One byte now and then, for so long."""

    def talk(caller: socket.socket) -> None:
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            caller.sendall(b"[")
            time.sleep(0.05)

    return talk


class _Maker:
    """Makes rude servers and stops them all."""

    def __init__(self) -> None:
        self.made: list[RudeServer] = []

    def __call__(self, talk: Talk) -> RudeServer:
        self.made.append(RudeServer(talk))
        return self.made[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.made:
            server.stop()


@pytest.fixture
def rude() -> Iterator[Callable[[Talk], RudeServer]]:
    """Make servers that answer so; they are stopped after the test."""
    with _Maker() as make:
        yield make
