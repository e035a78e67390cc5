"""The server's own stream of what is new for an account: server-sent events, turned into the deliveries of a pull."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from crossdesk.channels.networks import calls, sse
from crossdesk.channels.ports import Delivery, Gone, NoStream, Profile, Unavailable, Unreadable
from crossdesk.kit import clock, lines, outgoing

from . import ids, reading
from .api import Api
from .delivering import deletion, delivery, id_in_conversation, own_id

SILENT = 75.0  # seconds without a sign of life; servers show one every 15 to 30
MOST_RUBBISH = 20  # events in a row that nobody understands; then it is no stream
PLACES: Sequence[tuple[str, Mapping[str, str]]] = (
    ("/api/v1/streaming/user", {}),
    ("/api/v1/streaming", {"stream": "user"}),
)
NOT_THERE = (400, 404, 405, 406, 410, 426, 501)  # 426, 400: it speaks WebSocket only


def listen(
    api: Api, profile: Profile, *, stopped: Callable[[], bool], silent: float = SILENT
) -> Iterator[Sequence[Delivery]]:
    """As `Streams.listen`. silent: seconds without a sign of life after which it counts as broken."""
    away: Unavailable | None = None
    for base in _bases(api):
        for path, query in PLACES:
            try:
                with api.line(base, path, silent=silent, stopped=stopped, params=query) as line:
                    if not _is_stream(api, line):
                        continue
                    yield ()
                    yield from _heard(_Living(line, network=api.network, silent=silent), profile)
                    return
            except outgoing.ForbiddenAddress:
                break  # it names a place inside somebody's network: nothing is sent there
            except calls.UNSENT as error:
                away = Unavailable(f"{api.network} cannot be reached for its stream: {calls.reason_of(error)}.")
                break  # where it says that its stream is nobody answers: perhaps at its own address
            except httpx.HTTPError as error:
                if stopped():
                    return
                raise Unavailable(f"The stream of {api.network} broke off: {calls.reason_of(error)}.") from error
    raise away or NoStream(f"{api.network} has no stream.")


def _bases(api: Api) -> list[str]:
    """Where the stream may be: where the server says, else at its own address."""
    for path, place in (("/api/v2/instance", ("configuration", "urls", "streaming")), ("/api/v1/instance", _OLD)):
        try:
            found: Any = api.object("GET", path, about_one=True)
        except (Gone, Unreadable):
            continue
        for name in place:
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, str) and (told := _as_http(found, secure=api.base.startswith("https:"))):
            return list(dict.fromkeys((told, api.base)))
    return [api.base]


_OLD = ("urls", "streaming_api")


def _as_http(address: str, *, secure: bool) -> str:
    """`wss://host` as an address that can be asked over HTTP; never less secure than the server itself."""
    parts = urlsplit(address)
    if parts.scheme not in ("ws", "wss", "http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    return f"{'https' if secure or parts.scheme in ('wss', 'https') else 'http'}://{parts.netloc}"


def _is_stream(api: Api, line: lines.Line) -> bool:
    told: str = line.answer.headers.get("content-type", "")
    if line.answer.status_code == 200:
        return told.partition(";")[0].strip().lower() == "text/event-stream"
    if line.answer.status_code in NOT_THERE:
        return False
    api.refuse(line.refusal())
    return False


def _heard(line: "_Living", profile: Profile) -> Iterator[Sequence[Delivery]]:
    rubbish = 0
    try:
        for event in sse.events(line.chunks()):
            line.lives()
            found = deliveries_of(event, profile) if event is not None else ()
            rubbish = rubbish + 1 if any(each.feed == "stream" for each in found) else 0
            yield found
            if rubbish >= MOST_RUBBISH:
                raise Unreadable(f"{line.network} streams what nobody understands.")
    except sse.EventTooLong as error:
        raise Unreadable(f"{line.network} streams an event without end.") from error


class _Living:
    """A line whose other side must say something: bytes alone are no life, who drips without end is left too."""

    def __init__(self, line: lines.Line, *, network: str, silent: float) -> None:
        self.network, self._line, self._silent = network, line, silent
        self.lives()

    def lives(self) -> None:
        """It said something whole."""
        self._until = time.monotonic() + self._silent

    def chunks(self) -> Iterator[bytes]:
        """Bytes as they come."""
        for chunk in self._line.chunks():
            yield chunk
            if time.monotonic() > self._until:
                raise Unavailable(f"The stream of {self.network} went silent.")


def deliveries_of(event: sse.ServerEvent, profile: Profile) -> Sequence[Delivery]:
    """What an event brings: nothing where it is about others. What nobody understands is kept in the feed "stream"."""
    name = event.name.replace("_", ".")  # "status.update", which some write status_update
    if name == "delete":
        gone = ids.lasting(event.data.strip().strip('"'))
        return [deletion(gone, at=clock.now())] if gone else []
    if name not in _BRINGS:
        return []
    try:
        item = json.loads(event.data)
    except (ValueError, RecursionError):
        return [Delivery(feed="stream", body=event.data)]
    return _BRINGS[name](item, profile) if isinstance(item, dict) else [Delivery("stream", event.data)]


def _notification(item: Any, profile: Profile) -> Sequence[Delivery]:
    return [delivery("notifications", item, own_id(item))]


def _conversation(item: Any, profile: Profile) -> Sequence[Delivery]:
    return [delivery("conversations", item, id_in_conversation(item))]


def _update(item: Any, profile: Profile) -> Sequence[Delivery]:
    """Our own posts come back so; those of people we follow are not said to us."""
    author = item.get("account")
    ours = isinstance(author, dict) and ids.lasting(author.get("id")) == profile.external_id
    return [delivery("own", item, own_id(item))] if ours else []


def _newer(item: Any, profile: Profile) -> Sequence[Delivery]:
    external_id = ids.lasting(reading.status_in(item).get("id"))
    return [delivery("check", item, external_id)] if external_id else []


_BRINGS: Mapping[str, Callable[[Any, Profile], Sequence[Delivery]]] = {
    "notification": _notification,
    "conversation": _conversation,
    "update": _update,
    "status.update": _newer,
}
