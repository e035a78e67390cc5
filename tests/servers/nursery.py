"""Processes that begin with the libraries loaded: half of what starting Crossdesk costs is reading other people's code.

A process of its own loads all that Crossdesk loads and that knows no settings, and divides itself for each child. From there on
a child does what a new Python does: its own environment, settings, rooms, database, signals, standard streams and end. The
command as a shell starts it is tested in tests/cli.
"""

import atexit
import contextlib
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

from tests.servers.mould import poured

ROOT: Final = Path(__file__).parents[2]
_LENGTH: Final = 8  # bytes that say how long a request is
# What may be loaded before settings are: libraries, and our own rooms that know nothing of Django.
_OURS: Final = ("crossdesk.kit", "crossdesk.reading")
_LATER: Final = ("sqlite3", "django.db.backends.sqlite3")  # settings put another in its place first
_NAMES: Final = """
import sys
from pathlib import Path
from crossdesk.config.start import set_up_django
set_up_django()
import crossdesk.config.asgi, crossdesk.config.urls
from crossdesk.reading.services import default_reader
default_reader()
Path(sys.argv[1]).write_text("\\n".join(sys.modules), encoding="utf-8")
"""


class Child:
    """A process that somebody else divided off; as `subprocess.Popen` as far as the tests need it."""

    def __init__(self, code: str, *arguments: str, environment: Mapping[str, str], **streams: IO[Any] | int) -> None:
        """code: what `python -c` would run. streams: stdin, stdout, stderr as for Popen, PIPE only for the first two."""
        self.args = ["-c", *arguments]
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        self.returncode: int | None = None
        mine: dict[str, int] = {}
        theirs = {"stdin": 0, "stdout": 1, "stderr": 2}
        opened = []
        for name in theirs:
            stream = streams.get(name)
            if stream == subprocess.PIPE:
                reading, writing = os.pipe()
                mine[name], theirs[name] = (writing, reading) if name == "stdin" else (reading, writing)
                opened.append(theirs[name])
            elif stream is not None:
                assert not isinstance(stream, int)
                theirs[name] = stream.fileno()
        self._told, telling = os.pipe()
        asked = {"code": code, "argv": self.args, "environment": dict(environment)}
        _nursery().ask(asked, [*theirs.values(), telling])
        for each in (*opened, telling):
            os.close(each)
        if "stdin" in mine:
            self.stdin = os.fdopen(mine["stdin"], "w", encoding="utf-8")
        if "stdout" in mine:
            self.stdout = os.fdopen(mine["stdout"], encoding="utf-8")
        self.pid = int(self._line())

    def _line(self) -> bytes:
        found = b""
        while not found.endswith(b"\n"):
            more = os.read(self._told, 1)
            assert more, "the nursery ended"
            found += more
        return found

    def poll(self) -> int | None:
        """How it ended, as Popen says it; None while it lives."""
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.returncode = int(self._line())
            os.close(self._told)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        if self.returncode is None and not select.select([self._told], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        ended = self.poll()
        assert ended is not None
        return ended

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self) -> None:
        """No more is said to it: let it end."""
        if self.stdin is not None:
            self.stdin.close()
        self.wait()
        if self.stdout is not None:
            self.stdout.close()


def run(code: str, *arguments: str, environment: Mapping[str, str], said: str = "") -> subprocess.CompletedProcess[str]:
    """What `python -c CODE` with these arguments prints and ends with. said: its standard input."""
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        given.write(said)
        given.seek(0)
        child = Child(code, *arguments, environment=environment, stdin=given, stdout=out, stderr=err)
        ended = child.wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(child.args, ended, out.read(), err.read())


class _Nursery:
    """The process that divides itself, seen from the tests."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from tests.servers.nursery import serve; serve()", str(theirs.fileno()), str(_names())],
                cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                env=_bare(),
            )  # fmt: skip

    def ask(self, asked: Mapping[str, Any], streams: list[int]) -> None:
        request = json.dumps(asked).encode()
        socket.send_fds(self._line, [len(request).to_bytes(_LENGTH)], streams)
        self._line.sendall(request)

    def end(self) -> None:
        """Nobody asks any more; who lives goes on."""
        self._line.close()
        self._process.wait()


@cache
def _nursery() -> _Nursery:
    made = _Nursery()
    atexit.register(made.end)
    return made


def _bare() -> dict[str, str]:
    """This environment without settings: each child brings its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CROSSDESK_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _names() -> Path:
    """A file with the names of all modules that a server loads; asked once in a run."""

    def make(place: Path) -> None:
        environment = {**_bare(), "CROSSDESK_HOME": str(place / "home"), "PYTHONWARNINGS": "ignore"}
        subprocess.run([sys.executable, "-c", _NAMES, str(place / "names")], cwd=ROOT, env=environment, check=True)

    return poured("modules", make) / "names"


def serve() -> None:
    """Load, then divide for each request until nobody asks any more; in a child, run what was asked."""
    line = socket.socket(fileno=int(sys.argv[1]))
    for name in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines():
        if not name.startswith(("crossdesk", *_LATER)) or name.startswith(_OURS):
            with contextlib.suppress(Exception):  # what needs settings or apps is loaded by each child
                importlib.import_module(name)
    asked = _divide(line)
    if asked is not None:
        exec(compile(asked["code"], "<string>", "exec"), {"__name__": "__main__"})


def _divide(line: socket.socket) -> dict[str, Any] | None:
    """In a child: what it is to do. In the nursery: None, at the end."""
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    living: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([line.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_of_ends(living)
        if line.fileno() in ready:
            head, streams, _, _ = socket.recv_fds(line, _LENGTH, 4)
            if not head:
                return None
            request = _whole(line, int.from_bytes(head))
            telling = streams.pop()
            pid = os.fork()
            if pid == 0:
                for each in (line.detach(), woken, waking, telling, *living.values()):
                    os.close(each)
                return _become(json.loads(request), streams)
            for each in streams:
                os.close(each)
            os.write(telling, b"%d\n" % pid)
            living[pid] = telling


def _whole(line: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        found += line.recv(length - len(found))
    return found


def _tell_of_ends(living: dict[int, int]) -> None:
    while living:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        telling = living.pop(pid)
        with contextlib.suppress(BrokenPipeError):  # nobody wants to know
            os.write(telling, b"%d\n" % os.waitstatus_to_exitcode(status))
        os.close(telling)


def _become(asked: dict[str, Any], streams: list[int]) -> dict[str, Any]:
    """Make this copy what a new process would be."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for place, each in enumerate(streams):
        os.dup2(each, place)
        os.close(each)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1, errors="backslashreplace")
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(ROOT)
    sys.argv = asked["argv"]
    return asked
