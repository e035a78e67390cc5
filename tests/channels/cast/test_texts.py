"""The written texts: complete, in known terms, and without a name twice."""

from collections import Counter

import pytest

from crossdesk.channels.networks.sandbox.cast import company, kinds
from crossdesk.channels.networks.sandbox.cast.grammar import compiled, topics

LANGUAGES = ("en", "de", "es", "fr", "nl", "pt", "it", "pl")
KEYS = {
    "intent", "reason", "department", "reply", "sentiment", "urgency", "safety", "who", "account", "direct", "private",
    "consult", "ask", "chat", "image", "products", "resolved", "voice", "seldom", "only", "under",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_have_known_terms_and_unique_names(language):
    names = Counter(topic.name for topic in topics(language))
    told = [topic for topic in topics(language) if "first" in topic.sections]

    assert [name for name, n in names.items() if n > 1] == []
    assert {key for topic in told for key in topic.meta} <= KEYS
    assert {topic.intent for topic in told} <= set(kinds.USUAL)
    assert {kinds.department(topic) for topic in told} <= {*company().departments, "none"}
    assert {topic.meta["under"] for topic in told if "under" in topic.meta} <= {p.key for p in company().posts}


def test_common_intents_have_many_texts_and_rare_ones_enough():
    written: Counter[str] = Counter()
    for topic in topics("en"):
        written[topic.intent] += len(topic.sections.get("first", ())) if "only" not in topic.meta else 0

    common = ("complaint", "question", "praise", "other")
    assert [intent for intent in common if written[intent] < 75] == []
    assert {intent: n for intent, n in written.items() if intent in kinds.USUAL and n < 12} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pair_of_question_and_answer_between_colleagues_has_both(language):
    pairs = [
        "".join(part for part in text.parts if isinstance(part, str))
        for topic in topics(language)
        for text in topic.sections.get("consult", ())
    ]

    assert [pair for pair in pairs if pair.count(" => ") != 1] == []


def test_a_template_knows_its_condition_choices_and_numbers():
    template = compiled("<Zip|seam> Sorry, {me}: (two|three) of {2-9}.")

    assert template.after == ("zip", "seam")
    assert [part if isinstance(part, str) else part[0] for part in template.parts] == [
        "Sorry, ", "slot", ": ", "choice", " of ", "number", ".",
    ]  # fmt: skip
