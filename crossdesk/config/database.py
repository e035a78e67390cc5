"""One address chooses the database: SQLite on one machine, PostgreSQL for many."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from crossdesk.config.env import WrongSetting

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA cache_size=-32768; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
)


def use_bundled_sqlite() -> None:
    """Put pysqlite3 (SQLite 3.53) in the place of the system's, before Django loads its backend."""
    import pysqlite3  # noqa: PLC0415 -- must not load before it is asked for
    import pysqlite3.dbapi2  # noqa: PLC0415

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def from_url(url: str, *, home: Path) -> dict[str, Any]:
    """Django's settings for `sqlite:///path` or `postgresql://user:password@host:port/name`.

    "" means SQLite in the data folder. Raises WrongSetting with what is wrong.
    """
    if not url:
        return _sqlite(str(home / "crossdesk.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path.removeprefix("/"))
        if not path:
            raise WrongSetting("CROSSDESK_DATABASE_URL names no file. Write sqlite:///data/crossdesk.sqlite3.")
        return _sqlite(path)
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(url)
    raise WrongSetting(
        f"CROSSDESK_DATABASE_URL begins with “{parts.scheme or url}”. "
        "Write sqlite:///path/to/file or postgresql://user:password@host:5432/name."
    )


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "crossdesk.journal.sqlite3",
        "NAME": path,
        # A thread keeps its connection: opening one asks more of the processor than most questions do.
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE_PRAGMAS},
        "TEST": {"NAME": None},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise WrongSetting("CROSSDESK_DATABASE_URL names no database. Write postgresql://user:password@host:5432/name.")
    try:
        port = parts.port
    except ValueError:
        raise WrongSetting("CROSSDESK_DATABASE_URL has a port that is not a number.") from None
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }
