"""One account on one Mastodon-API server."""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from crossdesk.channels.networks import calls
from crossdesk.channels.ports import (
    FOUND,
    Delivery,
    Fetched,
    Gone,
    Outgoing,
    OutgoingMedia,
    Page,
    Profile,
    Published,
    Refused,
    SignInExpired,
    Unavailable,
    Unreadable,
    Visibility,
    Way,
)
from crossdesk.kit import clock

from . import finding, ids, limits, paging, reading, sending, streaming
from .api import Api
from .delivering import deletion, delivery, id_in_conversation, own_id

CLOCKS_DIFFER = timedelta(minutes=2)  # between their server and ours
READ_AT_ONCE = 20  # as many as servers give in one call
MEDIA_READY_WITHIN = 30.0  # seconds that a server may take to prepare a file
MEDIA_ASKED_EVERY = 0.5


class MastodonSession:
    """Reads and writes as the account. Made by `Mastodon.session`."""

    way: Way = "sse"

    def __init__(self, client: httpx.Client, base: str, token: str, profile: Profile) -> None:
        self._client, self._api, self._profile = client, Api(client, base, token), profile
        self._reads_many = True  # until the server turns out not to

    def verify(self) -> Profile:
        """Who we are there."""
        try:
            return reading.profile_of(self._api.object("GET", "/api/v1/accounts/verify_credentials"))
        except Refused as error:  # some servers answer 422 to a token that they do not know
            raise SignInExpired(f"{self._api.network} no longer accepts our sign-in. Sign in again.") from error

    def limits(self) -> dict[str, Any]:
        """What the server allows."""
        return limits.read(self._api)

    def pull(self, feed: str, cursor: str, *, limit: int = 40) -> Page:
        """What is new in one feed: notifications, conversations, own, or of a word that the account follows."""
        if feed.startswith(FOUND):
            return finding.pull(self._api, feed, cursor, limit=limit)
        path, id_of = self._feed(feed)

        def fetch(query: Mapping[str, str]) -> Sequence[Any]:
            return self._api.list(path, params=query)

        try:
            found = paging.new_since(cursor, fetch=fetch, id_of=id_of, limit=limit)
        except Unavailable:
            if feed == "conversations" and self._lacks(path):
                return Page((), cursor, pace=self._api.pace)
            raise
        deliveries = [delivery(feed, item, id_of(item)) for item in found.items]
        return Page(deliveries, str(found.cursor), has_more=found.has_more, pace=self._api.pace)

    def listen(self, *, stopped: Callable[[], bool]) -> Iterator[Sequence[Delivery]]:
        """Stay on the line of the server's own stream for this account."""
        return streaming.listen(self._api, self._profile, stopped=stopped, goes=self._goes)

    def _goes(self, way: Way) -> None:
        self.way = way

    def send(self, message: Outgoing) -> Published:
        """Post, with its media first. An answer never goes out wider than what it answers."""
        visibility = message.visibility
        if message.in_reply_to:
            visibility = sending.narrower(visibility, self._visibility_of(message.in_reply_to))
        media_ids = [self._upload(item) for item in message.media]
        status = self._api.object(
            "POST",
            "/api/v1/statuses",
            changes=True,
            about_one=bool(message.in_reply_to),
            headers={"Idempotency-Key": message.key},
            data=sending.form_of(message, visibility=visibility, media_ids=media_ids),
        )
        if not ids.lasting(status.get("id")):
            raise Unavailable(f"{self._api.network} answered with something unexpected.", outcome_unknown=True)
        return _published(status)

    def find(self, message: Outgoing, *, since: datetime, taken: Collection[str] = ()) -> Published | None:
        """By parent, text and time, among our own statuses, those below the parent, and the home timeline."""
        for status in self._candidates(message):
            sent_at = reading.moment(status.get("created_at"))
            external_id = ids.lasting(status.get("id"))
            account = status.get("account")
            ours = isinstance(account, dict) and ids.lasting(account.get("id")) == self._profile.external_id
            if not ours or sent_at is None or sent_at < since - CLOCKS_DIFFER or external_id in taken:
                continue
            if sending.is_same(status, message):
                return _published(status)
        return None

    def check(self, external_ids: Sequence[str]) -> Sequence[Delivery]:
        """Read statuses again. One that we can no longer see becomes a deletion."""
        seen: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(external_ids), READ_AT_ONCE):
            some = external_ids[start : start + READ_AT_ONCE]
            listed = self._read_many(some) if len(some) > 1 else []
            seen |= {ids.lasting(status.get("id")): status for status in listed if isinstance(status, dict)}
        return [
            delivery("check", seen[external_id], external_id)
            if external_id in seen
            else self._read_again(external_id)  # only what is gone when asked for alone counts as gone
            for external_id in external_ids
        ]

    def thread(self, external_id: str) -> Sequence[Delivery]:
        """What stands above a status, oldest first."""
        context = self._api.object("GET", f"{_path(external_id)}/context", about_one=True)
        ancestors = context.get("ancestors")
        listed = ancestors if isinstance(ancestors, list) else []
        return [delivery("check", each, reading.text(each, "id")) for each in listed if isinstance(each, dict)]

    def fetch(self, url: str, *, at_most: int) -> Fetched:
        """Read a media file, without our token. On another host than the server's only where that host is public."""
        return calls.fetch(self._client, url, network=self._api.network, base=self._api.base, at_most=at_most)

    def delete(self, external_id: str) -> None:
        """Delete a status of ours."""
        try:
            self._api.call("DELETE", _path(external_id), changes=True, about_one=True)
        except Gone as error:
            if not self._is_there(external_id):
                raise
            raise Refused(f"{self._api.network} does not let applications delete posts.") from error

    def favourite(self, external_id: str) -> None:
        """Favourite a status."""
        self._api.call("POST", f"{_path(external_id)}/favourite", changes=True, about_one=True)

    def repost(self, external_id: str) -> None:
        """Boost a status."""
        self._api.call("POST", f"{_path(external_id)}/reblog", changes=True, about_one=True)

    def _feed(self, feed: str) -> tuple[str, Callable[[Any], str]]:
        if feed == "notifications":
            return "/api/v1/notifications", own_id
        if feed == "conversations":
            return "/api/v1/conversations", id_in_conversation
        if feed == "own":
            return f"/api/v1/accounts/{quote(self._profile.external_id, safe='')}/statuses", own_id
        raise Refused(f"There is no feed {feed!r:.40}.")

    def _lacks(self, path: str) -> bool:
        """Does the server not know this address, while it knows us?"""
        self.verify()
        try:
            self._api.call("GET", path, params={"limit": "1"}, about_one=True)
        except Gone:
            return True
        return False

    def _candidates(self, message: Outgoing) -> list[Mapping[str, Any]]:
        own, _ = self._feed("own")
        listed = self._api.list(own, params={"limit": "40"})
        if message.in_reply_to:
            try:
                context = self._api.object("GET", f"{_path(message.in_reply_to)}/context", about_one=True)
            except Gone:
                context = {}
            below = context.get("descendants")
            listed += below if isinstance(below, list) else []
        elif message.visibility in ("direct", "private"):  # some servers leave these out of the own statuses
            listed += self._api.list("/api/v1/timelines/home", params={"limit": "40"})
        return [status for status in listed if isinstance(status, dict) and not isinstance(status.get("reblog"), dict)]

    def _visibility_of(self, external_id: str) -> Visibility:
        try:
            status = self._api.object("GET", _path(external_id), about_one=True)
        except Gone as error:
            raise Gone("The message that this answers is not there any more.") from error
        return reading.visibility_of(reading.status_in(status))

    def _read_again(self, external_id: str) -> Delivery:
        try:
            status = self._api.object("GET", _path(external_id), about_one=True)
        except Gone:
            return deletion(external_id, at=clock.now())
        return delivery("check", status, external_id)

    def _read_many(self, external_ids: Sequence[str]) -> list[Any]:
        """Several statuses in one call, where the server can (Mastodon since 4.3)."""
        if not self._reads_many:
            return []
        try:
            return self._api.list("/api/v1/statuses", params={"id[]": list(external_ids)}, about_one=True)
        except (Gone, Refused, Unreadable):
            self._reads_many = False
            return []

    def _is_there(self, external_id: str) -> bool:
        return "deleted" not in json.loads(self._read_again(external_id).body)

    def _upload(self, item: OutgoingMedia) -> str:
        # A file that no post uses hurts nobody: a lost answer here leaves no doubt about the post itself.
        asked: dict[str, Any] = {
            "files": {"file": (item.name, item.content, item.mime)},
            "data": {"description": item.alt},
        }
        try:
            media = self._api.object("POST", "/api/v2/media", about_one=True, **asked)
        except Gone:
            media = self._api.object("POST", "/api/v1/media", **asked)
        media_id = str(media.get("id") or "")
        if not media_id:
            raise Unavailable(f"{self._api.network} did not say under which id it keeps the file.")
        if not media.get("url"):
            self._wait_for_media(media_id)
        return media_id

    def _wait_for_media(self, media_id: str) -> None:
        deadline = time.monotonic() + MEDIA_READY_WITHIN
        while time.monotonic() < deadline:
            if self._api.call("GET", f"/api/v1/media/{quote(media_id, safe='')}").status_code == 200:
                return
            time.sleep(MEDIA_ASKED_EVERY)
        raise Unavailable(f"{self._api.network} is still preparing the file.")


def _path(external_id: str) -> str:
    return f"/api/v1/statuses/{quote(external_id, safe='')}"


def _published(status: Mapping[str, Any]) -> Published:
    return Published(
        external_id=ids.lasting(status.get("id")),
        permalink=reading.text(status, "url") or reading.text(status, "uri"),
        sent_at=reading.moment(status.get("created_at")),
    )
