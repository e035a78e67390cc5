"""The sandbox network beside the demo: a process of its own that lives and ends with the server."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

import httpx

from crossdesk.kit.errors import CrossdeskError

MODULE = "crossdesk.channels.networks.sandbox.server"
START_SECONDS = 20


class SandboxTrouble(CrossdeskError):
    """The sandbox network cannot be started or does not answer."""

    code: ClassVar[str] = "demo.sandbox"


class Sandbox:
    """The running sandbox network. Use it as a context: leaving it ends the process, and so does the end of ours."""

    def __init__(self, *, home: Path, port: int, rate: float) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self._home, self._port, self._rate = home, port, rate
        self._client = httpx.Client(trust_env=False, timeout=60)
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Sandbox":
        command = [sys.executable, "-m", MODULE, "--home", str(self._home), "--port", str(self._port)]
        command += ["--rate", str(self._rate), "--until-input-ends"]
        self._process = subprocess.Popen(  # noqa: S603 -- our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith("SANDBOX READY"):
            raise SandboxTrouble(
                f"The sandbox network did not start on port {self._port}. "
                "Another program may have the port; stop it, or remove the demo's data folder to start afresh."
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=10)
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()

    def control(self, what: str, **wish: Any) -> Any:
        """Tell the network what to do; answers with what it says."""
        answer = self._client.post(f"{self.base}/control/{what}", json=wish)
        if answer.is_error:
            raise SandboxTrouble(f"The sandbox network refused “{what}”: {answer.text[:300]}")
        return answer.json()
