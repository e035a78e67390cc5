"""The targets where they stand: read as lines, changed as one form, told and put back."""

import re

import pytest

from crossdesk.org.models import Target
from tests.org.factories import MemberFactory, TargetFactory
from tests.web.asking import HTMX, at, said

pytestmark = pytest.mark.django_db
FORM = {
    "lines": "2", "do": "keep",
    "intent-0": "question", "urgency-0": "", "amount-0": "4", "unit-0": "hours", "basis-0": "business",
    "intent-1": "", "urgency-1": "", "amount-1": "1", "unit-1": "days", "basis-1": "calendar",
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_for_all(administrator):
    return TargetFactory(workspace=administrator.workspace, seconds=86400)


def rows():
    return list(Target.objects.order_by("position").values_list("intent", "seconds"))


def test_they_are_read_as_sentences_and_open_as_one_form(client, administrator):
    page = said(client.get(at("targets", administrator)))
    opened = said(client.get(at("targets", administrator) + "?change", headers=HTMX))
    closed = said(client.get(at("targets", administrator) + "?closed", headers=HTMX))

    assert "<b>Everything else</b>" in page and 'class="target-time">1 d' in page
    assert "<select" not in page.split('id="targets"')[1].split("<section")[0]
    assert (opened.count('class="target"'), "data-cancel" in opened, "<html" in opened) == (1, True, False)
    assert "<b>Everything else</b>" in closed and "<form" not in closed


def test_what_is_kept_where_it_stands_says_how_it_is_put_back_and_tells_the_history_anew(client, administrator):
    answer = client.post(at("targets", administrator), FORM, headers=HTMX)
    entry = re.findall(r'name="entry" value="(\d+)"', said(answer))[0]
    kept = rows()
    client.post(at("put_back", administrator), {"entry": entry})

    assert (answer.status_code, kept, rows()) == (200, [("question", 14400), ("", 86400)], [("", 86400)])
    assert "<b>Question</b>" in said(answer) and "<form" not in said(answer).split("<hx-partial")[0]
    assert '<hx-partial hx-target="#lately"' in said(answer)
    assert "Kept. Duties that stand already keep their time." in said(answer)


def test_what_cannot_be_stays_open_with_what_was_typed(client, administrator):
    answer = client.post(at("targets", administrator), {**FORM, "amount-0": "soon"}, headers=HTMX)

    assert answer.status_code == 422
    assert 'value="soon"' in said(answer)
    assert "A target lies between one minute and 30 days." in said(answer)
    assert "hx-partial" not in said(answer)


@pytest.mark.parametrize(
    ("do", "focus"),
    [("add", "intent-1"), ("up-1", "down-0"), ("down-0", "up-1"), ("remove-0", "remove-0"), ("remove-1", "remove-0")],
)
def test_the_focus_stays_with_what_was_moved(client, administrator, do, focus):
    page = said(client.post(at("targets", administrator), {**FORM, "do": do}, headers=HTMX))

    focused = re.findall(r"<(?:select|button)[^>]*\bautofocus\b[^>]*>", page)
    assert len(focused) == 1
    assert f'name="{focus}"' in focused[0] or f'value="{focus}"' in focused[0]


def test_who_may_not_change_them_only_reads(client, administrator, legal):
    client.force_login(MemberFactory(workspace=administrator.workspace, seats=[legal]).user)

    page = said(client.get(at("targets", administrator) + "?change"))
    refused = client.post(at("targets", administrator), FORM)

    assert "Change the targets" not in page and 'class="target"' not in page
    assert (refused.status_code, rows()) == (403, [("", 86400)])
