"""crossdesk read --eval: labels in all the ways people write them, and figures worked out by hand."""

import json

import pytest

from crossdesk.cli.read.evaluation import Answer, figures
from crossdesk.cli.read.labels import ALL, Given, UnknownLabel, given, wanted
from crossdesk.kit.statistics import wilson
from crossdesk.org.models import Department
from tests.triage.scene import Scene

KEYS = [
    "head", "model", "n", "macro_recall", "accuracy", "accuracy_between", "macro_f1", "ece", "skipped", "classes",
    "confusion", "top_1", "top_2", "any", "abstained", "not_abstained", "calibration",
]  # fmt: skip


def between(hits: int, of: int) -> list[float]:
    return [round(value, 6) for value in wilson(hits, of)]


def hits(count: int, of: int):
    return {"n": of, "hits": count, "share": round(count / of, 6) if of else None, "between": between(count, of)}


def answer(label: set[str], *values: tuple[str, float], abstained: bool = False) -> Answer:
    return Answer(frozenset(label), Given(values, abstained))


@pytest.mark.parametrize(
    ("head", "value", "label"),
    [
        ("sentiment", 0, {"negative"}),
        ("sentiment", "1", {"neutral"}),
        ("sentiment", 2.0, {"positive"}),
        ("sentiment", "Positive ", {"positive"}),
        ("sentiment", {"value": "neutral", "p": 0.4}, {"neutral"}),
        ("needs_reply", True, {"yes"}),
        ("needs_reply", "no", {"no"}),
        ("needs_reply", 0, {"no"}),
        ("urgency", "P1", {"p1"}),
        ("urgency", ["high"], {"high"}),
        ("complaint_reason", None, {"none"}),
        ("complaint_reason", "wrong item", {"wrong_item"}),
        ("intents", "complaint", {"complaint"}),
        ("intents", ["complaint", "question"], {"complaint", "question"}),
        ("intents", "complaint, question", {"complaint", "question"}),
        ("intents", '["praise"]', {"praise"}),
        ("intents", "press-enquiry|threat", {"press_enquiry", "threat"}),
        ("safety", None, set()),
        ("safety", "none", set()),
        ("safety", [{"value": "leak", "p": 0.5}], {"leak"}),
        ("departments", "sales", {"sales"}),
    ],
)
def test_a_label_may_be_written_in_many_ways(head, value, label):
    assert wanted(ALL[head], value, ALL[head].labels) == label


@pytest.mark.parametrize(
    ("head", "value"),
    [("sentiment", 3), ("sentiment", None), ("urgency", "soon"), ("intents", "[complaint"), ("departments", "kitchen")],
)
def test_a_label_that_the_head_does_not_have_is_refused(head, value):
    with pytest.raises(UnknownLabel):
        wanted(ALL[head], value, ALL[head].labels)


def test_departments_abstain_where_intents_do_and_safety_found_nothing():
    said = {"departments": [{"value": "sales", "p": 0.4}], "abstained": ["intents"], "safety": []}

    assert given(ALL["departments"], said) == Given((("sales", 0.4),), True)
    assert given(ALL["departments"], {**said, "safety": [{"value": "press", "p": 0.9}]}).abstained is False


def test_figures_of_a_head_with_one_value():
    found = figures(
        ALL["sentiment"],
        [
            answer({"negative"}, ("negative", 0.9)),
            answer({"negative"}, ("neutral", 0.5), abstained=True),
            answer({"neutral"}, ("neutral", 0.7)),
            answer({"positive"}, ("positive", 0.9)),
        ],
        skipped=3,
        labels=ALL["sentiment"].labels,
        model="m",
    )

    assert list(found) == KEYS
    assert {key: found[key] for key in KEYS[:9]} == {
        "head": "sentiment", "model": "m", "n": 4, "macro_recall": round((0.5 + 1 + 1) / 3, 6), "accuracy": 0.75,
        "accuracy_between": between(3, 4), "macro_f1": round((2 / 3 + 2 / 3 + 1) / 3, 6),
        "ece": round((2 * 0.1 + 0.5 + 0.3) / 4, 6), "skipped": 3,
    }  # fmt: skip
    assert found["classes"]["neutral"] == {
        "n": 1, "given": 2, "right": 1, "precision": 0.5, "precision_between": between(1, 2), "recall": 1.0,
        "recall_between": between(1, 1), "f1": round(2 / 3, 6),
    }  # fmt: skip
    assert list(found["classes"]) == ["negative", "neutral", "positive"]
    assert found["confusion"] == {
        "labels": ["negative", "neutral", "positive"],
        "counts": [[1, 1, 0], [0, 1, 0], [0, 0, 1]],
    }
    assert (found["top_1"], found["top_2"], found["any"]) == (None, None, None)
    assert found["abstained"] == hits(1, 4)
    assert found["not_abstained"] == {
        "n": 3, "macro_recall": 1.0, "accuracy": 1.0, "accuracy_between": between(3, 3), "macro_f1": 1.0,
        "ece": round((2 * 0.1 + 0.3) / 3, 6),
    }  # fmt: skip
    assert [one["n"] for one in found["calibration"]] == [1, 1, 2]


def test_figures_of_a_head_with_several_values():
    found = figures(
        ALL["safety"],
        [
            answer({"threat", "leak"}, ("leak", 0.8), ("threat", 0.6)),
            answer({"press"}, ("leak", 0.9), ("press", 0.4)),
            answer({"press"}),
            answer(set()),
            answer(set(), ("leak", 0.9)),
        ],
        skipped=0,
        labels=ALL["safety"].labels,
        model="m",
    )

    assert (found["accuracy"], found["confusion"]) == (0.4, None)
    assert list(found["classes"]) == ["threat", "press", "leak"]
    assert found["classes"]["press"]["recall"] == 0.5
    assert found["classes"]["leak"]["precision"] == round(1 / 3, 6)
    assert (found["top_1"], found["top_2"]) == (hits(1, 3), hits(2, 3))
    assert found["any"] == {"found": hits(2, 3), "false_alarms": hits(1, 2)}


def test_no_complaint_reason_promises_nothing():
    found = figures(
        ALL["complaint_reason"],
        [answer({"none"}, ("none", 1.0)), answer({"late"}, ("none", 1.0)), answer({"late"}, ("late", 0.6))],
        skipped=0,
        labels=ALL["complaint_reason"].labels,
        model="m",
    )

    assert found["confusion"] == {"labels": ["late", "none"], "counts": [[1, 1], [0, 1]]}
    assert (found["ece"], found["calibration"][0]["n"]) == (0.4, 1)


ROWS = [
    {"text": "This is wonderful, thank you so much, I love it!", "label": 2},
    {"text": "This is terrible, I hate it, the worst shop ever.", "label": "negative"},
    {"text": "It is what it is", "label": "so so"},
    {"text": "Hm", "note": 1},
]


def test_a_file_is_measured(crossdesk, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "nonsense\n")

    code, out, err = crossdesk("read", "--eval", path, "--head", "sentiment", "--json")
    _, table, _ = crossdesk("read", "--eval", path, "--head", "sentiment", "--quiet")

    (line,) = out.splitlines()
    said = json.loads(line)
    assert code == 0
    assert list(said) == KEYS
    assert (said["n"], said["skipped"], said["macro_recall"], said["accuracy"]) == (2, 3, 1.0, 1.0)
    assert "3 rows were passed over, the first since: “so_so” is no value of sentiment" in err
    assert table.splitlines()[4].split() == ["macro-recall", "100.0", "%", "100.0", "%"]


@pytest.mark.parametrize("head", list(ALL))
def test_every_head_can_be_measured_by_the_column_that_is_called_like_it(crossdesk, tmp_path, head):
    path = tmp_path / "a.csv"
    row = {
        "sentiment": "negative", "needs_reply": "true", "intents": "complaint", "urgency": "normal", "safety": "",
        "complaint_reason": "late", "departments": "customer_service",
    }  # fmt: skip
    path.write_text(f"text;{';'.join(row)}\nMy parcel is a week late and nobody answers;{';'.join(row.values())}\n")

    code, out, err = crossdesk("read", "--eval", path, "--head", head, "--json")
    _, table, _ = crossdesk("read", "--eval", path, "--head", head)

    assert code == 0, err
    assert (json.loads(out)["n"], json.loads(out)["skipped"]) == (1, 0)
    assert table.startswith(head)


def test_departments_follow_from_labelled_intents_and_findings(crossdesk, tmp_path):
    rows = [
        {"text": "Hm", "intents": ["praise", "suggestion"]},
        {"text": "Hm", "intents": ["complaint"], "safety": ["press", "threat"]},
        {"text": "Our overtime", "intents": ["conduct"], "safety": []},
        {"text": "Hm", "intents": ["other"]},
        {"text": "Hm", "intents": ["odd"]},
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    _, out, err = crossdesk("read", "--eval", tmp_path / "a.jsonl", "--head", "departments", "--json")

    said = json.loads(out)
    assert (said["n"], said["skipped"]) == (4, 1)
    assert {name: one["n"] for name, one in said["classes"].items() if one["n"]} == {
        "customer_service": 1, "marketing": 1, "public_relations": 1, "human_resources": 1, "risk": 1, "legal": 1,
        "product": 1,
    }  # fmt: skip
    assert "“odd” is no value of intents" in err


@pytest.mark.parametrize(
    ("content", "words", "says"),
    [
        ('{"text": "a"}\n', [], "No row has a text and a label of urgency: there is no field “label” or “urgency”."),
        ('{"text": "a", "label": "x"}\n', [], "No row has a text and a label of urgency: “x” is no value of urgency."),
        ('{"text": "a", "label": "low"}\n', ["--label", "b"], "there is no field “b”."),
        ("", [], "No row has a text and a label of urgency: it is empty."),
    ],
)
def test_a_file_without_labels_is_said_in_a_sentence(crossdesk, tmp_path, content, words, says):
    (tmp_path / "a.jsonl").write_text(content)

    code, out, err = crossdesk("read", "--eval", tmp_path / "a.jsonl", "--head", "urgency", *words)

    assert (code, out) == (1, "")
    assert says in err


@pytest.mark.django_db
def test_departments_may_be_those_of_a_workspace(crossdesk, tmp_path):
    scene = Scene()
    Department.objects.filter(workspace=scene.workspace, key="customer_service").update(key="front_desk")
    (tmp_path / "a.jsonl").write_text('{"text": "My parcel is late and nobody answers", "label": "front_desk"}\n')

    code, out, err = crossdesk(
        "read", "--eval", tmp_path / "a.jsonl", "--head", "departments", "--workspace", "brand", "--json"
    )

    assert code == 0, err
    assert json.loads(out)["classes"]["front_desk"]["n"] == 1
