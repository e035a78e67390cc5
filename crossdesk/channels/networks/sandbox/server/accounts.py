"""Accounts, applications, sign-in and tokens."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from pysqlite3 import dbapi2 as sqlite3

from .store import stamp
from .trouble import Trouble, invalid, not_found

SCOPES = ("read", "write")
CODE_LIVES = timedelta(minutes=10)
HANDLE = re.compile(r"[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*")


def make(
    db: sqlite3.Connection,
    *,
    handle: str,
    now: datetime,
    name: str = "",
    bio: str = "",
    kind: str = "person",
    followers: int = 0,
    hue: int | None = None,
) -> sqlite3.Row:
    """An account of this handle: the one that is there, or a new one."""
    if not HANDLE.fullmatch(handle):
        raise invalid("A handle is made of letters, digits, dots, dashes and underscores.")
    db.execute(
        "INSERT INTO accounts (handle, name, bio, kind, followers, hue, created_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (handle) DO NOTHING",
        [
            handle,
            name or handle,
            bio,
            kind,
            followers,
            crc32(handle.encode()) % 360 if hue is None else hue,
            stamp(now),
        ],
    )
    return by_handle(db, handle)


def by_handle(db: sqlite3.Connection, handle: str) -> sqlite3.Row:
    """The account, or 404."""
    row = db.execute("SELECT * FROM accounts WHERE handle = ?", [handle.lstrip("@")]).fetchone()
    if row is None:
        raise not_found("account")
    return row


def brands(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Accounts of companies, oldest first."""
    return list(db.execute("SELECT * FROM accounts WHERE kind = 'brand' ORDER BY id"))


def shown(row: sqlite3.Row, *, base: str) -> dict[str, Any]:
    """An account as the API gives it."""
    return {
        "id": str(row["id"]),
        "handle": row["handle"],
        "name": row["name"],
        "bio": row["bio"],
        "url": f"{base}/@{row['handle']}",
        "avatar_url": f"{base}/avatars/{row['handle']}.svg",
        "followers": row["followers"],
    }


def register(db: sqlite3.Connection, *, name: str, redirect_uri: str, now: datetime) -> dict[str, str]:
    """A new application that may ask people to sign in."""
    if not redirect_uri.startswith(("http://", "https://")):
        raise invalid("redirect_uri must be an http or https address.")
    app = {"client_id": secrets.token_urlsafe(12), "client_secret": secrets.token_urlsafe(24)}
    db.execute(
        "INSERT INTO apps (id, secret, name, redirect_uri, created_at) VALUES (?, ?, ?, ?, ?)",
        [app["client_id"], app["client_secret"], name or "An application", redirect_uri, stamp(now)],
    )
    return app


def app_for(db: sqlite3.Connection, *, client_id: str, redirect_uri: str) -> sqlite3.Row:
    """The application, when it registered this very redirect address."""
    row = db.execute("SELECT * FROM apps WHERE id = ?", [client_id]).fetchone()
    if row is None:
        raise not_found("application")
    if row["redirect_uri"] != redirect_uri:
        raise invalid("This redirect_uri was not registered.")
    return row


def allow(
    db: sqlite3.Connection,
    *,
    client_id: str,
    redirect_uri: str,
    handle: str,
    scope: str,
    challenge: str,
    now: datetime,
) -> str:
    """Somebody pressed Allow: a code for the application."""
    app = app_for(db, client_id=client_id, redirect_uri=redirect_uri)
    code = secrets.token_urlsafe(24)
    db.execute(
        "INSERT INTO codes (code, app_id, account_id, redirect_uri, scope, challenge, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [code, app["id"], by_handle(db, handle)["id"], redirect_uri, scope or " ".join(SCOPES), challenge, stamp(now)],
    )
    return code


def exchange(
    db: sqlite3.Connection,
    *,
    code: str,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    verifier: str,
    now: datetime,
) -> dict[str, str]:
    """A token for a code, once."""
    app = app_for(db, client_id=client_id, redirect_uri=redirect_uri)
    row = db.execute("SELECT * FROM codes WHERE code = ? AND app_id = ?", [code, client_id]).fetchone()
    if not hmac.compare_digest(app["secret"], client_secret):
        raise Trouble(401, "invalid_client", "The application's secret is wrong.")
    if row is None or row["used_at"] or row["created_at"] < stamp(now - CODE_LIVES):
        raise Trouble(400, "invalid_grant", "This code was used already, or is too old.")
    if row["challenge"] and not hmac.compare_digest(row["challenge"], challenge_of(verifier)):
        raise Trouble(400, "invalid_grant", "The code verifier does not fit.")
    db.execute("UPDATE codes SET used_at = ? WHERE code = ?", [stamp(now), code])
    token = token_for(db, account_id=row["account_id"], scope=row["scope"], now=now)
    return {"access_token": token, "token_type": "Bearer", "scope": row["scope"]}


def challenge_of(verifier: str) -> str:
    """PKCE, method S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def token_for(
    db: sqlite3.Connection,
    *,
    account_id: int,
    now: datetime,
    scope: str = "read write",
    expires_at: datetime | None = None,
) -> str:
    """A new token of an account."""
    token = secrets.token_urlsafe(32)
    db.execute(
        "INSERT INTO tokens (token, account_id, scope, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        [token, account_id, scope, stamp(now), stamp(expires_at) if expires_at else None],
    )
    return token


def end_tokens(db: sqlite3.Connection, *, handle: str, how: str, now: datetime) -> int:
    """Expire or revoke all tokens of an account. Returns how many."""
    column = {"expired": "expires_at", "revoked": "revoked_at"}.get(how)
    if column is None:
        raise invalid("A token can be expired or revoked.")
    ended = db.execute(
        f"UPDATE tokens SET {column} = ? WHERE account_id = ?",  # noqa: S608 -- one of two names above
        [stamp(now), by_handle(db, handle)["id"]],
    )
    return int(ended.rowcount)


def signed_in(db: sqlite3.Connection, *, token: str, scope: str, now: datetime) -> sqlite3.Row:
    """The account that a token stands for. 401 when it is dead, 403 when it may not do this."""
    row = db.execute("SELECT * FROM tokens WHERE token = ?", [token]).fetchone()
    if row is None:
        raise Trouble(401, "token_unknown", "This token is not known.")
    if row["revoked_at"]:
        raise Trouble(401, "token_revoked", "This sign-in was revoked.")
    if row["expires_at"] and row["expires_at"] <= stamp(now):
        raise Trouble(401, "token_expired", "This sign-in has expired.")
    if scope not in row["scope"].split():
        raise Trouble(403, "missing_scope", f"This sign-in lacks the right: {scope}.", headers={"X-Scope": scope})
    return db.execute("SELECT * FROM accounts WHERE id = ?", [row["account_id"]]).fetchone()
