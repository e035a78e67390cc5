"""All networks that Crossdesk speaks to. The one place that knows the adapters."""

import atexit
from collections.abc import Mapping
from functools import cache

from crossdesk.channels.ports import Adapter
from crossdesk.kit import http
from crossdesk.kit.errors import NotFound

from .mastodon.adapter import Mastodon
from .sandbox.adapter import Sandbox


@cache
def all_adapters() -> Mapping[str, Adapter]:
    """Every adapter by its name, sharing one HTTP client."""
    client = http.client()
    atexit.register(client.close)
    adapters: list[Adapter] = [Mastodon(client), Sandbox(client)]
    return {each.name: each for each in adapters}


def adapter(name: str) -> Adapter:
    """The adapter of one network."""
    found = all_adapters().get(name)
    if found is None:
        raise NotFound(f"Crossdesk does not know the network {name!r:.40}.")
    return found
