"""The page of imports: a file goes up, its columns are confirmed, it comes in, and it can be taken back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from crossdesk.channels.models import Account
from crossdesk.imports import services
from crossdesk.imports.columns import FIELDS
from crossdesk.imports.enums import ImportState
from crossdesk.imports.models import Import
from crossdesk.inbox.models import Conversation
from crossdesk.messages.models import Message
from tests.conftest import settle
from tests.imports.conftest import TWEETS, lines, tweet
from tests.org.factories import MemberFactory, UserFactory
from tests.web.asking import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(settings, tmp_path):
    settings.IMPORTS_ROOT = tmp_path / "imports"
    return MemberFactory(role="administrator")


@pytest.fixture
def client(boss) -> Client:
    made = Client()
    made.force_login(boss.user)
    return made


def at(boss, name: str, *ids: int) -> str:
    return reverse(f"web:{name}", args=[boss.workspace.slug, *ids])


@pytest.fixture
def uploaded(client, boss, tmp_path) -> Import:
    """The file with its traps and one row that cannot come in, sent by the browser."""
    path = lines(tmp_path / "tweets.jsonl", [*TWEETS, tweet("99", "500", "True", "10:00:00", "")])
    answer = client.post(at(boss, "imports"), {"file": SimpleUploadedFile("tweets.jsonl", path.read_bytes())})
    row = Import.objects.get()
    assert answer.headers["Location"] == at(boss, "import", row.pk)
    return row


def columns(row: Import) -> dict[str, str]:
    """What the form sends when nothing is changed."""
    guess = services.look(services.file_of(row)).guess
    return {field: guess.get(field, "") for field in FIELDS} | {"network_name": "twitter", "zone": "UTC"}


def said(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_before_the_first_import_the_page_says_what_it_is_for(client, boss):
    page = client.get(at(boss, "imports"))

    assert "Nothing was imported yet" in said(page)
    assert at(boss, "imports") in client.get(at(boss, "accounts")).content.decode()


def test_a_file_goes_its_whole_way(client, boss, uploaded):
    form = said(client.get(at(boss, "import", uploaded.pk)))
    assert 'value="in_response_to_tweet_id" selected' in form and "Tue Oct 31 22:10:47 +0000 2017" in form

    client.post(at(boss, "import_act", uploaded.pk), {"act": "confirm", **columns(uploaded)})
    progress = at(boss, "import_state", uploaded.pk)
    assert "The file is read and put in order" in said(client.get(progress, {"state": "checking"}))
    settle()
    assert client.get(progress, {"state": "checking"}).headers["HX-Redirect"] == at(boss, "import", uploaded.pk)
    dry = said(client.get(at(boss, "import", uploaded.pk)))
    assert "6 theirs, 6 ours" in dry and "It has no text." in dry and not Message.objects.exists()
    wrong = b"".join(client.get(at(boss, "import_errors", uploaded.pk)).streaming_content).decode("utf-8-sig")
    assert wrong.splitlines()[1].startswith("13,text,It has no text.")

    client.post(at(boss, "import_act", uploaded.pk), {"act": "begin"})
    assert "0 of 12 messages" in said(client.get(at(boss, "import", uploaded.pk)))
    settle()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.messages, uploaded.path) == (ImportState.DONE, 12, "")
    assert "Take it back" in said(client.get(at(boss, "import", uploaded.pk)))
    assert uploaded.by_name in said(client.get(at(boss, "imports")))

    brought = Conversation.objects.get(identity__handle="500")
    opened = client.get(at(boss, "conversation", brought.pk), follow=True)
    assert opened.status_code == 200 and "My line is dead since Monday" in said(opened)
    assert client.get(at(boss, "account", brought.account_id)).status_code == 200

    client.post(at(boss, "import_act", uploaded.pk), {"act": "take_back"})
    settle()
    assert not Message.objects.exists()
    assert "Taken back" in said(client.get(at(boss, "import", uploaded.pk)))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "Say which column holds the text"),
        ({"direction": ""}, "Nothing says which messages are yours"),
        ({"zone": "Mars"}, "“Mars” is no time zone"),
        ({"account_id": "4711"}, "This account does not exist any more"),
    ],
)
def test_what_cannot_be_is_said_above_the_form_as_it_was_sent(client, boss, uploaded, changed, sentence):
    answer = client.post(at(boss, "import_act", uploaded.pk), {"act": "confirm", **columns(uploaded), **changed})

    assert answer.status_code == 422 and sentence in said(answer)
    uploaded.refresh_from_db()
    assert uploaded.state == ImportState.LOOKED


def test_a_file_that_is_none_leaves_nothing_behind(client, boss, settings):
    answer = client.post(at(boss, "imports"), {"file": SimpleUploadedFile("x.jsonl", b"no json at all\n")})

    assert answer.status_code == 422 and "no row in this file" in said(answer)
    assert not Import.objects.exists() and not list(settings.IMPORTS_ROOT.glob("upload-*"))
    assert client.post(at(boss, "imports")).status_code == 422


def test_a_file_beyond_the_limit_is_refused(client, boss, settings):
    settings.IMPORT_MOST_MB = 0

    answer = client.post(at(boss, "imports"), {"file": SimpleUploadedFile("x.csv", b"text\nhello\n")})

    assert answer.status_code == 422 and "too large" in said(answer)


def test_it_can_be_stopped_gone_on_with_and_thrown_away(client, boss, uploaded):
    act = at(boss, "import_act", uploaded.pk)
    client.post(act, {"act": "confirm", **columns(uploaded)})
    settle()
    client.post(act, {"act": "columns"})
    client.post(act, {"act": "confirm", **columns(uploaded)})
    settle()
    client.post(act, {"act": "begin"})
    client.post(act, {"act": "stop"})
    settle()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.position) == (ImportState.STOPPED, 0)

    assert client.post(act, {"act": "stop"}).status_code == 409
    client.post(act, {"act": "discard"})

    assert not Import.objects.exists()


def test_only_owners_and_administrators_are_let_in(boss, uploaded):
    lead, stranger = Client(), Client()
    lead.force_login(MemberFactory(workspace=boss.workspace, role="lead").user)
    stranger.force_login(UserFactory())
    addresses = [
        at(boss, "imports"),
        *(at(boss, name, uploaded.pk) for name in ("import", "import_state", "import_errors")),
    ]

    assert {lead.get(address).status_code for address in addresses} == {403}
    assert {stranger.get(address).status_code for address in addresses} == {404}
    assert lead.post(at(boss, "import_act", uploaded.pk), {"act": "discard"}).status_code == 403
    assert Import.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_imports(client, boss, uploaded, django_assert_num_queries, rows):
    for number in range(1, rows):
        uploaded.pk, uploaded.name = None, f"{number}.csv"
        uploaded.save(force_insert=True)

    # session, user, member, seats, walls, access, last number, imports, workspaces
    with django_assert_num_queries(9):
        page = client.get(at(boss, "imports"))

    assert said(page).count('<tr><th scope="row">') == rows


def test_what_was_imported_says_so_in_the_thread_and_leads_whoever_may_import_there(client, boss, uploaded):
    client.post(at(boss, "import_act", uploaded.pk), {"act": "confirm", **columns(uploaded)})
    settle()
    client.post(at(boss, "import_act", uploaded.pk), {"act": "begin"})
    settle()
    row = Conversation.objects.get(identity__handle="500")
    looker = MemberFactory(workspace=boss.workspace, seats=list(boss.workspace.departments.all()))

    page = said(client.get(at(boss, "conversation_main", row.pk), headers=HTMX))
    client.force_login(looker.user)
    theirs = said(client.get(at(boss, "conversation_main", row.pk), headers=HTMX))

    link = f'<a href="{at(boss, "import", uploaded.pk)}">imported</a>'
    assert "From tweets.jsonl, imported by" in page and page.count(link) == 5
    assert "From tweets.jsonl, imported by" in theirs and link not in theirs


def test_an_archive_says_that_it_is_one_and_offers_nothing_that_it_cannot_do(client, boss, uploaded):
    client.post(at(boss, "import_act", uploaded.pk), {"act": "confirm", **columns(uploaded)})
    settle()
    client.post(at(boss, "import_act", uploaded.pk), {"act": "begin"})
    settle()
    archive = Account.objects.get(handle="northline")

    listed = said(client.get(at(boss, "accounts")))
    page = said(client.get(at(boss, "account", archive.pk)))

    assert "Holds what an import brought." in listed and "Paused" not in listed
    assert "It is connected to no network" in page and "Disconnect" in page
    assert "Resume" not in page and "Somebody paused it" not in page
    assert "Hour by hour" not in page and "last 24 hours" not in page
    assert page.count("what an import brought") == 1


def test_the_section_of_accounts_is_the_one_where_imports_are(client, boss, uploaded):
    pages = [said(client.get(at(boss, *where))) for where in (("accounts",), ("imports",), ("import", uploaded.pk))]

    lit = [re.findall(r'class="rail-link" href="([^"]+)"[^>]* aria-current="page"', page) for page in pages]

    assert lit == [[at(boss, "accounts")]] * 3
