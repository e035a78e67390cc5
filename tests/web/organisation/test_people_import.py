"""The page that invites from a list: asked, shown, confirmed; what is wrong comes back as a file."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crossdesk.org.enums import Role
from crossdesk.org.models import Invitation
from tests.org.factories import NOON, MemberFactory
from tests.web.asking import at, said

pytestmark = pytest.mark.django_db

LIST = """E-Mail;Name;Abteilung;Rolle
neu@crossdesk.example;Jürgen Groß;Legal;Lead
nonsense;=cmd();Legal;member
"""


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(said(answer).removeprefix("\ufeff"))))


def test_a_file_is_shown_first_and_then_invites(client, administrator):
    address = at("people_import", administrator)

    shown = client.post(address, {"file": SimpleUploadedFile("people.csv", LIST.encode("cp1252")), "do": "preview"})
    before = Invitation.objects.count()
    done = client.post(address, {"text": LIST, "do": "confirm"})
    link = re.findall(r"/join/[\w-]+", said(done))[0]
    client.logout()
    page = said(client.get(link))

    assert "Jürgen Groß" in said(shown) and "Invite 1 person" in said(shown)
    assert "“nonsense” is no e-mail address." in said(shown)
    assert before == 0
    assert "1 person invited." in said(done)
    assert list(Invitation.objects.values_list("email", "name", "role", "departments__key")) == [
        ("neu@crossdesk.example", "Jürgen Groß", "lead", "legal")
    ]
    assert 'value="Jürgen Groß"' in page


def test_confirming_twice_invites_once(client, administrator):
    form = {"text": LIST, "do": "confirm"}

    client.post(at("people_import", administrator), form)
    again = client.post(at("people_import", administrator), form)

    assert "Nobody was invited" in said(again)
    assert Invitation.objects.count() == 1


def test_what_is_wrong_comes_as_a_file_that_can_be_mended(client, administrator):
    answer = client.post(at("people_import", administrator), {"text": LIST, "do": "wrong"})

    assert answer.headers["Content-Disposition"] == 'attachment; filename="people-wrong.csv"'
    assert rows_of(answer) == [
        {"email": "nonsense", "name": "'=cmd()", "departments": "Legal", "role": "member", "line": "3",
         "wrong": "“nonsense” is no e-mail address."},
    ]  # fmt: skip


def test_the_example_can_be_sent_as_it_is(client, administrator):
    example = client.get(at("people_example", administrator))

    shown = client.post(at("people_import", administrator), {"text": said(example), "do": "preview"})

    assert [row["departments"] for row in rows_of(example)] == ["Legal", "Legal"]
    assert "Invite 2 people" in said(shown)


def test_a_role_may_be_written_in_the_language_of_the_reader(client, administrator):
    text = "E-Mail,Rolle\nneu@crossdesk.example,Leitung\n"

    client.post(at("people_import", administrator), {"text": text, "do": "confirm"}, headers={"Accept-Language": "de"})

    assert Invitation.objects.get().role == "lead"


def test_a_list_that_cannot_be_read_is_explained_and_kept(client, administrator):
    answer = client.post(at("people_import", administrator), {"text": "name\nAda\n", "do": "preview"})

    assert answer.status_code == 422
    assert "There is no column with e-mail addresses." in said(answer)
    assert "Ada" in said(answer)


@pytest.mark.parametrize("role", [Role.LEAD, Role.MEMBER, Role.VIEWER])
def test_who_may_not_invite_finds_no_way_in(client, administrator, role):
    client.force_login(MemberFactory(workspace=administrator.workspace, role=role).user)
    address = at("people_import", administrator)

    answers = [
        client.get(address),
        client.post(address, {"text": LIST, "do": "confirm"}),
        client.get(at("people_example", administrator)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert "people/import" not in said(client.get(at("people", administrator)))
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_preview_costs_the_same_for_any_number(client, administrator, django_assert_num_queries, rows):
    text = "email\n" + "\n".join(f"p{number}@crossdesk.example" for number in range(rows))

    # session, user, member, seats, walls, access, last number, departments, members, invitations, workspaces
    with django_assert_num_queries(11):
        client.post(at("people_import", administrator), {"text": text, "do": "preview"})


def test_the_whole_list_is_taken_back_from_its_toast(client, administrator):
    done = said(client.post(at("people_import", administrator), {"text": LIST, "do": "confirm"}))
    entry = re.findall(r'name="entry" value="(\d+)"', done)

    client.post(at("put_back", administrator), {"entry": entry})

    assert Invitation.objects.get().revoked_at == NOON
