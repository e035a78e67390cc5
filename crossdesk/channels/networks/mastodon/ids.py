"""Ids of statuses. Nearly every server gives a status one id for good; one does not."""

import re
from typing import Any

# snac2 writes the time of the last change before the digest of the address, so an edit changes the id. It reads the
# digest alone, whatever ten digits stand before it.
_CHANGING = re.compile(r"\d{10}([0-9a-f]{32})")
_PLACE_OF_TIME = "0" * 10


def lasting(value: Any) -> str:
    """The id of a status as it stays for good: "" when there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    changing = _CHANGING.fullmatch(text)
    return f"{_PLACE_OF_TIME}{changing[1]}" if changing else text


def of_snac(value: Any) -> bool:
    """Was this id given by snac2?"""
    return isinstance(value, str) and _CHANGING.fullmatch(value) is not None


def order(value: str) -> tuple[int, str]:
    """Later ids are greater: longer numbers, and among equal lengths the later in the alphabet."""
    return len(value), value
