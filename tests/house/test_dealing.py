"""Workers take whole files, and what a file needs is made once."""

import os
import re
import subprocess
import sys

import pytest

from tests import dealing
from tests.dealing import APART, place_of, unit_of
from tests.servers.crossdesk import ROOT

CONFTEST = """
from tests import dealing

def pytest_xdist_make_scheduler(config, log):
    return dealing.scheduler(config, log)
"""
FILE = """
import pytest
from pathlib import Path

@pytest.fixture(scope="module")
def made():
    with open(Path(__file__).with_suffix(".made"), "a") as file:
        file.write("x")

@pytest.mark.parametrize("number", range(12))
def test_it(made, number):
    pass
"""


def test_each_file_makes_its_parts_once(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for number in range(5):
        (tmp_path / f"test_{number}.py").write_text(FILE)

    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ".",
    ]
    ran = subprocess.run(
        [*command, "."], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )

    assert "60 passed" in ran.stdout, ran.stdout
    assert [one.read_text() for one in sorted(tmp_path.glob("*.made"))] == ["x"] * 5


@pytest.mark.parametrize(
    ("nodeid", "unit"),
    [
        ("tests/web/test_door.py::test_it", "tests/web/test_door.py"),
        ("tests/web/test_door.py::test_it[a::b]", "tests/web/test_door.py"),
        ("tests/proofs/test_kills.py::test_it", "tests/proofs/test_kills.py::test_it"),
        ("tests/proofs/test_faults_bluesky.py::test_it", "networks/bluesky"),
        ("tests/channels/networks/bluesky/test_oauth.py::test_it", "networks/bluesky"),
    ],
)
def test_what_one_worker_takes_together(nodeid, unit):
    assert unit_of(nodeid) == unit


def test_what_takes_longest_comes_first():
    assert place_of("tests/proofs/test_kills.py::test_it") < place_of("tests/web/test_door.py::test_it")


def test_every_file_that_is_named_is_there():
    assert [one for one in APART if not list((ROOT / "tests").rglob(one))] == []


def test_pages_are_waited_for_with_functions():
    """An expression is evaluated anew at each look, which the pages' own policy forbids from the second look on."""
    given = re.compile(r"wait_for_function\(\s*f?\"{1,3}(?![\"(]|\w+ =>)(.*)")
    found = [
        f"{file.name}: {words}" for file in (ROOT / "tests").rglob("*.py") for words in given.findall(file.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("expression", "marks"),
    [
        ("browser or network or kills", ["browser", "network", "kills"]),
        ("django_db and not browser and not network", ["django_db"]),
        ("kills", ["kills"]),
        ("not browser and not network", []),
        ("not (browser or network)", []),
        ("browser and network or kills", []),
        ("", []),
    ],
)
def test_the_marks_of_what_is_selected(expression, marks):
    assert dealing.marks_wanted(expression) == marks


def test_a_file_without_a_wanted_mark_is_not_loaded(tmp_path):
    marked, plain, helper = tmp_path / "test_a.py", tmp_path / "test_b.py", tmp_path / "conftest.py"
    marked.write_text("pytestmark = [pytest.mark.browser, pytest.mark.django_db]")
    plain.write_text("def test_it(): ...")
    helper.write_text("")

    def loaded(expression):
        return [file.name for file in (marked, plain, helper) if dealing.can_be_selected(file, expression)]

    assert loaded("browser or kills") == ["test_a.py", "conftest.py"]
    assert loaded("kills") == ["conftest.py"]
    assert loaded("not browser") == loaded("") == ["test_a.py", "test_b.py", "conftest.py"]
