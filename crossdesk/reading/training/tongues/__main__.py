"""`script/train-tongues --data DIR --vectors FILE`: train the heads, write their weights, print their figures."""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.linear import LinearHearer
from crossdesk.reading.ports import Safety
from crossdesk.reading.tongues import Encode, Layers, Tongues, TonguesHearer, encoder
from crossdesk.reading.training import data, linear
from crossdesk.reading.training.data import Example
from crossdesk.reading.training.tongues import measure
from crossdesk.reading.training.tongues.beside import care_beside, tone_beside
from crossdesk.reading.training.tongues.network import Lesson, taught
from crossdesk.reading.training.tongues.rows import Placed, answer_of, placed, rows_of
from crossdesk.reading.training.tongues.tuning import tuned
from crossdesk.reading.training.vectors import Vectors

NAME = "tongues-1"
SAFETY: tuple[str, ...] = Safety.__args__  # type: ignore[attr-defined]
TONE = (Outlet("sentiment", data.TONES, "one", 0, 1.0, 0.0, 0.5),)
CARE = (
    Outlet("needs_reply", ("yes",), "any", 0, 1.0, 0.0, 0.5),
    Outlet("intents", linear.INTENTS, "any", 1, 1.0, 0.0, 0.5),
    Outlet("urgency", linear.URGENCIES, "one", 17, 1.0, 0.0, 0.5),
    Outlet("safety", SAFETY, "any", 21, 1.0, 0.0, 0.5),
    Outlet("complaint_reason", linear.REASONS, "one", 30, 1.0, 0.0, 0.5),
)
TONE_LESSON = Lesson(hidden=128, rounds=6, times=2)
CARE_LESSON = Lesson(hidden=128, rounds=24, rate=2e-3, times=2)
FOREIGN_WEIGHT, WRITTEN_WEIGHT = 3.0, 2.0  # beside an English tweet
TWEETS_EVERY = 3  # of the English tweets each third: what they teach reaches other languages only so far
APART = 6  # a sixth of the tweets of other languages is kept apart to set probabilities by


@dataclass(frozen=True, slots=True)
class Taught:
    """A network with its outlets, how much the linear models count beside each, and what was measured across voices."""

    layers: Layers
    outlets: Sequence[Outlet]
    beside: Mapping[str, float]
    across: measure.Across


def train_tone(
    folder: Path, written: Placed, vectors: Vectors, linear_outlets: Mapping[str, Outlet], encode: Encode
) -> tuple[Layers, Outlet, float]:
    """Sentiment, from tweets in eight languages and the written set; calibrated on tweets that were kept apart."""
    tweets = placed(data.tones(folder, "train")[::TWEETS_EVERY], encode)
    foreign = placed([e for name in data.LANGUAGES for e in data.foreign_tones(folder, name, "train")], encode)
    examples = [
        *_balanced(tweets.examples, 1.0),
        *_balanced(foreign.examples, FOREIGN_WEIGHT),
        *_balanced(written.examples, WRITTEN_WEIGHT),
    ]
    rows = rows_of(examples, np.concatenate([tweets.own, foreign.own, written.own]), TONE)
    drawn = np.random.default_rng(TONE_LESSON.seed).permutation(len(foreign.examples))
    apart = len(tweets.examples) + np.sort(drawn[: len(drawn) // APART])
    learned = np.setdiff1d(np.arange(len(examples)), apart)
    trial = taught(rows.take(learned), TONE, TONE_LESSON)
    beside = tone_beside(
        [examples[at] for at in learned], [examples[at] for at in apart], vectors, linear_outlets["sentiment"]
    )
    answers = [answer_of(examples[at], TONE[0]) for at in apart]
    outlet, share = tuned(TONE[0], trial.numbers(rows.inputs[apart]).astype(np.float64), beside, answers)
    return taught(rows, TONE, TONE_LESSON), outlet, share


def train_care(
    folder: Path, written: Placed, cast: Sequence[Example], vectors: Vectors, linear_outlets: Mapping[str, Outlet],
    encode: Encode,
) -> Taught:  # fmt: skip
    """Everything else, from the written set and the demo's customers; calibrated across the written voices."""
    spoken = placed(cast, encode)
    examples = [*written.examples, *spoken.examples]
    rows = rows_of(examples, np.concatenate([written.whole, spoken.whole]), CARE)
    numbers = np.zeros((len(written.examples), rows.wanted.shape[1]))
    voices = [example.voice for example in written.examples]
    for _, left in GroupKFold(n_splits=5).split(voices, groups=voices):
        trial = taught(rows.take(np.setdiff1d(np.arange(len(examples)), left)), CARE, CARE_LESSON)
        numbers[left] = trial.numbers(rows.inputs[left])
    beside = care_beside(folder, cast, vectors, linear_outlets)
    foreign = np.array([example.language != "en" for example in written.examples])
    outlets, shares = [], {}
    for bare in CARE:
        answers = [answer_of(e, bare) for e, is_foreign in zip(written.examples, foreign, strict=True) if is_foreign]
        said = beside[bare.name][foreign] if bare.name in beside else None
        outlet, shares[bare.name] = tuned(bare, numbers[foreign][:, bare.columns], said, answers)
        outlets.append(outlet)
    joined = {
        o.name: numbers[:, o.columns] + shares[o.name] * beside[o.name] if shares[o.name] else numbers[:, o.columns]
        for o in outlets
    }
    across = measure.across(written.examples, joined, beside, {o.name: o for o in outlets})
    return Taught(taught(rows, CARE, CARE_LESSON), outlets, shares, across)


def _balanced(examples: Sequence[Example], weight: float) -> list[Example]:
    """Each sentiment counts for as much as the others."""
    counted = Counter(example.sentiment for example in examples)
    return [replace(e, weight=weight * len(examples) / len(counted) / counted[e.sentiment]) for e in examples]


def train(folder: Path, cast: Path | None, vectors: Vectors, encode: Encode, beside: LinearHearer) -> Tongues:
    """Both networks, and where they may speak: languages that measured well enough, and no worse than the linear models."""
    written = placed(data.kept_for_training(), encode)
    tone, tone_outlet, tone_share = train_tone(folder, written, vectors, beside.outlets, encode)
    spoken = data.spoken_by_the_cast(cast) if cast else []
    care = train_care(folder, written, spoken, vectors, beside.outlets, encode)
    tongues = Tongues(
        name=NAME,
        tone=tone,
        care=care.layers,
        tone_outlets={tone_outlet.name: tone_outlet},
        care_outlets={outlet.name: outlet for outlet in care.outlets},
        beside={**care.beside, tone_outlet.name: tone_share},
        care_in=frozenset(),
        tone_in=frozenset(),
        across=care.across,
    )
    felt = measure.felt_well(measure.tones(folder, TonguesHearer(tongues, beside, encode), beside))
    return replace(tongues, care_in=measure.read_well(care.across) & felt, tone_in=felt)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/train-tongues", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets, see docs/reading.md")
    parser.add_argument("--vectors", type=Path, help="word vectors made by crossdesk.reading.training.encode")
    parser.add_argument("--more", type=Path, help="messages of the demo's customers, JSON lines")
    parser.add_argument("--eval", action="store_true", help="train nothing, print the figures of the weights at hand")
    given = parser.parse_args(arguments)
    path = linear.WEIGHTS / "tongues.npz"
    beside, encode = LinearHearer.load(linear.WEIGHTS), encoder()
    if not given.eval:
        vectors = Vectors.load(given.vectors) if given.vectors else Vectors.none()
        train(given.data, given.more, vectors, encode, beside).save(path)
    measure.print_figures(given.data, TonguesHearer(Tongues.load(path), beside, encode), beside)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
