"""What several tests of sign-ins look at: which calls were made, what is kept, and many who need it at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from django.db import connection

from crossdesk.channels import seal, sessions
from crossdesk.channels.models import Account, Credential
from crossdesk.channels.networks import registry
from crossdesk.channels.networks.bluesky.adapter import Bluesky
from crossdesk.kit import http
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.ports import LOOPBACK


class Counted(httpx.BaseTransport):
    """Hands calls on and writes down which were made, and how each was signed."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.made = inner, list[tuple[str, str, int]]()
        self.client: httpx.Client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        signed = request.headers.get("authorization", "").partition(" ")[0]
        self.made.append((request.url.path, signed if "dpop" in request.headers else "", answer.status_code))
        return answer

    def of(self, path: str) -> list[int]:
        """How each call of this path was answered."""
        return [status for made, _, status in self.made if made.endswith(path)]


@contextmanager
def counting(bluesky: BlueskyNetwork, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """The adapter that the registry hands out, with its calls written down."""
    with http.client(guard=LOOPBACK, read=15) as client:
        client._transport = counted = Counted(client._transport)
        counted.client = client
        monkeypatch.setitem(registry.all_adapters(), "bluesky", Bluesky(client, directory=bluesky.plc))
        yield counted


def kept(account: Account) -> dict[str, str]:
    """The secrets of an account."""
    return seal.unseal(Credential.objects.get(account=account))


def keep(account: Account, **changed: str) -> None:
    """Some of them changed, as time or somebody else would do it."""
    made = seal.seal({**kept(account), **changed})
    Credential.objects.filter(account=account).update(sealed=made.sealed, key_id=made.key_id)


def verified_by_four_at_once(account: Account) -> list[str]:
    """Whom the network takes each of four workers for."""
    together, seen = threading.Barrier(4), list[str]()

    def one() -> None:
        try:
            session = sessions.open_session(account)
            together.wait(timeout=10)
            seen.append(session.verify().external_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return seen
