"""The encoder's heads with the linear model beside: calibrated where somebody labelled, safety quiet on ordinary posts."""

import numpy as np
import pytest

from crossdesk.reading.linear import LinearHearer
from crossdesk.reading.services import WEIGHTS
from crossdesk.reading.training.encoder.corpus import Row
from crossdesk.reading.training.encoder.tasks import SHIPPED
from crossdesk.reading.training.encoder.tuning import FALSE_ALARMS, TONE_SHARE, bare, tuned
from crossdesk.reading.training.tuning import chances_of

ROWS, ORDINARY = 400, 2000


@pytest.fixture(scope="module")
def told():
    """Rows with every label and ordinary ones with only a sentiment; numbers that know them, but for urgency."""
    chance = np.random.default_rng(5)
    outlets = {outlet.name: outlet for outlet in bare()}
    numbers = chance.normal(0, 1, (ROWS + ORDINARY, sum(len(task.labels) for task in SHIPPED)))
    rows = []
    for at in range(ROWS + ORDINARY):
        labels = {}
        for task in SHIPPED if at < ROWS else SHIPPED[:1]:
            label = int(chance.integers(len(task.labels) + (task.kind == "any")))
            labels[task.name] = task.labels[label : label + 1]
            if labels[task.name] and task.name != "urgency":
                numbers[at, outlets[task.name].first + label] += 3
        rows.append(Row(f"text {at}", labels=labels))
    linear = LinearHearer.load(WEIGHTS)
    known = [linear.outlets["urgency"].labels.index(row.labels.get("urgency", ("normal",))[0]) for row in rows]
    said = {"urgency": np.full((len(rows), 4), 0.05), "sentiment": np.full((len(rows), 3), 1 / 3)}
    said["urgency"][np.arange(len(rows)), known] = 0.85
    return rows, numbers, said, tuned(rows, numbers, said, linear)


def test_the_linear_model_counts_only_where_it_was_asked_and_knows_more_and_in_sentiment_as_much_as_is_set(told):
    *_, (outlets, shares) = told

    assert shares == {"sentiment": TONE_SHARE, "urgency": 0.8}
    assert [outlet.name for outlet in outlets] == [task.name for task in SHIPPED]


def test_safety_names_no_more_ordinary_posts_than_it_may(told):
    _, numbers, _, (outlets, _) = told
    (safety,) = [outlet for outlet in outlets if outlet.name == "safety"]

    chances = chances_of(safety, numbers[ROWS:, safety.columns])

    alarms = (chances >= np.array(safety.holds)).mean(axis=0)
    lower = (chances >= np.array(safety.holds) - 0.011).mean(axis=0)
    assert alarms.max() <= FALSE_ALARMS < lower.min()
