"""The generic webhook: whoever holds the secret hands messages in; answers go to the source's own address, if it has one."""

import hashlib
import hmac
import json
import re
import secrets as random
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from crossdesk.channels.networks import calls, hosts
from crossdesk.channels.networks.unasked import Unasked
from crossdesk.channels.ports import (
    Asked,
    Capabilities,
    Connected,
    Counting,
    Delivery,
    Event,
    Fetched,
    Keeper,
    Outgoing,
    Profile,
    Published,
    Refused,
    Secrets,
)
from crossdesk.kit import clock

from . import reading, signing

LABEL: Final = "Webhook"
MOST_TEXT: Final = 10_000
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~-]{1,200}")


class Hook:
    """What comes in at the door: signed as in `signing`, written as in `reading`."""

    def verify(self, raw: bytes, headers: Mapping[str, str], secrets: Secrets, *, now: datetime) -> None:
        """The secret, or for a day after it was changed the one before."""
        good = [secrets["secret"]]
        if secrets.get("old_secret") and datetime.fromisoformat(secrets["old_until"]) > now:
            good.append(secrets["old_secret"])
        signing.verify(raw, headers.get(signing.HEADER.lower(), ""), good, now=now)

    def deliveries(self, raw: bytes) -> Sequence[Delivery]:
        """One message or several."""
        return reading.deliveries(raw)

    def challenge(self, query: Mapping[str, str], secrets: Secrets) -> str | None:
        """`hub.challenge` comes back where `hub.verify_token` is ours."""
        asked = query.get("hub.challenge", "")
        if not _PLAIN.fullmatch(asked):
            return None
        given = query.get("hub.verify_token", "")
        return asked if hmac.compare_digest(given.encode(), verify_token(secrets).encode()) else None


def verify_token(secrets: Secrets) -> str:
    """For sources that ask for one: made of the secret, which it does not give away."""
    return hmac.new(secrets["secret"].encode(), b"verify token", hashlib.sha256).hexdigest()[:32]


def new_secret() -> str:
    """256 bits, as text."""
    return f"cds_{random.token_urlsafe(32)}"


class Generic:
    """The adapter. It never pulls: what is to be known is handed in."""

    name = "webhook"
    label = LABEL
    feeds: Sequence[str] = ()
    webhook = Hook()
    capabilities = Capabilities(
        reads=frozenset({"mentions", "replies", "direct", "edits", "deletions"}),
        acts=frozenset({"reply", "direct"}),
        max_text=MOST_TEXT,
        counting=Counting("characters"),
        max_media=0,
        media_types=frozenset(),
        max_media_bytes=0,
        idempotency="key",
        asks=(
            Asked(name="name", label="Name of the source", help="As people will see it.", example="Shop reviews"),
            Asked(
                name="reply_url",
                label="Address for answers",
                help="Answers are posted there, signed like what comes in. Leave it empty, and people only read here.",
                example="https://shop.example/answers",
                needed=False,
            ),
        ),
        place=None,
    )

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def connect_finish(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        keep: Mapping[str, str],
        answer: Mapping[str, str],
    ) -> Connected:
        """Make the place and the secret. Each source is a place of its own, so that its ids are its own."""
        name, reply_url = answer.get("name", "").strip(), answer.get("reply_url", "").strip()
        if not name:
            raise Refused("Give the source a name.")
        if reply_url:
            parts = urlsplit(reply_url)
            hosts.base_url(f"{parts.scheme}://{parts.netloc}")
        place = f"{_slug(name)}-{random.token_hex(3)}"
        return Connected(
            profile=Profile(external_id=place, handle=place, name=name),
            host=place,
            secrets={"secret": new_secret(), "reply_url": reply_url},
            limits={"answers": int(bool(reply_url))},
        )

    def session(
        self, *, host: str, secrets: Secrets, profile: Profile, keeper: Keeper | None = None
    ) -> "GenericSession":
        """Bind to one source."""
        return GenericSession(self._client, secrets, profile)

    def parse(self, delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
        """Understand one message."""
        return reading.events_of(delivery)


class GenericSession(Unasked):
    """One source. It can be answered where it named an address for that; the key makes sending again safe."""

    refusal = "This source takes answers and nothing else."

    def __init__(self, client: httpx.Client, secrets: Secrets, profile: Profile) -> None:
        self._client, self._secrets, self._profile = client, secrets, profile
        self._reply_url = secrets.get("reply_url", "")

    def verify(self) -> Profile:
        """Where answers are possible, their address must take a signed `{"type": "ping"}`."""
        if self._reply_url:
            self._post({"type": "ping"}, changes=False)
        return self._profile

    def send(self, message: Outgoing) -> Published:
        """Post the answer. The source keeps `key` and takes the same key once."""
        if not self._reply_url:
            raise Refused("This source takes no answers. Connect it anew with an address for answers.")
        answer = self._post(
            {
                "type": "answer",
                "key": message.key,
                "text": message.text,
                "visibility": message.visibility,
                "in_reply_to": message.in_reply_to,
                "to": message.to_handle,
                "language": message.language,
            },
            changes=True,
        )
        told = calls.object_of(answer, network=LABEL, changes=True) if answer.content.strip() else {}
        external_id, url = told.get("id"), told.get("url")
        return Published(
            external_id=str(external_id) if isinstance(external_id, str | int) and external_id else message.key,
            permalink=url if isinstance(url, str) and url.startswith(("https://", "http://")) else "",
        )

    def fetch(self, url: str, *, at_most: int) -> Fetched:
        """Read a media file from the open internet."""
        return calls.fetch(self._client, url, network=LABEL, base=self._reply_url, at_most=at_most)

    def _post(self, body: Mapping[str, str], *, changes: bool) -> httpx.Response:
        raw = json.dumps(body, ensure_ascii=False).encode()
        signed = signing.signature(raw, self._secrets["secret"], at=clock.now())
        headers = {"Content-Type": "application/json", signing.HEADER: signed}
        return calls.call(
            self._client, "POST", self._reply_url, network=LABEL, changes=changes, headers=headers, content=raw
        )


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "source"
