"""The linear models: what they are asked, and how they are trained. Their weights are written where the package has them."""

from dataclasses import replace
from pathlib import Path

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.ports import ComplaintReason, Intent, Urgency
from crossdesk.reading.training import data, fit
from crossdesk.reading.training.vectors import Vectors

INTENTS: tuple[str, ...] = Intent.__args__  # type: ignore[attr-defined]
URGENCIES: tuple[str, ...] = Urgency.__args__  # type: ignore[attr-defined]
REASONS: tuple[str, ...] = ComplaintReason.__args__  # type: ignore[attr-defined]
WRITTEN_TONE_WEIGHT = 6.0  # there are forty tweets for each written row
TONE_SPACE = fit.Space(hashed=1 << 18, pieces=0.5)
CARE_SPACE = fit.Space(hashed=1 << 17, pieces=0.5)
TONE = fit.Question("sentiment", data.TONES, "one", precision=0.7, strength=2.0, meaning=0.5)
CARE = (
    fit.Question("intents", INTENTS, "any", precision=0.75, strength=10.0, meaning=1.0),
    fit.Question("needs_reply", ("yes",), "any", precision=0.85, strength=10.0, meaning=0.3),
    fit.Question("urgency", URGENCIES, "one", precision=0.8, strength=10.0, meaning=1.0),
    fit.Question("complaint_reason", REASONS, "one", precision=0.7, strength=10.0, meaning=1.0),
)
WEIGHTS = Path(__file__).parent.parent / "weights"


def train_tone(folder: Path, vectors: Vectors) -> None:
    """Sentiment, from tweets in eight languages and the written set. Calibrated on validation tweets."""
    examples = data.tones(folder, "train")
    check = data.tones(folder, "val")
    for language in data.LANGUAGES:
        examples += data.foreign_tones(folder, language, "train")
        check += data.foreign_tones(folder, language, "val")
    examples += [replace(example, weight=WRITTEN_TONE_WEIGHT) for example in data.kept_for_training()]
    texts = fit.texts_of([e.text for e in examples], TONE_SPACE, vectors)
    coefficients, intercepts = fit.fit_question(texts.inputs(TONE.meaning), examples, TONE)
    seen = fit.texts_of([e.text for e in check], TONE_SPACE, vectors, texts.scale)
    numbers = replace(seen, used=texts.used).inputs(TONE.meaning) @ coefficients.T + intercepts
    outlet = Outlet(TONE.name, TONE.labels, TONE.choice, 0, 1.0, 0.0, 0.5)
    outlet = fit.calibrated(outlet, numbers, [e.sentiment for e in check], TONE.precision)
    fit.packed(texts, vectors, [(coefficients, intercepts)], [TONE], [outlet]).save(WEIGHTS / "tone.npz")


def train_care(folder: Path, vectors: Vectors, cast: list[data.Example]) -> None:
    """Intents, needs_reply, urgency and complaint reason. Calibrated across the voices of the written set."""
    examples = data.for_learning()
    own = len(examples)
    examples += cast
    examples += data.public(folder)
    texts = fit.texts_of([e.text for e in examples], CARE_SPACE, vectors)
    fitted, outlets, first = [], [], 0
    for question in CARE:
        inputs = texts.inputs(question.meaning)
        fitted.append(fit.fit_question(inputs, examples, question))
        numbers = fit.out_of_fold(inputs, examples, question, own)
        answers = [question.answer(example) for example in examples[:own]]
        outlet = Outlet(question.name, question.labels, question.choice, first, 1.0, 0.0, 0.5)
        outlets.append(fit.calibrated(outlet, numbers, answers, question.precision))
        first += len(question.labels)
    fit.packed(texts, vectors, fitted, CARE, outlets).save(WEIGHTS / "care.npz")
