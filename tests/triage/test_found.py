"""What a hashtag or word brought: nothing is owed merely for that; what surely needs an answer, or is a danger, is as ever."""

import pytest

from crossdesk.inbox.models import Conversation
from crossdesk.messages import events
from crossdesk.messages.models import Message
from crossdesk.triage.decide import decide
from crossdesk.triage.models import Decision
from crossdesk.triage.services.deciding import Ready
from crossdesk.triage.subject import Said
from tests.conftest import NOON
from tests.triage.scene import Scene
from tests.triage.situations import message, rule, said, setup

REASON = "Found by “#tents” and “camping” and not said to us: nothing is owed for that alone"


def found(reading, **fields):
    return message(reading, kind="found", found_by=("#tents", "camping"), **fields)


def outline(decided):
    return decided.source, decided.needs_reply, [owed.kind for owed in decided.duties], decided.triage


@pytest.mark.parametrize(
    "reading",
    [
        said("praise", reply=False),
        said("complaint", reply=False),
        said("question", abstained=["needs_reply"]),
        said("question", reply=False, abstained=["needs_reply", "intents"]),
        Said({}),
    ],
)
def test_it_owes_nobody_anything_unless_it_surely_needs_an_answer(reading):
    decided = decide(found(reading), setup())

    assert outline(decided) == ("nothing", False, [], False)
    assert decided.reasons[-1] == REASON


@pytest.mark.parametrize(
    ("reading", "outcome"),
    [
        (said("complaint"), ("matrix", True, ["respond"], False)),
        (said("complaint", abstained=["intents"]), ("doubt", True, [], True)),
        (said("praise", reply=True, corrected=["needs_reply"]), ("person", True, ["respond"], False)),
        (said("complaint", reply=False, safety=["threat"]), ("safety", False, ["review", "review", "review"], False)),
    ],
)
def test_what_the_reader_a_person_or_a_danger_says_counts_as_ever(reading, outcome):
    assert outline(decide(found(reading), setup())) == outcome


def test_a_rule_may_send_it_to_somebody():
    watch = rule([{"on": "kind", "is": "is", "value": ["found"]}], departments={"marketing": "review"})

    assert outline(decide(found(said("praise", reply=False)), setup(watch)))[0] == "rule"


def test_nobody_is_asked_blind_about_it():
    subject = found(said("question"))
    here = Message(kind="found", text="x", contact_id=1)

    assert not Ready(here, subject, decide(subject, setup())).may_go_blind
    here.kind = "mention"
    assert Ready(here, subject, decide(subject, setup())).may_go_blind


@pytest.mark.django_db
def test_it_stands_in_the_inbox_without_a_clock_and_is_decided_anew_when_it_turns_out_to_be_said_to_us():
    scene = Scene()
    row = scene.stored(said("complaint", abstained=["needs_reply"]), kind="found", found_by=["#tents"])
    scene.works()
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.triage_since) == ("resolved", None)

    Message.objects.update(kind="mention")
    scene.tell(
        events.MessageSaidToUs(
            message_id=row.pk, direction="in", kind="mention", contact_id=row.contact_id, account_id=scene.account.pk
        ),
        at=NOON,
    )
    scene.works()

    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.triage_since is None) == ("open", False)
    assert list(Decision.objects.order_by("number").values_list("source", flat=True)) == ["nothing", "doubt"]
