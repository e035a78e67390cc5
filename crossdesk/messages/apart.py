"""What a network keeps apart from the words of a message: a content warning, sensitive media, a poll with its counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossdesk.channels import parts
from crossdesk.channels.parts import Choice, Poll
from crossdesk.channels.ports import Said
from crossdesk.kit.text import storable
from crossdesk.messages.models import Message


@dataclass(frozen=True, slots=True)
class Apart:
    """The parts of a message. words: its text without them. sensitive: its media are to be covered."""

    words: str
    warning: str = ""
    sensitive: bool = False
    poll: Poll | None = None


def of(message: Message) -> Apart:
    """How a stored message divides."""
    held = message.apart or {}
    warning, poll = held.get("warning", ""), _poll(held["poll"]) if "poll" in held else None
    choices = [choice.text for choice in poll.choices] if poll else []
    return Apart(
        words=parts.words_of(message.text, warning=warning, choices=choices),
        warning=warning,
        sensitive=bool(held.get("sensitive")),
        poll=poll,
    )


def in_short(message: Message) -> str:
    """What a line of a list may show of it: of what its author folded behind a warning, the warning."""
    return str((message.apart or {}).get("warning", "")) or message.text


def stored(said: Said) -> dict[str, Any] | None:
    """As `Message.apart` keeps it; None where nothing stands apart."""
    held: dict[str, Any] = {}
    if said.warning:
        held["warning"] = storable(said.warning)
    if said.sensitive:
        held["sensitive"] = True
    if said.poll is not None:
        held["poll"] = {
            "choices": [[storable(choice.text), choice.votes] for choice in said.poll.choices],
            "voters": said.poll.voters,
            "multiple": said.poll.multiple,
            "ends_at": said.poll.ends_at.isoformat() if said.poll.ends_at else None,
        }
    return held or None


def poll_ends_at(held: dict[str, Any] | None) -> datetime | None:
    """When the poll ends, from `Message.apart`; None where there is none, or one without an end."""
    return _poll(held["poll"]).ends_at if held and "poll" in held else None


def _poll(held: dict[str, Any]) -> Poll:
    return Poll(
        choices=[Choice(text, votes) for text, votes in held["choices"]],
        voters=held["voters"],
        multiple=held["multiple"],
        ends_at=datetime.fromisoformat(held["ends_at"]) if held["ends_at"] else None,
    )
