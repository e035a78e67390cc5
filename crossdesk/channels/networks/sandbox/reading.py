"""What the sandbox sends, understood. Pure: no network, no clock."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from crossdesk.channels.ports import (
    Deleted,
    Delivery,
    Event,
    Kind,
    MediaItem,
    Profile,
    Reacted,
    Said,
    Unreadable,
    Visibility,
)

VISIBILITIES: dict[str, Visibility] = {
    "public": "public",
    "unlisted": "unlisted",
    "private": "private",
    "direct": "direct",
}
COUNTS = ("favourites", "reposts", "replies")


def events_of(delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
    """Understand one event. Raises Unreadable."""
    try:
        event = json.loads(delivery.body)
    except ValueError as error:
        raise _unreadable(delivery) from error
    kind = event.get("type") if isinstance(event, dict) else None
    if kind in ("post", "edit"):
        yield said_of(event.get("post"), delivery=delivery, profile=profile)
    elif kind == "delete" and (at := moment(event.get("at"))) and text(event, "post_id"):
        yield Deleted(text(event, "post_id"), at)
    elif kind in ("favourite", "repost") and (at := moment(event.get("at"))) and isinstance(event.get("by"), dict):
        yield Reacted(text(event, "post_id"), kind, profile_of(event["by"]), at)
    else:
        raise _unreadable(delivery)


def said_of(post: Any, *, delivery: Delivery, profile: Profile) -> Said:
    """A post as a message."""
    sent_at = moment(post.get("sent_at")) if isinstance(post, dict) else None
    if sent_at is None or not text(post, "id") or not isinstance(post.get("author"), dict):
        raise _unreadable(delivery)
    author = profile_of(post["author"])
    mentions = [text(each, "id") for each in post.get("mentions") or () if isinstance(each, dict)]
    return Said(
        external_id=text(post, "id"),
        kind=_kind(post, mentions=mentions, profile=profile),
        author=author,
        text=text(post, "text"),
        sent_at=sent_at,
        visibility=VISIBILITIES.get(text(post, "visibility"), "direct"),
        parent_external_id=text(post, "parent_id"),
        root_external_id=text(post, "root_id"),
        permalink=text(post, "url"),
        edited_at=moment(post.get("edited_at")),
        language=text(post, "language"),
        media=tuple(_media(each) for each in post.get("media") or () if isinstance(each, dict)),
        metrics={name: post[name] for name in COUNTS if isinstance(post.get(name), int)},
        ours=author.external_id == profile.external_id,
        mentions=tuple(mentions),
        idempotency_key=text(post, "key"),
    )


def profile_of(account: Mapping[str, Any]) -> Profile:
    """An account as a person."""
    followers = account.get("followers")
    return Profile(
        external_id=text(account, "id"),
        handle=text(account, "handle"),
        name=text(account, "name"),
        url=text(account, "url"),
        avatar_url=text(account, "avatar_url"),
        bio=text(account, "bio"),
        followers=followers if isinstance(followers, int) else None,
        raw=dict(account),
    )


def moment(value: Any) -> datetime | None:
    """An aware moment, or nothing."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def text(body: Mapping[str, Any], name: str) -> str:
    """A text of a JSON object, or an empty one."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _kind(post: Mapping[str, Any], *, mentions: list[str], profile: Profile) -> Kind:
    if text(post, "visibility") == "direct":
        return "direct"
    if text(post, "parent_id"):
        return "reply"
    return "mention" if profile.external_id in mentions else "post"


def _media(item: Mapping[str, Any]) -> MediaItem:
    kind = item.get("kind")
    return MediaItem(
        kind=kind if kind in ("image", "video", "audio") else "file",
        url=text(item, "url"),
        mime=text(item, "mime"),
        alt=text(item, "alt"),
    )


def _unreadable(delivery: Delivery) -> Unreadable:
    return Unreadable("The sandbox sent an event that we do not understand.", payload=delivery.body)
