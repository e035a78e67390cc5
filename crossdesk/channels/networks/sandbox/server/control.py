"""What a test or the demo tells the network to do: `/control/…`. Open to everybody on this machine, by design."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from crossdesk.kit import clock

from . import accounts, config, people, posts
from .api import Call
from .store import forget, stamp
from .trouble import Trouble, invalid
from .wire import Answer, said


def make_account(call: Call) -> Answer:
    """An account with a fresh token: {handle, name, bio, kind, followers, hue, scope}."""
    wish, now = call.request.json(), clock.now()
    with call.network.store.change() as db:
        row = accounts.make(
            db,
            handle=_word(wish, "handle"),
            name=wish.get("name", ""),
            bio=wish.get("bio", ""),
            kind=wish.get("kind", "brand"),
            followers=int(wish.get("followers", 0)),
            hue=wish.get("hue"),
            now=now,
        )
        token = accounts.token_for(db, account_id=row["id"], scope=wish.get("scope", "read write"), now=now)
    return said({**accounts.shown(row, base=call.network.base), "token": token}, status=201)


def say(call: Call) -> Answer:
    """Somebody says something: {handle, text, visibility, parent, media: [{alt, mime, base64}], follow_ups}."""
    wish = _with_files(call.request.json())
    with call.network.store.change() as db:
        post_id = people.say(db, wish, base=call.network.base, now=clock.now())
        if "follow_ups" in wish:
            people.expect(db, handle=wish["handle"], follow_ups=wish["follow_ups"])
        return said(posts.shown(db, post_id, base=call.network.base), status=201)


def load(call: Call) -> Answer:
    """Many posts of the past in one go: {posts: [{ref, …as in say, parent_ref, sent_at}]}. Answers {ids: {ref: id}}.

    Nobody is told of them and nobody reacts: this is how a company's past comes to be.
    """
    ids: dict[str, str] = {}
    with call.network.store.change() as db:
        for wish in call.request.json().get("posts", ()):
            ids[str(wish["ref"])] = str(_load_one(db, wish, ids=ids, call=call))
    return said({"ids": ids}, status=201)


def _load_one(db: sqlite3.Connection, wish: Mapping[str, Any], *, ids: Mapping[str, str], call: Call) -> int:
    sent_at = datetime.fromisoformat(wish["sent_at"])
    parent = ids.get(str(wish["parent_ref"])) if wish.get("parent_ref") else wish.get("parent")
    before = db.execute("SELECT coalesce(max(id), 0) AS id FROM events").fetchone()["id"]
    post_id = people.say(db, {**_with_files(wish), "parent": parent}, base=call.network.base, now=sent_at)
    if wish.get("edited_to"):
        author = accounts.by_handle(db, wish["handle"])["id"]
        edited_at = datetime.fromisoformat(wish.get("edited_at") or wish["sent_at"])
        text = wish["edited_to"]
        posts.edit(db, account_id=author, post_id=post_id, text=text, base=call.network.base, now=edited_at)
    if wish.get("deleted"):
        author = accounts.by_handle(db, wish["handle"])["id"]
        posts.delete(db, account_id=author, post_id=post_id, base=call.network.base, now=sent_at)
    if "follow_ups" in wish:
        people.expect(db, handle=wish["handle"], follow_ups=wish["follow_ups"])
    if not wish.get("tell"):
        db.execute("DELETE FROM events WHERE id > ?", [before])
    return post_id


def change(call: Call) -> Answer:
    """Somebody edits, deletes or reacts: {do: edit|delete|favourite|repost, id, text, handle (for reactions)}."""
    wish, now, base = call.request.json(), clock.now(), call.network.base
    post_id = int(_word(wish, "id"))
    with call.network.store.change() as db:
        row = db.execute("SELECT account_id FROM posts WHERE id = ?", [post_id]).fetchone()
        author = row["account_id"] if row else 0
        if wish.get("do") == "edit":
            posts.edit(db, account_id=author, post_id=post_id, text=_word(wish, "text"), base=base, now=now)
        elif wish.get("do") == "delete":
            posts.delete(db, account_id=author, post_id=post_id, base=base, now=now)
        elif wish.get("do") in ("favourite", "repost"):
            who = accounts.make(db, handle=_word(wish, "handle"), now=now)["id"]
            posts.react(db, account_id=who, post_id=post_id, kind=wish["do"], base=base, now=now)
        else:
            raise invalid("do is one of edit, delete, favourite, repost.")
    return said({"id": str(post_id)})


def fail(call: Call) -> Answer:
    """Switch trouble on; see `faults.Fault` for its words."""
    call.network.faults.add(call.request.json())
    return said(call.network.faults.listed())


def clear(call: Call) -> Answer:
    """Switch all trouble off."""
    call.network.faults.clear()
    return said([])


def settings(call: Call) -> Answer:
    """Change settings: {idempotency, max_text, rate, react, react_after, seed, budget, …}. Answers with all of them."""
    wish = call.request.json()
    with call.network.store.change() as db:
        for name, value in wish.items():
            if name == "rate":
                call.network.people.set_rate(db, float(value))
            else:
                config.put(db, name, value)
        now_set = config.everything(db)
    call.network.people.wake()
    return said(now_set)


def end_tokens(call: Call) -> Answer:
    """End all sign-ins of an account: {handle, how: expired|revoked}."""
    wish = call.request.json()
    with call.network.store.change() as db:
        ended = accounts.end_tokens(db, handle=_word(wish, "handle"), how=_word(wish, "how"), now=clock.now())
    return said({"ended": ended})


def wipe(call: Call) -> Answer:
    """Forget everything: accounts, posts, settings, plans and trouble."""
    with call.network.store.change() as db:
        forget(db)
    call.network.faults.clear()
    call.network.faults.counts.clear()
    return said({})


def all_posts(call: Call) -> Answer:
    """All posts that the network holds, deleted ones too, oldest first; ?handle= and ?after= (id) narrow it."""
    handle, after = call.request.query.get("handle", ""), call.request.query.get("after", "0")
    with call.network.store.read() as db:
        rows = db.execute(
            "SELECT p.id, p.deleted_at FROM posts p JOIN accounts a ON a.id = p.account_id "
            "WHERE (?1 = '' OR a.handle = ?1) AND p.id > ?2 ORDER BY p.id",
            [handle, int(after)],
        ).fetchall()
        listed = [
            posts.shown(db, row["id"], base=call.network.base) | {"deleted_at": row["deleted_at"]} for row in rows
        ]
    return said(listed)


def state(call: Call) -> Answer:
    """Settings, trouble that is on and that was met, and what is planned."""
    with call.network.store.read() as db:
        plans = db.execute("SELECT due_at, body FROM plans WHERE done_at IS NULL ORDER BY due_at, id").fetchall()
        posted = db.execute("SELECT count(*) AS n FROM posts").fetchone()["n"]
        answer = {
            "settings": config.everything(db),
            "stories": people.position(db),
            "posts": posted,
            "plans": [dict(plan) for plan in plans],
            "trouble": call.network.faults.listed(),
            "met": call.network.faults.counts,
            "now": stamp(clock.now()),
        }
    return said(answer)


def _with_files(wish: Mapping[str, Any]) -> dict[str, Any]:
    try:
        media = [
            {**item, "content": base64.b64decode(item["base64"], validate=True)} if "base64" in item else item
            for item in wish.get("media") or ()
        ]
    except (binascii.Error, ValueError) as error:
        raise Trouble(422, "invalid", "A file's base64 cannot be read.") from error
    return {**wish, "media": media}


def _word(wish: Mapping[str, Any], name: str) -> str:
    value = str(wish.get(name) or "")
    if not value:
        raise invalid(f"{name} is missing.")
    return value


ROUTES: list[tuple[str, re.Pattern[str], Callable[[Call], Answer]]] = [
    (method, re.compile(path), function)
    for method, path, function in (
        ("POST", r"/control/accounts", make_account),
        ("POST", r"/control/say", say),
        ("POST", r"/control/load", load),
        ("POST", r"/control/change", change),
        ("POST", r"/control/fail", fail),
        ("POST", r"/control/clear", clear),
        ("POST", r"/control/settings", settings),
        ("POST", r"/control/tokens", end_tokens),
        ("POST", r"/control/wipe", wipe),
        ("GET", r"/control/posts", all_posts),
        ("GET", r"/control/state", state),
    )
]
