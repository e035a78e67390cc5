"""The written set covers every value and keeps voices apart."""

from collections import Counter
from typing import get_args

from crossdesk.reading.ports import Intent, Safety, Sentiment, Urgency
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

    assert len(texts) >= 3000
    assert max(texts.values()) == 1


def test_what_is_kept_aside_is_large_hard_and_of_voices_that_nothing_is_trained_on():
    kept = data.held()
    voices = {example.voice.removeprefix(data.HELD) for example in kept}

    assert len(kept) >= 700
    assert sum(example.near_miss for example in kept) >= len(kept) / 4
    assert voices.isdisjoint(example.voice for example in data.kept_for_training())


def test_reasons_are_given_for_complaints_and_for_nothing_else():
    odd = [e.text for e in data.written() if (e.complaint_reason is None) is ("complaint" in (e.intents or ()))]

    assert odd == []


def test_every_row_says_which_dangers_it_tells_of_and_its_intents_agree():
    findings = {finding for example in data.written() for finding in example.safety or ()}
    agree = {"threat": "threat", "phishing": "phishing", "confidential_leak": "leak", "press_enquiry": "press"}
    odd = [
        e.text
        for e in data.written()
        if e.safety is None or any(i in agree and agree[i] not in e.safety for i in e.intents or ())
    ]

    assert findings == set(get_args(Safety))
    assert odd == []


def test_other_languages_are_there_too():
    languages = Counter(example.language for example in data.written())

    assert set(languages) == {"en", "de", "fr", "es", "it", "pt"}
    assert languages["de"] >= 400
    assert min(languages.values()) >= 40
