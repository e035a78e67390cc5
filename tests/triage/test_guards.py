"""A department is archived only when no work and no rule hangs on it."""

import pytest

from crossdesk.inbox.models import Conversation
from crossdesk.org import services as org
from crossdesk.org.models import Responsibility
from crossdesk.org.services.departments import DepartmentInUse
from tests.conftest import NOON
from tests.triage.factories import RuleFactory
from tests.triage.scene import Scene, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    scene = Scene()
    Responsibility.objects.filter(department=scene.desks["marketing"]).delete()
    return scene


def archive(scene):
    org.archive_department(department_id=scene.desks["marketing"].pk, by=scene.by, now=NOON)
    scene.desks["marketing"].refresh_from_db()
    return scene.desks["marketing"].archived_at


def refused(scene):
    with pytest.raises(DepartmentInUse) as refusal:
        archive(scene)
    return refusal.value.message


def test_a_department_that_nothing_hangs_on_is_archived(scene):
    assert archive(scene) == NOON


def test_open_work_keeps_it(scene):
    scene.stored(said("question"))
    Responsibility.objects.filter(intent="question").update(department=scene.desks["marketing"])
    scene.works()
    Responsibility.objects.filter(intent="question").delete()

    assert refused(scene) == "Marketing has open work. Hand it over or finish it first."
    assert Conversation.objects.get().department == scene.desks["marketing"]


def test_a_rule_that_names_it_keeps_it(scene):
    outcome = {"departments": [{"department_id": scene.desks["marketing"].pk, "kind": "review"}]}
    rule = RuleFactory(workspace=scene.workspace, name="VIP", outcome=outcome, enabled=False)

    assert refused(scene) == "The rule “VIP” names Marketing. Change or archive the rule first."

    rule.archived_at = NOON
    rule.save()
    assert archive(scene) == NOON
