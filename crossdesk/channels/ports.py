"""What every network adapter speaks: plain dataclasses and small protocols. No database, no Django.

An adapter translates between one network and these shapes, and does nothing else. It gets its HTTP client from
outside. Every failure becomes one of the few errors at the end of this file.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, Protocol, runtime_checkable

from crossdesk.channels.parts import Poll
from crossdesk.kit.errors import CrossdeskError

Kind = Literal["mention", "reply", "direct", "post", "repost", "quote", "comment", "review", "found"]
Visibility = Literal["public", "unlisted", "private", "direct"]  # private: followers only
FOUND = "found:"  # begins the name of a feed of what is said publicly with a hashtag or words that an account follows
Way = Literal["sse", "websocket"]  # how what is streamed comes: as server-sent events, or over a WebSocket
TextUnit = Literal["characters", "graphemes", "bytes"]
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Counting:
    """How the network counts a text (`counting.length`).

    links_as: what every link counts, None where it counts as written. bare_mentions: of "@name@host" only "@name"
    counts. names_first: an answer that does not name whom it answers leaves with "@name" before it, which counts too.
    """

    unit: TextUnit
    links_as: int | None = None
    bare_mentions: bool = False
    names_first: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the connect form asks a person for. name: where `connect_finish` finds it in `answer`.

    instead: what takes the place of the network's sign-in page, in the words of who has it ("I have an access token
    instead"). Where it is filled in nobody is sent to that page; all others are handed to `connect_start`.
    """

    name: str
    label: str
    help: str = ""
    example: str = ""
    secret: bool = False
    needed: bool = True
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """How the connect form asks for the host. usual: taken where nothing was typed; "" where there is none."""

    label: str
    help: str = ""
    example: str = ""
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the network and our adapter can do, and its limits. Drives composer, settings page and docs."""

    reads: frozenset[str]  # of: mentions, replies, direct, edits, deletions, metrics
    acts: frozenset[
        str
    ]  # of: reply, direct, post, threads (replies to one's own), media, alt_text, delete, favourite, repost
    max_text: int
    counting: Counting
    max_media: int
    media_types: frozenset[str]
    max_media_bytes: int
    idempotency: Literal["none", "key"] = "none"
    streams: bool = False  # its sessions are `Streams`: servers that can tell what is new by themselves
    finds: frozenset[str] = frozenset()  # of: tags, words; what an account may follow (the feeds that begin with FOUND)
    scopes: Sequence[str] = ()  # the rights that an app is registered for; other ones make it register anew
    asks: Sequence[Asked] = ()  # what a person types; a network with a sign-in page may take it instead
    place: Place | None = Place(label="Host")  # None: it lives nowhere that a person could name

    def media_types_on(self, told: Mapping[str, Any]) -> frozenset[str]:
        """What we send and a server takes, by what it told of itself; all that we send where it names nothing of that."""
        return self.media_types & frozenset(told.get("media_types", ())) or self.media_types


@dataclass(frozen=True, slots=True)
class Profile:
    """A person or account on a network."""

    external_id: str
    handle: str  # as people write it, without a leading @
    name: str = ""
    url: str = ""
    avatar_url: str = ""
    bio: str = ""
    followers: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MediaItem:
    """An image, video or file that hangs on a message."""

    kind: Literal["image", "video", "audio", "file"]
    url: str
    mime: str = ""
    alt: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing as the network gave it, before it is understood: kept whole, then acknowledged.

    feed: which stream it came from ("notifications", "timeline", …). external_id: the network's id of the event
    where it has one. body: the JSON object as text, exactly as parsed from the network.
    """

    feed: str
    body: str
    external_id: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One pull: deliveries oldest first, and the cursor to store in the transaction that stores them."""

    deliveries: Sequence[Delivery]
    cursor: str  # opaque to everyone but the adapter; "" before the first pull
    has_more: bool = False
    pace: "Pace | None" = None


@dataclass(frozen=True, slots=True)
class Pace:
    """The budget the network told us in its headers."""

    limit: int | None
    remaining: int | None
    resets_at: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message that somebody (or we ourselves) said, or its newer version."""

    external_id: str
    kind: Kind
    author: Profile
    text: str  # plain text, links and mentions written out; with warning and choices in it, as `parts.whole` puts them
    sent_at: datetime
    visibility: Visibility = "public"
    parent_external_id: str = ""
    root_external_id: str = ""
    permalink: str = ""
    edited_at: datetime | None = None
    language: str = ""  # as the network says, may be wrong
    media: Sequence[MediaItem] = ()
    metrics: Mapping[str, int] = field(default_factory=dict)  # favourites, reposts, replies
    ours: bool = False  # said by the connected account itself
    mentions: Sequence[str] = ()  # external ids of who is named
    idempotency_key: str = ""  # where the network gives back the key we sent
    warning: str = ""  # behind which its author folded it
    sensitive: bool = False  # its media are not for everybody's eyes at once
    poll: Poll | None = None
    to_us: bool = True  # False: merely seen; of the kind "found" where a hashtag or words brought it
    found_by: str = ""  # that hashtag or those words


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message that no longer exists on the network."""

    external_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody favourited or reposted a message of ours."""

    external_id: str  # of the message
    kind: Literal["favourite", "repost"]
    by: Profile
    at: datetime


Event = Said | Deleted | Reacted


@dataclass(frozen=True, slots=True)
class OutgoingMedia:
    """A file to send along."""

    content: bytes
    mime: str
    name: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A post, reply or direct message to send. `key` is ours, unique, and the same at every attempt."""

    key: str
    text: str
    visibility: Visibility = "public"
    in_reply_to: str = ""  # external id of the message we answer
    to_handle: str = ""  # who must be named so that the message reaches them
    media: Sequence[OutgoingMedia] = ()
    language: str = ""
    made_at: datetime | None = None  # when the key was made: the same at every attempt


@dataclass(frozen=True, slots=True)
class Published:
    """The network took it. processing: it has not finished yet; ask `find` again later."""

    external_id: str
    permalink: str = ""
    sent_at: datetime | None = None
    processing: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A media file as the network gave it."""

    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class ConnectStart:
    """Where to send the browser, and what to keep (sealed) until it comes back."""

    url: str
    keep: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Connected:
    """The account that was connected. secrets are sealed at once and never logged."""

    profile: Profile
    host: str
    secrets: Mapping[str, str]
    scopes: Sequence[str] = ()
    expires_at: datetime | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)  # read from the server: max_text, media_types, …


Secrets = Mapping[str, str]


class Keeper(Protocol):
    """Keeps the secrets of one account, for networks whose tokens are renewed."""

    def renewed(self, old: Secrets, renew: Callable[[Secrets], Secrets]) -> Secrets:
        """New secrets in the place of `old`, which the network no longer takes: stored before anybody uses them.

        Of all who ask at once only one calls `renew`, with what is stored; the others get what came of it. Raises
        what `renew` raises (SignInExpired: a person must sign in), and Unavailable when another takes too long.
        """


class Session(Protocol):
    """An adapter bound to one account: its host, secrets and HTTP client. Made by `Adapter.session`."""

    def verify(self) -> Profile:
        """Ask the network who we are. Raises SignInExpired when the token is dead."""

    def pull(self, feed: str, cursor: str, *, limit: int = 80) -> Page:
        """What is new in one feed since the cursor, oldest first, with a little overlap."""

    def send(self, message: Outgoing) -> Published:
        """Send once. Raises Unavailable(outcome_unknown=True) when the network may have taken it."""

    def find(self, message: Outgoing, *, since: datetime, taken: Collection[str] = ()) -> Published | None:
        """Ask the network whether it already has this message (after an unknown outcome). None: it has not.

        since: when the first attempt began. taken: external ids that already belong to other messages of ours, so
        that the same words sent twice are not mistaken for each other.
        """

    def check(self, external_ids: Sequence[str]) -> Sequence[Delivery]:
        """Read messages again that we already hold, since not every network tells of edits and deletions.

        Returns one delivery for each, in the feed "check": `parse` makes a `Said` (with `edited_at` where it was
        edited) or a `Deleted` of it. Store them like any pulled delivery; an unchanged message parses to the same.
        """

    def thread(self, external_id: str) -> Sequence[Delivery]:
        """The messages above this one, oldest first, in the feed "check". Empty where the network does not tell."""

    def fetch(self, url: str, *, at_most: int) -> Fetched:
        """Read a media file. at_most: bytes. Raises Gone, Unavailable, or Refused when it is larger."""

    def delete(self, external_id: str) -> None:
        """Delete a message of ours. Raises Gone when it is not there any more."""

    def favourite(self, external_id: str) -> None:
        """Favourite a message as this account."""

    def repost(self, external_id: str) -> None:
        """Repost (boost) a message as this account."""


@runtime_checkable
class Streams(Protocol):
    """A session on whose network one may stay on the line and is told what is new. way: of the line, once it is open."""

    way: Way

    def listen(self, *, stopped: Callable[[], bool]) -> Iterator[Sequence[Delivery]]:
        """What comes in, as it comes. An empty batch is a sign of life; the first one says that the line is open.

        stopped: asked again and again; true ends it within a second or two. The feeds are those of `pull`, so that the
        same thing pulled and streamed is stored once; news of a message that may not concern us comes in the feed
        "check". Raises NoStream where the server has none, and what `pull` raises; it ends when the server ends it.
        """


@runtime_checkable
class TellsLimits(Protocol):
    """A session whose server says what it allows."""

    def limits(self) -> Mapping[str, Any]:
        """What stands in `Connected.limits`. Empty where it says nothing."""


class Webhook(Protocol):
    """How a network signs what it hands in at our door, and what lies in it. Touches neither network nor database."""

    def verify(self, raw: bytes, headers: Mapping[str, str], secrets: Secrets, *, now: datetime) -> None:
        """Believe it or raise NotBelieved: in constant time, on the bytes as they came. headers: names in lower case."""

    def deliveries(self, raw: bytes) -> Sequence[Delivery]:
        """What lies in it, in order, each with its own words as they came. Raises Unreadable."""

    def challenge(self, query: Mapping[str, str], secrets: Secrets) -> str | None:
        """What to answer when the network asks whether this is our address. None: that is no such question."""


@runtime_checkable
class HandsIn(Protocol):
    """An adapter whose network hands deliveries in by itself."""

    webhook: Webhook


@runtime_checkable
class GivesBack(Protocol):
    """An adapter whose network can be told that a sign-in is no longer needed."""

    def give_back(self, secrets: Secrets) -> None:
        """End this sign-in there. One that is over is no failure. Raises Unavailable and RateLimited: try later."""


@runtime_checkable
class Adapter(Protocol):
    """One network. `registry.adapter(name)` hands it out."""

    name: str
    label: str
    capabilities: Capabilities
    feeds: Sequence[str]

    def connect_finish(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        keep: Mapping[str, str],
        answer: Mapping[str, str],
    ) -> Connected:
        """Finish signing in with the query parameters the network sent back (or a form's token)."""

    def session(self, *, host: str, secrets: Secrets, profile: Profile, keeper: Keeper | None = None) -> Session:
        """Bind to one account. keeper: stores secrets that the network renews; None before the account is saved."""

    def parse(self, delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
        """Understand one stored delivery. Raises Unreadable; never touches the network."""


@runtime_checkable
class SignsInOnAPage(Adapter, Protocol):
    """A network with a sign-in page, to which the browser is sent. At the others people type what `Capabilities.asks` names."""

    def connect_start(
        self, *, host: str, redirect_uri: str, app: Mapping[str, str], state: str, asked: Mapping[str, str] = NOTHING
    ) -> ConnectStart:
        """Begin signing in. `app` is what `register_app` returned for this host, asked: what the person typed."""

    def register_app(self, *, host: str, redirect_uri: str) -> Mapping[str, str]:
        """Register Crossdesk at a host, once. Returns what must be kept (sealed). Empty where not needed."""


@runtime_checkable
class DescribesItself(SignsInOnAPage, Protocol):
    """A network whose sign-in page reads at Crossdesk's own address what Crossdesk is.

    The browser comes back to one address for the whole installation, `register_app` is called once for it, with no
    host, and what is to be read lies beside it, at `client-metadata.json`.
    """

    def signs_in_from(self, redirect_uri: str) -> bool:
        """Can the network send browsers back there, and read the description?"""

    def description(self, *, redirect_uri: str, app: Mapping[str, str]) -> Mapping[str, Any] | None:
        """What is to be read, as JSON. None where nothing is."""


# What can go wrong, in few names. Each says what the caller does next.


class NetworkError(CrossdeskError):
    """Something between us and the network."""

    code = "network"
    status = 502


class RateLimited(NetworkError):
    """The network asked us to wait. until: aware moment."""

    code = "network.rate_limited"

    def __init__(self, message: str, *, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class Unavailable(NetworkError):
    """Down, slow or unreachable: try later. outcome_unknown: a change may have been made all the same."""

    code = "network.unavailable"

    def __init__(self, message: str, *, outcome_unknown: bool = False) -> None:
        super().__init__(message)
        self.outcome_unknown = outcome_unknown


class SignInExpired(NetworkError):
    """The token is no longer accepted: a person must sign in again."""

    code = "network.sign_in_expired"


class MissingScope(NetworkError):
    """The sign-in does not allow this. scope: which right is missing."""

    code = "network.missing_scope"

    def __init__(self, message: str, *, scope: str) -> None:
        super().__init__(message)
        self.scope = scope


class NoStream(NetworkError):
    """The server does not tell what is new by itself: it is asked again and again."""

    code = "network.no_stream"


class Refused(NetworkError):
    """The network said no, in its own words. Never retried."""

    code = "network.refused"


class NotBelieved(NetworkError):
    """What was handed in at our door is not signed as it should be. The sentence says what is missing."""

    code = "network.not_believed"
    status = 401


class Gone(NetworkError):
    """What we wanted to act on is not there any more."""

    code = "network.gone"


class Unreadable(NetworkError):
    """The network sent something we cannot understand. payload: its first part, to be kept."""

    code = "network.unreadable"

    def __init__(self, message: str, *, payload: str = "") -> None:
        super().__init__(message)
        self.payload = payload
