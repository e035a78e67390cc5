"""Answers without end: one request whose answer goes on as long as both sides like, through the guard like any other."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from crossdesk.kit import outgoing

HEAD_OF_A_REFUSAL = 64 * 1024


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


_TELLING = ("content-type", "location", "retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-scope")


@contextmanager
def opened(
    client: httpx.Client,
    url: str,
    *,
    silent: float,
    stopped: Callable[[], bool],
    headers: Mapping[str, str],
    params: Mapping[str, str] | None = None,
    public_only: bool = False,
) -> Iterator[Line]:
    """Ask, and hold the line while the block runs. stopped: asked twice a second; true ends it at once.

    public_only: as in `http.exchange`. Raises what that raises.
    """
    request = client.build_request(
        "GET", url, params=params, headers=headers, extensions={outgoing.PUBLIC_ONLY: public_only}
    )
    with outgoing.listening(silent, stopped):
        answer = client.send(request, stream=True)
    try:
        yield Line(answer, silent=silent, stopped=stopped)
    finally:
        answer.close()
