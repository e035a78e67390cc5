"""Probabilities, thresholds, and how much the linear models count beside the heads."""

import numpy as np
import pytest

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.odds import shares_of
from crossdesk.reading.training.tongues.tuning import FALSE_ALARMS, RECALL_OF_SAFETY, tuned

TONE = Outlet("sentiment", ("negative", "neutral", "positive"), "one", 0, 1.0, 0.0, 0.5)
SAFETY = Outlet("safety", ("threat", "leak"), "any", 0, 1.0, 0.0, 0.5)


def drawn(rows: int, spread: float) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Numbers that know the answer as well as their spread lets them."""
    chance = np.random.default_rng(3)
    place = chance.integers(0, 3, rows)
    numbers = chance.normal(0, spread, (rows, 3))
    numbers[np.arange(rows), place] += 2
    return numbers, [(TONE.labels[at],) for at in place]


def test_the_linear_models_count_where_they_know_more():
    numbers, answers = drawn(600, spread=1.0)
    knows_nothing = np.random.default_rng(5).normal(0, 1, numbers.shape)

    assert tuned(TONE, knows_nothing, numbers, answers)[1] == 1.5
    assert tuned(TONE, numbers, knows_nothing, answers)[1] == 0.0
    assert tuned(TONE, numbers, None, answers)[1] == 0.0


def test_probabilities_mean_what_they_say():
    numbers, answers = drawn(2000, spread=2.0)

    outlet, _ = tuned(TONE, numbers * 2, None, answers)

    chances = shares_of(numbers * 2 * outlet.slope, "one")
    right = [TONE.labels[at] == answer[0] for at, answer in zip(chances.argmax(axis=1), answers, strict=True)]
    assert chances.max(axis=1).mean() == pytest.approx(np.mean(right), abs=0.05)


def test_a_finding_is_named_early_but_never_too_often():
    chance = np.random.default_rng(1)
    holds = chance.random((4000, 2)) < 0.1
    numbers = chance.normal(0, 1, holds.shape) + holds * np.array([6.0, 1.0])  # one is easy to tell, one hard
    answers = [tuple(label for label, held in zip(SAFETY.labels, row, strict=True) if held) for row in holds]

    outlet, _ = tuned(SAFETY, numbers, None, answers)

    chances = shares_of(numbers * outlet.slope + outlet.shift, "any")
    named = chances >= np.array(outlet.holds)
    found = [named[holds[:, at], at].mean() for at in (0, 1)]
    alarms = [named[~holds[:, at], at].mean() for at in (0, 1)]
    assert found[0] >= RECALL_OF_SAFETY > found[1]
    assert max(alarms) <= FALSE_ALARMS


def test_rows_without_an_answer_do_not_count():
    numbers, answers = drawn(300, spread=1.0)

    assert tuned(TONE, np.vstack([numbers, -numbers]), None, [*answers, *[None] * 300]) == tuned(
        TONE, numbers, None, answers
    )
