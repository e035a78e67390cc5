"""The network's own SQLite file. One connection, one writer at a time, every commit on the disk before it is answered."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

FILE = "sandbox.sqlite3"

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    handle TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL DEFAULT '',
    bio TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL CHECK (kind IN ('brand', 'person')),
    followers INTEGER NOT NULL DEFAULT 0,
    hue INTEGER NOT NULL DEFAULT 210,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS apps (
    id TEXT PRIMARY KEY, secret TEXT NOT NULL, name TEXT NOT NULL, redirect_uri TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY, app_id TEXT NOT NULL REFERENCES apps, account_id INTEGER NOT NULL REFERENCES accounts,
    redirect_uri TEXT NOT NULL, scope TEXT NOT NULL, challenge TEXT NOT NULL, created_at TEXT NOT NULL, used_at TEXT
);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts, scope TEXT NOT NULL,
    created_at TEXT NOT NULL, expires_at TEXT, revoked_at TEXT
);
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts,
    text TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'unlisted', 'private', 'direct')),
    parent_id INTEGER REFERENCES posts,
    root_id INTEGER REFERENCES posts,
    language TEXT NOT NULL DEFAULT '',
    sent_at TEXT NOT NULL,
    edited_at TEXT,
    deleted_at TEXT,
    key TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS one_post_for_a_key ON posts (account_id, key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS posts_by_account ON posts (account_id, sent_at);
CREATE INDEX IF NOT EXISTS posts_by_parent ON posts (parent_id);
CREATE INDEX IF NOT EXISTS posts_by_root ON posts (root_id);
CREATE TABLE IF NOT EXISTS versions (
    post_id INTEGER NOT NULL REFERENCES posts, number INTEGER NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (post_id, number)
);
CREATE TABLE IF NOT EXISTS mentions (
    post_id INTEGER NOT NULL REFERENCES posts, account_id INTEGER NOT NULL REFERENCES accounts,
    PRIMARY KEY (post_id, account_id)
);
CREATE TABLE IF NOT EXISTS media (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts,
    post_id INTEGER REFERENCES posts,
    mime TEXT NOT NULL, name TEXT NOT NULL, alt TEXT NOT NULL, content BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS media_by_post ON media (post_id);
CREATE TABLE IF NOT EXISTS reactions (
    post_id INTEGER NOT NULL REFERENCES posts, account_id INTEGER NOT NULL REFERENCES accounts,
    kind TEXT NOT NULL CHECK (kind IN ('favourite', 'repost')), at TEXT NOT NULL,
    PRIMARY KEY (post_id, account_id, kind)
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_account ON events (account_id, id);
CREATE TABLE IF NOT EXISTS moods (
    account_id INTEGER PRIMARY KEY REFERENCES accounts, follow_ups TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS plans (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due_at TEXT NOT NULL, body TEXT NOT NULL, done_at TEXT
);
CREATE INDEX IF NOT EXISTS plans_due ON plans (due_at) WHERE done_at IS NULL;
"""


TABLES = (
    "plans",
    "moods",
    "events",
    "reactions",
    "media",
    "mentions",
    "versions",
    "posts",
    "tokens",
    "codes",
    "apps",
    "accounts",
    "settings",
)


class Store:
    """Opens the file and hands out transactions. Numbers of events rise in the order of their commits."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(str(home / FILE), check_same_thread=False, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk when the block ends, or none of it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Read without a change beside it."""
        with self._lock:
            yield self._connection

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def forget(db: sqlite3.Connection) -> None:
    """Empty every table, those that point to others first. Numbers begin at one again."""
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own names
    db.execute("DELETE FROM sqlite_sequence")


def stamp(moment: datetime) -> str:
    """A moment as this network writes it: ISO, UTC, always six places, so that text sorts as time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
