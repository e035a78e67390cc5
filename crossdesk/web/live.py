"""Live lines: server-sent events that say what is new since number N, to those who may see it. Native ASGI.

One hub in the process looks for new numbers (PostgreSQL tells it, SQLite is asked) and wakes the lines. Each line
keeps its own number, so a dropped line that comes back misses nothing.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from crossdesk.channels import queries as channels
from crossdesk.journal import facts, kept
from crossdesk.kit.actor import Actor
from crossdesk.org import queries as org

PATH = re.compile(r"^/w/([-a-zA-Z0-9_]+)/live$")
HEARTBEAT_SECONDS = 15.0
ACTOR_FRESH_SECONDS = 20.0
LOOK_SECONDS = 0.04
REPLAY_MOST = 500

T = TypeVar("T")
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
THREADS = 2
_threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="live")


def matches(path: str) -> bool:
    """Is this the address of a live line?"""
    return PATH.match(path) is not None


@dataclass(slots=True)
class Line:
    """One open page: who looks, and the last number it was told."""

    actor: Actor
    number: int
    actor_made: float


class Hub:
    """Knows the last number of every workspace that somebody listens to, and wakes the listeners."""

    def __init__(self) -> None:
        self._last: dict[int, int] = {}
        self._changed = asyncio.Condition()
        self._listeners = 0
        self._task: asyncio.Task[None] | None = None

    async def enter(self) -> None:
        """A line opened: somebody has to look from now on."""
        self._listeners += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())

    def leave(self) -> None:
        """A line closed."""
        self._listeners -= 1

    async def news(self, workspace_id: int, *, after: int, patience: float) -> bool:
        """Wait until the workspace has a number above `after`, `patience` seconds at most. False: nothing came."""
        async with self._changed:
            try:
                await asyncio.wait_for(
                    self._changed.wait_for(lambda: self._last.get(workspace_id, 0) > after), timeout=patience
                )
            except TimeoutError:
                return False
        return True

    async def _look(self) -> None:
        while self._listeners > 0:
            last = await in_thread(facts.last_numbers)
            if last != self._last:
                async with self._changed:
                    self._last = last
                    self._changed.notify_all()
            await asyncio.sleep(LOOK_SECONDS)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of this event loop."""
    loop = asyncio.get_running_loop()
    return _hubs.setdefault(loop, Hub())


async def in_thread(work: Callable[[], T]) -> T:
    """Run database work beside the loop, on one of two threads that keep their connection."""

    def run() -> T:
        close_old_connections()
        return work()

    return await asyncio.get_running_loop().run_in_executor(_threads, run)


def release() -> None:
    """Let go of the threads' database connections, when the server stops."""
    kept.let_go(_threads, threads=THREADS)


async def live_line(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one line until the browser goes, or its person may no longer look. 404 for everybody else."""
    found = PATH.match(scope["path"])
    slug = found.group(1) if found else ""
    session_key = _session_key(scope)
    actor = await in_thread(lambda: _actor(session_key, slug))
    if actor is None:
        await _refuse(send)
        return
    line = Line(actor=actor, number=await _start(scope, actor), actor_made=asyncio.get_running_loop().time())
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _say(send, f"retry: 1000\nid: {line.number}\nevent: here\ndata: {{}}\n\n")
    await hub().enter()
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await _talk(line, session_key, slug, send, gone)
    finally:
        gone.cancel()
        hub().leave()


async def _talk(line: Line, session_key: str, slug: str, send: Send, gone: "asyncio.Task[None]") -> None:
    while not gone.done():
        listening = asyncio.create_task(
            hub().news(line.actor.workspace_id, after=line.number, patience=HEARTBEAT_SECONDS)
        )
        await asyncio.wait({listening, gone}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            listening.cancel()
            return
        if not listening.result():
            await _say(send, ": still here\n\n")
            continue
        heard = await in_thread(lambda: facts.heard_since(line.actor.workspace_id, line.number, limit=REPLAY_MOST))
        stale = asyncio.get_running_loop().time() - line.actor_made > ACTOR_FRESH_SECONDS
        if stale or any(fact.wall_id is not None or fact.conversation_id is None for fact in heard):
            actor = await in_thread(lambda: _actor(session_key, slug))
            if actor is None:
                return
            line.actor, line.actor_made = actor, asyncio.get_running_loop().time()
        line.number = max((fact.number for fact in heard), default=line.number)
        seen = [fact for fact in heard if _may_hear(line.actor, fact)]
        if seen:
            await _say(send, _news(line.number, seen))


def _may_hear(actor: Actor, fact: facts.Heard) -> bool:
    return (
        fact.conversation_id is not None
        and fact.account_id is not None
        and actor.has_account("monitor", fact.account_id)
        and (fact.wall_id is None or fact.wall_id in actor.walls)
    )


def _news(number: int, seen: list[facts.Heard]) -> str:
    data = {
        "number": number,
        "conversations": sorted({fact.conversation_id for fact in seen if fact.conversation_id}),
        "kinds": sorted({fact.kind for fact in seen}),
    }
    return f"id: {number}\nevent: news\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


async def _start(scope: dict[str, Any], actor: Actor) -> int:
    """Where to begin: after the browser's last event, else after `since`, else now."""
    headers = dict(scope["headers"])
    asked = (
        headers.get(b"last-event-id", b"").decode() or parse_qs(scope["query_string"].decode()).get("since", [""])[0]
    )
    last = await in_thread(lambda: facts.last_number(actor.workspace_id))
    return min(int(asked), last) if asked.isdigit() else last


def _session_key(scope: dict[str, Any]) -> str:
    headers = dict(scope["headers"])
    return parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")


def _actor(session_key: str, slug: str) -> Actor | None:
    """Who looks, made afresh from the session; None when they may not (any more)."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)  # also tests that the password is still the one of the sign-in
    member = org.member_of(user_id=user.pk, slug=slug) if user.is_authenticated else None
    return channels.actor_of(member) if member else None


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"Not found"})
