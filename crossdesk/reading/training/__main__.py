"""`script/train-reading --data DIR`: train both models and write their weights; `--eval`: print their figures."""

import argparse
import sys
from pathlib import Path

import numpy as np

from crossdesk.reading.linear import Outlet
from crossdesk.reading.ports import Intent, Urgency
from crossdesk.reading.training import data, evaluate, fit

INTENTS: tuple[str, ...] = Intent.__args__  # type: ignore[attr-defined]
URGENCIES: tuple[str, ...] = Urgency.__args__  # type: ignore[attr-defined]
REASONS = (
    "late", "damaged", "wrong_item", "billing", "refund", "staff", "technical", "cancelled", "quality", "other",
)  # fmt: skip
TONE = fit.Space(size=1 << 18, pieces=0.5, strength=2.0)
CARE = fit.Space(size=1 << 17, pieces=0.5, strength=10.0)
CARE_QUESTIONS = (
    fit.Question("intents", INTENTS, "any", 0.75),
    fit.Question("needs_reply", ("yes",), "any", 0.85),
    fit.Question("urgency", URGENCIES, "one", 0.8),
    fit.Question("complaint_reason", REASONS, "one", 0.7),
)
WEIGHTS = Path(__file__).parent.parent / "weights"


def train_tone(folder: Path) -> None:
    """Sentiment, from tweets in eight languages and the written set. Calibrated on validation tweets."""
    question = fit.Question("sentiment", data.TONES, "one", 0.7)
    examples = data.tones(folder, "train")
    for language in data.LANGUAGES:
        examples += data.foreign_tones(folder, language, "train")
    examples += [e for e in data.written() if e.voice not in data.HELD_VOICES]
    check = data.tones(folder, "val")
    for language in data.LANGUAGES:
        check += data.foreign_tones(folder, language, "val")
    matrix = fit.counts([e.text for e in examples], TONE.size)
    scale = fit.scale_of(matrix, TONE)
    fitted = fit.fit_question(fit.scaled(matrix, scale), examples, question, TONE.strength)
    numbers = fit.scaled(fit.counts([e.text for e in check], TONE.size), scale) @ fitted[0].T + fitted[1]
    outlet = Outlet("sentiment", data.TONES, "one", 0, 1.0, 0.0, 0.5)
    outlet = fit.calibrated(outlet, numbers, [e.sentiment for e in check], question.precision)
    fit.packed(scale, [fitted], [outlet]).save(WEIGHTS / "tone.npz")


def train_care(folder: Path) -> None:
    """Intents, needs_reply, urgency and complaint reason. Calibrated across the voices of the written set."""
    examples = [e for e in data.written() if e.voice not in data.HELD_VOICES]
    own = np.arange(len(examples))
    examples += data.public(folder)
    is_own = np.zeros(len(examples), dtype=bool)
    is_own[own] = True
    matrix = fit.counts([e.text for e in examples], CARE.size)
    scale = fit.scale_of(matrix, CARE)
    matrix = fit.scaled(matrix, scale)
    fitted, outlets, first = [], [], 0
    for question in CARE_QUESTIONS:
        fitted.append(fit.fit_question(matrix, examples, question, CARE.strength))
        numbers = fit.out_of_fold(matrix, examples, question, CARE.strength, is_own)
        answers = [question.answer(examples[place]) for place in own]
        outlet = Outlet(question.name, question.labels, question.choice, first, 1.0, 0.0, 0.5)
        outlets.append(fit.calibrated(outlet, numbers, answers, question.precision))
        first += len(question.labels)
        print(outlets[-1])  # noqa: T201 -- a developer's tool
    fit.packed(scale, fitted, outlets).save(WEIGHTS / "care.npz")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/train-reading", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets, see docs/reading.md")
    parser.add_argument("--eval", action="store_true", help="train nothing, print the figures of the weights at hand")
    given = parser.parse_args(arguments)
    if not (given.data / "tweeteval").is_dir():
        parser.error(f"{given.data} holds no tweeteval folder; docs/reading.md says what must be there")
    if not given.eval:
        WEIGHTS.mkdir(exist_ok=True)
        train_tone(given.data)
        train_care(given.data)
    evaluate.print_figures(given.data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
