"""The command tells the figures of the page, for people and as JSON."""

import json

import pytest
from click.testing import CliRunner

from crossdesk.cli.commands.quality import FEW, command
from crossdesk.cli.workspaces import NoSuchWorkspace
from crossdesk.kit import clock
from crossdesk.triage.models import LearnedHead
from tests.conftest import NOON
from tests.insights.test_quality import label, told
from tests.triage.scene import Scene, said

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What it said on stdout."""
    with clock.standing_at(NOON):
        result = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.stdout


@pytest.fixture
def scene():
    scene = Scene()
    first, second = told(scene, said("complaint"), said("question"))
    label(scene, first, "complaint")
    label(scene, second, "complaint")
    return scene


def test_it_tells_each_head_with_its_interval_its_n_and_that_they_are_too_few(scene):
    lines = run("--workspace", "brand").splitlines()

    assert lines[0] == "brand: 2 labelled messages from 2025-12-05 to 2026-03-04"
    assert (
        f"  intents             right 50.0% (9.5% to 90.5%, n 2, {FEW}); left to people 0.0% (0.0% to 65.8%, n 2, {FEW})"
        in lines
    )
    assert f"    Customer service      n     2  precision 100%, recall 100% (34% to 100%), F1 1.00, {FEW}" in lines


def test_as_json_it_tells_the_same(scene):
    (one,) = json.loads(run("--json"))

    intents = one["heads"]["intents"]
    assert (one["workspace"], one["labelled"], one["models"]) == ("brand", 2, ["test-1"])
    assert (intents["right"]["value"], intents["right"]["n"], intents["right"]["enough"]) == (0.5, 2, False)
    assert intents["confusion"] == {"labels": ["complaint", "question"], "counts": [[1, 1], [0, 0]]}
    assert one["heads"]["department"]["classes"]["Customer service"]["recall"] == 1.0


def test_without_labels_it_says_what_to_do(db):
    Scene()

    assert run().splitlines()[1:] == [
        "  Nothing to tell yet. Label the week's ten messages, and those that wait blind in triage."
    ]


def test_an_unknown_workspace_is_named_beside_those_that_are_there(scene):
    with pytest.raises(NoSuchWorkspace, match="There is: brand"):
        run("--workspace", "brnad")


def test_what_is_missing_to_learn_from_is_told_of_each_head(scene):
    line = run("--workspace", "brand").splitlines()[-1]

    assert line == (
        "  answers of people to learn from, 200 needed of each: needs_reply 2 (198 missing), intents 2 (198 missing), "
        "department 2 (198 missing), urgency 2 (198 missing), sentiment 2 (198 missing), complaint_reason 0 (200 missing)"
    )
    (one,) = json.loads(run("--json"))
    assert one["answers"]["intents"] == {"count": 2, "missing": 198}


def test_what_was_learned_here_stands_beside_the_general_head(scene):
    LearnedHead.objects.create(
        workspace=scene.workspace, head="department", number=2, model="test-1", state="active", weights=b"-",
        labels=["1", "2"], labelled=210, examples=170, told="", of=40, right=36, general_right=20, gained=17, lost=1,
        trained_at=NOON,
    )  # fmt: skip

    assert run("--workspace", "brand").splitlines()[-2:] == [
        "  learned here, beside the general one on the same labels held aside:",
        "    department        no. 2 (active), 210 labels: right 90.0% (76.9% to 96.0%, n 40); "
        "general 50.0% (35.2% to 64.8%, n 40)",
    ]
    (one,) = json.loads(run("--json"))
    (head,) = one["learned"]
    assert (head["head"], head["better"], head["right"]["value"], head["general_right"]["value"]) == (
        "department", True, 0.9, 0.5,
    )  # fmt: skip
