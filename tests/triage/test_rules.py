"""Rules as people write them: every condition, every outcome, and the sentence for everything that cannot be used."""

import pytest

from crossdesk.triage import rules
from crossdesk.triage.conditions import KINDS, BadRule
from crossdesk.triage.rules import Draft, Outcome, checked, described
from tests.triage.situations import KEYS, KNOWN, message, rule, said


def on(what, how, value):
    return {"on": what, "is": how, "value": value}


def held(condition, subject):
    return rule([condition], urgency="high").held(subject)


@pytest.mark.parametrize(
    ("condition", "subject", "what"),
    [
        (on("text", "any", ["refund"]), message(said(), "Refund, now"), "the text contains “refund”"),
        (on("text", "any", ["refund"]), message(said(), "refunded"), None),
        (on("text", "any", ["art"]), message(said(), "a party"), None),
        (on("text", "any", ["money back"]), message(said(), "my MONEY\n  back"), "the text contains “money back”"),
        (on("text", "any", ["don't"]), message(said(), "I don’t"), "the text contains “don't”"),
        (on("text", "any", ["#fail"]), message(said(), "so#fail"), "the text contains “#fail”"),
        (on("text", "any", ["c++"]), message(said(), "I love C++!"), "the text contains “c++”"),
        (on("text", "any", ["退款"]), message(said(), "我要退款了"), "the text contains “退款”"),
        (on("text", "any", ["straße"]), message(said(), "STRASSE gesperrt"), "the text contains “strasse”"),
        (on("text", "all", ["late", "refund"]), message(said(), "late, so refund"),
         "the text contains “late” and “refund”"),
        (on("text", "all", ["late", "refund"]), message(said(), "late"), None),
        (on("text", "none", ["thanks", "great"]), message(said(), "bad"),
         "the text contains neither “thanks” nor “great”"),
        (on("text", "none", ["thanks"]), message(said(), "Thanks!"), None),
        (on("kind", "is", ["review", "comment"]), message(said(), kind="review"), "the kind is review"),
        (on("kind", "is", ["review"]), message(said(), kind="reply"), None),
        (on("visibility", "is", ["direct"]), message(said(), visibility="direct"), "the visibility is direct"),
        (on("language", "is", ["de"]), message(said(language="de")), "the language is de"),
        (on("language", "is", ["pt"]), message(said(language="pt-BR")), "the language is pt-br"),
        (on("language", "is", ["de"]), message(said(language="en")), None),
        (on("has_media", "is", True), message(said(), has_media=True), "it has an image or file"),
        (on("has_media", "is", False), message(said(), has_media=True), None),
        (on("followers", "at_least", 1000), message(said(), followers=1000), "the author has 1,000 followers"),
        (on("followers", "at_least", 1000), message(said(), followers=999), None),
        (on("followers", "at_least", 1000), message(said(), followers=None), None),
        (on("handle", "is", ["@Ada"]), message(said(), handle="ada@home.example"),
         "the author is ada@home.example"),
        (on("handle", "is", ["ada@home.example"]), message(said(), handle="ada@other.example"), None),
        (on("bio", "any", ["journalist"]), message(said(), bio="Freelance Journalist"),
         "the author's description contains “journalist”"),
        (on("account", "is", [7]), message(said()), "it came in on this account"),
        (on("account", "is", [8]), message(said()), None),
        (on("intent", "is", ["sales_lead"]), message(said("question", "sales_lead")), "the intent is sales lead"),
        (on("intent", "is", ["praise"]), message(said("question")), None),
        (on("sentiment", "is", ["negative"]), message(said(sentiment="negative")), "the sentiment is negative"),
        (on("sentiment", "is", ["negative"]), message(said(sentiment="negative", abstained=["sentiment"])), None),
        (on("urgency", "at_least", "high"), message(said(urgency="p1")), "the urgency is p1"),
        (on("urgency", "at_least", "high"), message(said(urgency="normal")), None),
        (on("needs_reply", "is", False), message(said(reply=False)), "it needs no reply"),
        (on("needs_reply", "is", True), message(said(reply=True, abstained=["needs_reply"])), None),
    ],
)  # fmt: skip
def test_a_condition_holds_as_it_says(condition, subject, what):
    assert held(condition, subject) == what


def test_every_kind_of_condition_is_worked_out_above():
    worked = {tuple(list(case.values())[:2]) for case in _conditions_of_the_table()}

    assert worked == set(KINDS)


def _conditions_of_the_table():
    mark = next(mark for mark in test_a_condition_holds_as_it_says.pytestmark if mark.name == "parametrize")
    return [case[0] for case in mark.args[1]]


def test_conditions_are_joined_by_all_or_any():
    both = [on("text", "any", ["refund"]), on("followers", "at_least", 100)]

    of_all, of_any = rule(both, match="all", urgency="high"), rule(both, match="any", urgency="high")

    famous = message(said(), "hello", followers=500)
    assert (of_all.held(famous), of_any.held(famous)) == (None, "the author has 500 followers")
    angry = message(said(), "refund", followers=500)
    assert of_all.held(angry) == "the text contains “refund”, the author has 500 followers"


CUSTOMER_SERVICE = {"department_id": KEYS["customer_service"], "kind": "respond"}
LEGAL_LOOKS = {"department_id": KEYS["legal"], "kind": "review"}
GOOD = [on("text", "any", ["refund"])]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "Give the rule a name of at most 120 letters."),
        ({"match": "most"}, "Say whether all conditions must hold or any of them."),
        ({"conditions": []}, "A rule needs at least one condition: without one it would match every message."),
        ({"conditions": GOOD * 21}, "A rule takes 20 conditions at most."),
        ({"conditions": ["refund"]}, "A condition says what it looks at and how."),
        ({"conditions": [on("weather", "is", "rain")]}, "There is no condition “weather is”."),
        ({"conditions": [on("text", "any", [" ", ""])]}, "Give at least one word to look for."),
        ({"conditions": [on("text", "any", [7])]}, "Give the words to look for as a list."),
        ({"conditions": [on("text", "any", ["x" * 101])]},
         f"“{'x' * 30}…” is too long: a word or phrase has 100 letters at most."),
        ({"conditions": [on("text", "any", [f"w{n}" for n in range(201)])]},
         "A condition takes 200 words at most; these are 201."),
        ({"conditions": [on("kind", "is", [])]}, "Choose at least one kind of message."),
        ({"conditions": [on("sentiment", "is", ["angry"])]},
         "“angry” is no sentiment. Choose among negative, neutral, positive."),
        ({"conditions": [on("urgency", "at_least", "very")]},
         "“very” is no urgency. Choose among low, normal, high, p1."),
        ({"conditions": [on("language", "is", ["German!"])]}, "“german!” is no language code. Write en, de, fr …"),
        ({"conditions": [on("has_media", "is", "yes")]}, "Say yes or no."),
        ({"conditions": [on("followers", "at_least", "many")]}, "Give the number of followers as a whole number."),
        ({"conditions": [on("followers", "at_least", 0)]}, "Give a number of followers of at least 1."),
        ({"conditions": [on("account", "is", [99])]}, "One of the accounts does not exist in this workspace."),
        ({"conditions": [on("account", "is", ["a"])]}, "Choose at least one account."),
        ({"outcome": {}}, "Say what the rule does: a department, an urgency, a tag, or the triage queue."),
        ({"outcome": {"delete": True}}, "A rule cannot do “delete”."),
        ({"outcome": {"departments": [{"department_id": 99, "kind": "respond"}]}},
         "One of the departments does not exist, or is archived."),
        ({"outcome": {"departments": [{**CUSTOMER_SERVICE, "kind": "ignore"}]}},
         "Say whether Customer service answers or looks at it."),
        ({"outcome": {"departments": [CUSTOMER_SERVICE, CUSTOMER_SERVICE]}}, "Customer service is named twice."),
        ({"outcome": {"departments": [CUSTOMER_SERVICE, {**LEGAL_LOOKS, "kind": "respond"}]}},
         "Only one department can answer; the others look at it."),
        ({"outcome": {"departments": [CUSTOMER_SERVICE], "triage": True}},
         "A message goes either to departments or to the triage queue, not to both."),
        ({"outcome": {"departments": [CUSTOMER_SERVICE], "needs_reply": False}},
         "The rule says that no reply is needed and names who answers. Let the department look at it."),
        ({"outcome": {"urgency": "now"}}, "“now” is no urgency. Choose among low, normal, high, p1."),
        ({"outcome": {"needs_reply": "no"}},
         "Say yes or no to whether a reply is needed, or leave it to the reading."),
        ({"outcome": {"tags": ["x" * 41]}}, "A tag has at most 40 letters."),
        ({"outcome": {"tags": [f"t{n}" for n in range(11)]}}, "A rule sets ten tags at most."),
        ({"outcome": {"departments": [CUSTOMER_SERVICE], "owner_id": 99}},
         "The person to assign is not an active member of this workspace."),
        ({"outcome": {"departments": [LEGAL_LOOKS], "owner_id": 32}},
         "Say which department answers, so that Ben can do it there."),
        ({"outcome": {"departments": [CUSTOMER_SERVICE], "owner_id": 32}}, "Ben has no seat in Customer service."),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_refused_with_a_sentence(changes, sentence):
    fields = {"name": "Refunds", "conditions": GOOD, "outcome": {"urgency": "high"}, **changes}

    with pytest.raises(BadRule) as refusal:
        checked(Draft(**fields), known=KNOWN)

    assert refusal.value.message == sentence


def test_what_people_type_is_kept_tidy():
    kept = checked(
        Draft(
            name=" Refunds ",
            conditions=[on("text", "any", "refund, money back\nrefund,"), on("followers", "at_least", " 500 ")],
            outcome={"tags": [" Money ", "Money"], "departments": [CUSTOMER_SERVICE, LEGAL_LOOKS]},
        ),
        known=KNOWN,
    )

    assert (kept.name, kept.conditions) == (
        "Refunds", [on("text", "any", ["refund", "money back"]), on("followers", "at_least", 500)],
    )  # fmt: skip
    assert kept.outcome == Outcome(
        departments=((KEYS["customer_service"], "respond"), (KEYS["legal"], "review")), tags=("Money",)
    )
    assert Outcome.from_json(kept.outcome.as_json()) == kept.outcome


def test_a_rule_is_told_in_one_sentence():
    kept = checked(
        Draft(
            name="Refunds",
            match="any",
            conditions=[
                on("text", "any", ["refund", "money back"]), on("followers", "at_least", 10000),
                on("account", "is", [7, 8]), on("intent", "is", ["sales_lead", "complaint"]),
                on("handle", "is", ["@ada"]),
            ],
            outcome={
                "departments": [CUSTOMER_SERVICE, LEGAL_LOOKS], "owner_id": 31, "urgency": "high",
                "needs_reply": True, "tags": ["VIP", "Money"],
            },
        ),
        known=KNOWN,
    )  # fmt: skip

    assert described(kept.match, kept.conditions, kept.outcome, known=KNOWN) == (
        "If the text contains “refund” or “money back” or the author has at least 10,000 followers "
        "or it came in on @brand or @help or the intent is sales lead or complaint or the author is @ada: "
        "Customer service answers, Legal looks at it, Ada takes it, urgency is high, a reply is needed, "
        "it is tagged “VIP” and “Money”."
    )


def test_every_kind_of_condition_can_be_told():
    for condition in _conditions_of_the_table():
        assert described("all", [condition], Outcome(triage=True), known=KNOWN).endswith(
            ": it goes to the triage queue."
        )


def test_rules_of_many_words_are_tested_quickly():
    many = rules.in_force(1, "Many", "all", [on("text", "any", [f"word{n}" for n in range(200)])], Outcome())

    assert many.held(message(said(), "nothing here but word199")) == "the text contains “word199”"
