"""What goes out: the record of a post, as the network takes it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from crossdesk.channels.ports import Outgoing, OutgoingMedia

from . import ids

OTHERWISE = datetime(2026, 1, 1, tzinfo=UTC)  # for keys of messages that do not say when they were made


def key_of(message: Outgoing) -> str:
    """The record key of a message: the same at every attempt."""
    return ids.key_for(f"post {message.key}", near=message.made_at or OTHERWISE)


def reaction_key(kind: str, subject: str) -> str:
    """The record key of our like or repost of a post: there is only one."""
    found = ids.address(subject)
    near = ids.moment_of(found.key) if found else None
    return ids.key_for(f"{kind} {subject}", near=near or OTHERWISE)


def record_of(
    message: Outgoing,
    *,
    at: datetime,
    facets: Sequence[Mapping[str, Any]],
    reply: Mapping[str, Any] | None,
    images: Sequence[Mapping[str, Any]] = (),
    card: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The record of a post. It carries pictures or the card of a link, not both."""
    embed: dict[str, Any] | None = None
    if images:
        embed = {"$type": "app.bsky.embed.images", "images": list(images)}
    elif card:
        embed = {"$type": "app.bsky.embed.external", "external": dict(card)}
    optional = {
        "facets": list(facets),
        "reply": reply,
        "embed": embed,
        "langs": [message.language] if message.language else None,
    }
    filled = {name: value for name, value in optional.items() if value}
    return {"$type": ids.POST, "text": message.text, "createdAt": written(at), **filled}


def image(item: OutgoingMedia, blob: Mapping[str, Any]) -> dict[str, Any]:
    """One picture of a post, with its shape, so that apps leave the right room for it."""
    entry: dict[str, Any] = {"image": dict(blob), "alt": item.alt}
    try:
        with Image.open(BytesIO(item.content)) as picture:
            entry["aspectRatio"] = {"width": picture.width, "height": picture.height}
    except (OSError, ValueError, Image.DecompressionBombError):
        pass  # apps then show it in a square
    return entry


def written(at: datetime) -> str:
    """A moment as the network writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
