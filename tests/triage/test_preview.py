"""What a rule would have done over the last days: counts, differences and examples, without keeping it."""

from datetime import timedelta

import pytest

from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed
from crossdesk.messages.models import Message
from crossdesk.triage import preview as previews
from crossdesk.triage.conditions import BadRule
from crossdesk.triage.models import Decision, Rule
from crossdesk.triage.preview import Change, preview
from crossdesk.triage.rules import Draft
from tests.conftest import NOON
from tests.org.factories import WallFactory
from tests.triage.factories import RuleFactory
from tests.triage.scene import Scene, said

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
REFUND = [{"on": "text", "is": "any", "value": ["refund"]}]


@pytest.fixture
def scene():
    return Scene()


def to(scene, key, kind="respond", **outcome):
    departments = [{"department_id": scene.desks[key].pk, "kind": kind}]
    return Draft(name="Refunds", conditions=REFUND, outcome={"departments": departments, **outcome})


def test_it_counts_what_matches_and_what_would_differ(scene):
    scene.stored(said("question"), text="Refund please")
    scene.stored(said("complaint"), text="No refund yet")
    scene.stored(said("complaint", safety=["threat"]), text="refund or I burn it down")
    scene.stored(said("question"), text="Opening hours?")

    seen = preview(to(scene, "legal"), by=scene.by, now=NOON + DAY)

    assert (seen.looked_at, seen.cut, seen.matching, seen.differing) == (4, False, 3, 2)
    assert seen.sentence == "If the text contains “refund”: Legal answers."
    assert list(seen.changes) == [
        Change("Customer service answers, urgency normal", "Legal answers, urgency normal", 2),
    ]
    assert [(one.text, one.held) for one in seen.sample] == [
        ("refund or I burn it down", "the text contains “refund”"),
        ("No refund yet", "the text contains “refund”"),
        ("Refund please", "the text contains “refund”"),
    ]
    assert seen.sample[0].before == seen.sample[0].after
    assert not Rule.objects.exists() and not Decision.objects.exists()


def test_rules_before_it_come_first(scene):
    RuleFactory(workspace=scene.workspace, outcome={"triage": True})
    scene.stored(said("question"), text="refund")

    seen = preview(to(scene, "legal"), by=scene.by, now=NOON)

    assert (seen.matching, seen.differing) == (1, 0)


def test_a_changed_rule_is_tried_in_its_place(scene):
    rule = RuleFactory(workspace=scene.workspace, outcome={"triage": True})
    RuleFactory(workspace=scene.workspace, outcome={"urgency": "low"})
    scene.stored(said("question"), text="a refund")
    scene.stored(said("question"), text="my money")

    draft = Draft(name="Money", conditions=[{"on": "text", "is": "any", "value": ["money"]}], outcome={"triage": True})
    seen = preview(draft, by=scene.by, now=NOON, rule_id=rule.pk)

    assert seen.matching == 1
    assert sorted((change.before, change.after, change.count) for change in seen.changes) == [
        ("Customer service answers, urgency normal", "triage queue, urgency normal", 1),
        ("triage queue, urgency normal", "Customer service answers, urgency low", 1),
    ]


def test_a_rule_that_rests_is_tried_as_if_it_worked(scene):
    rule = RuleFactory(workspace=scene.workspace, enabled=False)
    scene.stored(said("question"), text="refund")

    seen = preview(to(scene, "legal"), by=scene.by, now=NOON, rule_id=rule.pk)

    assert seen.differing == 1


def test_it_looks_at_the_last_days_only_and_at_no_more_than_the_most(scene, monkeypatch):
    scene.stored(said("question"), text="refund", at=NOON - 31 * DAY)
    for _ in range(5):
        scene.stored(said("question"), text="refund", at=NOON - DAY)
    draft = to(scene, "legal")

    assert preview(draft, by=scene.by, now=NOON).matching == 5
    assert preview(draft, by=scene.by, now=NOON, days=60).matching == 6
    monkeypatch.setattr(previews, "MOST_MESSAGES", 4)
    bounded = preview(draft, by=scene.by, now=NOON)
    assert (bounded.looked_at, bounded.cut, bounded.matching) == (4, True, 4)


def test_the_sample_is_bounded(scene):
    for _ in range(25):
        scene.stored(said("question"), text="refund")

    seen = preview(to(scene, "legal"), by=scene.by, now=NOON)

    assert (seen.matching, len(seen.sample)) == (25, 20)


def test_what_the_actor_may_not_see_is_neither_shown_nor_counted(scene):
    enclosed = scene.stored(said("question"), text="refund")
    Message.objects.filter(pk=enclosed.pk).update(wall=WallFactory(workspace=scene.workspace))
    scene.stored(said("question"), text="refund, openly")

    seen = preview(to(scene, "legal"), by=scene.by, now=NOON)

    assert (seen.looked_at, [one.text for one in seen.sample]) == (1, ["refund, openly"])


def test_it_needs_the_right_to_change_rules(scene):
    member = Actor(kind="member", workspace_id=scene.workspace.pk, name="Ada", rights=frozenset({"work"}))

    with pytest.raises(NotAllowed):
        preview(to(scene, "legal"), by=member, now=NOON)


def test_a_bad_rule_is_refused_before_anything_is_looked_at(scene):
    with pytest.raises(BadRule):
        preview(Draft(name="Bad", conditions=[], outcome={}), by=scene.by, now=NOON)


@pytest.mark.parametrize("rows", [3, 30])
def test_it_costs_the_same_for_any_number_of_messages(scene, rows, django_assert_num_queries):
    for _ in range(rows):
        scene.stored(said("question"), text="refund")
    by = scene.by
    draft = to(scene, "legal")

    # names a rule may use 4, set-up 4, ids, messages, readings, corrections
    with django_assert_num_queries(12):
        preview(draft, by=by, now=NOON)
