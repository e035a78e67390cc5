"""A model small enough to work out by hand."""

import math

import numpy as np
import pytest

from crossdesk.reading.features import features
from crossdesk.reading.hearing import Outlet
from crossdesk.reading.linear import LinearModel, rows_of

ANY = Outlet("mood", ("glad",), "any", 0, 2.0, -1.0, 0.7)
ONE = Outlet("side", ("left", "right"), "one", 1, 1.0, 0.0, 0.6)


def numbers_of(model: LinearModel, texts: list[str]) -> np.ndarray:
    return model.add_up(features(texts)).numbers


@pytest.fixture
def model() -> LinearModel:
    """Knows the words "good" (0) and "bad" (1); every other feature falls into rows without weight."""
    hashes = np.array([features([word]).hashes[0] for word in ("good", "bad")])
    order = np.argsort(hashes)
    weights = np.zeros((2 + 8, 3), dtype=np.float32)
    weights[np.flatnonzero(order == 0)[0]] = (10, 100, 0)
    weights[np.flatnonzero(order == 1)[0]] = (-10, 0, 100)
    scale = np.concatenate((np.ones(2), np.zeros(8))).astype(np.float32)
    steps = np.array((0.1, 0.01, 0.01), dtype=np.float32)
    return LinearModel(hashes[order], scale, weights, steps, np.zeros(3, dtype=np.float32), {"mood": ANY, "side": ONE})


def test_numbers_are_sums_over_the_length_of_the_text(model):
    numbers = numbers_of(model, ["good", "good bad", "bad bad good good", ""])

    assert numbers == pytest.approx(np.array([[1, 1, 0], [0, 2**-0.5, 2**-0.5], [0, 1, 1], [0, 0, 0]]), abs=1e-6)


def test_chances_of_a_label_that_stands_alone(model):
    chances = model.chances(numbers_of(model, ["good", "bad"]), ANY)

    assert chances.tolist() == [[round(1 / (1 + math.exp(-1)), 4)], [round(1 / (1 + math.exp(3)), 4)]]


def test_chances_of_labels_that_exclude_one_another_add_up(model):
    chances = model.chances(numbers_of(model, ["good", ""]), ONE)

    left = round(math.e / (math.e + 1), 4)
    assert chances.tolist() == [[left, round(1 - left, 4)], [0.5, 0.5]]


def test_evidence_names_the_words_that_spoke_for_it_or_against_it(model):
    found = features(["so good, not bad", "bad"])

    speaking = model.add_up(found).evidence(np.array([0, 0]), np.array([1.0, -1.0]))

    assert speaking == ["+good", "+bad"]


def test_known_words_have_their_own_rows_and_others_fall_into_halves(model):
    found = features(["good day"])
    rows = rows_of(found, model.known, 10)

    assert rows[0] in (0, 1)
    assert ((rows[1:] >= 2) & (rows[1:] < 10)).all()
    assert (rows[1:][found.wordy[1:]] < 6).all()
    assert (rows[~found.wordy] >= 6).all()


def test_what_is_saved_is_what_is_loaded(model, tmp_path):
    model.save(tmp_path / "model.npz")
    again = LinearModel.load(tmp_path / "model.npz")

    assert again.outlets == model.outlets
    for name in ("known", "scale", "weights", "steps", "bias"):
        assert np.array_equal(getattr(again, name), getattr(model, name))
