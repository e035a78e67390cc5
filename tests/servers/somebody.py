"""Somebody with an account on a real Mastodon-API server, signed in through our adapter: the customer in a test."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from crossdesk.channels.networks.mastodon.adapter import Mastodon
from crossdesk.channels.networks.mastodon.session import MastodonSession
from crossdesk.channels.ports import Connected, Event, Outgoing, Published, Said
from tests.servers.snac import SnacServer

REDIRECT = "http://127.0.0.1:9/back"


@dataclass
class Somebody:
    """A user of the server, with all that they see and may do."""

    adapter: Mastodon
    connected: Connected
    app: Mapping[str, str]

    @property
    def session(self) -> MastodonSession:
        """Their account."""
        return self.adapter.session(
            host=self.connected.host, secrets=self.connected.secrets, profile=self.connected.profile
        )

    def post(self, text: str, **more: object) -> Published:
        """Say something: `visibility`, `in_reply_to`, `media` as in Outgoing."""
        return self.session.send(Outgoing(key=text, text=text, **more))  # type: ignore[arg-type]

    def all(self, feed: str = "notifications") -> list[Event]:
        """All that the feed holds."""
        page = self.session.pull(feed, "")
        profile = self.connected.profile
        return [event for delivery in page.deliveries for event in self.adapter.parse(delivery, profile=profile)]

    def said(self, words: str) -> Said | None:
        """The message to them with these words in it, once it came. Await it with `soon`."""
        found = [event for event in self.all() if isinstance(event, Said) and words in event.text]
        return found[-1] if found else None

    def sign_out(self, client: httpx.Client) -> None:
        """Take this sign-in back: its token is worth nothing any more."""
        form = {**self.app, "token": self.connected.secrets["token"]}
        answer = client.post(f"{self.session._api.base}/oauth/revoke", data=form)
        assert answer.is_success, answer.text

    def again(self, external_id: str) -> Event:
        """The message read again."""
        (delivery,) = self.session.check([external_id])
        (event,) = self.adapter.parse(delivery, profile=self.connected.profile)
        return event


def sign_in(snac: SnacServer, client: httpx.Client, user: str) -> Somebody:
    """Sign in by the server's own form."""
    adapter = Mastodon(client)
    app = adapter.register_app(host=snac.url, redirect_uri=REDIRECT)
    start = adapter.connect_start(host=snac.url, redirect_uri=REDIRECT, app=app, state="s1")
    answer = snac.sign_in(start.url, user)
    assert answer.pop("state") == "s1"
    connected = adapter.connect_finish(host=snac.url, redirect_uri=REDIRECT, app=app, keep=start.keep, answer=answer)
    return Somebody(adapter, connected, app)
