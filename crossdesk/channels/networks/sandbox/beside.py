"""The practice network: a sandbox beside the server, in a process that ends with it, however it ends.

Its place (the port) is kept in its folder, so that a server that starts again finds it where the accounts expect it.
"""

import json
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import httpx

from crossdesk.kit.errors import TryLater
from crossdesk.kit.loopback import free_port

MODULE = "crossdesk.channels.networks.sandbox.server"
TRIES = 4  # a network that ends with a server that was killed needs a moment to let go of its port
ANSWERS_WITHIN = 10.0


class PracticeTrouble(TryLater):
    """The practice network cannot be started or does not answer."""

    code: ClassVar[str] = "channels.practice"


class Beside:
    """One for each data folder. `start` may be called as often as one likes; several servers share the network."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "practice"
        self._place = self._folder / "place.json"
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """Where it lives, as accounts keep it; empty while there is none."""
        return f"http://127.0.0.1:{port}" if (port := self._port()) else ""

    def start(self) -> str:
        """Start it unless it answers already. Returns its host. Raises PracticeTrouble."""
        with self._lock:
            if self._answers():
                return self.host
            port = self._port() or free_port()
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._place.write_text(json.dumps({"port": port}), encoding="utf-8")
            for _ in range(TRIES):
                if self._spawn(port):
                    return self.host
                time.sleep(0.5)
        raise PracticeTrouble(
            f"The practice network cannot start: another program has port {port}. End that, or end practising."
        )

    def resume(self) -> None:
        """Start it where it was begun before: for the start of the server. A port that is taken is no reason not to serve."""
        if self._port():
            try:
                self.start()
            except PracticeTrouble as trouble:
                print(f"crossdesk: {trouble.message}", file=sys.stderr)  # noqa: T201 -- the console of whoever starts it

    def stop(self) -> None:
        """End the process, if it is ours."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        process.wait(timeout=10)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def forget(self) -> None:
        """End it and remove all that it holds."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def tell(self, what: str, **wish: Any) -> Any:
        """Tell the network what to do; answers with what it says. Raises PracticeTrouble."""
        return self._ask("POST", what, json=wish)

    def was_written_to(self, handle: str) -> bool:
        """Did anybody say anything to this account?"""
        return any(f"@{handle} " in post["text"] for post in self._ask("GET", "posts"))

    def _ask(self, method: str, what: str, **body: Any) -> Any:
        try:
            with httpx.Client(trust_env=False, timeout=ANSWERS_WITHIN) as client:
                answer = client.request(method, f"{self.host}/control/{what}", **body)
        except httpx.HTTPError as error:
            raise PracticeTrouble("The practice network does not answer. Try again in a moment.") from error
        if answer.is_error:
            raise PracticeTrouble("The practice network refused. End practising and begin again.")
        return answer.json()

    def _port(self) -> int:
        try:
            return int(json.loads(self._place.read_text(encoding="utf-8"))["port"])
        except FileNotFoundError:
            return 0

    def _answers(self) -> bool:
        if not self._port():
            return False
        try:
            with httpx.Client(trust_env=False, timeout=2) as client:
                return client.get(f"{self.host}/control/state").is_success
        except httpx.HTTPError:
            return False

    def _spawn(self, port: int) -> bool:
        command = [sys.executable, "-m", MODULE, "--home", str(self._folder / "network"), "--port", str(port)]
        process = subprocess.Popen(  # noqa: S603 -- our own module
            [*command, "--until-input-ends"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, start_new_session=True,
        )  # fmt: skip
        line = process.stdout.readline() if process.stdout else ""
        self._process = process
        if line.startswith("SANDBOX READY"):
            return True
        process.wait(timeout=10)
        self._process = None
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return False
