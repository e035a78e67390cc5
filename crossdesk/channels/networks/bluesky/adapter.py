"""Bluesky as Crossdesk speaks to it: sign-in here and in `oauth`, one account's reading and writing in `session`."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx

from crossdesk.channels.networks import dpop, es256, hosts
from crossdesk.channels.ports import (
    NOTHING,
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
from crossdesk.kit import clock

from . import identity, oauth, reading
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
        acts=frozenset({"reply", "post", "threads", "media", "alt_text", "delete", "favourite", "repost"}),
        max_text=300,
        counting=Counting("graphemes"),
        max_media=4,
        media_types=frozenset({"image/png", "image/jpeg", "image/webp"}),
        max_media_bytes=1_000_000,
        idempotency="key",
        asks=(
            Asked(name="handle", label="Handle", help="As people see it, without the @.", example="brand.bsky.social"),
            Asked(
                name="password",
                label="App password",
                help="Made on Bluesky under Settings, Privacy and security, App passwords. Never the account's own.",
                example="xxxx-xxxx-xxxx-xxxx",
                secret=True,
                instead="I have an app password instead",
            ),
        ),
        place=Place(
            label="Server of the account",
            help="Only where the account lives on a server that the rest of the network does not know.",
            example=ENTRANCE,
            usual=ENTRANCE,
        ),
    )

    def __init__(self, client: httpx.Client, *, directory: str = identity.PLC_DIRECTORY) -> None:
        self._client, self._directory, self._nonces = client, directory, dpop.Nonces()

    def signs_in_from(self, redirect_uri: str) -> bool:
        """From a public https address, or on one machine alone."""
        return oauth.possible_from(redirect_uri)

    def description(self, *, redirect_uri: str, app: Mapping[str, str]) -> Mapping[str, Any] | None:
        """What servers read at our address before they let anybody sign in for us."""
        return oauth.description(redirect_uri, app) if app.get("key") else None

    def register_app(self, *, host: str, redirect_uri: str) -> Mapping[str, str]:
        """A key of our own, where servers can read its public half. Nobody is asked."""
        return {"key": es256.new_key()} if redirect_uri.startswith("https://") else {}

    def connect_start(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        state: str,
        asked: Mapping[str, str] = NOTHING,
    ) -> ConnectStart:
        """From the handle to the server at which its owner signs in, wherever that is."""
        if not self.signs_in_from(redirect_uri):
            raise Refused("This installation has no public https address, so Bluesky takes only an app password here.")
        entrance = identity.entrance_of(
            self._client, asked.get("handle", ""), server=_server(host), directory=self._directory
        )
        return oauth.begun(self._client, entrance, redirect_uri=redirect_uri, app=app, state=state, nonces=self._nonces)

    def connect_finish(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        keep: Mapping[str, str],
        answer: Mapping[str, str],
    ) -> Connected:
        """With what the account's server sent back; or with a handle and the app password in `answer["password"]`."""
        if keep:
            secrets, scopes = oauth.finished(
                self._client, redirect_uri=redirect_uri, keep=keep, answer=answer, nonces=self._nonces
            )
            return self._connected(
                secrets, keep.get("handle", ""), scopes, lasts=None if keep.get("client_key") else oauth.PUBLIC_LASTS
            )
        base = _server(host)
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
        secrets = {"way": "password", "service": base, "did": did, "password": password, **tokens}
        return self._connected(secrets, handle)

    def _connected(
        self, secrets: Secrets, handle: str, scopes: Sequence[str] = (), *, lasts: timedelta | None = None
    ) -> Connected:
        profile = self.session(host="", secrets=secrets, profile=Profile(secrets["did"], handle)).verify()
        ends = clock.now() + lasts if lasts else None
        return Connected(profile=profile, host=NETWORK_HOST, secrets=secrets, scopes=scopes, expires_at=ends)

    def give_back(self, secrets: Secrets) -> None:
        """End the session. The app password itself stays: only its owner may delete it."""
        base = hosts.base_url(secrets.get("service") or ENTRANCE)
        Api(self._client, base, secrets, nonces=self._nonces).end()

    def session(self, *, host: str, secrets: Secrets, profile: Profile, keeper: Keeper | None = None) -> BlueskySession:
        """Bind to one account."""
        base = hosts.base_url(secrets.get("service") or ENTRANCE)
        return BlueskySession(self._client, base, secrets, profile, keeper, self._nonces)

    def parse(self, delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
        """Understand one stored delivery."""
        return reading.events_of(delivery, profile=profile)


def _server(host: str) -> str:
    """The server that was typed, or the one that knows most accounts."""
    return hosts.base_url(ENTRANCE if host in ("", NETWORK_HOST) else host)


def _scope_of(token: str) -> str:
    """What a session token allows, where the server writes it so that we can read it."""
    try:
        middle = token.split(".")[1]
        said: Any = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError):
        return ""
    return reading.text(said, "scope")
