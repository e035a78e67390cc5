"""A light head over texts' vectors that learns from what people say of some hundred of them. No tables, no randomness.

Three voices are joined: the nearest texts, where what people said has flowed to unlabelled neighbours (`Ground.spread`);
a kernel ridge over the labelled ones; and what the general reader had said, weighed by how often people then said what.
How loud each voice is, and so how sure the head is, is fitted on answers that it gave without knowing the truth of them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from crossdesk.reading.ground import Ground, stacked
from crossdesk.reading.vectors import WIDTH, Floats

FOLDS: Final = 5
LEAST_ANSWERS: Final = 20  # below so many nobody can say how often a probability comes true
NEVER: Final = 2.0  # a threshold that no probability reaches
_NEAR = 20.0
_KERNEL, _RIDGE = 4.0, 0.1
_FLOOR = 1e-3
_ROWS = 256  # compared at once: bounds the memory
_FORM = "learned-1"
_SCALE = 127.0
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One text that people spoke of. at: its row on the ground. hint: what the general reader had said; "" nothing.

    weight: how much it counts.
    """

    at: int
    label: str
    hint: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class LearnedHead:
    """labels: in the order of all columns. anchors: texts with what they are taken for; the first ones carry the ridge.

    hints: for each thing the general reader says, how likely each label then is; "" for all else. loud: of the three
    voices. sure: from this probability on the head answers by itself, at the precision it was asked for.
    """

    labels: tuple[str, ...]
    anchors: Floats
    taken_for: Floats
    ridge: Floats
    base: Floats
    hints: Mapping[str, Sequence[float]]
    loud: tuple[float, float, float]
    sure: float
    examples: int

    def chances(self, vectors: Sequence[bytes], hints: Sequence[str]) -> Floats:
        """(texts, labels): how likely each label is. hints: what the general reader says of each text."""
        asked = stacked(vectors)
        alike = asked @ self.anchors.T
        near = _shares(np.exp(_NEAR * (alike - 1)) @ self.taken_for)
        ridge = np.exp(_KERNEL * (alike[:, : len(self.ridge)] - 1)) @ self.ridge + self.base
        hinted = np.array([self.hints.get(one, self.hints[""]) for one in hints]).reshape(len(hints), -1)
        return _joined((near, _shares(ridge), hinted), self.loud).astype(np.float32)

    def as_bytes(self) -> bytes:
        """The whole head: one line of JSON, then the numbers. The same head gives the same bytes."""
        told = {
            "form": _FORM, "labels": self.labels, "anchors": len(self.anchors), "ridge": len(self.ridge),
            "base": [float(one) for one in self.base], "hints": {key: list(row) for key, row in self.hints.items()},
            "loud": self.loud, "sure": self.sure, "examples": self.examples,
        }  # fmt: skip
        parts = (
            np.rint(self.anchors * _SCALE).astype(np.int8), self.taken_for.astype("<f2"), self.ridge.astype("<f4"),
        )  # fmt: skip
        return json.dumps(told).encode() + b"\n" + b"".join(part.tobytes() for part in parts)


def from_bytes(kept: bytes) -> LearnedHead:
    """The head of `as_bytes`. Raises ValueError where they are something else, or damaged."""
    line, _, rest = bytes(kept).partition(b"\n")
    told: dict[str, Any] = json.loads(line)
    if told.get("form") != _FORM:
        raise ValueError("these are not the weights of a learned head")
    labels, anchors, ridge = tuple(told["labels"]), told["anchors"], told["ridge"]
    sizes = (anchors * WIDTH, 2 * anchors * len(labels), 4 * ridge * len(labels))
    if len(rest) != sum(sizes):
        raise ValueError("these weights are damaged")
    ends = np.cumsum(sizes)
    points = np.frombuffer(rest[: ends[0]], dtype=np.int8).reshape(anchors, WIDTH).astype(np.float32)
    return LearnedHead(
        labels=labels,
        anchors=points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6),
        taken_for=np.frombuffer(rest[ends[0] : ends[1]], dtype="<f2").reshape(anchors, -1).astype(np.float32),
        ridge=np.frombuffer(rest[ends[1] :], dtype="<f4").reshape(ridge, -1).astype(np.float32),
        base=np.array(told["base"], dtype=np.float32),
        hints=told["hints"],
        loud=(told["loud"][0], told["loud"][1], told["loud"][2]),
        sure=told["sure"],
        examples=told["examples"],
    )


def fit(ground: Ground, examples: Sequence[Example], *, precision: float) -> LearnedHead | None:
    """Learn a head. None where people have said fewer than two different things: there is nothing to tell apart.

    precision: the share of its answers that is to be right; the head leaves to people what it is not that sure of.
    Examples of one text count together. Equal input gives the equal head.
    """
    labels = tuple(sorted({one.label for one in examples}))
    if len(labels) < 2:
        return None
    told = sorted(examples, key=lambda one: (one.at, one.label))
    rows = np.array([one.at for one in told])
    truth = np.array([labels.index(one.label) for one in told])
    weights = np.array([one.weight for one in told], dtype=np.float64)
    wanted = np.eye(len(labels))[truth]
    base = (weights @ wanted + 1) / (weights.sum() + len(labels))
    points = ground.points[rows]
    ridge, without = _ridge(points, wanted - base, weights)
    hints = _hints([one.hint for one in told], wanted, weights, base)
    voices = (
        _near_without(ground, rows, wanted, weights), _shares(without + base), _hints_without(told, wanted, weights, base),
    )  # fmt: skip
    loud = _loudness(voices, truth, weights)
    order = np.r_[rows, np.setdiff1d(np.arange(len(ground)), rows)]
    taken_for = _shares(ground.spread(_seeds(len(ground), rows, wanted, weights))).astype(np.float32)
    return LearnedHead(
        labels=labels,
        anchors=ground.points[order],
        taken_for=taken_for[order],
        ridge=ridge.astype(np.float32),
        base=base.astype(np.float32),
        hints=hints,
        loud=loud,
        sure=_threshold(_joined(voices, loud), truth, weights, precision),
        examples=len(told),
    )


def nearest(vector: bytes, among: Sequence[bytes], most: int) -> list[tuple[int, float]]:
    """The places in `among` of the texts that lie nearest, with how near (1: the same), nearest first."""
    if not among:
        return []
    alike = stacked(among) @ stacked([vector])[0]
    places = [int(place) for place in np.argsort(-alike, kind="stable")[:most]]
    return [(place, float(alike[place])) for place in places]


def _seeds(n: int, rows: NDArray[np.int64], wanted: Array, weights: Array) -> Floats:
    made = np.zeros((n, wanted.shape[1]))
    np.add.at(made, rows, wanted * weights[:, None])
    return made.astype(np.float32)


def _near_without(ground: Ground, rows: NDArray[np.int64], wanted: Array, weights: Array) -> Array:
    """What the nearest texts say of each example when what people said of its fifth is not known."""
    fold, width = rows % FOLDS, wanted.shape[1]
    parts = [_seeds(len(ground), rows, wanted, np.where(fold == each, 0.0, weights)) for each in range(FOLDS)]
    taken_for = ground.spread(np.hstack(parts))
    found = np.zeros_like(wanted)
    for start in range(0, len(rows), _ROWS):
        here = rows[start : start + _ROWS]
        pulls = np.exp(_NEAR * (ground.points[here] @ ground.points.T - 1))
        pulls[np.arange(len(here)), here] = 0.0  # not oneself
        for each in range(FOLDS):
            mine = fold[start : start + _ROWS] == each
            part = taken_for[:, each * width : (each + 1) * width]
            found[start : start + _ROWS][mine] = pulls[mine] @ _shares(part)
    return _shares(found)


def _ridge(points: Floats, wanted: Array, weights: Array) -> tuple[Array, Array]:
    """The ridge's weights, and what it would say of each example had it not seen it."""
    alike = np.exp(_KERNEL * (points @ points.T - 1)).astype(np.float64)
    inverse = np.linalg.inv(alike + _RIDGE * np.diag(1 / np.maximum(weights, 1e-3)))
    made = inverse @ wanted
    return made, wanted - made / np.diag(inverse)[:, None]


def _hints(said: Sequence[str], wanted: Array, weights: Array, base: Array) -> dict[str, list[float]]:
    counts = {"": base * 1.0}
    for hint, row, weight in zip(said, wanted, weights, strict=True):
        if hint:
            counts[hint] = counts.get(hint, base) + row * weight
    return {hint: [float(one) for one in row / row.sum()] for hint, row in sorted(counts.items())}


def _hints_without(told: Sequence[Example], wanted: Array, weights: Array, base: Array) -> Array:
    """What the general reader's word was worth for each example, by all others."""
    sums: dict[str, Array] = {}
    for one, row, weight in zip(told, wanted, weights, strict=True):
        sums[one.hint] = sums.get(one.hint, np.zeros_like(base)) + row * weight
    made = [
        base + (sums[one.hint] - row * weight if one.hint else 0.0)
        for one, row, weight in zip(told, wanted, weights, strict=True)
    ]
    return _shares(np.array(made))


def _shares(found: NDArray[Any]) -> Array:
    """Rows as probabilities: nothing below nought, adding up to one."""
    held = np.maximum(found.astype(np.float64), 1e-12)
    shares: Array = held / held.sum(axis=1, keepdims=True)
    return shares


def _joined(voices: Sequence[NDArray[Any]], loud: Sequence[float]) -> Array:
    return _soft(sum((one * np.log(voice + _FLOOR) for one, voice in zip(loud, voices, strict=True)), np.zeros(1)))


def _soft(scores: NDArray[Any]) -> Array:
    made = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = made / made.sum(axis=1, keepdims=True)
    return shares


def _loudness(voices: Sequence[Array], truth: NDArray[np.int64], weights: Array) -> tuple[float, float, float]:
    """The loudness under which the truths are likeliest, held near even where there are few (Newton's method)."""
    logs = np.stack([np.log(voice + _FLOOR) for voice in voices], axis=2)  # (n, labels, voices)
    right = logs[np.arange(len(truth)), truth]
    start = np.full(3, 0.5)
    loud = start.copy()
    for _ in range(30):
        p = _soft(logs @ loud)
        mean = np.einsum("nk,nkv->nv", p, logs)
        slope = (weights[:, None] * (mean - right)).sum(axis=0) + 2.0 * (loud - start)
        spread = np.einsum("nk,nkv,nkw->nvw", p, logs, logs) - mean[:, :, None] * mean[:, None, :]
        bend = (weights[:, None, None] * spread).sum(axis=0) + 2.0 * np.eye(3)
        loud = np.maximum(loud - np.linalg.solve(bend, slope), 0.0)
    return float(round(loud[0], 6)), float(round(loud[1], 6)), float(round(loud[2], 6))


def _threshold(chances: Array, truth: NDArray[np.int64], weights: Array, precision: float) -> float:
    """The lowest probability from which on the answers are as often right as they are to be."""
    best, said = chances.max(axis=1), chances.argmax(axis=1)
    order = np.argsort(-best, kind="stable")
    right = np.cumsum((said == truth)[order] * weights[order]) / np.cumsum(weights[order])
    good = [place for place in range(LEAST_ANSWERS - 1, len(order)) if right[place] >= precision]
    return float(round(best[order][good[-1]], 6)) if good else NEVER
