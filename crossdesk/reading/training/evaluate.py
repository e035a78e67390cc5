"""The figures of docs/reading.md, from the weights in the package."""

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support, recall_score

from crossdesk.reading.ports import Block, Intent, Reading, Urgency
from crossdesk.reading.services import default_reader
from crossdesk.reading.training import data
from crossdesk.reading.training.data import Example

INTENTS: tuple[str, ...] = Intent.__args__  # type: ignore[attr-defined]
URGENCIES: tuple[str, ...] = Urgency.__args__  # type: ignore[attr-defined]


def print_figures(folder: Path) -> None:
    """Every figure once, one a line."""
    _sentiment(folder)
    held = data.held()
    readings = _read(held)
    _intents(held, readings)
    _needs_reply(held, readings)
    _urgency(held, readings)
    _reasons(held, readings)
    _safety(held, readings)
    _speed(folder)


def _say(name: str, value: object) -> None:
    sys.stdout.write(f"{name:58} {value}\n")


def _read(examples: Sequence[Example]) -> list[Reading]:
    return default_reader().read([Block(e.text, earlier=e.earlier, parent=e.parent) for e in examples])


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _acted_on(head: str, right: Iterable[bool], readings: Sequence[Reading]) -> None:
    """How often a head speaks, and how often it is right when it does."""
    sure = [good for good, reading in zip(right, readings, strict=True) if head not in reading.abstained]
    _say(f"{head}: not abstained", _percent(len(sure) / len(readings)))
    if sure:
        _say(f"{head}: right when not abstained", _percent(sum(sure) / len(sure)))


def _sentiment(folder: Path) -> None:
    parts = {"tweeteval val": data.tones(folder, "val"), "tweeteval extra": data.tones(folder, "extra")}
    parts |= {f"xlmt {name} val": data.foreign_tones(folder, name, "val") for name in data.LANGUAGES}
    parts["written, held"] = data.held()
    for name, examples in parts.items():
        readings = _read(examples)
        right = [e.sentiment == r.sentiment.value for e, r in zip(examples, readings, strict=True)]
        recall = recall_score([e.sentiment for e in examples], [r.sentiment.value for r in readings], average="macro")
        _say(f"sentiment, macro-recall, {name}", _percent(recall))
        if name == "tweeteval val":
            _acted_on("sentiment", right, readings)


def _intents(examples: Sequence[Example], readings: Sequence[Reading]) -> None:
    wanted = np.array([[intent in (e.intents or ()) for intent in INTENTS] for e in examples])
    given = np.array([[intent in {v.value for v in r.intents} for intent in INTENTS] for r in readings])
    right = [r.intents[0].value in (e.intents or ()) for e, r in zip(examples, readings, strict=True)]
    _say("intents, macro-F1, written, held", _percent(f1_score(wanted, given, average="macro", zero_division=0)))
    _say("intents, first one right", _percent(sum(right) / len(right)))
    _acted_on("intents", right, readings)
    precision, recall, f1, count = precision_recall_fscore_support(wanted, given, zero_division=0)
    for place, intent in enumerate(INTENTS):
        figures = (
            f"P {100 * precision[place]:.0f} R {100 * recall[place]:.0f} F1 {100 * f1[place]:.0f} n {count[place]}"
        )
        _say(f"  {intent}", figures)


def _needs_reply(examples: Sequence[Example], readings: Sequence[Reading]) -> None:
    wanted = [bool(e.needs_reply) for e in examples]
    given = [r.needs_reply.value == "yes" for r in readings]
    _say("needs_reply, F1 of yes, written, held", _percent(f1_score(wanted, given)))
    _say("needs_reply, macro-F1", _percent(f1_score(wanted, given, average="macro")))
    _acted_on("needs_reply", [a == b for a, b in zip(wanted, given, strict=True)], readings)


def _urgency(examples: Sequence[Example], readings: Sequence[Reading]) -> None:
    wanted = [e.urgency for e in examples]
    given = [r.urgency.value for r in readings]
    _say("urgency, macro-F1, written, held", _percent(f1_score(wanted, given, average="macro", zero_division=0)))
    _acted_on("urgency", [a == b for a, b in zip(wanted, given, strict=True)], readings)
    table = confusion_matrix(wanted, given, labels=list(URGENCIES))
    for name, row in zip(URGENCIES, table.tolist(), strict=True):
        _say(f"  {name} read as {', '.join(URGENCIES)}", row)


def _reasons(examples: Sequence[Example], readings: Sequence[Reading]) -> None:
    pairs = [
        (e.complaint_reason, r.complaint_reason.value)
        for e, r in zip(examples, readings, strict=True)
        if e.complaint_reason and r.complaint_reason
    ]
    _say("complaint_reason, right where a complaint was seen", _percent(sum(a == b for a, b in pairs) / len(pairs)))


def _safety(examples: Sequence[Example], readings: Sequence[Reading]) -> None:
    """p1 stands for danger to people: threats, self-harm and unsafe products."""
    danger = {"threat", "self_harm", "product_safety"}
    found = [bool(danger & {v.value for v in r.safety}) for r in readings]
    wanted = [e.urgency == "p1" for e in examples]
    caught = sum(a and b for a, b in zip(wanted, found, strict=True))
    _say("danger found, of the p1 messages of the held voices", f"{caught} of {sum(wanted)}")
    _say("danger found where there is none", f"{sum(found) - caught} of {len(examples) - sum(wanted)}")


def _speed(folder: Path) -> None:
    texts = [e.text for e in data.tones(folder, "train")[:6000]]
    blocks = [Block(text) for text in texts]
    reader = default_reader()
    reader.read(blocks[:500])
    begun = time.process_time()
    reader.read(blocks)
    rate = len(blocks) / (time.process_time() - begun)
    _say(f"messages a second of one core, {sum(map(len, texts)) // len(texts)} letters each", f"{rate:.0f}")
