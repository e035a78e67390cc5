"""HTTP to the outside: one careful client, answers with a size limit, and what `Retry-After` means.

Redirects stay off and proxies are not taken from the environment, so a call goes where it was sent and nowhere else.
"""

import ipaddress
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from crossdesk.kit import clock

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
WHOLE_SECONDS = 60.0  # one exchange in all, however slowly the bytes drip
MAX_ANSWER_BYTES = 8 * 1024 * 1024
USER_AGENT = "Crossdesk/0.1"

_SHORTEST_WAIT = timedelta(seconds=1)
_USUAL_WAIT = timedelta(seconds=60)
_LONGEST_WAIT = timedelta(hours=24)


class AnswerTooLarge(httpx.HTTPError):
    """The answer went over the size limit; the rest was not read."""


class AnswerTooSlow(httpx.HTTPError):
    """The answer dripped in for longer than a whole exchange may take."""


def client(*, connect: float = CONNECT_SECONDS, read: float = READ_SECONDS) -> httpx.Client:
    """A client for calls to networks, safe to share between threads. connect, read: seconds.

    Connections are not kept: one that died unnoticed would leave a sent message in doubt.
    """
    return httpx.Client(
        timeout=httpx.Timeout(read, connect=connect, pool=connect),
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=0),
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
    headers: Mapping[str, str] | None = None,
    **body: Any,
) -> httpx.Response:
    """Send one request and read the whole answer. body: httpx's params, json, data, files or content.

    at_most: bytes after unpacking. within: seconds. Raises httpx.HTTPError, AnswerTooLarge and AnswerTooSlow among
    them, and httpx.InvalidURL.
    """
    request = http.build_request(method, url, headers=headers, **body)
    deadline = time.monotonic() + within
    answer = http.send(request, stream=True)
    try:
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > at_most:
                raise AnswerTooLarge(f"The answer is larger than {at_most} bytes")
            if time.monotonic() > deadline:
                raise AnswerTooSlow(f"The answer took longer than {within:.0f} seconds")
    finally:
        answer.close()
    kept = [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in _UNPACKED]
    return httpx.Response(answer.status_code, headers=kept, content=bytes(content), request=request)


_UNPACKED = {"content-encoding", "content-length", "transfer-encoding"}  # no longer true of what we hand on


def is_public(url: str) -> bool:
    """Does this address lead to the open internet, by all its numbers, and not into our own network?"""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError):
        return False
    return all(ipaddress.ip_address(str(address[0]).split("%")[0]).is_global for *_, address in found)


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
