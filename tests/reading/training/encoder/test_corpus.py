"""What the encoder learns from: ours often, each task beside it in part, nothing that is measured with, the same for a seed."""

import json
from collections import Counter
from itertools import islice

import pytest

from crossdesk.reading.training import data
from crossdesk.reading.training.data import Example
from crossdesk.reading.training.encoder import corpus


@pytest.fixture
def folder(tmp_path):
    """Public sets of a few rows each."""

    def write(path, rows):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("".join(json.dumps(row) + "\n" for row in rows))

    for part in ("train", "val", "extra_semeval_2016devtest"):
        write(f"tweeteval/sentiment/{part}.jsonl", [{"text": f"{part} post {n}?", "label": n % 3} for n in range(9)])
    for name in ("offensive", "hate", "emotion"):
        write(f"tweeteval/{name}/train.jsonl", [{"text": f"{name} {n}", "label": n % 2} for n in range(4)])
    write("edos/train.jsonl", [{"text": "incites", "vector": "1. threats"}, {"text": "calm", "vector": "none"}])
    write("banking77/train.jsonl", [{"text": "card late", "intent": "card_arrival"}])
    write("bitext_support/all.jsonl", [{"instruction": "cancel it", "intent": "cancel_order"}])
    write("clinc150/train.jsonl", [{"text": "thanks", "intent": "thank_you"}])
    write("xlmt_sentiment/german.train.jsonl", [{"text": "schön", "label": 2}])
    return tmp_path


def test_a_row_has_only_the_labels_that_somebody_gave():
    example = Example(
        "Late AGAIN @shop",
        "ada",
        intents=("complaint",),
        needs_reply=True,
        safety=(),
        earlier=("Hello",),
        parent="News",
    )

    row = corpus.row_of(example, 0.4)

    assert (row.text, row.before, row.weight) == ("Late AGAIN @user", "News Hello", 0.4)
    assert dict(row.labels) == {"intents": ("complaint",), "needs_reply": ("yes",), "safety": ()}


def test_each_round_has_ours_several_times_and_is_the_same_for_the_same_seed(folder):
    once, twice = (list(islice(corpus.rounds(folder, None, corpus.FIRST, seed), 2)) for seed in (7, 7))
    other = next(corpus.rounds(folder, None, corpus.FIRST, 8))

    assert once == twice
    assert once[0] != once[1] and once[0] != other
    ours = [one for one in data.for_learning() if one.language == "en" and one.voice not in data.LATER]
    found = Counter(row.text for row in once[0])
    assert all(found[corpus.row_of(one).text] >= corpus.FIRST.written for one in ours)


def test_the_second_lesson_brings_the_later_voices_in(folder):
    later = {corpus.row_of(one).text for one in data.for_learning() if one.voice in data.LATER}

    first, second = (
        {row.text for row in next(corpus.rounds(folder, None, share, 7))} for share in (corpus.FIRST, corpus.SECOND)
    )

    assert later
    assert later & first == set()
    assert later <= second


@pytest.mark.parametrize("share", [corpus.FIRST, corpus.SECOND])
def test_nothing_that_is_measured_or_tuned_with_is_learned(folder, share):
    learned = {row.text for rows in islice(corpus.rounds(folder, None, share, 7), 2) for row in rows}
    learned |= set(corpus.of_every_kind(folder, 7))

    apart = [*data.held(), *corpus.for_tuning(folder), *data.tones(folder, "extra")]
    assert not learned & {corpus.row_of(one).text for one in apart if len(one.text) > 20}
