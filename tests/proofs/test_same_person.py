"""One person on two networks, the sandbox and a signed webhook, both real: one contact after the owner's yes, two again by undo."""

import html
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from crossdesk.channels.networks.webhook.signing import signature
from tests.proofs.company import SLUG, Writer, found, inside
from tests.servers.crossdesk import CrossdeskServer
from tests.servers.sandbox import SandboxServer

ASKED, REVIEWED = "Where is my parcel?", "The kettle leaks."


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    made = SandboxServer(tmp_path_factory.mktemp("sandbox")).start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxServer) -> Iterator[CrossdeskServer]:
    _, token = sandbox.account("nordwind")
    made = found(tmp_path_factory.mktemp("people"), host=sandbox.url, token=token).start()
    yield made
    made.stop()


@pytest.fixture
def owner(server: CrossdeskServer) -> Iterator[Writer]:
    made = Writer(server.url)
    made.sign_in()
    yield made
    made.close()


def write_to_the_shop(owner: Writer, *, page: str) -> None:
    """A review of the shop by somebody who gives that page as theirs."""
    shown = html.unescape(
        owner.post(f"/w/{SLUG}/accounts/connect", network="webhook", name="Shop reviews", reply_url="")
    )
    address, secret = (
        re.search(pattern, shown) for pattern in (r'value="(http[^"]+/in/webhook/[^"]+)"', r'value="(cds_[^"]+)"')
    )
    assert address is not None
    assert secret is not None
    author = {"id": "customer-7", "handle": "rumpel", "name": "Ines F.", "url": page}
    body = json.dumps(
        {"id": "r-1", "kind": "review", "sent_at": datetime.now(UTC).isoformat(), "text": REVIEWED, "author": author}
    ).encode()  # fmt: skip
    signed = {
        "Crossdesk-Signature": signature(body, secret[1], at=datetime.now(UTC)),
        "Content-Type": "application/json",
    }
    answer = httpx.post(address[1], content=body, headers=signed, trust_env=False)
    assert answer.status_code == 202, answer.text


def both_came(owner: Writer) -> list[int]:
    deadline = time.monotonic() + 30
    while len(waiting := owner.waiting()) < 2:
        assert time.monotonic() < deadline, waiting
        time.sleep(0.2)
    return waiting


def of_identities(server: CrossdeskServer) -> set[int]:
    return set(inside(server, "contacts")["identities"].values())


def of_conversations(server: CrossdeskServer) -> set[int]:
    return set(inside(server, "contacts")["conversations"])


def until_they_followed(server: CrossdeskServer, contacts: int) -> None:
    deadline = time.monotonic() + 30
    while len(of_conversations(server)) != contacts:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def pane(owner: Writer, conversation_id: int) -> str:
    return owner.page(f"/w/{SLUG}/inbox/all/{conversation_id}").partition('id="contact"')[2]


def test_one_person_on_two_networks_becomes_one_contact_and_two_again_by_undo(server, sandbox, owner):
    sandbox.say("ines_f82", f"@nordwind {ASKED}")
    write_to_the_shop(owner, page=f"{sandbox.url}/@ines_f82")
    opened = both_came(owner)[0]
    before = pane(owner, opened)
    join = re.search(r'action="([^"]+/same/\d+)"', before)
    assert join is not None, before
    assert (ASKED in before, REVIEWED in before).count(True) == 1
    assert len(of_identities(server)) == 2

    here = f"/w/{SLUG}/inbox/all/{opened}"
    page = owner.post(join[1], back=here, at=here)

    joined = page.partition('id="contact"')[2]
    assert ASKED in joined
    assert REVIEWED in joined
    assert len(of_identities(server)) == 1
    until_they_followed(server, 1)

    entry = re.search(r'name="entry" value="(\d+)"', page)
    assert entry is not None
    owner.post(f"/w/{SLUG}/organisation/put-back", entry=entry[1], back=here, at=here)

    assert len(of_identities(server)) == 2
    until_they_followed(server, 2)
    again = pane(owner, opened)
    assert (ASKED in again, REVIEWED in again).count(True) == 1
    assert 'id="same-person"' in again
