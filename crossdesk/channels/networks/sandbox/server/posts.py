"""Posts, replies, edits, deletions and reactions. Every change writes the events that others see, in its transaction."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from . import accounts, config
from .store import stamp
from .trouble import Trouble, invalid, not_found

VISIBILITIES = ("public", "unlisted", "private", "direct")
NAMED = re.compile(r"(?<![\w@/.])@([A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*)")
MEDIA_KINDS = {"image": "image", "video": "video", "audio": "audio"}
MEDIA_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "audio/mpeg")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to post."""

    text: str
    visibility: str = "public"
    parent_id: int | None = None
    media_ids: Sequence[int] = ()
    language: str = ""
    key: str = ""


def make(db: sqlite3.Connection, *, account_id: int, draft: Draft, base: str, now: datetime) -> tuple[int, bool]:
    """Post. Returns its id, and whether it is new: with a key that was used before it is the post of then."""
    key = draft.key if config.get(db, "idempotency") else ""
    if key and (earlier := by_key(db, account_id=account_id, key=key)) is not None:
        return earlier, False
    parent = existing(db, draft.parent_id, viewer_id=account_id) if draft.parent_id is not None else None
    visibility = "direct" if parent and parent["visibility"] == "direct" else draft.visibility
    _refuse_what_is_wrong(db, draft=draft)
    post_id = db.execute(
        "INSERT INTO posts (account_id, text, visibility, parent_id, root_id, language, sent_at, key) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            account_id,
            draft.text,
            visibility,
            parent["id"] if parent else None,
            parent["root_id"] if parent else None,
            draft.language,
            stamp(now),
            key or None,
        ],
    ).lastrowid
    if parent is None:
        db.execute("UPDATE posts SET root_id = id WHERE id = ?", [post_id])
    db.execute(
        "INSERT INTO versions (post_id, number, text, at) VALUES (?, 1, ?, ?)", [post_id, draft.text, stamp(now)]
    )
    _name_people(db, post_id=post_id, text=draft.text)
    _attach(db, post_id=post_id, account_id=account_id, media_ids=draft.media_ids)
    tell(db, "post", post_id=post_id, base=base, now=now)
    return post_id, True


def edit(db: sqlite3.Connection, *, account_id: int, post_id: int, text: str, base: str, now: datetime) -> None:
    """Change the words; earlier ones stay in the history."""
    post = own(db, account_id=account_id, post_id=post_id)
    _refuse_what_is_wrong(db, draft=Draft(text=text), has_media=bool(media_of(db, post_id)))
    db.execute("UPDATE posts SET text = ?, edited_at = ? WHERE id = ?", [text, stamp(now), post["id"]])
    db.execute(
        "INSERT INTO versions (post_id, number, text, at) "
        "SELECT post_id, max(number) + 1, ?, ? FROM versions WHERE post_id = ?",
        [text, stamp(now), post_id],
    )
    _name_people(db, post_id=post_id, text=text)
    tell(db, "edit", post_id=post_id, base=base, now=now)


def delete(db: sqlite3.Connection, *, account_id: int, post_id: int, base: str, now: datetime) -> None:
    """Take a post away. Its words are gone; that it was there stays known to us."""
    own(db, account_id=account_id, post_id=post_id)
    receivers = _receivers(db, post_id)
    db.execute("UPDATE posts SET deleted_at = ?, text = '' WHERE id = ?", [stamp(now), post_id])
    db.execute("UPDATE versions SET text = '' WHERE post_id = ?", [post_id])
    db.execute("UPDATE media SET content = x'' WHERE post_id = ?", [post_id])
    body = {"type": "delete", "at": stamp(now), "post_id": str(post_id)}
    _write(db, receivers, body)


def react(db: sqlite3.Connection, *, account_id: int, post_id: int, kind: str, base: str, now: datetime) -> None:
    """Favourite or repost, once for each account; the author is told."""
    post = existing(db, post_id, viewer_id=account_id)
    if kind == "repost" and post["visibility"] in ("private", "direct"):
        raise Trouble(403, "not_allowed", "Only public posts can be reposted.")
    made = db.execute(
        "INSERT INTO reactions (post_id, account_id, kind, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [post_id, account_id, kind, stamp(now)],
    )
    if made.rowcount and post["account_id"] != account_id:
        by = db.execute("SELECT * FROM accounts WHERE id = ?", [account_id]).fetchone()
        body = {"type": kind, "at": stamp(now), "post_id": str(post_id), "by": accounts.shown(by, base=base)}
        _write(db, [post["account_id"]], body)


def existing(db: sqlite3.Connection, post_id: int, *, viewer_id: int | None) -> sqlite3.Row:
    """A post that this account may see: 404 when not, 410 when it was deleted. viewer_id None: the public."""
    post = db.execute("SELECT * FROM posts WHERE id = ?", [post_id]).fetchone()
    if post is None or not _may_see(db, post, viewer_id):
        raise not_found("post")
    if post["deleted_at"]:
        raise Trouble(410, "gone", "This post was deleted.")
    return post


def own(db: sqlite3.Connection, *, account_id: int, post_id: int) -> sqlite3.Row:
    """A post of this account."""
    post = existing(db, post_id, viewer_id=account_id)
    if post["account_id"] != account_id:
        raise Trouble(403, "not_allowed", "This is not your post.")
    return post


def by_key(db: sqlite3.Connection, *, account_id: int, key: str) -> int | None:
    """The post that was made with this idempotency key."""
    row = db.execute("SELECT id FROM posts WHERE account_id = ? AND key = ?", [account_id, key]).fetchone()
    return int(row["id"]) if row else None


def find(db: sqlite3.Connection, *, account_id: int, where: Mapping[str, str]) -> list[int]:
    """Own posts, newest first, at most 100. where: any of key, parent, since, text."""
    clauses, values = ["account_id = ?", "deleted_at IS NULL"], [str(account_id)]
    columns = {"key": "key = ?", "parent": "parent_id = ?", "since": "sent_at >= ?", "text": "text = ?"}
    for name, value in where.items():
        if name in columns:
            clauses.append(columns[name])
            values.append(_moment(value) if name == "since" else value)
    sql = f"SELECT id FROM posts WHERE {' AND '.join(clauses)} ORDER BY id DESC LIMIT 100"  # noqa: S608 -- fixed clauses
    return [row["id"] for row in db.execute(sql, values)]


def _moment(value: str) -> str:
    try:
        return stamp(datetime.fromisoformat(value))
    except ValueError as error:
        raise invalid(f"{value!r:.60} is not a moment.") from error


def thread(db: sqlite3.Connection, post_id: int, *, viewer_id: int | None) -> list[int]:
    """Ids of the thread that a post stands in, oldest first, as far as this account may see it."""
    post = existing(db, post_id, viewer_id=viewer_id)
    rows = db.execute("SELECT * FROM posts WHERE root_id = ? AND deleted_at IS NULL ORDER BY id", [post["root_id"]])
    return [row["id"] for row in rows.fetchall() if _may_see(db, row, viewer_id)]


def shown(db: sqlite3.Connection, post_id: int, *, base: str, viewer_id: int | None = None) -> dict[str, Any]:
    """A post as the API gives it. The idempotency key is shown to its author alone."""
    post = db.execute("SELECT * FROM posts WHERE id = ?", [post_id]).fetchone()
    author = db.execute("SELECT * FROM accounts WHERE id = ?", [post["account_id"]]).fetchone()
    counts = db.execute(
        "SELECT (SELECT count(*) FROM reactions WHERE post_id = ?1 AND kind = 'favourite') AS favourites, "
        "(SELECT count(*) FROM reactions WHERE post_id = ?1 AND kind = 'repost') AS reposts, "
        "(SELECT count(*) FROM posts WHERE parent_id = ?1 AND deleted_at IS NULL) AS replies",
        [post_id],
    ).fetchone()
    body = {
        "id": str(post_id),
        "url": f"{base}/posts/{post_id}",
        "author": accounts.shown(author, base=base),
        "text": post["text"],
        "visibility": post["visibility"],
        "parent_id": str(post["parent_id"]) if post["parent_id"] else None,
        "root_id": str(post["root_id"]),
        "language": post["language"],
        "sent_at": post["sent_at"],
        "edited_at": post["edited_at"],
        "media": [media_shown(row, base=base) for row in media_of(db, post_id)],
        "mentions": [{"id": str(row["id"]), "handle": row["handle"]} for row in _named(db, post_id)],
        **dict(counts),
    }
    return body | {"key": post["key"]} if post["account_id"] == viewer_id and post["key"] else body


def tell(db: sqlite3.Connection, kind: str, *, post_id: int, base: str, now: datetime) -> None:
    """Write an event with the post as it is now into the feed of everybody concerned."""
    for account_id in _receivers(db, post_id):
        post = shown(db, post_id, base=base, viewer_id=account_id)
        _write(db, [account_id], {"type": kind, "at": stamp(now), "post_id": str(post_id), "post": post})


def media_of(db: sqlite3.Connection, post_id: int) -> list[sqlite3.Row]:
    """What hangs on a post, in order."""
    return list(db.execute("SELECT id, mime, name, alt FROM media WHERE post_id = ? ORDER BY id", [post_id]))


def media_shown(row: sqlite3.Row, *, base: str) -> dict[str, str]:
    """A file as the API gives it."""
    kind = MEDIA_KINDS.get(row["mime"].split("/")[0], "file")
    url = f"{base}/media/{row['id']}/{row['name']}"
    return {"id": str(row["id"]), "kind": kind, "url": url, "mime": row["mime"], "alt": row["alt"]}


def keep_media(
    db: sqlite3.Connection, *, account_id: int, content: bytes, mime: str, name: str = "", alt: str = ""
) -> sqlite3.Row:
    """Keep an uploaded file until a post uses it."""
    if mime not in MEDIA_TYPES:
        raise invalid(f"Files of the type {mime or 'unknown'} are not taken.")
    if not content or len(content) > config.get(db, "max_media_bytes"):
        raise invalid(f"A file has 1 to {config.get(db, 'max_media_bytes')} bytes.")
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)[:80] or f"file.{mime.split('/')[1]}"
    media_id = db.execute(
        "INSERT INTO media (account_id, mime, name, alt, content) VALUES (?, ?, ?, ?, ?)",
        [account_id, mime, safe, alt[:1500], content],
    ).lastrowid
    return db.execute("SELECT id, mime, name, alt FROM media WHERE id = ?", [media_id]).fetchone()


def _refuse_what_is_wrong(db: sqlite3.Connection, *, draft: Draft, has_media: bool = False) -> None:
    if draft.visibility not in VISIBILITIES:
        raise invalid(f"Visibility is one of {', '.join(VISIBILITIES)}.")
    if draft.text.encode("utf-8", "replace").decode() != draft.text:
        raise invalid("The text holds half a character.")
    if not draft.text.strip() and not draft.media_ids and not has_media:
        raise invalid("A post needs words or a file.")
    if len(draft.text) > config.get(db, "max_text"):
        raise invalid(f"A post has at most {config.get(db, 'max_text')} characters.")
    if len(draft.media_ids) > config.get(db, "max_media"):
        raise invalid(f"A post has at most {config.get(db, 'max_media')} files.")


def _name_people(db: sqlite3.Connection, *, post_id: int, text: str) -> None:
    db.execute("DELETE FROM mentions WHERE post_id = ?", [post_id])
    for handle in NAMED.findall(text):
        db.execute(
            "INSERT INTO mentions (post_id, account_id) SELECT ?, id FROM accounts WHERE handle = ? ON CONFLICT DO NOTHING",
            [post_id, handle],
        )


def _attach(db: sqlite3.Connection, *, post_id: int, account_id: int, media_ids: Sequence[int]) -> None:
    for media_id in media_ids:
        attached = db.execute(
            "UPDATE media SET post_id = ? WHERE id = ? AND account_id = ? AND post_id IS NULL",
            [post_id, media_id, account_id],
        )
        if not attached.rowcount:
            raise invalid(f"There is no file {media_id} to attach.")


def _named(db: sqlite3.Connection, post_id: int) -> list[sqlite3.Row]:
    sql = (
        "SELECT a.id, a.handle FROM mentions m JOIN accounts a ON a.id = m.account_id WHERE m.post_id = ? ORDER BY a.id"
    )
    return list(db.execute(sql, [post_id]))


def _receivers(db: sqlite3.Connection, post_id: int) -> list[int]:
    """The author, who is named, who is answered, and in the open also whose thread it is."""
    post = db.execute("SELECT * FROM posts WHERE id = ?", [post_id]).fetchone()
    root_id = post["parent_id"] if post["visibility"] == "direct" else post["root_id"]
    rows = db.execute(
        "SELECT ? AS id UNION SELECT account_id FROM mentions WHERE post_id = ? "
        "UNION SELECT account_id FROM posts WHERE id IN (?, ?) ORDER BY id",
        [post["account_id"], post_id, post["parent_id"], root_id],
    )
    return [row["id"] for row in rows]


def _may_see(db: sqlite3.Connection, post: sqlite3.Row, viewer_id: int | None) -> bool:
    if post["visibility"] in ("public", "unlisted"):
        return True
    return viewer_id is not None and viewer_id in _receivers(db, post["id"])


def _write(db: sqlite3.Connection, account_ids: Iterable[int], body: Mapping[str, Any]) -> None:
    rows = [(account_id, json.dumps(body, ensure_ascii=False)) for account_id in account_ids]
    db.executemany("INSERT INTO events (account_id, body) VALUES (?, ?)", rows)
