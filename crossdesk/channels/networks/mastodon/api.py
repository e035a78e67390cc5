"""Calls to one Mastodon-API server, with or without a token. Failures become the errors of `ports`."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import httpx

from crossdesk.channels.networks import calls, websocket
from crossdesk.kit import lines

_NAME_OF_A_PROTOCOL = re.compile(
    r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
)  # RFC 9110, 5.6.2; a browser has no other header for it


class Api:
    """One server and, after sign-in, one token. Keeps the last budget that the server told."""

    def __init__(self, client: httpx.Client, base: str, token: str = "") -> None:
        self._client, self.base, self._token = client, base, token
        self.network = base.split("://", 1)[1]
        self.pace = calls.pace_of(httpx.Response(200))

    def call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        """One call. more: what `calls.call` takes: changes, about_one, params, data, files."""
        answer = calls.call(
            self._client,
            method,
            f"{self.base}{path}",
            network=self.network,
            headers={"Accept": "application/json", **self._signed, **(headers or {})},
            words_of=_words,
            **more,
        )
        self.pace = calls.pace_of(answer) or self.pace
        return answer

    def line(
        self, base: str, path: str, *, silent: float, stopped: Callable[[], bool], params: Mapping[str, str]
    ) -> AbstractContextManager[lines.Line]:
        """An answer without end. base: where the server says that its stream is; off its own host only the open internet."""
        return lines.opened(
            self._client,
            f"{base}{path}",
            silent=silent,
            stopped=stopped,
            params=params,
            headers={"Accept": "text/event-stream", "Accept-Encoding": "identity", **self._signed},
            public_only=base != self.base,
        )

    def websocket(
        self, base: str, path: str, *, silent: float, stopped: Callable[[], bool], params: Mapping[str, str]
    ) -> AbstractContextManager[websocket.WebSocket]:
        """A WebSocket; as `line`. The token is where each server looks for it, and never in the address: those are logged."""
        return websocket.opened(
            self._client,
            f"{base}{path}",
            silent=silent,
            stopped=stopped,
            params=params,
            headers=self._signed,
            protocol=self._token if _NAME_OF_A_PROTOCOL.fullmatch(self._token) else "",
            public_only=base != self.base,
        )

    def refuse(self, answer: httpx.Response) -> None:
        """Raise what an answer means that is not good."""
        calls.refuse(answer, network=self.network, words_of=_words)

    @property
    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def object(self, method: str, path: str, *, changes: bool = False, **more: Any) -> dict[str, Any]:
        """One call whose answer is a JSON object."""
        answer = self.call(method, path, changes=changes, **more)
        return calls.object_of(answer, network=self.network, changes=changes)

    def list(self, path: str, **more: Any) -> list[Any]:
        """A JSON list."""
        return calls.list_of(self.call("GET", path, **more), network=self.network)


def _words(body: Any) -> str:
    return calls.first_words(body, ("error_description", "error", "message"))
