"""Every address in a language that does not exist: what still shows in English was forgotten."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import dates

from crossdesk.channels.networks import registry
from crossdesk.journal.models import AuditEntry
from crossdesk.kit import clock
from crossdesk.org.enums import DepartmentKey
from crossdesk.org.models import Member, User
from crossdesk.web import zones
from tests.channels.factories import AccountFactory
from tests.inbox.factories import after
from tests.proofs.addresses import Address, every_address
from tests.proofs.test_walls import QUERIES, SLUG, Company, form_for
from tests.web.languages.pseudo import CODE, pseudo, speak
from tests.web.languages.reading import plain, shown

# What people, networks and the machine write into the database: the same in every language.
DATA: dict[str, tuple[str, ...]] = {
    "org.user": ("email", "name"),
    "org.workspace": ("slug", "name"),
    "org.department": ("key", "name", "purpose"),
    "org.member": ("title",),
    "org.invitation": ("email", "name"),
    "org.wall": ("name", "reason"),
    "org.holiday": ("name",),
    "channels.account": ("handle", "host", "name", "network"),
    "channels.rawdelivery": ("feed", "body"),
    "channels.outboxitem": ("text", "error"),
    "channels.hold": ("tag", "reason"),
    "imports.import": ("name", "by_name"),
    "messages.contact": ("name",),
    "messages.identity": ("handle", "name", "network", "bio"),
    "messages.message": ("text",),
    "messages.media": ("alt",),
    "messages.reading": ("model",),
    "inbox.conversation": ("excerpt",),
    "inbox.entry": ("text",),
    "inbox.reply": ("text",),
    "inbox.tag": ("name",),
    "inbox.attachment": ("name", "alt"),
    "inbox.savedreply": ("title", "shortcut", "text"),
    "inbox.savedfilter": ("name",),
    "triage.rule": ("name",),
    "journal.job": ("kind", "key"),
    "journal.auditentry": ("by_name", "action", "subject_kind", "subject_name", "reason"),
}
# Names of things, codes and units that no language changes.
EVERYWHERE = (
    "Crossdesk", "English", "Mastodon", "Sandbox", "mastodon.social", "UTC", "CSV", "example.social", "p90", "en, de, fr",
    "Europe/Berlin", "CROSSDESK_SEAL_KEY", "auto, light, dark", "None", "KB", "PNG",
    "This field is required.",  # said by Django, in its own languages
)  # fmt: skip
KEYS = r"\{\w+\}|\((?:Ctrl|Shift|Esc)[^)]*\)|\bCtrl\+[\w+]+"
# Components with invented texts, for those who build pages.
FOR_BUILDERS = ("gallery", "gallery/inbox")
LEAVES = ("sign-out",)


@pytest.fixture
def company(db, settings, tmp_path) -> Iterator[Company]:
    speak(settings, tmp_path / "locale")
    with clock.standing_at(after(minutes=30)):
        yield Company()


def data() -> re.Pattern[str]:
    """All that is known to be data, the longest first. Moments are put together by Django, in its own languages."""
    texts = {*EVERYWHERE, *DepartmentKey.labels, *(name for _, name in zones.choices())}
    texts |= {adapter.label for adapter in registry.all_adapters().values()}
    for label, fields in DATA.items():
        for row in apps.get_model(label).objects.values_list(*fields):
            texts |= {" ".join(str(value).split()) for value in row if value}
    for kept in AuditEntry.objects.values_list("before", "after"):
        texts |= {one["name"] for one in kept if isinstance(one, dict) and one.get("name")}
    for adapter in registry.all_adapters().values():
        can = adapter.capabilities
        texts |= {one.example for one in (can.place, *can.asks) if one is not None} - {""}
    texts |= {name.split()[0] for name in User.objects.values_list("name", flat=True) if name}
    days = [str(name) for table in (dates.WEEKDAYS, dates.WEEKDAYS_ABBR, dates.MONTHS) for name in table.values()]
    days += [str(name).capitalize() for name in dates.MONTHS_3.values()]
    ordered = sorted(texts, key=len, reverse=True)
    return re.compile("|".join([KEYS, *map(re.escape, ordered), rf"\b(?:{'|'.join(days)})\b"]))


class Known:
    """What is known to be data. Each text is looked at once, because pages say the same; a new one that shows, again with what is new."""

    def __init__(self) -> None:
        self._data = data()
        self._plain: dict[str, bool] = {}

    def is_plain(self, text: str) -> bool:
        if text not in self._plain:
            self._plain[text] = bool(plain(text, self._data))
        return self._plain[text]

    def forgotten(self, answer: Any) -> set[tuple[str, str]]:
        body = b"".join(answer) if answer.streaming else answer.content
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return set()
        found = {(where, text) for where, text in shown(body.decode()) if self.is_plain(text)}
        if not found:
            return found
        self._data, self._plain = data(), {}  # an act may have made some
        return {(where, text) for where, text in found if self.is_plain(text)}


def client_of(member: Member | None) -> Client:
    client = Client(headers={"Accept-Language": CODE})
    if member:
        client.force_login(member.user)
    return client


def walked(ids: dict[str, object]) -> Iterator[tuple[Address, str]]:
    for address in every_address():
        if address.route not in FOR_BUILDERS + LEAVES:
            yield address, address.filled(SLUG, ids | {"token": "no-such-token", "status": 404})


def test_pseudo_marks_lengthens_and_leaves_no_plain_letter_but_keeps_what_is_filled_in():
    assert pseudo("Send %(name)s to {host} at 50%%") == "[!! Šéñð %(name)s ţó {host} áţ 50%% ~~~~~ !!]"


def test_a_text_that_was_not_translated_is_found_and_data_is_not():
    page = '<p title="Reply">[!! Ŕéþļý !!] Ada</p><kbd>Esc</kbd><div dir="auto">Hello</div><input placeholder="[!! Ñáɱé !!]">'

    assert [one for one in shown(page) if plain(one[1], re.compile("Ada"))] == [("<p title>", "Reply")]


def test_no_page_shows_a_text_that_is_not_translated(company):
    AccountFactory(workspace=company.workspace, state="needs_sign_in", state_reason="The account needs a new sign-in.")
    readers = [company.insider, company.hr, company.administrator, None]
    pages = list(walked(company.ids()))
    known, found = Known(), set()

    for member in readers:
        client = client_of(member)
        for address, filled in pages:
            here = filled.split("/")[3] if address.of_workspace else ""
            for query in QUERIES.get(here, ("",)):
                for headers in ({}, {"HX-Request": "true"}):
                    answer = client.get(filled + query, headers=headers)
                    found |= {(address.route, *one) for one in known.forgotten(answer)}

    assert "\n".join(map(str, sorted(found))) == ""


def test_no_answer_to_a_form_shows_a_text_that_is_not_translated(company):
    ids = company.ids()
    pages = list(walked(ids))
    client, known, found = client_of(company.administrator), Known(), set()

    for complete in (False, True):
        for address, filled in pages:
            given = form_for(address, ids) if complete else {}
            for headers in ({"HX-Request": "true"}, {}):
                answer = client.post(filled, given, headers=headers, follow=True)
                found |= {(address.route, *one) for one in known.forgotten(answer)}

    assert "\n".join(map(str, sorted(found))) == ""


def test_every_page_says_which_language_it_speaks(company):
    page = client_of(company.insider).get(f"/w/{SLUG}/inbox/all").content.decode()

    assert f'<html lang="{CODE}" dir="ltr"' in page
