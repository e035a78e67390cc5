"""The gallery draws every component, for signed-in people alone."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from jinja2.runtime import Macro

from crossdesk import web
from crossdesk.org.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    client.force_login(
        User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
    )
    return client


@pytest.mark.parametrize("query", ["", "?empty", "?list", "?held"])
def test_the_gallery_inbox_draws_in_all_its_states(reader, query):
    page = reader.get(reverse("web:gallery_inbox") + query)

    assert page.status_code == 200
    assert b"Customer service" in page.content


def test_the_gallery_of_components_draws(reader):
    assert reader.get(reverse("web:gallery")).status_code == 200


def test_the_gallery_sends_a_stranger_to_the_door(client):
    answer = client.get(reverse("web:gallery"))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/gallery")


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500, 503])
def test_each_error_has_a_page_and_a_fragment(reader, status):
    address = reverse("web:gallery_error", args=[status])

    page, fragment = reader.get(address), reader.get(address, headers={"HX-Request": "true"})

    assert (page.status_code, fragment.status_code) == (status, status)
    assert b"<html" in page.content
    assert b"<html" not in fragment.content
    assert b'hx-target="#toasts"' in fragment.content


SHARED = (
    "components", "inbox/row.html.jinja", "inbox/entry.html.jinja", "inbox/parts.html.jinja", "today/parts.html.jinja",
    "scoreboard/parts.html.jinja", "organisation/parts.html.jinja", "organisation/changes.html.jinja",
    "beginning/parts.html.jinja", "beginning/checklist.html.jinja",
)  # fmt: skip


def shared_macros() -> set[str]:
    """Every macro of the components, and of what more than one template draws."""
    folder = Path(web.__file__).parent / "templates"
    files = [
        path
        for place in SHARED
        for path in ([folder / place] if place.endswith(".jinja") else (folder / place).glob("*.jinja"))
    ]
    return {name for path in files for name in re.findall(r"{%-? macro (\w+)", path.read_text(encoding="utf-8"))}


def test_every_component_is_shown_in_the_gallery(reader, monkeypatch):
    drawn: set[str] = set()
    invoke = Macro._invoke

    def listening(macro, arguments, autoescape):
        drawn.add(macro.name)
        return invoke(macro, arguments, autoescape)

    monkeypatch.setattr(Macro, "_invoke", listening)
    for address in (reverse("web:gallery"), reverse("web:gallery_inbox")):
        assert reader.get(address).status_code == 200

    assert shared_macros() - drawn == set()
