"""The small network: it learns what a straight line cannot, answers only what was asked, and is the same every time."""

import numpy as np
import pytest

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.training.tongues.network import Lesson, LossDidNotFall, Rows, taught

SIDE = Outlet("side", ("left", "right"), "one", 0, 1.0, 0.0, 0.5)
MARKS = Outlet("marks", ("high", "both"), "any", 2, 1.0, 0.0, 0.5)
LESSON = Lesson(hidden=16, rounds=60, rate=0.02, size=32, dropped_inputs=0.0, dropped=0.0, times=2)


def corners(times: int = 40) -> Rows:
    """Left where both coordinates agree; high where the second is; both where each is."""
    points = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]] * times, dtype=np.float32)
    agree = points[:, 0] == points[:, 1]
    high, both = points[:, 1] > 0, (points > 0).all(axis=1)
    wanted = np.stack([agree, ~agree, high, both], axis=1).astype(np.float32)
    return Rows(points, wanted, np.ones((len(points), 2), dtype=np.float32))


def test_it_learns_what_no_straight_line_parts():
    rows = corners()

    numbers = taught(rows, [SIDE, MARKS], LESSON).numbers(rows.inputs[:4])

    assert numbers[:, :2].argmax(axis=1).tolist() == [0, 1, 1, 0]
    assert (numbers[:, 2:] > 0).tolist() == [[False, False], [True, False], [False, False], [True, True]]


def test_the_same_rows_and_seed_give_the_same_weights():
    one, again = taught(corners(), [SIDE, MARKS], LESSON), taught(corners(), [SIDE, MARKS], LESSON)

    assert all(np.array_equal(getattr(one, part), getattr(again, part)) for part in one.__dataclass_fields__)


def test_the_average_of_networks_is_one_wider_network():
    layers = taught(corners(), [SIDE, MARKS], LESSON)

    assert (layers.inner.shape, layers.outer.shape) == ((2, 32), (32, 4))


def test_a_question_that_nobody_answered_teaches_nothing():
    rows = corners()
    rows.weights[:, 1] = 0
    turned = Rows(rows.inputs, rows.wanted.copy(), rows.weights)
    turned.wanted[:, 2:] = 1 - turned.wanted[:, 2:]

    one, other = taught(rows, [SIDE, MARKS], LESSON), taught(turned, [SIDE, MARKS], LESSON)

    assert np.array_equal(one.numbers(rows.inputs), other.numbers(rows.inputs))


def test_training_that_learned_nothing_is_refused():
    rows = corners()
    rows.weights[:] = 0

    with pytest.raises(LossDidNotFall):
        taught(rows, [SIDE, MARKS], LESSON)
