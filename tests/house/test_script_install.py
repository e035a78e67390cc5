"""`script/install`: tried in a folder of its own, with stand-ins for the tools that it calls."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
WORKS, FAILS = 0, 1


def tool(file: Path, ends: int) -> None:
    """A stand-in that keeps what it was called with."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\necho "$(basename "$0") $@" >> "{file.parents[2] / "called"}"\nexit {ends}\n')
    file.chmod(0o755)


@pytest.mark.parametrize(
    ("uv", "pip", "ended", "called"),
    [
        (WORKS, WORKS, WORKS, ["uv pip"]),
        (FAILS, WORKS, WORKS, ["uv pip", "python -m"]),
        (None, WORKS, WORKS, ["python -m", "python -m"]),
        (FAILS, FAILS, FAILS, ["uv pip", "python -m"]),
    ],
    ids=["uv does it", "uv reaches nothing", "uv cannot be had", "nothing can be had"],
)
def test_pip_does_what_uv_cannot(tmp_path, uv, pip, ended, called):
    tool(tmp_path / ".venv/bin/python", pip)
    if uv is not None:
        tool(tmp_path / ".venv/bin/uv", uv)
    (tmp_path / "script").mkdir()
    shutil.copy(HERE / "script/install", tmp_path / "script/install")

    ran = subprocess.run(["script/install", "there/bin/python", "some.lock"], cwd=tmp_path, capture_output=True)

    assert ran.returncode == ended
    lines = (tmp_path / "called").read_text().splitlines()
    assert [" ".join(line.split()[:2]) for line in lines] == called
    assert lines[-1].endswith("--no-deps --require-hashes -r some.lock")
    assert "there/bin/python" in lines[-1]
