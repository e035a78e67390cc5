"""The written set covers every value and keeps voices apart."""

import json
from collections import Counter
from typing import get_args

from crossdesk.reading.ports import Intent, Sentiment, Urgency
from crossdesk.reading.training import data

REASONS = {"late", "damaged", "wrong_item", "billing", "refund", "staff", "technical", "cancelled", "quality", "other"}


def test_every_value_is_there_both_for_training_and_kept_aside():
    for examples in (data.kept_for_training(), data.held()):
        assert {intent for e in examples for intent in e.intents or ()} == set(get_args(Intent))
        assert {e.urgency for e in examples} == set(get_args(Urgency))
        assert {e.sentiment for e in examples} == set(get_args(Sentiment))
        assert {e.complaint_reason for e in examples} == REASONS | {None}
        assert {e.needs_reply for e in examples} == {True, False}


def test_it_is_large_and_no_text_stands_in_it_twice():
    texts = Counter(example.text.lower() for example in data.written())

    assert len(texts) >= 1200
    assert max(texts.values()) == 1


def test_reasons_are_given_for_complaints_and_reports_of_conduct_only():
    odd = [e.text for e in data.written() if e.complaint_reason and not {"complaint", "conduct"} & set(e.intents or ())]

    assert odd == []


def test_german_is_there_too():
    languages = Counter(
        json.loads(line)["language"]
        for path in data.WRITTEN.glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    )

    assert set(languages) == {"en", "de"}
    assert languages["de"] >= 200
