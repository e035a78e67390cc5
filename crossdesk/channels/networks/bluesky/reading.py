"""What Bluesky's servers send, understood. Pure: no network, no clock. Tolerant: records hold what their writers like."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from crossdesk.channels.ports import Deleted, Delivery, Event, Kind, MediaItem, Profile, Reacted, Said, Unreadable
from crossdesk.kit import html

from . import facets, ids

SAYING = ("mention", "reply", "quote")  # notifications that carry a message
REACTIONS: dict[str, Literal["favourite", "repost"]] = {"like": "favourite", "repost": "repost"}
METRICS = {"favourites": "likeCount", "reposts": "repostCount", "quotes": "quoteCount", "replies": "replyCount"}
NO_HANDLE = "handle.invalid"  # what the network writes where a handle does not lead to the account


def events_of(delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
    """Understand one stored delivery of any feed. Raises Unreadable."""
    try:
        body = json.loads(delivery.body)
    except (ValueError, RecursionError) as error:
        raise _unreadable(delivery) from error
    if not isinstance(body, dict):
        raise _unreadable(delivery)
    if delivery.feed == "notifications":
        yield from _of_notification(body, delivery, profile)
    elif delivery.feed == "check" and isinstance(body.get("deleted"), dict):
        gone = body["deleted"]
        at = moment(gone.get("at"))
        if at is None or not text(gone, "uri"):
            raise _unreadable(delivery)
        yield Deleted(text(gone, "uri"), at)
    else:
        yield _said(body, delivery, profile)


def profile_of(account: Mapping[str, Any]) -> Profile:
    """An account as a person: named by its id, which stays for good, and known by its handle."""
    did, handle = text(account, "did"), text(account, "handle")
    handle = did if handle == NO_HANDLE else handle
    followers = account.get("followersCount")
    return Profile(
        external_id=did,
        handle=handle or did,
        name=html.clean(text(account, "displayName")).strip() or handle or did,
        url=f"{ids.APP}/profile/{handle or did}",
        avatar_url=text(account, "avatar"),
        bio=html.clean(text(account, "description")),
        followers=followers if _is_count(followers) else None,
        raw=dict(account),
    )


def moment(value: Any) -> datetime | None:
    """An aware moment, or nothing."""
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def text(body: Any, name: str) -> str:
    """A text of a JSON object, or an empty one."""
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def part(body: Any, *names: str) -> Mapping[str, Any]:
    """A JSON object inside another, by the names on the way to it; empty where it is not there."""
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


def _of_notification(body: Mapping[str, Any], delivery: Delivery, profile: Profile) -> Iterator[Event]:
    reason = text(body, "reason")
    if reason in SAYING:
        seen = part(body, "post")  # as the AppView shows it; without it the bare record
        yield _said(seen or body, delivery, profile)
    elif reason in REACTIONS:
        author, at, subject = part(body, "author"), moment(body.get("indexedAt")), text(body, "reasonSubject")
        if not text(author, "did") or at is None or not subject:
            raise _unreadable(delivery)
        yield Reacted(subject, REACTIONS[reason], profile_of(author), at)
    elif not reason:
        raise _unreadable(delivery)


def _said(post: Mapping[str, Any], delivery: Delivery, profile: Profile) -> Said:
    """A post from its view: its record, who said it, and what the AppView counts."""
    record, author, uri = part(post, "record"), part(post, "author"), text(post, "uri")
    sent_at = _sent_at(record, post)
    address = ids.address(uri)
    if address is None or text(author, "did") != address.did or sent_at is None or not record:
        raise _unreadable(delivery)
    reply = part(record, "reply")
    languages = record.get("langs")
    return Said(
        external_id=uri,
        kind=_kind(record, profile),
        author=profile_of(author),
        text=_words(record, post),
        sent_at=sent_at,
        parent_external_id=text(part(reply, "parent"), "uri"),
        root_external_id=text(part(reply, "root"), "uri"),
        permalink=ids.page_of(uri),
        language=next((one for one in languages if isinstance(one, str)), "") if isinstance(languages, list) else "",
        media=tuple(_media(part(post, "embed"))),
        metrics={name: post[key] for name, key in METRICS.items() if _is_count(post.get(key))},
        ours=address.did == profile.external_id,
        mentions=tuple(facets.mentioned(record.get("facets"))),
    )


def _sent_at(record: Mapping[str, Any], post: Mapping[str, Any]) -> datetime | None:
    """What the writer says, but never later than it was seen: clocks of apps go wrong."""
    moments = [at for at in (moment(record.get("createdAt")), moment(post.get("indexedAt"))) if at is not None]
    return min(moments, default=None)


def _kind(record: Mapping[str, Any], profile: Profile) -> Kind:
    """The same for a post wherever it comes from, so that reading it again changes nothing."""
    quoted = ids.address(quoted_in(part(record, "embed")))
    if quoted is not None and quoted.did == profile.external_id:
        return "quote"
    if part(record, "reply"):
        return "reply"
    return "mention" if profile.external_id in facets.mentioned(record.get("facets")) else "post"


def quoted_in(embed: Mapping[str, Any]) -> str:
    """The address of the post that an embed quotes, of a record or of its view; "" where it quotes none."""
    inner = part(embed, "record")
    return text(inner, "uri") or text(part(inner, "record"), "uri")


def _words(record: Mapping[str, Any], post: Mapping[str, Any]) -> str:
    """The words, then the card of a link that they do not show, then where the quoted post stands."""
    words = facets.written_out(text(record, "text"), record.get("facets"))
    parts = [words.strip()]
    for embed in _embeds(part(record, "embed")):
        card = part(embed, "external")
        uri = text(card, "uri")
        if uri.startswith(("https://", "http://")) and uri not in words:
            parts.append("\n".join(one for one in (html.clean(text(card, "title")).strip(), uri) if one))
    if page := ids.page_of(quoted_in(part(record, "embed"))):
        parts.append(f"RE: {page}")
    return "\n\n".join(one for one in parts if one)


def _embeds(embed: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The embed itself, and the files that hang beside a quoted post."""
    return [embed, part(embed, "media")]


def _media(shown: Mapping[str, Any]) -> Iterator[MediaItem]:
    for embed in _embeds(shown):
        images = embed.get("images")
        for one in images if isinstance(images, list) else ():
            url = text(one, "fullsize")
            if url.startswith(("https://", "http://")):
                yield _item("image", url, one)
        url = text(embed, "playlist")
        if url.startswith(("https://", "http://")):
            yield _item("video", url, embed)


def _item(kind: Literal["image", "video"], url: str, one: Mapping[str, Any]) -> MediaItem:
    size = part(one, "aspectRatio")
    width, height = size.get("width"), size.get("height")
    return MediaItem(
        kind=kind,
        url=url,
        mime="application/vnd.apple.mpegurl" if kind == "video" else "",
        alt=html.clean(text(one, "alt")),
        width=width if _is_count(width) else None,
        height=height if _is_count(height) else None,
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _unreadable(delivery: Delivery) -> Unreadable:
    return Unreadable("Bluesky sent something that we do not understand.", payload=delivery.body)
