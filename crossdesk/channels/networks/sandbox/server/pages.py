"""The few pages that a person sees: sign in and allow, a profile, a thread, the newest posts."""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from crossdesk.kit import clock

from . import accounts, people, pictures, posts
from .api import Call
from .trouble import Trouble, not_found
from .wire import Answer, page, redirect

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #1d2733;
  background: #f6f7f9 }
article, form { background: #fff; border: 1px solid #dde2e8; border-radius: 8px; padding: 1rem; margin: 0 0 1rem }
article img { display: block; max-width: 100%; border-radius: 6px } small { color: #5b6775 } p { white-space: pre-wrap; margin: .5rem 0 }
button { font: inherit; padding: .4rem 1rem; margin-right: .5rem } label { display: block; margin: .25rem 0 }
a { color: #0b5cad }
"""
NEWEST = 40


def authorize(call: Call) -> Answer:
    """Ask whether an application may read and write for an account."""
    ask = call.request.query
    with call.network.store.read() as db:
        app = accounts.app_for(db, client_id=ask.get("client_id", ""), redirect_uri=ask.get("redirect_uri", ""))
        companies = accounts.brands(db)
    kept = ("client_id", "redirect_uri", "state", "scope", "code_challenge")
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(ask.get(name, ""))}">' for name in kept)
    choices = "".join(
        f'<label><input type="radio" name="handle" value="{escape(row["handle"])}" required{" checked" * (not place)}> '
        f"{escape(row['name'])} <small>@{escape(row['handle'])}</small></label>"
        for place, row in enumerate(companies)
    )
    other = '<label>Another account, made if it is new: <input name="new_handle" pattern="[A-Za-z0-9_.\\-]+"></label>'
    return _page(
        "Allow access?",
        f"<form method='post' action='/authorize'><h1>Allow access?</h1><p>{escape(app['name'])} asks to read and write "
        f"for one of your accounts on the Sandbox.</p>{hidden}{choices}{other}"
        "<p><button name='answer' value='allow'>Allow</button>"
        "<button name='answer' value='deny' formnovalidate>Deny</button></p></form>",
    )


def decide(call: Call) -> Answer:
    """Somebody pressed Allow or Deny: send the browser back to the application."""
    said, now = call.request.form(), clock.now()
    uri, state = said.get("redirect_uri", ""), said.get("state", "")
    with call.network.store.change() as db:
        accounts.app_for(db, client_id=said.get("client_id", ""), redirect_uri=uri)
        if said.get("answer") != "allow":
            return redirect(_with(uri, {"error": "access_denied", "state": state}))
        if said.get("new_handle"):
            accounts.make(db, handle=said["new_handle"], kind="brand", now=now)
        code = accounts.allow(
            db,
            client_id=said.get("client_id", ""),
            redirect_uri=uri,
            handle=said.get("new_handle") or said.get("handle", ""),
            scope=said.get("scope", ""),
            challenge=said.get("code_challenge", ""),
            now=now,
        )
    return redirect(_with(uri, {"code": code, "state": state}))


def home(call: Call) -> Answer:
    """The newest public posts."""
    with call.network.store.read() as db:
        rows = db.execute(
            "SELECT id FROM posts WHERE visibility = 'public' AND deleted_at IS NULL ORDER BY id DESC LIMIT ?", [NEWEST]
        ).fetchall()
        shown = [posts.shown(db, row["id"], base=call.network.base) for row in rows]
        companies = accounts.brands(db)
    to = f"@{companies[0]['handle']} " if companies else ""
    return _page("Sandbox", f"<h1>Sandbox</h1>{_writing(to)}{_articles(shown)}")


def thread(call: Call) -> Answer:
    """A post in its thread, as the public sees it."""
    with call.network.store.read() as db:
        ids = posts.thread(db, call.post_id, viewer_id=None)
        shown = [posts.shown(db, each, base=call.network.base) for each in ids]
    return _page("A thread", f"<h1>Thread</h1>{_articles(shown)}{_writing('', parent=call.post_id)}")


def write(call: Call) -> Answer:
    """Somebody wrote something on one of our own pages, as whoever they say they are: it is a sandbox."""
    if call.request.headers.get("origin", call.network.base) != call.network.base:
        raise Trouble(403, "not_allowed", "Write on the pages of the sandbox itself.")
    wish: dict[str, str] = call.request.form()
    with call.network.store.change() as db:
        post_id = people.say(
            db, {**wish, "handle": wish["handle"].lstrip("@")}, base=call.network.base, now=clock.now()
        )
    return redirect("/" if wish.get("visibility") == "direct" else f"/posts/{post_id}")


def profile(call: Call) -> Answer:
    """An account and its newest public posts."""
    with call.network.store.read() as db:
        row = accounts.by_handle(db, call.path["handle"])
        ids = db.execute(
            "SELECT id FROM posts WHERE account_id = ? AND visibility = 'public' AND deleted_at IS NULL "
            "ORDER BY id DESC LIMIT ?",
            [row["id"], NEWEST],
        ).fetchall()
        shown = [posts.shown(db, each["id"], base=call.network.base) for each in ids]
    head = f"<h1>{escape(row['name'])}</h1><p>{escape(row['bio'])}</p><small>@{escape(row['handle'])}</small>"
    return _page(row["name"], head + _articles(shown))


def avatar(call: Call) -> Answer:
    """The picture of an account."""
    with call.network.store.read() as db:
        row = accounts.by_handle(db, call.path["handle"])
    return Answer(pictures.avatar(row["name"], row["hue"]).encode(), content_type="image/svg+xml")


def media(call: Call) -> Answer:
    """A file, as long as its post is there."""
    with call.network.store.read() as db:
        row = db.execute("SELECT mime, content FROM media WHERE id = ?", [int(call.path["id"])]).fetchone()
    if row is None or not row["content"]:
        raise not_found("file")
    return Answer(bytes(row["content"]), content_type=row["mime"])


def _writing(text: str, *, parent: int | None = None) -> str:
    hidden = f"<input type='hidden' name='parent' value='{parent}'>" if parent else ""
    return (
        f"<form method='post' action='/write'>{hidden}<label>Write as <input name='handle' required "
        "pattern='@?[A-Za-z0-9_.\\-]+' placeholder='your.name'></label>"
        f"<label><textarea name='text' rows='3' cols='60' required aria-label='Text'>{escape(text)}</textarea></label>"
        "<p><button name='visibility' value='public'>Post</button>"
        "<button name='visibility' value='direct'>Send to those named alone</button></p></form>"
    )


def _articles(shown: Iterable[Mapping[str, Any]]) -> str:
    return "".join(
        f"<article id='post-{post['id']}'><b>{escape(post['author']['name'])}</b> "
        f"<small>@{escape(post['author']['handle'])} · <a href='{escape(post['url'])}'>{post['sent_at'][:16]}</a>"
        f"{' · edited' if post['edited_at'] else ''}</small><p>{escape(post['text'])}</p>"
        + "".join(f"<img src='{escape(item['url'])}' alt='{escape(item['alt'])}'>" for item in post["media"])
        + f"<small>{post['favourites']} favourites, {post['reposts']} reposts, {post['replies']} replies</small></article>"
        for post in shown
    )


def _page(title: str, body: str) -> Answer:
    return page(
        f"<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<link rel='icon' href='data:,'><title>{escape(title)}</title><style>{STYLE}</style><main>{body}</main></html>"
    )


def _with(uri: str, values: Mapping[str, str]) -> str:
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(values)}"


ROUTES: list[tuple[str, re.Pattern[str], Callable[[Call], Answer]]] = [
    (method, re.compile(path), function)
    for method, path, function in (
        ("GET", r"/", home),
        ("POST", r"/write", write),
        ("GET", r"/authorize", authorize),
        ("POST", r"/authorize", decide),
        ("GET", r"/posts/(?P<id>\d{1,18})", thread),
        ("GET", r"/@(?P<handle>[\w.-]+)", profile),
        ("GET", r"/avatars/(?P<handle>[\w.-]+)\.svg", avatar),
        ("GET", r"/media/(?P<id>\d{1,18})/[\w.-]+", media),
    )
]
