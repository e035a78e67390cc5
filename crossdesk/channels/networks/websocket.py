"""WebSocket (RFC 6455) as a client speaks it: messages out of frames, over a line that the guard opened."""

import base64
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason

from crossdesk.channels.networks import sse
from crossdesk.kit import lines

LONGEST_MESSAGE = sse.LONGEST_EVENT  # bytes
_GOOD_ENDS = (
    CloseReason.NORMAL_CLOSURE, CloseReason.GOING_AWAY, CloseReason.NO_STATUS_RCVD, CloseReason.SERVICE_RESTART,
)  # fmt: skip
_OF_ALL_KEYS = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class BadHandshake(ValueError):
    """It agreed to speak WebSocket, but not to what was asked."""


class BadFrames(ValueError):
    """What comes breaks the rules of the protocol, or is no text."""


class MessageTooLong(ValueError):
    """One message goes on and on."""


class EndedByThem(Exception):
    """The other side ended it since something was wrong. reason: its own words, perhaps none."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason:.200}".strip())
        self.code, self.reason = code, reason


class WebSocket:
    """One connection. Made by `opened`; whether the other side agreed says `line`."""

    def __init__(self, line: lines.Upgraded, *, key: str, protocol: str, silent: float, at_most: int) -> None:
        self.line, self._key, self._protocol, self._silent, self._at_most = line, key, protocol, silent, at_most
        self._frames = Connection(ConnectionType.CLIENT)
        self._lives()

    def check(self) -> None:
        """Is this what we asked for? Raises BadHandshake."""
        headers = self.line.answer.headers
        told: dict[str, str] = {name: headers.get(f"sec-websocket-{name}", "") for name in _TOLD}
        if headers.get("upgrade", "").lower() != "websocket" or told["accept"] != accepting(self._key):
            raise BadHandshake("It is not our request that it answers")
        if told["extensions"] or told["protocol"] not in ("", self._protocol):
            raise BadHandshake("It wants to speak in a way that we did not offer")

    def messages(self) -> Iterator[str | None]:
        """Messages in order, each whole; None for a sign of life. It ends when the other side ends it, or we are to stop.

        Raises EndedByThem, BadFrames, MessageTooLong, and httpx.HTTPError where it breaks off or goes silent.
        """
        words, size = list[str](), 0
        for event in self._events():
            if isinstance(event, TextMessage):
                if event.data:
                    words.append(event.data)
                size += len(event.data.encode())
                if size > self._at_most:
                    self._close(CloseReason.MESSAGE_TOO_BIG)
                    raise MessageTooLong(f"One message is longer than {self._at_most} bytes")
                if not event.message_finished:
                    continue
                yield "".join(words)
                self._lives()
                words, size = [], 0
            elif isinstance(event, BytesMessage):
                self._close(CloseReason.UNSUPPORTED_DATA)
                raise BadFrames("What comes is no text")
            else:
                yield None
                self._lives()

    def leave(self) -> None:
        """Say good-bye where that was not said yet; nobody waits for an answer."""
        if self.line.agreed:
            self._close(CloseReason.NORMAL_CLOSURE)

    def _events(self) -> Iterator[Event]:
        """Text, and pings and pongs; pings are answered, and the end is dealt with."""
        for chunk in self._chunks():
            self._frames.receive_data(chunk)
            for event in self._frames.events():
                if isinstance(event, Ping):
                    self.line.say(self._frames.send(event.response()))
                if not isinstance(event, CloseConnection):
                    yield event
                elif self._frames.state is ConnectionState.REMOTE_CLOSING:
                    self._close(event.code)
                    if event.code in _GOOD_ENDS:
                        return
                    raise EndedByThem(event.code, event.reason or "")
                else:
                    self._close(event.code)
                    raise BadFrames("What comes breaks the rules")

    def _chunks(self) -> Iterator[bytes]:
        """Bytes as they come. Half-way to where it counts as dead, a quiet line is asked whether anybody is there."""
        asked = False
        while time.monotonic() <= self._until:
            chunk = self.line.hear(self._silent / 2)
            if chunk:
                asked = False
                yield chunk
            elif chunk is not None:
                raise httpx.RemoteProtocolError("it hung up without a word")
            elif self.line.stopped:
                return
            elif asked:
                break
            else:
                asked = True
                self.line.say(self._frames.send(Ping()))
        raise httpx.ReadTimeout("it went silent")

    def _lives(self) -> None:
        """It said something whole: bytes alone are no life, who drips without end is left too."""
        self._until = time.monotonic() + self._silent

    def _close(self, code: int) -> None:
        if self._frames.state in (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING):
            goodbye = self._frames.send(CloseConnection(code=code))
            with suppress(httpx.HTTPError):
                self.line.say(goodbye)


_TOLD = ("accept", "extensions", "protocol")


def accepting(key: str) -> str:
    """What proves that a server read this key and knows the protocol."""
    return base64.b64encode(hashlib.sha1((key + _OF_ALL_KEYS).encode(), usedforsecurity=False).digest()).decode()


@contextmanager
def opened(
    client: httpx.Client,
    url: str,
    *,
    silent: float,
    stopped: Callable[[], bool],
    protocol: str = "",
    at_most: int = LONGEST_MESSAGE,
    **asked: Any,
) -> Iterator[WebSocket]:
    """Ask for a WebSocket and hold it while the block runs. url: with http or https, as the guard knows them.

    silent: seconds without anything whole after which it counts as dead. protocol: offered. at_most: bytes of a message.
    asked: as in `lines.opened`.
    """
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {**asked.pop("headers", {}), "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    if protocol:
        headers["Sec-WebSocket-Protocol"] = protocol
    with lines.upgraded(client, url, to="websocket", silent=silent, stopped=stopped, headers=headers, **asked) as line:
        found = WebSocket(line, key=key, protocol=protocol, silent=silent, at_most=at_most)
        try:
            yield found
        finally:
            found.leave()
