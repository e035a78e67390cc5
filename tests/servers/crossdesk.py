"""A real Crossdesk as a process of its own, with a data folder of its own, for tests that drive pages or end processes."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from crossdesk.kit.loopback import free_port
from tests.servers import nursery
from tests.servers.mould import poured

ROOT = nursery.ROOT
COMMAND = "from crossdesk.config.start import main; main()"


def mould() -> Path:
    """A data folder with all tables and nobody in it."""

    def make(home: Path) -> None:
        done = CrossdeskServer(home).run("migrate")
        assert done.returncode == 0, done.stderr

    return poured("migrated", make)


def migrated(home: Path) -> Path:
    """A new data folder with all tables, on SQLite: copied, where making them takes seconds each time."""
    shutil.copytree(mould(), home, dirs_exist_ok=True)
    return home


def empty_tables(file: Path) -> None:
    """All tables in a database file of SQLite, in the place of what lay there."""
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    shutil.copyfile(mould() / "crossdesk.sqlite3", file)


class CrossdeskServer:
    """`crossdesk serve`, and other commands on the same installation. It survives `kill` and `start` with all it holds."""

    def __init__(self, home: Path, *, database_url: str = "", **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "CROSSDESK_BLIND_PERCENT": "0",  # chance has no place in tests but in those that are about it
            **{name: value for name, value in os.environ.items() if not name.startswith(("CROSSDESK_", "DJANGO_"))},
            "CROSSDESK_HOME": str(home),
            "CROSSDESK_PORT": str(self.port),
            "CROSSDESK_URL": self.url,
            "CROSSDESK_PULL_EVERY_SECONDS": "1",
            "CROSSDESK_ALLOWED_HOSTS_OUT": "127.0.0.1,localhost",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        if database_url:
            self.environment["CROSSDESK_DATABASE_URL"] = database_url
        self.process: nursery.Child | subprocess.Popen[str] | None = None

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on this installation."""
        return nursery.run(COMMAND, *arguments, environment=self.environment)

    def start(self, *arguments: str, afresh: bool = False) -> Self:
        """Start serving and wait for READY. afresh: in a Python of its own, as a shell starts it."""
        words = arguments or ("serve",)
        if afresh:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, *words],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                text=True,
            )
        else:
            self.process = nursery.Child(COMMAND, *words, environment=self.environment, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith(("READY", "WORKING")), line
        return self

    def stop(self, *, how: int = signal.SIGTERM) -> None:
        """End the process (SIGKILL: at once) and wait for its end."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None
