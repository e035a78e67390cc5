"""mastodon-mock on loopback, a process of its own: a fake of Mastodon that streams and knows idempotency keys.

It is a fake: what is proven here is proven beside the real server of `snac`, never instead. `script/install-mastodon`
puts it into a cache.
"""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from crossdesk.kit.loopback import free_port

LOCK = Path(__file__).parents[2] / "requirements" / "mastodon.lock"
MISSING = "The Mastodon server is missing. Run script/install-mastodon once; script/test does it by itself."
PATIENCE = 120.0
SETTINGS = """
[streaming]
enabled = {streams}
heartbeat_seconds = 0.5
[seed]
accounts = [
  {{ username = "brand", display_name = "Wrenholt", access_token = "token-of-brand" }},
  {{ username = "customer", display_name = "Noor", access_token = "token-of-customer" }},
  {{ username = "stranger", display_name = "Kim", access_token = "token-of-stranger" }},
]
follows = [
  {{ follower = "brand", following = "customer" }},
  {{ follower = "brand", following = "stranger" }},
]
"""


def program() -> Path:
    """Where `script/install-mastodon` put it."""
    cache = os.environ.get("CROSSDESK_TEST_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "crossdesk-tests"
    )
    return Path(cache) / f"mastodon-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}" / "bin" / "mastodon_mock"


class MastodonServer:
    """The process, with the users brand, customer and stranger. brand follows both. Started again it has forgotten all."""

    def __init__(self, home: Path, *, streams: bool = True) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        home.mkdir(parents=True, exist_ok=True)
        (home / "settings.toml").write_text(SETTINGS.format(streams="true" if streams else "false"))

    def start(self) -> Self:
        """Start the process and wait until it answers."""
        if not program().exists():
            pytest.fail(MISSING, pytrace=False)
        told = ["serve", "--in-memory", "--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program(), *told, "--config", str(self.home / "settings.toml")], stdout=log, stderr=log, cwd=self.home
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/api/v1/instance", trust_env=False, timeout=5).is_success:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError((self.home / "log").read_text())

    def stop(self) -> None:
        """End the process at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def __call__(self, method: str, path: str, *, by: str, **form: Any) -> Any:
        """One call as one of the users; the JSON of its answer."""
        signed = {"Authorization": f"Bearer token-of-{by}"}
        answer = httpx.request(method, f"{self.url}{path}", headers=signed, data=form, trust_env=False, timeout=20)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, *, by: str, json: Any) -> Any:
        """One call with a JSON body, for what no form can say."""
        signed = {"Authorization": f"Bearer token-of-{by}"}
        answer = httpx.post(f"{self.url}{path}", headers=signed, json=json, trust_env=False, timeout=20)
        assert answer.is_success, answer.text
        return answer.json()

    def say(self, text: str, *, by: str, **more: Any) -> dict[str, Any]:
        """Post a status."""
        said: dict[str, Any] = self("POST", "/api/v1/statuses", by=by, status=text, **more)
        return said


@pytest.fixture(scope="module")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonServer]:
    """One server for the tests of a file."""
    server = MastodonServer(tmp_path_factory.mktemp("mastodon")).start()
    yield server
    server.stop()
