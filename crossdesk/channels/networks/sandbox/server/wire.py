"""A request as the network reads it, and an answer as it writes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from .trouble import Trouble, invalid


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. headers: lower-case names."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        if self.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise Trouble(415, "not_json", "Send application/json.")
        try:
            value = json.loads(self.body or b"{}")
        except ValueError as error:
            raise invalid("The body is not JSON.") from error
        if not isinstance(value, dict):
            raise invalid("The body is not a JSON object.")
        return value

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def token(self) -> str:
        """The bearer token, or nothing."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def said(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer in JSON."""
    return Answer(json.dumps(value, ensure_ascii=False).encode(), status=status, headers=headers or {})


def page(html: str, *, status: int = 200) -> Answer:
    """An answer in HTML."""
    return Answer(html.encode(), status=status, content_type="text/html; charset=utf-8")


def redirect(url: str) -> Answer:
    """Send the browser on."""
    return Answer(b"", status=303, headers={"Location": url})
