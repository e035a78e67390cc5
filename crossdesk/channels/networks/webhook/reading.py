"""The documented JSON understood. Says which field is missing, since whoever writes it reads the answer."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, get_args

from crossdesk.channels.ports import (
    Deleted,
    Delivery,
    Event,
    Kind,
    MediaItem,
    Profile,
    Said,
    Unreadable,
    Visibility,
)

MOST_AT_ONCE: Final = 100
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
VISIBILITIES: Final[tuple[Visibility, ...]] = get_args(Visibility)
MEDIA: Final = ("image", "video", "audio", "file")
FEED: Final = "messages"


def deliveries(raw: bytes) -> Sequence[Delivery]:
    """One message, or several in `messages`. A single one is kept exactly as it came."""
    try:
        words = raw.decode()
        body = json.loads(words)
    except UnicodeDecodeError as error:
        kept = raw.decode("utf-8", "backslashreplace")
        raise Unreadable("This is not UTF-8.", payload=kept) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is not JSON.", payload=words) from error
    if not isinstance(body, dict):
        raise Unreadable("This is not a JSON object.", payload=words)
    if "messages" not in body:
        return [Delivery(FEED, words, _word(body, "id"))]
    several = body["messages"]
    if not isinstance(several, list) or not 0 < len(several) <= MOST_AT_ONCE:
        raise Unreadable(f"`messages` must be a list of 1 to {MOST_AT_ONCE} messages.", payload=words)
    return [Delivery(FEED, json.dumps(one, ensure_ascii=False), _word(one, "id")) for one in several]


def events_of(delivery: Delivery) -> Iterator[Event]:
    """What one message says. Raises Unreadable, naming the field."""
    try:
        body = json.loads(delivery.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is not JSON.", payload=delivery.body) from error
    if not isinstance(body, dict):
        raise Unreadable("A message must be a JSON object.", payload=delivery.body)
    external_id = _need(body, "id")
    if body.get("deleted") is True:
        yield Deleted(external_id, _moment(body, "at"))
        return
    kind = _one_of(body, "kind", KINDS, "mention")
    yield Said(
        external_id=external_id,
        kind=kind,
        author=_author(body.get("author")),
        text=_text(body),
        sent_at=_moment(body, "sent_at"),
        visibility=_one_of(body, "visibility", VISIBILITIES, "direct" if kind == "direct" else "public"),
        parent_external_id=_id(body, "parent"),
        root_external_id=_id(body, "root"),
        permalink=_word(body, "url"),
        edited_at=_moment(body, "edited_at") if body.get("edited_at") else None,
        language=_word(body, "language"),
        media=tuple(_media(body.get("media"))),
        ours=body.get("ours") is True,
    )


def _author(given: Any) -> Profile:
    if not isinstance(given, dict):
        raise Unreadable("`author` is missing: an object with at least an `id`.")
    external_id = _need(given, "id", "author.id")
    followers = given.get("followers")
    return Profile(
        external_id=external_id,
        handle=_word(given, "handle").lstrip("@") or external_id,
        name=_word(given, "name"),
        url=_word(given, "url"),
        bio=_word(given, "bio"),
        followers=followers if isinstance(followers, int) and not isinstance(followers, bool) else None,
    )


def _text(body: Mapping[str, Any]) -> str:
    if not isinstance(body.get("text"), str):
        raise Unreadable("`text` is missing.")
    return _word(body, "text")


def _media(given: Any) -> Iterator[MediaItem]:
    if given is None:
        return
    if not isinstance(given, list):
        raise Unreadable("`media` must be a list.")
    for one in given:
        url = _word(one, "url")
        if not url.startswith(("https://", "http://")):
            raise Unreadable("Each of `media` needs a `url` with https.")
        yield MediaItem(kind=_one_of(one, "kind", MEDIA, "image"), url=url, alt=_word(one, "alt"))


def _need(body: Mapping[str, Any], name: str, called: str = "") -> str:
    found = _id(body, name)
    if not found:
        raise Unreadable(f"`{called or name}` is missing.")
    return found


def _id(body: Any, name: str) -> str:
    """An identifier, as text or as a whole number."""
    value = body.get(name) if isinstance(body, dict) else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _word(body, name)


def _word(body: Any, name: str) -> str:
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def _one_of(body: Mapping[str, Any], name: str, known: tuple[Any, ...], usual: str) -> Any:
    value = body.get(name) or usual
    if value not in known:
        raise Unreadable(f"`{name}` must be one of: {', '.join(known)}.")
    return value


def _moment(body: Mapping[str, Any], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_word(body, name))
    except ValueError:
        raise Unreadable(f"`{name}` must be a moment with its zone, like 2026-03-04T12:00:00Z.") from None
    if found.tzinfo is None:
        raise Unreadable(f"`{name}` must be a moment with its zone, like 2026-03-04T12:00:00Z.")
    return found.astimezone(UTC)
