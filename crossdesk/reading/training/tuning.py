"""From numbers of rows that were not learned from to probabilities that hold, and from where on they are acted on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.odds import shares_of
from crossdesk.reading.training import fit

Numbers = NDArray[np.float64]
Choose = Callable[[Numbers, Numbers], float]
STEPS = np.round(np.arange(0.05, 0.96, 0.01), 2)


def tuned(
    outlet: Outlet,
    mixes: Mapping[float, Numbers],
    answers: Sequence[tuple[str, ...] | None],
    *,
    precision: float,
    choose: Choose,
) -> tuple[Outlet, float]:
    """The outlet calibrated, and which of the mixes explains the answers best.

    mixes: by how much the linear models count, rows × labels. choose: of a label of "any", from its chances and where it
    holds, the probability from which on it is named. precision: of what is acted on.
    """
    known = [place for place, answer in enumerate(answers) if answer is not None]
    given = [answer for answer in answers if answer is not None]
    wanted = np.array([[label in answer for label in outlet.labels] for answer in given], dtype=np.float64)
    spoken = [answer[0] if outlet.choice == "one" else answer for answer in given]
    each = [
        (_misfit(found, mixed[known], wanted), share, found)
        for share, mixed in mixes.items()
        for found in [fit.calibrated(outlet, mixed[known], spoken, precision)]
    ]
    _, share, found = min(each, key=lambda one: one[0])
    if outlet.choice == "any" and len(outlet.labels) > 1:
        chances = chances_of(found, mixes[share][known])
        holds = tuple(choose(chances[:, at], wanted[:, at]) for at in range(len(outlet.labels)))
        found = replace(found, holds=holds)
    return replace(found, slope=round(found.slope, 4), shift=round(found.shift, 4), sure=min(found.sure, 0.99)), share


def chances_of(outlet: Outlet, numbers: Numbers) -> Numbers:
    """Calibrated, rows × labels."""
    return shares_of(numbers * outlet.slope + outlet.shift, outlet.choice)


def _misfit(outlet: Outlet, numbers: Numbers, wanted: Numbers) -> float:
    """Mean log loss of calibrated numbers."""
    chances = np.clip(chances_of(outlet, numbers), 1e-6, 1 - 1e-6)
    if outlet.choice == "any":
        return float(-np.mean(wanted * np.log(chances) + (1 - wanted) * np.log(1 - chances)))
    return float(-np.mean(np.log(chances[wanted == 1])))


def best_f1(chances: Numbers, wanted: Numbers) -> float:
    """Of thresholds that are equally good the middle one: the least likely to be luck."""
    scores = np.array(
        [2 * ((chances >= s) * wanted).sum() / max(1.0, (chances >= s).sum() + wanted.sum()) for s in STEPS]
    )
    best = np.flatnonzero(scores >= scores.max() - 1e-9)
    return float(STEPS[best[len(best) // 2]])


def seldom_wrong(elsewhere: Numbers, most: float) -> float:
    """The lowest threshold that names at most this share of rows where the label does not hold."""
    quiet = [s for s in STEPS if (elsewhere >= s).mean() <= most]
    return float(min(quiet, default=STEPS[-1]))
