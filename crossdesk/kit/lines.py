"""Answers without end: one request whose answer goes on as long as both sides like, through the guard like any other."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from crossdesk.kit import outgoing

HEAD_OF_A_REFUSAL = 64 * 1024
AT_ONCE = 64 * 1024  # bytes of one reading
SPEAKING_SECONDS = 10.0  # for the other side to take what we say


class Line:
    """The answer, read as it comes. silent: seconds without a byte that end it with httpx.ReadTimeout."""

    def __init__(self, answer: httpx.Response, *, silent: float, stopped: Callable[[], bool]) -> None:
        self.answer, self._silent, self._stopped = answer, silent, stopped

    def chunks(self) -> Iterator[bytes]:
        """What comes, until the other side ends it or `stopped` says so. Raises httpx.HTTPError."""
        coming = self.answer.iter_bytes()
        while not self._stopped():
            try:
                with outgoing.listening(self._silent, self._stopped):
                    chunk = next(coming, None)
            except httpx.ReadTimeout:
                if self._stopped():
                    return
                raise
            if chunk is None:
                return
            yield chunk

    @property
    def stopped(self) -> bool:
        """Are we to leave it?"""
        return self._stopped()

    def refusal(self) -> httpx.Response:
        """The answer as a whole one with the head of its body, for who asks why it is no stream."""
        body = bytearray()
        for chunk in self.chunks():
            body += chunk
            if len(body) >= HEAD_OF_A_REFUSAL:
                break
        kept = {name: self.answer.headers[name] for name in _TELLING if name in self.answer.headers}
        return httpx.Response(
            self.answer.status_code, headers=kept, content=bytes(body[:HEAD_OF_A_REFUSAL]), request=self.answer.request
        )


class Upgraded(Line):
    """A line on which both sides speak another protocol, once the other side agreed to it."""

    @property
    def agreed(self) -> bool:
        """Did it? If not, `refusal` says why."""
        return self.answer.status_code == httpx.codes.SWITCHING_PROTOCOLS

    def hear(self, within: float) -> bytes | None:
        """What comes next; empty where the other side hung up, None where so many seconds brought nothing or we are to stop.

        Raises httpx.HTTPError.
        """
        if self._stopped():
            return None
        try:
            with outgoing.in_words_of_httpx(), outgoing.listening(within, self._stopped):
                heard: bytes = self._both_ways.read(AT_ONCE)
        except httpx.ReadTimeout:
            return None
        return heard

    def say(self, words: bytes) -> None:
        """Say something. Raises httpx.HTTPError where the other side does not take it."""
        with outgoing.in_words_of_httpx():
            self._both_ways.write(words, timeout=SPEAKING_SECONDS)

    @property
    def _both_ways(self) -> Any:
        return self.answer.extensions["network_stream"]


_TELLING = ("content-type", "location", "retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-scope")


@contextmanager
def opened(
    client: httpx.Client, url: str, *, silent: float, stopped: Callable[[], bool], **asked: Any
) -> Iterator[Line]:
    """Ask, and hold the line while the block runs. stopped: asked twice a second; true ends it at once.

    asked: headers, params and public_only, as in `http.exchange`. Raises what that raises.
    """
    with _answer(client, url, silent=silent, stopped=stopped, **asked) as answer:
        yield Line(answer, silent=silent, stopped=stopped)


@contextmanager
def upgraded(
    client: httpx.Client, url: str, *, to: str, silent: float, stopped: Callable[[], bool], **asked: Any
) -> Iterator[Upgraded]:
    """As `opened`, and ask to speak the protocol `to` from then on. Whether the other side agreed says the line."""
    headers = {**asked.pop("headers", {}), "Connection": "Upgrade", "Upgrade": to}
    with _answer(client, url, silent=silent, stopped=stopped, headers=headers, **asked) as answer:
        yield Upgraded(answer, silent=silent, stopped=stopped)


@contextmanager
def _answer(
    client: httpx.Client,
    url: str,
    *,
    silent: float,
    stopped: Callable[[], bool],
    headers: Mapping[str, str],
    params: Mapping[str, str] | None = None,
    public_only: bool = False,
) -> Iterator[httpx.Response]:
    extensions = {outgoing.PUBLIC_ONLY: public_only}
    request = client.build_request("GET", url, params=params, headers=headers, extensions=extensions)
    with outgoing.listening(silent, stopped):
        answer = client.send(request, stream=True)
    try:
        yield answer
    finally:
        answer.close()
