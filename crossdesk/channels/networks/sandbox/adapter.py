"""The sandbox network as Crossdesk speaks to it."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from crossdesk.channels.counting import addressed
from crossdesk.channels.networks import calls, hosts, pkce
from crossdesk.channels.networks.sandbox import reading
from crossdesk.channels.ports import (
    NOTHING,
    Asked,
    Capabilities,
    Connected,
    ConnectStart,
    Counting,
    Delivery,
    Event,
    Fetched,
    Gone,
    Keeper,
    Outgoing,
    Page,
    Place,
    Profile,
    Published,
    Refused,
    Secrets,
    Unavailable,
    Unreadable,
)
from crossdesk.kit import clock

NETWORK = "The sandbox"
SCOPES = "read write"
MOST_EVENTS = 200


class Sandbox:
    """The adapter. It is bound to an account by `session`."""

    name = "sandbox"
    label = "Sandbox"
    feeds: Sequence[str] = ("events",)
    capabilities = Capabilities(
        reads=frozenset({"mentions", "replies", "direct", "edits", "deletions", "metrics"}),
        acts=frozenset({"reply", "direct", "post", "threads", "media", "alt_text", "delete", "favourite", "repost"}),
        max_text=500,
        counting=Counting("characters", names_first=True),
        max_media=4,
        media_types=frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "audio/mpeg"}),
        max_media_bytes=5_000_000,
        idempotency="key",
        asks=(
            Asked(
                name="token",
                label="Access token",
                help="For hosts without a sign-in page.",
                secret=True,
                instead="I have an access token instead",
            ),
        ),
        place=Place(
            label="Where it lives",
            help="Where its command says that it listens.",
            example="http://127.0.0.1:8100",
        ),
    )

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def register_app(self, *, host: str, redirect_uri: str) -> Mapping[str, str]:
        """Register Crossdesk, once for each host and redirect address."""
        body = {"name": "Crossdesk", "redirect_uri": redirect_uri}
        answer = calls.call(self._client, "POST", f"{hosts.base_url(host)}/api/apps", network=NETWORK, json=body)
        app = calls.object_of(answer, network=NETWORK)
        return {"client_id": reading.text(app, "client_id"), "client_secret": reading.text(app, "client_secret")}

    def connect_start(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        state: str,
        asked: Mapping[str, str] = NOTHING,
    ) -> ConnectStart:
        """Where the browser asks the person."""
        return pkce.sent_to(
            f"{hosts.base_url(host)}/authorize",
            client_id=app["client_id"],
            redirect_uri=redirect_uri,
            scope=SCOPES,
            state=state,
        )

    def connect_finish(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        keep: Mapping[str, str],
        answer: Mapping[str, str],
    ) -> Connected:
        """Change the code for a token, or take a token that was pasted (`answer["token"]`), and see who it is."""
        base = hosts.base_url(host)
        token, scope = answer.get("token", "").strip(), SCOPES
        if not token:
            if not answer.get("code"):
                raise Refused("The sandbox did not allow it: the sign-in was declined.")
            form = {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "redirect_uri": redirect_uri,
                "client_id": app.get("client_id", ""),
                "client_secret": app.get("client_secret", ""),
                "code_verifier": keep.get("verifier", ""),
            }
            said = calls.call(self._client, "POST", f"{base}/oauth/token", network=NETWORK, data=form)
            granted = calls.object_of(said, network=NETWORK)
            token, scope = reading.text(granted, "access_token"), reading.text(granted, "scope") or SCOPES
        session = SandboxSession(self._client, base, token)
        return Connected(
            profile=session.verify(),
            host=hosts.stored(host),
            secrets={"token": token},
            scopes=scope.split(),
            limits=session.limits(),
        )

    def session(
        self, *, host: str, secrets: Secrets, profile: Profile, keeper: Keeper | None = None
    ) -> "SandboxSession":
        """Bind to one account."""
        return SandboxSession(self._client, hosts.base_url(host), secrets.get("token", ""))

    def parse(self, delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
        """Understand one event of the feed, or one message that was read again."""
        return reading.events_of(delivery, profile=profile)


class SandboxSession:
    """One account on one sandbox."""

    def __init__(self, client: httpx.Client, base: str, token: str) -> None:
        self._client, self._base, self._token = client, base, token

    def verify(self) -> Profile:
        """Who we are there."""
        return reading.profile_of(self._object("GET", "/api/me"))

    def limits(self) -> dict[str, int]:
        """What the server allows, and whether it remembers keys."""
        server = self._object("GET", "/api/server")
        names = ("max_text", "max_media", "max_media_bytes", "idempotency")
        return {name: server[name] for name in names if isinstance(server.get(name), int)}

    def pull(self, feed: str, cursor: str, *, limit: int = 80) -> Page:
        """Events after the cursor. Their numbers rise in the order of commits, so there is no need to overlap."""
        query = {"after": cursor or "0", "limit": str(min(limit, MOST_EVENTS))}
        answer = self._call("GET", "/api/events", params=query)
        page = calls.object_of(answer, network=NETWORK)
        events, following = page.get("events"), page.get("next")
        if not isinstance(events, list) or not isinstance(following, str):
            raise Unreadable("The sandbox sent something unexpected.", payload=calls.payload_of(answer))
        deliveries = [_delivery(feed, event) for event in events]
        return Page(deliveries, following, has_more=page.get("has_more") is True, pace=calls.pace_of(answer))

    def send(self, message: Outgoing) -> Published:
        """Post, with its media first. The key makes a repeated sending the same post, where the server honours it."""
        media_ids = [self._upload(item.content, item.mime, item.name, item.alt) for item in message.media]
        body = {
            "text": addressed(message.text, message.to_handle),
            "visibility": message.visibility,
            "parent": message.in_reply_to or None,
            "media": media_ids,
            "language": message.language,
        }
        headers = {"Idempotency-Key": message.key}
        try:
            answer = self._call("POST", "/api/posts", changes=True, about_one=True, json=body, headers=headers)
        except Gone as error:
            raise Gone("The message that this answers is not there any more.") from error
        return _published(calls.object_of(answer, network=NETWORK, changes=True))

    def find(self, message: Outgoing, *, since: datetime, taken: Collection[str] = ()) -> Published | None:
        """By key where the server keeps it; else by parent, text and time."""
        query = {
            "since": since.isoformat(),
            "text": addressed(message.text, message.to_handle),
            "parent": message.in_reply_to,
        }
        for where in ({"key": message.key}, {name: value for name, value in query.items() if value}):
            found = calls.list_of(self._call("GET", "/api/posts", params=where), network=NETWORK)
            for post in found:
                if not isinstance(post, dict) or post.get("id") in taken:
                    continue
                if post.get("key", message.key) == message.key:
                    return _published(post)
        return None

    def check(self, external_ids: Sequence[str]) -> Sequence[Delivery]:
        """Read posts again; one that is gone becomes a deletion."""
        return [self._read_again(external_id) for external_id in external_ids]

    def thread(self, external_id: str) -> Sequence[Delivery]:
        """What stands above a post, oldest first."""
        answer = self._call("GET", f"/api/posts/{external_id}/thread", about_one=True)
        posts = [post for post in calls.list_of(answer, network=NETWORK) if isinstance(post, dict)]
        by_id = {post.get("id"): post for post in posts}
        above: list[Delivery] = []
        post = by_id.get(external_id)
        while post is not None and (post := by_id.pop(post.get("parent_id"), None)) is not None:
            above.append(_delivery("check", {"type": "post", "post": post}))
        return above[::-1]

    def fetch(self, url: str, *, at_most: int) -> Fetched:
        """Read a media file of this server."""
        if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
            raise Refused("This file is not on the sandbox.")
        return calls.fetch(self._client, url, network=NETWORK, base=self._base, at_most=at_most)

    def delete(self, external_id: str) -> None:
        """Take a post of ours away."""
        self._call("DELETE", f"/api/posts/{external_id}", changes=True, about_one=True)

    def favourite(self, external_id: str) -> None:
        """Favourite a post."""
        self._call("POST", f"/api/posts/{external_id}/favourite", changes=True, about_one=True)

    def repost(self, external_id: str) -> None:
        """Repost a post."""
        self._call("POST", f"/api/posts/{external_id}/repost", changes=True, about_one=True)

    def _read_again(self, external_id: str) -> Delivery:
        try:
            answer = self._call("GET", f"/api/posts/{external_id}", about_one=True)
        except Gone:
            return _delivery("check", {"type": "delete", "post_id": external_id, "at": clock.now().isoformat()})
        return _delivery("check", {"type": "post", "post": calls.object_of(answer, network=NETWORK)})

    def _upload(self, content: bytes, mime: str, name: str, alt: str) -> str:
        # An upload that nobody posts hurts nobody: a lost answer here leaves no doubt about the post itself.
        answer = self._call(
            "POST", "/api/media", params={"alt": alt, "name": name}, content=content, headers={"Content-Type": mime}
        )
        return reading.text(calls.object_of(answer, network=NETWORK), "id")

    def _object(self, method: str, path: str) -> dict[str, Any]:
        return calls.object_of(self._call(method, path), network=NETWORK)

    def _call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        return calls.call(
            self._client,
            method,
            f"{self._base}{path}",
            network=NETWORK,
            headers={"Authorization": f"Bearer {self._token}", **(headers or {})},
            **more,
        )


def _delivery(feed: str, event: Any) -> Delivery:
    body = event if isinstance(event, dict) else {}
    external_id = body.get("id")
    return Delivery(
        feed=feed,
        body=json.dumps(event, ensure_ascii=False),
        external_id=external_id if isinstance(external_id, str) else "",
        sent_at=reading.moment(body.get("at")),
    )


def _published(post: Mapping[str, Any]) -> Published:
    external_id = reading.text(post, "id")
    if not external_id:
        raise Unavailable("The sandbox answered with something unexpected.", outcome_unknown=True)
    return Published(external_id, permalink=reading.text(post, "url"), sent_at=reading.moment(post.get("sent_at")))
