"""From the network's numbers to probabilities that hold: one slope and shift for each head, and where it is sure enough.

Fitted on voices that the network did not learn from, and on TweetEval's validation tweets for sentiment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from crossdesk.reading.encoder import mixed
from crossdesk.reading.hearing import Outlet
from crossdesk.reading.linear import LinearHearer
from crossdesk.reading.training.encoder.corpus import Row
from crossdesk.reading.training.encoder.tasks import SHIPPED, Task

Floats = NDArray[np.float64]
PRECISION = {
    "sentiment": 0.7,
    "needs_reply": 0.85,
    "intents": 0.8,
    "urgency": 0.8,
    "complaint_reason": 0.7,
    "safety": 0.5,
}
FALSE_ALARMS = 0.005  # of ordinary posts, for each of nine findings; as low as that allows, so that danger is found
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # of the linear model, that are tried
_STEPS = np.round(np.arange(0.05, 0.96, 0.01), 2)


@dataclass(frozen=True, slots=True)
class Tuned:
    """numbers: rows × labels of one head as the network gave them; wanted: the same, 1 where a label holds."""

    task: Task
    numbers: Floats
    wanted: Floats

    def chances(self, slope: float, shift: float) -> Floats:
        part = self.numbers * slope + shift
        if self.task.kind == "any":
            return 1 / (1 + np.exp(-part))
        part = np.exp(part - part.max(axis=1, keepdims=True))
        shares: Floats = part / part.sum(axis=1, keepdims=True)
        return shares

    def misfit(self, values: Sequence[float]) -> float:
        """Mean log loss."""
        chances = np.clip(self.chances(values[0], values[1] if self.task.kind == "any" else 0.0), 1e-6, 1 - 1e-6)
        if self.task.kind == "any":
            return float(-np.mean(self.wanted * np.log(chances) + (1 - self.wanted) * np.log(1 - chances)))
        return float(-np.mean(np.log(chances[self.wanted == 1])))


def bare() -> list[Outlet]:
    """The heads before anything is known of them."""
    found, first = [], 0
    for task in SHIPPED:
        found.append(Outlet(task.name, task.labels, task.kind, first, 1.0, 0.0, 0.5))
        first += len(task.labels)
    return found


def tuned(
    rows: Sequence[Row], numbers: Floats, said: Mapping[str, Floats], by: LinearHearer
) -> tuple[list[Outlet], dict[str, float]]:
    """The heads with their calibration, and the linear model's share in those that it answers too.

    numbers: rows × all columns of the shipped heads, in their order. said: what the linear model says of the same rows.
    """
    found, shares = [], {}
    for task, bare_ in zip(SHIPPED, bare(), strict=True):
        known = [at for at, row in enumerate(rows) if task.name in row.labels]
        wanted = np.array([[label in rows[at].labels[task.name] for label in task.labels] for at in known], dtype=float)
        fits = []
        for share in SHARES if task.name in said else (0.0,):
            both = mixed(numbers, said, {task.name: bare_}, {task.name: share}, by) if share else numbers
            part = Tuned(task, both[known][:, bare_.columns], wanted)
            best = minimize(part.misfit, [1.0, 0.0], method="Nelder-Mead")
            fits.append((float(best.fun), share, best.x, both))
        _, share, (slope, shift), both = min(fits, key=lambda fit: fit[:2])
        shift = float(shift) if task.kind == "any" else 0.0
        chances = Tuned(task, both[:, bare_.columns], wanted).chances(float(slope), shift)
        others = np.delete(chances, known, axis=0)
        holds = _holds(task, chances[known], wanted, others)
        sure = _sure(task, chances[known], wanted, PRECISION[task.name])
        found.append(replace(bare_, slope=round(float(slope), 4), shift=round(shift, 4), sure=sure, holds=holds))
        if share:
            shares[task.name] = share
    return found, shares


def _holds(task: Task, chances: Floats, wanted: Floats, ordinary: Floats) -> tuple[float, ...]:
    """From which probability on a label is named: the best F1; for safety the lowest that leaves ordinary posts alone."""
    if task.kind == "one":
        return ()
    if task.name == "safety":
        return tuple(_seldom_wrong(ordinary[:, at]) for at in range(len(task.labels)))
    return tuple(_best_f1(chances[:, at], wanted[:, at]) for at in range(len(task.labels)))


def _best_f1(chances: Floats, wanted: Floats) -> float:
    def f1(least: float) -> float:
        named = chances >= least
        return float(2 * (named * wanted).sum() / max(1.0, named.sum() + wanted.sum()))

    scores = np.array([f1(least) for least in _STEPS])
    # Of thresholds that are equally good the middle one: the least likely to be luck.
    best = np.flatnonzero(scores >= scores.max() - 1e-9)
    return float(_STEPS[best[len(best) // 2]])


def _seldom_wrong(ordinary: Floats) -> float:
    quiet = [least for least in _STEPS if (ordinary >= least).mean() <= FALSE_ALARMS]
    return float(min(quiet, default=_STEPS[-1]))


def _sure(task: Task, chances: Floats, wanted: Floats, precision: float) -> float:
    """The lowest probability of the best label above which it is right as often as stated; 0.99 where it never is."""
    best = chances.max(axis=1) if len(task.labels) > 1 else np.maximum(chances[:, 0], 1 - chances[:, 0])
    if len(task.labels) > 1:
        right = wanted[np.arange(len(wanted)), chances.argmax(axis=1)] == 1
    else:
        right = (chances[:, 0] >= 0.5) == (wanted[:, 0] == 1)
    for least in _STEPS:
        acted = best >= least
        if not acted.any():
            break
        if right[acted].mean() >= precision:
            return float(least)
    return 0.99
