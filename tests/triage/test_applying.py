"""What was learned takes its place in the reading of what comes in, and never above rules and safety."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.enums import Source
from crossdesk.inbox.models import Conversation
from crossdesk.messages import services as messages
from crossdesk.messages.models import Reading as MessageReading
from crossdesk.reading import learning
from crossdesk.reading.ground import ground, stacked
from crossdesk.reading.ports import Reading, Reason, Verdict
from crossdesk.reading.vectors import packed
from crossdesk.triage import taught
from crossdesk.triage.models import Decision, LearnedHead
from crossdesk.triage.services.applying import apply_learned
from crossdesk.triage.subject import Said
from tests.channels.fake import said
from tests.conftest import NOON
from tests.org.factories import WorkspaceFactory
from tests.triage.scene import Scene

pytestmark = pytest.mark.django_db


def vector(kind, number=0):
    at = np.random.default_rng(kind).normal(size=384) * 3 + np.random.default_rng(1000 + number).normal(size=384)
    return packed(at.astype(np.float32))


READING = Reading(
    needs_reply=Verdict("yes", 0.9), intents=(Verdict("question", 0.6), Verdict("complaint", 0.5)),
    sentiment=Verdict("neutral", 0.6), urgency=Verdict("normal", 0.7), safety=(), complaint_reason=None, language=None,
    abstained=("sentiment",), reasons=(Reason("sentiment", "model", "The words lean towards neutral"),), model="m-1",
    vector=vector(1),
)  # fmt: skip


@pytest.fixture
def workspace():
    return WorkspaceFactory()


def in_use(workspace, head, labels, *, sure=None, state="active", model="m-1"):
    """Kind 0 is the first label, kind 1 the second."""
    vectors = [vector(number % 2, number) for number in range(60)]
    examples = [learning.Example(number, labels[number % 2]) for number in range(60)]
    made = learning.fit(ground(stacked(vectors)), examples, precision=0.8)
    assert made is not None
    made = made if sure is None else replace(made, sure=sure)
    return LearnedHead.objects.create(
        workspace=workspace, head=head, number=3, model=model, state=state, weights=made.as_bytes(),
        labels=list(made.labels), labelled=80, examples=60, told=sha256(made.as_bytes()).hexdigest(), of=20, right=19, general_right=9, gained=10,
        lost=0, trained_at=NOON,
    )  # fmt: skip


def test_it_takes_the_place_of_the_readers_own_verdict_which_is_kept_beside(workspace):
    in_use(workspace, "sentiment", ["positive", "negative"])

    made = apply_learned(workspace.pk, [READING])[0]

    assert (made.sentiment.value, made.abstained) == ("negative", ())
    assert made.sentiment.p > 0.8
    assert made.reasons == (Reason("sentiment", "example", "Learned from 60 answers of people here"),)
    assert made.values()["learned"] == {
        "sentiment": {"number": 3, "instead": {"value": "neutral", "p": 0.6}, "left": True}
    }
    assert (
        replace(made, sentiment=READING.sentiment, abstained=READING.abstained, reasons=READING.reasons, learned={})
        == READING
    )
    general = taught.general_of(made.values())
    assert (general["sentiment"], general["abstained"]) == ({"value": "neutral", "p": 0.6}, ["sentiment"])


def test_what_it_is_not_sure_enough_of_is_left_to_people(workspace):
    in_use(workspace, "urgency", ["low", "high"], sure=learning.NEVER)

    made = apply_learned(workspace.pk, [READING])[0]

    assert (made.urgency.value, set(made.abstained)) == ("high", {"sentiment", "urgency"})


def test_a_department_is_named_where_it_is_sure(workspace):
    row = in_use(workspace, "department", ["17", "42"])

    assert [one.value for one in apply_learned(workspace.pk, [READING])[0].departments] == ["42"]
    (kept,) = Said(apply_learned(workspace.pk, [READING])[0].values()).values["departments"]
    assert kept["value"] == "42"

    row.delete()
    in_use(workspace, "department", ["17", "42"], sure=learning.NEVER)
    assert apply_learned(workspace.pk, [READING]) == [READING]


def test_an_intent_that_was_learned_comes_first(workspace):
    in_use(workspace, "intents", ["praise", "complaint"])

    made = apply_learned(workspace.pk, [READING])[0]

    assert [one.value for one in made.intents] == ["complaint", "question"]


@pytest.mark.parametrize(
    ("head", "labels", "reading"),
    [
        ("needs_reply", ["yes", "no"], replace(READING, safety=(Verdict("threat", 0.6),))),
        ("urgency", ["normal", "low"], replace(READING, urgency=Verdict("p1", 0.6))),
        ("intents", ["question", "other"], replace(READING, safety=(Verdict("self_harm", 0.6),))),
        ("needs_reply", ["yes", "no"], replace(READING, reasons=(Reason("needs_reply", "rule", "A question mark"),))),
        ("complaint_reason", ["late", "staff"], replace(READING, intents=(Verdict("question", 0.9),))),
        ("sentiment", ["positive", "negative"], replace(READING, vector=b"")),
        ("sentiment", ["positive", "negative"], replace(READING, model="m-2")),
    ],
    ids=["danger", "p1", "danger and intents", "a rule", "no complaint", "no vector", "another reader"],
)
def test_it_does_not_speak_where(workspace, head, labels, reading):
    in_use(workspace, head, labels)

    assert list(apply_learned(workspace.pk, [reading])) == [reading]


@pytest.mark.parametrize("state", ["candidate", "retired"])
def test_only_what_is_in_use_here_speaks(workspace, state):
    in_use(workspace, "sentiment", ["positive", "negative"], state=state)
    in_use(WorkspaceFactory(), "sentiment", ["positive", "negative"])

    assert apply_learned(workspace.pk, [READING]) == [READING]


@pytest.mark.parametrize("count", [1, 50])
def test_one_query_for_any_number_and_none_without_vectors(workspace, count, django_assert_num_queries):
    in_use(workspace, "sentiment", ["positive", "negative"])
    apply_learned(workspace.pk, [READING])  # loads the weights

    with django_assert_num_queries(1):
        apply_learned(workspace.pk, [READING] * count)
    with django_assert_num_queries(0):
        apply_learned(workspace.pk, [replace(READING, vector=b"")] * count)


def test_a_message_that_comes_in_goes_to_whom_people_here_give_such_messages():
    scene = Scene()
    sales, service = (str(scene.desks[key].pk) for key in ("sales", "customer_service"))
    in_use(scene.workspace, "department", [service, sales])

    class Reads:
        model = "m-1"

        def read(self, blocks):
            return [replace(READING, intents=(Verdict("question", 0.9),)) for _ in blocks]

    channels.store_deliveries(account_id=scene.account.pk, deliveries=[said()], source=Source.POLL, now=NOON)
    messages.take_in(account_id=scene.account.pk, now=NOON, reader=Reads())
    scene.works()

    kept = MessageReading.objects.get().values
    assert [one["value"] for one in kept["departments"]] == [sales]
    assert kept["learned"] == {"department": {"number": 3}}
    decision = Decision.objects.get()
    assert (decision.source, [duty["department_id"] for duty in decision.duties]) == ("learned", [int(sales)])
    assert decision.reasons[0] == "Learned here: people give such messages to Sales"
    assert Conversation.objects.get().department == scene.desks["sales"]
