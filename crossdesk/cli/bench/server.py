"""A real `crossdesk serve` on a copy of an archive, and somebody who listens to its live line."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import httpx
from django.conf import settings

from crossdesk.cli.bench.archive import Archive, remove
from crossdesk.cli.bench.company import SLUG
from crossdesk.kit.errors import CrossdeskError
from crossdesk.kit.loopback import free_port

PROGRAM = "from crossdesk.config.start import main; main()"
STOP_SECONDS = 20
HEAR_SECONDS = 20


class ServerTrouble(CrossdeskError):
    """The server that is measured did not start, or did not do its work."""

    code: ClassVar[str] = "bench.server"


@dataclass(frozen=True, slots=True)
class Server:
    """Where it answers, and the file that it works on."""

    url: str
    path: Path


@contextmanager
def served(archive: Archive) -> Iterator[Server]:
    """Serve a copy, so that the archive stays as it is. The copy goes at the end."""
    path, port = archive.path.with_name("work.sqlite3"), free_port()
    remove(path)
    shutil.copyfile(archive.path, path)
    url = f"http://127.0.0.1:{port}"
    wishes = {
        "CROSSDESK_HOME": settings.HOME, "CROSSDESK_DATABASE_URL": f"sqlite:///{path}", "CROSSDESK_PORT": port,
        "CROSSDESK_URL": url,
    }  # fmt: skip
    command = [
        "/usr/bin/env",
        *(f"{name}={value}" for name, value in wishes.items()),
        sys.executable,
        "-c",
        PROGRAM,
        "serve",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- our own program
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("READY"):
            raise ServerTrouble("The server did not start. Its own words stand above.")
        yield Server(url, path)
    finally:
        process.terminate()
        process.wait(timeout=STOP_SECONDS)
        if process.stdout:
            process.stdout.close()
        remove(path)


@dataclass
class Listener:
    """One open page. heard: when each conversation was first told of, by `time.perf_counter`."""

    server: Server
    session_key: str
    heard: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ready, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        if not self._ready.wait(HEAR_SECONDS):
            raise ServerTrouble("The live line did not open.")
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def _listen(self) -> None:
        cookies = {settings.SESSION_COOKIE_NAME: self.session_key}
        try:
            with (
                httpx.Client(trust_env=False, timeout=HEAR_SECONDS, cookies=cookies) as client,
                client.stream("GET", f"{self.server.url}/w/{SLUG}/live") as answer,
            ):
                for line in answer.iter_lines():
                    self._take(line, time.perf_counter())
                    if self._stop.is_set():
                        return
        except httpx.TransportError:
            return  # the line is down: who waits for news says that none came

    def _take(self, line: str, now: float) -> None:
        if line.startswith("event: here"):
            self._ready.set()
        elif line.startswith("data: {") and '"conversations"' in line:
            for pk in json.loads(line.removeprefix("data: "))["conversations"]:
                self.heard.setdefault(pk, now)
