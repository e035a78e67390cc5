"""Bluesky as Crossdesk speaks to it: sign-in here, one account's reading and writing in `session`."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from crossdesk.channels.networks import hosts
from crossdesk.channels.ports import (
    Asked,
    Capabilities,
    Connected,
    ConnectStart,
    Counting,
    Delivery,
    Event,
    Keeper,
    Place,
    Profile,
    Refused,
    Secrets,
    SignInExpired,
    Unreadable,
)

from . import reading
from .api import Api, tokens_in
from .session import BlueskySession

ENTRANCE = "bsky.social"
# Ids are the same on every server of the network, so all accounts of a company share one place, and what two of them
# see is one message. The server on which an account signs in is kept with its secrets.
NETWORK_HOST = "bsky.app"
WHOLE_ACCOUNT = "com.atproto.access"  # the scope of a session made with the account's own password


class Bluesky:
    """The adapter. It is bound to an account by `session`."""

    name = "bluesky"
    label = "Bluesky"
    feeds: Sequence[str] = ("notifications", "own")
    capabilities = Capabilities(
        reads=frozenset({"mentions", "replies", "deletions", "metrics"}),
        acts=frozenset({"reply", "post", "media", "alt_text", "delete", "favourite", "repost"}),
        max_text=300,
        counting=Counting("graphemes"),
        max_media=4,
        media_types=frozenset({"image/png", "image/jpeg", "image/webp"}),
        max_media_bytes=1_000_000,
        idempotency="key",
        connects_by="token",
        asks=(
            Asked(name="handle", label="Handle", help="As people see it, without the @.", example="brand.bsky.social"),
            Asked(
                name="password",
                label="App password",
                help="Made on Bluesky under Settings, Privacy and security, App passwords. Never the account's own.",
                example="xxxx-xxxx-xxxx-xxxx",
                secret=True,
            ),
        ),
        place=Place(
            label="Server of the account",
            help="Only for accounts on a server of their own.",
            example=ENTRANCE,
            usual=ENTRANCE,
        ),
    )

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def register_app(self, *, host: str, redirect_uri: str) -> Mapping[str, str]:
        """Nothing to register: people make app passwords."""
        return {}

    def connect_start(self, *, host: str, redirect_uri: str, app: Mapping[str, str], state: str) -> ConnectStart:
        """There is no page to go to."""
        raise Refused("Bluesky is connected with a handle and an app password.")

    def connect_finish(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        keep: Mapping[str, str],
        answer: Mapping[str, str],
    ) -> Connected:
        """Sign in with `answer["handle"]` and the app password in `answer["password"]`."""
        base = hosts.base_url(ENTRANCE if host in ("", NETWORK_HOST) else host)
        handle = answer.get("handle", "").strip().lstrip("@").lower()
        password = answer.get("password", "").strip()
        if not handle or not password:
            raise Refused("Type the handle of the account and an app password.")
        try:
            made = Api(self._client, base, {}).sign_in(handle, password)
        except SignInExpired as error:
            raise Refused(f"{base} does not know this handle with this app password.") from error
        did = reading.text(made, "did")
        if not did:
            raise Unreadable("Bluesky's server did not say who signed in.", payload=json.dumps(made)[:2000])
        tokens = tokens_in(made)
        if _scope_of(tokens["access"]) == WHOLE_ACCOUNT:
            raise Refused("This is the account's own password. Make an app password for Crossdesk and use that one.")
        secrets = {"service": base, "did": did, "password": password, **tokens}
        profile = BlueskySession(self._client, base, secrets, Profile(did, handle)).verify()
        return Connected(profile=profile, host=NETWORK_HOST, secrets=secrets)

    def session(self, *, host: str, secrets: Secrets, profile: Profile, keeper: Keeper | None = None) -> BlueskySession:
        """Bind to one account."""
        base = hosts.base_url(secrets.get("service") or ENTRANCE)
        return BlueskySession(self._client, base, secrets, profile, keeper)

    def parse(self, delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
        """Understand one stored delivery."""
        return reading.events_of(delivery, profile=profile)


def _scope_of(token: str) -> str:
    """What a session token allows, where the server writes it so that we can read it."""
    try:
        middle = token.split(".")[1]
        said: Any = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError):
        return ""
    return reading.text(said, "scope")
