"""How tests are dealt out to several workers: a file at a time, since its servers, browser and company are made once for all of it.

With `--dist load` a file's tests are strewn over the workers: each makes them again, and a module's fixtures end and begin
anew whenever another file's tests come between.
"""

from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

# By the seconds they take. What takes longest begins first, so that no worker waits long for the last one.
LONG: Final = (
    "test_kills.py", "networks/bluesky", "test_axe.py", "test_bench.py", "test_demo.py", "test_faults_snac.py", "test_snac_",
    "test_tasks.py", "cli/read/", "test_pseudo_", "test_bench_reading.py", "proofs/test_walls.py", "test_import.py",
)  # fmt: skip
APART: Final = ("test_kills.py", "test_axe.py")  # a few tests of minutes each, which share nothing
NETWORK: Final = "bluesky"  # a dozen processes, started once for all files that need them


def place_of(nodeid: str) -> int:
    """Where a test stands in the order of all."""
    file = unit_of(nodeid)
    return next((place for place, name in enumerate(LONG) if name in file), len(LONG))


def unit_of(nodeid: str) -> str:
    """The tests that one worker takes together."""
    file = nodeid.split("::", 1)[0]
    if NETWORK in file:
        return f"networks/{NETWORK}"
    return nodeid if file.endswith(APART) else file


def marks_wanted(expression: str) -> list[str]:
    """The marks one of which every test bears that `-m EXPRESSION` selects; none where that cannot be told."""
    either, all_of = expression.split(" or "), expression.split(" and ")
    terms = either if len(all_of) == 1 else all_of[:1] if len(either) == 1 else []
    return terms if all(term.isidentifier() for term in terms) else []


def can_be_selected(file: Path, expression: str) -> bool:
    """May a test of this file be selected? Loading a file only to leave out all of it takes longer than many a test."""
    wanted = marks_wanted(expression)
    if not wanted or not fnmatch(file.name, "test_*.py"):
        return True
    text = file.read_text(encoding="utf-8")
    return any(f"mark.{name}" in text for name in wanted)


class ByFile(LoadScopeScheduling):
    """Units in the order in which their tests were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """For `--dist loadgroup`; any other way stays as it is."""
    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False
    return ByFile(config, log)
