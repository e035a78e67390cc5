"""What Mastodon-API servers send, understood. Pure: no network, no clock. Tolerant: real servers break their schema."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from crossdesk.channels import parts
from crossdesk.channels.parts import Choice, Poll
from crossdesk.channels.ports import (
    FOUND,
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
from crossdesk.kit import html

from . import ids

TOLD_US = ("notifications", "conversations")
SAYING = ("mention", "update", "quote", "status")  # notifications that carry a message
REACTIONS: dict[str, Literal["favourite", "repost"]] = {"favourite": "favourite", "reblog": "repost"}
VISIBILITIES: dict[str, Visibility] = {
    "public": "public",
    "unlisted": "unlisted",
    "private": "private",
    "direct": "direct",
}
METRICS = {"favourites": "favourites_count", "reposts": "reblogs_count", "replies": "replies_count"}
MEDIA_KINDS: dict[str, Literal["image", "video", "audio", "file"]] = {
    "image": "image",
    "video": "video",
    "gifv": "video",
    "audio": "audio",
}
MIME_OF_ENDING = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
}


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
    elif delivery.feed == "conversations":
        if body.get("last_status") is not None:
            yield _said(body["last_status"], delivery, profile)
    elif delivery.feed == "check" and isinstance(body.get("deleted"), dict):
        yield _deleted(body["deleted"], delivery)
    elif delivery.feed.startswith(FOUND):
        said = _said(body, delivery, profile)
        if not said.ours:  # our own posts come back in a feed of theirs
            yield said
    elif not (delivery.feed == "own" and isinstance(body.get("reblog"), dict)):  # what we reposted is no word of ours
        yield _said(body, delivery, profile)


def profile_of(account: Mapping[str, Any]) -> Profile:
    """An account as a person. The handle is what their server needs to find them: `name` or `name@host`."""
    followers = account.get("followers_count")
    handle = text(account, "acct") or text(account, "username")
    return Profile(
        external_id=ids.lasting(account.get("id")),
        handle=handle.lstrip("@"),
        name=html.clean(text(account, "display_name")).strip() or handle,
        url=text(account, "url") or text(account, "uri"),
        avatar_url=text(account, "avatar_static") or text(account, "avatar"),
        bio=html.to_text(text(account, "note")),
        followers=followers if isinstance(followers, int) and followers >= 0 else None,
        raw=dict(account),
    )


def status_in(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The status itself: some servers wrap it into our own repost of it once we reposted it."""
    inner = body.get("reblog")
    return inner if isinstance(inner, dict) and inner.get("id") else body


def visibility_of(status: Mapping[str, Any]) -> Visibility:
    """Who may read it. What we do not know counts as direct, the narrowest."""
    visibility = VISIBILITIES.get(text(status, "visibility"), "direct")
    # snac2 calls direct messages and those for followers alike "private": taken as the narrower of the two.
    return "direct" if visibility == "private" and ids.of_snac(status.get("id")) else visibility


def warning_of(status: Mapping[str, Any]) -> str:
    """The words behind which the author folded it."""
    return html.clean(text(status, "spoiler_text")).strip()


def poll_of(status: Mapping[str, Any]) -> Poll | None:
    """What it puts to the vote. Counts that the server keeps back until the end are not there."""
    poll = status.get("poll")
    options = poll.get("options") if isinstance(poll, dict) else None
    if not isinstance(poll, dict) or not isinstance(options, list):
        return None
    choices = [
        Choice(
            html.clean(text(each, "title")).strip(), each["votes_count"] if _is_count(each.get("votes_count")) else None
        )
        for each in options
        if isinstance(each, dict)
    ]
    voters = poll.get("voters_count")
    return Poll(
        choices=tuple(choices),
        voters=voters if _is_count(voters) else None,
        multiple=poll.get("multiple") is True,
        ends_at=moment(poll.get("expires_at")),
    )


def moment(value: Any) -> datetime | None:
    """An aware moment, or nothing."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def text(body: Any, name: str) -> str:
    """A text of a JSON object, or an empty one."""
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def _of_notification(body: Mapping[str, Any], delivery: Delivery, profile: Profile) -> Iterator[Event]:
    kind = text(body, "type")
    if kind in SAYING:
        yield _said(body.get("status"), delivery, profile, told=kind)
    elif kind in REACTIONS:
        status, account, at = body.get("status"), body.get("account"), moment(body.get("created_at"))
        if not isinstance(status, dict) or not isinstance(account, dict) or at is None:
            raise _unreadable(delivery)
        yield Reacted(ids.lasting(status_in(status).get("id")), REACTIONS[kind], profile_of(account), at)
    elif not kind:
        raise _unreadable(delivery)


def _said(body: Any, delivery: Delivery, profile: Profile, *, told: str = "") -> Said:
    status = status_in(body) if isinstance(body, dict) else {}
    account, sent_at = status.get("account"), moment(status.get("created_at"))
    external_id = ids.lasting(status.get("id"))
    if not external_id or not isinstance(account, dict) or sent_at is None:
        raise _unreadable(delivery)
    author = profile_of(account)
    warning, poll = warning_of(status), poll_of(status)
    choices = [choice.text for choice in poll.choices] if poll else []
    mentions = status.get("mentions")
    named = [each for each in mentions if isinstance(each, dict)] if isinstance(mentions, list) else []
    kind = _kind(status, named=named, told=told, profile=profile)
    to_us = delivery.feed in TOLD_US or kind in ("mention", "direct", "quote") or _answers_us(status, named, profile)
    found_by = delivery.feed.removeprefix(FOUND) if delivery.feed.startswith(FOUND) else ""
    return Said(
        external_id=external_id,
        kind="found" if found_by and not to_us else kind,
        author=author,
        text=parts.whole(html.to_text(text(status, "content")), warning=warning, choices=choices),
        sent_at=sent_at,
        visibility=visibility_of(status),
        parent_external_id=ids.lasting(status.get("in_reply_to_id")),
        permalink=text(status, "url") or text(status, "uri"),
        edited_at=moment(status.get("edited_at")),
        language=text(status, "language"),
        media=tuple(_media_of(status)),
        metrics={name: status[key] for name, key in METRICS.items() if _is_count(status.get(key))},
        ours=author.external_id == profile.external_id,
        mentions=tuple(ids.lasting(each.get("id")) for each in named),
        warning=warning,
        sensitive=status.get("sensitive") is True,
        poll=poll,
        to_us=to_us,
        found_by=found_by,
    )


def _kind(status: Mapping[str, Any], *, named: Sequence[Any], told: str, profile: Profile) -> Kind:
    if visibility_of(status) == "direct":
        return "direct"
    if told == "quote":
        return "quote"
    if status.get("in_reply_to_id"):
        return "reply"
    return "mention" if told == "mention" or _names(status, named, profile) else "post"


def _answers_us(status: Mapping[str, Any], named: Sequence[Any], profile: Profile) -> bool:
    return ids.lasting(status.get("in_reply_to_account_id")) == profile.external_id or _names(status, named, profile)


def _names(status: Mapping[str, Any], named: Sequence[Any], profile: Profile) -> bool:
    """Does it name us? By the list of mentions, by a link to us, or by our handle where the server lists nothing."""
    if any(profile.external_id == ids.lasting(each.get("id")) for each in named):
        return True
    content = text(status, "content")
    if profile.url and (profile.url in (text(each, "url") for each in named) or f'href="{profile.url}"' in content):
        return True
    return bool(profile.handle) and re.search(rf"@{re.escape(profile.handle)}\b", html.to_text(content)) is not None


def _media_of(status: Mapping[str, Any]) -> Iterator[MediaItem]:
    attachments = status.get("media_attachments")
    for each in attachments if isinstance(attachments, list) else ():
        url = text(each, "url") or text(each, "remote_url") or text(each, "preview_url")
        if not url.startswith(("http://", "https://")):
            continue
        size = _part(_part(each, "meta"), "original")
        ending = urlsplit(url).path.rpartition(".")[2].lower()
        yield MediaItem(
            kind=MEDIA_KINDS.get(text(each, "type"), "file"),
            url=url,
            mime=MIME_OF_ENDING.get(ending, ""),
            alt=html.clean(text(each, "description")),
            width=size.get("width") if _is_count(size.get("width")) else None,
            height=size.get("height") if _is_count(size.get("height")) else None,
        )


def _deleted(body: Mapping[str, Any], delivery: Delivery) -> Deleted:
    at = moment(body.get("at"))
    if at is None or not text(body, "id"):
        raise _unreadable(delivery)
    return Deleted(text(body, "id"), at)


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _unreadable(delivery: Delivery) -> Unreadable:
    return Unreadable("The server sent something that we do not understand.", payload=delivery.body)
