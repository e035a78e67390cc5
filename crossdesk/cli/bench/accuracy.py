"""How good readings are on labelled sets, beside the peers' methods for sentiment: all in one run."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from crossdesk.cli.bench.archive import bar
from crossdesk.cli.bench.peer import HERE, LOCKS, PeerTrouble, environment
from crossdesk.cli.read.evaluation import Answer, figures
from crossdesk.cli.read.labels import ALL, given, wanted
from crossdesk.cli.read.shape import shape
from crossdesk.kit.statistics import macro_f1, macro_recall, per_class
from crossdesk.reading.ports import Block, Reader, Reading
from crossdesk.reading.training import data
from crossdesk.reading.training.data import Example
from crossdesk.triage.placing import places, preset_setup
from crossdesk.triage.subject import Said

CARE: Final = ("needs_reply", "intents", "departments", "urgency", "safety", "complaint_reason", "sentiment")


@dataclass(frozen=True, slots=True)
class Set:
    """Labelled messages and the heads that are labelled on them."""

    name: str
    examples: Sequence[Example]
    heads: Sequence[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One head on one set; shares from 0 to 1, None where it does not apply.

    top_1, top_2: where several may be true, is the first value, or one of the first two, among them. found, false_alarms:
    anything where there is something, and where there is nothing. precision, recall: of "yes". peers: macro-recall.
    """

    set: str
    head: str
    n: int
    macro_recall: float | None
    macro_f1: float | None
    ece: float | None
    abstained: float | None
    right_when_sure: float | None
    top_1: float | None = None
    top_2: float | None = None
    found: float | None = None
    false_alarms: float | None = None
    precision: float | None = None
    recall: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)
    classes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """In the order above."""
        return asdict(self)


def sets(folder: Path) -> Iterator[Set]:
    """What is measured with: nothing of it was trained on. folder: see docs/reading.md#training-it-again"""
    held = data.held()
    yield Set("written, kept aside", held, CARE)
    yield Set("written, kept aside, English", [one for one in held if one.language == "en"], CARE)
    for part in ("val", "extra"):
        yield Set(f"tweeteval {part}", data.tones(folder, part), ("sentiment",))
    ordinary = [replace(tweet, safety=()) for tweet in data.tones(folder, "extra")]
    yield Set("ordinary posts (tweeteval extra)", ordinary, ("safety",))
    yield Set("airline dev", data.airline(folder), ("sentiment", "complaint"))
    for name in data.LANGUAGES:
        yield Set(f"xlmt {name} val", data.foreign_tones(folder, name, "val"), ("sentiment",))


def run(folder: Path, reader: Reader, *, peer: bool) -> list[Line]:
    """Every head of every set. Raises PeerTrouble."""
    every = list(sets(folder))
    lines: list[Line] = []
    known: dict[Example, Reading] = {}
    with bar(f"Reading {sum(len(one.examples) for one in every):,} labelled messages") as tell:
        beside = _peers(folder, every) if peer else {}
        tell(1, len(every) + 1)
        for number, one in enumerate(every, start=2):
            new = [e for e in one.examples if e not in known]
            read = reader.read([Block(e.text, earlier=e.earlier, parent=e.parent) for e in new])
            known.update(zip(new, read, strict=True))
            readings = [known[e] for e in one.examples]
            lines += [_line(one, head, readings, beside.get(one.name, {})) for head in one.heads]
            tell(number, len(every) + 1)
    return lines


def _line(of: Set, head: str, readings: Sequence[Reading], peers: Mapping[str, float]) -> Line:
    if head == "complaint":
        return _complaints(of, readings)
    setup = preset_setup()
    answers = [
        Answer(_wanted(head, e), given(ALL[head], shape(reading, setup, e.text)))
        for e, reading in zip(of.examples, readings, strict=True)
        if getattr(e, head, ()) is not None
    ]
    found = figures(ALL[head], answers, skipped=0, labels=ALL[head].labels, model="")
    yes = found["classes"].get("yes", {}) if head == "needs_reply" else {}
    any_ = found["any"] or {}
    return Line(
        set=of.name, head=head, n=found["n"],
        macro_recall=found["macro_recall"], macro_f1=found["macro_f1"], ece=found["ece"],
        abstained=found["abstained"]["share"], right_when_sure=_right_when_sure(answers),
        top_1=_share(found["top_1"]), top_2=_share(found["top_2"]),
        found=_share(any_.get("found")), false_alarms=_share(any_.get("false_alarms")),
        precision=yes.get("precision"), recall=yes.get("recall"),
        peers=peers if head == "sentiment" else {}, classes=found["classes"],
    )  # fmt: skip


def _right_when_sure(answers: Sequence[Answer]) -> float | None:
    sure = [one for one in answers if not one.given.abstained]
    return round(sum(one.in_first(1) for one in sure) / len(sure), 4) if sure else None


def _share(hits: Mapping[str, Any] | None) -> float | None:
    share: float | None = hits["share"] if hits else None
    return share


def _wanted(head: str, example: Example) -> frozenset[str]:
    if head == "departments":
        values = {
            name: [{"value": one, "p": 1.0} for one in getattr(example, name) or ()] for name in ("intents", "safety")
        }
        return frozenset(place.department for place in places(Said(values), preset_setup(), text=example.text))
    value = getattr(example, head)
    return wanted(ALL[head], list(value) if isinstance(value, tuple) else value, ALL[head].labels)


def _complaints(of: Set, readings: Sequence[Reading]) -> Line:
    """Is it a complaint? Where a set says only how it sounds, what is negative to a company's account is one."""
    pairs = [
        (("yes",) if e.sentiment == "negative" else ("no",), ("yes",) if _complains(reading) else ("no",))
        for e, reading in zip(of.examples, readings, strict=True)
    ]
    classes = per_class(pairs)
    return Line(
        of.name, "complaint", len(pairs), macro_recall(classes), macro_f1(classes), None, None, None,
        precision=classes["yes"].precision, recall=classes["yes"].recall,
    )  # fmt: skip


def _complains(reading: Reading) -> bool:
    return any(verdict.value == "complaint" for verdict in reading.intents)


def _peers(folder: Path, every: Sequence[Set]) -> dict[str, dict[str, float]]:
    """Macro-recall of each peer's method on each set of English with sentiment, by set."""
    python = environment(Path(settings.HOME) / "bench" / "tones", LOCKS / "tones.lock")
    asked = [one for one in every if "sentiment" in one.heads and not one.name.startswith("xlmt")]
    given_in = {
        "train": [(one.text, one.sentiment) for one in data.tones(folder, "train")],
        "sets": {one.name: [example.text for example in one.examples] for one in asked},
    }
    ran = subprocess.run(  # noqa: S603 -- our own script
        [str(python), str(HERE / "tones.py")], input=json.dumps(given_in), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise PeerTrouble(f"The peers could not be measured: {ran.stderr.strip()[-400:]}")
    said: dict[str, dict[str, list[str]]] = json.loads(ran.stdout)
    return {
        one.name: {
            name: round(_recall([e.sentiment for e in one.examples], answers[one.name]), 4)
            for name, answers in said.items()
        }
        for one in asked
    }


def _recall(truth: Sequence[str | None], said: Sequence[str]) -> float:
    return macro_recall(per_class(((a or "",), (b,)) for a, b in zip(truth, said, strict=True))) or 0.0
