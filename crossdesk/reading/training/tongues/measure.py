"""How well each language is read, beside the linear models: what decides where the heads may speak, and the printed tables."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, recall_score

from crossdesk.reading.hearing import Hearer, Outlet
from crossdesk.reading.odds import shares_of
from crossdesk.reading.tongues import TonguesHearer
from crossdesk.reading.training import data
from crossdesk.reading.training.data import Example
from crossdesk.reading.training.tongues.rows import block_of

LEAST_TONE = 55.0  # macro-recall of sentiment on validation tweets: from here on a language's sentiment is told
LEAST_INTENT, LEAST_REPLY = 50.0, 60.0  # first intent right, macro-F1 of needs_reply: from here on a language is read
CODES = {
    "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "arabic": "ar", "hindi": "hi",
}  # fmt: skip
Chances = Mapping[str, NDArray[np.float64]]  # by outlet: rows × labels
Across = dict[
    str, dict[str, float]
]  # by language: figures in percent, those of the linear models with a name that says so
Tones = dict[str, tuple[int, float, float]]  # by language: rows, macro-recall of the linear models, of the heads


def tones(folder: Path, hearer: Hearer, beside: Hearer) -> Tones:
    """Macro-recall of sentiment on XLM-T's validation tweets; English on TweetEval's."""
    found = {}
    parts = {code: data.foreign_tones(folder, name, "val") for name, code in CODES.items()}
    for code, examples in ({"en": data.tones(folder, "val")} | parts).items():
        before, now = (_tone(examples, heard_by(one, examples), one.outlets) for one in (beside, hearer))
        found[code] = (len(examples), before, now)
    return found


def felt_well(measured: Tones) -> frozenset[str]:
    """Languages in which the heads tell sentiment well enough, and no worse than the linear models."""
    return frozenset(code for code, (_, before, now) in measured.items() if now >= LEAST_TONE and now >= before)


def across(examples: Sequence[Example], numbers: Chances, beside: Chances, outlets: Mapping[str, Outlet]) -> Across:
    """By language, from numbers of models that saw no row of the same voice."""
    joined = {n: shares_of(numbers[n] * o.slope + o.shift, o.choice) for n, o in outlets.items()}
    before = {n: shares_of(beside[n], outlets[n].choice) for n in beside}
    return {code: _figures(examples, places, joined, before, outlets) for code, places in by_language(examples).items()}


def read_well(measured: Across) -> frozenset[str]:
    """Languages in which the heads tell what a message needs well enough, and no worse than the linear models."""
    return frozenset(
        code
        for code, one in measured.items()
        if one["intent"] >= max(LEAST_INTENT, one["linear intent"]) and one["reply"] >= LEAST_REPLY
    )


def by_language(examples: Sequence[Example]) -> dict[str, list[int]]:
    """Places of the rows of each language."""
    found: dict[str, list[int]] = {}
    for at, example in enumerate(examples):
        found.setdefault(example.language, []).append(at)
    return found


def heard_by(hearer: Hearer, examples: Sequence[Example]) -> Chances:
    """All that a model says of messages."""
    heard = hearer.hear([block_of(example) for example in examples])
    return {name: np.array([one.chances[name] for one in heard]) for name in hearer.outlets}


def print_figures(folder: Path, hearer: TonguesHearer, beside: Hearer) -> None:
    """The tables of docs/reading.md."""
    _say("Sentiment, macro-recall, XLM-T val (English: TweetEval val): rows, linear, with the extra")
    for code, (rows, before, now) in tones(folder, hearer, beside).items():
        _say(f"  {code}  {rows:4} {before:6.1f} {now:6.1f}  {'told' if code in hearer.tone else 'abstains'}")
    names = ("intent", "reply", "urgency")
    for title, figures in (
        ("Across voices (none of the same voice was learned from)", hearer.tongues.across),
        ("Voices kept aside", _held(hearer, beside)),
    ):
        _say(f"{title}: rows; first intent right, needs_reply macro-F1, urgency right: linear, with the extra")
        for code, one in sorted(figures.items()):
            each = "   ".join(f"{one[f'linear {name}']:5.1f} {one[name]:5.1f}" for name in names)
            _say(f"  {code}  {one['rows']:4.0f}  {each}  {'read' if code in hearer.care else 'abstains'}")
    _safety(hearer)
    _speed(folder, hearer, beside)


def _held(hearer: Hearer, beside: Hearer) -> Across:
    examples = data.held()
    said, before = heard_by(hearer, examples), heard_by(beside, examples)
    return {
        code: _figures(examples, places, said, before, hearer.outlets)
        for code, places in by_language(examples).items()
    }  # fmt: skip


def _figures(
    examples: Sequence[Example], places: Sequence[int], said: Chances, before: Chances, outlets: Mapping[str, Outlet]
) -> dict[str, float]:
    rows = [examples[at] for at in places]
    found: dict[str, float] = {"rows": len(rows)}
    for name, chances in (("", said), ("linear ", before)):
        here = {head: chances[head][places] for head in ("intents", "needs_reply", "urgency")}
        intents = [outlets["intents"].labels[at] for at in here["intents"].argmax(axis=1)]
        urgency = [outlets["urgency"].labels[at] for at in here["urgency"].argmax(axis=1)]
        reply = here["needs_reply"][:, 0] >= 0.5
        found[f"{name}intent"] = _share(first in (e.intents or ()) for first, e in zip(intents, rows, strict=True))
        found[f"{name}reply"] = 100 * float(f1_score([bool(e.needs_reply) for e in rows], reply, average="macro"))
        found[f"{name}urgency"] = _share(value == e.urgency for value, e in zip(urgency, rows, strict=True))
    return {name: round(value, 1) for name, value in found.items()}


def _tone(examples: Sequence[Example], chances: Chances, outlets: Mapping[str, Outlet]) -> float:
    given = [outlets["sentiment"].labels[at] for at in chances["sentiment"].argmax(axis=1)]
    return 100 * float(recall_score([e.sentiment for e in examples], given, average="macro"))


def _safety(hearer: Hearer) -> None:
    """On the voices kept aside that are not English."""
    examples = [example for example in data.held() if example.language != "en"]
    outlet = hearer.outlets["safety"]
    named = (heard_by(hearer, examples)["safety"] >= np.array(outlet.holds)).any(axis=1)
    wanted = np.array([bool(example.safety) for example in examples])
    _say(
        f"Safety, voices kept aside, not English: {(named & wanted).sum()} of {wanted.sum()} found, "
        f"{(named & ~wanted).sum()} false alarms in {(~wanted).sum()}"
    )


def _speed(folder: Path, hearer: Hearer, beside: Hearer) -> None:
    examples = [e for name in ("spanish", "french", "italian") for e in data.foreign_tones(folder, name, "val")]
    letters = sum(len(example.text) for example in examples) // len(examples)
    for name, one in (("linear", beside), ("with the extra", hearer)):
        one.hear([block_of(example) for example in examples[:50]])
        begun = process_time()
        one.hear([block_of(example) for example in examples])
        rate = len(examples) / (process_time() - begun)
        _say(f"Messages a second of one core, {letters} letters each, {name}: {rate:.0f}")


def _share(right: Iterable[bool]) -> float:
    each = list(right)
    return 100 * sum(each) / len(each)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
