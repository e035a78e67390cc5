"""How the heads on the multilingual encoder are calibrated, and how much the linear models count beside them."""

from collections.abc import Sequence

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.training import tuning
from crossdesk.reading.training.tuning import STEPS, Numbers, best_f1, seldom_wrong

PRECISION = {
    "sentiment": 0.7, "needs_reply": 0.85, "intents": 0.75, "urgency": 0.8, "safety": 0.5, "complaint_reason": 0.7,
}  # fmt: skip
RECALL_OF_SAFETY = 0.9  # of the messages of a finding, where that many can be found
FALSE_ALARMS = 0.01  # of the other messages, for each finding, at most
BESIDE = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)


def tuned(
    outlet: Outlet, numbers: Numbers, beside: Numbers | None, answers: Sequence[tuple[str, ...] | None]
) -> tuple[Outlet, float]:
    """The outlet calibrated, with how much the linear models' numbers count beside: what explains the answers best."""
    mixes = {0.0: numbers} if beside is None else {share: numbers + share * beside for share in BESIDE}
    choose = _finds_enough if outlet.name == "safety" else best_f1
    return tuning.tuned(outlet, mixes, answers, precision=PRECISION[outlet.name], choose=choose)


def _finds_enough(chances: Numbers, wanted: Numbers) -> float:
    """The highest threshold that finds enough, but none that raises too many false alarms."""
    lowest = seldom_wrong(chances[wanted == 0], FALSE_ALARMS)
    enough = [s for s in STEPS if (chances[wanted == 1] >= s).mean() >= RECALL_OF_SAFETY]
    return float(max(lowest, max(enough, default=lowest)))
