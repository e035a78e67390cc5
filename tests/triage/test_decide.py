"""What follows from a message: worked cases, one a line, and the order of safety, rules, doubt and matrix."""

import time
from dataclasses import replace

import pytest

from crossdesk.triage.decide import decide
from crossdesk.triage.rules import Outcome
from crossdesk.triage.setup import Goal, departments_for
from crossdesk.triage.subject import Said
from tests.triage.situations import KEYS, KNOWN, NAMES, matrix, message, rule, said, setup

KEY_OF = {number: key for key, number in KEYS.items()}
M15, H1, H4, DAY = 15 * 60, 3600, 4 * 3600, 24 * 3600


def outline(decided):
    """source, urgency, needs a reply, duties as key: kind + seconds, triage."""
    duties = {
        KEY_OF[owed.department_id]: (owed.kind, owed.goal.seconds, owed.goal.basis) for owed in decided.duties
    }  # fmt: skip
    return decided.source, decided.urgency, decided.needs_reply, duties, decided.triage


def answers(seconds, basis="calendar"):
    return ("respond", seconds, basis)


def looks(seconds=DAY):
    return ("review", seconds, "calendar")


HAVE_VIP = rule([{"on": "followers", "is": "at_least", "value": 10_000}], departments={"public_relations": "review"})

# (what is said, its source, urgency, needs a reply, duties, triage)
CASES = [
    ("a complaint", said("complaint"), "matrix", "normal", True, {"customer_service": answers(H1)}, False),
    ("a complaint that is over", said("complaint", reply=False), "matrix", "normal", False,
     {"customer_service": looks()}, False),
    ("a complaint about a defect", said("complaint", reason="technical"), "matrix", "normal", True,
     {"customer_service": answers(H1), "product": looks()}, False),
    ("a complaint about a late parcel", said("complaint", reason="late"), "matrix", "normal", True,
     {"customer_service": answers(H1)}, False),
    ("an urgent complaint", said("complaint", urgency="p1"), "matrix", "p1", True,
     {"customer_service": answers(M15)}, False),
    ("a question", said("question"), "matrix", "normal", True, {"customer_service": answers(H4, "business")}, False),
    ("an urgent question", said("question", urgency="p1"), "matrix", "p1", True,
     {"customer_service": answers(M15)}, False),
    ("praise", said("praise", reply=False), "matrix", "normal", False, {"marketing": looks()}, False),
    ("praise that asks something", said("praise"), "matrix", "normal", True, {"marketing": answers(DAY)}, False),
    ("a wish", said("suggestion", reply=False), "matrix", "normal", False, {"product": looks()}, False),
    ("a buyer", said("sales_lead"), "matrix", "normal", True, {"sales": answers(H1)}, False),
    ("a journalist", said("press_enquiry"), "matrix", "normal", True,
     {"public_relations": answers(H1), "communications": looks(), "legal": looks()}, False),
    ("an applicant", said("job_enquiry"), "matrix", "normal", True, {"human_resources": answers(DAY)}, False),
    ("conduct of staff", said("conduct"), "matrix", "normal", True,
     {"human_resources": answers(DAY), "legal": looks()}, False),
    ("a threat without words of danger", said("threat", reply=False, urgency="p1"), "matrix", "p1", False,
     {"risk": looks(M15), "legal": looks(M15)}, False),
    ("a protest", said("protest", reply=False), "matrix", "normal", False,
     {"risk": looks(), "public_relations": looks()}, False),
    ("phishing", said("phishing", reply=False), "matrix", "normal", False, {"risk": looks(), "legal": looks()}, False),
    ("a leak", said("confidential_leak", reply=False), "matrix", "normal", False,
     {"risk": looks(), "legal": looks(), "human_resources": looks()}, False),
    ("privacy", said("legal_privacy"), "matrix", "normal", True, {"legal": answers(DAY)}, False),
    ("a partner", said("partner_request"), "matrix", "normal", True,
     {"marketing": answers(DAY), "sales": looks()}, False),
    ("spam", said("spam_abuse", reply=False), "nothing", "normal", False, {}, False),
    ("small talk", said("other", reply=False), "nothing", "low", False, {}, False),
    ("no intent and no answer needed", said(reply=False), "nothing", "normal", False, {}, False),
    ("something else that needs an answer", said("other"), "matrix", "normal", True, {}, True),
    ("abuse that needs an answer", said("spam_abuse"), "matrix", "normal", True, {}, True),
    ("a complaint and a wish to buy", said("complaint", "sales_lead"), "matrix", "normal", True,
     {"customer_service": answers(H1), "sales": looks()}, False),
    ("praise with a question", said("praise", "question"), "matrix", "normal", True,
     {"marketing": answers(DAY), "customer_service": looks()}, False),
    ("praise with abuse", said("praise", "spam_abuse", reply=False), "matrix", "normal", False,
     {"marketing": looks()}, False),
    ("a threat", said("threat", reply=False, urgency="p1", safety=["threat"]), "safety", "p1", False,
     {"risk": looks(M15), "legal": looks(M15)}, False),
    ("a threat beside a complaint", said("complaint", safety=["threat"]), "safety", "p1", True,
     {"risk": answers(M15), "legal": looks(M15), "customer_service": looks(M15)}, False),
    ("self-harm", said("other", safety=["self_harm"]), "safety", "p1", True, {"risk": answers(M15)}, False),
    ("an unsafe product", said("complaint", safety=["product_safety"], reason="quality"), "safety", "p1", True,
     {"risk": answers(M15), "customer_service": looks(M15)}, False),
    ("a lawyer", said("complaint", safety=["legal_threat"]), "safety", "high", True,
     {"legal": answers(H1), "customer_service": looks()}, False),
    ("a regulator", said("question", safety=["regulator"]), "safety", "high", True,
     {"legal": answers(H4, "business"), "customer_service": looks()}, False),
    ("personal data in public", said("question", safety=["personal_data_public"], urgency="p1"), "safety", "p1", True,
     {"legal": answers(M15), "customer_service": looks(M15)}, False),
    ("the press", said("press_enquiry", safety=["press"]), "safety", "high", True,
     {"public_relations": answers(H1), "communications": looks(), "legal": looks()}, False),
    ("the press, taken for a question", said("question", safety=["press"]), "safety", "high", True,
     {"public_relations": answers(H1), "communications": looks(), "legal": looks(), "customer_service": looks()},
     False),
    ("phishing found", said("phishing", reply=False, safety=["phishing"]), "safety", "high", False,
     {"risk": looks(), "legal": looks()}, False),
    ("a leak found", said("confidential_leak", reply=False, safety=["leak"]), "safety", "high", False,
     {"risk": looks(), "legal": looks(), "human_resources": looks()}, False),
    ("a threat and a lawyer", said("complaint", safety=["legal_threat", "threat"]), "safety", "p1", True,
     {"risk": answers(M15), "legal": looks(M15), "customer_service": looks(M15)}, False),
    ("danger in a doubtful reading", said("question", safety=["threat"], abstained=["intents", "needs_reply"]),
     "safety", "p1", True, {"risk": answers(M15), "legal": looks(M15), "customer_service": looks(M15)}, False),
    ("doubt about the intent", said("complaint", "question", abstained=["intents"]), "doubt", "normal", True, {}, True),
    ("doubt about an answer", said("praise", reply=False, abstained=["needs_reply"]), "doubt", "normal", False, {},
     True),
    ("doubt about the sentiment alone", said("question", abstained=["sentiment"]), "matrix", "normal", True,
     {"customer_service": answers(H4, "business")}, False),
    ("not read at all", Said({}), "doubt", "normal", True, {}, True),
    ("doubt that a person took away", said("question", abstained=["intents"], corrected=["intents"]), "person",
     "normal", True, {"customer_service": answers(H4, "business")}, False),
    ("spam, says a person", said("spam_abuse", reply=False, corrected=["intents", "needs_reply"]), "nothing",
     "normal", False, {}, False),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_message_owes_what_the_worked_case_says(case):
    _, reading, source, urgency, needs_reply, duties, triage = case
    if case[0] == "small talk":
        reading = said("other", reply=False, urgency="low")

    decided = decide(message(reading), setup())

    assert outline(decided) == (source, urgency, needs_reply, duties, triage)
    assert decided.reasons


def test_the_reason_of_safety_carries_the_words_of_the_text():
    reading = said("complaint", safety=["legal_threat"], why=[("Names a lawyer", "my lawyer")])

    decided = decide(message(reading), setup())

    assert decided.reasons == (
        "Safety: names a lawyer (“my lawyer”) → Legal",
        "Matrix: Customer service looks at it too",
    )
    assert decided.duties[0].because == "Safety: names a lawyer (“my lawyer”)"


def test_a_finding_without_words_of_the_reader_is_told_in_ours():
    decided = decide(message(said("other", safety=["self_harm"], abstained=["safety"])), setup())

    assert decided.reasons == ("Safety: perhaps speaks of harming themselves → Risk",)


def test_danger_goes_to_who_is_responsible_where_there_is_no_risk_department():
    decided = decide(message(said("question", safety=["threat"])), setup(without=["risk", "legal"]))

    assert outline(decided) == ("safety", "p1", True, {"customer_service": looks(M15)}, False)
    assert decided.reasons[0] == "Safety: speaks of violence → nobody owns this → triage queue"


def test_danger_that_nobody_owns_waits_in_triage():
    decided = decide(message(said(safety=["threat"], reply=False)), setup(without=list(KEYS)))

    assert outline(decided) == ("safety", "p1", False, {}, True)


def test_the_matrix_says_who_is_responsible_and_who_is_informed():
    decided = decide(message(said("complaint")), setup())

    assert decided.reasons == ("Matrix: complaint → Customer service is responsible, Product is informed",)
    assert decided.duties[0].because == "Responsible for complaint"
    assert (decided.intent, decided.verdict_by, decided.goal) == ("complaint", "model", Goal(H1, "calendar"))


def test_doubt_says_between_what_and_how_sure():
    decided = decide(message(said("complaint", "question", abstained=["intents", "needs_reply"])), setup())

    assert decided.reasons == ("Unsure: intent complaint 90 %, question 80 %; needs a reply 90 % → triage queue",)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Your night shift gets no breaks and the union is not let in", "legal"),
        ("Meine Überstunden wurden nie bezahlt, sagt die Gewerkschaft", "legal"),
        ("A driver shouted at me and called me names", "human_resources"),
    ],
)
def test_speech_that_the_law_protects_is_looked_at_by_legal_first(text, first):
    decided = decide(message(said("conduct"), text), setup())

    assert [KEY_OF[owed.department_id] for owed in decided.duties if owed.kind == "respond"] == [first]
    assert {KEY_OF[owed.department_id] for owed in decided.duties} == {"legal", "human_resources"}


def test_protected_speech_says_who_looks_first_and_whose_it_is():
    decided = decide(message(said("conduct"), "They fired him for joining the union"), setup())

    assert decided.reasons == (
        "May be protected speech (“union”): Legal looks before anybody acts",
        "Matrix: conduct → Human resources is responsible",
    )


def test_one_finding_is_told_in_the_first_words_of_the_reader():
    why = [("Says they are a journalist", "journalist"), ("Asks the press office", "press office")]

    decided = decide(message(said("press_enquiry", safety=["press"], why=why)), setup())

    assert decided.reasons[0] == "Safety: says they are a journalist (“journalist”) → Public relations"


def test_a_corrected_reading_is_decided_again_and_says_so():
    decided = decide(message(said("question", corrected=["intents", "needs_reply"])), setup())

    assert decided.source == "person"
    assert decided.verdict_by == "person"
    assert decided.reasons[0] == "Corrected by a person: intents: question, needs a reply"


# --- rules in the decision


REFUND = [{"on": "text", "is": "any", "value": ["refund", "money back"]}]


def test_the_first_rule_that_holds_decides():
    first = rule(REFUND, name="Refunds", departments={"legal": "respond"})
    second = rule(REFUND, name="Later", departments={"sales": "respond"})

    decided = decide(message(said("complaint"), "I want my REFUND!"), setup(first, second))

    assert outline(decided) == ("rule", "normal", True, {"legal": answers(H1)}, False)
    assert decided.reasons == ("Rule “Refunds”: the text contains “refund”",)
    assert decided.rule_id == 5


def test_safety_comes_before_every_rule():
    quiet = rule(REFUND, departments={"marketing": "respond"}, urgency="low")

    decided = decide(message(said("threat", safety=["threat"]), "refund or I burn it down"), setup(quiet))

    assert (decided.source, decided.urgency, decided.rule_id) == ("safety", "p1", None)


def test_a_rule_may_only_change_the_urgency_and_leave_the_rest_to_the_matrix():
    urgent = rule(REFUND, urgency="p1", tags=["Refund"])

    decided = decide(message(said("question"), "money  back please"), setup(urgent))

    assert outline(decided) == ("matrix", "p1", True, {"customer_service": answers(M15)}, False)
    assert decided.tags == ("Refund",)


def test_a_rule_that_lets_somebody_look_leaves_the_answer_to_who_is_responsible():
    decided = decide(message(said("complaint"), followers=25_000), setup(HAVE_VIP))

    assert outline(decided) == (
        "rule", "normal", True, {"public_relations": looks(), "customer_service": answers(H1)}, False,
    )  # fmt: skip
    assert decided.reasons == (
        "Rule “VIP”: the author has 25,000 followers",
        "Matrix: complaint → Customer service answers",
    )


def test_a_rule_that_lets_somebody_look_does_not_hide_that_nobody_answers():
    decided = decide(message(said("complaint", abstained=["intents"]), followers=25_000), setup(HAVE_VIP))

    assert outline(decided) == ("rule", "normal", True, {"public_relations": looks()}, True)
    assert decided.reasons[-1] == "Nobody is named to answer → triage queue"


def test_a_rule_decides_in_doubt_and_then_an_answer_counts_as_needed():
    to_sales = rule(REFUND, departments={"sales": "respond"})
    reading = said("question", reply=False, abstained=["needs_reply", "intents"])

    decided = decide(message(reading, "refund?"), setup(to_sales))

    assert outline(decided) == ("rule", "normal", True, {"sales": answers(H4, "business")}, False)
    assert decided.reasons[-1] == "Unsure whether it needs a reply: counted as yes"


def test_a_rule_about_the_reading_does_not_hold_while_the_reading_is_unsure():
    complaints = rule([{"on": "intent", "is": "is", "value": ["complaint"]}], departments={"legal": "respond"})

    unsure = decide(message(said("complaint", abstained=["intents"])), setup(complaints))
    settled = decide(message(said("complaint", abstained=["intents"], corrected=["intents"])), setup(complaints))

    assert (unsure.source, settled.source) == ("doubt", "rule")


def test_a_person_wins_over_a_rule():
    silent = rule(REFUND, needs_reply=False)

    decided = decide(message(said("question", corrected=["needs_reply"]), "refund"), setup(silent))

    assert (decided.needs_reply, decided.verdict_by) == (True, "person")


def test_a_rule_wins_over_the_reading():
    silent = rule(REFUND, needs_reply=False)

    decided = decide(message(said("question"), "refund"), setup(silent))

    assert (decided.needs_reply, decided.verdict_by) == (False, "rule")
    assert outline(decided)[3] == {"customer_service": looks()}


def test_a_rule_may_send_to_triage():
    asks = rule(REFUND, triage=True)

    decided = decide(message(said("question"), "refund"), setup(asks))

    assert outline(decided) == ("rule", "normal", True, {}, True)


def test_a_rule_whose_department_is_gone_drops_nothing():
    legal = rule(REFUND, departments={"legal": "respond"})

    decided = decide(message(said("question"), "refund"), setup(legal, without=["legal"]))

    assert outline(decided) == ("rule", "normal", True, {}, True)
    assert decided.reasons[-1] == "The rule's departments are archived → triage queue"


def test_a_rule_assigns_its_owner():
    to_ada = rule(REFUND, departments={"customer_service": "respond"}, owner_id=31)

    assert decide(message(said("question"), "refund"), setup(to_ada)).owner_id == 31


def test_a_person_who_has_left_is_not_assigned():
    to_ada = rule(REFUND, departments={"customer_service": "respond"}, owner_id=31)
    here = replace(setup(to_ada), seated=frozenset())

    decided = decide(message(said("question"), "refund"), here)

    assert (decided.owner_id, decided.reasons[-1]) == (
        None, "The person whom the rule assigns no longer sits there: nobody is assigned",
    )  # fmt: skip


def test_departments_for_names_each_department_once_with_its_strongest_part():
    shares = departments_for(said("press_enquiry", "legal_privacy"), matrix(KEYS))

    assert [(NAMES[share.department_id], share.part, share.intent) for share in shares] == [
        ("Public relations", "responsible", "press_enquiry"),
        ("Communications", "consulted", "press_enquiry"),
        ("Legal", "responsible", "legal_privacy"),
    ]


def test_the_smallest_outcome_is_nothing():
    assert Outcome.from_json(Outcome().as_json()) == Outcome()
    assert KNOWN.departments == NAMES


def test_more_than_two_thousand_decisions_a_second():
    rules = [
        rule([{"on": "text", "is": "any", "value": [f"word{n}", f"phrase of {n}"]}], departments={"sales": "respond"})
        for n in range(20)
    ]
    here = setup(*rules)
    messages = [message(said("complaint"), f"My parcel {n} has not come for the third time") for n in range(2000)]

    started = time.process_time()
    for one in messages:
        decide(one, here)

    assert time.process_time() - started < 1.0


# What was learned from people here


def learned(given, key, *, reply_unsure=False, intents_unsure=False):
    unsure = [head for head, so in (("needs_reply", reply_unsure), ("intents", intents_unsure)) if so]
    whose = [{"value": str(KEYS.get(key, key)), "p": 0.9}]
    return replace(given, values={**given.values, "departments": whose, "abstained": unsure})


def test_a_department_that_was_learned_answers_in_the_place_of_the_matrixs_responsible_one():
    decided = decide(message(learned(said("question"), "sales")), setup())

    assert outline(decided) == ("learned", "normal", True, {"sales": answers(H4, "business")}, False)
    assert decided.reasons == ("Learned here: people give such messages to Sales",)


def test_those_whom_the_matrix_consults_look_at_it_as_ever():
    decided = decide(message(learned(said("press_enquiry"), "marketing")), setup())

    assert outline(decided)[3] == {"marketing": answers(H1), "communications": looks(), "legal": looks()} or outline(
        decided
    )[3] == {"marketing": answers(H1), "communications": looks()}
    assert "public_relations" not in outline(decided)[3]


@pytest.mark.parametrize(
    ("given", "source"),
    [
        (learned(said("question"), "sales", intents_unsure=True), "learned"),
        (learned(said("question"), "sales", reply_unsure=True), "doubt"),
        (learned(said("question"), "none"), "matrix"),
        (learned(said("question"), "99"), "matrix"),
        (learned(said("complaint", corrected=["intents"]), "sales"), "person"),
        (learned(said("threat", safety=["threat"]), "sales"), "safety"),
    ],
)
def test_doubt_about_the_reply_people_and_safety_go_before_what_was_learned(given, source):
    assert decide(message(given), setup()).source == source


def test_rules_go_before_what_was_learned():
    vip = rule([{"on": "text", "is": "any", "value": ["parcel"]}], departments={"legal": "respond"})

    decided = decide(message(learned(said("question"), "sales"), text="Where is my parcel?"), setup(vip))

    assert (decided.source, [KEY_OF[owed.department_id] for owed in decided.duties]) == ("rule", ["legal"])


def test_conduct_that_may_be_protected_speech_goes_to_legal_whatever_was_learned():
    given = learned(said("conduct"), "sales")

    decided = decide(message(given, text="We want to organise a union for better pay"), setup())

    assert decided.source == "matrix"
    assert KEY_OF[decided.duties[0].department_id] == "legal"
