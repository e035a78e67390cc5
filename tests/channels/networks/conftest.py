from collections.abc import Iterator

import httpx
import pytest

from crossdesk.kit import http
from tests.servers.ports import LOOPBACK


@pytest.fixture
def outside() -> Iterator[httpx.Client]:
    """The HTTP client of the adapters, with a short patience."""
    with http.client(guard=LOOPBACK, read=2) as client:
        yield client
