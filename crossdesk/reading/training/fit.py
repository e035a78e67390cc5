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
from crossdesk.reading.linear import LinearModel, Outlet, buckets
from crossdesk.reading.training.data import Example

Matrix = Any
Numbers = NDArray[np.float64]
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Space:
    """How many buckets features fall into, how much pieces of words count beside whole words, how strongly to fit."""

    size: int
    pieces: float
    strength: float


@dataclass(frozen=True, slots=True)
class Question:
    """One outlet to fit. For `one`, answers holds one label or None; for `any`, a tuple of labels or None."""

    name: str
    labels: tuple[str, ...]
    choice: str
    precision: float

    def answer(self, example: Example) -> Any:
        value = getattr(example, self.name)
        if value is None:
            return None
        if self.name == "needs_reply":
            return ("yes",) if value else ()
        return value


def counts(texts: Sequence[str], size: int) -> Matrix:
    """texts × buckets: how often each feature stands in each text."""
    parts = []
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        found = features(batch)
        rows = buckets(found, size)
        ones = np.ones(len(rows), dtype=np.float32)
        parts.append(sp.csr_matrix((ones, (found.message, rows)), shape=(len(batch), size)))
    return sp.vstack(parts).tocsr()


def scale_of(matrix: Matrix, space: Space) -> Numbers:
    """Rare features weigh more; a feature never seen weighs as one seen once."""
    seen = np.asarray((matrix > 0).sum(axis=0)).ravel()
    scale = np.log((1 + matrix.shape[0]) / (1 + np.maximum(seen, 1))) + 1
    scale[space.size // 2 :] *= space.pieces
    exact: Numbers = scale.astype(np.float16).astype(np.float64)  # as it is stored
    return exact


def scaled(matrix: Matrix, scale: Numbers) -> Matrix:
    """Each text at length one, as the reader does it."""
    length = np.sqrt(np.maximum(matrix @ (scale**2), 1e-6))
    return (sp.diags(1 / length) @ matrix @ sp.diags(scale)).tocsr().astype(np.float32)


def _logistic(matrix: Matrix, wanted: NDArray[Any], weight: Numbers, strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(matrix, wanted, sample_weight=weight)


def fit_question(matrix: Matrix, examples: Sequence[Example], question: Question, strength: float) -> tuple[Any, Any]:
    """Coefficients (labels × buckets) and intercepts for one outlet, from the rows that answer it."""
    answers = [question.answer(example) for example in examples]
    known = np.array([answer is not None for answer in answers])
    rows, weight = matrix[known], np.array([e.weight for e in examples])[known]
    given = [answer for answer in answers if answer is not None]
    if question.choice == "one":
        wanted = np.array([question.labels.index(answer) for answer in given])
        each = np.bincount(wanted, weight, minlength=len(question.labels))
        weight = weight * (each.sum() / (len(each) * np.maximum(each, 1e-9)))[wanted] ** 0.5
        model = _logistic(rows, wanted, weight, strength)
        return model.coef_, model.intercept_
    coefficients, intercepts = [], []
    for label in question.labels:
        wanted = np.array([label in answer for answer in given])
        share = weight[wanted].sum() / weight.sum()
        model = _logistic(rows, wanted, np.where(wanted, weight * (0.5 / share) ** 0.5, weight), strength)
        coefficients.append(model.coef_[0])
        intercepts.append(model.intercept_[0])
    return np.array(coefficients), np.array(intercepts)


def out_of_fold(
    matrix: Matrix, examples: Sequence[Example], question: Question, strength: float, own: NDArray[np.bool_]
) -> Numbers:
    """Numbers for the rows `own`, each from a model that saw no row of the same voice."""
    numbers = np.zeros((len(examples), len(question.labels)))
    voices = np.array([e.voice for e in examples])
    places = np.flatnonzero(own)
    for _, left in GroupKFold(n_splits=min(5, len(set(voices[own])))).split(places, groups=voices[own]):
        out = places[left]
        kept = np.ones(len(examples), dtype=bool)
        kept[out] = False
        coefficients, intercepts = fit_question(
            matrix[kept], [e for e, k in zip(examples, kept, strict=True) if k], question, strength
        )
        numbers[out] = matrix[out] @ coefficients.T + intercepts
    return numbers[own]


def calibrated(outlet: Outlet, numbers: Numbers, answers: Sequence[Any], precision: float) -> Outlet:
    """The outlet with slope and shift fitted to what happened, and the lowest probability at which it is right
    as often as `precision` asks."""
    known = [place for place, answer in enumerate(answers) if answer is not None]
    numbers, given = numbers[known], [answers[place] for place in known]
    if outlet.choice == "one":
        hit = np.array([outlet.labels.index(answer) for answer in given])
        slopes = np.linspace(0.3, 8, 155)
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


def packed(scale: Numbers, fitted: Sequence[tuple[Any, Any]], outlets: Sequence[Outlet]) -> LinearModel:
    """The model as the reader uses it: scale folded into the weights."""
    coefficients = np.vstack([coefficient for coefficient, _ in fitted])
    bias = np.concatenate([intercept for _, intercept in fitted])
    weights = (coefficients * scale).T.astype(np.float32)
    named = {outlet.name: outlet for outlet in outlets}
    steps = (np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127).astype(np.float32)
    whole = np.rint(weights / steps)
    return LinearModel(scale.astype(np.float32), whole, steps, bias.astype(np.float32), named)
