"""The reader's day and the homes of departments: what they show, to whom, and what they cost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crossdesk.inbox.services import ownership, states
from crossdesk.insights.models import Goal
from crossdesk.journal.models import AuditEntry
from crossdesk.kit import clock
from crossdesk.org.enums import Role
from crossdesk.org.models import Seat
from tests.conftest import actor_of, settle
from tests.inbox.factories import NOON, Desk, IdentityFactory
from tests.org.factories import DepartmentFactory, MemberFactory

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def desk():
    with clock.standing_at(LATER):
        yield Desk(key="customer_service", name="Customer service")


@pytest.fixture
def ada(client, desk):
    member = MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ada Moss")
    client.force_login(member.user)
    return member


def address(desk, name="today", *args):
    return reverse(f"web:{name}", args=[desk.workspace.slug, *args])


def asked(desk, number, at=NOON):
    for place in range(number):
        person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Ines {place}")
        desk.they_write(at, identity=person, text=f"Where is parcel {place}?")
    settle(until=LATER)


def test_a_workspace_opens_on_the_readers_day(client, desk, ada):
    assert client.get(address(desk, "workspace")).headers["Location"] == address(desk)


def test_the_day_says_what_is_late_and_leads_to_it(client, desk, ada):
    asked(desk, 2)

    page = client.get(address(desk)).content.decode()

    assert "Good afternoon, Ada" in page
    assert "2 answers are late, nothing else is due today." in page
    assert "Where is parcel 1?" in page
    assert address(desk, "open", "customer_service", desk.conversation().pk) in page
    assert address(desk, "desk", "customer_service") in page


def test_what_is_mine_opens_in_mine_and_what_a_colleague_has_is_not_shown(client, desk, ada):
    ben = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ben"))
    asked(desk, 1)
    ownership.take(conversation_id=desk.conversation().pk, by=actor_of(ada), now=LATER)
    assert address(desk, "open", "mine", desk.conversation().pk) in client.get(address(desk)).content.decode()

    ownership.unassign(conversation_id=desk.conversation().pk, by=actor_of(ada), now=LATER)
    ownership.take(conversation_id=desk.conversation().pk, by=ben, now=LATER)

    assert "Nothing waits for you" in client.get(address(desk)).content.decode()


def test_a_day_without_work_says_so_and_teaches(client, desk, ada):
    page = client.get(address(desk)).content.decode()

    assert "Nothing is late and nothing more is due today." in page
    assert "New messages appear here by themselves" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_day_costs_the_same_for_any_amount_of_work(client, desk, ada, django_assert_num_queries, number):
    asked(desk, number)
    client.get(address(desk))

    with django_assert_num_queries(COST_OF_TODAY):
        assert f"Where is parcel {number - 1}?" in client.get(address(desk)).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_a_departments_home_costs_the_same_for_any_amount_of_work(client, desk, ada, django_assert_num_queries, number):
    asked(desk, number)
    home = address(desk, "desk", "customer_service")
    client.get(home)

    with django_assert_num_queries(COST_OF_DESK):
        assert f"Where is parcel {number - 1}?" in client.get(home).content.decode()


# frame 8 (session, user, member, seats, account access, walls, last fact, workspaces); departments, pressure, counts 2,
# triage, hours 2, scoreboard 4, tasks 2, changes 2, snoozed 1
COST_OF_TODAY = 24
# frame 8; departments, pressure, hours 2, three figures with their lines 9, goals 2, queue 2, changes 2, people 2, open work
COST_OF_DESK = 29


def test_a_departments_home_tells_who_sits_there_and_what_stands_in_their_name(client, desk, ada):
    asked(desk, 1)
    ownership.take(conversation_id=desk.conversation().pk, by=actor_of(ada), now=LATER)

    page = client.get(address(desk, "desk", "customer_service")).content.decode()

    assert "Ada Moss" in page
    assert "1 open" in page
    assert "Open until" in page


def test_what_a_colleague_hands_over_is_told(client, desk, ada):
    legal = DepartmentFactory(workspace=desk.workspace, key="legal", name="Legal")
    ben = MemberFactory(workspace=desk.workspace, seats=[desk.department, legal], user__name="Ben")
    client.force_login(ben.user)
    asked(desk, 1)
    ownership.hand_over(conversation_id=desk.conversation().pk, department_id=legal.pk, by=actor_of(ada), now=LATER)
    settle(until=LATER)

    assert "Ada Moss handed Ines 0 over to Legal" in client.get(address(desk)).content.decode()


def test_what_comes_back_by_itself_is_listed(client, desk, ada):
    asked(desk, 1)
    states.snooze(conversation_id=desk.conversation().pk, until=LATER + timedelta(hours=3), by=actor_of(ada), now=LATER)

    assert "Coming back" in client.get(address(desk)).content.decode()


def test_who_leads_sets_a_goal_and_takes_it_away(client, desk, ada):
    Seat.objects.filter(member=ada).update(leads=True)
    goal, home = address(desk, "desk_goal", "customer_service"), address(desk, "desk", "customer_service")

    page = client.post(goal, {"measure": "sla_attainment", "value": "95,5 %"}, follow=True).content.decode()

    assert "The goal is set." in page
    assert "goal 95.5 %" in page
    assert list(Goal.objects.values_list("department", "measure", "value")) == [
        (desk.department.pk, "sla_attainment", 0.955)
    ]
    client.post(goal, {"measure": "first_response", "value": "45"})
    assert "goal 45 min" in client.get(home).content.decode()
    client.post(goal, {"measure": "first_response", "value": ""})
    assert Goal.objects.count() == 1
    assert list(AuditEntry.objects.order_by("id").values_list("action", "before", "after")) == [
        ("goal.set", {"sla_attainment": None}, {"sla_attainment": 0.955}),
        ("goal.set", {"first_response": None}, {"first_response": 2700.0}),
        ("goal.set", {"first_response": 2700.0}, {"first_response": None}),
    ]


def test_a_goal_is_put_back_from_its_toast_and_told_in_the_history(client, desk, ada):
    Seat.objects.filter(member=ada).update(leads=True)
    goal = address(desk, "desk_goal", "customer_service")
    client.post(goal, {"measure": "sla_attainment", "value": "90"})
    page = client.post(goal, {"measure": "sla_attainment", "value": "95"}, follow=True).content.decode()
    entry = AuditEntry.objects.latest("id").pk
    assert f'name="entry" value="{entry}"' in page

    client.post(address(desk, "put_back"), {"entry": entry, "back": address(desk, "desk", "customer_service")})

    assert Goal.objects.get().value == 0.9
    history = client.get(address(desk, "history_of", "departments", desk.department.pk)).content.decode()
    assert "Goal set" in history
    assert "<del>90 %</del>" in history and "<ins>95 %</ins>" in history


def test_the_first_goal_is_put_back_to_none_and_never_over_a_newer_one(client, desk, ada):
    Seat.objects.filter(member=ada).update(leads=True)
    goal = address(desk, "desk_goal", "customer_service")
    client.post(goal, {"measure": "first_response", "value": "45"})
    first = AuditEntry.objects.latest("id").pk
    client.post(goal, {"measure": "first_response", "value": "30"})

    refused = client.post(address(desk, "put_back"), {"entry": first}, follow=True).content.decode()
    assert "has changed this since" in refused
    assert Goal.objects.get().value == 1800
    for entry in (AuditEntry.objects.latest("id").pk, first):
        client.post(address(desk, "put_back"), {"entry": entry})

    assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("value", "says"),
    [("ninety", "Give the goal as a number"), ("140", "between 1 and 100 %"), ("0", "between 1 and 100 %")],
)
def test_a_goal_that_makes_no_sense_is_refused_in_words(client, desk, ada, value, says):
    Seat.objects.filter(member=ada).update(leads=True)
    goal = address(desk, "desk_goal", "customer_service")

    page = client.post(goal, {"measure": "sla_attainment", "value": value}, follow=True).content.decode()

    assert says in page
    assert not Goal.objects.exists()


def test_who_does_not_lead_sets_no_goal(client, desk, ada):
    goal = address(desk, "desk_goal", "customer_service")

    page = client.post(goal, {"measure": "sla_attainment", "value": "95"}, follow=True).content.decode()

    assert "Goals are set by who leads the department." in page
    assert 'action="' + goal not in page
    assert not Goal.objects.exists()


def test_who_may_not_see_figures_sees_the_work_alone(client, desk):
    reader = MemberFactory(workspace=desk.workspace, seats=[desk.department], role=Role.VIEWER)
    client.force_login(reader.user)
    asked(desk, 1)

    assert "Where is parcel 0?" in client.get(address(desk)).content.decode()
    assert client.get(address(desk, "desk", "customer_service")).status_code == 200


def test_a_department_that_does_not_exist_is_not_found(client, desk, ada):
    assert client.get(address(desk, "desk", "nowhere")).status_code == 404
