"""A PostgreSQL database that nobody else uses: on the server of CROSSDESK_DATABASE_URL, else on a throw-away one."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.servers.crossdesk import ROOT


@contextmanager
def database_of_its_own() -> Iterator[str]:
    """Its address. It is gone afterwards."""
    given = os.environ.get("CROSSDESK_DATABASE_URL", "")
    if given.startswith("postgres"):
        with _made_on(given) as url:
            yield url
        return
    with subprocess.Popen(
        [ROOT / "script" / "with-postgres", "sh", "-c", 'echo "$CROSSDESK_DATABASE_URL"; exec cat'],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stdin is not None and server.stdout is not None
        url = server.stdout.readline().strip()
        assert url, "PostgreSQL did not start; its words stand above."
        try:
            yield url
        finally:
            server.stdin.close()  # it ends with its command, and the command with its input


@contextmanager
def _made_on(url: str) -> Iterator[str]:
    name = f"crossdesk_proof_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
