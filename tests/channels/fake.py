"""A network in memory: what it shows, what it took, and what it answers next. It speaks the real ports."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO

from PIL import Image

from crossdesk.channels import parts
from crossdesk.channels.parts import Choice, Poll
from crossdesk.channels.ports import (
    FOUND,
    NOTHING,
    Capabilities,
    Connected,
    ConnectStart,
    Counting,
    Deleted,
    Delivery,
    Event,
    Fetched,
    Keeper,
    MediaItem,
    Outgoing,
    Page,
    Profile,
    Published,
    Reacted,
    Refused,
    Said,
    Secrets,
    Unreadable,
    Way,
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CAPABILITIES = Capabilities(
    reads=frozenset({"mentions", "edits", "deletions"}),
    acts=frozenset({"reply", "post", "media"}),
    max_text=500,
    counting=Counting("characters", links_as=23),
    max_media=4,
    media_types=frozenset({"image/png"}),
    max_media_bytes=1000,
)
_place = BytesIO()
Image.new("RGB", (2, 1), "teal").save(_place, "PNG", optimize=True)
PICTURE = _place.getvalue()  # as it is kept: written anew it is the same
US = Profile(external_id="us", handle="brand", name="Brand")


def said(
    external_id: str = "m1",
    text: str = "Where is my parcel?",
    *,
    author: str = "anna",
    at: int = 0,
    edited: int | None = None,
    feed: str = "mentions",
    event: str = "",
    **more: object,
) -> Delivery:
    """A delivery of a message. at, edited: minutes from noon."""
    body = {"is": "said", "id": external_id, "text": text, "author": author, "at": at, "edited": edited, **more}
    return Delivery(feed=feed, body=json.dumps(body), external_id=event)


def deleted(external_id: str = "m1", *, at: int = 5) -> Delivery:
    """A delivery of a deletion."""
    return Delivery(feed="mentions", body=json.dumps({"is": "deleted", "id": external_id, "at": at}))


def reacted(external_id: str = "m1", *, by: str = "bob", kind: str = "favourite", at: int = 6) -> Delivery:
    """A delivery of a favourite or repost."""
    return Delivery(
        feed="mentions", body=json.dumps({"is": "reacted", "id": external_id, "by": by, "kind": kind, "at": at})
    )


def rubbish(words: str = "<html>down for maintenance</html>") -> Delivery:
    """A delivery that nobody can understand."""
    return Delivery(feed="mentions", body=words)


@dataclass
class FakeNetwork:
    """The adapter and the network in one. trouble: raised by the next call of that name; once each, in order; None goes well."""

    name: str = "fake"
    label: str = "Fake"
    feeds: Sequence[str] = ("mentions",)
    pages: dict[str, list[Page]] = field(default_factory=dict)
    trouble: dict[str, list[BaseException | None]] = field(default_factory=dict)
    taken: list[Outgoing] = field(default_factory=list)
    shown: dict[str, Published] = field(default_factory=dict)  # by key: what `find` finds
    keeps_lost: bool = True  # a message whose answer is lost was taken all the same
    known: dict[str, Delivery] = field(default_factory=dict)  # what `check` answers
    asked: list[str] = field(default_factory=list)
    secrets_seen: list[Mapping[str, str]] = field(default_factory=list)
    keepers_seen: list[Keeper | None] = field(default_factory=list)
    me: Profile = US
    registered: int = 0
    file: bytes = PICTURE
    capabilities: Capabilities = CAPABILITIES
    streamed: list[Sequence[Delivery]] = field(default_factory=list)  # what comes over the line before it ends

    def _maybe(self, name: str) -> None:
        self.asked.append(name)
        if self.trouble.get(name) and (trouble := self.trouble[name].pop(0)) is not None:
            raise trouble

    def show(self, *deliveries: Delivery, feed: str = "mentions", has_more: bool = False) -> None:
        """The next pull brings these."""
        pages = self.pages.setdefault(feed, [])
        pages.append(Page(deliveries, cursor=f"c{len(pages) + 1}", has_more=has_more))

    # The adapter

    def register_app(self, *, host: str, redirect_uri: str) -> Mapping[str, str]:
        self._maybe("register_app")
        self.registered += 1
        return {"client_id": "id", "client_secret": "app secret"}

    def connect_start(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        state: str,
        asked: Mapping[str, str] = NOTHING,
    ) -> ConnectStart:
        return ConnectStart(url=f"https://{host}/authorize?state={state}", keep={"verifier": "v"})

    def connect_finish(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        keep: Mapping[str, str],
        answer: Mapping[str, str],
    ) -> Connected:
        self._maybe("connect_finish")
        if answer.get("code", answer.get("token")) != "good":
            raise Refused("The sign-in was declined.")
        secrets = {"token": "new"} if answer.get("again") else {"token": "good", "refresh_token": "fresh"}
        return Connected(profile=self.me, host=host, secrets=secrets, scopes=["read"], limits={"max_text": 300})

    def session(self, *, host: str, secrets: Secrets, profile: Profile, keeper: Keeper | None = None) -> "FakeSession":
        self.secrets_seen.append(secrets)
        self.keepers_seen.append(keeper)
        return FakeSession(self)

    def parse(self, delivery: Delivery, *, profile: Profile) -> list[Event]:
        try:
            body = json.loads(delivery.body)
        except ValueError as error:
            raise Unreadable("This is not JSON.") from error
        if body["is"] == "deleted":
            return [Deleted(external_id=body["id"], at=_at(body["at"]))]
        if body["is"] == "reacted":
            return [Reacted(external_id=body["id"], kind=body["kind"], by=_person(body["by"]), at=_at(body["at"]))]
        return [_message(body, profile)]


@dataclass
class FakeSession:
    network: FakeNetwork
    way: Way = "websocket"

    def verify(self) -> Profile:
        self.network._maybe("verify")
        return self.network.me

    def pull(self, feed: str, cursor: str, *, limit: int = 80) -> Page:
        self.network._maybe(f"pull {cursor}".strip())
        if feed.startswith(FOUND):
            self.network._maybe(f"pull {feed}")
        self.network._maybe("pull any")
        pages = self.network.pages.get(feed, [])
        number = int(cursor[1:]) if cursor else 0
        return pages[number] if number < len(pages) else Page((), cursor=cursor)

    def listen(self, *, stopped: Callable[[], bool]) -> Iterator[Sequence[Delivery]]:
        self.network._maybe("listen")
        yield ()
        for batch in self.network.streamed:
            if stopped():
                return
            yield batch
        self.network._maybe("end of stream")

    def send(self, message: Outgoing) -> Published:
        made = self.network.shown.get(message.key) or Published(external_id=f"out-{len(self.network.taken) + 1}")
        trouble = self.network.trouble.get("send", [])
        if trouble and getattr(trouble[0], "outcome_unknown", False) and self.network.keeps_lost:
            self.network.taken.append(message)
            self.network.shown[message.key] = made
        self.network._maybe("send")
        if self.network.capabilities.idempotency == "none" or message.key not in self.network.shown:
            self.network.taken.append(message)
        self.network.shown[message.key] = made
        return made

    def find(self, message: Outgoing, *, since: datetime) -> Published | None:
        self.network._maybe("find")
        return self.network.shown.get(message.key)

    def check(self, external_ids: Sequence[str]) -> Sequence[Delivery]:
        self.network._maybe("check")
        return [self.network.known[one] for one in external_ids if one in self.network.known]

    def thread(self, external_id: str) -> Sequence[Delivery]:
        return []

    def fetch(self, url: str, *, at_most: int) -> Fetched:
        self.network._maybe("fetch")
        return Fetched(self.network.file, "image/png")

    def delete(self, external_id: str) -> None:
        self.network._maybe("delete")

    def favourite(self, external_id: str) -> None:
        self.network._maybe("favourite")

    def repost(self, external_id: str) -> None:
        self.network._maybe("repost")


def _at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def _person(name: str) -> Profile:
    return Profile(external_id=name, handle=name, name=name.title())


def _message(body: dict, profile: Profile) -> Said:
    warning, choices = body.get("warning", ""), body.get("poll", {})
    poll = Poll([Choice(text, votes) for text, votes in choices.items()], ends_at=_at(60)) if choices else None
    return Said(
        external_id=body["id"],
        kind=body.get("kind", "mention"),
        author=profile if body["author"] == profile.external_id else _person(body["author"]),
        text=parts.whole(body["text"], warning=warning, choices=list(choices)),
        sent_at=_at(body["at"]),
        visibility=body.get("visibility", "public"),
        parent_external_id=body.get("parent", ""),
        edited_at=None if body["edited"] is None else _at(body["edited"]),
        media=[MediaItem(kind="image", url=url) for url in body.get("media", [])],
        metrics=body.get("metrics", {}),
        ours=body["author"] == profile.external_id,
        idempotency_key=body.get("key", ""),
        warning=warning,
        sensitive=body.get("sensitive", False),
        poll=poll,
        to_us=body.get("kind") != "found",
        found_by=body.get("found_by", ""),
    )
