"""Heads that learn from some hundred answers of people, over texts' vectors."""

import json
import time

import numpy as np
import pytest

from crossdesk.reading import learning
from crossdesk.reading.ground import ground, stacked
from crossdesk.reading.learning import Example
from crossdesk.reading.vectors import packed

LABELS = ("garden", "kitchen", "roof")


def place_of(random, *, apart=1.0):
    return random.normal(size=384).astype(np.float32) * apart


def learned(here, examples, *, precision=0.8):
    made = learning.fit(here, examples, precision=precision)
    assert made is not None
    return made


def texts(count, *, seed=0, apart=4.0):
    """So many texts of each label: (vectors, labels). They lie around one place for each label."""
    random = np.random.default_rng(seed)
    places = np.random.default_rng(99).normal(size=(len(LABELS), 384)).astype(np.float32)
    labels = [LABELS[number % len(LABELS)] for number in range(count * len(LABELS))]
    vectors = [packed(place_of(random, apart=apart) + places[LABELS.index(label)] * 2) for label in labels]
    return vectors, labels


def taught(vectors, labels, *, known, **more):
    return learned(
        ground(stacked(vectors)),
        [Example(place, labels[place]) for place in range(known)],
        **more,
    )


def right(head, vectors, labels):
    said = head.chances(vectors, [""] * len(vectors)).argmax(axis=1)
    return float(np.mean([head.labels[place] == label for place, label in zip(said, labels, strict=True)]))


def test_it_learns_what_only_this_workspace_has():
    vectors, labels = texts(40)
    asked, truth = texts(30, seed=1)

    head = taught(vectors, labels, known=60)

    assert head.labels == LABELS
    assert head.examples == 60
    assert right(head, asked, truth) > 0.85


def test_texts_without_labels_help_it():
    vectors, labels = texts(200, apart=8.0)
    asked, truth = texts(60, seed=1, apart=8.0)

    alone, beside = taught(vectors[:15], labels, known=15), taught(vectors, labels, known=15)

    assert right(beside, asked, truth) > right(alone, asked, truth)


def test_chances_add_up_to_one_and_answers_above_the_threshold_keep_the_precision():
    vectors, labels = texts(60, apart=16.0)
    asked, truth = texts(100, seed=1, apart=16.0)

    head = taught(vectors, labels, known=150)
    chances = head.chances(asked, [""] * len(asked))

    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    sure = chances.max(axis=1) >= head.sure
    hits = np.array([head.labels[row.argmax()] == label for row, label in zip(chances, truth, strict=True)])
    assert 0.1 < sure.mean() < 1
    assert hits[sure].mean() > 0.7
    assert hits[~sure].mean() < hits[sure].mean()


def test_what_cannot_be_told_apart_is_left_to_people():
    random = np.random.default_rng(3)
    vectors = [packed(place_of(random)) for _ in range(120)]
    labels = [LABELS[number % 3] for number in range(120)]

    head = taught(vectors, labels, known=120, precision=0.9)

    assert head.chances(vectors[:1], [""]).shape == (1, 3)
    assert head.sure == learning.NEVER


def test_the_general_readers_word_counts_as_much_as_it_is_worth():
    random = np.random.default_rng(3)
    vectors = [packed(place_of(random)) for _ in range(150)]
    labels = [LABELS[number % 3] for number in range(150)]
    examples = [Example(place, label, hint=f"said {label}") for place, label in enumerate(labels)]

    head = learned(ground(stacked(vectors)), examples)
    chances = head.chances(vectors[:3], ["said roof", "said roof", "never heard"])

    assert [head.labels[place] for place in chances.argmax(axis=1)[:2]] == ["roof", "roof"]
    assert chances[0].max() > 0.8 > chances[2].max()


def test_weights_say_how_much_an_answer_counts():
    random = np.random.default_rng(3)
    one = packed(place_of(random))
    examples = [Example(0, "roof", weight=5.0), Example(0, "garden", weight=1.0), Example(1, "garden")]

    head = learned(ground(stacked([one, packed(place_of(random))])), examples)

    assert head.labels[head.chances([one], [""]).argmax()] == "roof"


def test_one_label_alone_teaches_nothing():
    vectors, _ = texts(5)

    assert learning.fit(ground(stacked(vectors)), [Example(0, "roof"), Example(1, "roof")], precision=0.8) is None


def test_the_same_answers_make_the_same_head_and_its_bytes_bring_it_back():
    vectors, labels = texts(40)
    asked, _ = texts(10, seed=1)

    first, second = (taught(vectors, labels, known=60).as_bytes() for _ in range(2))
    back = learning.from_bytes(first)

    assert first == second
    assert back.as_bytes() == first
    assert np.allclose(
        back.chances(asked, [""] * 30), taught(vectors, labels, known=60).chances(asked, [""] * 30), atol=0.02
    )


@pytest.mark.parametrize(
    "spoilt",
    [
        b"{}\n",
        b"not json",
        json.dumps({"form": "learned-1", "labels": ["a", "b"], "anchors": 3, "ridge": 1}).encode() + b"\nshort",
    ],
)
def test_weights_that_are_damaged_are_refused(spoilt):
    with pytest.raises(ValueError):
        learning.from_bytes(spoilt)


def test_the_nearest_texts_come_first():
    vectors, labels = texts(20)

    found = learning.nearest(vectors[4], vectors, 3)

    assert found[0][0] == 4
    assert found[0][1] == pytest.approx(1, abs=0.01)
    assert [labels[place] for place, _ in found] == [labels[4]] * 3
    assert [alike for _, alike in found] == sorted((alike for _, alike in found), reverse=True)
    assert learning.nearest(vectors[0], [], 3) == []


def test_a_thousand_texts_are_read_by_a_head_in_no_time():
    vectors, labels = texts(400)
    head = learning.from_bytes(taught(vectors, labels, known=300).as_bytes())

    began = time.process_time()
    head.chances(vectors[:1000], [""] * 1000)

    assert time.process_time() - began < 2
