"""From numbers of rows that were not learned from to probabilities that hold, and from where on they are acted on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.tongues import shares_of
from crossdesk.reading.training import fit

Numbers = NDArray[np.float64]
PRECISION = {
    "sentiment": 0.7, "needs_reply": 0.85, "intents": 0.75, "urgency": 0.8, "safety": 0.5, "complaint_reason": 0.7,
}  # fmt: skip
RECALL_OF_SAFETY = 0.9  # of the messages of a finding, where that many can be found
FALSE_ALARMS = 0.01  # of the other messages, for each finding, at most
BESIDE = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
_STEPS = np.round(np.arange(0.05, 0.96, 0.01), 2)


def tuned(
    outlet: Outlet, numbers: Numbers, beside: Numbers | None, answers: Sequence[tuple[str, ...] | None]
) -> tuple[Outlet, float]:
    """The outlet calibrated, with how much the linear models' numbers count beside: what explains the answers best."""
    known = [place for place, answer in enumerate(answers) if answer is not None]
    given = [answer for answer in answers if answer is not None]
    wanted = np.array([[label in answer for label in outlet.labels] for answer in given], dtype=np.float64)
    each = [
        (_misfit(found, mixed[known], wanted), share, found)
        for share in (BESIDE if beside is not None else (0.0,))
        for mixed in [numbers + share * beside if beside is not None else numbers]
        for found in [fit.calibrated(outlet, mixed[known], _spoken(outlet, given), PRECISION[outlet.name])]
    ]
    _, share, found = min(each, key=lambda one: one[0])
    if outlet.choice == "any" and len(outlet.labels) > 1:
        mixed = numbers + share * beside if beside is not None else numbers
        chances = shares_of(mixed[known] * found.slope + found.shift, "any")
        found = replace(found, holds=_holds(outlet.name, chances, wanted))
    return replace(found, slope=round(found.slope, 4), shift=round(found.shift, 4), sure=min(found.sure, 0.99)), share


def _spoken(outlet: Outlet, given: Sequence[tuple[str, ...]]) -> list[str | tuple[str, ...]]:
    return [answer[0] if outlet.choice == "one" else answer for answer in given]


def _misfit(outlet: Outlet, numbers: Numbers, wanted: Numbers) -> float:
    """Mean log loss of calibrated numbers."""
    chances = np.clip(shares_of(numbers * outlet.slope + outlet.shift, outlet.choice), 1e-6, 1 - 1e-6)
    if outlet.choice == "any":
        return float(-np.mean(wanted * np.log(chances) + (1 - wanted) * np.log(1 - chances)))
    return float(-np.mean(np.log(chances[wanted == 1])))


def _holds(name: str, chances: Numbers, wanted: Numbers) -> tuple[float, ...]:
    """For each label from which probability on it is named."""
    choose: Callable[[Numbers, Numbers], float] = _finds_enough if name == "safety" else _best_f1
    return tuple(choose(chances[:, at], wanted[:, at]) for at in range(chances.shape[1]))


def _best_f1(chances: Numbers, wanted: Numbers) -> float:
    """Of thresholds that are equally good the middle one: the least likely to be luck."""
    scores = np.array(
        [2 * ((chances >= s) * wanted).sum() / max(1.0, (chances >= s).sum() + wanted.sum()) for s in _STEPS]
    )
    best = np.flatnonzero(scores >= scores.max() - 1e-9)
    return float(_STEPS[best[len(best) // 2]])


def _finds_enough(chances: Numbers, wanted: Numbers) -> float:
    """The highest threshold that finds enough, but none that raises too many false alarms."""
    quiet = [s for s in _STEPS if (chances[wanted == 0] >= s).mean() <= FALSE_ALARMS]
    lowest = min(quiet, default=_STEPS[-1])
    enough = [s for s in _STEPS if (chances[wanted == 1] >= s).mean() >= RECALL_OF_SAFETY]
    return float(max(lowest, max(enough, default=lowest)))
