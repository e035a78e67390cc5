"""What goes out: the words as the server must get them, and how they are recognised when they come back."""

import re
from collections.abc import Mapping
from typing import Any

from crossdesk.channels.counting import addressed
from crossdesk.channels.ports import Outgoing, Visibility
from crossdesk.kit import html

from . import ids, reading

NARROWNESS: dict[Visibility, int] = {"public": 0, "unlisted": 1, "private": 2, "direct": 3}
_NAMED = re.compile(r"@([\w.-]+)(@[\w.-]+(:\d+)?)?")


def narrower(one: Visibility, other: Visibility) -> Visibility:
    """Of two visibilities the one that fewer people may read."""
    return max(one, other, key=NARROWNESS.__getitem__)


def form_of(message: Outgoing, *, visibility: Visibility, media_ids: list[str]) -> dict[str, Any]:
    """The fields of a new status."""
    optional = {
        "in_reply_to_id": message.in_reply_to,
        "media_ids[]": media_ids,
        "language": message.language,
    }
    filled = {name: value for name, value in optional.items() if value}
    return {"status": addressed(message.text, message.to_handle), "visibility": visibility, **filled}


def is_same(status: Mapping[str, Any], message: Outgoing) -> bool:
    """Is this status that message? Servers shorten names and add HTML, so only letters and digits are compared."""
    if message.in_reply_to and ids.lasting(status.get("in_reply_to_id")) != ids.lasting(message.in_reply_to):
        return False
    wanted = _core(addressed(message.text, message.to_handle))
    return wanted in (_core(reading.text(status, "text")), _core(html.to_text(reading.text(status, "content"))))


def _core(text: str) -> str:
    named = _NAMED.sub(lambda found: found[1], text)
    return "".join(letter for letter in named.casefold() if letter.isalnum())
