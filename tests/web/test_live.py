"""Live lines: what is new since N, to those who may see it, and nobody else."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from crossdesk.channels.models import Account, AccountAccess
from crossdesk.journal import facts
from crossdesk.journal.events import FactBody
from crossdesk.kit.actor import system
from crossdesk.org.models import Member
from crossdesk.web.live import in_thread, live_line, release
from tests.org.factories import MemberFactory, WallFactory, WallMemberFactory

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stirred(FactBody):
    spoon: int = 1


class Browser:
    """One open line: reads the events that come."""

    def __init__(self, cookie: str, slug: str, since: str = "0"):
        self.chunks: asyncio.Queue = asyncio.Queue()
        self.gone = asyncio.Event()
        self.scope = {
            "type": "http",
            "path": f"/w/{slug}/live",
            "query_string": f"since={since}".encode(),
            "headers": [(b"cookie", f"sessionid={cookie}".encode())],
        }

    async def __aenter__(self):
        self.task = asyncio.create_task(live_line(self.scope, self._receive, self.chunks.put))
        self.start = await asyncio.wait_for(self.chunks.get(), 5)
        return self

    async def __aexit__(self, *_):
        self.gone.set()
        await asyncio.wait_for(self.task, 5)

    async def _receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def heard(self, patience: float = 3.0) -> dict | None:
        """The next news, or None when none comes."""
        while True:
            try:
                chunk = await asyncio.wait_for(self.chunks.get(), patience)
            except TimeoutError:
                return None
            text = chunk["body"].decode()
            if "event: news" in text:
                news: dict = json.loads(text.split("data: ")[1])
                return news


@pytest.fixture
def onlooker(transactional_db):
    member = MemberFactory()
    account = Account.objects.create(
        workspace=member.workspace, network="sandbox", host="h", external_id="1", handle="brand",
        state_since=NOON, connected_at=NOON,
    )  # fmt: skip
    AccountAccess.objects.create(account=account, department=member.departments.get())
    yield member, account
    release()


def cookie_of(member: Member) -> str:
    client = Client()
    client.force_login(member.user)
    assert client.session[SESSION_KEY] == str(member.user_id)
    return client.cookies["sessionid"].value


def tell(workspace_id: int, account_id: int | None, conversation_id: int = 5, wall_id: int | None = None) -> None:
    body = Stirred(account_id=account_id, conversation_id=conversation_id, wall_id=wall_id)
    facts.publish(body, by=system(workspace_id), at=NOON)
    facts.number_waiting()


def test_a_line_hears_what_comes_and_what_came_while_it_was_away(onlooker):
    member, account = onlooker
    tell(member.workspace_id, account.pk, 1)

    async def scene():
        async with Browser(cookie_of_member, member.workspace.slug) as browser:
            first = await browser.heard()
            await in_thread(lambda: tell(member.workspace_id, account.pk, 2))
            second = await browser.heard()
        return browser.start["status"], first, second

    cookie_of_member = cookie_of(member)

    assert asyncio.run(scene()) == (
        200,
        {"number": 1, "conversations": [1], "kinds": ["Stirred"]},
        {"number": 2, "conversations": [2], "kinds": ["Stirred"]},
    )


def test_nobody_hears_of_other_accounts_or_from_behind_a_wall(onlooker):
    member, account = onlooker
    outside, inside = WallFactory(workspace=member.workspace), WallFactory(workspace=member.workspace)
    WallMemberFactory(wall=inside, member=member)
    tell(member.workspace_id, account.pk + 1, 1)
    tell(member.workspace_id, account.pk, 2, wall_id=outside.pk)
    tell(member.workspace_id, account.pk, 3, wall_id=inside.pk)
    cookie = cookie_of(member)

    async def scene():
        async with Browser(cookie, member.workspace.slug) as browser:
            return await browser.heard(), await browser.heard(0.5)

    assert asyncio.run(scene()) == ({"number": 3, "conversations": [3], "kinds": ["Stirred"]}, None)


def test_strangers_and_the_signed_out_get_404(onlooker):
    member, _ = onlooker
    stranger = cookie_of(MemberFactory())

    async def scene():
        statuses = []
        for cookie in (stranger, "nonsense", ""):
            async with Browser(cookie, member.workspace.slug) as browser:
                statuses.append(browser.start["status"])
        return statuses

    assert asyncio.run(scene()) == [404, 404, 404]
