"""What must hold of the demo's stories, however many are told."""

import time
from collections import Counter
from itertools import islice
from typing import get_args

import pytest

from crossdesk.channels.networks.sandbox.cast import Story, company, people, stories
from crossdesk.reading.ports import Intent, Safety, Sentiment, Urgency


@pytest.fixture(scope="module")
def told() -> list[Story]:
    return list(islice(stories(1), 3000))


def words_of(told: list[Story]) -> list[str]:
    """Everything that anybody says or notes in these stories."""
    words = [f"{follow.text}" for story in told for follow in story.follow_ups]
    for turn in (turn for story in told for turn in story.turns):
        words += [turn.text, turn.note, turn.edited_to or "", turn.media.alt if turn.media else "-"]
        words += [turn.consult.question, turn.consult.answer] if turn.consult else []
    return words


def test_the_same_seed_tells_the_same_stories():
    assert list(islice(stories(5), 400)) == list(islice(stories(5), 400))


def test_another_seed_tells_other_stories():
    assert list(islice(stories(5), 50)) != list(islice(stories(6), 50))


def test_only_the_asked_kinds_and_languages_are_told():
    asked = list(islice(stories(3, kinds=("threat", "praise"), languages=("de",)), 60))

    assert {(story.intent, story.language) for story in asked} == {("threat", "de"), ("praise", "de")}


def test_no_text_has_an_unfilled_slot_or_an_unchosen_choice(told):
    assert [word for word in words_of(told) if any(sign in word for sign in "{}|<>")] == []


def test_every_message_says_something_within_500_characters(told):
    texts = [turn.text for story in told for turn in story.turns]
    edited = [turn.edited_to for story in told for turn in story.turns if turn.edited_to]

    assert [text for text in texts + edited if not text.strip(" ^") or len(text) > 500] == []
    assert [text for text in texts if text.startswith((" ", "^")) or "  " in text] == []


def test_first_messages_hardly_ever_repeat(told):
    assert len({story.turns[0].text for story in told}) >= 2600


def test_no_answer_of_ours_recurs_often(told):
    answers = Counter(turn.text for story in told for turn in story.turns if turn.by == "brand")

    assert answers.most_common(1)[0][1] <= 15


def test_every_intent_department_safety_finding_urgency_and_sentiment_is_there(told):
    assert {story.intent for story in told} == set(get_args(Intent))
    assert {story.department for story in told} == {*company().departments, "none"}
    assert {finding for story in told for finding in story.safety} == set(get_args(Safety))
    assert {story.urgency for story in told} == set(get_args(Urgency))
    assert {story.sentiment for story in told} == set(get_args(Sentiment))


def test_a_realistic_share_needs_a_reply_and_most_of_those_get_one(told):
    needing = [story for story in told if story.needs_reply]
    answered = [story for story in needing if any(turn.by == "brand" for turn in story.turns)]

    assert 0.34 < len(needing) / len(told) < 0.42
    assert 0.78 < len(answered) / len(needing) < 0.92


def test_languages_come_in_their_shares(told):
    share = {language: n / len(told) for language, n in Counter(story.language for story in told).items()}

    assert 0.74 < share["en"] < 0.83
    assert 0.11 < share["de"] < 0.17
    assert set(share) == {"en", "de", "es", "fr", "nl", "pt", "it", "pl"}


def test_writers_speak_the_language_they_write_in(told):
    assert {story for story in told if story.person.language != story.language} == set()


def test_a_public_first_message_names_the_account_it_goes_to(told):
    public = [s for s in told if s.turns[0].visibility != "direct" and not s.answers_post]

    assert [s.turns[0].text for s in public if f"@{s.account_handle}" not in s.turns[0].text] == []


def test_what_went_private_stays_private(told):
    visible = [[turn.visibility == "direct" for turn in story.turns] for story in told]

    assert [row for row in visible if row != sorted(row)] == []


def test_our_answers_are_signed_by_the_member_who_gave_them(told):
    initials = {member.email: member.initials for member in company().members}
    answers = [turn for story in told for turn in story.turns if turn.by == "brand"]

    assert [turn.text for turn in answers if not turn.text.endswith(f" ^{initials[turn.member]}")] == []


def test_every_step_of_teamwork_occurs(told):
    turns = [turn for story in told for turn in story.turns]

    assert sum(bool(turn.note) for turn in turns) > 100
    assert sum(turn.consult is not None and turn.consult.answer != "" for turn in turns) > 40
    assert sum(turn.consult is not None and turn.consult.answer == "" for turn in turns) > 15
    assert sum(bool(turn.hand_over) for turn in turns) > 25
    assert sum(turn.snooze is not None for turn in turns) > 15
    assert sum(turn.deleted for turn in turns) > 10
    assert sum(turn.edited_to is not None for turn in turns) > 20
    assert sum(turn.media is not None for turn in turns) > 60


def test_nobody_is_asked_who_cannot_know(told):
    consults = [(s.department, t.consult) for s in told for t in s.turns if t.consult]
    departments = {member.email: member.departments for member in company().members}

    assert [c for owner, c in consults if c.department == owner or not c.question] == []
    assert [c for _, c in consults if c.answered_by and c.department not in departments[c.answered_by]] == []


def test_a_thousand_stories_come_in_well_under_a_second():
    next(stories(8))
    began = time.process_time()
    list(islice(stories(8), 1000))

    assert time.process_time() - began < 0.8


def test_everybody_outside_is_unique_and_has_a_voice():
    everybody = people()

    assert len(everybody) >= 600
    assert len({person.handle for person in everybody}) == len(everybody)
    assert {p.kind for p in everybody} >= {"customer", "journalist", "candidate", "business", "creator", "activist"}
    assert [p.bio for p in everybody if "{" in p.bio] == []
