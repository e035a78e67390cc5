"""What stands apart opens to its messages: two people's labels, and corrections of readings and of routes."""

from datetime import timedelta

import pytest

from crossdesk.inbox import services as inbox
from crossdesk.inbox.models import Conversation
from crossdesk.insights.apart import Fix, Pair, corrected, labelled_twice
from crossdesk.insights.quality import Asked, quality
from crossdesk.kit.errors import Invalid, NotAllowed, NotFound
from crossdesk.messages import services as messages
from crossdesk.org.enums import Role
from tests.conftest import NOON, actor_of
from tests.insights.test_quality import HOUR, WEEK, label, told
from tests.org.factories import MemberFactory
from tests.triage.scene import Scene, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def other(scene):
    """Somebody else who labels."""
    return actor_of(MemberFactory(workspace=scene.workspace, seats=[scene.desks["sales"]]))


def test_what_two_people_said_stands_side_by_side_newest_first(scene, other):
    samples = told(scene, said("complaint"), said("question"), said("praise"))
    for sample, second in zip(samples, ("complaint", "praise", None), strict=True):
        label(scene, sample, "complaint")
        if second:
            label(scene, sample, second, by=other)
    first, differing, _ = samples

    all_of_them = labelled_twice(scene.by, "intents", WEEK)

    assert all_of_them.rows == [
        Pair(one.pk, one.conversation_id, one.message.text, one.drawn_at, "complaint", value)
        for one, value in sorted(((differing, "praise"), (first, "complaint")), key=lambda pair: -pair[0].pk)
    ]
    assert [one.sample_id for one in labelled_twice(scene.by, "intents", WEEK, same=True).rows] == [first.pk]
    assert [one.sample_id for one in labelled_twice(scene.by, "intents", WEEK, same=False).rows] == [differing.pk]
    (agreed,) = [one.agreed for one in quality(scene.by, WEEK).agreement if one.head == "intents"]
    assert (agreed.hits, agreed.of) == (1, len(all_of_them.rows))


def test_corrections_of_a_reading_stand_with_what_they_replaced(scene):
    first, second, third = (scene.stored(said("complaint"), identity=scene.person()) for _ in range(3))
    doubtful = scene.stored(said("question", abstained=["intents"]), identity=scene.person())
    scene.works()
    for minutes, (message, value) in enumerate([(first, ["praise"]), (second, ["question", "praise"]), (doubtful, [])]):
        messages.correct(
            message_id=message.pk, head="intents", value=value, by=scene.by, now=NOON + timedelta(minutes=minutes)
        )
    gone = messages.correct(message_id=third.pk, head="intents", value=["other"], by=scene.by, now=NOON)
    messages.undo_correction(correction_id=gone.pk, by=scene.by, now=NOON)
    where = dict(Conversation.objects.values_list("entries__message", "pk"))

    found = corrected(scene.by, "intents", WEEK)

    assert found.rows == [
        Fix(where[doubtful.pk], doubtful.text, NOON + timedelta(minutes=2), ["question"], ["none"], in_doubt=True),
        Fix(where[second.pk], second.text, NOON + timedelta(minutes=1), ["complaint"], ["question", "praise"], in_doubt=False),
        Fix(where[first.pk], first.text, NOON, ["complaint"], ["praise"], in_doubt=False),
    ]  # fmt: skip
    assert corrected(scene.by, "intents", WEEK, in_doubt=True).rows == found.rows[:1]
    assert corrected(scene.by, "urgency", WEEK).rows == []
    (counted,) = quality(scene.by, WEEK).corrected
    assert (counted.count, counted.in_doubt) == (3, 1)


def test_what_was_given_to_another_department_stands_with_both(scene):
    message = scene.stored(said("complaint"))
    scene.works()
    row = Conversation.objects.get()
    inbox.hand_over(
        conversation_id=row.pk, department_id=scene.desks["sales"].pk, by=scene.by, now=NOON + HOUR
    )  # fmt: skip
    scene.works(NOON + HOUR)

    found = corrected(scene.by, "department", WEEK)

    service, sales = (str(scene.desks[key].pk) for key in ("customer_service", "sales"))
    assert found.rows == [Fix(row.pk, message.text, NOON + HOUR, [service], [sales], in_doubt=False)]
    assert corrected(scene.by, "department", WEEK, in_doubt=True).rows == []


def test_pages_follow_one_another_without_a_gap(scene, other):
    for sample in told(scene, *[said("complaint")] * 3):
        label(scene, sample, "complaint")
        label(scene, sample, "complaint", by=other)
        messages.correct(message_id=sample.message_id, head="urgency", value="low", by=scene.by, now=NOON)

    for ask, head in ((labelled_twice, "intents"), (corrected, "urgency")):
        page = ask(scene.by, head, WEEK, limit=2)
        rest = ask(scene.by, head, WEEK, limit=2, after=page.after)
        assert ([*page.rows, *rest.rows], rest.after) == (ask(scene.by, head, WEEK).rows, None)


def test_only_one_version_of_the_reader_is_asked_for(scene, other):
    (sample,) = told(scene, said("complaint"))
    label(scene, sample, "complaint")
    label(scene, sample, "complaint", by=other)
    messages.correct(message_id=sample.message_id, head="urgency", value="low", by=scene.by, now=NOON)

    for model, number in (("test-1", 1), ("test-2", 0)):
        asked = Asked(WEEK.window, model)
        assert len(labelled_twice(scene.by, "intents", asked).rows) == number
        assert len(corrected(scene.by, "urgency", asked).rows) == number


@pytest.mark.parametrize("ask", [labelled_twice, corrected])
def test_who_may_not_see_figures_does_not_see_what_is_behind_them(scene, ask):
    with pytest.raises(NotAllowed):
        ask(actor_of(MemberFactory(workspace=scene.workspace, role=Role.MEMBER)), "intents", WEEK)
    with pytest.raises(NotFound):
        ask(scene.by, "colour", WEEK)
    with pytest.raises(Invalid):
        ask(scene.by, "intents", WEEK, after="nowhere")
