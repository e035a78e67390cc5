"""Which language a reader is spoken to in: theirs, their browser's, the workspace's, English."""

import pytest
from django.test import Client
from django.utils import translation

from crossdesk.kit import clock
from crossdesk.org.models import User
from crossdesk.web import languages
from tests.inbox.factories import after
from tests.org.factories import MemberFactory

GERMAN = {"Accept-Language": "fr-CH, de-AT;q=0.9, en;q=0.8, *;q=0.5"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    with clock.standing_at(after(minutes=0)):
        yield MemberFactory(workspace__slug="nordwind")


@pytest.fixture
def reader(member):
    client = Client()
    client.force_login(member.user)
    return client


def title(client, address="/w/nordwind/accounts", **headers):
    page = client.get(address, headers=headers).content.decode()
    return page.split("<h1>")[1].split("</h1>")[0]


@pytest.mark.parametrize(
    ("person", "browser", "workspace", "language"),
    [
        ("de", "en", "en", "de"),
        ("", "de-AT, en;q=0.5", "en", "de"),
        ("", "fr, es;q=0.9", "de", "de"),
        ("", "", "de", "de"),
        ("", "", "", "en"),
        ("tlh", "fr", "xx", "en"),
        ("", "de;q=0.1, en;q=0.9", "de", "en"),
    ],
)
def test_the_first_of_person_browser_and_workspace_that_there_is_decides(person, browser, workspace, language):
    assert languages.chosen(person=person, browser=browser, workspace=workspace) == language


def test_a_page_speaks_the_language_of_the_browser_until_its_reader_chooses_one(member, reader):
    assert title(reader, **GERMAN) == "Konten"

    User.objects.filter(pk=member.user_id).update(language="en")

    assert title(reader, **GERMAN) == "Accounts"


def test_the_language_of_the_workspace_comes_after_the_browsers(member, reader):
    member.workspace.language = "de"
    member.workspace.save(update_fields=["language"])

    assert (title(reader), title(reader, **{"Accept-Language": "en"})) == ("Konten", "Accounts")


def test_the_choice_on_ones_own_page_counts_at_once(member, reader):
    form = {"name": "Ada", "time_zone": "UTC", "language": "de", "theme": "system"}

    page = reader.post("/w/nordwind/profile", form, follow=True).content.decode()

    assert User.objects.get(pk=member.user_id).language == "de"
    assert "Gespeichert." in page and "Ihre Einstellungen" in page
    assert '<option value="de" selected>Deutsch</option>' in page


def test_doors_errors_and_refusals_speak_it_too(member, reader):
    door = Client().get("/sign-in", headers=GERMAN)
    gone = reader.get("/w/nordwind/inbox/nowhere", headers=GERMAN)
    refused = reader.get("/w/nordwind/operations", headers=GERMAN)

    assert "<h1>Anmelden</h1>" in door.content.decode()
    assert (door.headers["Content-Language"], "Accept-Language" in door.headers["Vary"]) == ("de", True)
    assert "Hier ist nichts" in gone.content.decode()
    assert refused.status_code == 403
    assert "Ihre Rolle umfasst diese Seite nicht." in refused.content.decode()


def test_the_next_request_does_not_inherit_the_language(reader):
    before = translation.get_language()

    reader.get("/w/nordwind/accounts", headers=GERMAN)

    assert translation.get_language() == before
    assert title(reader) == "Accounts"


def test_a_page_tells_its_scripts_the_words_of_its_clock(reader):
    page = reader.get("/w/nordwind/accounts", headers=GERMAN).content.decode()

    assert '<html lang="de" dir="ltr" data-brief="jetzt|{} Min.|{} Std.|{} Tg."' in page
