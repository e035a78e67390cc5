"""English sentences of the rooms in the reader's language: names and quotations stay, our own pieces are translated."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from crossdesk.web import formats
from crossdesk.web.formats import Due
from crossdesk.web.sentences import spoken

NOON = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)
SENTENCES = [
    ("This department does not exist.", "Diese Abteilung gibt es nicht."),
    ("There is a department called Sales and Marketing already.", "Eine Abteilung namens Sales and Marketing gibt es schon."),
    ("Give a name.", "Geben Sie einen Namen an."),
    ("A name has 120 letters at most.", "Ein Name hat höchstens 120 Buchstaben."),
    (
        "Matrix: complaint → Customer service is responsible, Product is consulted",
        "Matrix: Beschwerde → Customer service ist zuständig, Product ist hinzugezogen",
    ),
    (
        "Rule “Tom and Jerry”: the text contains “money or life”, the language is en",
        "Regel „Tom and Jerry“: der Text enthält „money or life“, die Sprache ist Englisch",
    ),
    (
        "Unsure: intent complaint 45 %, sales lead 40 %; needs a reply 60 % → triage queue",
        "Unsicher: Anliegen Beschwerde 45 %, Kaufinteresse 40 %; braucht eine Antwort 60 % → Sichtung",
    ),
    (
        "Safety: perhaps somebody was hurt or fell ill (“bleeding”) → Risk",
        "Sicherheit: vielleicht: Jemand wurde verletzt oder krank („bleeding“) → Risk",
    ),
    (
        "If the text contains “refund” or “money back” and the intent is complaint: Customer service answers, Legal looks at it, urgency is high.",
        "Wenn der Text enthält „refund“ oder „money back“ und das Anliegen ist Beschwerde: Customer service antwortet, Legal sieht es sich an, die Dringlichkeit ist hoch.",
    ),
    ("the author has 12,300 followers", "die Person hat 12.300 Follower"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "german"), SENTENCES)
def test_a_sentence_of_a_room_is_found_by_its_form_and_said_in_german(english, german):
    with translation.override("de"):
        assert spoken(english) == german


@pytest.mark.parametrize("text", ["The customer is angry", "Please look at it, it is late", "Ruf mich an", ""])
def test_what_people_wrote_stays_as_they_wrote_it(text):
    with translation.override("de"):
        assert spoken(text) == text


def test_in_english_a_sentence_stays_as_the_room_says_it():
    with translation.override("en"):
        assert [spoken(english) for english, _ in SENTENCES] == [english for english, _ in SENTENCES]


def test_german_moments_durations_and_numbers():
    with translation.override("de"):
        said = [
            formats.exact(NOON),
            formats.short(NOON - timedelta(days=3), now=NOON),
            formats.day(NOON - timedelta(days=3), now=NOON),
            formats.date(NOON.date()),
            formats.duration(3 * 3600 + 1200),
            formats.number(1234567.891, 1),
            formats.percent(0.873, 1),
            formats.language("de"),
        ]
        due = formats.due(NOON - timedelta(hours=3), now=NOON)

    assert said == [
        "Freitag, 21. November 2025, 12:00 UTC", "18. Nov, 12:00", "Dienstag, 18. November", "21. Nov 2025",
        "3 Std. 20 Min.", "1.234.567,9", "87,3 %", "Deutsch",
    ]  # fmt: skip
    assert due == Due("3 Std. überfällig", "bad")
