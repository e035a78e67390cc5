"""Learned here: what each head has to learn from, how it fares beside the general one, and choosing between the two."""

from datetime import timedelta

import pytest

from crossdesk.journal.models import AuditEntry
from crossdesk.messages import services as messages
from crossdesk.org.enums import Role
from crossdesk.triage.models import LearnedHead
from tests.conftest import NOON
from tests.insights.test_quality import label, told
from tests.org.factories import MemberFactory
from tests.triage.factories import LearnedHeadFactory
from tests.triage.scene import said
from tests.web.asking import at
from tests.web.asking import said as words

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def learned(scene, **fields):
    return LearnedHeadFactory(workspace=scene.workspace, **fields)


def state(row):
    return LearnedHead.objects.get(pk=row.pk).state


def test_before_anybody_said_anything_the_page_teaches_what_teaches_it(client, scene):
    page = words(client.get(at("quality_learned", scene)))

    assert "Nothing to learn from yet" in page and "From 200 messages on" in page
    assert "nothing leaves it" in page
    assert "<progress" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_answers_and_versions(
    client, scene, number, django_assert_num_queries
):
    for sample in told(scene, *[said("complaint")] * number):
        label(scene, sample, "complaint")
    learned(scene, active=True, activated_by=scene.owner)
    for _ in range(number - 1):
        learned(scene)

    # frame 8; corrections, other departments, labels and their messages 4; versions; departments; left to label
    with django_assert_num_queries(15):
        page = words(client.get(at("quality_learned", scene)))

    assert page.count("/use?head=department") == number - 1
    assert f"{200 - number} more are needed" in page


def test_each_head_says_what_people_answered_and_what_is_missing(client, scene):
    first, second = told(scene, said("complaint"), said("question"))
    label(scene, first, "complaint", urgency="p1")
    messages.correct(message_id=second.message_id, head="intents", value=["praise"], by=scene.by, now=NOON + HOUR)

    page = words(client.get(at("quality_learned", scene)))

    counted = [line.split("</span>")[0] for line in page.split('class="learned-answers"><span>')[1:]]
    # In the order of the heads; the fourth is urgency, where danger is not learned.
    assert counted == ["1 answer", "2 answers", "1 answer", "0 answers", "1 answer", "0 answers"]
    assert "199 more are needed" in page and "198 more are needed" in page


def test_both_figures_stand_side_by_side_with_their_interval_and_number(client, scene):
    learned(scene, active=True)

    page = words(client.get(at("quality_learned", scene)))

    assert "85 %" in page and "74 to 92 %, n 60" in page  # 51 of 60
    assert "55 %" in page and "42 to 67 %, n 60" in page  # 33 of 60
    assert "it was this one 22 times and the general one 4 times" in page


def test_what_was_taken_for_what_is_shown_with_departments_by_name(client, scene):
    service, sales = (str(scene.desks[key].pk) for key in ("customer_service", "sales"))
    learned(scene, active=True, confused=[[service, service, 30], [service, sales, 7], [sales, sales, 23]])

    page = words(client.get(at("quality_learned", scene)))

    table = page.split('class="table confusion"')[1]
    assert table.index("Customer service") < table.index("Sales")
    assert [table.count(f">{count}</td>") for count in (30, 7, 23)] == [1, 1, 1]


def test_why_a_version_is_not_in_use_is_said(client, scene):
    learned(scene, of=12, right=9, general_right=5, gained=5, lost=1)
    learned(scene, gained=6, lost=5)

    page = words(client.get(at("quality_learned", scene)))

    assert "Only 12 labels were held aside to measure it; 30 are needed." in page
    assert "Chance alone could do that." in page


def test_the_general_one_is_used_again_and_that_can_be_undone(client, scene):
    row = learned(scene, active=True)

    answer = client.post(at("quality_general", scene, row.pk) + "?head=department", follow=True)
    page = words(answer)
    undo = {"entry": AuditEntry.objects.get(action="quality.head").pk, "back": at("quality_learned", scene)}
    client.post(at("put_back", scene), undo)

    assert answer.redirect_chain[0][0] == at("quality_learned", scene) + "?head=department"
    assert "The general one answers again." in page and "Undo" in page
    assert "General, by choice" in page and "Somebody chose the general one." in page
    assert state(row) == "active"


def test_another_version_is_chosen_in_place_of_the_one_in_use(client, scene):
    old, new = learned(scene), learned(scene, active=True)

    page = words(client.post(at("quality_use", scene, old.pk), follow=True))

    assert (state(old), state(new)) == ("active", "retired")
    assert "What was learned here answers now." in page
    assert f"{scene.owner.user.name} chose it." in page


def test_what_is_in_use_already_is_said_on_the_page(client, scene):
    row = learned(scene, active=True)

    answer = client.post(at("quality_use", scene, row.pk))

    assert answer.status_code == 409
    assert "This one is in use already." in words(answer)
    assert state(row) == "active"


def test_who_may_not_change_how_messages_are_read_sees_and_does_nothing_here(client, scene):
    row = learned(scene, active=True)
    for role in (Role.MEMBER, Role.VIEWER):
        member = MemberFactory(workspace=scene.workspace, role=role, seats=[scene.desks["sales"]])
        client.force_login(member.user)

        assert client.get(at("quality_learned", scene)).status_code == 403
        assert client.post(at("quality_general", scene, row.pk)).status_code == 403

    assert state(row) == "active"


def test_a_head_of_another_company_is_not_found(client, scene):
    row = LearnedHeadFactory(active=True)

    assert client.post(at("quality_general", scene, row.pk)).status_code == 404
    assert state(row) == "active"


def test_what_nobody_can_choose_any_more_is_not_listed(client, scene):
    learned(scene, weights=b"", number=77)

    assert "No. 77" not in words(client.get(at("quality_learned", scene), {"head": "colour"}))
