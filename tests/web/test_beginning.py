"""The first run as pages: the door, the steps, the checklist."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crossdesk.channels.models import Account, AccountAccess
from crossdesk.channels.services import practice
from crossdesk.inbox.models import Conversation
from crossdesk.kit import clock
from crossdesk.org import presets, queries, services
from crossdesk.org.enums import Role, Step
from crossdesk.org.models import Department, Holiday, Invitation, Member, SetUp, User
from tests.channels.factories import AccountFactory
from tests.conftest import actor_of, settle
from tests.org.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Ada Berg", "email": "ada@nordwind.example", "password": "correct horse battery", "again": "correct horse battery",
    "workspace": "Nordwind & Söhne", "slug": "", "time_zone": "Europe/Vienna", "language": "en",
}  # fmt: skip


def door():
    return reverse("web:welcome", args=[services.make_first_link(now=clock.now())])


@pytest.fixture
def owner(client):
    client.post(door(), GIVEN)
    return Member.objects.select_related("user", "workspace").get()


def at(name):
    return reverse(f"web:{name}", args=["nordwind-sohne"])


def reached():
    return SetUp.objects.get().reached


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("address", ["/", "/sign-in", "/w/nordwind/"])
def test_a_new_installation_shows_everybody_where_the_link_is_and_nothing_else(client, address):
    page = client.get(address, follow=True)

    assert page.redirect_chain[-1] == ("/welcome", 302)
    assert "crossdesk user first-link" in page.content.decode()
    assert b"<form" not in page.content


def test_the_link_makes_the_first_person_who_is_signed_in_and_goes_on(client):
    answer = client.post(door(), GIVEN)

    assert answer.headers["Location"] == at("set_up")
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert client.get(at("set_up")).headers["Location"] == at("set_up_company")


def test_nobody_comes_in_by_the_link_again_or_by_another(client, owner):
    used = "/welcome/" + "x" * 43
    stranger = Client()

    pages = [stranger.get(used), stranger.post(used, GIVEN), stranger.get("/welcome")]

    assert [page.status_code for page in pages] == [404, 404, 302]
    assert User.objects.count() == 1


def test_a_guessed_link_makes_nobody(client):
    door()

    answer = client.post("/welcome/guessed", GIVEN)

    assert (answer.status_code, User.objects.count()) == (404, 0)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "ada", "“ada” is no e-mail address."),
        ("password", "short", "This password is too short."),
        ("password", "ada@nordwind.example", "too similar to the email"),
        ("again", "something else", "The two passwords are not the same."),
        ("slug", "No good", "is no address for a workspace"),
        ("time_zone", "Moon", "“Moon” is no time zone."),
        ("name", "", "This field is required."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(client, field, value, sentence):
    with translation.override("en"):
        answer = client.post(door(), GIVEN | {field: value})

    page = answer.content.decode()
    beside = page.partition(f'id="field-{field}-error"')[2].partition("</div>")[0]
    assert (answer.status_code, User.objects.count()) == (422, 0)
    assert sentence in beside
    assert field == "workspace" or 'value="Nordwind &amp; Söhne"' in page


def test_alone_one_person_sits_in_all_chosen_departments(client, owner):
    client.post(at("set_up_company"), {"company": "alone"})
    page = client.get(at("set_up_departments")).content.decode()
    ticked = re.findall(r'value="(\w+)" checked', page)
    client.post(at("set_up_departments"), {"department": ticked})

    assert ticked == [p.key for p in presets.DEPARTMENTS if p.key not in ("communications", "management")]
    assert set(owner.seats.values_list("department__key", flat=True)) == set(ticked)
    assert reached() == Step.ACCOUNT


def test_a_team_is_offered_all_ten_with_what_each_gets(client, owner):
    client.post(at("set_up_company"), {"company": "team"})

    page = client.get(at("set_up_departments"))

    assert page.content.decode().count(" checked") == 10
    assert "Sales People who want to buy, answered while they still do. Gets Sales lead Is asked about Partner Target First answer within 1 h" in text_of(page)  # fmt: skip


def test_no_department_is_refused_in_words(client, owner):
    answer = client.post(at("set_up_departments"), {})

    assert (answer.status_code, Department.objects.count()) == (422, 0)
    assert b"Choose at least one department." in answer.content


def test_back_and_forth_nothing_is_lost(client, owner):
    client.post(at("set_up_company"), {"company": "team"})
    client.post(at("set_up_departments"), {"department": ["sales", "legal"]})
    client.post(at("set_up_account"), {"act": "later"})

    back = client.get(at("set_up_departments")).content.decode()

    assert re.findall(r'value="(\w+)" checked', back) == ["sales", "legal"]
    assert f'href="{at("set_up_company")}"' in back
    assert client.get(at("set_up")).headers["Location"] == at("set_up_people")
    assert client.get(reverse("web:workspace", args=["nordwind-sohne"])).headers["Location"] == at("set_up")


def test_a_department_that_comes_later_sees_the_accounts_that_are_there(client, owner):
    client.post(at("set_up_departments"), {"department": ["sales"]})
    account = AccountFactory(workspace=owner.workspace)

    client.post(at("set_up_departments"), {"department": ["sales", "legal"]})

    row = AccountAccess.objects.get(account=account)
    assert (row.department.key, row.respond, row.manage) == ("legal", True, True)


def test_people_are_invited_together_and_their_links_shown_once(client, owner):
    client.post(at("set_up_company"), {"company": "team"})
    client.post(at("set_up_departments"), {"department": ["sales", "legal"]})
    legal = Department.objects.get(key="legal").pk

    page = client.post(
        at("set_up_people"),
        {"act": "invite", "email": ["ben@a.example", "", "cleo@a.example"], "department": ["", "", str(legal)]},
    )

    rows = {one.email: {desk.key for desk in one.departments.all()} for one in Invitation.objects.all()}
    assert rows == {"ben@a.example": {"sales", "legal"}, "cleo@a.example": {"legal"}}
    links = re.findall(r'value="http://[^"]+(/join/[^"]+)"', page.content.decode())
    assert [Client().get(link).status_code for link in links] == [200, 200]
    assert (reached(), page.headers["Cache-Control"]) == (
        "ready",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )


def test_one_wrong_address_invites_nobody_and_says_which(client, owner):
    client.post(at("set_up_departments"), {"department": ["sales"]})

    page = client.post(
        at("set_up_people"), {"act": "invite", "email": ["ben@a.example", "nope"], "department": ["", ""]}
    )

    beside = page.content.decode().partition('id="email-2-error"')[2].partition("</div>")[0]
    assert page.status_code == 422
    assert "“nope” is no e-mail address." in beside
    assert not queries.open_invitations(owner.workspace_id, now=clock.now()).exists()


def test_practising_brings_the_first_message_and_ends_with_one_click(client, owner, settings, tmp_path):
    settings.HOME = tmp_path
    client.post(at("set_up_company"), {"company": "alone"})
    client.post(at("set_up_departments"), {"department": ["customer_service"]})
    try:
        answer = client.post(at("set_up_account"), {"act": "practise"})
        settle()
        ready = client.get(at("set_up_ready_body")).content.decode()
        account = Account.objects.get()
        page = client.get(reverse("web:account", args=["nordwind-sohne", account.pk])).content.decode()
        client.post(at("stop_practising"))
    finally:
        practice.network().forget()

    first = re.search(r'href="/w/nordwind-sohne/inbox/customer_service/(\d+)"', ready)
    assert answer.headers["Location"] == at("set_up_ready")
    assert first is not None and Conversation.objects.filter(pk=first[1]).exists()
    assert "This is the practice network" in page
    assert (Account.objects.get().removed_at is not None, practice.network().host) == (True, "")


def test_an_address_that_is_no_host_is_said_beside_its_field(client, owner):
    answer = client.post(at("set_up_account"), {"act": "connect", "network": "mastodon", "host": "not a host"})

    beside = answer.content.decode().partition('id="field-host-error"')[2].partition("</div>")[0]
    assert answer.status_code == 422
    assert "is not a host" in beside


@pytest.mark.parametrize("role", [Role.MEMBER, Role.LEAD, Role.VIEWER])
def test_others_of_the_workspace_find_no_set_up(client, owner, role):
    other = MemberFactory(workspace=owner.workspace, role=role)
    client.force_login(other.user)

    names = ("set_up", "set_up_company", "set_up_departments", "set_up_account", "set_up_people", "set_up_ready")
    assert [client.get(at(name)).status_code for name in names] == [404] * 6
    assert client.post(at("set_up_company"), {"company": "team"}).status_code == 404
    assert client.post(at("checklist"), {"act": "away"}).status_code == 403
    assert "Getting started" not in client.get(at("today")).content.decode()


def lines(client):
    page = client.get(at("today")).content.decode()
    found = re.findall(r'<li data-done="(\w+)">.*?<(?:s|a href="[^"]*")>([^<]*)<', page, re.DOTALL)
    return {text: done == "yes" for done, text in found}


def finished(client, company="team"):
    client.post(at("set_up_company"), {"company": company})
    client.post(at("set_up_departments"), {"department": [preset.key for preset in presets.DEPARTMENTS]})
    services.go_on(to=Step.READY, by=actor_of(Member.objects.get(user__email="ada@nordwind.example")))


def test_the_list_ticks_itself_from_what_is_true(client, owner):
    finished(client)
    before = lines(client)

    AccountFactory(workspace=owner.workspace, network="mastodon")
    MemberFactory(workspace=owner.workspace)
    Holiday.objects.create(department=Department.objects.get(key="sales"), day=clock.now().date(), name="Fair")

    assert before == {
        "Answer the first message": False, "Connect a real account": False, "Invite a colleague": False,
        "Set the opening hours": False, "Give every topic a department": True,
    }  # fmt: skip
    assert lines(client) == before | {
        "Connect a real account": True, "Invite a colleague": True, "Set the opening hours": True,
    }  # fmt: skip


def test_who_left_in_between_is_led_back_and_who_works_alone_invites_nobody(client, owner):
    client.post(at("set_up_company"), {"company": "alone"})

    found = lines(client)

    assert next(iter(found)) == "Go on setting up"
    assert "Invite a colleague" not in found


def test_a_sandbox_is_no_real_account_and_beside_a_real_one_it_is_to_go(client, owner):
    finished(client)
    AccountFactory(workspace=owner.workspace, network="sandbox")
    practising = lines(client)
    AccountFactory(workspace=owner.workspace, network="mastodon")

    assert practising["Connect a real account"] is False
    assert "Stop practising" not in practising
    assert lines(client)["Stop practising"] is False


def test_the_hours_it_came_with_can_be_said_to_be_right(client, owner):
    finished(client)

    client.post(at("checklist"), {"act": "hours"})

    assert lines(client)["Set the opening hours"] is True


def test_the_list_is_put_away_and_brought_back(client, owner):
    finished(client)

    client.post(at("checklist"), {"act": "away"})
    away = lines(client)
    client.post(at("checklist"), {"act": "back"})

    assert (away, len(lines(client))) == ({}, 5)


def test_a_list_that_is_done_goes_for_good(client, owner, monkeypatch):
    finished(client, "alone")
    AccountFactory(workspace=owner.workspace, network="mastodon")
    client.post(at("checklist"), {"act": "hours"})
    monkeypatch.setattr("crossdesk.channels.queries.has_answered", lambda actor: True)

    assert lines(client) == {}

    assert SetUp.objects.get().done_at is not None


def test_a_workspace_from_the_command_line_has_neither_steps_nor_list(client):
    owner = UserFactory()
    services.create_workspace(slug="nordwind-sohne", name="Nordwind", time_zone="UTC", owner=owner, now=clock.now())
    client.force_login(owner)

    assert client.get(at("set_up")).status_code == 404
    assert lines(client) == {}
    assert client.get(reverse("web:workspace", args=["nordwind-sohne"])).headers["Location"] == at("today")


def test_today_and_the_inbox_stand_before_anything_is_chosen(client, owner):
    assert client.get(at("today")).status_code == 200
    assert client.get(at("inbox"), follow=True).status_code == 200
    assert client.get(at("set_up_ready")).status_code == 200
