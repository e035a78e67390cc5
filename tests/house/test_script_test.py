"""`script/test` with arguments: tried in a folder of its own, with stand-ins for the tools that it calls."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
TOOL = "#!/bin/sh\nexit 0\n"
# A pytest that ends, step by step, as the file `ends` says.
PYTHON = """#!/bin/sh
ended=$(head -n 1 ends); sed -i 1d ends
echo "$@" >> called
exit "$ended"
"""
PASSED, FAILED, NOTHING = 0, 1, 5


@pytest.fixture
def folder(tmp_path):
    """A checkout whose tools are stand-ins."""
    for name in ("script", ".venv/bin"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copy(HERE / "script/test", tmp_path / "script/test")
    tools = dict.fromkeys(
        ["script/setup", "script/install-test-parts", "script/install-bluesky", "script/install-mastodon"], TOOL
    )
    tools |= dict.fromkeys([f".venv/bin/{name}" for name in ("ruff", "lint-imports", "mypy")], TOOL)
    tools |= {".venv/bin/python": PYTHON, "script/with-postgres": '#!/bin/sh\nexec "$@"\n'}
    for name, text in tools.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def ends(folder, steps, *arguments):
    """How the run ends whose steps end so, and how many of them were begun."""
    (folder / "ends").write_text("".join(f"{one}\n" for one in steps))
    ran = subprocess.run(
        ["./script/test", *arguments], cwd=folder, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True
    )
    return ran.returncode, len((folder / "called").read_text().splitlines())


@pytest.mark.parametrize(
    ("steps", "arguments", "ended"),
    [
        ((PASSED, PASSED, PASSED), (), (PASSED, 3)),
        ((NOTHING, PASSED, PASSED), (), (NOTHING, 1)),
        ((NOTHING, PASSED, NOTHING), ("-k", "walls"), (PASSED, 3)),
        ((NOTHING, NOTHING, NOTHING), ("-k", "no such test"), (NOTHING, 3)),
        ((NOTHING, FAILED, PASSED), ("-k", "walls"), (FAILED, 2)),
    ],
    ids=["all pass", "all, and a step finds nothing", "some are selected", "none is selected", "one fails"],
)
def test_a_step_that_selects_nothing_is_no_failure_only_where_others_do(folder, steps, arguments, ended):
    assert ends(folder, steps, *arguments) == ended


def test_what_is_asked_for_reaches_every_step(folder):
    ends(folder, (PASSED, NOTHING, PASSED), "-k", "walls or rights")

    assert [line.endswith("-k walls or rights") for line in (folder / "called").read_text().splitlines()] == [True] * 3
