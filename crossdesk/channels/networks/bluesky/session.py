"""One account on Bluesky."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from crossdesk.channels.networks import calls, dpop
from crossdesk.channels.ports import (
    Delivery,
    Fetched,
    Gone,
    Keeper,
    Outgoing,
    Page,
    Profile,
    Published,
    Refused,
    Secrets,
    Unavailable,
    Unreadable,
)
from crossdesk.kit import clock

from . import cards, facets, ids, paging, reading, sending
from .api import NETWORK, AlreadyThere, Api

SHOWN_AT_ONCE = 25  # posts in one call
MOST_ABOVE = 80  # posts above one, in one call
COMPLETE_WITHIN = timedelta(minutes=2)  # for the AppView to show a post that it told us of
FEEDS = {
    "notifications": ("app.bsky.notification.listNotifications", "notifications"),
    "own": ("app.bsky.feed.getAuthorFeed", "feed"),
}


class BlueskySession:
    """Reads and writes as the account. Made by `Bluesky.session`."""

    def __init__(
        self,
        client: httpx.Client,
        base: str,
        secrets: Secrets,
        profile: Profile,
        keeper: Keeper | None = None,
        nonces: dpop.Nonces | None = None,
    ) -> None:
        self._client, self._api, self._profile = client, Api(client, base, secrets, keeper, nonces), profile

    def verify(self) -> Profile:
        """Who we are there. The AppView may not know a new account yet; its server does."""
        session = self._api.get("com.atproto.server.getSession")
        if session.get("active") is False:
            raise Refused(f"This account is not active: {reading.text(session, 'status') or 'no reason given':.100}.")
        try:
            return reading.profile_of(self._api.get("app.bsky.actor.getProfile", actor=reading.text(session, "did")))
        except (Refused, Unavailable):
            return reading.profile_of(session)

    def pull(self, feed: str, cursor: str, *, limit: int = 50) -> Page:
        """What is new in one feed: notifications or own."""
        if feed not in FEEDS:
            raise Refused(f"There is no feed {feed!r:.40}.")
        before = paging.Cursor.of(cursor) if cursor else None
        id_of, at_of = (_told_id, _told_at) if feed == "notifications" else (_shown_id, _shown_at)
        found = paging.new_since(
            before, fetch=lambda below: self._read(feed, below, limit=limit), id_of=id_of, at_of=at_of
        )
        if feed == "notifications":
            shown = self._shown([_told_uri(item) for item in found.items if _speaks(item)])
            deliveries = [_told(item, shown) for item in found.items]
            again: Collection[str] = set(_not_complete(found.items, shown))
        else:
            again = ()
            deliveries = [_delivery(feed, item.get("post")) for item in found.items if self._is_own(item)]
        after = paging.following(before, found, id_of=id_of, at_of=at_of, again=again)
        return Page(deliveries, str(after), pace=self._api.pace)

    def send(self, message: Outgoing) -> Published:
        """Post under a key of our own. What lies under it already is our own earlier attempt, and stays."""
        if message.visibility != "public":
            raise Refused("On Bluesky everybody can read a post. Choose public, or answer in another way.")
        reply = self._reply_to(message.in_reply_to) if message.in_reply_to else None
        marked = facets.of_text(message.text, did_of=self._did_of)
        link = "" if message.media else facets.first_link(marked)
        record = sending.record_of(
            message,
            at=clock.now(),
            facets=marked,
            reply=reply,
            images=[sending.image(item, self._upload(item.content, item.mime)) for item in message.media],
            card=cards.card_of(self._client, link, base=self._api.base) if link else None,
        )
        try:
            made = self._put(ids.POST, sending.key_of(message), record)
        except AlreadyThere:
            found = self.find(message, since=clock.now())
            if found is None:
                raise Unavailable("Bluesky says that it has this post, and does not show it.") from None
            return found
        return Published(made, ids.page_of(made), reading.moment(record["createdAt"]))

    def find(self, message: Outgoing, *, since: datetime, taken: Collection[str] = ()) -> Published | None:
        """By our own key: there can be only one."""
        try:
            found = self._record(ids.Address(self._profile.external_id, ids.POST, sending.key_of(message)))
        except Gone:
            return None
        uri = reading.text(found, "uri")
        return Published(uri, ids.page_of(uri), reading.moment(reading.part(found, "value").get("createdAt")))

    def check(self, external_ids: Sequence[str]) -> Sequence[Delivery]:
        """Read posts again. What is withheld from us (the author blocks us) is not gone, and brings nothing."""
        shown = self._shown([uri for uri in external_ids if ids.address(uri)])
        again = (_delivery("check", shown[uri]) if uri in shown else self._read_again(uri) for uri in external_ids)
        return [delivery for delivery in again if delivery is not None]

    def thread(self, external_id: str) -> Sequence[Delivery]:
        """What stands above a post, oldest first, as far as it can be read."""
        node = self._thread(external_id, above=MOST_ABOVE)
        above = []
        while reading.part(node := reading.part(node, "parent"), "post"):
            above.append(_delivery("check", reading.part(node, "post")))
        return above[::-1]

    def fetch(self, url: str, *, at_most: int) -> Fetched:
        """Read a media file, without our token, from the open internet or from the machine that our server is."""
        beside = urlsplit(url).hostname == urlsplit(self._api.base).hostname  # the AppView of a network of its own
        return calls.fetch(self._client, url, network=NETWORK, base=url if beside else self._api.base, at_most=at_most)

    def delete(self, external_id: str) -> None:
        """Delete a post of ours."""
        place = self._own(external_id)
        self._record(place)
        self._api.post("com.atproto.repo.deleteRecord", _place(place))

    def favourite(self, external_id: str) -> None:
        """Like a post, once."""
        self._react("like", external_id)

    def repost(self, external_id: str) -> None:
        """Repost a post, once."""
        self._react("repost", external_id)

    def _read(self, feed: str, below: str, *, limit: int) -> tuple[Sequence[Any], str]:
        method, name = FEEDS[feed]
        asked: dict[str, Any] = {"limit": min(limit, 100)}
        if feed == "own":
            asked |= {"actor": self._profile.external_id, "filter": "posts_with_replies"}
        answer = self._api.get(method, **asked, **({"cursor": below} if below else {}))
        listed = answer.get(name)
        if not isinstance(listed, list):
            raise Unreadable(
                "Bluesky sent something unexpected.", payload=json.dumps(answer)[: calls.KEPT_OF_UNREADABLE]
            )
        return listed, reading.text(answer, "cursor")

    def _is_own(self, item: Any) -> bool:
        """Said by us, and not something that we reposted."""
        author = reading.part(item, "post", "author")
        return not reading.part(item, "reason") and reading.text(author, "did") == self._profile.external_id

    def _shown(self, uris: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Posts as the AppView shows them, by address; those that it does not show are missing."""
        shown: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(uris), SHOWN_AT_ONCE):
            answer = self._api.get("app.bsky.feed.getPosts", uris=list(uris[start : start + SHOWN_AT_ONCE]))
            posts = answer.get("posts")
            for post in posts if isinstance(posts, list) else ():
                shown[reading.text(post, "uri")] = post
        return shown

    def _thread(self, uri: str, *, above: int) -> Mapping[str, Any]:
        answer = self._api.get("app.bsky.feed.getPostThread", uri=uri, depth=0, parentHeight=above)
        return reading.part(answer, "thread")

    def _read_again(self, uri: str) -> Delivery | None:
        """A post that was not shown among others: gone, withheld, or not shown yet."""
        place = ids.address(uri)
        try:
            if place is not None and place.did == self._profile.external_id:
                self._record(place)  # our own server knows best
                return None
            post = reading.part(self._thread(uri, above=0), "post")
        except Gone:
            return _delivery("check", {"deleted": {"uri": uri, "at": clock.now().isoformat()}})
        return _delivery("check", post) if post else None

    def _record(self, place: ids.Address) -> dict[str, Any]:
        return self._api.get("com.atproto.repo.getRecord", **_place(place))

    def _reply_to(self, uri: str) -> dict[str, Any]:
        """What a reply names: the post that it answers, and the first of the thread."""
        post = self._post(uri)
        if reading.part(post, "viewer").get("replyDisabled") is True:
            raise Refused("The author lets only some people answer this post, and we are not among them.")
        parent = {"uri": reading.text(post, "uri"), "cid": reading.text(post, "cid")}
        root = reading.part(post, "record", "reply", "root")
        return {"parent": parent, "root": dict(root) if root else parent}

    def _post(self, uri: str) -> Mapping[str, Any]:
        """A post that we act on. Raises Gone."""
        place = ids.address(uri)
        if place is None:
            raise Gone("This is not a post on Bluesky.")
        if post := self._shown([uri]).get(uri):
            return post
        if place.did != self._profile.external_id:
            raise Gone("The post is not there any more, or its author keeps it from us.")
        found = self._record(place)  # the AppView does not show our own newest post at once
        return {"uri": uri, "cid": found.get("cid"), "record": found.get("value")}

    def _did_of(self, handle: str) -> str:
        try:
            return reading.text(self._api.get("com.atproto.identity.resolveHandle", handle=handle), "did")
        except (Gone, Refused):
            return ""

    def _upload(self, content: bytes, mime: str) -> Mapping[str, Any]:
        blob = reading.part(self._api.upload(content, mime), "blob")
        if not blob:
            raise Unavailable("Bluesky did not say under which name it keeps the file.")
        return blob

    def _put(self, collection: str, key: str, record: Mapping[str, Any]) -> str:
        """A new record under this key. Returns its address. Raises AlreadyThere."""
        place = ids.Address(self._profile.external_id, collection, key)
        made = self._api.post("com.atproto.repo.putRecord", {**_place(place), "record": record, "swapRecord": None})
        if reading.text(made, "uri") != str(place):
            raise Unavailable("Bluesky answered with something unexpected.", outcome_unknown=True)
        return str(place)

    def _react(self, kind: str, uri: str) -> None:
        post = self._post(uri)
        if reading.text(reading.part(post, "viewer"), kind):
            return  # made elsewhere, under another key
        subject = {"uri": uri, "cid": post.get("cid")}
        collection = f"app.bsky.feed.{kind}"
        record = {"$type": collection, "subject": subject, "createdAt": sending.written(clock.now())}
        try:
            self._put(collection, sending.reaction_key(kind, uri), record)
        except AlreadyThere:
            return

    def _own(self, uri: str) -> ids.Address:
        place = ids.address(uri)
        if place is None or place.did != self._profile.external_id:
            raise Refused("Only posts of this account can be deleted.")
        return place


def _place(place: ids.Address) -> dict[str, str]:
    return {"repo": place.did, "collection": place.collection, "rkey": place.key}


def _told_id(item: Any) -> str:
    """A notification has no id: it is what happened, and to what."""
    return f"{reading.text(item, 'reason')} {reading.text(item, 'uri')}"


def _told_at(item: Any) -> str:
    return reading.text(item, "indexedAt")


def _told_uri(item: Any) -> str:
    return reading.text(item, "uri")


def _shown_id(item: Any) -> str:
    """A post, or a repost of it."""
    return f"{reading.text(reading.part(item, 'post'), 'uri')} {reading.text(reading.part(item, 'reason'), 'uri')}"


def _shown_at(item: Any) -> str:
    return reading.text(reading.part(item, "reason") or reading.part(item, "post"), "indexedAt")


def _speaks(item: Any) -> bool:
    return reading.text(item, "reason") in reading.SAYING and ids.address(_told_uri(item)) is not None


def _not_complete(items: Sequence[Any], shown: Mapping[str, Any]) -> Iterator[str]:
    """The ids of fresh notifications whose post was not shown yet: they are read once more."""
    fresh = sending.written(clock.now() - COMPLETE_WITHIN)
    for item in items:
        if _speaks(item) and _told_uri(item) not in shown and _told_at(item) > fresh:
            yield _told_id(item)


def _told(item: Any, shown: Mapping[str, Mapping[str, Any]]) -> Delivery:
    """A notification with its post as the AppView shows it: pictures and counts stand only there."""
    if not isinstance(item, dict):
        return _delivery("notifications", item)
    told = {name: value for name, value in item.items() if name != "isRead"}
    post = shown.get(_told_uri(item)) if _speaks(item) else None
    whole = {**{name: value for name, value in told.items() if name != "record"}, "post": post} if post else told
    return _delivery("notifications", whole)


def _delivery(feed: str, body: Any) -> Delivery:
    at = reading.moment(body.get("indexedAt")) if isinstance(body, dict) else None
    return Delivery(
        feed=feed,
        body=json.dumps(body, ensure_ascii=False),
        external_id=reading.text(body, "uri"),
        sent_at=at,
    )
