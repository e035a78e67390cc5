"""The guard of outgoing calls: only to the open internet, unless an administrator allows a host.

A name is looked up once; what was looked up is tested, and exactly that is connected to. So a name that answers
differently a moment later leads nowhere else. Host and TLS name stay as they were written.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final

import httpcore
import httpx

Resolve = Callable[[str, int], list[str]]

PUBLIC_ONLY: Final = "crossdesk.public_only"  # extension of a request: what is allowed inside does not count for it

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # carries an IPv4 number in its last 32 bits (RFC 6052)
_ALSO_SHUT: Final = tuple(  # special-purpose networks that Python's own list lacks, depending on its version
    ipaddress.ip_network(each)
    for each in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "100::/64", "2001::/23", "3fff::/20", "5f00::/16")
)

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)  # of the whole exchange, time.monotonic
_public_only: ContextVar[bool] = ContextVar("public_only", default=False)
_patience: ContextVar[tuple[float, Callable[[], bool]] | None] = ContextVar("patience", default=None)

_LOOKS_UP_EVERY = 0.5  # seconds: how soon who waits for the next byte of a stream hears that it is to stop


class ForbiddenAddress(httpx.HTTPError):
    """The address leads where Crossdesk does not call. Nothing was sent."""


@contextmanager
def ending_at(moment: float) -> Iterator[None]:
    """Whatever is written or read within, headers too, ends at this moment of time.monotonic."""
    token = _ends_at.set(moment)
    try:
        yield
    finally:
        _ends_at.reset(token)


@contextmanager
def listening(silent: float, stopped: Callable[[], bool]) -> Iterator[None]:
    """Whatever is read within may take its time: `silent` seconds for the next byte, and no longer once `stopped`."""
    token = _patience.set((silent, stopped))
    try:
        yield
    finally:
        _patience.reset(token)


def is_public(address: str) -> bool:
    """Does this number lead to the open internet? One that carries another (mapped, NAT64) is judged by that one."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped is not None:
            number = number.ipv4_mapped
        elif number in _NAT64:
            number = IPv4Address(int(number) & 0xFFFFFFFF)
        elif number.sixtofour or number.is_site_local:
            return False
    shut = number.is_multicast or number.is_reserved or number.is_unspecified or number.is_link_local
    return number.is_global and not shut and not any(number in net for net in _ALSO_SHUT)


def look_up(host: str, port: int) -> list[str]:
    """All numbers of a name, in the order in which they should be tried. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def checked_entry(entry: str) -> str:
    """An entry of what is allowed, as it is compared: a name, a name with its port, or a network. Raises ValueError."""
    given = entry.strip().lower()
    if "/" in given:
        return str(ipaddress.ip_network(given))
    parts = httpx.URL(f"http://{given}")
    written = parts.host and not parts.userinfo and parts.raw_path == b"/" and "%" not in parts.host
    if not written or not 0 < (parts.port or 80) < 65536:
        raise ValueError(f"{entry!r} is not a host")
    return f"{parts.host}:{parts.port}" if parts.port else parts.host


class Guard:
    """Says which numbers a host may be reached at.

    allowed: what an administrator allows beside the open internet: `name` or `name:port` as it stands in an address, or
    a network (`10.1.0.0/16`) in which any name may end. Asked anew each time where a number is not public.
    """

    def __init__(
        self, allowed: Callable[[], Iterable[str]] | Iterable[str] = (), *, resolve: Resolve = look_up
    ) -> None:
        self._allowed = allowed if callable(allowed) else lambda kept=tuple(allowed): kept
        self._resolve = resolve

    def numbers(self, host: str, port: int, *, public_only: bool = False) -> list[str]:
        """Where a host is, tested. public_only: allowed hosts do not count. Raises ForbiddenAddress and OSError."""
        try:
            found = self._resolve(host, port)
        except UnicodeError as error:
            raise ForbiddenAddress(f"{host!r:.100} is not a host.") from error
        shut = [number for number in found if not is_public(number)]
        if shut and (public_only or not self._allows(host, port, shut)):
            raise ForbiddenAddress(f"{host:.100} is not on the open internet, and this installation does not allow it.")
        return found

    def _allows(self, host: str, port: int, numbers: list[str]) -> bool:
        entries = {checked_entry(entry) for entry in self._allowed()}
        name = host.lower().strip("[]")
        if name in entries or f"{name}:{port}" in entries:
            return True
        nets = [ipaddress.ip_network(entry) for entry in entries if "/" in entry]
        return all(any(ipaddress.ip_address(number.partition("%")[0]) in net for net in nets) for number in numbers)


class _Timed(httpcore.NetworkStream):
    """A connection on which nothing lasts beyond the end of the exchange."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        patience = _patience.get()
        if patience is None:
            return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))
        silent, stopped = patience
        ends_at = time.monotonic() + silent
        while True:
            try:
                return self._inner.read(max_bytes, min(_LOOKS_UP_EVERY, silent))
            except httpcore.ReadTimeout:
                if stopped() or time.monotonic() >= ends_at:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    ends_at = _ends_at.get()
    if ends_at is None:
        return timeout
    left = ends_at - time.monotonic()
    if left <= 0:
        raise late("The exchange took too long")
    return left if timeout is None else min(timeout, left)


class _Pinned(httpcore.NetworkBackend):
    """Connects only to numbers that the guard has tested."""

    def __init__(self, guard: Guard) -> None:
        self._guard, self._sockets = guard, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            numbers = self._guard.numbers(host, port, public_only=_public_only.get())
        except OSError as error:
            raise httpcore.ConnectError(f"{host:.100} is not known") from error
        for number in numbers:
            try:
                left = _left(timeout, httpcore.ConnectTimeout)
                return _Timed(self._sockets.connect_tcp(number, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == numbers[-1]:
                    raise
        raise httpcore.ConnectError(f"{host:.100} has no address")


class GuardedTransport(httpx.BaseTransport):
    """What carries every request of the product to the outside: only http and https, only where the guard lets it."""

    def __init__(self, guard: Guard, *, tls: ssl.SSLContext | None = None, most: int = 64) -> None:
        # Connections are not kept: one that died unnoticed would leave a sent message in doubt.
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(trust_env=False),
            max_connections=most,
            max_keepalive_connections=0,
            network_backend=_Pinned(guard),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it. Raises ForbiddenAddress beside httpx's own errors."""
        if request.url.scheme not in ("http", "https"):
            raise ForbiddenAddress("Only addresses with http or https are called.")
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        token = _public_only.set(bool(request.extensions.get(PUBLIC_ONLY)))
        try:
            with in_words_of_httpx():
                answer = self._pool.handle_request(asked)
        finally:
            _public_only.reset(token)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with in_words_of_httpx():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


_CORE = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


@contextmanager
def in_words_of_httpx() -> Iterator[None]:
    """Errors of what lies beneath httpx become httpx's own."""
    try:
        yield
    except _CORE as error:  # both name their errors alike
        raise getattr(httpx, type(error).__name__, httpx.TransportError)(str(error)) from error
