"""Links that set a password once, passwords that people change themselves, and profiles."""

from datetime import timedelta

import pytest

from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org import services as org
from crossdesk.org.checks import Bad
from crossdesk.org.enums import Role
from crossdesk.org.models import PasswordReset, User
from crossdesk.org.queries import LinkNotValid
from crossdesk.org.services.passwords import WrongPassword
from tests.org.conftest import Company, as_actor
from tests.org.factories import NOON, MemberFactory

NEW = "another long pass phrase"
OLD = "a long enough password"


def test_a_link_sets_a_new_password_once(company):
    ada = company.person()
    token = org.make_reset_link(member_id=ada.pk, by=company.by, now=NOON)

    org.reset_password(token=token, password=NEW, now=NOON + timedelta(hours=23))

    assert User.objects.get(pk=ada.user_id).check_password(NEW)
    assert token not in PasswordReset.objects.get().token_hash
    with pytest.raises(LinkNotValid):
        org.reset_password(token=token, password=OLD, now=NOON + timedelta(hours=23))
    assert [row[:2] for row in company.audited()] == [("user.reset_link_made", "Ada"), ("user.password_changed", "Ada")]


@pytest.mark.parametrize("how", ["unknown", "too old", "replaced", "user switched off"])
def test_a_link_that_does_not_work_says_the_same_whatever_the_reason(company, how):
    ada, now = company.person(), NOON
    token = org.make_reset_link(member_id=ada.pk, by=company.by, now=NOON)
    if how == "unknown":
        token = "x" * 43
    elif how == "too old":
        now = NOON + timedelta(hours=24)
    elif how == "replaced":
        org.make_reset_link(member_id=ada.pk, by=company.by, now=NOON)
    else:
        User.objects.filter(pk=ada.user_id).update(is_active=False)

    with pytest.raises(LinkNotValid) as refusal:
        org.reset_password(token=token, password=NEW, now=now)

    assert refusal.value.message == "This link no longer works. Ask for a new one."
    assert User.objects.get(pk=ada.user_id).check_password(OLD)


def test_a_weak_password_leaves_the_link_open(company):
    token = org.make_reset_link(member_id=company.person().pk, by=company.by, now=NOON)

    with pytest.raises(Bad):
        org.reset_password(token=token, password="1234567890", now=NOON)

    assert org.reset_password(token=token, password=NEW, now=NOON).check_password(NEW)


def test_a_link_is_no_way_to_become_an_owner_or_to_enter_another_workspace(company):
    administrator, ada = company.actor(Role.ADMINISTRATOR), company.person()
    MemberFactory(workspace=Company("other").workspace, user=ada.user)

    for member_id in (company.owner.pk, ada.pk):
        with pytest.raises(NotAllowed):
            org.make_reset_link(member_id=member_id, by=administrator, now=NOON)
    with pytest.raises(NotAllowed):
        org.make_reset_link(member_id=ada.pk, by=company.by, now=NOON)
    with pytest.raises(NotAllowed):
        org.make_reset_link(member_id=company.person().pk, by=company.actor(Role.LEAD), now=NOON)

    assert not PasswordReset.objects.exists()


def test_the_operator_makes_a_link_for_anybody_and_every_workspace_hears_of_it(company):
    ada = company.person()
    other = Company("other")
    MemberFactory(workspace=other.workspace, user=ada.user)

    token = org.make_reset_link_for(email=ada.user.email.upper(), now=NOON)

    assert other.audited() == [("user.reset_link_made", "Ada", None, None)] * 2
    assert org.reset_password(token=token, password=NEW, now=NOON) == ada.user
    with pytest.raises(NotFound):
        org.make_reset_link_for(email="nobody@example.org", now=NOON)


def test_one_changes_ones_password_knowing_the_old_one(company):
    user = company.person().user
    token = org.make_reset_link_for(email=user.email, now=NOON)

    with pytest.raises(WrongPassword):
        org.change_password(user_id=user.pk, old="not it", new=NEW, now=NOON)
    with pytest.raises(Bad):
        org.change_password(user_id=user.pk, old=OLD, new=OLD, now=NOON)
    org.change_password(user_id=user.pk, old=OLD, new=NEW, now=NOON)

    assert User.objects.get(pk=user.pk).check_password(NEW)
    with pytest.raises(LinkNotValid):
        org.reset_password(token=token, password=OLD, now=NOON)


def test_the_command_line_sets_a_password(company):
    user = company.person().user

    org.set_password(email=user.email, password=NEW, now=NOON)

    assert User.objects.get(pk=user.pk).check_password(NEW)
    with pytest.raises(NotFound):
        org.set_password(email="nobody@example.org", password=NEW, now=NOON)


def test_a_profile_is_ones_own(company):
    ada = company.person()

    org.change_profile(
        user_id=ada.user_id, name="Ada L.", time_zone="Asia/Tokyo", language="de", theme="dark", now=NOON
    )

    kept = User.objects.get(pk=ada.user_id)
    assert (kept.name, kept.time_zone, kept.language, kept.theme) == ("Ada L.", "Asia/Tokyo", "de", "dark")
    assert as_actor(ada).name == "Ada L."
    assert company.audited() == [("user.renamed", "Ada L.", {"name": "Ada"}, {"name": "Ada L."})]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Give a name."),
        ({"time_zone": "Mars"}, "“Mars” is no time zone. Write one like Europe/Berlin."),
        ({"language": "German language"}, "“German language” is no language code. Write en, de, fr …"),
        ({"theme": "pink"}, "Choose a theme among auto, light, dark."),
    ],
)
def test_a_profile_that_cannot_be_is_refused(company, changes, words):
    fields = {"name": "Ada", "time_zone": "UTC", "language": "en", "theme": "auto", **changes}

    with pytest.raises(Bad) as refusal:
        org.change_profile(user_id=company.owner.user_id, now=NOON, **fields)

    assert refusal.value.message == words
