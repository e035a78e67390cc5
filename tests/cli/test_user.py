"""crossdesk user: people, their workspaces and the links with which they sign in."""

import re

import pytest
from django.test import Client

from crossdesk.cli.main import run
from crossdesk.org.models import Member, User, Workspace
from crossdesk.org.services import slug_of
from tests.org.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a quite different password"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(?P<path>/reset/\S+)")


def link_in(said: str) -> str:
    found = LINK.search(said)
    assert found, "no link was shown"
    return found["path"]


@pytest.fixture
def crossdesk(monkeypatch, capsys):
    """Run the command line: exit code, what it said, what it complained of."""

    def call(*words: str):
        monkeypatch.setattr("sys.argv", ["crossdesk", *words])
        code = run(lambda: None)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_person_with_a_workspace_is_made_and_gets_in_by_link(crossdesk):
    code, out, _ = crossdesk("user", "create", "Mara@Nordwind.example", "--name", "Mara", "--workspace", "Nordwind & Söhne", "--time-zone", "Europe/Berlin")  # fmt: skip

    member = Member.objects.get()
    assert code == 0
    assert (member.user.email, member.user.name, member.role) == ("mara@nordwind.example", "Mara", "owner")
    assert (member.workspace.slug, member.workspace.time_zone) == ("nordwind-sohne", "Europe/Berlin")
    assert "/w/nordwind-sohne/" in out
    browser = Client()
    browser.post(link_in(out), {"password": PASSWORD, "again": PASSWORD})
    assert browser.get("/w/nordwind-sohne/organisation/").status_code == 200


def test_a_person_with_a_password_needs_no_link(crossdesk):
    code, out, _ = crossdesk("user", "create", "ada@nordwind.example", "--password", PASSWORD, "--operator")

    user = User.objects.get()
    assert (code, out) == (0, "Made ada@nordwind.example.\n")
    assert (user.name, user.is_operator, user.check_password(PASSWORD)) == ("ada", True, True)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nobody"], "“nobody” is no e-mail address."),
        (["known@nordwind.example"], "There is a user with the address known@nordwind.example already."),
        (["ada@nordwind.example", "--password", "short"], "This password is too short."),
        (["ada@nordwind.example", "--time-zone", "Mars/Base"], "“Mars/Base” is no time zone."),
        (["ada@nordwind.example", "--workspace", "Taken"], "There is a workspace “taken” already."),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence_and_leaves_nothing_behind(crossdesk, words, complaint):
    MemberFactory(user__email="known@nordwind.example", workspace__slug="taken")

    code, out, err = crossdesk("user", "create", *words)

    assert (code, out) == (1, "")
    assert complaint in err
    assert (User.objects.count(), Workspace.objects.count()) == (1, 1)


def test_a_link_is_made_for_somebody_who_forgot_their_password(crossdesk):
    user = UserFactory(email="ada@nordwind.example")

    _, out, _ = crossdesk("user", "reset-link", "ada@nordwind.example")
    Client().post(link_in(out), {"password": PASSWORD, "again": PASSWORD})

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_link_for_nobody_is_refused(crossdesk):
    code, _, err = crossdesk("user", "reset-link", "ada@nordwind.example")

    assert (code, err) == (1, "crossdesk: There is no user with the address ada@nordwind.example.\n")


def test_a_password_is_set_at_the_command_line(crossdesk):
    user = UserFactory(email="ada@nordwind.example")

    code, out, _ = crossdesk("user", "set-password", "ada@nordwind.example", "--password", PASSWORD)

    user.refresh_from_db()
    assert (code, out) == (0, "The password of ada@nordwind.example is set.\n")
    assert user.check_password(PASSWORD)


def test_everybody_is_listed_with_their_workspaces(crossdesk):
    member = MemberFactory(user__email="b@nordwind.example", user__name="Bo", workspace__slug="nordwind")
    MemberFactory(user=member.user, workspace__slug="acme", role="lead")
    MemberFactory(user=member.user, workspace__slug="left", active=False)
    UserFactory(email="a@nordwind.example", name="Al")

    code, out, _ = crossdesk("user", "list")

    assert (code, out) == (0, "a@nordwind.example\tAl\tno workspace\nb@nordwind.example\tBo\tacme (lead), nordwind (member)\n")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slug"), [("Nordwind", "nordwind"), ("Ünder & Söhne!", "under-sohne"), ("日本", "workspace")]
)
def test_a_workspace_gets_its_word_from_its_name(name, slug):
    assert slug_of(name) == slug
