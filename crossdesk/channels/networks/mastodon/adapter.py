"""The Mastodon API as Crossdesk speaks to it: sign-in here, one account's reading and writing in `session`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from crossdesk.channels.networks import hosts, pkce
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

from . import reading
from .api import Api
from .session import MastodonSession

SCOPES = (
    "read:accounts",
    "read:notifications",
    "read:search",
    "read:statuses",
    "write:favourites",
    "write:media",
    "write:statuses",
)


class Mastodon:
    """The adapter. It is bound to an account by `session`."""

    name = "mastodon"
    label = "Mastodon"
    feeds: Sequence[str] = ("notifications", "conversations", "own")
    capabilities = Capabilities(
        reads=frozenset({"mentions", "replies", "direct", "edits", "deletions", "metrics"}),
        acts=frozenset({"reply", "direct", "post", "threads", "media", "alt_text", "delete", "favourite", "repost"}),
        max_text=500,
        counting=Counting("graphemes", links_as=23, bare_mentions=True, names_first=True),
        max_media=4,
        media_types=frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "audio/mpeg"}),
        max_media_bytes=16 * 1024 * 1024,
        idempotency="key",
        streams=True,
        finds=frozenset({"tags", "words"}),
        scopes=SCOPES,
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
            help="The part after the second @ of the account, for example mastodon.social.",
            example="mastodon.social",
        ),
    )

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def register_app(self, *, host: str, redirect_uri: str) -> Mapping[str, str]:
        """Register Crossdesk at a server, once for each redirect address."""
        form = {"client_name": "Crossdesk", "redirect_uris": redirect_uri, "scopes": " ".join(SCOPES)}
        app = Api(self._client, hosts.base_url(host)).object("POST", "/api/v1/apps", data=form)
        client_id, secret = _word(app, "client_id"), _word(app, "client_secret")
        if not client_id or not secret:
            raise Unreadable(f"{host:.100} did not register Crossdesk as Mastodon servers do.", payload=str(app)[:2000])
        return {"client_id": client_id, "client_secret": secret}

    def connect_start(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        state: str,
        asked: Mapping[str, str] = NOTHING,
    ) -> ConnectStart:
        """Where the browser asks the person. Servers that know PKCE are held to it, others pass over it."""
        return pkce.sent_to(
            f"{hosts.base_url(host)}/oauth/authorize",
            client_id=app["client_id"],
            redirect_uri=redirect_uri,
            scope=" ".join(SCOPES),
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
        """Change the code for a token and see who it is. A pasted token (`answer["token"]`) is taken too."""
        base = hosts.base_url(host)
        token, scope = answer.get("token", "").strip(), ""
        if not token:
            if not answer.get("code"):
                words = answer.get("error_description") or answer.get("error") or "no code came back"
                raise Refused(f"{host:.100} did not allow it: {words:.200}.")
            form = {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "client_id": app.get("client_id", ""),
                "client_secret": app.get("client_secret", ""),
                "redirect_uri": redirect_uri,
                "scope": " ".join(SCOPES),
                "code_verifier": keep.get("verifier", ""),
            }
            granted = Api(self._client, base).object("POST", "/oauth/token", data=form)
            token, scope = _word(granted, "access_token"), _word(granted, "scope")
        if not token:
            raise Refused(f"{host:.100} gave no token.")
        session = MastodonSession(self._client, base, token, Profile("", ""))
        try:
            profile = session.verify()
        except SignInExpired as error:
            raise Refused(f"{host:.100} did not accept the sign-in. Try again.") from error
        return Connected(
            profile=profile,
            host=hosts.stored(host),
            secrets={"token": token},
            scopes=scope.split(),
            limits=session.limits(),
        )

    def session(
        self, *, host: str, secrets: Secrets, profile: Profile, keeper: Keeper | None = None
    ) -> MastodonSession:
        """Bind to one account. Its token lasts until somebody takes it back."""
        return MastodonSession(self._client, hosts.base_url(host), secrets.get("token", ""), profile)

    def parse(self, delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
        """Understand one stored delivery."""
        return reading.events_of(delivery, profile=profile)


def _word(body: Mapping[str, Any], name: str) -> str:
    return reading.text(body, name)
