"""Serving: the socket, the static files, the line that says READY."""

import hashlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import click
import httpx
import uvicorn
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connections

from crossdesk.channels import seal
from crossdesk.cli.checks import waiting_migrations
from crossdesk.kit.errors import CrossdeskError
from crossdesk.reading.services import default_reader

APPLICATION = "crossdesk.config.asgi:application"


class CannotServe(CrossdeskError):
    """The server cannot start as asked."""

    code: ClassVar[str] = "serve"


def listening_socket(host: str, port: int) -> socket.socket:
    """Take the port, or say who should do what."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise CannotServe(
            f"Port {port} on {host} cannot be used ({error.strerror}). "
            "Another program has it, perhaps another Crossdesk. Choose a free one: CROSSDESK_PORT=8001"
        ) from error
    taken.listen(512)
    return taken


def collect_static() -> None:
    """Put the pages' files where they are served from, when they changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / "stamp"
    mark = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list(None):
            mark.update(f"{name}:{storage.size(name)}:{storage.get_modified_time(name)}\n".encode())
    if stamp.exists() and stamp.read_text(encoding="utf-8") == mark.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(mark.hexdigest(), encoding="utf-8")


def serve(*, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until told to stop; call `ready` with the address when the first page answers."""
    if waiting_migrations():
        raise CannotServe("The tables are not those of this version. Run: crossdesk migrate")
    taken = listening_socket(host, port)
    if len(settings.SEAL_KEYS) > 1:
        seal.rotate()  # a new key stands before the old one: from now on the old one opens nothing
    collect_static()
    server = uvicorn.Server(
        uvicorn.Config(
            APPLICATION, log_level=settings.LOG_LEVEL.lower(), access_log=False, timeout_graceful_shutdown=3,
            server_header=False, lifespan="on", timeout_keep_alive=30, proxy_headers=True,
            ws="none",  # nothing here speaks WebSocket: live lines are server-sent events
        )
    )  # fmt: skip
    # What reads is loaded beside: the first message waits for nothing, and a damaged model is told now.
    threading.Thread(target=default_reader, daemon=True).start()
    threading.Thread(target=_tell_when_ready, args=(host, port, ready), daemon=True).start()
    connections.close_all()  # from here on others ask; the last of them to go puts SQLite's log into its file
    server.run(sockets=[taken])


def _tell_when_ready(host: str, port: int, ready: Callable[[str], None]) -> None:
    address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 -- compared, not bound
    with httpx.Client(trust_env=False, timeout=5) as client:
        while True:
            try:
                if client.get(f"{address}/sign-in").status_code < 500:
                    ready(settings.URL if settings.URL.endswith(f":{port}") else address)
                    connections.close_all()
                    return
            except httpx.TransportError:
                time.sleep(0.05)


def say_ready(address: str) -> None:
    """The one line that scripts wait for."""
    click.echo(f"READY {address}")
