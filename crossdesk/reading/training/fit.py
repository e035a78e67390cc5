"""Fits the linear models: features, weights by logistic regression, probabilities that mean what they say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from crossdesk.reading.features import features
from crossdesk.reading.hearing import Outlet
from crossdesk.reading.linear import LinearModel, rows_of
from crossdesk.reading.training.data import Example
from crossdesk.reading.training.vectors import Vectors

Matrix = Any
Numbers = NDArray[np.float64]
BATCH = 1000
SEEN_AT_LEAST = 2  # texts of the training set that a feature must stand in


@dataclass(frozen=True, slots=True)
class Space:
    """hashed: rows beside those of known words. pieces: how much pieces of words count beside whole words."""

    hashed: int
    pieces: float


@dataclass(frozen=True, slots=True)
class Question:
    """One outlet to fit. For `one`, answers are a label or None; for `any`, a tuple of labels or None.

    precision: what the answers that are acted on must reach. strength: the inverse of how much weights are held down.
    meaning: how much word vectors count.
    """

    name: str
    labels: tuple[str, ...]
    choice: str
    precision: float
    strength: float
    meaning: float

    def answer(self, example: Example) -> Any:
        value = getattr(example, self.name)
        if value is None:
            return None
        if self.name == "needs_reply":
            return ("yes",) if value else ()
        return value


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as numbers. rows: texts × features, each text at length one. used: features that are fitted.

    senses: texts × dimensions, the mean of the vectors of the known words, in the same length.
    """

    scale: Numbers
    rows: Matrix
    used: NDArray[np.int64]
    senses: Numbers

    def inputs(self, meaning: float) -> Matrix:
        return sp.hstack([self.rows[:, self.used], sp.csr_matrix(self.senses * meaning)]).tocsr()


def texts_of(texts: Sequence[str], space: Space, vectors: Vectors, scale: Numbers | None = None) -> Texts:
    """Features of all texts. Without `scale` it is fitted here: rare features weigh more, an unseen one as one seen once."""
    size = len(vectors.hashes) + space.hashed
    counted = counts(texts, size, vectors)
    seen = np.asarray((counted > 0).sum(axis=0)).ravel()
    if scale is None:
        scale = np.log((1 + len(texts)) / (1 + np.maximum(seen, 1))) + 1
        scale[len(vectors.hashes) + space.hashed // 2 :] *= space.pieces
        scale = scale.astype(np.float16).astype(np.float64)  # as it is stored
    length = np.sqrt(np.maximum(counted @ (scale**2), 1e-6))
    rows = (sp.diags(1 / length) @ counted @ sp.diags(scale)).tocsr()
    senses = rows[:, : len(vectors.hashes)] @ vectors.values
    return Texts(scale, rows, np.flatnonzero(seen >= SEEN_AT_LEAST), np.asarray(senses))


def counts(texts: Sequence[str], size: int, vectors: Vectors) -> Matrix:
    """texts × features: how often each feature stands in each text."""
    parts = []
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        found = features(batch)
        rows = rows_of(found, vectors.hashes, size)
        parts.append(sp.csr_matrix((np.ones(len(rows)), (found.message, rows)), shape=(len(batch), size)))
    return sp.vstack(parts).tocsr()


def fit_question(inputs: Matrix, examples: Sequence[Example], question: Question) -> tuple[Numbers, Numbers]:
    """Coefficients (labels × inputs) and intercepts for one outlet, from the rows that answer it."""
    answers = [question.answer(example) for example in examples]
    known = np.array([answer is not None for answer in answers])
    rows, weight = inputs[known], np.array([e.weight for e in examples])[known]
    given = [(a,) if question.choice == "one" else a for a in answers if a is not None]
    if question.name == "sentiment":
        wanted = np.array([question.labels.index(answer[0]) for answer in given])
        each = np.bincount(wanted, weight)
        model = LogisticRegression(C=question.strength, max_iter=200, tol=1e-3)
        model.fit(rows, wanted, sample_weight=weight * (each.sum() / len(each) / each)[wanted])
        return model.coef_, model.intercept_
    coefficients, intercepts = [], []
    for label in question.labels:
        wanted = np.array([label in answer for answer in given])
        share = weight[wanted].sum() / weight.sum()
        model = LogisticRegression(
            C=question.strength, solver="liblinear", dual=True, tol=0.01, max_iter=500, random_state=0
        )
        model.fit(rows, wanted, sample_weight=np.where(wanted, weight * (0.5 / share) ** 0.5, weight))
        coefficients.append(model.coef_[0])
        intercepts.append(model.intercept_[0])
    return np.array(coefficients), np.array(intercepts)


def out_of_fold(inputs: Matrix, examples: Sequence[Example], question: Question, own: int) -> Numbers:
    """Numbers for the first `own` rows, each from a model that saw no row of the same voice."""
    numbers = np.zeros((own, len(question.labels)))
    voices = np.array([e.voice for e in examples[:own]])
    for _, left in GroupKFold(n_splits=5).split(voices, groups=voices):
        kept = np.setdiff1d(np.arange(len(examples)), left)
        coefficients, intercepts = fit_question(inputs[kept], [examples[place] for place in kept], question)
        numbers[left] = inputs[left] @ coefficients.T + intercepts
    return numbers


def calibrated(outlet: Outlet, numbers: Numbers, answers: Sequence[Any], precision: float) -> Outlet:
    """The outlet with slope and shift fitted to what happened, and the lowest probability at which it is right
    as often as `precision` asks."""
    known = [place for place, answer in enumerate(answers) if answer is not None]
    numbers, given = numbers[known], [answers[place] for place in known]
    if outlet.choice == "one":
        hit = np.array([outlet.labels.index(answer) for answer in given])
        slopes = np.linspace(0.2, 8, 157)
        slope = min(slopes, key=lambda s: -float(_log_softmax(numbers * s)[np.arange(len(hit)), hit].mean()))
        outlet = replace(outlet, slope=float(slope), shift=0.0)
        chance = np.exp(_log_softmax(numbers * slope))
        right, best = chance.argmax(axis=1) == hit, chance.max(axis=1)
    else:
        held = np.array([[label in answer for label in outlet.labels] for answer in given])
        platt = LogisticRegression(C=1e6).fit(numbers.reshape(-1, 1), held.ravel())
        outlet = replace(outlet, slope=float(platt.coef_[0, 0]), shift=float(platt.intercept_[0]))
        chance = 1 / (1 + np.exp(-(numbers * outlet.slope + outlet.shift)))
        if len(outlet.labels) == 1:
            right, best = (chance[:, 0] >= 0.5) == held[:, 0], np.maximum(chance, 1 - chance)[:, 0]
        else:
            top = chance.argmax(axis=1)
            right, best = held[np.arange(len(top)), top], chance.max(axis=1)
    return replace(outlet, sure=sure_from(best, right, precision))


def sure_from(best: Numbers, right: NDArray[np.bool_], precision: float) -> float:
    """The lowest probability from which on the share that is right reaches `precision`."""
    order = np.argsort(-best)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= precision)
    return round(float(best[order][good[-1]]), 4) if len(good) else 1.0


def _log_softmax(numbers: Numbers) -> Numbers:
    top = numbers - numbers.max(axis=1, keepdims=True)
    logs: Numbers = top - np.log(np.exp(top).sum(axis=1, keepdims=True))
    return logs


def packed(
    texts: Texts, vectors: Vectors, fitted: Sequence[tuple[Numbers, Numbers]], asked: Sequence[Question],
    outlets: Sequence[Outlet],
) -> LinearModel:  # fmt: skip
    """The model as the reader uses it. A word's vector speaks through the weight of the word, scale through all weights."""
    columns = []
    for (coefficients, _), question in zip(fitted, asked, strict=True):
        weights = np.zeros((len(texts.scale), len(question.labels)))
        weights[texts.used] = coefficients[:, : len(texts.used)].T
        weights[: len(vectors.hashes)] += vectors.values @ coefficients[:, len(texts.used) :].T * question.meaning
        columns.append(weights * texts.scale[:, None])
    weights = np.hstack(columns)
    steps = (np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127).astype(np.float32)
    return LinearModel(
        known=vectors.hashes,
        scale=texts.scale.astype(np.float32),
        weights=np.rint(weights / steps).astype(np.float32),
        steps=steps,
        bias=np.concatenate([intercepts for _, intercepts in fitted]).astype(np.float32),
        outlets={outlet.name: outlet for outlet in outlets},
    )
