"""Fitting on a handful of rows: what is learned, calibrated and packed is what the reader adds up."""

import numpy as np
import pytest

from crossdesk.reading.features import features
from crossdesk.reading.hearing import Outlet
from crossdesk.reading.training import fit
from crossdesk.reading.training.data import Example
from crossdesk.reading.training.vectors import Vectors, vocabulary

SPACE = fit.Space(hashed=1 << 12, pieces=0.5)
KIND = fit.Question("intents", ("praise", "complaint"), "any", precision=0.9, strength=10.0, meaning=0.5)
EXAMPLES = [
    Example(f"{start} {end}", voice, intents=(kind,))
    for kind, start in (("praise", "lovely"), ("praise", "wonderful"), ("complaint", "broken"), ("complaint", "late"))
    for end, voice in (("parcel", "a"), ("lamp", "b"), ("shop today", "c"), ("again", "d"), ("socks", "e"))
]


@pytest.fixture
def vectors() -> Vectors:
    """ "superb" means what "lovely" and "wonderful" mean."""
    words = ["broken", "late", "lovely", "superb", "wonderful"]
    return Vectors.of(words, np.array([[-1.0, 0.1], [-1.0, -0.1], [1.0, 0.1], [1.0, -0.1], [1.0, 0.0]]), 2)


def test_the_packed_model_adds_up_what_was_fitted(vectors):
    texts = fit.texts_of([e.text for e in EXAMPLES], SPACE, vectors)
    inputs = texts.inputs(KIND.meaning)
    fitted = fit.fit_question(inputs, EXAMPLES, KIND)
    outlet = Outlet("intents", KIND.labels, "any", 0, 1.0, 0.0, 0.5)

    model = fit.packed(texts, vectors, [fitted], [KIND], [outlet])

    exact = inputs @ fitted[0].T + fitted[1]
    found = features([e.text for e in EXAMPLES])
    assert model.add_up(found).numbers == pytest.approx(exact, abs=0.1)


def test_a_word_never_seen_in_training_speaks_through_its_vector(vectors):
    texts = fit.texts_of([e.text for e in EXAMPLES], SPACE, vectors)
    fitted = fit.fit_question(texts.inputs(KIND.meaning), EXAMPLES, KIND)
    model = fit.packed(texts, vectors, [fitted], [KIND], [Outlet("intents", KIND.labels, "any", 0, 1.0, 0.0, 0.5)])

    found = features(["superb"])
    praise, complaint = model.add_up(found).numbers[0]

    assert praise > 0 > complaint


def test_out_of_fold_numbers_come_from_models_that_never_saw_the_voice(vectors):
    texts = fit.texts_of([e.text for e in EXAMPLES], SPACE, vectors)
    lone = [*EXAMPLES, Example("zebra stripes", "f", intents=("praise",))]
    more = fit.texts_of([e.text for e in lone], SPACE, Vectors.none(), None)

    numbers = fit.out_of_fold(more.inputs(0.0), lone, KIND, len(lone))

    assert len(numbers) == len(lone)
    assert abs(numbers[-1]).max() < abs(numbers[0]).max()
    assert texts.senses.shape == (len(EXAMPLES), 2)


def test_sure_from_is_the_lowest_probability_that_keeps_the_precision():
    best = np.array([0.9, 0.8, 0.7, 0.6])

    assert fit.sure_from(best, np.array([True, True, False, True]), 0.75) == 0.6
    assert fit.sure_from(best, np.array([True, True, False, False]), 0.9) == 0.8
    assert fit.sure_from(best, np.array([False, False, False, False]), 0.9) == 1.0


def test_calibration_takes_the_swagger_out_of_numbers():
    outlet = Outlet("side", ("left", "right"), "one", 0, 1.0, 0.0, 0.5)
    numbers = np.array([[4.0, 0.0]] * 10)

    found = fit.calibrated(outlet, numbers, ["left"] * 7 + ["right"] * 3, 0.7)

    assert 1 / (1 + np.exp(-4 * found.slope)) == pytest.approx(0.7, abs=0.05)


def test_the_vocabulary_holds_frequent_plain_words_most_frequent_first():
    texts = ["Hello brave world @user 12a"] * 5 + ["brave"] + ["once"]

    assert vocabulary(texts) == ["brave", "hello", "world"]


def test_vectors_are_saved_and_loaded(vectors, tmp_path):
    vectors.save(tmp_path / "words.npz")
    again = Vectors.load(tmp_path / "words.npz")

    assert np.array_equal(again.hashes, vectors.hashes)
    assert again.values == pytest.approx(vectors.values, abs=1e-3)
