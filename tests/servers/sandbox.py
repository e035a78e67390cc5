"""A real sandbox network as a process of its own, for tests: start it, tell it what to do, count what it holds."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from crossdesk.channels.ports import Profile
from crossdesk.kit.loopback import free_port

ROOT = Path(__file__).parents[2]


class SandboxServer:
    """The process, and what a test says to it. It survives `kill` and `start` with all that it holds."""

    def __init__(self, home: Path, *options: str) -> None:
        self.home, self.options = home, options
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=20)

    def start(self) -> Self:
        """Start the process and wait until it is ready."""
        command = [sys.executable, "-m", "crossdesk.channels.networks.sandbox.server", "--home", str(self.home)]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), *self.options], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"SANDBOX READY {self.url}\n"
        return self

    def stop(self, *, how: int = signal.SIGTERM) -> None:
        """End the process (SIGKILL: at once) and wait for its end."""
        if self.process is not None:
            os.kill(self.process.pid, how)
            self.process.wait(timeout=10)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def close(self) -> None:
        """End the process and let go of everything."""
        self.stop()
        self.http.close()

    def account(self, handle: str, **more: Any) -> tuple[Profile, str]:
        """An account of a company with a token."""
        made = self.tell("accounts", handle=handle, **more)
        profile = Profile(external_id=made["id"], handle=made["handle"], name=made["name"], url=made["url"])
        return profile, made["token"]

    def say(self, handle: str, text: str, **more: Any) -> dict[str, Any]:
        """A person says something."""
        made: dict[str, Any] = self.tell("say", handle=handle, text=text, **more)
        return made

    def fail(self, kind: str, **more: Any) -> None:
        """Switch trouble on."""
        self.tell("fail", kind=kind, **more)

    def posts(self, handle: str = "") -> list[dict[str, Any]]:
        """All that the network holds, for counting doubles."""
        held: list[dict[str, Any]] = self.http.get("/control/posts", params={"handle": handle}).json()
        return held

    def state(self) -> dict[str, Any]:
        """Settings, plans and troubles."""
        state: dict[str, Any] = self.http.get("/control/state").json()
        return state

    def tell(self, what: str, **wish: Any) -> Any:
        """Any other order: accounts, say, load, change, fail, clear, settings, tokens."""
        answer = self.http.post(f"/control/{what}", json=wish)
        assert answer.is_success, answer.text
        return answer.json()


KEPT = pytest.StashKey[SandboxServer]()


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SandboxServer:
    """A running sandbox with nothing in it; its people are silent until told. One process serves all tests in turn."""
    session = request.session
    server = session.stash.get(KEPT, None)
    if server is None:
        server = session.stash[KEPT] = SandboxServer(tmp_path_factory.mktemp("sandbox") / "home")
        session.addfinalizer(server.close)
    if server.process is None:
        server.start()
    server.tell("wipe")
    return server
