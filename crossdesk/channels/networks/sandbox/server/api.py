"""What applications call: `/api/…` and `/oauth/…`. Each function is one operation; the table at the end names them."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from crossdesk.kit import clock

from . import accounts, config, people, posts
from .faults import Faults
from .store import Store
from .trouble import invalid
from .wire import Answer, Request, said

MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Network:
    """Everything that an operation may use."""

    store: Store
    faults: Faults
    people: people.People
    base: str  # http://host:port


@dataclass(frozen=True, slots=True)
class Call:
    """One request of one signed-in account (none for open operations)."""

    network: Network
    request: Request
    path: re.Match[str]
    me: sqlite3.Row | None = None

    @property
    def my_id(self) -> int:
        """Id of the account that is signed in."""
        return int(self.me["id"]) if self.me is not None else 0

    @property
    def post_id(self) -> int:
        """The post that the path names."""
        return int(self.path["id"])


def server(call: Call) -> Answer:
    """What the network allows."""
    with call.network.store.read() as db:
        limits = {name: config.get(db, name) for name in ("max_text", "max_media", "max_media_bytes", "idempotency")}
    return said({"name": "Sandbox", "media_types": list(posts.MEDIA_TYPES), "scopes": list(accounts.SCOPES), **limits})


def register(call: Call) -> Answer:
    """Register an application."""
    wish = call.request.json()
    with call.network.store.change() as db:
        app = accounts.register(
            db, name=str(wish.get("name", "")), redirect_uri=str(wish.get("redirect_uri", "")), now=clock.now()
        )
    return said(app, status=201)


def token(call: Call) -> Answer:
    """A token for a code."""
    wish = call.request.form()
    with call.network.store.change() as db:
        granted = accounts.exchange(
            db,
            code=wish.get("code", ""),
            client_id=wish.get("client_id", ""),
            client_secret=wish.get("client_secret", ""),
            redirect_uri=wish.get("redirect_uri", ""),
            verifier=wish.get("code_verifier", ""),
            now=clock.now(),
        )
    return said(granted)


def me(call: Call) -> Answer:
    """Who is signed in."""
    assert call.me is not None
    return said(accounts.shown(call.me, base=call.network.base))


def account(call: Call) -> Answer:
    """Any account, by its handle."""
    with call.network.store.read() as db:
        return said(accounts.shown(accounts.by_handle(db, call.path["handle"]), base=call.network.base))


def events(call: Call) -> Answer:
    """My feed after a number, oldest first."""
    after, limit = _number(call, "after", 0), min(_number(call, "limit", 80), MOST_EVENTS)
    with call.network.store.read() as db:
        rows = db.execute(
            "SELECT * FROM events WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?", [call.my_id, after, limit + 1]
        ).fetchall()
    chosen = rows[:limit]
    listed: list[dict[str, Any]] = [{"id": str(row["id"]), **json.loads(row["body"])} for row in chosen]
    answer = {
        "events": call.network.faults.disturb(listed, call.me["handle"] if call.me is not None else ""),
        "next": str(chosen[-1]["id"] if chosen else after),
        "has_more": len(rows) > limit,
    }
    return said(answer)


def post(call: Call) -> Answer:
    """Post. With a key that was used before it answers with the post of then."""
    wish = call.request.json()
    draft = posts.Draft(
        text=str(wish.get("text", "")),
        visibility=str(wish.get("visibility", "public")),
        parent_id=_id(wish["parent"]) if wish.get("parent") else None,
        media_ids=[_id(media_id) for media_id in wish.get("media") or ()],
        language=str(wish.get("language") or ""),
        key=call.request.headers.get("idempotency-key", ""),
    )
    now = clock.now()
    with call.network.store.change() as db:
        post_id, new = posts.make(db, account_id=call.my_id, draft=draft, base=call.network.base, now=now)
        if new:
            people.answered(db, post_id=post_id, now=now)
        shown = posts.shown(db, post_id, base=call.network.base, viewer_id=call.my_id)
    call.network.people.wake()
    return said(shown, status=201 if new else 200)


def find(call: Call) -> Answer:
    """My own posts by key, parent, since and text."""
    where = {name: value for name, value in call.request.query.items() if value}
    if "parent" in where:
        where["parent"] = str(_id(where["parent"]))
    with call.network.store.read() as db:
        ids = posts.find(db, account_id=call.my_id, where=where)
        return said([posts.shown(db, each, base=call.network.base, viewer_id=call.my_id) for each in ids])


def read(call: Call) -> Answer:
    """One post."""
    with call.network.store.read() as db:
        posts.existing(db, call.post_id, viewer_id=call.my_id)
        return said(posts.shown(db, call.post_id, base=call.network.base, viewer_id=call.my_id))


def thread(call: Call) -> Answer:
    """The thread that a post stands in."""
    with call.network.store.read() as db:
        ids = posts.thread(db, call.post_id, viewer_id=call.my_id)
        return said([posts.shown(db, each, base=call.network.base, viewer_id=call.my_id) for each in ids])


def history(call: Call) -> Answer:
    """All versions of a post, oldest first."""
    with call.network.store.read() as db:
        posts.existing(db, call.post_id, viewer_id=call.my_id)
        rows = db.execute("SELECT text, at FROM versions WHERE post_id = ? ORDER BY number", [call.post_id])
        return said([dict(row) for row in rows])


def edit(call: Call) -> Answer:
    """Change the words of a post of mine."""
    text = str(call.request.json().get("text", ""))
    with call.network.store.change() as db:
        posts.edit(db, account_id=call.my_id, post_id=call.post_id, text=text, base=call.network.base, now=clock.now())
        return said(posts.shown(db, call.post_id, base=call.network.base, viewer_id=call.my_id))


def delete(call: Call) -> Answer:
    """Take away a post of mine."""
    with call.network.store.change() as db:
        posts.delete(db, account_id=call.my_id, post_id=call.post_id, base=call.network.base, now=clock.now())
    return said({"id": str(call.post_id), "deleted": True})


def react(call: Call) -> Answer:
    """Favourite or repost."""
    with call.network.store.change() as db:
        posts.react(
            db,
            account_id=call.my_id,
            post_id=call.post_id,
            kind=call.path["kind"],
            base=call.network.base,
            now=clock.now(),
        )
        return said(posts.shown(db, call.post_id, base=call.network.base, viewer_id=call.my_id))


def upload(call: Call) -> Answer:
    """Keep a file for a post that follows. The body is the file; alt and name stand in the query."""
    with call.network.store.change() as db:
        row = posts.keep_media(
            db,
            account_id=call.my_id,
            content=call.request.body,
            mime=call.request.headers.get("content-type", "").split(";")[0].strip(),
            name=call.request.query.get("name", ""),
            alt=call.request.query.get("alt", ""),
        )
        return said(posts.media_shown(row, base=call.network.base), status=201)


def _number(call: Call, name: str, otherwise: int) -> int:
    value = call.request.query.get(name, "")
    return int(value) if value.isdecimal() else otherwise


def _id(value: Any) -> int:
    if not str(value).isdecimal() or len(str(value)) > 18:
        raise invalid(f"{value!r:.60} is not an id.")
    return int(str(value))


# method, path, operation (what trouble is told to wait for), right that is needed ("" for none), function
ROUTES: list[tuple[str, re.Pattern[str], str, str, Callable[[Call], Answer]]] = [
    (method, re.compile(path), operation, scope, function)
    for method, path, operation, scope, function in (
        ("GET", r"/api/server", "server", "", server),
        ("POST", r"/api/apps", "apps", "", register),
        ("POST", r"/oauth/token", "oauth", "", token),
        ("GET", r"/api/me", "me", "read", me),
        ("GET", r"/api/accounts/(?P<handle>[\w.-]+)", "accounts", "read", account),
        ("GET", r"/api/events", "events", "read", events),
        ("POST", r"/api/posts", "post", "write", post),
        ("GET", r"/api/posts", "find", "read", find),
        ("GET", r"/api/posts/(?P<id>\d{1,18})", "read", "read", read),
        ("PUT", r"/api/posts/(?P<id>\d{1,18})", "edit", "write", edit),
        ("DELETE", r"/api/posts/(?P<id>\d{1,18})", "delete", "write", delete),
        ("GET", r"/api/posts/(?P<id>\d{1,18})/thread", "thread", "read", thread),
        ("GET", r"/api/posts/(?P<id>\d{1,18})/history", "history", "read", history),
        ("POST", r"/api/posts/(?P<id>\d{1,18})/(?P<kind>favourite|repost)", "react", "write", react),
        ("POST", r"/api/media", "media", "write", upload),
    )
]
