"""People and the doors that links open: roles, seats, access, invitations, new passwords, own settings."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from crossdesk.kit import clock
from crossdesk.org.enums import Role
from crossdesk.org.models import Department, Invitation, Member, Seat, User
from crossdesk.org.services import invite, make_reset_link
from tests.conftest import actor_of
from tests.org.factories import NOON, DepartmentFactory, MemberFactory, UserFactory
from tests.web.asking import at, said

pytestmark = pytest.mark.django_db
NEW = "a quite different password"
LINK = re.compile(r'id="once" readonly value="(?P<link>[^"]+)"')


@pytest.fixture
def administrator(client):
    member = MemberFactory(role=Role.ADMINISTRATOR)
    client.force_login(member.user)
    return member


@pytest.fixture
def eve(administrator):
    return MemberFactory(
        workspace=administrator.workspace, seats=[Department.objects.get()], user__name="Eve Moneypenny"
    )


def path_of(answer):
    """The path of the link that a page shows once."""
    found = LINK.search(said(answer))
    assert found, "no link was shown"
    return urlsplit(found["link"]).path


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_people_costs_the_same_for_any_number(client, administrator, django_assert_num_queries, rows):
    desk = Department.objects.get()
    MemberFactory.create_batch(rows - 1, workspace=administrator.workspace, seats=[desk])
    for number in range(rows):
        invite(
            email=f"new{number}@crossdesk.example", role="member", department_ids=[desk.pk], by=actor_of(administrator),
            now=NOON,
        )  # fmt: skip

    # session, user, member, seats, walls, access, last number, members, their seats, invitations, their departments,
    # departments, changes, put back, departments named in them, workspaces
    with django_assert_num_queries(16):
        page = client.get(at("people", administrator))

    assert said(page).count('<th scope="row">') == rows
    assert said(page).count("new") >= rows


def test_a_member_does_not_read_who_is_invited(client, administrator, eve):
    invite(email="new@crossdesk.example", role="member", department_ids=[], by=actor_of(administrator), now=NOON)
    client.force_login(eve.user)

    page, form = client.get(at("people", administrator)), client.get(at("invite", administrator))

    assert "new@crossdesk.example" not in said(page)
    assert form.status_code == 403


@pytest.mark.parametrize("name", ["person", "person_act"])
def test_somebody_of_another_workspace_does_not_exist(client, administrator, name):
    theirs = MemberFactory()
    address = at(name, administrator, theirs.pk)

    answer = client.get(address) if name == "person" else client.post(address, {"act": "deactivate"})

    assert answer.status_code == 404
    assert Member.objects.get(pk=theirs.pk).active


def test_role_title_and_seats_are_changed(client, administrator, eve):
    act, desk = at("person_act", administrator, eve.pk), DepartmentFactory(workspace=administrator.workspace)

    client.post(act, {"act": "role", "role": "lead"})
    client.post(act, {"act": "title", "title": "Head of service"})
    client.post(act, {"act": "seats", f"seat-{desk.pk}": "on", f"lead-{desk.pk}": "on"})

    kept = Member.objects.get(pk=eve.pk)
    assert (kept.role, kept.title) == ("lead", "Head of service")
    assert list(Seat.objects.filter(member=eve).values_list("department_id", "leads")) == [(desk.pk, True)]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"act": "role", "role": "king"}, "“king” is no role."),
        ({"act": "title", "title": "x" * 81}, "A title has 80 letters at most."),
        ({"act": "seats", "lead": "on"}, "Somebody leads only departments in which they have a seat."),
    ],
)
def test_what_cannot_be_is_explained_on_the_persons_page(client, administrator, eve, form, words):
    if "lead" in form:
        form = {"act": "seats", f"lead-{Department.objects.get().pk}": "on"}

    answer = client.post(at("person_act", administrator, eve.pk), form)

    assert answer.status_code == 422
    assert words in said(answer)
    assert "Eve Moneypenny" in said(answer)
    assert Member.objects.get(pk=eve.pk).role == "member"


def test_the_last_owner_stays_one(client):
    owner = MemberFactory(role=Role.OWNER)
    client.force_login(owner.user)

    answer = client.post(at("person_act", owner, owner.pk), {"act": "role", "role": "member"})

    assert answer.status_code == 409
    assert "is the last owner. Make somebody else an owner first." in said(answer)
    assert Member.objects.get().role == Role.OWNER


def test_an_administrator_neither_offers_nor_makes_owners(client, administrator, eve):
    page = client.get(at("person", administrator, eve.pk))
    answer = client.post(at("person_act", administrator, eve.pk), {"act": "role", "role": "owner"})

    assert 'value="owner"' not in said(page)
    assert answer.status_code == 403
    assert Member.objects.get(pk=eve.pk).role == "member"


def test_access_is_taken_away_and_given_back(client, administrator, eve):
    act = at("person_act", administrator, eve.pk)

    client.post(act, {"act": "deactivate"})
    away = Member.objects.get(pk=eve.pk).active
    page = said(client.get(at("people", administrator)))
    client.post(act, {"act": "reactivate"})

    assert (away, Member.objects.get(pk=eve.pk).active) == (False, True)
    assert page.count("no access") == 1


def test_a_member_changes_nobody_but_their_own_title(client, administrator, eve):
    client.force_login(eve.user)

    answers = [
        client.post(at("person_act", administrator, administrator.pk), {"act": act, "title": "Boss", "role": "viewer"})
        for act in ("role", "title", "seats", "deactivate", "reset")
    ]
    client.post(at("person_act", administrator, eve.pk), {"act": "title", "title": "Agent"})

    assert [answer.status_code for answer in answers] == [403] * 5
    assert list(Member.objects.order_by("id").values_list("role", "title", "active")) == [
        ("administrator", "", True),
        ("member", "Agent", True),
    ]


# Invitations


def test_an_invitation_is_a_link_that_is_shown_once_and_opens_the_workspace(client, administrator):
    desk = Department.objects.get()
    form = {"email": "new@crossdesk.example", "role": "lead", "departments": [desk.pk]}

    made = client.post(at("invite", administrator), form)
    again = client.get(at("invite", administrator))
    stranger = Client()
    door = stranger.get(path_of(made))
    joined = stranger.post(path_of(made), {"name": "Noor", "password": NEW, "again": NEW})

    assert made.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert LINK.search(said(again)) is None
    assert "new@crossdesk.example is invited as Lead." in said(door)
    assert (joined.status_code, joined.headers["Location"]) == (302, at("workspace", administrator))
    member = Member.objects.get(user__email="new@crossdesk.example")
    assert (member.user.name, member.role, list(member.departments.all())) == ("Noor", "lead", [desk])
    assert stranger.get(at("people", administrator)).status_code == 200
    assert stranger.get(path_of(made)).status_code == 404


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"email": "nobody", "role": "member"}, 422, "Enter a valid email address."),
        ({"email": "new@crossdesk.example", "role": "king"}, 422, "king is not one of the available choices."),
        ({"email": "new@crossdesk.example", "role": "owner"}, 422, "owner is not one of the available choices."),
        ({"email": "", "role": "member"}, 422, "This field is required."),
    ],
)
def test_an_invitation_that_cannot_be_is_explained_in_the_form(client, administrator, form, status, words):
    answer = client.post(at("invite", administrator), form)

    assert answer.status_code == status
    assert words in said(answer)
    assert not Invitation.objects.exists()


def test_a_member_is_not_invited_again(client, administrator, eve):
    answer = client.post(at("invite", administrator), {"email": eve.user.email, "role": "member"})

    assert answer.status_code == 409
    assert "is a member already." in said(answer)


def test_an_invitation_that_was_taken_back_opens_nothing(client, administrator):
    row, token = invite(
        email="new@crossdesk.example", role="member", department_ids=[], by=actor_of(administrator), now=NOON
    )

    client.post(at("invitation_revoke", administrator, row.pk))
    door = Client().get(reverse("web:join", args=[token]))

    assert door.status_code == 404
    assert b"This invitation no longer works. Ask for a new one." in door.content


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "Noor", "password": NEW, "again": "another one altogether"}, "The two passwords are not the same."),
        ({"name": "Noor", "password": "short", "again": "short"}, "This password is too short."),
        ({"name": " ", "password": NEW, "again": NEW}, "Give a name."),
    ],
)
def test_who_joins_with_something_missing_is_told_and_stays_at_the_door(administrator, form, words):
    _, token = invite(
        email="new@crossdesk.example", role="member", department_ids=[], by=actor_of(administrator), now=NOON
    )

    answer = Client().post(reverse("web:join", args=[token]), form)

    assert answer.status_code == 422
    assert words in said(answer)
    assert not User.objects.filter(email="new@crossdesk.example").exists()


def test_who_has_a_user_signs_in_first_and_joins_with_a_click(client, administrator):
    known = UserFactory(email="known@crossdesk.example")
    _, token = invite(email=known.email, role="member", department_ids=[], by=actor_of(administrator), now=NOON)
    door, stranger = reverse("web:join", args=[token]), Client()

    refused = stranger.post(door, {"name": "Known", "password": NEW, "again": NEW})
    somebody_else = client.post(door)
    stranger.force_login(known)
    joined = stranger.post(door)

    assert (refused.status_code, somebody_else.status_code, joined.status_code) == (409, 409, 302)
    assert "has a user already. Sign in, then open this link again." in said(refused)
    assert "and you are signed in as" in said(somebody_else)
    assert Member.objects.filter(user=known, active=True).exists()


# New passwords


def test_an_administrator_makes_a_link_with_which_a_member_sets_a_new_password(client, administrator, eve):
    made = client.post(at("person_act", administrator, eve.pk), {"act": "reset"})
    visitor = Client()
    door = visitor.get(path_of(made))
    wrong = visitor.post(path_of(made), {"password": NEW, "again": "x"})
    right = visitor.post(path_of(made), {"password": NEW, "again": NEW})

    assert eve.user.email in said(door)
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert User.objects.get(pk=eve.user_id).check_password(NEW)
    assert visitor.session["_auth_user_id"] == str(eve.user_id)
    assert visitor.get(path_of(made)).status_code == 404


def test_a_link_for_a_new_password_ends_after_a_day(administrator, eve):
    token = make_reset_link(member_id=eve.pk, by=actor_of(administrator), now=NOON)

    with clock.standing_at(NOON + timedelta(hours=25)):
        door = Client().post(reverse("web:new_password", args=[token]), {"password": NEW, "again": NEW})

    assert door.status_code == 404
    assert not User.objects.get(pk=eve.user_id).check_password(NEW)


# Own settings


def test_a_person_sets_how_pages_look_for_them(client, administrator):
    answer = client.post(
        at("profile", administrator), {"name": "Ada", "time_zone": "Europe/Berlin", "language": "en", "theme": "dark"}
    )

    user = User.objects.get(pk=administrator.user_id)
    assert (user.name, user.time_zone, user.language, user.theme) == ("Ada", "Europe/Berlin", "en", "dark")
    assert answer.status_code == 302
    assert 'data-scheme="dark"' in said(client.get(at("profile", administrator)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Give a name."),
        ({"time_zone": "Mars/Base"}, "is no time zone"),
        ({"theme": "pink"}, "Choose a theme"),
    ],
)
def test_settings_that_cannot_be_are_explained(client, administrator, changes, words):
    form = {"name": "Ada", "time_zone": "UTC", "language": "en", "theme": "dark"}

    answer = client.post(at("profile", administrator), form | changes)

    assert answer.status_code == 422
    assert words in said(answer)
    assert User.objects.get(pk=administrator.user_id).theme == "auto"


def test_a_person_changes_their_password_and_stays_signed_in_here_alone(client, administrator):
    elsewhere = Client()
    elsewhere.force_login(administrator.user)
    form = {"old": "a long enough password", "password": NEW, "again": NEW}

    wrong = client.post(at("own_password", administrator), form | {"old": "not it"})
    twice = client.post(at("own_password", administrator), form | {"again": "not the same"})
    right = client.post(at("own_password", administrator), form)

    assert (wrong.status_code, twice.status_code, right.status_code) == (422, 422, 302)
    assert "That is not your present password." in said(wrong)
    assert client.get(at("profile", administrator)).status_code == 200
    assert elsewhere.get(at("profile", administrator)).status_code == 302
