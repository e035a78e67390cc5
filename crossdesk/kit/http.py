"""HTTP to the outside: one careful client, answers with a size limit, and what `Retry-After` means.

Every call passes the guard of `outgoing`. Redirects stay off and proxies are not taken from the environment, so a call
goes where it was sent and nowhere else; `fetch` follows a few, and each is tested anew.
"""

import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from crossdesk.kit import clock, outgoing

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
WHOLE_SECONDS = 60.0  # one exchange in all, however slowly the bytes drip
MAX_ANSWER_BYTES = 8 * 1024 * 1024
MOST_AT_ONCE = 64
MOST_HOPS = 4  # requests for one file
MOVED = (301, 302, 303, 307, 308)
USER_AGENT = "Crossdesk/0.1"

_SHORTEST_WAIT = timedelta(seconds=1)
_USUAL_WAIT = timedelta(seconds=60)
_LONGEST_WAIT = timedelta(hours=24)


class AnswerTooLarge(httpx.HTTPError):
    """The answer went over the size limit; the rest was not read."""


class AnswerTooSlow(httpx.HTTPError):
    """The answer dripped in for longer than a whole exchange may take."""


def client(
    *,
    guard: outgoing.Guard | None = None,
    connect: float = CONNECT_SECONDS,
    read: float = READ_SECONDS,
    tls: ssl.SSLContext | None = None,
    most: int = MOST_AT_ONCE,
) -> httpx.Client:
    """A client for calls to networks, safe to share between threads. connect, read: seconds.

    guard: says where it may call; without one, to the open internet only. most: connections at once.
    """
    return httpx.Client(
        transport=outgoing.GuardedTransport(guard or outgoing.Guard(), tls=tls, most=most),
        timeout=httpx.Timeout(read, connect=connect, pool=connect),
        headers={"User-Agent": USER_AGENT, "Connection": "close"},
        follow_redirects=False,
        trust_env=False,
    )


def exchange(
    http: httpx.Client,
    method: str,
    url: str,
    *,
    at_most: int = MAX_ANSWER_BYTES,
    within: float = WHOLE_SECONDS,
    public_only: bool = False,
    headers: Mapping[str, str] | None = None,
    **body: Any,
) -> httpx.Response:
    """Send one request and read the whole answer. body: httpx's params, json, data, files or content.

    at_most: bytes after unpacking. within: seconds, from looking the name up to the last byte. public_only: also hosts
    inside that are allowed are not called. Raises httpx.HTTPError, AnswerTooLarge, AnswerTooSlow and
    outgoing.ForbiddenAddress among them, and httpx.InvalidURL.
    """
    extensions = {outgoing.PUBLIC_ONLY: public_only}
    request = http.build_request(method, url, headers=headers, extensions=extensions, **body)
    deadline = time.monotonic() + within
    with outgoing.ending_at(deadline):
        try:
            answer = http.send(request, stream=True)
            content = _whole(answer, at_most=at_most)
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            if time.monotonic() < deadline:
                raise
            raise AnswerTooSlow(f"The answer took longer than {within:.0f} seconds") from error
    kept = [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in _UNPACKED]
    return httpx.Response(answer.status_code, headers=kept, content=content, request=request)


def _whole(answer: httpx.Response, *, at_most: int) -> bytes:
    try:
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > at_most:
                raise AnswerTooLarge(f"The answer is larger than {at_most} bytes")
    finally:
        answer.close()
    return bytes(content)


def fetch(
    http: httpx.Client, url: str, *, base: str, at_most: int = MAX_ANSWER_BYTES, within: float = WHOLE_SECONDS
) -> httpx.Response:
    """Read a file that somebody named, without any token, following a few redirects.

    base: the address of the server whose files these are; on any other host only the open internet is called, whatever
    else is allowed. Raises what `exchange` raises. The last redirect is answered as it is.
    """
    deadline, home = time.monotonic() + within, _place(base)
    for _ in range(MOST_HOPS):
        left = max(deadline - time.monotonic(), 0.0)
        answer = exchange(http, "GET", url, at_most=at_most, within=left, public_only=_place(url) != home)
        if answer.status_code not in MOVED or not answer.headers.get("location"):
            return answer
        url = str(httpx.URL(url).join(answer.headers["location"]))
    return answer


def _place(url: str) -> tuple[str, str, int | None]:
    parts = httpx.URL(url)
    return parts.scheme, parts.host, parts.port


_UNPACKED = {"content-encoding", "content-length", "transfer-encoding"}  # no longer true of what we hand on


def moment_to_retry(answer: httpx.Response) -> datetime:
    """When to ask again, from `Retry-After` (seconds or a date) or `RateLimit-Reset` (see `reset_moment`).

    Aware, UTC; between one second and a day from now; a minute from now where the network does not say.
    """
    now = clock.now()
    moment = _retry_after(answer.headers.get("retry-after", ""), now=now)
    moment = moment or reset_moment(budget(answer, "reset"))
    moment = moment or now + _USUAL_WAIT
    return min(max(moment, now + _SHORTEST_WAIT), now + _LONGEST_WAIT)


def budget(answer: httpx.Response, name: str) -> str:
    """What `X-RateLimit-…` or `RateLimit-…` says: limit, remaining or reset."""
    told: str = answer.headers.get(f"x-ratelimit-{name}") or answer.headers.get(f"ratelimit-{name}") or ""
    return told


def reset_moment(value: str) -> datetime | None:
    """The moment in a rate-limit header: an ISO moment, epoch seconds, or seconds from now. None when it is neither."""
    seconds = _number(value)
    if seconds is not None and seconds <= _LONGEST_WAIT.total_seconds():
        return clock.now() + timedelta(seconds=seconds)
    try:
        moment = datetime.fromtimestamp(seconds, UTC) if seconds is not None else datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _retry_after(value: str, *, now: datetime) -> datetime | None:
    seconds = _number(value)
    if seconds is not None:
        return now + min(timedelta(seconds=min(seconds, 1e6)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _number(value: str) -> float | None:
    text = value.strip()
    return float(text) if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit() else None
