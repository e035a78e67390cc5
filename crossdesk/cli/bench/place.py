"""Database files beside the installation's own: this thread's connection goes to one of them for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper

# For files that are made again if they are lost: nothing waits for the disk.
QUICK: Final = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; PRAGMA cache_size=-262144; "
    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
)


class Place:
    """One database file. Entering it again finds the connection as it was left."""

    def __init__(self, path: Path, *, quick: bool = False) -> None:
        default = connections.settings[DEFAULT_DB_ALIAS]
        options: dict[str, Any] = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": QUICK}
        if not quick and default["ENGINE"].endswith("sqlite3"):
            options = default["OPTIONS"]
        self.path = path
        self._connection: BaseDatabaseWrapper = DatabaseWrapper(
            {**default, "ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options, "ATOMIC_REQUESTS": False},
            DEFAULT_DB_ALIAS,
        )  # fmt: skip

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Everything in this thread speaks to this file."""
        before = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self._connection
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = before

    def close(self) -> None:
        """Let go of the file; whoever copies it finds everything in it."""
        with self._connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


@contextmanager
def place(path: Path, *, quick: bool = False) -> Iterator[Place]:
    """Enter a file and let go of it at the end."""
    here = Place(path, quick=quick)
    try:
        with here.entered():
            yield here
    finally:
        here.close()


def migrated(path: Path) -> None:
    """An empty file with all tables."""
    with place(path, quick=True):
        call_command("migrate", verbosity=0, interactive=False)
