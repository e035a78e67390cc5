"""The help of the pages: the texts of docs/help, each page with its own, in both languages."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from crossdesk.kit import clock
from crossdesk.org.enums import Role
from crossdesk.org.models import SetUp
from crossdesk.web import helping
from tests.inbox.factories import after
from tests.org.factories import MemberFactory
from tests.proofs.addresses import every_address
from tests.proofs.test_walls import SLUG, Company

ROOT = Path(__file__).parents[2]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Pages in a workspace that say all there is to say: none so far.
WITHOUT: set[str] = set()


@pytest.fixture
def company(db) -> Iterator[Company]:
    with clock.standing_at(after(minutes=30)):
        yield Company()


def titles(folder: Path, ending: str) -> dict[str, set[str]]:
    return {code: {path.stem for path in (folder / code).glob(f"*.{ending}")} for code in LANGUAGES}


def test_every_text_is_there_in_every_language_and_every_text_has_a_page():
    wanted = {code: set(helping.PAGES) for code in LANGUAGES}

    assert titles(ROOT / "docs" / "help", "md") == wanted
    assert titles(helping.FOLDER, "html") == wanted


def test_what_pages_show_is_what_docs_say():
    answer = subprocess.run(
        [sys.executable, ROOT / "script" / "help", "--check"], capture_output=True, text=True, check=False
    )

    assert (answer.returncode, answer.stdout + answer.stderr) == (0, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_short_and_begins_with_its_name(language):
    for path in (ROOT / "docs" / "help" / language).glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert re.match(r"# \S", text), path.name
        assert 25 <= len(text.split()) <= 150, path.name


def test_every_page_of_a_workspace_has_its_help(company):
    MemberFactory(workspace=company.workspace, role=Role.OWNER)
    SetUp.objects.create(workspace=company.workspace, reached="ready")
    client, ids = Client(), company.ids()
    client.force_login(company.administrator.user)
    bare, shown = [], set()

    for address in every_address():
        if not address.of_workspace:
            continue
        page = client.get(address.filled(SLUG, ids | {"token": "none", "status": 404}))
        body = b"".join(page) if page.streaming else page.content
        if page.status_code != 200 or b"<main" not in body:
            continue
        found = re.findall(r'data-help="([\w-]+)"', body.decode())
        shown |= set(found)
        if len(found) != 1 and address.route not in WITHOUT:
            bare.append((address.route, found))

    assert bare == []
    assert shown == set(helping.PAGES)


@pytest.mark.parametrize(
    ("language", "title"), [("de", "Ihre Einstellungen"), ("en", "Your settings"), ("fr", "Your settings")]
)
def test_it_speaks_the_readers_language_and_needs_no_script(client, member, language, title):
    client.force_login(member.user)

    page = client.get(f"/w/{member.workspace.slug}/profile", headers={"Accept-Language": language}).content.decode()

    panel = page.partition('<details class="menu help"')[2].partition("</details>")[0]
    assert f"<h2>{title}</h2>" in panel
    assert "<summary" in panel


def test_help_of_one_page_does_not_stay_for_the_next(client, member):
    client.force_login(member.user)
    client.get(f"/w/{member.workspace.slug}/profile")

    with_none = client.get("/gallery").content.decode()

    assert "data-help" not in with_none
    assert helping.of_page() is None
