"""The server's own stream of what is new for an account: turned into the deliveries of a pull, whatever way it goes."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from crossdesk.channels.networks import calls
from crossdesk.channels.ports import Delivery, Gone, NetworkError, NoStream, Profile, Unavailable, Unreadable, Way
from crossdesk.kit import clock, outgoing

from . import ids, reading, ways
from .api import Api
from .delivering import deletion, delivery, id_in_conversation, own_id

SILENT = 75.0  # seconds without a sign of life; servers show one every 15 to 30
MOST_RUBBISH = 20  # events in a row that nobody understands; then it is no stream
PLACES: Sequence[tuple[Way, ways.Opens, str, dict[str, str]]] = (
    ("sse", ways.by_events, "/api/v1/streaming/user", {}),
    ("sse", ways.by_events, "/api/v1/streaming", {"stream": "user"}),
    ("websocket", ways.by_websocket, "/api/v1/streaming", {"stream": "user"}),
)


def listen(
    api: Api,
    profile: Profile,
    *,
    stopped: Callable[[], bool],
    silent: float = SILENT,
    goes: Callable[[Way], None] = lambda way: None,
) -> Iterator[Sequence[Delivery]]:
    """As `Streams.listen`: by server-sent events wherever they are, else by WebSocket.

    silent: seconds without a sign of life after which it counts as broken. goes: told the way, once it is open.
    """
    refused: NetworkError | None = None
    away: Unavailable | None = None
    shut: set[str] = set()
    tries = sorted(itertools.product(_bases(api), PLACES), key=lambda each: each[1][0] == "websocket")
    for base, (way, opens, path, params) in tries:
        if base in shut:
            continue
        try:
            with opens(api, base, path, silent=silent, stopped=stopped, params=params) as heard:
                goes(way)
                yield ()
                yield from _understood(heard, profile, network=api.network)
                return
        except ways.NotHere as error:  # a server may refuse on one way what it allows on another
            refused = refused or error.why
        except outgoing.ForbiddenAddress:
            shut.add(base)  # it names a place inside somebody's network: nothing is sent there
        except calls.UNSENT as error:
            shut.add(base)  # where it says that its stream is nobody answers: perhaps at its own address
            away = Unavailable(f"{api.network} cannot be reached for its stream: {calls.reason_of(error)}.")
        except httpx.HTTPError as error:
            if stopped():
                return
            raise Unavailable(f"The stream of {api.network} broke off: {calls.reason_of(error)}.") from error
    raise refused or away or NoStream(f"{api.network} has no stream.")


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


def _understood(heard: Iterator[ways.Heard], profile: Profile, *, network: str) -> Iterator[Sequence[Delivery]]:
    rubbish = 0
    for event in heard:
        found = deliveries_of(event, profile)
        rubbish = rubbish + 1 if any(each.feed == "stream" for each in found) else 0
        yield found
        if rubbish >= MOST_RUBBISH:
            raise Unreadable(f"{network} streams what nobody understands.")


def deliveries_of(event: ways.Heard, profile: Profile) -> Sequence[Delivery]:
    """What an event brings: nothing where it is about others. What nobody understands is kept in the feed "stream"."""
    if event is None:
        return ()
    if isinstance(event, str):
        return [Delivery("stream", event)]
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
