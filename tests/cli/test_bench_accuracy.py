"""crossdesk bench accuracy: every head of every set, with the figures that apply to it."""

import json

import pytest

from crossdesk.cli.bench import accuracy
from crossdesk.reading.ports import Reading, Verdict
from crossdesk.reading.training import data
from crossdesk.reading.training.data import Example
from tests.servers.crossdesk import CrossdeskServer


class Saying:
    """A reader that says of each text what is written for it."""

    model = "saying-1"

    def __init__(self, **said):
        self.said = said

    def read(self, blocks):
        return [self.said[block.text] for block in blocks]


def reading(tone, *intents, reply="yes", safety=(), abstained=()):
    return Reading(
        needs_reply=Verdict(reply, 0.9), intents=[Verdict(one, 0.8) for one in intents], sentiment=Verdict(tone, 0.7),
        urgency=Verdict("normal", 0.9), safety=[Verdict(one, 0.6) for one in safety], complaint_reason=None,
        language=None, abstained=abstained,
    )  # fmt: skip


def example(text, tone, *intents, reply=True, safety=()):
    return Example(
        text, "someone", sentiment=tone, intents=intents, needs_reply=reply, urgency="normal", safety=tuple(safety)
    )  # fmt: skip


@pytest.fixture
def lines(monkeypatch, tmp_path):
    held = [
        example("late", "negative", "complaint"),
        example("broken", "negative", "complaint"),
        example("lovely", "positive", "praise", reply=False),
        example("I know where you live", "negative", "threat", safety=["threat"]),
    ]
    monkeypatch.setattr(
        accuracy,
        "sets",
        lambda folder: [accuracy.Set("four", held, accuracy.CARE), accuracy.Set("air", held[:3], ("complaint",))],
    )
    reader = Saying(**{
        "late": reading("negative", "complaint"),
        "broken": reading("neutral", "question", abstained=("sentiment", "intents")),
        "lovely": reading("positive", "praise", reply="yes"),
        "I know where you live": reading("negative", "threat", safety=["threat"]),
    })  # fmt: skip
    return {(line.set, line.head): line for line in accuracy.run(tmp_path, reader, peer=False)}


def test_sentiment_has_the_mean_recall_and_what_was_left_to_people(lines):
    line = lines["four", "sentiment"]

    assert (line.n, line.macro_recall, line.abstained, line.right_when_sure) == (4, 0.833333, 0.25, 1.0)


def test_needs_reply_has_the_precision_and_recall_of_yes(lines):
    line = lines["four", "needs_reply"]

    assert (line.precision, line.recall) == (0.75, 1.0)


def test_departments_follow_from_intents_and_findings(lines):
    line = lines["four", "departments"]

    assert (line.n, line.top_1, line.top_2) == (4, 1.0, 1.0)
    assert lines["four", "intents"].top_1 == 0.75


def test_safety_says_how_often_it_found_something_where_there_is_nothing(lines):
    line = lines["four", "safety"]

    assert (line.found, line.false_alarms) == (1.0, 0.0)


def test_what_sounds_negative_to_a_company_counts_as_a_complaint(lines):
    line = lines["air", "complaint"]

    assert (line.n, line.precision, line.recall, line.macro_f1) == (3, 1.0, 0.5, pytest.approx(2 / 3, abs=1e-6))


def test_the_command_measures_the_set_of_this_project_and_a_folder_of_public_ones(tmp_path):
    for path, row in [
        ("tweeteval/sentiment/val.jsonl", {"text": "What a lovely day", "label": 2}),
        ("tweeteval/sentiment/extra_semeval_2016devtest.jsonl", {"text": "I hate rain", "label": 0}),
        ("airline/dev.jsonl", {"text": "@air my bag is lost again", "label_name": "negative"}),
        *((f"xlmt_sentiment/{name}.val.jsonl", {"text": "bom dia", "label": 2}) for name in data.LANGUAGES),
    ]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(json.dumps(row) + "\n")

    ran = CrossdeskServer(tmp_path / "home").run("bench", "accuracy", "--data", str(tmp_path), "--no-peer", "--json")

    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    names = {line["set"] for line in said["lines"]}
    assert {"written, kept aside", "tweeteval val", "airline dev", "xlmt german val"} <= names
    assert {line["head"] for line in said["lines"] if line["set"] == "written, kept aside"} == set(accuracy.CARE)
