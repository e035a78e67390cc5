"""Each network says what it holds to and names the test that proves it; its docs say what its adapter can."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crossdesk.channels.networks import describing, registry
from tests.servers.crossdesk import ROOT

NETWORKS = ROOT / "crossdesk" / "channels" / "networks"
FOLDERS = sorted(path.parent.name for path in NETWORKS.glob("*/adapter.py"))
ITEMS = {
    "bronze": {
        "pulls", "replies", "failures_mapped", "time_outs", "tried_before_saved", "duplicates_refused",
        "payload_of_each_kind", "documented",
    },
    "silver": {
        "rate_limits", "reconnect", "webhook_signatures", "media_in", "media_out", "edits", "deletions", "told_once",
    },
    "gold": {"publishing", "metrics", "watches", "diagnostics", "limits_documented", "replay"},
}  # fmt: skip
# What an adapter that can do a thing may not call inapplicable.
WHERE_IT_CAN = {"media_out": ("acts", "media"), "edits": ("reads", "edits"), "deletions": ("reads", "deletions")}


def quality(name: str) -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((NETWORKS / name / "quality.yaml").read_text(encoding="utf-8"))
    return said


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_there(proof: str) -> bool:
    """`tests/…py::test_name`, or `docs/….md#Heading`."""
    place, _, test = proof.partition("::")
    if test:
        return (ROOT / place).is_file() and test in names_in(ROOT / place)
    page, _, heading = proof.partition("#")
    return (ROOT / page).is_file() and f"\n## {heading}\n" in (ROOT / page).read_text(encoding="utf-8")


def reached(said: dict[str, Any]) -> str:
    level = "none"
    for name in ITEMS:
        if any(isinstance(value, dict) and "missing" in value for value in said[name].values()):
            return level
        level = name
    return level


def test_every_folder_is_a_network_that_is_known_with_its_quality_and_its_page():
    assert set(registry.all_adapters()) - {"fake"} == set(FOLDERS)
    assert [name for name in FOLDERS if not (NETWORKS / name / "quality.yaml").is_file()] == []
    assert [name for name in FOLDERS if not (ROOT / "docs" / "networks" / f"{name}.md").is_file()] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_every_item_is_named_and_proven_by_a_test_that_is_there(name):
    said = quality(name)

    assert {level: set(said[level]) for level in ITEMS} == ITEMS
    for level in ITEMS:
        for item, value in said[level].items():
            if isinstance(value, dict):
                assert len(value) == 1 and set(value) <= {"none", "missing"} and all(value.values()), (item, value)
            else:
                assert value and [proof for proof in value if not is_there(proof)] == [], item


@pytest.mark.parametrize("name", FOLDERS)
def test_the_level_is_the_highest_of_which_nothing_is_missing(name):
    said = quality(name)

    assert said["level"] == reached(said)


@pytest.mark.parametrize("name", FOLDERS)
def test_what_the_adapter_can_do_is_not_called_inapplicable(name):
    said, can = {**quality(name)["silver"]}, registry.adapter(name).capabilities

    assert [
        item for item, (kind, what) in WHERE_IT_CAN.items() if what in getattr(can, kind) and "none" in said[item]
    ] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_the_page_says_what_the_adapter_can(name):
    """`script/networks` writes it."""
    page = (ROOT / "docs" / "networks" / f"{name}.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- capabilities -->\n(.*?)\n<!-- /capabilities -->", page, re.DOTALL)

    assert table is not None
    assert table[1] == describing.table(registry.adapter(name))


def test_a_test_that_is_not_there_is_found_out():
    assert is_there("tests/channels/networks/test_quality.py::test_a_test_that_is_not_there_is_found_out")
    assert not is_there("tests/channels/networks/test_quality.py::test_nothing")
    assert not is_there("tests/nowhere.py::test_nothing")
    assert not is_there("docs/networks/webhook.md#No such heading")
