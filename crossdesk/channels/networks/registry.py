"""All networks that Crossdesk speaks to. The one place that knows the adapters."""

import atexit
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from crossdesk.channels.ports import Adapter, HandsIn, Webhook
from crossdesk.kit import http, outgoing
from crossdesk.kit.errors import NotFound

from .bluesky.adapter import Bluesky
from .mastodon.adapter import Mastodon
from .sandbox.adapter import Sandbox
from .sandbox.beside import Beside
from .webhook.adapter import Generic


@cache
def all_adapters() -> Mapping[str, Adapter]:
    """Every adapter by its name, sharing one HTTP client."""
    client = http.client(guard=guard(), most=http.MOST_AT_ONCE + settings.STREAMS)  # a stream holds one for long
    atexit.register(client.close)
    adapters: list[Adapter] = [
        Bluesky(client, directory=settings.PLC_DIRECTORY),
        Mastodon(client),
        Sandbox(client),
        Generic(client),
    ]
    return {each.name: each for each in adapters}


def adapter(name: str) -> Adapter:
    """The adapter of one network."""
    found = all_adapters().get(name)
    if found is None:
        raise NotFound(f"Crossdesk does not know the network {name!r:.40}.")
    return found


def webhook_of(name: str) -> Webhook | None:
    """How the network hands in, where it does."""
    found = all_adapters().get(name)
    return found.webhook if isinstance(found, HandsIn) else None


def guard() -> outgoing.Guard:
    """Lets calls go to the open internet, to what an administrator allows, and to the practice network that we started."""
    return outgoing.Guard(_allowed)


def _allowed() -> list[str]:
    practice = urlsplit(Beside(Path(settings.HOME)).host).netloc
    return [*settings.ALLOWED_HOSTS_OUT, *([practice] if practice else [])]
