"""A whole Bluesky network on loopback, of the real servers: PLC directory, PDS and AppView, with PostgreSQL and Redis.

`script/install-bluesky` puts the servers into a cache; one network serves all tests of a run.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self, TypeVar

import pytest

from crossdesk.kit.loopback import free_port
from tests.proofs.postgres import database_of_its_own
from tests.servers.bluesky.person import Person

HERE = Path(__file__).parent
PATIENCE = 60.0
MISSING = "The Bluesky servers are missing. Run script/install-bluesky once; script/test does it by itself."
Found = TypeVar("Found")


def packages() -> Path:
    """Where `script/install-bluesky` put them."""
    cache = os.environ.get("CROSSDESK_TEST_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "crossdesk-tests"
    )
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    return Path(cache) / f"bluesky-{lock}"


class BlueskyNetwork:
    """The processes, and people on the network. pds: where accounts sign in. appview: what everybody sees."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.plc_port, self.pds_port, self.appview_port = free_port(), free_port(), free_port()
        self.pds, self.appview = f"http://localhost:{self.pds_port}", f"http://localhost:{self.appview_port}"
        self.plc = f"http://localhost:{self.plc_port}"
        self._running = ExitStack()

    def start(self) -> Self:
        """Start all and wait until they are ready."""
        installed, redis = packages(), shutil.which("redis-server")
        if not (installed / "node_modules").is_dir() or redis is None:
            pytest.fail(MISSING, pytrace=False)
        try:
            postgres = self._running.enter_context(database_of_its_own())
            redis_port = free_port()
            store = ["--bind", "127.0.0.1", "--port", str(redis_port), "--save", "", "--appendonly", "no"]
            self._running.enter_context(self._process([redis, *store, "--dir", str(self.home)], "redis"))
            begun = {
                **os.environ,
                "BLUESKY_PACKAGES": str(installed),
                "BLUESKY_PORTS": f"{self.plc_port},{self.pds_port},{self.appview_port}",
                "BLUESKY_POSTGRES": postgres,
                "BLUESKY_NAMES": str(self.home / "names.json"),
                "BLUESKY_REDIS": f"127.0.0.1:{redis_port}",
                "NODE_ENV": "development",
                "LOG_ENABLED": "false",
                "TMPDIR": str(self.home),
            }
            node = ["node", "-r", str(HERE / "loopback.cjs"), str(HERE / "network.mjs")]
            process = self._running.enter_context(self._process(node, "node", env=begun))
            soon(lambda: "READY " in self._log("node") or process.poll() is not None, within=PATIENCE)
            assert process.poll() is None, self._log("node")
        except BaseException:
            self._running.close()
            raise
        return self

    def stop(self) -> None:
        """End all that was started, the last first."""
        self._running.close()

    def knows(self, name: str, url: str) -> None:
        """From now on the network's servers find `https://name` at this address on loopback."""
        kept = self.home / "names.json"
        kept.with_suffix(".new").write_text(json.dumps({name: url}), encoding="utf-8")
        kept.with_suffix(".new").replace(kept)

    def join(self, name: str) -> Person:
        """A new person; the AppView knows them when this returns."""
        person = Person.join(self.pds, name)
        soon(lambda: person.is_known(), within=PATIENCE)
        return person

    def _log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(errors="replace")

    @contextmanager
    def _process(
        self, command: list[str], name: str, *, env: dict[str, str] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        with (self.home / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=env, cwd=self.home)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=15)


def soon(look: Callable[[], Found | None], *, within: float = PATIENCE) -> Found:
    """Look again and again until there is something to see."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"It did not come within {within:.0f} seconds.")


@pytest.fixture(scope="session")
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyNetwork]:
    """One network for all tests of a run."""
    network = BlueskyNetwork(tmp_path_factory.mktemp("bluesky")).start()
    yield network
    network.stop()
