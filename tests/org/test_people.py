"""Users, members, roles, seats, invitations: who may, what is written down, what stays as it was."""

from datetime import timedelta

import pytest

from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org import queries
from crossdesk.org import services as org
from crossdesk.org.checks import Bad
from crossdesk.org.enums import Role
from crossdesk.org.models import Invitation, Member, Seat, User
from crossdesk.org.queries import LinkNotValid
from crossdesk.org.services.invitations import ForSomebodyElse, SignInFirst
from crossdesk.org.services.people import AlreadyThere, LastOwner
from tests.org.conftest import Company, as_actor
from tests.org.factories import NOON, DepartmentFactory, UserFactory

GOOD = "correct horse battery"


def seats_of(member):
    return {seat.department.key: seat.leads for seat in Seat.objects.filter(member=member)}


# Users


@pytest.mark.django_db
def test_a_user_is_made_with_a_hashed_password():
    user = org.create_user(email=" Ada@Example.org ", name="Ada", password=GOOD, now=NOON, time_zone="Europe/Berlin")

    kept = User.objects.get()
    assert (kept.email, kept.name, kept.time_zone, kept.created_at, kept.is_operator) == (
        "ada@example.org", "Ada", "Europe/Berlin", NOON, False,
    )  # fmt: skip
    assert user.check_password(GOOD) and GOOD not in kept.password


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "ada"}, "“ada” is no e-mail address."),
        ({"name": "  "}, "Give a name."),
        ({"name": "x" * 121}, "A name has 120 letters at most."),
        ({"time_zone": "Berlin"}, "“Berlin” is no time zone. Write one like Europe/Berlin."),
        ({"password": "short"}, "This password is too short. It must contain at least 10 characters."),
        ({"password": "ada@example.org"}, "The password is too similar to the email."),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_a_sentence(changes, words):
    with pytest.raises(Bad) as refusal:
        org.create_user(**{"email": "ada@example.org", "name": "Ada", "password": GOOD, "now": NOON, **changes})

    assert refusal.value.message == words
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_address_belongs_to_one_user():
    org.create_user(email="ada@example.org", name="Ada", password=None, now=NOON)

    with pytest.raises(AlreadyThere):
        org.create_user(email="ADA@example.org", name="Other", password=None, now=NOON)


# Members


def test_a_user_becomes_a_member_with_seats(company):
    desk = company.desk("legal")

    member = org.add_member(
        user=UserFactory(name="Ada"), role=Role.LEAD, department_ids=[desk.pk], by=company.by, now=NOON, title="Counsel"
    )

    assert (member.role, member.title, member.joined_at, seats_of(member)) == (
        "lead", "Counsel", NOON, {"legal": False},
    )  # fmt: skip
    assert company.audited() == [("member.joined", "Ada", None, {"role": "lead", "seats": {"legal": False}})]


def test_nobody_is_a_member_twice_but_who_left_may_come_back(company):
    member = company.person(seats=("legal",))

    with pytest.raises(AlreadyThere):
        org.add_member(user=member.user, role=Role.MEMBER, department_ids=[], by=company.by, now=NOON)
    org.deactivate(member_id=member.pk, by=company.by, now=NOON)
    back = org.add_member(
        user=member.user, role=Role.VIEWER, department_ids=[company.desk("sales").pk], by=company.by, now=NOON
    )

    assert (back.pk, back.active, back.role, seats_of(back)) == (member.pk, True, "viewer", {"sales": False})


def test_without_the_right_nobody_is_changed(company):
    ada, member = company.person(), company.actor(Role.LEAD)

    for act in (
        lambda: org.add_member(user=UserFactory(), role=Role.MEMBER, department_ids=[], by=member, now=NOON),
        lambda: org.change_role(member_id=ada.pk, role=Role.LEAD, by=member, now=NOON),
        lambda: org.change_title(member_id=ada.pk, title="Boss", by=member, now=NOON),
        lambda: org.deactivate(member_id=ada.pk, by=member, now=NOON),
        lambda: org.reactivate(member_id=ada.pk, by=member, now=NOON),
        lambda: org.set_seats(member_id=ada.pk, department_ids=[], by=member, now=NOON),
        lambda: org.invite(email="a@b.example", role=Role.MEMBER, department_ids=[], by=member, now=NOON),
        lambda: queries.invitations(member, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert company.audited() == []


def test_a_member_of_another_workspace_does_not_exist(company):
    stranger = Company("other").person()

    for act in (
        lambda: org.change_role(member_id=stranger.pk, role=Role.LEAD, by=company.by, now=NOON),
        lambda: org.deactivate(member_id=stranger.pk, by=company.by, now=NOON),
        lambda: org.set_seats(member_id=stranger.pk, department_ids=[], by=company.by, now=NOON),
        lambda: queries.member(company.by, stranger.pk),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_role_is_changed_and_written_down(company):
    ada = company.person(seats=("legal",))

    org.change_role(member_id=ada.pk, role=Role.LEAD, by=company.by, now=NOON)
    org.change_role(member_id=ada.pk, role=Role.LEAD, by=company.by, now=NOON)

    assert company.audited() == [
        ("member.role_changed", "Ada", {"role": "member", "seats": {"legal": False}},
         {"role": "lead", "seats": {"legal": False}}),
    ]  # fmt: skip


def test_only_an_owner_makes_or_changes_an_owner(company):
    ada, administrator = company.person(), company.actor(Role.ADMINISTRATOR)

    for act in (
        lambda: org.change_role(member_id=ada.pk, role=Role.OWNER, by=administrator, now=NOON),
        lambda: org.change_role(member_id=company.owner.pk, role=Role.MEMBER, by=administrator, now=NOON),
        lambda: org.deactivate(member_id=company.owner.pk, by=administrator, now=NOON),
        lambda: org.add_member(user=UserFactory(), role=Role.OWNER, department_ids=[], by=administrator, now=NOON),
        lambda: org.invite(email="a@b.example", role=Role.OWNER, department_ids=[], by=administrator, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    org.change_role(member_id=ada.pk, role=Role.OWNER, by=company.by, now=NOON)

    assert Member.objects.get(pk=ada.pk).role == "owner"


def test_the_last_owner_cannot_leave_or_step_down(company):
    for act in (
        lambda: org.deactivate(member_id=company.owner.pk, by=company.by, now=NOON),
        lambda: org.change_role(member_id=company.owner.pk, role=Role.MEMBER, by=company.by, now=NOON),
    ):
        with pytest.raises(LastOwner) as refusal:
            act()
        assert refusal.value.message == "Olga is the last owner. Make somebody else an owner first."

    sleeping = company.person(role=Role.OWNER)
    Member.objects.filter(pk=sleeping.pk).update(active=False)
    with pytest.raises(LastOwner):
        org.deactivate(member_id=company.owner.pk, by=company.by, now=NOON)

    company.person(role=Role.OWNER)
    org.deactivate(member_id=company.owner.pk, by=company.by, now=NOON)
    assert not Member.objects.get(pk=company.owner.pk).active


def test_somebody_deactivated_has_no_rights_left_and_gets_them_back(company):
    ada = company.person(role=Role.LEAD, seats=("legal",))

    org.deactivate(member_id=ada.pk, by=company.by, now=NOON)
    org.deactivate(member_id=ada.pk, by=company.by, now=NOON)

    actor = as_actor(ada)
    assert (actor.rights, actor.departments, actor.walls) == (frozenset(), frozenset(), frozenset())
    assert queries.memberships(ada.user) == []
    org.reactivate(member_id=ada.pk, by=company.by, now=NOON)
    assert as_actor(ada).departments == {company.desk("legal").pk}
    assert [row[0] for row in company.audited()] == ["member.deactivated", "member.reactivated"]


def test_people_may_leave_by_themselves(company):
    ada = company.person()

    org.deactivate(member_id=ada.pk, by=as_actor(ada), now=NOON)

    assert not Member.objects.get(pk=ada.pk).active


def test_seats_are_set_as_a_whole(company):
    ada = company.person(seats=("legal", "sales"))
    legal, risk = company.desk("legal"), company.desk("risk")

    org.set_seats(member_id=ada.pk, department_ids=[legal.pk, risk.pk], leads=[risk.pk], by=company.by, now=NOON)

    assert seats_of(ada) == {"legal": False, "risk": True}
    assert as_actor(ada).leads == {risk.pk}
    assert company.audited() == [
        ("member.seats_changed", "Ada", {"role": "member", "seats": {"sales": False, "legal": False}},
         {"role": "member", "seats": {"risk": True, "legal": False}}),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", ["foreign", "archived", "leads outside"])
def test_seats_that_cannot_be_are_refused(company, wrong):
    ada, legal, sales = company.person(seats=("legal",)), company.desk("legal"), company.desk("sales")
    ids, leads = {
        "foreign": ([DepartmentFactory().pk], []),
        "archived": ([DepartmentFactory(workspace=company.workspace, archived_at=NOON).pk], []),
        "leads outside": ([legal.pk], [sales.pk]),
    }[wrong]

    with pytest.raises(Bad):
        org.set_seats(member_id=ada.pk, department_ids=ids, leads=leads, by=company.by, now=NOON)

    assert seats_of(ada) == {"legal": False}


def test_a_title_is_changed_by_oneself_or_by_who_manages_people(company):
    ada = company.person()

    org.change_title(member_id=ada.pk, title="Head of care", by=as_actor(ada), now=NOON)
    org.change_title(member_id=ada.pk, title="", by=company.by, now=NOON)

    assert [(row[2], row[3]) for row in company.audited()] == [
        ({"title": ""}, {"title": "Head of care"}), ({"title": "Head of care"}, {"title": ""}),
    ]  # fmt: skip


# Invitations


def invite(company, email="ada@example.org", role=Role.MEMBER, keys=("legal", "risk")):
    return org.invite(
        email=email, role=role, department_ids=[company.desk(key).pk for key in keys], by=company.by, now=NOON
    )


def test_an_invitation_becomes_a_user_and_a_member_with_seats(company):
    invitation, token = invite(company, role=Role.LEAD)

    member = org.accept_invitation(token=token, name="Ada", password=GOOD, now=NOON + timedelta(days=6))

    assert (member.user.email, member.user.check_password(GOOD), member.role, seats_of(member)) == (
        "ada@example.org", True, "lead", {"legal": False, "risk": False},
    )  # fmt: skip
    assert token not in Invitation.objects.get().token_hash
    assert [(row[0], row[1]) for row in company.audited()] == [
        ("invitation.made", "ada@example.org"), ("member.joined", "Ada"), ("invitation.accepted", "ada@example.org"),
    ]  # fmt: skip
    assert queries.invitations(company.by, now=NOON) == []
    assert invitation.invited_by == company.owner


@pytest.mark.parametrize("how", ["unknown", "used", "revoked", "too old", "replaced"])
def test_a_link_that_does_not_work_says_the_same_whatever_the_reason(company, how):
    invitation, token = invite(company)
    now = NOON
    if how == "unknown":
        token = "x" * 43
    elif how == "used":
        org.accept_invitation(token=token, name="Ada", password=GOOD, now=NOON)
    elif how == "revoked":
        org.revoke_invitation(invitation_id=invitation.pk, by=company.by, now=NOON)
    elif how == "too old":
        now = NOON + timedelta(days=7)
    else:
        invite(company)
    users = User.objects.count()

    with pytest.raises(LinkNotValid) as refusal:
        org.accept_invitation(token=token, name="Eve", password=GOOD, now=now)

    assert refusal.value.message == "This invitation no longer works. Ask for a new one."
    assert User.objects.count() == users


def test_a_user_who_is_signed_in_joins_with_their_own_link_only(company):
    ada, eve = UserFactory(email="ada@example.org"), UserFactory(email="eve@example.org")
    _, token = invite(company)

    with pytest.raises(SignInFirst):
        org.accept_invitation(token=token, name="Ada", password=GOOD, now=NOON)
    with pytest.raises(ForSomebodyElse):
        org.accept_invitation(token=token, user=eve, now=NOON)
    member = org.accept_invitation(token=token, user=ada, now=NOON)

    assert member.user == ada
    assert Member.objects.filter(user=eve).count() == 0


def test_a_bad_password_leaves_the_invitation_open(company):
    _, token = invite(company)

    with pytest.raises(Bad):
        org.accept_invitation(token=token, name="Ada", password="password123", now=NOON)

    assert not User.objects.filter(email="ada@example.org").exists()
    assert org.accept_invitation(token=token, name="Ada", password=GOOD, now=NOON).active


def test_a_member_is_not_invited_again(company):
    ada = company.person()

    with pytest.raises(AlreadyThere):
        invite(company, email=ada.user.email.upper())


def test_a_department_of_another_workspace_cannot_be_given(company):
    with pytest.raises(Bad):
        org.invite(
            email="a@b.example", role=Role.MEMBER, department_ids=[DepartmentFactory().pk], by=company.by, now=NOON
        )

    assert not Invitation.objects.exists()


def test_an_invitation_of_another_workspace_cannot_be_revoked(company):
    other = Company("other")
    invitation, _ = invite(other)

    with pytest.raises(NotFound):
        org.revoke_invitation(invitation_id=invitation.pk, by=company.by, now=NOON)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_of_people_cost_the_same_for_any_number(company, rows, django_assert_num_queries):
    for number in range(rows):
        company.person(name=f"Ada {number}", seats=("legal", "risk"))
        invite(company, email=f"a{number}@example.org")
    by = company.by

    with django_assert_num_queries(2):  # seats, members
        people = queries.members_with_seats(by)
    with django_assert_num_queries(2):  # invitations, departments
        invitations = queries.invitations(by, now=NOON)

    assert [(line.member.user.name, [seat.department.key for seat in line.seats]) for line in people[:rows]] == [
        (f"Ada {number}", ["risk", "legal"]) for number in range(rows)
    ]
    assert len(invitations) == rows
