"""What this network answers when it says no."""

from collections.abc import Mapping
from typing import Any


class Trouble(Exception):
    """An answer that is an error: a status, a code and a sentence."""

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {"error": code, "message": message}


def not_found(what: str) -> Trouble:
    """The thing does not exist, or not for this account."""
    return Trouble(404, "not_found", f"There is no such {what}.")


def invalid(message: str) -> Trouble:
    """What was sent cannot be used."""
    return Trouble(422, "invalid", message)
