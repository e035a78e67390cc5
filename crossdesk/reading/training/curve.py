"""How fast heads learn from corrections: accuracy over ten domains after 50, 200, 500 and 1,000 of them.

`python -m crossdesk.reading.training.curve --data DIR` with DIR/clinc150: its domains stand for departments. Texts get their
vectors from the reader that ships. Those that are corrected are drawn by a seed from `train`; other texts of `train` lie
beside them without labels, as a workspace's other messages do. Scored on `val`, beside plain logistic regression.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from crossdesk.kit.statistics import calibration
from crossdesk.reading import learning
from crossdesk.reading.ground import ground, stacked
from crossdesk.reading.ports import Block
from crossdesk.reading.services import default_reader

AFTER = (50, 200, 500, 1000)
SEEDS = (1, 2, 3, 4, 5)
BESIDE = 3000  # texts without labels
PRECISION = 0.9


@dataclass(frozen=True, slots=True)
class Texts:
    """Vectors of texts, packed, and the domain of each."""

    vectors: Sequence[bytes]
    domains: Sequence[str]


@dataclass(frozen=True, slots=True)
class Point:
    """After so many corrections, by one seed. plain: logistic regression. answered, right: at the stated precision."""

    corrections: int
    seed: int
    accuracy: float
    plain: float
    ece: float
    answered: float
    right: float


def texts_of(folder: Path, part: str) -> Texts:
    """A part of the data, read by the reader that ships."""
    domain = {
        intent: name
        for name, intents in json.loads((folder / "domains.json").read_text()).items()
        for intent in intents
    }
    rows = [json.loads(line) for line in (folder / f"{part}.jsonl").read_text().splitlines()]
    readings = default_reader().read([Block(row["text"]) for row in rows])
    if not all(one.vector for one in readings):
        raise SystemExit(f"The reader {default_reader().model} gives no vectors: there is nothing to learn on.")
    return Texts([one.vector for one in readings], [domain[row["intent"]] for row in rows])


def curve(
    train: Texts, scored: Texts, *, after: Sequence[int] = AFTER, seeds: Sequence[int] = SEEDS
) -> Iterator[Point]:
    """One point for each number of corrections and seed."""
    for corrections in after:
        for seed in seeds:
            yield _point(train, scored, corrections, seed)


def _point(train: Texts, scored: Texts, corrections: int, seed: int) -> Point:
    drawn = np.random.default_rng(seed).permutation(len(train.vectors))[: corrections + BESIDE]
    points = stacked([train.vectors[place] for place in drawn])
    said = [train.domains[place] for place in drawn[:corrections]]
    examples = [learning.Example(place, label) for place, label in enumerate(said)]
    head = learning.fit(ground(points), examples, precision=PRECISION)
    if head is None:
        raise SystemExit("All corrections that were drawn are of one domain.")
    chances = head.chances(scored.vectors, [""] * len(scored.vectors))
    right = _right(np.array(head.labels)[chances.argmax(axis=1)], scored)
    sure = chances.max(axis=1) >= head.sure
    plain = LogisticRegression(C=10.0, max_iter=1000).fit(points[:corrections], said)
    return Point(
        corrections=corrections,
        seed=seed,
        accuracy=float(right.mean()),
        plain=float(_right(plain.predict(stacked(scored.vectors)), scored).mean()),
        ece=calibration((float(p), bool(hit)) for p, hit in zip(chances.max(axis=1), right, strict=True)).ece or 0.0,
        answered=float(sure.mean()),
        right=float(right[sure].mean()) if sure.any() else 0.0,
    )


def _right(said: Sequence[str] | NDArray[Any], scored: Texts) -> NDArray[np.bool_]:
    return np.array([one == truth for one, truth in zip(said, scored.domains, strict=True)])


def told(points: Sequence[Point]) -> Iterator[str]:
    """The table: means over seeds, and how far accuracy went apart."""
    yield f"{'corrections':>11}  {'accuracy':>16}  {'plain':>6}  {'ECE':>6}  {'answered':>8}  {'of these right':>14}"
    for corrections in dict.fromkeys(one.corrections for one in points):
        here = [one for one in points if one.corrections == corrections]
        mean: Mapping[str, float] = {
            name: float(np.mean([getattr(one, name) for one in here]))
            for name in ("accuracy", "plain", "ece", "answered", "right")
        }
        low, high = min(one.accuracy for one in here), max(one.accuracy for one in here)
        span = f"{mean['accuracy']:.1%} ({low * 100:.1f}–{high * 100:.1f})"
        yield (
            f"{corrections:>11}  {span:>16}  {mean['plain']:>6.1%}  {mean['ece']:>6.3f}  "
            f"{mean['answered']:>8.1%}  {mean['right']:>14.1%}"
        )


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data / "clinc150"
    for line in told(list(curve(texts_of(folder, "train"), texts_of(folder, "val")))):
        print(line)  # noqa: T201 -- a script


if __name__ == "__main__":
    main()
