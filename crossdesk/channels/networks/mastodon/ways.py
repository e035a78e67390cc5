"""The two ways on which a server streams, server-sent events and WebSocket, with the same events on both."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import httpx

from crossdesk.channels.networks import sse, websocket
from crossdesk.channels.networks.sse import ServerEvent
from crossdesk.channels.ports import MissingScope, NetworkError, Refused, SignInExpired, Unavailable, Unreadable
from crossdesk.kit import lines

from .api import Api

NOT_THERE = (400, 404, 405, 406, 410, 426, 501)  # 426, 400: another way only
Heard = ServerEvent | str | None  # str: what is no event, nobody understands it; None: a sign of life


class NotHere(Exception):
    """This way leads to no stream. why: what it said where it refused us; another way may still be open."""

    def __init__(self, why: NetworkError | None = None) -> None:
        super().__init__(str(why or ""))
        self.why = why


class Opens(Protocol):
    """Opens a stream on one way: what comes over it, for as long as the block runs. Raises NotHere."""

    def __call__(
        self, api: Api, base: str, path: str, *, silent: float, stopped: Callable[[], bool], params: dict[str, str]
    ) -> AbstractContextManager[Iterator[Heard]]: ...


@contextmanager
def by_events(
    api: Api, base: str, path: str, *, silent: float, stopped: Callable[[], bool], params: dict[str, str]
) -> Iterator[Iterator[Heard]]:
    """Server-sent events."""
    with api.line(base, path, silent=silent, stopped=stopped, params=params) as line:
        told: str = line.answer.headers.get("content-type", "")
        if line.answer.status_code != 200 or told.partition(";")[0].strip().lower() != "text/event-stream":
            raise _not_here(api, line, (SignInExpired, MissingScope, Refused))
        yield _events(line, network=api.network, silent=silent)


@contextmanager
def by_websocket(
    api: Api, base: str, path: str, *, silent: float, stopped: Callable[[], bool], params: dict[str, str]
) -> Iterator[Iterator[Heard]]:
    """WebSocket."""
    with api.websocket(base, path, silent=silent, stopped=stopped, params=params) as socket:
        if not socket.line.agreed:
            raise _not_here(api, socket.line, (SignInExpired, MissingScope))  # 403: many have no such place then
        try:
            socket.check()
        except websocket.BadHandshake as error:
            raise Unavailable(f"{api.network} does not speak WebSocket as it should. {error}.") from error
        yield _messages(socket, api)


def _not_here(api: Api, line: lines.Line, believed: tuple[type[NetworkError], ...]) -> NotHere:
    if line.answer.status_code in (200, *NOT_THERE):
        return NotHere()
    try:
        api.refuse(line.refusal())
    except (SignInExpired, MissingScope, Refused) as error:
        return NotHere(error if isinstance(error, believed) else None)
    return NotHere()


def _events(line: lines.Line, *, network: str, silent: float) -> Iterator[Heard]:
    living = _Living(line, network=network, silent=silent)
    try:
        for event in sse.events(living.chunks()):
            yield event
            living.lives()
    except sse.EventTooLong as error:
        raise Unreadable(f"{network} streams an event without end.") from error


class _Living:
    """A line whose other side must say something: bytes alone are no life, who drips without end is left too."""

    def __init__(self, line: lines.Line, *, network: str, silent: float) -> None:
        self._network, self._line, self._silent = network, line, silent
        self.lives()

    def lives(self) -> None:
        """It said something whole."""
        self._until = time.monotonic() + self._silent

    def chunks(self) -> Iterator[bytes]:
        """Bytes as they come."""
        for chunk in self._line.chunks():
            yield chunk
            if time.monotonic() > self._until:
                raise Unavailable(f"The stream of {self._network} went silent.")


def _messages(socket: websocket.WebSocket, api: Api) -> Iterator[Heard]:
    try:
        for message in socket.messages():
            yield _event_in(message, api, socket.line.answer.request) if message else None  # "": a heart beats
    except websocket.MessageTooLong as error:
        raise Unreadable(f"{api.network} streams an event without end.") from error
    except websocket.BadFrames as error:
        raise Unavailable(f"{api.network} does not speak WebSocket as it should. {error}.") from error
    except websocket.EndedByThem as error:
        raise Unavailable(f"{api.network} closed its stream: {error}.") from error


def _event_in(message: str, api: Api, request: httpx.Request) -> ServerEvent | str:
    """The event in a message: `{"event": …, "payload": "…"}`. Raises what a refusal in its place means."""
    try:
        told: Any = json.loads(message)
    except (ValueError, RecursionError):
        return message
    if not isinstance(told, dict):
        return message
    name, payload, refused = told.get("event"), told.get("payload", ""), told.get("error")
    if isinstance(name, str):
        return ServerEvent(name, payload if isinstance(payload, str) else json.dumps(payload))
    if isinstance(refused, str):
        status = told.get("status")
        known = status if isinstance(status, int) and 400 <= status < 600 else 403
        api.refuse(httpx.Response(known, json=told, request=request))
    return message
