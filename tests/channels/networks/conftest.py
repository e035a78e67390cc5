from collections.abc import Iterator

import httpx
import pytest

from crossdesk.kit import http
from tests.servers.bluesky import bluesky
from tests.servers.mastodon import mastodon
from tests.servers.ports import LOOPBACK
from tests.servers.rude import rude
from tests.servers.sandbox import sandbox
from tests.servers.snac import snac

__all__ = ["bluesky", "mastodon", "rude", "sandbox", "snac"]


@pytest.fixture
def outside() -> Iterator[httpx.Client]:
    """The HTTP client of the adapters, with a short patience."""
    with http.client(guard=LOOPBACK, read=2) as client:
        yield client
