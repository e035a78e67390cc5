"""The documented examples, and those of the page, run as they stand against a real server: a shell, Python, openssl, curl."""

import html
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proofs.company import SLUG, Writer, found, inside
from tests.servers.crossdesk import ROOT, CrossdeskServer

DOCS = (ROOT / "docs/networks/webhook.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrossdeskServer]:
    made = found(tmp_path_factory.mktemp("webhook")).start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shown(server) -> str:
    """The page that is shown once."""
    owner = Writer(server.url)
    owner.sign_in()
    page = owner.post(f"/w/{SLUG}/accounts/connect", network="webhook", name="Shop reviews", reply_url="")
    owner.close()
    assert "cds_" in page
    return html.unescape(page)


def example(language: str, address: str, secret: str) -> str:
    """From the docs, with the two lines that everybody fills in."""
    block = re.search(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    assert block is not None
    filled = block[1].replace("https://crossdesk.example/in/webhook/KEY/", address).replace("cds_SECRET", secret)
    assert filled.count(address) == filled.count(secret) == 1
    return filled


def run(language: str, words: str, folder: Path) -> str:
    place = folder / f"example.{language}"
    place.write_text(words, encoding="utf-8")
    program = ["bash"] if language == "sh" else [sys.executable]
    done = subprocess.run([*program, str(place)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def came(server: CrossdeskServer) -> set[str]:
    return {row[0] for row in inside(server, "report")["theirs"]}


def test_every_example_hands_its_message_in(server, shown, tmp_path):
    address = re.search(r'value="(http[^"]+/in/webhook/[^"]+)"', shown)
    secret = re.search(r'value="(cds_[^"]+)"', shown)
    assert address is not None
    assert secret is not None
    in_shell, in_python = re.findall(r"<code>(.*?)</code></pre>", shown, re.DOTALL)

    told = [
        run("sh", in_shell, tmp_path),
        run("py", in_python, tmp_path),
        run("sh", example("sh", address[1], secret[1]), tmp_path),
        run("py", example("python", address[1], secret[1]), tmp_path),
    ]

    assert [words.strip().replace("'", '"') for words in told] == ['{"stored": 1, "again": 0}'] * 4
    deadline = time.monotonic() + 30
    while came(server) != {"try-1", "try-2", "r-1001", "r-1002"}:
        assert time.monotonic() < deadline, came(server)
        time.sleep(0.2)
