"""A real snac2 server on loopback: a small server with the Mastodon API, to prove the adapter against.

It delivers between its own users through its own front door, as it would to other servers, in some seconds.
"""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from crossdesk.kit.loopback import free_port

MISSING = (
    "The program snac is missing. Install the package snac2 (Debian: apt install snac2, from backports on Debian 12), "
    "or run script/test as root on Debian, which does it."
)
# snac ends a connection after each answer without saying so: one that is used again may be ending just then.
ONE_EACH = httpx.Limits(max_keepalive_connections=0)
PATIENCE = 150.0  # seconds; a delivery takes 1 to 12, and a minute more where the first attempt fails and is repeated
Found = TypeVar("Found")


class SnacServer:
    """The process and its users."""

    def __init__(self, home: Path, *, users: tuple[str, ...], port: int = 0, front: int = 0) -> None:
        """front: the port under which the world knows it, where something stands before it."""
        self.home, self.port = home, port or free_port()
        self.host = f"localhost:{front or self.port}"
        self.url = f"http://{self.host}"
        self.process: subprocess.Popen[bytes] | None = None
        program = shutil.which("snac")
        if program is None:
            pytest.fail(MISSING, pytrace=False)
        self._program: str = program
        answers = f"127.0.0.1\n{self.port}\n{self.host}\n\n\n"
        subprocess.run([program, "init", str(home)], input=answers, text=True, capture_output=True, check=True)
        self._set(protocol="http", disable_email_notifications=True, queue_retry_minutes=1, num_threads=16)
        self.passwords = {user: self._add(user) for user in users}

    def start(self) -> Self:
        """Start the process and wait until it answers."""
        log = (self.home / "log").open("ab")
        self.process = subprocess.Popen([self._program, "httpd", str(self.home)], stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/api/v1/instance", trust_env=False).is_success:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("snac does not answer.")

    def stop(self) -> None:
        """End the process and wait for its end."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=10)
            self.process = None

    def sign_in(self, authorize_url: str, user: str, *, password: str = "") -> dict[str, str]:
        """Fill in the server's own sign-in form, as a person in a browser. Returns what comes back in the address."""
        with httpx.Client(trust_env=False, timeout=20, limits=ONE_EACH) as browser:
            form = browser.get(authorize_url).text
            action = re.search(r'action="([^"]+)"', form)
            assert action is not None, form
            hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
            fields = {**hidden, "login": user, "passwd": password or self.passwords[user]}
            back = browser.post(action[1], data=fields).headers.get("location", "")
        return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}

    def delete(self, user: str, uri: str) -> None:
        """Delete a post by the server's own page for its user: its API has no call for that."""
        form = {"id": uri, "actor": f"{self.url}/{user}", "group": "", "redir": "", "action": "Delete"}
        with httpx.Client(trust_env=False, timeout=20, limits=ONE_EACH, auth=(user, self.passwords[user])) as browser:
            answer = browser.post(f"{self.url}/{user}/admin/action", data=form)
        assert answer.status_code in (200, 303), answer.text

    def ask(self, user: str, text: str, choices: Sequence[str], *, warning: str = "") -> None:
        """Put something to the vote by the server's own page for its user: its API has no call for that."""
        form = {
            "content": text, "poll_options": "\n".join(choices), "poll_multiple": "off", "poll_end_secs": "3600",
            "in_reply_to": "", **({"sensitive": "on", "summary": warning} if warning else {}),
        }  # fmt: skip
        with httpx.Client(trust_env=False, timeout=20, limits=ONE_EACH, auth=(user, self.passwords[user])) as browser:
            answer = browser.post(
                f"{self.url}/{user}/admin/note", files={name: (None, it) for name, it in form.items()}
            )
        assert answer.status_code in (200, 303), answer.text

    def _set(self, **values: Any) -> None:
        path = self.home / "server.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    def _add(self, user: str) -> str:
        made = subprocess.run(
            [self._program, "adduser", str(self.home), user], capture_output=True, text=True, check=True
        )
        password = re.search(r"^User password is (\S+)", made.stdout, re.MULTILINE)
        assert password is not None, made.stdout
        return password[1]


def soon(look: Callable[[], Found | None], *, within: float = PATIENCE) -> Found:
    """Look again and again until there is something to see."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"It did not come within {within:.0f} seconds.")


@pytest.fixture(scope="module")
def snac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnacServer]:
    """One server for the tests of a file, with the users brand, customer and stranger: what others did there is not here."""
    server = SnacServer(tmp_path_factory.mktemp("snac") / "home", users=("brand", "customer", "stranger")).start()
    yield server
    server.stop()
