"""Settings of the network that a test or the demo may change while it runs. Kept in the file."""

import json
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from .trouble import invalid

DEFAULTS: dict[str, Any] = {
    "idempotency": True,  # honour Idempotency-Key, and find by it
    "max_text": 500,
    "max_media": 4,
    "max_media_bytes": 5_000_000,
    "rate": 0.0,  # new stories a minute
    "react": True,  # people answer replies
    "react_after": [4.0, 40.0],  # seconds, least and most
    "seed": 1,
    "budget": None,  # {"limit": calls, "seconds": window} for each token
}


def get(db: sqlite3.Connection, name: str) -> Any:
    """The value of one setting."""
    row = db.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
    return json.loads(row["value"]) if row else DEFAULTS[name]


def put(db: sqlite3.Connection, name: str, value: Any) -> None:
    """Change one setting."""
    if name not in DEFAULTS:
        raise invalid(f"There is no setting {name}.")
    db.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, json.dumps(value)],
    )


def everything(db: sqlite3.Connection) -> dict[str, Any]:
    """All settings with their values."""
    return {name: get(db, name) for name in DEFAULTS}
