"""How the encoder's heads are calibrated, and how much the linear model counts beside them.

Fitted on voices that neither learned from, and on TweetEval's validation tweets for sentiment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from crossdesk.reading.encoder import mixed
from crossdesk.reading.hearing import Outlet
from crossdesk.reading.linear import LinearHearer
from crossdesk.reading.training.encoder.corpus import Row
from crossdesk.reading.training.encoder.tasks import SHIPPED
from crossdesk.reading.training.tuning import Numbers, best_f1, chances_of, seldom_wrong
from crossdesk.reading.training.tuning import tuned as one_tuned

PRECISION = {
    "sentiment": 0.7, "needs_reply": 0.85, "intents": 0.8, "urgency": 0.8, "safety": 0.5, "complaint_reason": 0.7,
}  # fmt: skip
FALSE_ALARMS = 0.003  # of ordinary posts, for each of nine findings; as low as that allows, so that danger is found
# The linear model of sentiment has learned from the voices that the rest is set by, so validation tweets alone say how much it
# counts, by macro-recall, and calibrate it.
TONE_SHARE = 0.3
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # of the linear model, that are tried


def bare() -> list[Outlet]:
    """The heads before anything is known of them."""
    found, first = [], 0
    for task in SHIPPED:
        found.append(Outlet(task.name, task.labels, task.kind, first, 1.0, 0.0, 0.5))
        first += len(task.labels)
    return found


def tuned(
    rows: Sequence[Row], numbers: Numbers, said: Mapping[str, Numbers], by: LinearHearer
) -> tuple[list[Outlet], dict[str, float]]:
    """The heads with their calibration, and the linear model's share in those that it answers too.

    numbers: rows × all columns of the shipped heads, in their order. said: what the linear model says of the same rows.
    """
    outlets, shares = [], {}
    for outlet in bare():
        answers = [row.labels.get(outlet.name) for row in rows]
        tried = SHARES if outlet.name in said else (0.0,)
        if outlet.name == "sentiment":
            tried, answers = (
                (TONE_SHARE,),
                [None if "intents" in row.labels else row.labels["sentiment"] for row in rows],
            )
        mixes = {0.0: numbers[:, outlet.columns]} if 0.0 in tried else {}
        for share in filter(None, tried):
            mixes[share] = mixed(numbers, said, {outlet.name: outlet}, {outlet.name: share}, by)[:, outlet.columns]
        known = [None if answer is None else tuple(answer) for answer in answers]
        found, share = one_tuned(outlet, mixes, known, precision=PRECISION[outlet.name], choose=best_f1)
        if outlet.name == "safety":
            found = _for_safety(found, mixes[share][[answer is None for answer in answers]])
        outlets.append(found)
        if share:
            shares[outlet.name] = share
    return outlets, shares


def _for_safety(outlet: Outlet, ordinary: Numbers) -> Outlet:
    """As low as ordinary posts allow, of which nobody said that anything is wrong with them."""
    chances = chances_of(outlet, np.asarray(ordinary))
    return replace(outlet, holds=tuple(seldom_wrong(chances[:, at], FALSE_ALARMS) for at in range(len(outlet.labels))))
