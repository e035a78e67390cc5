"""How well messages are read: worked examples on labels, what stands apart, and what nobody may see."""

from datetime import timedelta
from typing import Any

import pytest

from crossdesk.insights.quality import Asked, Part, Share, quality, rows
from crossdesk.insights.values import Window
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.messages import services as messages
from crossdesk.messages.models import Correction, Reading
from crossdesk.org import services as org
from crossdesk.triage import services
from crossdesk.triage.judging import HEADS, Answer
from crossdesk.triage.models import Judgement, Sample
from tests.conftest import NOON, actor_of
from tests.org.factories import MemberFactory
from tests.triage.scene import Scene, said

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WEEK = Asked(Window.until(NOON.date(), days=7))


@pytest.fixture
def scene():
    return Scene()


def told(scene, *readings, at=NOON):
    """Messages with these readings, drawn for the week. Returns their samples in order."""
    for number, reading in enumerate(readings):
        scene.stored(reading, identity=scene.person(), at=at + timedelta(minutes=number))
    scene.works(at + HOUR)
    services.draw_week(workspace_id=scene.workspace.pk, now=at + HOUR)
    return list(Sample.objects.order_by("message_id"))


def label(scene, sample, *intents, desk="customer_service", by=None, now=NOON + HOUR, **more):
    given: dict[str, Any] = {"needs_reply": True, "sentiment": "neutral", "urgency": "normal", "safety": ()} | more
    answer = Answer(
        needs_reply=given["needs_reply"], intents=intents, sentiment=given["sentiment"], urgency=given["urgency"],
        safety=given["safety"], department_id=scene.desks[desk].pk if desk else None,
    )  # fmt: skip
    services.label(sample_id=sample.pk, answer=answer, by=by or scene.by, now=now)


def test_a_worked_example_of_what_was_answered_and_what_was_left(scene):
    first, second, third = told(
        scene, said("complaint"), said("question"), said("question", "praise", abstained=["intents"])
    )
    label(scene, first, "complaint")
    label(scene, second, "complaint")
    label(scene, third, "praise", desk="marketing", needs_reply=False, urgency="low", sentiment="positive")

    found = quality(scene.by, WEEK)

    intents, whose = found.head("intents"), found.head("department")
    service = str(scene.desks["customer_service"].pk)
    assert (found.labelled, found.models, [one.head for one in found.heads]) == (3, ["test-1"], list(HEADS))
    assert (intents.right, intents.left) == (Share(1, 2), Share(1, 3))
    assert {name: (one.n, one.given, one.right) for name, one in intents.classes.items()} == {
        "complaint": (2, 1, 1), "question": (0, 1, 0),
    }  # fmt: skip
    assert (intents.confusion.labels, intents.confusion.counts) == (("complaint", "question"), ((1, 1), (0, 0)))
    assert intents.calibration.n == 3
    assert intents.calibration.ece == pytest.approx(0.9 - 1 / 3)
    assert (whose.right, whose.left, list(whose.classes)) == (Share(2, 2), Share(1, 3), [service])
    assert found.names[service] == "Customer service"
    assert found.head("urgency").right == Share(2, 3)


def test_below_thirty_it_is_too_few_to_tell_and_the_interval_says_how_wide():
    few, many = Share(1, 2), Share(15, 30)

    assert (few.enough, many.enough) == (False, True)
    assert [round(end, 3) for end in many.between] == [0.332, 0.668]
    assert (Share(0, 0).value, Share(0, 0).between) == (None, (0.0, 1.0))


def test_every_figure_opens_to_its_messages(scene):
    first, second, third = told(
        scene, said("complaint"), said("question"), said("question", "praise", abstained=["intents"])
    )
    for number, sample in enumerate((first, second, third)):
        label(scene, sample, "complaint", now=NOON + HOUR + timedelta(minutes=number))

    def behind(**part):
        return [row.sample_id for row in rows(scene.by, "intents", WEEK, Part(**part)).rows]

    assert behind() == [third.pk, second.pk, first.pk]
    assert behind(answered=True) == [second.pk, first.pk]
    assert behind(answered=True, right=True) == [first.pk]
    assert behind(answered=True, right=False) == [second.pk]
    assert behind(answered=False) == [third.pk]
    assert behind(said="question", truth="complaint", answered=True) == [second.pk]
    assert behind(low=0.9, high=1.0) == [third.pk, second.pk, first.pk]
    assert behind(low=0.0, high=0.9) == []


def test_pages_follow_one_another_without_a_gap(scene):
    samples = told(scene, said("complaint"), said("question"), said("praise"))
    for sample in samples:
        label(scene, sample, "complaint")

    page = rows(scene.by, "intents", WEEK, limit=2)
    rest = rows(scene.by, "intents", WEEK, limit=2, after=page.after)

    seen = [row.sample_id for row in (*page.rows, *rest.rows)]
    assert seen == [sample.pk for sample in reversed(samples)]
    assert rest.after is None


def test_two_people_agree_or_not_and_only_the_first_judges(scene):
    other = actor_of(MemberFactory(workspace=scene.workspace, seats=[scene.desks["sales"]]))
    first, second = told(scene, said("complaint"), said("question"))
    for sample, intents in [(first, ("complaint", "complaint")), (second, ("question", "praise"))]:
        label(scene, sample, intents[0])
        label(scene, sample, intents[1], by=other)

    found = quality(scene.by, WEEK)

    agreed = {one.head: one for one in found.agreement}
    assert agreed["intents"].agreed == Share(1, 2)
    assert agreed["intents"].kappa == pytest.approx(1 / 3)
    assert (agreed["sentiment"].agreed, agreed["sentiment"].kappa) == (Share(2, 2), None)
    assert found.head("intents").right == Share(2, 2)


def test_corrections_stand_apart_and_count_for_no_figure(scene):
    message = scene.stored(said("complaint", "question", abstained=["intents"]))
    scene.works()
    messages.correct(message_id=message.pk, head="intents", value=["praise"], by=scene.by, now=NOON)
    gone = messages.correct(message_id=message.pk, head="urgency", value="low", by=scene.by, now=NOON)
    messages.undo_correction(correction_id=gone.pk, by=scene.by, now=NOON)

    found = quality(scene.by, WEEK)

    assert [(one.head, one.count, one.in_doubt) for one in found.corrected] == [("intents", 1, 1)]
    assert (found.labelled, found.head("intents").right) == (0, Share(0, 0))
    assert Correction.objects.count() == 2


def test_figures_are_of_one_period_and_one_version_of_the_reader(scene):
    first, second = told(scene, said("complaint"), said("question"))
    label(scene, first, "complaint")
    label(scene, second, "complaint", now=NOON + timedelta(days=1))
    Judgement.objects.filter(sample=second).update(model="test-2")
    longer = Window.until(NOON.date() + timedelta(days=1), days=7)

    assert quality(scene.by, WEEK).labelled == 1
    assert [quality(scene.by, Asked(longer, model)).labelled for model in ("", "test-1", "test-2")] == [2, 1, 1]
    assert quality(scene.by, Asked(longer)).models == ["test-1", "test-2"]
    assert Reading.objects.count() == 2


def test_outside_a_wall_its_labels_are_in_no_figure(scene):
    first, second = told(scene, said("complaint"), said("question"))
    for sample in (first, second):
        label(scene, sample, "complaint")
    wall = org.open_wall(kind="conduct", name="Behind", reason="So", by=scene.by, now=NOON)
    messages.enclose(message_ids=[first.message_id], wall_id=wall.pk, workspace_id=scene.workspace.pk)
    outside = actor_of(MemberFactory(workspace=scene.workspace, role="lead", seats=[scene.desks["sales"]]))

    assert (quality(outside, WEEK).labelled, [row.sample_id for row in rows(outside, "intents", WEEK).rows]) == (
        1, [second.pk],
    )  # fmt: skip
    assert quality(scene.by, WEEK).labelled == 2


def test_only_who_may_change_routing_sees_it_and_nothing_unknown_is_measured(scene):
    member = actor_of(MemberFactory(workspace=scene.workspace))

    with pytest.raises(NotAllowed):
        quality(member, WEEK)
    with pytest.raises(NotAllowed):
        rows(member, "intents", WEEK)
    with pytest.raises(NotFound):
        rows(scene.by, "colour", WEEK)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number_of_labels(scene, count, django_assert_num_queries):
    for sample in told(scene, *[said("complaint")] * count):
        label(scene, sample, "complaint")
    by = scene.by

    with django_assert_num_queries(7):  # zone, judgements, labels, corrections, reroutings, models, names
        quality(by, WEEK)
    with django_assert_num_queries(2):  # zone, rows
        assert len(rows(by, "intents", WEEK).rows) == count
