"""What tests of `crossdesk read` share."""

import io
import json
from types import SimpleNamespace

import pytest

from crossdesk.cli.main import run


@pytest.fixture
def crossdesk(monkeypatch, capsys):
    """Run the command line: exit code, what it said, what it complained of. piped: what comes on standard input."""

    def call(*words: object, piped: bytes = b""):
        monkeypatch.setattr("sys.argv", ["crossdesk", *map(str, words)])
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(piped))))
        code = run(lambda: None)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def read(crossdesk, tmp_path):
    """Read a file with this content: its rows with their readings."""

    def call(name: str, content: bytes | str, *words: str):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        code, out, err = crossdesk("read", path, *words)
        assert code == 0, err
        return [json.loads(line) for line in out.splitlines()]

    return call
